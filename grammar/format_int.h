/* format_int: what the files of the formatter share. */
#ifndef FAWN_GRAMMAR_FORMAT_INT_H
#define FAWN_GRAMMAR_FORMAT_INT_H

#include "grammar/format.h"
#include "grammar/fsl_build.h"
#include "grammar/lex.h"
#include "grammar/pretty.h"

/* A comment. It belongs to the token before it if that is on the same line, else to the one
 * behind it. */
typedef struct Comment {
    Str text;       /* without the newline of a line comment, and blanks at its end */
    bool is_line;   /* it reaches to the end of its line */
    bool has_blank; /* there is an empty line before it */
    bool ends_line; /* a newline follows */
} Comment;

typedef VEC(Comment) Comments;

typedef struct FormatToken {
    Str text;
    uint32_t kind;     /* TokenKind, or FslTokenKind from FORMAT_FSL on */
    bool in_schema;    /* of a schema, and of no FQL within */
    bool separated;    /* a statement, or an item, ended before it */
    bool on_new_line;  /* with its comments */
    bool has_blank;    /* an empty line is before its first comment, or it */
    bool blank_behind; /* the same behind its comments before it */
    int64_t match;     /* of a bracket: the other one; else -1 */
    Comments before, behind;
} FormatToken;

enum { FORMAT_FSL = 1000 };

typedef VEC(FormatToken) FormatTokens;

typedef struct Formatter {
    Arena *arena;
    FormatTokens tokens; /* the last one is an END */
    int64_t at;          /* the next token */
} Formatter;

/* The tokens of a source that parses. */
void format_read_script(FormatTokens *tokens, Arena *arena, Str text);
void format_read_schema(FormatTokens *tokens, Arena *arena, Str text, const FslTokens *read);

/* Whether two lists have the same tokens and comments. */
bool format_same(Arena *arena, const FormatTokens *a, const FormatTokens *b);

/* -- shapes: each takes what it is named after from the tokens --------------------------------- */

static inline FormatToken *format_peek(Formatter *f)
{
    return &f->tokens.at[f->at];
}

/* Whether the next token, of the same statement, is of `kind`. */
static inline bool format_is(Formatter *f, uint32_t kind)
{
    return format_peek(f)->kind == kind && !format_peek(f)->separated;
}

static inline void format_put(Formatter *f, PrettyList *list, const Pretty *pretty)
{
    vec_push(list, f->arena, pretty);
}

static inline void format_put_line(Formatter *f, PrettyList *list, PrettyLine kind)
{
    format_put(f, list, pretty_line(f->arena, kind, false));
}

static inline void format_put_blank(Formatter *f, PrettyList *list)
{
    format_put(f, list, pretty_blank(f->arena));
}

/* The next token with its comments. */
const Pretty *format_token(Formatter *f);

typedef const Pretty *FormatShape(Formatter *f);

/* How the elements of a bracket stand. */
typedef enum BracketStyle {
    STYLE_TIGHT,  /* (a, b) */
    STYLE_SPACED, /* { a, b } */
    STYLE_LINES,  /* each on a line of its own, always */
} BracketStyle;

/* A bracket, the elements in it, which are divided by commas or separators, and its end. */
const Pretty *format_bracket(Formatter *f, FormatShape *element, BracketStyle style);

/* Elements up to the closing bracket or the end, which is not taken but loses its comments; each on
 * a line of its own. */
const Pretty *format_lines(Formatter *f, FormatShape *element);

const Pretty *format_statement(Formatter *f);
const Pretty *format_expr(Formatter *f);
const Pretty *format_value(Formatter *f); /* an expression behind `=`, `:` or `=>` */
const Pretty *format_block(Formatter *f);
const Pretty *format_type(Formatter *f);
const Pretty *format_pattern(Formatter *f);
const Pretty *format_item(Formatter *f);

#endif

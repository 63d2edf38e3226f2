/* layout: decides what a token means where it stands, between lexer and parser.
 *
 * FQL was written for a parser that may go back; Lemon looks one token ahead and never goes
 * back. What one token cannot tell, this pass tells, from the token before and the brackets
 * around:
 *
 *   a ⏎ b          a SEP b           the newline ends a statement
 *   a ⏎ .b         a . b             the next line goes on: . ?. ?? || && | ^ & else
 *   a ⏎ (b)        a SEP ( b )       a call stands on one line
 *   a - 1          a MINUS 1         between operands: an operator
 *   (- 1)          ( NUMBER )        before an operand: the sign of a number
 *   a!  !a         a BANG   NOT a
 *   if (a) -1      the `)` of a condition does not end an operand
 *   {if: 1}        { NAME : 1 }      keywords may name fields
 *   let x: A<B> =  TYPE_OPEN, TYPE_CLOSE and TYPE_ARROW stand in types only
 *   "a#{b}c"       TEMPLATE_HEAD b TEMPLATE_TAIL
 *
 * What one token of look-ahead tells (object or block, tuple or parameters, projection or
 * block, select or short lambda) is left to the grammar.
 */
#ifndef FAWN_GRAMMAR_LAYOUT_H
#define FAWN_GRAMMAR_LAYOUT_H

#include "grammar/lex.h"
#include "runtime/base/limits.h"

typedef enum Bracket {
    BRACKET_PAREN,
    BRACKET_CALL,      /* the parentheses of arguments */
    BRACKET_CONDITION, /* the parentheses of if and at */
    BRACKET_SQUARE,
    BRACKET_BRACE,
    BRACKET_STRING,  /* #{ in a string */
    BRACKET_HEREDOC, /* #{ in a heredoc */
} Bracket;

/* A bracket that is open. A heredoc's word is kept to find its end. */
typedef struct OpenBracket {
    Bracket bracket;
    uint32_t delimiter_start, delimiter_end;
} OpenBracket;

typedef enum LayoutMode { LAYOUT_EXPR, LAYOUT_TYPE, LAYOUT_PATTERN } LayoutMode;

typedef struct Layout {
    Lexer lexer;
    Token held; /* the token behind a SEP */
    bool holds;
    unsigned trivia; /* TRIVIA_… of what was stepped over already, before the next token */
    bool operand_before;         /* the last token ended an operand */
    uint32_t last, last_but_one; /* kinds of the last two tokens */
    LayoutMode mode;
    LayoutMode outer_mode; /* of a type within a pattern or an expression */
    int64_t mode_depth;    /* brackets open where the type began */
    int64_t pattern_depth; /* brackets open at the `case` of a pattern; -1: parse_pattern's */
    int64_t depth;         /* brackets open */
    bool too_deep;         /* AST_DEPTH_MAX was passed: the token is BROKEN */
    bool has_defaults;     /* fields of object types may have values (schemas) */
    int64_t default_depth; /* brackets open around the value being read; 0: none is */
    OpenBracket *brackets; /* AST_DEPTH_MAX of them */
} Layout;

/* Starts at the beginning of `text`. `brackets` has room for AST_DEPTH_MAX. */
void layout_init(Layout *layout, Str text, bool placeholders, LayoutMode mode,
                 OpenBracket *brackets);

/* The next token for the parser; END for ever at the end. */
Token layout_next(Layout *layout);

/* The text goes on: `text` has what was read so far in front, perhaps in another place. */
void layout_extend(Layout *layout, Str text);

/* Likewise for a text that ends in a newline, and goes on. False: the next token depends on what is to
 * come; nothing but blanks is taken then, `*in_text` tells whether the text ends within a string or a
 * comment, and what was read of these is not read again. */
bool layout_next_whole(Layout *layout, Token *token, bool *in_text);

/* Writes the openers that still wait for their closers, e.g. `({"`. */
void layout_put_open(const Layout *layout, Buf *out);

/* The flags of token.def. */
enum { OPERAND = 1, CONTINUES = 2, STARTS = 4, HIDDEN = 8 };
extern const uint8_t token_flags[TOKEN_KINDS];

#endif

/* parse: text to syntax tree, through lexer, layout pass and the Lemon grammar.
 *
 *   text ─► lex.c ─► layout.c ─► fql.y ─► Node
 *           tokens    newlines,   LALR(1)
 *           + spans   {}, () told
 *                     apart
 */
#ifndef FAWN_GRAMMAR_PARSE_H
#define FAWN_GRAMMAR_PARSE_H

#include "grammar/ast.h"

typedef enum ParseStatus {
    PARSE_OK,
    PARSE_FAILED,     /* `diags` says why */
    PARSE_INCOMPLETE, /* it only ended too early; `diags` holds the error to show if no more comes
                       */
} ParseStatus;

typedef struct ParseResult {
    ParseStatus status;
    Node *node;           /* queries, expressions, lambdas, paths (a SHORT_LAMBDA) */
    TypeNode *type;       /* parse_type */
    PatternNode *pattern; /* parse_pattern */
    DiagList diags;
    Str open;       /* INCOMPLETE: the openers still waiting for their closers, e.g. "({\"" */
    int64_t values; /* query templates: number of NODE_VALUE placeholders met */
} ParseResult;

/* Everything below parses the whole of `source->text`, which is well-formed UTF-8 (check with
 * utf8_check first), and allocates in `arena`. `source` outlives the tree. None ever fails
 * other than through `status`. */

/* A query: statements, the last an expression. The node is a BLOCK. */
ParseResult parse_query(Arena *arena, const Source *source);

/* A query whose text may hold placeholders for values: each byte sequence "\0value>" (Fauna's
 * sigil) becomes a NODE_VALUE, numbered from 0. */
ParseResult parse_query_template(Arena *arena, const Source *source);

/* A source of the shell: like a query, but empty text, and a last statement that is a `let`,
 * are allowed (`fawn FILE`, the REPL). */
ParseResult parse_script(Arena *arena, const Source *source);

/* One expression, one lambda (a function's body), one field path (`.a.b[0]`), a type, a
 * pattern. */
ParseResult parse_expr(Arena *arena, const Source *source);
ParseResult parse_lambda(Arena *arena, const Source *source);
ParseResult parse_path(Arena *arena, const Source *source);
ParseResult parse_type(Arena *arena, const Source *source);
ParseResult parse_pattern(Arena *arena, const Source *source);

/* The type of a collection's field: fields of objects in it may have defaults. */
ParseResult parse_field_type(Arena *arena, const Source *source);

/* Whether `text` may be a variable or field name without quotes. */
bool is_identifier(Str text);

/* Incremental reading of a long script: statement after statement, so that a 10 MB script
 * needs no 10 MB tree. */
typedef struct Parser Parser;
Parser *parser_open(Arena *arena, const Source *source);
/* The next statement, in `arena` (which the caller may reset between two calls); false at the
 * end or on error, `*result` then says which. */
bool parser_next(Parser *parser, Arena *arena, Statement *statement, ParseResult *result);
void parser_close(Parser *parser);

#endif

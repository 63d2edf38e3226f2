/* parse_int: one parse under way, for parse.c and intake.c.
 *
 *   parser_init ─► parser_start ─► token … END ─► parser_start ─► …       a statement each
 */
#ifndef FAWN_GRAMMAR_PARSE_INT_H
#define FAWN_GRAMMAR_PARSE_INT_H

#include "grammar/build.h"

/* What a parse needs besides the arena: much, and not for long. */
typedef struct Workspace {
    _Alignas(16) char lemon[FQL_PARSER_BYTES];
    OpenBracket brackets[AST_DEPTH_MAX];
} Workspace;

struct Parser {
    Parse parse;
    Layout layout;
    Workspace *space;
    DiagList diags;
    TokenKind start;    /* START_… */
    bool ends_in_token; /* the error is that the text ends within a token */
    int64_t fed;        /* tokens that the parser took since `start` */
    int64_t statements; /* read so far */
    uint32_t end;       /* where the source ended, blanks included */
};

/* Begins with `source`, in `space`; nodes go to `arena`. */
void parser_init(Parser *parser, Workspace *space, Arena *arena, const Source *source,
                 TokenKind start);

/* Makes the parser ready for what `start` stands for. */
void parser_start(Parser *parser);

#endif

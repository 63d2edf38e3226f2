/* expect: what to say about a token that does not fit. */
#ifndef FAWN_GRAMMAR_EXPECT_H
#define FAWN_GRAMMAR_EXPECT_H

#include "grammar/build.h"

typedef struct Expected {
    bool kinds[TOKEN_KINDS]; /* the tokens that would have fitted */
    Token bad;               /* the one that did not */
    Token last, before_last; /* the ones before it */
    bool first;              /* in the first statement of its source */
    bool in_call;            /* between the parentheses of arguments */
} Expected;

/* Adds the error, e.g. "Expected `)` or `,`". */
void expect_report(Parse *p, const Expected *expected);

#endif

/* style: how pieces of text look on a terminal: the 16 ANSI colours and three attributes. */
#ifndef FAWN_REPL_SHOW_STYLE_H
#define FAWN_REPL_SHOW_STYLE_H

#include <stdint.h>

typedef enum Style {
    STYLE_PLAIN,
    STYLE_STRING,
    STYLE_NUMBER,
    STYLE_KEYWORD,
    STYLE_KEY,     /* the name of a field before its colon */
    STYLE_NAME,    /* something that there is: a collection, a function, a variable */
    STYLE_COMMAND, /* a meta-command */
    STYLE_COMMENT,
    STYLE_PROMPT,
    STYLE_HINT,  /* what nobody typed */
    STYLE_MATCH, /* the brackets at the cursor */
    STYLE_WRONG,
    STYLE_COUNT
} Style;

/* The control sequence that begins a style; "" for the plain one. */
const char *style_start(Style style);

#define STYLE_END "\033[0m"

#endif

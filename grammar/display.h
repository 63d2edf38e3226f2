/* display: what the files that write trees back as FQL share. */
#ifndef FAWN_GRAMMAR_DISPLAY_H
#define FAWN_GRAMMAR_DISPLAY_H

#include "grammar/parse.h"

typedef struct Display {
    Buf *out;
    int64_t indent;
    bool line_start; /* the next text starts a line: the indent comes first */
} Display;

/* Writes text that has no newline in it, then the newline. */
void display_put(Display *d, Str text);
void display_puts(Display *d, const char *text);
void display_end_line(Display *d);

/* A literal, the inside of a string in double quotes, a name that may need quotes. */
void display_literal(Display *d, const Literal *literal);
void display_text(Display *d, Str text);
void display_name(Display *d, Str name);

void display_expr(Display *d, const Node *node);
void display_type(Display *d, const TypeNode *type);
void display_pattern(Display *d, const PatternNode *pattern);

#endif

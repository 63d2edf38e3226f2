/* terminal: reads lines from the user with GNU readline. There is one terminal. */
#ifndef FAWN_REPL_TERMINAL_H
#define FAWN_REPL_TERMINAL_H

#include "runtime/base/str.h"

typedef enum LineKind {
    LINE_READ,
    LINE_END,       /* Ctrl-D */
    LINE_INTERRUPT, /* Ctrl-C on an empty line */
    LINE_DROPPED,   /* Ctrl-C on a line that had text */
    LINE_ENDING,    /* SIGTERM, SIGHUP, or the terminal is gone */
} LineKind;

/* Gives the completions of the word that ends `line`, sorted, in `arena`; returns their number. */
typedef int64_t TerminalComplete(void *context, Arena *arena, Str line, const char *const **found);

/* Sets readline up. `complete` is asked with `context` when Tab is pressed. */
void terminal_open(TerminalComplete *complete, void *context);

/* Reads one line behind `prompt`. With LINE_READ, `*line` is its text without the newline,
 * malloc'd; it may hold newlines that were pasted or typed with Alt-Enter. */
LineKind terminal_read(const char *prompt, char **line);

/* How many cells a line of the terminal on stdout has. */
int64_t terminal_width(void);

/* How many lines it has. */
int64_t terminal_height(void);

void terminal_put(const char *text);

#endif

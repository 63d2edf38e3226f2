/* terminal: waits for what the user types, and for signals meanwhile. There is one terminal. */
#ifndef FAWN_REPL_EDIT_TERMINAL_H
#define FAWN_REPL_EDIT_TERMINAL_H

#include "repl/edit/editor.h"

typedef enum LineKind {
    LINE_READ,
    LINE_END,       /* Ctrl-D */
    LINE_INTERRUPT, /* Ctrl-C on an empty line */
    LINE_DROPPED,   /* Ctrl-C on a line that had text */
    LINE_ENDING,    /* SIGTERM, SIGHUP, or the terminal is gone */
} LineKind;

/* Makes it ready. `hooks` is borrowed for ever. */
void terminal_open(const EditorHooks *hooks);

/* Reads one input behind `prompt`; `draft` is in it to begin with. With LINE_READ, `*text` is what was
 * typed, malloc'd; it may be of several lines, the last without its newline. */
LineKind terminal_read(const char *prompt, Str draft, char **text);

/* How many cells a line of the terminal on stdout has. */
int64_t terminal_width(void);

/* How many lines it has. */
int64_t terminal_height(void);

void terminal_put(const char *text);

/* Ends the row in which Ctrl-D was pressed. */
void terminal_end_row(void);

#endif

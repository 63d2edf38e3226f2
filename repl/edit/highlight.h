/* highlight: how each byte of an input looks while it is typed. */
#ifndef FAWN_REPL_EDIT_HIGHLIGHT_H
#define FAWN_REPL_EDIT_HIGHLIGHT_H

#include "repl/edit/scan.h"
#include "repl/show/style.h"

/* Whether there is something called `name`: a collection, a function, a variable. */
typedef bool HighlightKnows(void *context, Str name);

/* The Style of each byte of the scan's text, in `arena`. `cursor`: the brackets there are shown with
 * their mates; -1: none are. */
uint8_t *highlight_query(Arena *arena, const Scan *scan, int64_t cursor, HighlightKnows *knows,
                         void *context);

/* The same for a line that is a meta-command: its first `name_len` bytes are its name, `known` if it
 * is one. */
uint8_t *highlight_command(Arena *arena, Str line, int64_t name_len, bool known);

#endif

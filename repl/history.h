/* history: what was typed, one entry a query, kept over sessions in a file that only its owner
 * can read: $FAWN_HISTORY, else $XDG_STATE_HOME/fawn/history, else ~/.local/state/fawn/history.
 * FAWN_HISTORY set to nothing keeps no file.
 */
#ifndef FAWN_REPL_HISTORY_H
#define FAWN_REPL_HISTORY_H

#include "runtime/base/str.h"

typedef struct History {
    const char *path; /* NULL: not kept */
} History;

/* Reads the file and makes it ready to be appended to. `arena` outlives the history. A file
 * that cannot be made means that none is kept. */
void history_open(History *history, Arena *arena);

/* Adds a query, to the list and at once to the file, unless it repeats the entry before. */
void history_put(const History *history, Str text);

#endif

/* history: what was typed, one entry an input, kept over sessions in a file that only its owner can
 * read: $FAWN_HISTORY, else $XDG_STATE_HOME/fawn/history, else ~/.local/state/fawn/history.
 * FAWN_HISTORY set to nothing keeps no file.
 */
#ifndef FAWN_REPL_EDIT_HISTORY_H
#define FAWN_REPL_EDIT_HISTORY_H

#include "runtime/base/str.h"

typedef struct History {
    const char *path;   /* NULL: not kept */
    const char *refused; /* the file that could not be made, and by which error; NULL: none */
    int error;
} History;

/* Reads the file and makes it ready to be appended to. `arena` outlives the history. A file
 * that cannot be made means that none is kept: `refused` tells. */
void history_open(History *history, Arena *arena);

/* Adds an input, to the list and at once to the file, unless it repeats the one before. One that
 * begins with a blank is not kept at all; one with a secret in it only until the end of the session. */
void history_put(const History *history, Str text);

/* Appends the last `count` entries in which `part` occurs (empty: all), each with its time and its
 * number; 0: all of them. */
void history_show(Buf *out, Str part, int64_t count);

/* The last entry that is no meta-command, borrowed until the next change; empty: there is none. */
Str history_last_query(void);

/* Forgets everything, in the file too. Returns 0 or the errno. */
int history_clear(const History *history);

#endif

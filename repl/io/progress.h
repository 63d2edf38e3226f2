/* progress: how far an index is that is being built, in one line on the terminal. It appears after
 * a second and goes away at the end.
 *
 *   indexing: 1200000 of 10000000 documents
 */
#ifndef FAWN_REPL_IO_PROGRESS_H
#define FAWN_REPL_IO_PROGRESS_H

#include "runtime/base/str.h"

/* Zero-initialise. */
typedef struct Progress {
    int64_t done;     /* the last that was told of */
    int64_t begun_us; /* when the build began */
    int64_t shown_us; /* when the line was written last; 0: it is not there */
} Progress;

/* Appends what the terminal gets when `done` of `total` documents are read at `now_us`: the line,
 * its end, or nothing. */
void progress_put(Progress *progress, Buf *out, int64_t now_us, int64_t done, int64_t total);

/* A StoreProgress that writes to stderr; `context` is a Progress. */
void progress_show(void *context, int64_t done, int64_t total);

#endif

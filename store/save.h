/* save: a state as a file: its header, and records of what there is, without what there was. */
#ifndef FAWN_STORE_SAVE_H
#define FAWN_STORE_SAVE_H

#include "store/log.h"
#include "store/record.h"

typedef struct Saved {
    int64_t end;     /* of what was written */
    int64_t records; /* in it */
    ShapeSet shapes; /* that have definitions in it; the caller frees them */
} Saved;

/* Writes `state`, which somebody reads, to an empty device, and syncs nothing. Memory: one record
 * of about 1 MiB, however much there is. Returns 0, or a negated errno. */
NODISCARD int save_state(Store *store, const State *state, const LogDevice *to, Saved *saved);

/* PATH and what comes behind it, to be freed. */
char *path_beside(const char *path, const char *suffix);

#endif

/* compact: when a log is compacted, and the name under which that happens. */
#ifndef FAWN_STORE_COMPACT_H
#define FAWN_STORE_COMPACT_H

#include "store/store_int.h"

/* Behind the path of a file: the one that is to take its place. */
#define COMPACT_SUFFIX ".compacting"

/* StoreOptions.compact_dead_bytes, where that is 0. */
enum { COMPACT_DEAD_BYTES = 64 << 20 };

void compactor_start(Compactor *compactor, int64_t least_dead);

/* After a commit, by the writer: starts a compaction in the background when more than half of the
 * log, and at least as many bytes as the options say, is dead. Cheap. */
void compactor_look(Store *store);

/* Waits for a compaction that is under way; nobody writes. */
void compactor_wait(Compactor *compactor);
void compactor_end(Compactor *compactor);

#endif

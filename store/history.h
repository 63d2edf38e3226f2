/* history: reading a store as it was, and what has changed since.
 *
 * A version that is replaced is kept behind the one that replaced it; a document that is
 * deleted leaves a tombstone in its place. So the past of a document is a chain, and a read
 * at a time walks down it:
 *
 *   documents  id 7 ──► v3 (10:30) ──► v2 (10:20) ──► v1 (10:00)       at 10:25: v2
 *   deleted    id 8 ──► tombstone (10:10) ──► v1 (10:05)               at 10:07: v1
 *   changes    v1 of 7, v1 of 8, tombstone of 8, v2 of 7, v3 of 7      in the order of commits
 *
 * Kept is what was replaced in the last HISTORY_MIN_US, and for longer where a collection asks
 * for it (txn_keep_history). Of a collection that does not ask, no more than HISTORY_SPARE_BYTES
 * is kept (StoreOptions.history_bytes). Each commit drops what is too old from the oldest on, a few
 * versions for each write that it makes: no writer waits for it, no reader sees it.
 *
 * A read at a time before txn_past_us would not see the truth; the caller refuses it.
 */
#ifndef FAWN_STORE_HISTORY_H
#define FAWN_STORE_HISTORY_H

#include "store/store.h"

/* How long versions are kept beyond HISTORY_MIN_US, from now on; 0: no longer. Logged. */
NODISCARD StoreStatus txn_keep_history(Txn *txn, uint32_t collection, int64_t keep_us);

/* The earliest time at which the collection can be read. */
int64_t txn_past_us(Txn *txn, uint32_t collection);

/* The version that was to be seen at `time_us`, or NULL. Writes of `txn` itself are not seen,
 * here as below. */
const Version *txn_get_at(Txn *txn, uint32_t collection, int64_t id, int64_t time_us);

/* What counts in place of a version of then: the same, or one with another derived block, which is
 * good until the next is asked for; NULL: give up. */
typedef const Version *PastVersion(void *context, const Version *version);

/* cursor_documents and cursor_index as of a time. The latter looks at every document, unless the
 * collection has not changed since, and keeps the entries in its range until it is closed: those of
 * what `look` (NULL: nothing) makes of the versions, but the versions that it gives are those of
 * then. NULL: `look` gave up. */
StoreCursor *cursor_documents_at(Txn *txn, uint32_t collection, int64_t from, int64_t to,
                                 bool reverse, int64_t time_us);
StoreCursor *cursor_index_at(Txn *txn, uint32_t index, Str from, Str to, bool reverse,
                             int64_t time_us, PastVersion *look, void *context);

/* The entries of a version (NULL: none) in an index whose keys are >= `from` and < `to` (empty: no
 * end), one after the other in `keys`, which is emptied. Returns their number. */
int64_t version_entries(Txn *txn, uint32_t index, const Version *version, Str from, Str to,
                        Buf *keys);

/* -- changes ----------------------------------------------------------------------------------- */

/* A change of a document: created (no `before`), updated, deleted (no `after`). What was
 * written several times in one transaction changed once. A version that has expired at the time of
 * the commit is not there. */
typedef struct DocChange {
    int64_t time_us; /* of the commit */
    int64_t number;  /* of changes of one collection, rising in the order in which they were made */
    int64_t id;
    const Version *before, *after;
    const Version *ended; /* the version that expired before another took its place; or NULL */
} DocChange;

/* Changes of a collection that the state read by a transaction has, oldest first. Its memory is
 * the caller's; it may be dropped at any time. */
typedef struct ChangeCursor {
    const struct CollectionState *collection;
    int64_t after_us, at;
} ChangeCursor;

/* The time behind which all changes are known. */
int64_t txn_changes_since_us(Txn *txn, uint32_t collection);

/* Starts behind the commit at `after_us`, which is not before txn_changes_since_us. */
ChangeCursor change_cursor(Txn *txn, uint32_t collection, int64_t after_us);
bool change_next(ChangeCursor *cursor, DocChange *change);

#endif

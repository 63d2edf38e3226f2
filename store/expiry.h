/* expiry: documents that end some time (Put.ttl_us), in the order of their ends; and taking those out
 * that ended so long ago that nobody can see them any more, at whatever time he reads.
 *
 *   put, ends at 10:30 ─► in the list of changes for 15 minutes or longer (history.h)
 *                         └─► off the list ─► among the expiring ─► 10:45: gone, index entries and all
 *
 * That is when reads of 10:30 are refused. The log is not told: replaying, the document is there
 * again, unseen, until a writer comes by; a compaction leaves it out.
 *
 * Invariant (expiry_is_sound):
 *   E1  `expiring` has exactly the documents that end some time and are not in the list of changes:
 *       so nothing points to one of them but the tree of documents
 */
#ifndef FAWN_STORE_EXPIRY_H
#define FAWN_STORE_EXPIRY_H

#include "store/store_int.h"

/* -- trees of endings: ttl, id ------------------------------------------------------------------ */

enum { ENDING_BYTES = 16 };

/* Walks the endings from `from_us` to `to_us` (TTL_NEVER: to the last). */
typedef struct EndingCursor {
    TreeCursor tree;
    char from[ENDING_BYTES], to[ENDING_BYTES];
} EndingCursor;

void ending_seek(EndingCursor *cursor, const Tree *endings, int64_t from_us, int64_t to_us);
bool ending_next(EndingCursor *cursor, int64_t *ttl_us, int64_t *id);

/* The first ending after `time_us`, or TTL_NEVER. */
int64_t ending_after(const Tree *endings, int64_t time_us);

/* Enters a document that ends some time; takes one out. False: it was not there. */
void ending_add(Txn *txn, Tree *endings, const Version *version);
bool ending_remove(Txn *txn, Tree *endings, const Version *version);

/* -- expiring ----------------------------------------------------------------------------------- */

/* `version` has been taken off the list of changes of an owned collection. */
void expiry_note(Txn *txn, CollectionState *collection, const Version *version);

/* `version` is no more the present one of its document, in an owned collection. */
void expiry_forget(Txn *txn, CollectionState *collection, const Version *version);

/* At a commit: takes out up to `max` documents of a collection that ended long ago. */
void expiry_trim(Txn *txn, uint32_t collection, int64_t max);

/* At the end of a replay: finds the expiring documents of an owned collection. */
void expiry_build(Txn *txn, CollectionState *collection);

/* Checks E1. False, and `message` (may be NULL) tells. */
bool expiry_is_sound(const CollectionState *collection, Buf *message);

/* -- txn_write.c -------------------------------------------------------------------------------- */

/* Takes the document `ended`, which nobody can see and nothing else points to, out of a collection
 * and its indexes and aggregates. */
NODISCARD StoreStatus txn_take_out(Txn *txn, CollectionState *collection, Version *ended);

#endif

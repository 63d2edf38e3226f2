/* history_int: the past of collections, for the store's own files: made by writes, trimmed by age,
 * read by cursors. What is kept, and the invariants, are with History in state.h; what others may
 * ask is in history.h.
 */
#ifndef FAWN_STORE_HISTORY_INT_H
#define FAWN_STORE_HISTORY_INT_H

#include "store/store_int.h"

/* A new version of a document of this length; without an older one behind it if `older` is
 * NULL. Its document and what else stands behind that are the caller's to fill in. */
Version *version_new(Txn *txn, int64_t id, int64_t doc_len, uint32_t flags, int64_t derived_len,
                     Version *older);

/* Whether the past that the next write to a document makes is kept: what is replayed may be too
 * old. `before`: its version, or NULL. */
bool history_keeps(const Txn *txn, const CollectionState *collection, const Version *before);

/* What will stand behind the next version of a document whose version is `before`, or NULL. */
Version *history_older(const CollectionState *collection, const Version *before, int64_t id);

/* `version` has taken the place of `before` (NULL: there was none) in an owned collection. */
void history_replace(Txn *txn, CollectionState *collection, Version *before, Version *version,
                     bool keeps);

/* Replaying: a change that is too old is not listed, and what it `replaced` not kept. */
void history_lose(Txn *txn, CollectionState *collection, bool replaced);

/* `before` has gone from an owned collection. Returns what the op gets. */
Version *history_delete(Txn *txn, CollectionState *collection, Version *before);

/* All documents go, and all that is kept of them. */
void history_drop(Txn *txn, CollectionState *collection);

/* Lists a version or tombstone that is committed, or replayed. */
void history_note(Txn *txn, uint32_t collection, Version *version);

/* At a commit: drops what is too old from the collections written to, and from one other. */
void history_trim(Txn *txn);

/* The same for a collection: `writes` times a few versions at most. */
void history_trim_some(Txn *txn, CollectionState *collection, int64_t now_us, int64_t writes);

/* Sets what a saved file says of a collection's past. */
void history_restore(Txn *txn, uint32_t collection, int64_t keep_us, int64_t past_us,
                     int64_t changes_us);

/* The version behind another, kept or not; the same if it is kept. */
Version *version_behind(const Version *version);
const Version *history_behind(const History *history, const Version *version);

/* The version, or tombstone, of a chain at a time. */
const Version *history_at(const History *history, const Version *head, int64_t time_us);

/* The listed change of a number. */
Version *history_change(const History *history, int64_t number);

/* Checks H1 to H4. False, and `message` (may be NULL) tells the first breach. */
bool history_is_sound(const CollectionState *collection, Buf *message);

/* -- history_read.c ---------------------------------------------------------------------------- */

/* A cursor's reading of the past. */
typedef struct PastReader PastReader;

/* cursor_documents_at of all documents. */
StoreCursor *cursor_collection_at(Txn *txn, const CollectionState *collection, int64_t time_us);

/* The next version, and of an index its key; false: the end. */
bool past_next(PastReader *past, const Version **version, Str *key);
void past_close(PastReader *past);

/* A cursor that reads by `past`, which it closes; NULL: an ended one. (cursor.c) */
StoreCursor *cursor_open_past(Txn *txn, PastReader *past);

#endif

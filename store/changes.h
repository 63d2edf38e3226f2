/* changes: what transactions change, document by document: the one that is under way, and those
 * that were committed.
 *
 *   Txn.ops ────────────────► txn_list_changes
 *   the log's file ─┐
 *   history, where ─┴───────► txn_list_past      the newest first, as far back as is kept: the file
 *   there is no file                             until it is compacted, in memory as history.h says
 *
 * A transaction is known by its commit time. Documents that were only written anew, with the time
 * they had, did not change. What changed no document of the database is none of its transactions.
 */
#ifndef FAWN_STORE_CHANGES_H
#define FAWN_STORE_CHANGES_H

#include "store/store.h"

/* A document as it was at a time. */
typedef struct DocState {
    bool exists;
    Str doc, derived; /* empty where documents were not asked for */
    int64_t ttl_us, time_us;
    int64_t place; /* of `doc` in the log's file; the store's own */
    int64_t doc_len, derived_len;
} DocState;

typedef struct TxnChange {
    uint32_t collection;
    int64_t id;
    DocState before, after;
} TxnChange;

/* What the transaction has changed so far, in order of collection and id, in `arena`; documents
 * are borrowed until it ends. Returns how many. */
int64_t txn_list_changes(Txn *txn, Arena *arena, const TxnChange **changes);

typedef struct PastTxn {
    int64_t time_us;
    const TxnChange *changes;
    int64_t count;
} PastTxn;

/* Which transactions: at most `max`, none before `from_us`; the one at `documents_us` with its
 * documents. */
typedef struct PastWanted {
    int64_t max, from_us, documents_us;
} PastWanted;

/* Finds them for a writing transaction; all in `arena`, but documents may be borrowed until it
 * ends. STORE_IO: store_error tells. */
NODISCARD StoreStatus txn_list_past(Txn *txn, Arena *arena, const PastWanted *wanted,
                                    const PastTxn **found, int64_t *count);

#endif

/* changes_int: what changes.c and changes_log.c share. */
#ifndef FAWN_STORE_CHANGES_INT_H
#define FAWN_STORE_CHANGES_INT_H

#include "runtime/base/map.h"
#include "runtime/base/vec.h"
#include "store/changes.h"
#include "store/store_int.h"

typedef VEC(TxnChange) ChangeList;
typedef VEC(PastTxn) PastList;

/* Leaves the changes of the transaction's database, with the numbers that collections have there,
 * in order of collection and id, and none that is no change. They were made at `time_us`: what had
 * ended by then was not there before. */
void changes_tidy(const Txn *txn, int64_t time_us, ChangeList *list);

/* txn_list_past of a store with a log: oldest first. */
NODISCARD StoreStatus changes_from_log(Txn *txn, Arena *arena, const PastWanted *wanted,
                                       PastList *list);

#endif

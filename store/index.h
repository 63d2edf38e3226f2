/* index: which indexes a collection has; how they are made is in store.h. */
#ifndef FAWN_STORE_INDEX_H
#define FAWN_STORE_INDEX_H

#include "store/store.h"

/* Whether both are taken from the same place in the same way. */
bool key_part_is_same(const KeyPart *a, const KeyPart *b);

/* The number of an index of a collection that has this spec, or 0. */
uint32_t txn_find_index(Txn *txn, uint32_t collection, const IndexSpec *spec);

#endif

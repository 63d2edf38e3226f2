/* database_int: how the collections of all databases share one space of numbers. Those of the root
 * keep theirs; the databases within it follow from DATABASE_FIRST_NUMBER on. */
#ifndef FAWN_STORE_DATABASE_INT_H
#define FAWN_STORE_DATABASE_INT_H

#include "store/store_int.h"

/* The number that collection 0 of the first database within the root has in the store. */
#define DATABASE_FIRST_NUMBER (1u << 31)

/* Whether a collection, by its number in the store, is of the transaction's database. */
static inline bool database_has(const Txn *txn, uint32_t number)
{
    return txn->database == DATABASE_ROOT
               ? number < DATABASE_FIRST_NUMBER
               : number >= txn->base && number - txn->base < DATABASE_COLLECTIONS;
}

#endif

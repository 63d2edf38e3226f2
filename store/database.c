/* database: the databases of a store: see store.h. A database is there when its collection 0 is,
 * which has no documents; its collections lie side by side in
 * the roots.
 */
#include "store/database_int.h"
#include "store/store_int.h"

_Static_assert(DATABASE_FIRST_NUMBER + (uint64_t)(DATABASES_MAX - 1) * DATABASE_COLLECTIONS +
                       DATABASE_COLLECTIONS - 1 <=
                   UINT32_MAX,
               "all collections of all databases have numbers");

/* The number that a database's collection 0 has in the store. */
static uint32_t base_of(uint32_t database)
{
    always(database < DATABASES_MAX + 1);
    return database == DATABASE_ROOT
               ? 0
               : DATABASE_FIRST_NUMBER + (database - 1) * DATABASE_COLLECTIONS;
}

/* The database that a collection is of. */
static uint32_t database_of(uint32_t number)
{
    return number < DATABASE_FIRST_NUMBER
               ? DATABASE_ROOT
               : (number - DATABASE_FIRST_NUMBER) / DATABASE_COLLECTIONS + 1;
}

void txn_enter(Txn *txn, uint32_t database)
{
    txn->database = database;
    txn->base = base_of(database);
}

uint32_t txn_database(const Txn *txn)
{
    return txn->database;
}

/* The number after the last, or the least that is free. 0: there is none. */
static uint32_t free_number(const Roots *roots)
{
    const CollectionState *highest = roots_below(roots, (int64_t)UINT32_MAX + 1);
    uint32_t last = highest ? database_of(highest->number) : DATABASE_ROOT;
    if (last < DATABASES_MAX) {
        return last + 1;
    }
    uint32_t least = 1;
    while (least <= DATABASES_MAX && roots_collection(roots, base_of(least))) {
        least++;
    }
    return least <= DATABASES_MAX ? least : 0;
}

StoreStatus txn_create_database(Txn *txn, uint32_t *database)
{
    uint32_t outer = txn->database;
    *database = free_number(txn->roots);
    if (*database == 0) {
        return STORE_FULL;
    }
    txn_enter(txn, *database);
    StoreStatus status = txn_create_collection(txn, 0);
    txn_enter(txn, outer);
    return status;
}

StoreStatus txn_drop_database(Txn *txn, uint32_t database)
{
    assert(database != DATABASE_ROOT);
    uint32_t outer = txn->database;
    uint32_t base = base_of(database);
    StoreStatus status = txn_check_writable(txn);
    txn_enter(txn, database);
    const CollectionState *at;
    while (status == STORE_OK &&
           (at = roots_below(txn->roots, (int64_t)base + DATABASE_COLLECTIONS)) &&
           at->number >= base) {
        status = txn_drop_collection(txn, at->number - base);
    }
    txn_enter(txn, outer);
    return status;
}

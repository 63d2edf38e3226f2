/* txn_define: making and dropping collections and indexes within a transaction.
 *
 * A CollectionState is a block whose size depends on what it holds: adding an index makes a longer
 * block and drops the old.
 */
#include "store/aggregate_int.h"
#include "store/history_int.h"
#include "store/index.h"

#include <string.h>

StoreStatus txn_create_collection(Txn *txn, uint32_t number)
{
    StoreStatus status = txn_check_writable(txn);
    if (status != STORE_OK) {
        return status;
    }
    if (txn->base != 0 && number >= DATABASE_COLLECTIONS) {
        return STORE_FULL;
    }
    number = txn_number(txn, number);
    if (txn_collection(txn, number)) {
        return STORE_EXISTS;
    }
    CollectionState *made = edit_new(&txn->edit, sizeof *made);
    Block block = made->block;
    *made = (CollectionState){.block = block,
                              .number = number,
                              .documents.kind = TREE_IDS,
                              .expiring.kind = TREE_KEYS,
                              .history = {.deleted.kind = TREE_IDS, .chunks.kind = TREE_IDS}};
    tree_put(&txn->edit, &txn_own_roots(txn)->collections, number, (uint64_t)(uintptr_t)made);
    txn_push_op(txn, OP_CREATE_COLLECTION, number, NULL);
    return STORE_OK;
}

StoreStatus txn_drop_collection(Txn *txn, uint32_t number)
{
    StoreStatus status = txn_check_writable(txn);
    number = txn_number(txn, number);
    if (status != STORE_OK || !txn_collection(txn, number)) {
        return status != STORE_OK ? status : STORE_NOT_FOUND;
    }
    CollectionState *collection = txn_own_collection(txn, number);
    history_drop(txn, collection);
    tree_drop(&txn->edit, &collection->expiring);
    for (int32_t i = 0; i < collection->index_count; i++) {
        txn_disown_number(txn, collection->indexes[i].def->number);
        tree_drop(&txn->edit, &collection->indexes[i].entries);
    }
    aggregate_drop_all(txn, collection);
    always(tree_remove(&txn->edit, &txn_own_roots(txn)->collections, tree_key_id(number)));
    edit_drop(&txn->edit, collection);
    txn->last = NULL;
    txn_push_op(txn, OP_DROP_COLLECTION, number, NULL);
    return STORE_OK;
}

/* -- numbers of indexes and aggregates --------------------------------------------------------- */

void txn_own_number(Txn *txn, uint32_t number, uint32_t collection)
{
    Roots *roots = txn_own_roots(txn);
    if (number >= roots->next_index) {
        roots->next_index = (uint64_t)number + 1;
    }
    tree_put(&txn->edit, &roots->owners, number, (uint64_t)collection + 1);
}

void txn_disown_number(Txn *txn, uint32_t number)
{
    always(tree_remove(&txn->edit, &txn_own_roots(txn)->owners, tree_key_id(number)));
}

CollectionState *txn_owner(Txn *txn, uint32_t number)
{
    uint64_t owner = tree_find(&txn->roots->owners, number);
    return owner == 0 ? NULL : txn_collection(txn, (uint32_t)(owner - 1));
}

/* -- indexes ----------------------------------------------------------------------------------- */

/* Puts a longer copy of the collection, with room for one index more, in its place. */
static CollectionState *widen(Txn *txn, CollectionState *collection)
{
    int64_t used = (int64_t)sizeof *collection +
                   collection->index_count * (int64_t)sizeof collection->indexes[0];
    CollectionState *wider = edit_new(&txn->edit, used + (int64_t)sizeof collection->indexes[0]);
    memcpy(&wider->block + 1, &collection->block + 1, (size_t)used - sizeof(Block));
    edit_drop(&txn->edit, collection);
    tree_put(&txn->edit, &txn_own_roots(txn)->collections, wider->number,
             (uint64_t)(uintptr_t)wider);
    txn->last = wider;
    return wider;
}

static void remove_index(Txn *txn, CollectionState *collection, const IndexState *index)
{
    int32_t at = (int32_t)(index - collection->indexes);
    tree_drop(&txn->edit, &collection->indexes[at].entries);
    collection->index_count--;
    memmove(&collection->indexes[at], &collection->indexes[at + 1],
            (size_t)(collection->index_count - at) * sizeof collection->indexes[0]);
}

StoreStatus txn_add_index(Txn *txn, uint32_t number, const IndexSpec *spec, uint32_t index)
{
    CollectionState *collection = txn_collection(txn, number);
    if (!collection) {
        return STORE_NOT_FOUND;
    }
    always(spec->term_count + spec->value_count <= INDEX_PARTS_MAX);
    collection = widen(txn, collection);
    IndexState *state = &collection->indexes[collection->index_count++];
    *state = (IndexState){.def = index_define(txn->store, index, number, spec),
                          .entries.kind = TREE_KEYS};
    StoreStatus status = txn->replaying ? STORE_OK : index_build(txn, collection, state);
    if (status != STORE_OK) {
        remove_index(txn, collection, state);
        return status;
    }
    txn_own_number(txn, index, number);
    txn_push_op(txn, OP_CREATE_INDEX, number, state->def);
    return STORE_OK;
}

StoreStatus txn_create_index(Txn *txn, uint32_t collection, const IndexSpec *spec, uint32_t *index)
{
    StoreStatus status = txn_check_writable(txn);
    if (status != STORE_OK) {
        return status;
    }
    always(txn->roots->next_index <= UINT32_MAX);
    *index = (uint32_t)txn->roots->next_index;
    return txn_add_index(txn, txn_number(txn, collection), spec, *index);
}

static const IndexState *find_index(const CollectionState *collection, uint32_t number)
{
    for (int32_t i = 0; i < collection->index_count; i++) {
        if (collection->indexes[i].def->number == number) {
            return &collection->indexes[i];
        }
    }
    return NULL;
}

const IndexState *txn_index(Txn *txn, uint32_t number, CollectionState **collection)
{
    const IndexState *index = txn->last ? find_index(txn->last, number) : NULL;
    *collection = index ? txn->last : txn_owner(txn, number);
    return index || !*collection ? index : find_index(*collection, number);
}

bool key_part_is_same(const KeyPart *a, const KeyPart *b)
{
    bool same = a->source == b->source && a->path_len == b->path_len && a->mva == b->mva &&
                a->descending == b->descending;
    for (int64_t i = 0; i < a->path_len && same; i++) {
        same = str_eq(a->path[i], b->path[i]);
    }
    return same;
}

static bool parts_are_same(const KeyPart *a, int64_t a_count, const KeyPart *b, int64_t b_count)
{
    bool same = a_count == b_count;
    for (int64_t i = 0; i < a_count && same; i++) {
        same = key_part_is_same(&a[i], &b[i]);
    }
    return same;
}

uint32_t txn_find_index(Txn *txn, uint32_t number, const IndexSpec *spec)
{
    const CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    for (int32_t i = 0; collection && i < collection->index_count; i++) {
        const IndexSpec *own = &collection->indexes[i].def->spec;
        if (own->unique == spec->unique &&
            parts_are_same(own->terms, own->term_count, spec->terms, spec->term_count) &&
            parts_are_same(own->values, own->value_count, spec->values, spec->value_count)) {
            return collection->indexes[i].def->number;
        }
    }
    return 0;
}

StoreStatus txn_drop_index(Txn *txn, uint32_t number)
{
    StoreStatus status = txn_check_writable(txn);
    CollectionState *collection;
    const IndexState *index = txn_index(txn, number, &collection);
    if (status != STORE_OK || !index) {
        return status != STORE_OK ? status : STORE_NOT_FOUND;
    }
    IndexDef *def = index->def;
    int64_t at = index - collection->indexes;
    collection = txn_own_collection(txn, collection->number);
    remove_index(txn, collection, &collection->indexes[at]);
    txn_disown_number(txn, number);
    txn_push_op(txn, OP_DROP_INDEX, collection->number, def);
    return STORE_OK;
}

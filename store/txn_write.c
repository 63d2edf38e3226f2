/* txn_write: creating, changing and deleting documents in a transaction; see store.h.
 *
 *   txn_put ─► version made ─► indexes and aggregates look whether it may be (prepare)
 *                          └─► entered in them and under its id (apply), listed as an op, the
 *                              version of before put behind it (history.c)
 *
 * What fails has changed nothing.
 */
#include "store/aggregate_int.h"
#include "store/history_int.h"

#include <string.h>

enum { STRESS_COUNT_MAX = 500 };

/* Fills in the document and what stands behind it, for which there is room. */
static void fill_version(Version *version, const Put *put)
{
    char *to = version->doc;
    memcpy(to, put->doc.s, (size_t)put->doc.len);
    to += put->doc.len;
    if (put->ttl_us != TTL_NEVER) {
        memcpy(to, &put->ttl_us, 8);
        to += 8;
    }
    if (put->derived.len > 0) {
        memcpy(to, &put->derived.len, 8);
        memcpy(to + 8, put->derived.s, (size_t)put->derived.len);
    }
}

static Version *make_version(Txn *txn, int64_t id, const Put *put, Version *older)
{
    assert(doc_may_be(put->doc) && (put->derived.len == 0 || doc_may_be(put->derived)));
    uint32_t flags = put->ttl_us != TTL_NEVER ? VERSION_TTL : 0;
    Version *version = version_new(txn, id, put->doc.len, flags, put->derived.len, older);
    bool is_dated = put->time_us != 0 && !older && !txn->replaying;
    if (is_dated && put->time_us < txn_time_us(txn)) {
        version->time_us = put->time_us;
        version->flags |= VERSION_DATED;
    }
    fill_version(version, put);
    return version;
}

void txn_retire(Txn *txn, Version *version)
{
    assert(version_is_new(version) && !txn->replaying);
    version->flags |= VERSION_REPLACED;
    ptrs_push(&txn->replaced, version);
}

/* In stress builds nodes are tiny, and every change of a small collection is looked at. */
static void verify_collection(const Txn *txn, const CollectionState *collection)
{
    if (STORE_STRESS && !memory_ran_out(txn->since) &&
        collection->documents.count < STRESS_COUNT_MAX) {
        always(tree_verify(&collection->documents, NULL));
        for (int32_t i = 0; i < collection->index_count; i++) {
            always(tree_verify(&collection->indexes[i].entries, NULL));
        }
        always(aggregate_trees_are_sound(collection->aggregates, NULL));
    }
}

/* Replaying: nobody sees what is replaced, so that a new version of the same size goes in its
 * place. False: it is of another size. */
static bool write_over(const Txn *txn, Version *version, const Put *put)
{
    bool ends = put->ttl_us != TTL_NEVER;
    if (put->doc.len != version->doc_len || ends != ((version->flags & VERSION_TTL) != 0) ||
        put->derived.len != version_derived(version).len || version->flags & VERSION_LINKED) {
        return false;
    }
    version->time_us = txn->replay_time_us;
    fill_version(version, put);
    return true;
}

/* Works out what the change of a document changes in indexes and aggregates, for make_change; NULL:
 * there is none before or after. Replaying, neither is kept. What ended is swept out of the
 * aggregates before anything else: that uses the same lists. */
static StoreStatus prepare_change(Txn *txn, CollectionState *collection, const Version *before,
                                  const Version *after)
{
    if (txn->replaying) {
        return STORE_OK;
    }
    if (collection->aggregates) {
        collection = aggregate_sweep(txn, collection, after ? version_ttl_us(after) : TTL_NEVER);
    }
    StoreStatus status = index_prepare(txn, collection, before, after);
    return status == STORE_OK && collection->aggregates
               ? aggregate_prepare(txn, collection, before, after)
               : status;
}

/* Makes the change that was prepared. Returns the collection, owned. */
static CollectionState *make_change(Txn *txn, uint32_t number, const Version *before,
                                    const Version *after)
{
    CollectionState *collection = txn_own_collection(txn, number);
    if (!txn->replaying) {
        index_apply(txn, collection);
        if (collection->aggregates) {
            aggregate_apply(txn, collection, before, after);
        }
    }
    return collection;
}

/* Puts `version` in the place of `before` (NULL: there was none), which is kept, or not. It is
 * freed on failure. */
static StoreStatus enter_version(Txn *txn, CollectionState *collection, Version *before,
                                 Version *version, bool keeps)
{
    uint32_t number = collection->number;
    StoreStatus status = prepare_change(txn, collection, before, version);
    if (status != STORE_OK) {
        version_free(txn->store, version);
        return status;
    }
    collection = make_change(txn, number, before, version);
    tree_put(&txn->edit, &collection->documents, version->id, (uint64_t)(uintptr_t)version);
    txn->found = (Found){.id = version->id, .collection = number, .version = version};
    collection->ttl_count += (version->flags & VERSION_TTL) != 0;
    if (before) {
        collection->ttl_count -= (before->flags & VERSION_TTL) != 0;
        expiry_forget(txn, collection, before);
    }
    txn_push_op(txn, OP_PUT, number, version);
    history_replace(txn, collection, before, version, keeps);
    verify_collection(txn, collection);
    return txn_check_memory(txn);
}

StoreStatus txn_put(Txn *txn, uint32_t number, int64_t id, const Put *put, const Version **made)
{
    StoreStatus status = txn_check_writable(txn);
    CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    if (status != STORE_OK || !collection) {
        return status != STORE_OK ? status : STORE_NOT_FOUND;
    }
    Version *before = txn_find_version(txn, collection, id);
    bool exists = before && !txn_is_expired(txn, before);
    if (exists && put->expect_new) {
        return STORE_EXISTS;
    }
    if (!memory_has(put->doc.len + put->derived.len)) {
        return txn_refuse_memory(txn);
    }
    bool keeps = history_keeps(txn, collection, before);
    if (!keeps && before && write_over(txn, before, put)) {
        history_lose(txn, txn_own_collection(txn, collection->number), true);
        return STORE_OK;
    }
    Version *older = keeps ? history_older(collection, before, id) : NULL;
    Version *version = make_version(txn, id, put, older);
    status = enter_version(txn, collection, before, version, keeps);
    if (status != STORE_OK) {
        return status;
    }
    if (number != COLLECTION_UNCOUNTED) {
        *(exists ? &txn->changes.updated : &txn->changes.created) += 1;
    }
    if (made) {
        *made = version;
    }
    return STORE_OK;
}

StoreStatus txn_rewrite(Txn *txn, uint32_t number, int64_t id, const Put *put)
{
    StoreStatus status = txn_check_writable(txn);
    CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    Version *before = collection ? txn_find_version(txn, collection, id) : NULL;
    if (status == STORE_OK && (!before || txn_is_expired(txn, before))) {
        status = STORE_NOT_FOUND;
    }
    if (status != STORE_OK) {
        return status;
    }
    Version *version = make_version(txn, id, put, history_older(collection, before, id));
    version->time_us = before->time_us;
    version->flags |= before->time_us != 0 ? VERSION_DATED : 0u;
    return enter_version(txn, collection, before, version, true);
}

StoreStatus txn_put_derived(Txn *txn, uint32_t number, int64_t id, Str derived)
{
    const Version *before = txn_get(txn, number, id);
    if (!before) {
        StoreStatus status = txn_check_writable(txn);
        return status == STORE_OK ? STORE_NOT_FOUND : status;
    }
    Put put = {.doc = {before->doc, before->doc_len},
               .derived = derived,
               .ttl_us = version_ttl_us(before)};
    return str_eq(version_derived(before), derived) ? txn_check_writable(txn)
                                                    : txn_rewrite(txn, number, id, &put);
}

StoreStatus txn_delete(Txn *txn, uint32_t number, int64_t id)
{
    StoreStatus status = txn_check_writable(txn);
    CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    Version *before = collection ? txn_find_version(txn, collection, id) : NULL;
    if (status == STORE_OK && (!before || txn_is_expired(txn, before))) {
        status = STORE_NOT_FOUND;
    }
    if (status == STORE_OK) {
        status = prepare_change(txn, collection, before, NULL);
    }
    if (status != STORE_OK) {
        return status;
    }
    collection = make_change(txn, txn_number(txn, number), before, NULL);
    always(tree_remove(&txn->edit, &collection->documents, tree_key_id(id)));
    txn->found.version = NULL;
    collection->ttl_count -= (before->flags & VERSION_TTL) != 0;
    expiry_forget(txn, collection, before);
    txn->changes.deleted += number != COLLECTION_UNCOUNTED;
    txn_push_op(txn, OP_DELETE, collection->number, history_delete(txn, collection, before));
    verify_collection(txn, collection);
    return txn_check_memory(txn);
}

StoreStatus txn_take_out(Txn *txn, CollectionState *collection, Version *ended)
{
    uint32_t number = collection->number;
    StoreStatus status = prepare_change(txn, collection, ended, NULL);
    if (status != STORE_OK) {
        return status;
    }
    collection = make_change(txn, number, ended, NULL);
    always(tree_remove(&txn->edit, &collection->documents, tree_key_id(ended->id)));
    always(ending_remove(txn, &collection->expiring, ended));
    collection->ttl_count--;
    txn->found.version = NULL;
    ptrs_push(&txn->replaced, ended);
    verify_collection(txn, collection);
    return STORE_OK;
}

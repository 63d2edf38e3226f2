/* verify: every tree against its invariants, every index and aggregate against its documents. */
#include "store/aggregate_int.h"
#include "store/history_int.h"

static StoreStatus report(StoreNotice *notice, uint32_t collection, Str text)
{
    *notice = (StoreNotice){.offset = -1};
    (void)snprintf(notice->text, sizeof notice->text, "Collection %u: %.*s", (unsigned)collection,
                   STR_ARG(text));
    return STORE_CORRUPT;
}

static bool has_key(const Tree *tree, Str key)
{
    TreeCursor cursor;
    TreeKey wanted = tree_key(key);
    tree_cursor_start(&cursor, tree, wanted, (TreeKey){0}, false, false);
    if (!tree_cursor_next(&cursor) || tree_cursor_key_len(&cursor) != key.len) {
        return false;
    }
    Buf found = {0};
    tree_cursor_key(&cursor, buf_reserve(&found, key.len));
    bool same = str_eq((Str){found.data, key.len}, key);
    buf_free(&found);
    return same;
}

/* Whether an index has all entries of all documents, and no others. */
static bool index_matches(Store *store, const CollectionState *collection, const IndexState *index)
{
    EntryList entries = {0};
    int64_t count = 0;
    bool matches = true;
    TreeCursor cursor;
    tree_cursor_start(&cursor, &collection->documents, (TreeKey){0}, (TreeKey){0}, false, false);
    while (matches && tree_cursor_next(&cursor)) {
        const Version *version = (const Version *)(uintptr_t)tree_cursor_payload(&cursor);
        matches = index_entries(store, index->def, version, &entries) == STORE_OK;
        for (int64_t i = 0; matches && i < entries.len; i++) {
            matches = has_key(&index->entries, entries.at[i].key);
        }
        count += entries.len;
    }
    entries_free(&entries);
    return matches && count == index->entries.count;
}

static bool documents_are_sound(Store *store, const CollectionState *collection)
{
    TreeCursor cursor;
    tree_cursor_start(&cursor, &collection->documents, (TreeKey){0}, (TreeKey){0}, false, false);
    while (tree_cursor_next(&cursor)) {
        const Version *version = (const Version *)(uintptr_t)tree_cursor_payload(&cursor);
        Str derived = version_derived(version);
        if (!doc_check(store->shapes, (Str){version->doc, version->doc_len}) ||
            (derived.len > 0 && !doc_check(store->shapes, derived)) ||
            tree_find(&collection->documents, version->id) != (uint64_t)(uintptr_t)version) {
            return false;
        }
    }
    return true;
}

static StoreStatus verify_collection(Txn *txn, const CollectionState *collection,
                                     StoreNotice *notice)
{
    Store *store = txn->store;
    Buf message = {0};
    bool sound =
        tree_verify(&collection->documents, &message) && history_is_sound(collection, &message) &&
        expiry_is_sound(collection, &message);
    for (int32_t i = 0; sound && i < collection->index_count; i++) {
        sound = tree_verify(&collection->indexes[i].entries, &message);
    }
    sound = sound && aggregate_trees_are_sound(collection->aggregates, &message);
    if (sound && !documents_are_sound(store, collection)) {
        buf_puts(&message, "a document is damaged or lies under a wrong id.");
        sound = false;
    }
    for (int32_t i = 0; sound && i < collection->index_count; i++) {
        if (!index_matches(store, collection, &collection->indexes[i])) {
            buf_printf(&message, "index %u does not match the documents.",
                       (unsigned)collection->indexes[i].def->number);
            sound = false;
        }
    }
    sound = sound && aggregate_check(txn, collection, &message);
    StoreStatus status = STORE_OK;
    if (!sound && txn_check_memory(txn) != STORE_OK) {
        /* What was worked out is not whole: that it differs says nothing of what is kept. */
        status = notice_set(notice, STORE_NO_MEMORY, -1,
                            "There is not enough memory to check the database.");
    } else if (!sound) {
        status = report(notice, collection->number, buf_str(&message));
    }
    buf_free(&message);
    return status;
}

/* How many indexes and aggregates of a collection the roots know to be its own. */
static int64_t count_owned(const Roots *roots, const CollectionState *collection)
{
    const Aggregates *all = collection->aggregates;
    int64_t owned = 0;
    for (int32_t i = 0; i < collection->index_count; i++) {
        uint32_t number = collection->indexes[i].def->number;
        owned += tree_find(&roots->owners, number) == (uint64_t)collection->number + 1;
    }
    for (int64_t i = 0; all && i < all->count; i++) {
        uint32_t number = all->at[i]->def->number;
        owned += tree_find(&roots->owners, number) == (uint64_t)collection->number + 1;
    }
    return owned;
}

/* The trees of collections, and of what is whose. */
static StoreStatus verify_roots(const Roots *roots, StoreNotice *notice)
{
    Buf message = {0};
    bool sound = tree_verify(&roots->collections, &message) && tree_verify(&roots->owners, &message);
    int64_t owned = 0, there = 0;
    for (const CollectionState *at = roots_from(roots, 0); sound && at;
         at = roots_from(roots, (int64_t)at->number + 1)) {
        owned += count_owned(roots, at);
        there += at->index_count + (at->aggregates ? at->aggregates->count : 0);
    }
    if (sound && (owned != there || owned != roots->owners.count)) {
        buf_puts(&message, "an index or an aggregate is said to be of another collection.");
        sound = false;
    }
    StoreStatus status = sound ? STORE_OK
                               : notice_set(notice, STORE_CORRUPT, -1, "%.*s",
                                            STR_ARG(buf_str(&message)));
    buf_free(&message);
    return status;
}

StoreStatus store_verify(Store *store, StoreNotice *notice)
{
    *notice = (StoreNotice){.offset = -1};
    /* The writer's place: index_entries uses the hints in the definitions, and aggregates are
     * worked out anew. */
    Txn *txn = txn_begin(store, TXN_WRITE);
    StoreStatus status = verify_roots(txn->roots, notice);
    for (const CollectionState *at = roots_from(txn->roots, 0); status == STORE_OK && at;
         at = roots_from(txn->roots, (int64_t)at->number + 1)) {
        status = verify_collection(txn, at, notice);
    }
    txn_rollback(txn);
    return status;
}

/* index_build: the entries of all documents of a collection, entered at once.
 *
 * They are gathered, sorted, and appended to the empty tree: no descents, and full leaves.
 *
 *   documents ──► bytes    | key 1 | key 2 | key 3 | …      as they come
 *                 gathered  first 16 bytes, where, how long  sorted
 *                 tree      appended in order
 *
 * Transient memory: the keys and 32 bytes an entry.
 */
#include "store/aggregate_int.h"

#include <string.h>

typedef struct Gathered {
    uint64_t head, next; /* the first 16 bytes as numbers, zeros where the key is shorter */
    uint32_t len, terms_len;
    int64_t offset; /* in Gathering.bytes */
} Gathered;

typedef struct Gathering {
    Buf bytes;
    Gathered *at, *spare; /* `spare`: as long, for sorting */
    int64_t len, cap;
} Gathering;

static Str key_of(const Gathering *all, const Gathered *entry)
{
    return (Str){all->bytes.data + entry->offset, entry->len};
}

static void read_heads(Gathered *entry, Str key)
{
    uint64_t heads[2] = {0};
    memcpy(heads, key.s, key.len < (int64_t)sizeof heads ? (size_t)key.len : sizeof heads);
    entry->head = __builtin_bswap64(heads[0]);
    entry->next = __builtin_bswap64(heads[1]);
}

static void gather_entry(Gathering *all, const IndexEntry *entry)
{
    all->at = memory_room(all->at, &all->cap, all->len, 1, sizeof *all->at);
    Gathered *gathered = &all->at[all->len++];
    *gathered = (Gathered){.len = (uint32_t)entry->key.len,
                           .terms_len = (uint32_t)entry->terms_len,
                           .offset = all->bytes.len};
    read_heads(gathered, entry->key);
    buf_put(&all->bytes, entry->key);
}

void txn_tell_progress(const Txn *txn, int64_t done, int64_t total)
{
    if (txn->store->progress != NULL) {
        txn->store->progress(txn->store->progress_context, done, total);
    }
}

static StoreStatus gather(Txn *txn, const CollectionState *collection, IndexDef *def,
                          Gathering *all)
{
    enum { BATCH = 64, TOLD_EVERY = 64 * BATCH };
    EntryList entries = {.new_us = def->has_ts ? txn_time_us(txn) : 0};
    uint64_t payloads[BATCH];
    StoreStatus status = STORE_OK;
    TreeCursor cursor;
    tree_cursor_start(&cursor, &collection->documents, (TreeKey){0}, (TreeKey){0}, false, false);
    int64_t count, done = 0, told = 0, total = collection->documents.count;
    while (status == STORE_OK && (count = tree_cursor_batch(&cursor, payloads, BATCH)) > 0) {
        for (int64_t i = 0; i < count; i++) {
            __builtin_prefetch((const void *)(uintptr_t)payloads[i]);
            __builtin_prefetch((const char *)(uintptr_t)payloads[i] + 64);
        }
        for (int64_t i = 0; i < count && status == STORE_OK; i++) {
            const Version *version = (const Version *)(uintptr_t)payloads[i];
            status = index_entries(txn->store, def, version, &entries);
            for (int64_t entry = 0; entry < entries.len && status == STORE_OK; entry++) {
                gather_entry(all, &entries.at[entry]);
            }
        }
        status = status == STORE_OK ? txn_check_step(txn) : status;
        done += count;
        if (done >= told + TOLD_EVERY && done < total) {
            txn_tell_progress(txn, done, total);
            told = done;
        }
    }
    entries_free(&entries);
    return status;
}

/* -- sorting -------------------------------------------------------------------------------- */

static bool is_below(const Gathering *all, const Gathered *a, const Gathered *b)
{
    if (a->head != b->head) {
        return a->head < b->head;
    }
    if (a->next != b->next) {
        return a->next < b->next;
    }
    return str_compare(key_of(all, a), key_of(all, b)) < 0;
}

static void sort_short_run(const Gathering *all, Gathered *run, int64_t len)
{
    for (int64_t i = 1; i < len; i++) {
        Gathered moved = run[i];
        int64_t at = i;
        for (; at > 0 && is_below(all, &moved, &run[at - 1]); at--) {
            run[at] = run[at - 1];
        }
        run[at] = moved;
    }
}

static StoreStatus merge_runs(Txn *txn, const Gathering *all, const Gathered *from,
                              int64_t left, int64_t len, Gathered *to)
{
    enum { CHECK_EVERY = 1 << 14 };
    int64_t a = 0;
    int64_t b = left;
    StoreStatus status = STORE_OK;
    for (int64_t i = 0; i < len && status == STORE_OK;) {
        int64_t end = len - i < CHECK_EVERY ? len : i + CHECK_EVERY;
        for (; i < end; i++) {
            bool from_right = a == left || (b < len && is_below(all, &from[b], &from[a]));
            to[i] = from[from_right ? b : a];
            *(from_right ? &b : &a) += 1;
        }
        status = txn_check_step(txn);
    }
    return status;
}

/* Merges from the bottom up; runs that are in order already are only looked at. */
static StoreStatus sort_entries(Txn *txn, Gathering *all)
{
    enum { SHORT_RUN = 8 };
    for (int64_t at = 0; at < all->len; at += SHORT_RUN) {
        sort_short_run(all, all->at + at, all->len - at < SHORT_RUN ? all->len - at : SHORT_RUN);
    }
    all->spare = memory_try((all->len + 1) * (int64_t)sizeof *all->spare);
    if (!all->spare) {
        return txn_refuse_memory(txn);
    }
    StoreStatus status = STORE_OK;
    for (int64_t run = SHORT_RUN; run < all->len && status == STORE_OK; run *= 2) {
        for (int64_t at = 0; at < all->len && status == STORE_OK; at += 2 * run) {
            int64_t len = all->len - at < 2 * run ? all->len - at : 2 * run;
            const Gathered *from = all->at + at;
            if (len <= run || is_below(all, &from[run - 1], &from[run])) {
                memcpy(all->spare + at, from, (size_t)len * sizeof *from);
            } else {
                status = merge_runs(txn, all, from, run, len, all->spare + at);
            }
        }
        Gathered *sorted = all->spare;
        all->spare = all->at;
        all->at = sorted;
    }
    return status;
}

/* -- entering ---------------------------------------------------------------------------------- */

static bool is_alive(Txn *txn, const CollectionState *collection, int64_t id)
{
    const Version *version = (const Version *)(uintptr_t)tree_find(&collection->documents, id);
    return version && !txn_is_expired(txn, version);
}

/* Looks for two living documents with equal terms; such entries are neighbours. */
static StoreStatus check_all_unique(Txn *txn, const CollectionState *collection,
                                    const IndexDef *def, const Gathering *all)
{
    Str terms = {0};
    int64_t holder = 0;
    bool held = false; /* whether `holder` is a living document with these terms */
    for (int64_t i = 0; i < all->len; i++) {
        Str key = key_of(all, &all->at[i]);
        Str own = str_slice(key, 0, all->at[i].terms_len);
        int64_t id = key_entry_id(key);
        bool same = i > 0 && str_eq(own, terms);
        terms = own;
        held = held && same;
        if (held && id != holder && is_alive(txn, collection, id)) {
            index_add_conflict(txn, def->number, id < holder ? id : holder,
                               id < holder ? holder : id);
            return STORE_NOT_UNIQUE;
        }
        if (!held) {
            holder = id;
            held = is_alive(txn, collection, id);
        }
    }
    return STORE_OK;
}

StoreStatus index_build(Txn *txn, const CollectionState *collection, IndexState *index)
{
    Gathering all = {0};
    txn->conflict_count = 0;
    StoreStatus status = gather(txn, collection, index->def, &all);
    if (status == STORE_OK) {
        status = sort_entries(txn, &all);
        if (status == STORE_OK && index->def->spec.unique && !txn->replaying) {
            status = check_all_unique(txn, collection, index->def, &all);
        }
    }
    for (int64_t i = 0; status == STORE_OK && i < all.len; i++) {
        always(tree_insert(&txn->edit, &index->entries, key_of(&all, &all.at[i])));
        status = txn_check_step(txn);
    }
    buf_free(&all.bytes);
    free(all.at);
    free(all.spare);
    txn_tell_progress(txn, collection->documents.count, collection->documents.count);
    return status;
}

StoreStatus index_build_all(Txn *txn)
{
    StoreStatus status = STORE_OK;
    for (const CollectionState *at = roots_from(txn->roots, 0); status == STORE_OK && at;
         at = roots_from(txn->roots, (int64_t)at->number + 1)) {
        CollectionState *collection = txn_own_collection(txn, at->number);
        at = collection;
        expiry_build(txn, collection);
        for (int32_t index = 0; status == STORE_OK && index < collection->index_count; index++) {
            status = index_build(txn, collection, &collection->indexes[index]);
        }
    }
    return status == STORE_OK ? aggregate_build_all(txn) : status;
}

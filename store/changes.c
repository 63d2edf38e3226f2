/* changes: see changes.h. Of a transaction under way the operations tell which documents it wrote;
 * what they were is in the state that it began with. */
#include "store/changes_int.h"

#include "store/database_int.h"
#include "store/history.h"

#include <string.h>

static int compare_changes(const void *a, const void *b)
{
    const TxnChange *left = a, *right = b;
    if (left->collection != right->collection) {
        return left->collection < right->collection ? -1 : 1;
    }
    return (left->id > right->id) - (left->id < right->id);
}

/* Whether a document was there all the time and kept its time, or was not there at all; what the
 * store's user keeps for itself is nobody's change. */
static bool is_none(const TxnChange *change)
{
    const DocState *before = &change->before, *after = &change->after;
    if (change->collection == COLLECTION_UNCOUNTED) {
        return true;
    }
    return before->exists == after->exists &&
           (!before->exists || before->time_us == after->time_us);
}

void changes_tidy(const Txn *txn, int64_t time_us, ChangeList *list)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < list->len; i++) {
        TxnChange change = list->at[i];
        if (database_has(txn, change.collection)) {
            change.collection -= txn->base;
            if (change.before.exists && change.before.ttl_us <= time_us) {
                change.before = (DocState){.ttl_us = TTL_NEVER};
            }
            list->at[kept] = change;
            kept += !is_none(&change);
        }
    }
    list->len = kept;
    if (kept > 1) {
        qsort(list->at, (size_t)kept, sizeof *list->at, compare_changes);
    }
}

static DocState state_of(const Version *version)
{
    if (version == NULL || version->flags & VERSION_DELETED) {
        return (DocState){.ttl_us = TTL_NEVER};
    }
    Str derived = version_derived(version);
    return (DocState){.exists = true,
                      .doc = {version->doc, version->doc_len},
                      .derived = derived,
                      .ttl_us = version_ttl_us(version),
                      .time_us = version->time_us,
                      .doc_len = version->doc_len,
                      .derived_len = derived.len};
}

/* -- the transaction under way ----------------------------------------------------------------- */

static const Version *find_version(const Roots *roots, uint32_t number, int64_t id)
{
    const CollectionState *collection = roots_collection(roots, number);
    return collection ? (const Version *)(uintptr_t)tree_find(&collection->documents, id) : NULL;
}

static const Version *written(const Op *op)
{
    return op->kind == OP_PUT || op->kind == OP_DELETE ? op->what : NULL;
}

int64_t txn_list_changes(Txn *txn, Arena *arena, const TxnChange **changes)
{
    ChangeList list = {0};
    ChangeList unique = {0};
    Op op;
    for (OpReader reader = ops_from(&txn->ops, 0); ops_next(&reader, &op);) {
        const Version *version = written(&op);
        if (version != NULL) {
            TxnChange change = {.collection = op.collection, .id = version->id};
            vec_push(&list, arena, change);
        }
    }
    if (list.len > 1) {
        qsort(list.at, (size_t)list.len, sizeof *list.at, compare_changes);
    }
    for (int64_t i = 0; i < list.len; i++) {
        TxnChange change = list.at[i];
        if (i > 0 && compare_changes(&list.at[i - 1], &change) == 0) {
            continue;
        }
        change.before = state_of(find_version(txn->state->roots, change.collection, change.id));
        change.after = state_of(find_version(txn->roots, change.collection, change.id));
        vec_push(&unique, arena, change);
    }
    changes_tidy(txn, txn_now_us(txn), &unique);
    *changes = unique.at;
    return unique.len;
}

/* -- the past of a store in memory ------------------------------------------------------------- */

typedef struct Dated {
    int64_t time_us;
    TxnChange change;
} Dated;

typedef VEC(Dated) DatedList;

static int compare_dated(const void *a, const void *b)
{
    const Dated *left = a, *right = b;
    if (left->time_us != right->time_us) {
        return left->time_us < right->time_us ? -1 : 1;
    }
    return compare_changes(&left->change, &right->change);
}

static void gather(Txn *txn, Arena *arena, uint32_t collection, int64_t from_us, DatedList *list)
{
    int64_t since_us = txn_changes_since_us(txn, collection);
    DocChange found;
    ChangeCursor cursor =
        change_cursor(txn, collection, from_us > since_us ? from_us - 1 : since_us);
    while (change_next(&cursor, &found)) {
        Dated dated = {.time_us = found.time_us,
                       .change = {.collection = collection,
                                  .id = found.id,
                                  .before = state_of(found.before),
                                  .after = state_of(found.after)}};
        vec_push(list, arena, dated);
    }
}

static void changes_from_history(Txn *txn, Arena *arena, const PastWanted *wanted, PastList *list)
{
    DatedList all = {0};
    const Roots *roots = txn->state->roots;
    const CollectionState *at = roots_from(roots, txn->base);
    for (; at && database_has(txn, at->number); at = roots_from(roots, (int64_t)at->number + 1)) {
        uint32_t number = at->number;
        if (number - txn->base != COLLECTION_UNCOUNTED) {
            gather(txn, arena, number - txn->base, wanted->from_us, &all);
        }
    }
    if (all.len > 1) {
        qsort(all.at, (size_t)all.len, sizeof *all.at, compare_dated);
    }
    TxnChange *changes = arena_array(arena, TxnChange, all.len);
    for (int64_t i = 0; i < all.len; i++) {
        changes[i] = all.at[i].change;
        if (i == 0 || all.at[i].time_us != all.at[i - 1].time_us) {
            PastTxn past = {.time_us = all.at[i].time_us, .changes = &changes[i]};
            vec_push(list, arena, past);
        }
        list->at[list->len - 1].count++;
    }
}

StoreStatus txn_list_past(Txn *txn, Arena *arena, const PastWanted *wanted, const PastTxn **found,
                          int64_t *count)
{
    PastList list = {0};
    StoreStatus status = STORE_OK;
    assert(txn->mode == TXN_WRITE);
    if (txn->store->log != NULL) {
        status = changes_from_log(txn, arena, wanted, &list);
    } else {
        changes_from_history(txn, arena, wanted, &list);
    }
    *count = list.len < wanted->max ? list.len : wanted->max;
    PastTxn *newest = arena_array(arena, PastTxn, *count);
    for (int64_t i = 0; i < *count; i++) {
        newest[i] = list.at[list.len - 1 - i];
    }
    *found = newest;
    return status;
}

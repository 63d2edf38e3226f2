/* txn: transactions: reading and writing documents, marks, commit; see store.h.
 *
 * A writer changes its own copies of the roots (page.h). Its writes are also listed as ops,
 * in order: the log gets them at the commit, and the new versions their time.
 *
 *   put v1 of a new document   ops: put v1        replaced: -
 *   put v2 of it               ops: put v1, v2    replaced: v1 (VERSION_REPLACED: not logged)
 *   commit                     log: v2            v2.time_us set, v1 freed
 */
#include "store/aggregate_int.h"
#include "store/log.h"

#include <string.h>

enum { OPS_KEEP = 4096, STRESS_COUNT_MAX = 500 };

Txn *txn_begin(Store *store, TxnMode mode)
{
    Txn *txn = state_enter(store, mode);
    txn_enter(txn, DATABASE_ROOT);
    return txn;
}

StoreStatus txn_upgrade(Txn *txn)
{
    if (txn->mode == TXN_WRITE) {
        return STORE_OK;
    }
    return state_upgrade(txn) ? STORE_OK : STORE_CHANGED;
}

int64_t txn_snapshot_us(const Txn *txn)
{
    return txn->state->time_us;
}

TxnChanges txn_changes(const Txn *txn)
{
    return txn->changes;
}

int64_t txn_writes(const Txn *txn, uint32_t collection)
{
    collection = txn_number(txn, collection);
    for (int64_t i = 0; i < txn->face.touched; i++) {
        if (txn->touched[i].collection == collection) {
            return txn->touched[i].writes;
        }
    }
    return 0;
}

static void count_write(Txn *txn, uint32_t collection)
{
    for (int64_t i = 0; i < txn->face.touched; i++) {
        if (txn->touched[i].collection == collection) {
            txn->touched[i].writes++;
            return;
        }
    }
    txn->touched =
        memory_room(txn->touched, &txn->touched_cap, txn->face.touched, 1, sizeof *txn->touched);
    txn->touched[txn->face.touched++] = (Touched){.collection = collection, .writes = 1};
}

void txn_push_op(Txn *txn, OpKind kind, uint32_t collection, void *what)
{
    count_write(txn, collection);
    if (txn->replaying) {
        return;
    }
    OpList *ops = &txn->ops;
    ops->at = memory_room(ops->at, &ops->cap, ops->len, 1, sizeof *ops->at);
    ops->at[ops->len++] = (Op){.collection = collection, .kind = kind, .what = what};
}

/* -- ending --------------------------------------------------------------------------------- */

static void forget_writes(Txn *txn)
{
    for (int64_t i = 0; i < txn->dead.len; i++) {
        version_free(txn->store, txn->dead.at[i]);
    }
    ptrs_clear(&txn->dead);
    ptrs_clear(&txn->replaced);
    txn->ops.len = 0;
    if (txn->ops.cap > OPS_KEEP) {
        free(txn->ops.at);
        txn->ops = (OpList){0};
    }
    txn->changes = (TxnChanges){0};
    txn->face.touched = 0;
    txn->conflict_count = 0;
    txn->replaying = false;
}

static void end(Txn *txn)
{
    cursor_close_all(txn);
    aggregate_end_reading(txn);
    forget_writes(txn);
    txn->last = NULL;
    txn->now_us = 0;
    txn->commit_us = 0;
    state_leave(txn);
}

/* Moves the versions that were made since op number `from` to the dead. */
static void kill_versions(Txn *txn, int64_t from)
{
    for (int64_t i = from; i < txn->ops.len; i++) {
        const Op *op = &txn->ops.at[i];
        const Version *made = op->what;
        if (op->kind == OP_PUT ||
            (op->kind == OP_DELETE && made->flags & VERSION_DELETED && version_is_new(made))) {
            ptrs_push(&txn->dead, op->what);
        }
    }
    txn->ops.len = from;
}

static void undo(Txn *txn)
{
    cursor_close_all(txn);
    kill_versions(txn, 0);
    edit_rollback(&txn->edit);
}

void txn_rollback(Txn *txn)
{
    if (txn->mode == TXN_WRITE) {
        undo(txn);
    }
    end(txn);
}

/* Moves the versions that the transaction made and replaced itself to the dead. */
static void bury_replaced(Txn *txn)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < txn->replaced.len; i++) {
        Version *version = txn->replaced.at[i];
        if (version->flags & VERSION_REPLACED && version_is_new(version)) {
            ptrs_push(&txn->dead, version);
        } else {
            txn->replaced.at[kept++] = version;
        }
    }
    txn->replaced.len = kept;
}

/* Gives the new versions and tombstones their time, and lists them as changes. */
static void stamp_versions(Txn *txn, int64_t time_us)
{
    for (int64_t i = 0; i < txn->ops.len; i++) {
        const Op *op = &txn->ops.at[i];
        Version *version = op->what;
        bool made =
            op->kind == OP_PUT ||
            (op->kind == OP_DELETE && version->flags & VERSION_DELETED && version_is_new(version));
        if (!made || version->flags & VERSION_REPLACED) {
            continue;
        }
        if (version->flags & VERSION_DATED) {
            version->flags &= ~(uint32_t)VERSION_DATED;
        } else {
            version->time_us = time_us;
        }
        history_note(txn, op->collection, version);
    }
}

int64_t txn_time_us(Txn *txn)
{
    if (txn->commit_us == 0) {
        txn->commit_us =
            txn->replaying ? txn->replay_time_us : state_next_time(txn->store, txn->now_us);
    }
    return txn->commit_us;
}

/* Makes the writes of a transaction the newest state, and ends the edit, whatever is returned. */
static StoreStatus publish(Txn *txn, int64_t time_us)
{
    bool wrote = txn->ops.len > 0 || txn->replaying;
    StoreStatus status = txn->replaying ? STORE_OK : txn_check_memory(txn);
    if (status == STORE_OK && wrote && txn->store->log && !txn->replaying) {
        status = log_append(txn->store->log, txn, time_us);
    }
    if (status != STORE_OK || !wrote) {
        undo(txn);
        return status;
    }
    /* A cursor may stand on what is freed now. */
    cursor_close_all(txn);
    if (!txn->replaying) {
        bury_replaced(txn);
        stamp_versions(txn, time_us);
        history_trim(txn);
    }
    state_publish(txn, time_us);
    return STORE_OK;
}

StoreStatus txn_commit(Txn *txn, int64_t *time_us)
{
    int64_t time = txn_time_us(txn);
    StoreStatus status = txn->mode == TXN_WRITE ? publish(txn, time) : STORE_OK;
    if (time_us) {
        *time_us = time;
    }
    end(txn);
    return status;
}

void txn_free(Txn *txn)
{
    cursor_free_spare(txn);
    aggregate_free_reader(txn);
    ptrs_free(&txn->edit.fresh);
    ptrs_free(&txn->edit.loose);
    ptrs_free(&txn->edit.stale);
    ptrs_free(&txn->replaced);
    ptrs_free(&txn->dead);
    for (int64_t i = 0; i < txn->entries_cap; i++) {
        entries_free(&txn->entries[i]);
    }
    free(txn->entries);
    free(txn->ops.at);
    free(txn->touched);
    free(txn->conflicts);
    buf_free(&txn->scratch);
    free(txn);
}

/* -- marks ------------------------------------------------------------------------------------- */

typedef struct Mark {
    Roots *roots;
    EditMark edit;
    int64_t ops_len, replaced_len;
    TxnChanges changes;
} Mark;

_Static_assert(sizeof(Mark) <= sizeof(TxnMark), "a mark fits what callers keep");

TxnMark txn_mark(Txn *txn)
{
    Mark mark = {.roots = txn->roots, .ops_len = txn->ops.len, .changes = txn->changes};
    if (txn->mode == TXN_WRITE) {
        mark.edit = edit_mark(&txn->edit);
        mark.replaced_len = txn->replaced.len;
        txn->mark_stamp = mark.edit.stamp;
    }
    TxnMark opaque = {{0}};
    memcpy(&opaque, &mark, sizeof mark);
    return opaque;
}

void txn_rewind(Txn *txn, const TxnMark *opaque)
{
    Mark mark;
    memcpy(&mark, opaque, sizeof mark);
    if (txn->mode != TXN_WRITE || txn->ops.len == mark.ops_len) {
        return;
    }
    if (mark.edit.stamp == 0) {
        /* The mark was set before the upgrade, and so before the first write. */
        mark.edit.stamp = txn->edit.first - 1;
    }
    cursor_end_since(txn, mark.edit.stamp);
    for (int64_t i = mark.replaced_len; i < txn->replaced.len; i++) {
        Version *version = txn->replaced.at[i];
        if (version_is_new(version)) {
            version->flags &= ~(uint32_t)VERSION_REPLACED;
        }
    }
    txn->replaced.len = mark.replaced_len;
    kill_versions(txn, mark.ops_len);
    edit_rewind(&txn->edit, &mark.edit);
    txn->roots = mark.roots;
    txn->last = NULL;
    txn->changes = mark.changes;
    for (int64_t i = 0; i < txn->face.touched; i++) {
        txn->touched[i].writes++;
    }
}

/* -- finding collections --------------------------------------------------------------------------
 */

/* Number of collections below `number`. */
static int64_t seek_collection(const Roots *roots, uint32_t number)
{
    int64_t low = 0;
    int64_t high = roots->count;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (roots->collections[middle]->number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

CollectionState *txn_collection_from(const Txn *txn, int64_t i)
{
    const Roots *roots = txn->roots;
    int64_t at = i + (txn->base == 0 ? 0 : seek_collection(roots, txn->base));
    return roots->collections[at < roots->count ? at : at - roots->count];
}

CollectionState *txn_collection(Txn *txn, uint32_t number)
{
    if (txn->last && txn->last->number == number) {
        return txn->last;
    }
    int64_t at = seek_collection(txn->roots, number);
    if (at == txn->roots->count || txn->roots->collections[at]->number != number) {
        return NULL;
    }
    txn->last = txn->roots->collections[at];
    return txn->last;
}

Roots *txn_own_roots(Txn *txn)
{
    txn->roots = edit_own(&txn->edit, txn->roots);
    return txn->roots;
}

CollectionState *txn_own_collection(Txn *txn, uint32_t number)
{
    CollectionState *last = txn->last;
    if (last && last->number == number && edit_owns(&txn->edit, &last->block)) {
        return last;
    }
    Roots *roots = txn_own_roots(txn);
    int64_t at = seek_collection(roots, number);
    assert(at < roots->count && roots->collections[at]->number == number);
    txn->last = roots->collections[at] = edit_own(&txn->edit, roots->collections[at]);
    return txn->last;
}

StoreStatus txn_check_writable(const Txn *txn)
{
    if (txn->store->read_only || txn->mode != TXN_WRITE) {
        return STORE_READ_ONLY;
    }
    return txn_check_memory(txn);
}

StoreStatus txn_refuse_memory(const Txn *txn)
{
    return notice_set(&txn->store->error, STORE_NO_MEMORY, -1,
                      "There is not enough memory for this transaction.");
}

StoreStatus txn_check_memory(const Txn *txn)
{
    return LIKELY(!memory_ran_out(txn->since)) ? STORE_OK : txn_refuse_memory(txn);
}

/* -- documents
 * --------------------------------------------------------------------------------------- */

int64_t txn_now_us(Txn *txn)
{
    if (txn->now_us == 0) {
        const Os *os = txn->store->os;
        int64_t now_us = txn->commit_us ? txn->commit_us : os->now_us(os->self);
        txn->now_us = now_us > txn->state->time_us ? now_us : txn->state->time_us;
    }
    return txn->now_us;
}

bool txn_is_expired(Txn *txn, const Version *version)
{
    /* What the log deletes was alive then. */
    if (LIKELY(!(version->flags & VERSION_TTL)) || txn->replaying) {
        return false;
    }
    return version_ttl_us(version) <= txn_now_us(txn);
}

static Version *find_version(const CollectionState *collection, int64_t id)
{
    return (Version *)(uintptr_t)tree_find(&collection->documents, id);
}

const Version *txn_get(Txn *txn, uint32_t number, int64_t id)
{
    const CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    const Version *version = collection ? find_version(collection, id) : NULL;
    /* A small document lies in two cache lines: load the second while the first is waited for. */
    __builtin_prefetch((const char *)(uintptr_t)((uintptr_t)version + 64));
    return version && !txn_is_expired(txn, version) ? version : NULL;
}

int64_t txn_count(Txn *txn, uint32_t number)
{
    const CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    return collection ? collection->documents.count : 0;
}

bool txn_may_expire(Txn *txn, uint32_t number)
{
    const CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    return collection && collection->ttl_count > 0;
}

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
    if (put->time_us != 0 && !older && !txn->replaying) {
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

/* Puts `version` in the place of `before` (NULL: there was none), which is kept, or not. It is
 * freed on failure. */
static StoreStatus enter_version(Txn *txn, CollectionState *collection, Version *before,
                                 Version *version, bool keeps)
{
    uint32_t number = collection->number;
    bool aggregated = collection->aggregates && !txn->replaying;
    if (aggregated) {
        collection = aggregate_sweep(txn, collection, version_ttl_us(version));
    }
    StoreStatus status = STORE_OK;
    bool indexed = collection->index_count > 0 && !txn->replaying;
    if (indexed) {
        status = index_prepare(txn, collection, before, version);
    }
    if (aggregated && status == STORE_OK) {
        status = aggregate_prepare(txn, collection, before, version);
    }
    if (status != STORE_OK) {
        version_free(txn->store, version);
        return status;
    }
    collection = txn_own_collection(txn, number);
    if (indexed) {
        index_apply(txn, collection);
    }
    if (aggregated) {
        aggregate_apply(txn, collection, before, version);
    }
    tree_put(&txn->edit, &collection->documents, version->id, (uint64_t)(uintptr_t)version);
    collection->ttl_count += (version->flags & VERSION_TTL) != 0;
    if (before) {
        collection->ttl_count -= (before->flags & VERSION_TTL) != 0;
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
    Version *before = find_version(collection, id);
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
    Version *before = collection ? find_version(collection, id) : NULL;
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
    Version *before = collection ? find_version(collection, id) : NULL;
    if (status == STORE_OK && (!before || txn_is_expired(txn, before))) {
        status = STORE_NOT_FOUND;
    }
    bool indexed = collection && collection->index_count > 0 && !txn->replaying;
    if (status == STORE_OK && indexed) {
        status = index_prepare(txn, collection, before, NULL);
    }
    bool aggregated = collection && collection->aggregates && !txn->replaying;
    if (status == STORE_OK && aggregated) {
        collection = aggregate_sweep(txn, collection, TTL_NEVER);
        status = aggregate_prepare(txn, collection, before, NULL);
    }
    if (status != STORE_OK) {
        return status;
    }
    collection = txn_own_collection(txn, collection->number);
    if (indexed) {
        index_apply(txn, collection);
    }
    if (aggregated) {
        aggregate_apply(txn, collection, before, NULL);
    }
    always(tree_remove(&txn->edit, &collection->documents, tree_key_id(id)));
    collection->ttl_count -= (before->flags & VERSION_TTL) != 0;
    txn->changes.deleted += number != COLLECTION_UNCOUNTED;
    txn_push_op(txn, OP_DELETE, collection->number, history_delete(txn, collection, before));
    verify_collection(txn, collection);
    return txn_check_memory(txn);
}

const TxnConflict *txn_conflicts(const Txn *txn, int64_t *count)
{
    *count = txn->conflict_count;
    return txn->conflicts;
}

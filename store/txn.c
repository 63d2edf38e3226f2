/* txn: transactions: begin, commit, marks; finding collections and documents; see store.h.
 *
 * A writer changes its own copies of the roots (page.h). Its writes are also listed as ops,
 * in order: the log gets them at the commit, and the new versions their time.
 *
 *   put v1 of a new document   ops: put v1        replaced: -
 *   put v2 of it               ops: put v1, v2    replaced: v1 (VERSION_REPLACED: not logged)
 *   commit                     log: v2            v2.time_us set, v1 freed
 *
 * Not here: writing documents (txn_write.c), definitions (txn_define.c), databases (database.c).
 */
#include "store/aggregate_int.h"
#include "store/history_int.h"
#include "store/log.h"

#include <string.h>

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

/* Where a collection is, or would be, among those that were written to. */
static int64_t seek_touched(const Txn *txn, uint32_t collection)
{
    int64_t low = 0;
    int64_t high = txn->face.touched;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (txn->touched[middle].collection < collection) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

int64_t txn_writes(const Txn *txn, uint32_t collection)
{
    collection = txn_number(txn, collection);
    int64_t at = seek_touched(txn, collection);
    bool found = at < txn->face.touched && txn->touched[at].collection == collection;
    return found ? txn->touched[at].writes : 0;
}

static void count_write(Txn *txn, uint32_t collection)
{
    int64_t at = seek_touched(txn, collection);
    if (at < txn->face.touched && txn->touched[at].collection == collection) {
        txn->touched[at].writes++;
        return;
    }
    txn->touched =
        memory_room(txn->touched, &txn->touched_cap, txn->face.touched, 1, sizeof *txn->touched);
    memmove(&txn->touched[at + 1], &txn->touched[at],
            (size_t)(txn->face.touched - at) * sizeof *txn->touched);
    txn->touched[at] = (Touched){.collection = collection, .writes = 1};
    txn->face.touched++;
}

void txn_push_op(Txn *txn, OpKind kind, uint32_t collection, void *what)
{
    count_write(txn, collection);
    if (txn->replaying) {
        return;
    }
    ops_push(&txn->ops, kind, collection, what);
}

int64_t txn_held_bytes(const Txn *txn)
{
    return txn->held_bytes;
}

/* -- ending --------------------------------------------------------------------------------- */

static void forget_writes(Txn *txn)
{
    for (int64_t i = 0; i < txn->dead.len; i++) {
        version_free(txn->store, txn->dead.at[i]);
    }
    ptrs_clear(&txn->dead);
    ptrs_clear(&txn->replaced);
    ops_clear(&txn->ops);
    txn->changes = (TxnChanges){0};
    txn->held_bytes = 0;
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
    txn->found.version = NULL;
    txn->stops = NULL;
    txn->now_us = 0;
    state_leave(txn);
}

/* The version or tombstone that a write made, or NULL. */
static Version *made_by(const Op *op)
{
    Version *version = op->what;
    bool made = op->kind == OP_PUT || (op->kind == OP_DELETE && version->flags & VERSION_DELETED &&
                                       version_is_new(version));
    return made ? version : NULL;
}

/* Moves the versions that were made since op number `from` to the dead. */
static void kill_versions(Txn *txn, int64_t from)
{
    Op op;
    for (OpReader reader = ops_from(&txn->ops, from); ops_next(&reader, &op);) {
        Version *version = made_by(&op);
        if (version) {
            ptrs_push(&txn->dead, version);
        }
    }
    ops_cut(&txn->ops, from);
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
    Op op;
    for (OpReader reader = ops_from(&txn->ops, 0); ops_next(&reader, &op);) {
        Version *version = made_by(&op);
        if (!version || version->flags & VERSION_REPLACED) {
            continue;
        }
        if (version->flags & VERSION_DATED) {
            version->flags &= ~(uint32_t)VERSION_DATED;
        } else {
            version->time_us = time_us;
        }
        history_note(txn, op.collection, version);
    }
}

int64_t txn_time_us(Txn *txn)
{
    if (txn->commit_us == 0 && txn->replaying) {
        txn->commit_us = txn->replay_time_us;
    } else if (txn->commit_us == 0) {
        state_settle_time(txn);
    }
    return txn->commit_us;
}

int64_t txn_horizon_us(Txn *txn)
{
    int64_t horizon_us = state_horizon(txn);
    if (txn->now_us == 0) {
        txn->now_us = horizon_us;
    }
    return horizon_us < txn->now_us ? horizon_us : txn->now_us;
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
    ops_free(&txn->ops);
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
    txn->found.version = NULL;
    txn->changes = mark.changes;
    for (int64_t i = 0; i < txn->face.touched; i++) {
        txn->touched[i].writes++;
    }
}

/* -- finding collections ----------------------------------------------------------------------- */

CollectionState *roots_collection(const Roots *roots, uint32_t number)
{
    return (CollectionState *)(uintptr_t)tree_find(&roots->collections, number);
}

static CollectionState *find_beside(const Roots *roots, int64_t from, int64_t to, bool reverse)
{
    TreeCursor cursor;
    tree_cursor_start(&cursor, &roots->collections, tree_key_id(from), tree_key_id(to), true,
                      reverse);
    return tree_cursor_next(&cursor) ? (CollectionState *)(uintptr_t)tree_cursor_payload(&cursor)
                                     : NULL;
}

CollectionState *roots_from(const Roots *roots, int64_t number)
{
    return find_beside(roots, number, INT64_MAX, false);
}

CollectionState *roots_below(const Roots *roots, int64_t number)
{
    return find_beside(roots, 0, number, true);
}

CollectionState *txn_collection(Txn *txn, uint32_t number)
{
    if (txn->last && txn->last->number == number) {
        return txn->last;
    }
    CollectionState *found = roots_collection(txn->roots, number);
    txn->last = found ? found : txn->last;
    return found;
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
    CollectionState *found = roots_collection(roots, number);
    assert(found);
    txn->last = edit_own(&txn->edit, found);
    if (txn->last != found) {
        tree_put(&txn->edit, &roots->collections, number, (uint64_t)(uintptr_t)txn->last);
    }
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

void txn_stop_on(Txn *txn, TxnStops *stops, void *context)
{
    txn->stops = stops;
    txn->stops_context = context;
    txn->steps = 0;
}

StoreStatus txn_check_step(Txn *txn)
{
    enum { STEPS_PER_LOOK = 64 };
    bool looks = txn->stops != NULL && txn->steps++ % STEPS_PER_LOOK == 0;
    return UNLIKELY(looks && txn->stops(txn->stops_context)) ? STORE_STOPPED
                                                             : txn_check_memory(txn);
}

/* -- reading documents ------------------------------------------------------------------------- */

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

Version *txn_find_version(Txn *txn, const CollectionState *collection, int64_t id)
{
    Found *found = &txn->found;
    if (found->version && found->id == id && found->collection == collection->number) {
        return found->version;
    }
    Version *version = (Version *)(uintptr_t)tree_find(&collection->documents, id);
    *found = (Found){.id = id, .collection = collection->number, .version = version};
    return version;
}

const Version *txn_get(Txn *txn, uint32_t number, int64_t id)
{
    const CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    const Version *version = collection ? txn_find_version(txn, collection, id) : NULL;
    /* A small document lies in two cache lines: load the second while the first is waited for. */
    __builtin_prefetch((const char *)(uintptr_t)((uintptr_t)version + 64));
    return version && !txn_is_expired(txn, version) ? version : NULL;
}

TxnStamp txn_stamp(Txn *txn, uint32_t number)
{
    const CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    return collection ? (TxnStamp){.block = collection->block.stamp,
                                   .writes = txn_writes(txn, number),
                                   .number = collection->number}
                      : (TxnStamp){0};
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

const TxnConflict *txn_conflicts(const Txn *txn, int64_t *count)
{
    *count = txn->conflict_count;
    return txn->conflicts;
}

/* state: the committed states of a store, who reads them, and who writes; see store_int.h.
 *
 *   oldest                            current
 *   State 40 ──newer──► State 41 ──newer──► State 42
 *   2 readers           0 readers           1 reader
 *   [freed by 41]       [freed by 42]
 *
 * State 41 is kept though nobody reads it: what it lacks of 40 hangs on 40. When the readers
 * of 40 have left, the next writer frees 40 and 41 with all that hangs on them.
 *
 * Only the writer allocates and frees blocks and versions, so that the slabs need no lock.
 */
#include "store/definition.h"

#include <string.h>

static State *make_state(Roots *roots, int64_t time_us)
{
    State *state = memory_zero(sizeof *state);
    state->roots = roots;
    state->time_us = time_us;
    return state;
}

void state_start(Store *store)
{
    store->blocks = slab_new();
    store->versions = slab_new();
    store->next_stamp = 1;
    Roots *roots = slab_alloc(store->blocks, sizeof *roots);
    *roots = (Roots){.block = {.bytes = sizeof *roots},
                     .next_index = 1,
                     .collections.kind = TREE_IDS,
                     .owners.kind = TREE_IDS};
    store->current = store->oldest = make_state(roots, 0);
}

void version_free(Store *store, Version *version)
{
    slab_free(store->versions, version, version_size(version));
}

static void free_garbage(Store *store, PtrList *blocks, PtrList *versions)
{
    for (int64_t i = 0; i < blocks->len; i++) {
        Block *block = blocks->at[i];
        slab_free(store->blocks, block, block->bytes);
    }
    for (int64_t i = 0; i < versions->len; i++) {
        version_free(store, versions->at[i]);
    }
    ptrs_clear(blocks);
    ptrs_clear(versions);
}

static void free_state(State *state)
{
    ptrs_free(&state->blocks);
    ptrs_free(&state->versions);
    free(state);
}

void state_end(Store *store)
{
    for (State *state = store->oldest; state;) {
        State *newer = state->newer;
        always(state->refs == 0);
        free_state(state);
        state = newer;
    }
    slab_free_all(store->blocks);
    slab_free_all(store->versions);
}

/* Frees the states that nobody reads, from the oldest on. Called by the writer. Returns whether the
 * newest is the only one left. */
static bool reclaim(Store *store)
{
    pthread_mutex_lock(&store->lock);
    State *first = store->oldest;
    State *end = first;
    while (end != store->current && end->refs == 0) {
        end = end->newer;
    }
    store->oldest = end;
    pthread_mutex_unlock(&store->lock);
    while (first != end) {
        State *newer = first->newer;
        free_garbage(store, &first->blocks, &first->versions);
        free_state(first);
        first = newer;
    }
    return end == store->current;
}

/* -- transactions come and go ------------------------------------------------------------- */

/* An ended transaction to use again, or a new one. Under the lock. */
static Txn *take_txn(Store *store)
{
    Txn *txn = store->spare;
    if (txn) {
        store->spare = txn->next_spare;
    } else {
        txn = memory_zero(sizeof *txn);
    }
    return txn;
}

/* Makes `txn` the writer. Under the lock. */
static void become_writer(Store *store, Txn *txn)
{
    store->writer = txn;
    txn->mode = TXN_WRITE;
}

static void begin_edit(Txn *txn)
{
    if (reclaim(txn->store)) {
        definition_sweep(txn->store);
    }
    edit_begin(&txn->edit, txn->store->blocks, txn->store->next_stamp);
    txn->mark_stamp = 0;
    txn->since = memory_since();
}

Txn *state_enter(Store *store, TxnMode mode)
{
    pthread_mutex_lock(&store->lock);
    Txn *txn = take_txn(store);
    txn->mode = TXN_READ;
    txn->stops = NULL; /* a Txn is used again */
    if (mode == TXN_WRITE) {
        while (store->writer) {
            pthread_cond_wait(&store->writer_left, &store->lock);
        }
        become_writer(store, txn);
    }
    txn->store = store;
    txn->state = store->current;
    txn->state->refs++;
    txn->roots = txn->state->roots;
    pthread_mutex_unlock(&store->lock);
    if (mode == TXN_WRITE) {
        begin_edit(txn);
    }
    return txn;
}

bool store_has_writer(Store *store)
{
    pthread_mutex_lock(&store->lock);
    bool has_writer = store->writer != NULL;
    pthread_mutex_unlock(&store->lock);
    return has_writer;
}

bool state_upgrade(Txn *txn)
{
    Store *store = txn->store;
    pthread_mutex_lock(&store->lock);
    while (store->writer && store->current == txn->state) {
        pthread_cond_wait(&store->writer_left, &store->lock);
    }
    /* What it commits is beyond each horizon that was told. */
    bool is_behind = txn->commit_us && txn->commit_us <= store->horizon_us;
    bool upgraded = store->current == txn->state && !is_behind;
    if (upgraded) {
        become_writer(store, txn);
    }
    pthread_mutex_unlock(&store->lock);
    if (upgraded) {
        begin_edit(txn);
    }
    return upgraded;
}

void state_publish(Txn *txn, int64_t time_us)
{
    Store *store = txn->store;
    State *before = txn->state;
    State *after = make_state(txn->roots, time_us);
    after->refs = 1;
    pthread_mutex_lock(&store->lock);
    before->newer = after;
    before->refs--;
    store->current = after;
    bool unseen = store->oldest == before && before->refs == 0;
    if (unseen) {
        store->oldest = after;
    } else {
        before->blocks = txn->edit.stale;
        before->versions = txn->replaced;
        txn->edit.stale = txn->replaced = (PtrList){0};
    }
    pthread_mutex_unlock(&store->lock);
    txn->state = after;
    if (unseen) {
        free_garbage(store, &txn->edit.stale, &txn->replaced);
        free_state(before);
    }
    edit_commit(&txn->edit);
}

void state_leave(Txn *txn)
{
    Store *store = txn->store;
    pthread_mutex_lock(&store->lock);
    txn->commit_us = 0;
    txn->state->refs--;
    if (store->writer == txn) {
        store->next_stamp = txn->edit.stamp + 1;
        store->writer = NULL;
        pthread_cond_broadcast(&store->writer_left);
    }
    txn->next_spare = store->spare;
    store->spare = txn;
    pthread_mutex_unlock(&store->lock);
}

void state_settle_time(Txn *txn)
{
    Store *store = txn->store;
    int64_t now = store->os->now_us(store->os->self);
    now = now > txn->now_us ? now : txn->now_us;
    pthread_mutex_lock(&store->lock);
    store->clock_us = now > store->clock_us ? now : store->clock_us + 1;
    txn->commit_us = store->clock_us;
    pthread_mutex_unlock(&store->lock);
}

int64_t state_horizon(const Txn *txn)
{
    Store *store = txn->store;
    const State *state = txn->state;
    int64_t horizon_us = store->os->now_us(store->os->self);
    pthread_mutex_lock(&store->lock);
    const Txn *writer = store->writer;
    if (state->newer) {
        horizon_us = state->newer->time_us - 1;
    } else if (writer && writer != txn && writer->commit_us && writer->commit_us <= horizon_us) {
        horizon_us = writer->commit_us - 1;
    }
    horizon_us = horizon_us > state->time_us ? horizon_us : state->time_us;
    /* Who settles its time from now on gets a later one. */
    store->clock_us = horizon_us > store->clock_us ? horizon_us : store->clock_us;
    store->horizon_us = horizon_us > store->horizon_us ? horizon_us : store->horizon_us;
    pthread_mutex_unlock(&store->lock);
    return horizon_us;
}

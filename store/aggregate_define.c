/* aggregate_define: making and dropping aggregates, and working them out from all documents.
 *
 * The groups are counted document by document; the trees of values are built as indexes are
 * (index_build.c), which leaves full leaves, and different values are counted in them:
 *
 *   values   a 4 id 1 | a 5 id 2 | a 5 id 7 | b 5 id 3
 *   new      a: 1       a: 2                  b: 1
 */
#include "store/aggregate_int.h"

#include <string.h>

/* -- definitions --------------------------------------------------------------------------- */

static bool is_fold_sound(const FoldSpec *fold)
{
    switch (fold->kind) {
    case FOLD_COUNT:
        return true;
    case FOLD_TOP:
        if (fold->n < 1 || fold->n > FOLD_TOP_MAX) {
            return false;
        }
        break;
    case FOLD_SUM:
    case FOLD_MIN:
    case FOLD_MAX:
    case FOLD_DISTINCT:
        break;
    }
    return !fold->part.mva && !fold->part.descending;
}

bool aggregate_spec_is_sound(const AggregateSpec *spec)
{
    /* Values make one part more. */
    bool sound = spec->term_count < INDEX_PARTS_MAX && spec->fold_count <= AGGREGATE_FOLDS_MAX &&
                 !(spec->filter && spec->filter->mva);
    for (int64_t i = 0; sound && i < spec->fold_count; i++) {
        sound = is_fold_sound(&spec->folds[i]);
    }
    return sound;
}

static bool same_place(const KeyPart *a, const KeyPart *b)
{
    bool same = a->source == b->source && a->path_len == b->path_len;
    for (int64_t i = 0; same && i < a->path_len; i++) {
        same = str_eq(a->path[i], b->path[i]);
    }
    return same;
}

/* The tree of values of fold number `i`: that of an earlier fold of the same part, or a new one. */
static int32_t find_tree(AggregateDef *def, Store *store, int64_t i)
{
    const FoldSpec *fold = &def->folds[i].spec;
    for (int32_t tree = 0; tree < def->tree_count; tree++) {
        if (same_place(&fold->part, &def->values[tree]->spec.values[0])) {
            return tree;
        }
    }
    IndexSpec spec = {.terms = def->spec.terms,
                      .term_count = def->spec.term_count,
                      .values = &fold->part,
                      .value_count = 1};
    IndexDef *values = index_define(store, def->number, def->collection, &spec);
    values->rule = ENTRIES_OF_VALUES;
    values->filter = def->spec.filter;
    def->values[def->tree_count] = values;
    return def->tree_count++;
}

/* Notes that fold number `i` looks at a place in documents, unless an earlier one does. */
static void look_at(AggregateDef *def, int64_t i)
{
    for (int32_t other = 0; other < def->looked_count; other++) {
        if (same_place(&def->folds[def->looked[other]].spec.part, &def->folds[i].spec.part)) {
            return;
        }
    }
    def->looked[def->looked_count++] = (int32_t)i;
}

static void define_folds(AggregateDef *def, Store *store, const FoldSpec *specs)
{
    for (int64_t i = 0; i < def->spec.fold_count; i++) {
        FoldDef *fold = &def->folds[i];
        fold->spec = specs[i];
        fold->spec.part = *parts_copy(&def->arena, &specs[i].part, 1);
        fold->word = def->word_count;
        if (fold->spec.kind != FOLD_COUNT) {
            look_at(def, i);
        }
        switch (fold->spec.kind) {
        case FOLD_COUNT:
            break;
        case FOLD_SUM:
            def->word_count += SUM_WORDS;
            break;
        case FOLD_DISTINCT:
            fold->tree = find_tree(def, store, i);
            def->word_count++;
            break;
        case FOLD_MIN:
        case FOLD_MAX:
        case FOLD_TOP:
            fold->tree = find_tree(def, store, i);
            break;
        }
    }
}

static AggregateDef *define(Store *store, uint32_t number, uint32_t collection,
                            const AggregateSpec *spec)
{
    AggregateDef *def = memory_zero(sizeof *def);
    arena_init(&def->arena);
    def->number = number;
    def->collection = collection;
    def->spec = *spec;
    def->spec.terms = parts_copy(&def->arena, spec->terms, spec->term_count);
    def->spec.filter = spec->filter ? parts_copy(&def->arena, spec->filter, 1) : NULL;
    IndexSpec terms = {.terms = spec->terms, .term_count = spec->term_count};
    def->terms = index_define(store, number, collection, &terms);
    def->terms->rule = ENTRIES_OF_GROUPS;
    def->terms->filter = def->spec.filter;
    def->folds = arena_array(&def->arena, FoldDef, spec->fold_count);
    def->values = arena_array(&def->arena, IndexDef *, spec->fold_count);
    def->hints = arena_array(&def->arena, PartHint, spec->fold_count);
    def->looked = arena_array(&def->arena, int32_t, spec->fold_count);
    define_folds(def, store, spec->folds);
    def->has_ts = def->terms->has_ts;
    for (int32_t i = 0; i < def->tree_count; i++) {
        def->has_ts = def->has_ts || def->values[i]->has_ts;
    }
    FoldSpec *folds = arena_array(&def->arena, FoldSpec, spec->fold_count);
    for (int64_t i = 0; i < spec->fold_count; i++) {
        folds[i] = def->folds[i].spec;
    }
    def->spec.folds = folds;
    def->next = store->aggregates;
    store->aggregates = def;
    return def;
}

/* -- building ---------------------------------------------------------------------------------- */

static AggregateState *make_state(Txn *txn, AggregateDef *def)
{
    int64_t values = def->tree_count * (int64_t)sizeof(IndexState);
    AggregateState *state = edit_new(&txn->edit, (int64_t)sizeof *state + values);
    state->def = def;
    state->groups = (Tree){.kind = TREE_MAP};
    for (int32_t i = 0; i < def->tree_count; i++) {
        state->values[i] = (IndexState){.def = def->values[i], .entries.kind = TREE_KEYS};
    }
    return state;
}

static StoreStatus count_documents(Txn *txn, const CollectionState *collection,
                                   AggregateState *state)
{
    enum { TOLD_EVERY = 4096 };
    StoreStatus status = STORE_OK;
    int64_t done = 0;
    int64_t total = collection->documents.count;
    TreeCursor cursor;
    tree_cursor_start(&cursor, &collection->documents, (TreeKey){0}, (TreeKey){0}, false, false);
    while (status == STORE_OK && tree_cursor_next(&cursor)) {
        const Version *version = (const Version *)(uintptr_t)tree_cursor_payload(&cursor);
        status = aggregate_count(txn, state, version);
        status = status == STORE_OK ? txn_check_step(txn) : status;
        if (++done % TOLD_EVERY == 0 && done < total) {
            txn_tell_progress(txn, done, total);
        }
    }
    txn_tell_progress(txn, total, total);
    return status;
}

/* The bytes of the first `count` components of a key. */
static int64_t components_len(Str key, int64_t count)
{
    int64_t len = 0;
    for (int64_t i = 0; i < count; i++) {
        len = key_skip(key, len);
        assert(len > 0);
    }
    return len;
}

static StoreStatus count_distinct(Txn *txn, AggregateState *state, int32_t tree)
{
    StoreStatus status = STORE_OK;
    Buf last = {0};
    Buf key = {0};
    TreeCursor cursor;
    tree_cursor_start(&cursor, &state->values[tree].entries, (TreeKey){0}, (TreeKey){0}, false,
                      false);
    while (status == STORE_OK && tree_cursor_next(&cursor)) {
        int64_t len = tree_cursor_key_len(&cursor);
        key.len = 0;
        tree_cursor_key(&cursor, buf_reserve(&key, len));
        key.len = len - KEY_ID_BYTES;
        Str value = buf_str(&key);
        if (!str_eq(value, buf_str(&last))) {
            int64_t terms_len = components_len(value, state->def->spec.term_count);
            aggregate_add_distinct(txn, state, tree, str_slice(value, 0, terms_len), 1);
            last.len = 0;
            buf_put(&last, value);
        }
        status = txn_check_step(txn);
    }
    buf_free(&last);
    buf_free(&key);
    return status;
}

StoreStatus aggregate_build(Txn *txn, const CollectionState *collection, AggregateDef *def,
                            AggregateState **made)
{
    AggregateState *state = make_state(txn, def);
    StoreStatus status = count_documents(txn, collection, state);
    for (int32_t i = 0; status == STORE_OK && i < def->tree_count; i++) {
        status = index_build(txn, collection, &state->values[i]);
        if (status == STORE_OK) {
            status = count_distinct(txn, state, i);
        }
    }
    if (status != STORE_OK) {
        aggregate_drop(txn, state);
        return status;
    }
    aggregate_take_out(txn, collection, state, INT64_MIN, collection->aggregates->swept_us);
    *made = state;
    return STORE_OK;
}

static void build_endings(Txn *txn, const CollectionState *collection, Aggregates *all)
{
    TreeCursor cursor;
    tree_cursor_start(&cursor, &collection->documents, (TreeKey){0}, (TreeKey){0}, false, false);
    while (collection->ttl_count > 0 && tree_cursor_next(&cursor)) {
        const Version *version = (const Version *)(uintptr_t)tree_cursor_payload(&cursor);
        if (version_ttl_us(version) != TTL_NEVER) {
            ending_add(txn, &all->endings, version);
        }
    }
    all->next_end_us = ending_after(&all->endings, all->swept_us);
}

StoreStatus aggregate_build_all(Txn *txn)
{
    StoreStatus status = STORE_OK;
    for (const CollectionState *at = roots_from(txn->roots, 0); status == STORE_OK && at;
         at = roots_from(txn->roots, (int64_t)at->number + 1)) {
        if (!at->aggregates) {
            continue;
        }
        CollectionState *collection = txn_own_collection(txn, at->number);
        at = collection;
        Aggregates *all = aggregate_own_all(txn, collection);
        build_endings(txn, collection, all);
        for (int64_t place = 0; status == STORE_OK && place < all->count; place++) {
            AggregateState *empty = aggregate_own(txn, all, place);
            status = aggregate_build(txn, collection, empty->def, &all->at[place]);
            if (status == STORE_OK) {
                edit_drop(&txn->edit, empty);
            }
        }
    }
    return status;
}

/* -- making and dropping ----------------------------------------------------------------------- */

/* Makes room for one aggregate more in an owned collection; what ended is swept out. */
static Aggregates *widen(Txn *txn, CollectionState *collection)
{
    const Aggregates *old = collection->aggregates;
    int64_t count = old ? old->count : 0;
    int64_t used = count * (int64_t)sizeof old->at[0];
    Aggregates *wider =
        edit_new(&txn->edit, (int64_t)sizeof *wider + used + (int64_t)sizeof(void *));
    if (old) {
        memcpy(&wider->block + 1, &old->block + 1, sizeof *old - sizeof(Block) + (size_t)used);
        edit_drop(&txn->edit, collection->aggregates);
    } else {
        Block block = wider->block;
        *wider = (Aggregates){.block = block, .swept_us = INT64_MIN, .next_end_us = TTL_NEVER};
        wider->endings.kind = TREE_KEYS;
        if (!txn->replaying) {
            build_endings(txn, collection, wider);
        }
    }
    collection->aggregates = wider;
    return wider;
}

/* Forgets the aggregate at `place`, whose state is dropped. */
static void remove_at(Txn *txn, CollectionState *collection, int64_t place)
{
    Aggregates *all = collection->aggregates;
    all->count--;
    memmove(&all->at[place], &all->at[place + 1], (size_t)(all->count - place) * sizeof all->at[0]);
    if (all->count == 0) {
        tree_drop(&txn->edit, &all->endings);
        edit_drop(&txn->edit, all);
        collection->aggregates = NULL;
    }
}

StoreStatus txn_add_aggregate(Txn *txn, uint32_t number, const AggregateSpec *spec,
                              uint32_t aggregate)
{
    if (!txn_collection(txn, number)) {
        return STORE_NOT_FOUND;
    }
    always(aggregate_spec_is_sound(spec));
    AggregateDef *def = define(txn->store, aggregate, number, spec);
    CollectionState *collection = txn_own_collection(txn, number);
    Aggregates *all = widen(txn, collection);
    all->count++;
    if (txn->replaying) {
        all->at[all->count - 1] = make_state(txn, def);
    } else {
        /* The new one is swept with the others once it is there. */
        StoreStatus status = aggregate_build(txn, collection, def, &all->at[all->count - 1]);
        if (status != STORE_OK) {
            remove_at(txn, collection, all->count - 1);
            return status;
        }
        (void)aggregate_sweep(txn, collection, TTL_NEVER);
    }
    txn_own_number(txn, aggregate, number);
    txn_push_op(txn, OP_CREATE_AGGREGATE, number, def);
    return STORE_OK;
}

StoreStatus txn_create_aggregate(Txn *txn, uint32_t collection, const AggregateSpec *spec,
                                 uint32_t *aggregate)
{
    StoreStatus status = txn_check_writable(txn);
    if (status != STORE_OK) {
        return status;
    }
    always(txn->roots->next_index <= UINT32_MAX);
    *aggregate = (uint32_t)txn->roots->next_index;
    return txn_add_aggregate(txn, txn_number(txn, collection), spec, *aggregate);
}

/* The place of an aggregate in a collection, or -1. */
static int64_t find_place(const CollectionState *collection, uint32_t number)
{
    const Aggregates *all = collection->aggregates;
    for (int64_t i = 0; all && i < all->count; i++) {
        if (all->at[i]->def->number == number) {
            return i;
        }
    }
    return -1;
}

AggregateState *txn_aggregate(Txn *txn, uint32_t number, CollectionState **collection,
                              int64_t *place)
{
    *collection = txn->last;
    *place = txn->last ? find_place(txn->last, number) : -1;
    if (*place < 0) {
        *collection = txn_owner(txn, number);
        *place = *collection ? find_place(*collection, number) : -1;
    }
    return *place >= 0 ? (*collection)->aggregates->at[*place] : NULL;
}

StoreStatus txn_drop_aggregate(Txn *txn, uint32_t number)
{
    StoreStatus status = txn_check_writable(txn);
    CollectionState *collection;
    int64_t place;
    if (status != STORE_OK || !txn_aggregate(txn, number, &collection, &place)) {
        return status != STORE_OK ? status : STORE_NOT_FOUND;
    }
    collection = txn_own_collection(txn, collection->number);
    AggregateState *state = aggregate_own(txn, aggregate_own_all(txn, collection), place);
    AggregateDef *def = state->def;
    aggregate_drop(txn, state);
    remove_at(txn, collection, place);
    txn_disown_number(txn, number);
    txn_push_op(txn, OP_DROP_AGGREGATE, collection->number, def);
    return STORE_OK;
}

void aggregate_drop_all(Txn *txn, CollectionState *collection)
{
    while (collection->aggregates) {
        int64_t last = collection->aggregates->count - 1;
        Aggregates *all = aggregate_own_all(txn, collection);
        txn_disown_number(txn, all->at[last]->def->number);
        aggregate_drop(txn, aggregate_own(txn, all, last));
        remove_at(txn, collection, last);
    }
}

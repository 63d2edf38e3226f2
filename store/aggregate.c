/* aggregate: keeping the groups of aggregates as documents come, change and go; see
 * aggregate_int.h for what they are made of.
 *
 *   spec    terms [.tags mva]  folds SUM .stars, MAX .stars
 *   before  {tags: ["a", "b"], stars: 5}      groups a, b     values a 5 id, b 5 id
 *   after   {tags: ["b", "c"], stars: 4}      groups b, c     values b 4 id, c 4 id
 *
 *   1  groups of after    b: minus 5, plus 4;  c: made, plus 4
 *   2  values             a 5, b 5 removed; b 4, c 4 inserted; DISTINCT looks at neighbours
 *   3  groups of before   a: minus 5; dropped when it has no document left
 *
 * Step 1 comes first so that each value's group is there in step 2. A put prepares (entries of
 * both versions, whose length is looked at) before it applies, as indexes do.
 */
#include "store/aggregate_int.h"

#include <string.h>

/* -- what a document adds ------------------------------------------------------------------ */

Addend aggregate_addend(const Store *store, const FoldDef *fold, PartHint *hint,
                        const Version *version)
{
    DocSlot slot;
    if (!version || fold->spec.kind != FOLD_SUM ||
        !part_find(store, &fold->spec.part, hint, version, &slot)) {
        return (Addend){.kind = ADDEND_NONE};
    }
    DocTag tag = doc_tag(slot.block, slot.slot);
    if (tag == TAG_INT || tag == TAG_LONG) {
        return (Addend){.kind = ADDEND_WHOLE, .whole = doc_int(slot.block, slot.slot)};
    }
    if (tag == TAG_DOUBLE) {
        return (Addend){.kind = ADDEND_DOUBLE, .real = doc_double(slot.block, slot.slot)};
    }
    return (Addend){.kind = ADDEND_NONE};
}

static bool same_addends(const Addend *a, const Addend *b)
{
    return a->kind == b->kind && a->whole == b->whole &&
           memcmp(&a->real, &b->real, sizeof a->real) == 0;
}

static void add_whole(SumWords *sum, int64_t n, int64_t by)
{
    Int128 total = sum_total(sum) + (by > 0 ? (Int128)n : -(Int128)n);
    sum->whole_count += by;
    sum->low = (uint64_t)total;
    sum->high = (int64_t)(total >> 64);
}

/* Owns the block of the doubles, with limbs enough to add or take away `d`. */
static ExactSum *own_doubles(Edit *edit, SumWords *sum, double d)
{
    const ExactSum *old = sum_doubles(sum);
    ExactRange range = exact_range_for(old, d);
    if (old && range.first == old->first && range.limb_count == old->limb_count) {
        sum->doubles = edit_own(edit, sum->doubles);
        return sum_doubles(sum);
    }
    Block *wider = edit_new(edit, (int64_t)sizeof *wider + exact_bytes(range));
    exact_copy((ExactSum *)(uintptr_t)(wider + 1), range, old);
    if (sum->doubles) {
        edit_drop(edit, sum->doubles);
    }
    sum->doubles = wider;
    return sum_doubles(sum);
}

static void add_double(Edit *edit, SumWords *sum, double d, int64_t by)
{
    ExactSum *doubles = own_doubles(edit, sum, d);
    if (by > 0) {
        exact_add(doubles, d);
    } else {
        exact_remove(doubles, d);
    }
    if (doubles->count == 0) {
        edit_drop(edit, sum->doubles);
        sum->doubles = NULL;
    }
}

static void add_addend(Edit *edit, SumWords *sum, const Addend *addend, int64_t by)
{
    switch (addend->kind) {
    case ADDEND_NONE:
        return;
    case ADDEND_WHOLE:
        add_whole(sum, addend->whole, by);
        return;
    case ADDEND_DOUBLE:
        add_double(edit, sum, addend->real, by);
        return;
    }
    UNREACHABLE();
}

/* -- groups ------------------------------------------------------------------------------------ */

/* The group of `terms`, owned; an empty one is made when there is none. */
static Group *own_group(Edit *edit, AggregateState *state, Str terms)
{
    Group *group = group_at(tree_get(&state->groups, terms));
    if (group && edit_owns(edit, &group->block)) {
        /* So does the node that points to it: it was changed when this group was made. */
        return group;
    }
    if (group) {
        group = edit_own(edit, group);
    } else {
        int64_t words = state->def->word_count * (int64_t)sizeof group->words[0];
        group = edit_new(edit, (int64_t)sizeof *group + words);
        memset(&group->block + 1, 0, sizeof *group - sizeof group->block + (size_t)words);
    }
    tree_set(edit, &state->groups, terms, (uint64_t)(uintptr_t)group);
    return group;
}

/* Drops a group and the doubles of its sums. */
static void drop_group(Edit *edit, const AggregateDef *def, Group *group)
{
    for (int64_t i = 0; i < def->spec.fold_count; i++) {
        if (def->folds[i].spec.kind == FOLD_SUM && group_sum(group, &def->folds[i])->doubles) {
            edit_drop(edit, group_sum(group, &def->folds[i])->doubles);
        }
    }
    edit_drop(edit, group);
}

void aggregate_add_distinct(Txn *txn, AggregateState *state, int32_t tree, Str terms, int64_t by)
{
    Group *group = own_group(&txn->edit, state, terms);
    const AggregateDef *def = state->def;
    for (int64_t i = 0; i < def->spec.fold_count; i++) {
        const FoldDef *fold = &def->folds[i];
        if (fold->spec.kind == FOLD_DISTINCT && fold->tree == tree) {
            group->words[fold->word] += by;
        }
    }
}

/* -- one change -------------------------------------------------------------------------------- */

/* A document's change from `before` to `after` (NULL: it did not, will not count). */
typedef struct Change {
    Txn *txn;
    AggregateState *state;
    const Version *before, *after;
    int64_t pair;      /* of its groups in txn_entry_lists; those of its values follow */
    Addend *old, *new; /* what it added, will add, to each fold */
} Change;

static void read_addends(Change *change)
{
    const AggregateDef *def = change->state->def;
    const Store *store = change->txn->store;
    for (int64_t i = 0; i < def->spec.fold_count; i++) {
        const FoldDef *fold = &def->folds[i];
        change->old[i] = aggregate_addend(store, fold, &def->hints[i], change->before);
        change->new[i] = aggregate_addend(store, fold, &def->hints[i], change->after);
    }
}

/* Whether a document that stays in its groups stays in them as it was. */
static bool is_unchanged(const Change *change)
{
    const AggregateDef *def = change->state->def;
    for (int64_t i = 0; i < def->spec.fold_count; i++) {
        if (!same_addends(&change->old[i], &change->new[i])) {
            return false;
        }
    }
    return true;
}

/* Takes the old version out of a group and puts the new one in it, where they are. */
static void change_group(Change *change, Str terms, bool had, bool has)
{
    const AggregateDef *def = change->state->def;
    Edit *edit = &change->txn->edit;
    Group *group = own_group(edit, change->state, terms);
    group->documents += has - had;
    for (int64_t i = 0; i < def->spec.fold_count; i++) {
        if (def->folds[i].spec.kind == FOLD_SUM) {
            SumWords *sum = group_sum(group, &def->folds[i]);
            if (had) {
                add_addend(edit, sum, &change->old[i], -1);
            }
            if (has) {
                add_addend(edit, sum, &change->new[i], 1);
            }
        }
    }
    if (group->documents == 0) {
        always(tree_remove(edit, &change->state->groups, tree_key(terms)));
        drop_group(edit, def, group);
    }
}

/* Goes through the entries of two lists in order: `*order` below 0: only in the first. */
static bool next_pair(const EntryList lists[2], int64_t at[2], int *order, const IndexEntry **entry)
{
    if (at[0] == lists[0].len && at[1] == lists[1].len) {
        return false;
    }
    *order = at[0] == lists[0].len   ? 1
             : at[1] == lists[1].len ? -1
                                     : entries_compare(&lists[0].at[at[0]], &lists[1].at[at[1]]);
    *entry = *order > 0 ? &lists[1].at[at[1]] : &lists[0].at[at[0]];
    at[0] += *order <= 0;
    at[1] += *order >= 0;
    return true;
}

/* Step 1, for groups with the new version; step 3, `gone`, for those that only had the old.
 * Returns how many groups are left to step 3. */
static int64_t change_groups(Change *change, bool gone)
{
    const EntryList *lists = txn_entry_lists(change->txn, change->pair);
    bool unchanged = change->before && change->after && is_unchanged(change);
    int64_t at[2] = {0};
    int order;
    const IndexEntry *entry;
    int64_t left = 0;
    while (next_pair(lists, at, &order, &entry)) {
        bool had = order <= 0;
        bool has = order >= 0;
        if (gone == !has && !(had && has && unchanged)) {
            change_group(change, entry_terms(entry), had, has);
        }
        left += !gone && !has;
    }
    return left;
}

static bool counts_distinct(const AggregateDef *def, int32_t tree)
{
    for (int64_t i = 0; i < def->spec.fold_count; i++) {
        if (def->folds[i].spec.kind == FOLD_DISTINCT && def->folds[i].tree == tree) {
            return true;
        }
    }
    return false;
}

/* Step 2 for one tree. */
static void change_values(Change *change, int32_t number)
{
    Txn *txn = change->txn;
    Tree *tree = &change->state->values[number].entries;
    bool distinct = counts_distinct(change->state->def, number);
    const EntryList *lists = txn_entry_lists(txn, change->pair + 1 + number);
    int64_t at[2] = {0};
    int order;
    const IndexEntry *entry;
    while (next_pair(lists, at, &order, &entry)) {
        if (order == 0) {
            continue;
        }
        Beside beside = {.prefix_len = entry->key.len - KEY_ID_BYTES};
        Beside *wanted = distinct ? &beside : NULL;
        always(order < 0 ? tree_remove_beside(&txn->edit, tree, entry->key, wanted)
                         : tree_insert_beside(&txn->edit, tree, entry->key, wanted));
        if (distinct && !beside.shared) {
            aggregate_add_distinct(txn, change->state, number, entry_terms(entry), order);
        }
    }
}

/* Whether the change leaves all that the aggregate looks at as it was. */
static bool is_same(const Store *store, const AggregateDef *def, const Version *before,
                    const Version *after)
{
    bool same = before && after && index_is_same(store, def->terms, before, after);
    for (int32_t i = 0; same && i < def->looked_count; i++) {
        int32_t fold = def->looked[i];
        same = part_is_same(store, &def->folds[fold].spec.part, &def->hints[fold], before, after);
    }
    return same;
}

/* The entries of one version (NULL: none), on one side of the pairs from `pairs` on. The trees
 * share the components of the terms. */
static StoreStatus list_entries(Txn *txn, const AggregateDef *def, EntryList *pairs, int side,
                                const Version *version)
{
    for (int32_t i = 0; i <= def->tree_count; i++) {
        entries_clear(&pairs[2 * i + side]);
    }
    if (!version || !index_passes_filter(txn->store, def->terms, version)) {
        return STORE_OK;
    }
    Components *components = &pairs[side].components;
    components_clear(components);
    int64_t term_count = def->spec.term_count;
    PartRange parts[INDEX_PARTS_MAX];
    int64_t new_us = def->has_ts ? txn_time_us(txn) : 0;
    for (int64_t i = 0; i < term_count; i++) {
        parts[i] = components_push(components, txn->store, &def->spec.terms[i],
                                   &def->terms->hints[i], version, new_us);
    }
    StoreStatus status = entries_combine(&pairs[side], components, parts, def->terms, version->id);
    for (int32_t i = 0; status == STORE_OK && i < def->tree_count; i++) {
        const IndexDef *values = def->values[i];
        parts[term_count] = components_push(components, txn->store, &values->spec.values[0],
                                            &values->hints[term_count], version, new_us);
        status =
            entries_combine(&pairs[2 * (i + 1) + side], components, parts, values, version->id);
    }
    return status;
}

/* The entries of both versions, in the lists from pair `pair` on; none when they do not differ. */
static StoreStatus prepare(Txn *txn, const AggregateDef *def, int64_t pair, const Version *before,
                           const Version *after)
{
    (void)txn_entry_lists(txn, pair + def->tree_count);
    EntryList *pairs = txn_entry_lists(txn, pair);
    if (is_same(txn->store, def, before, after)) {
        before = after = NULL;
    }
    StoreStatus status = list_entries(txn, def, pairs, 0, before);
    return status == STORE_OK ? list_entries(txn, def, pairs, 1, after) : status;
}

/* Whether `prepare` found that the document is, and was, in no group, or changes nothing there. */
static bool is_idle(Txn *txn, int64_t pair)
{
    const EntryList *groups = txn_entry_lists(txn, pair);
    return groups[0].len == 0 && groups[1].len == 0;
}

/* Makes what `prepare` prepared. The state is owned. */
static void apply(Txn *txn, AggregateState *state, int64_t pair, const Version *before,
                  const Version *after)
{
    Addend old[AGGREGATE_FOLDS_MAX];
    Addend new[AGGREGATE_FOLDS_MAX];
    Change change = {.txn = txn,
                     .state = state,
                     .before = before,
                     .after = after,
                     .pair = pair,
                     .old = old,
                     .new = new};
    read_addends(&change);
    int64_t left = change_groups(&change, false);
    for (int32_t tree = 0; tree < state->def->tree_count; tree++) {
        change_values(&change, tree);
    }
    if (left > 0) {
        (void)change_groups(&change, true);
    }
}

StoreStatus aggregate_count(Txn *txn, AggregateState *state, const Version *version)
{
    EntryList *lists = txn_entry_lists(txn, 0);
    lists[0].len = 0;
    lists[1].new_us = state->def->terms->has_ts ? txn_time_us(txn) : 0;
    StoreStatus status = index_entries(txn->store, state->def->terms, version, &lists[1]);
    if (status == STORE_OK) {
        Addend old[AGGREGATE_FOLDS_MAX];
        Addend new[AGGREGATE_FOLDS_MAX];
        Change change = {.txn = txn, .state = state, .after = version, .old = old, .new = new};
        read_addends(&change);
        (void)change_groups(&change, false);
    }
    return status;
}

/* -- endings ----------------------------------------------------------------------------------- */

static void change_endings(Txn *txn, Aggregates *all, const Version *before, const Version *after)
{
    int64_t old_us = before ? version_ttl_us(before) : TTL_NEVER;
    int64_t new_us = after ? version_ttl_us(after) : TTL_NEVER;
    if (old_us == new_us) {
        return;
    }
    if (old_us != TTL_NEVER) {
        always(ending_remove(txn, &all->endings, before));
    }
    if (new_us != TTL_NEVER) {
        ending_add(txn, &all->endings, after);
        if (new_us > all->swept_us && new_us < all->next_end_us) {
            all->next_end_us = new_us;
        }
    }
}

/* -- changing ---------------------------------------------------------------------------------- */

Aggregates *aggregate_own_all(Txn *txn, CollectionState *collection)
{
    collection->aggregates = edit_own(&txn->edit, collection->aggregates);
    return collection->aggregates;
}

AggregateState *aggregate_own(Txn *txn, Aggregates *all, int64_t i)
{
    all->at[i] = edit_own(&txn->edit, all->at[i]);
    return all->at[i];
}

void aggregate_take_out(Txn *txn, const CollectionState *collection, AggregateState *state,
                        int64_t from_us, int64_t to_us)
{
    EndingCursor cursor;
    int64_t ttl_us;
    int64_t id;
    ending_seek(&cursor, &collection->aggregates->endings, from_us, to_us);
    while (ending_next(&cursor, &ttl_us, &id)) {
        const Version *version = (const Version *)(uintptr_t)tree_find(&collection->documents, id);
        always(version && prepare(txn, state->def, 0, version, NULL) == STORE_OK);
        apply(txn, state, 0, version, NULL);
    }
}

CollectionState *aggregate_sweep(Txn *txn, CollectionState *collection, int64_t ttl_us)
{
    const Aggregates *seen = collection->aggregates;
    int64_t next_us = seen->next_end_us;
    next_us = ttl_us < next_us ? ttl_us : next_us;
    if (next_us == TTL_NEVER || next_us > txn_now_us(txn) || seen->swept_us == txn_now_us(txn)) {
        return collection;
    }
    collection = txn_own_collection(txn, collection->number);
    Aggregates *all = aggregate_own_all(txn, collection);
    for (int64_t i = 0; i < all->count; i++) {
        aggregate_take_out(txn, collection, aggregate_own(txn, all, i), all->swept_us + 1,
                           txn_now_us(txn));
    }
    all->swept_us = txn_now_us(txn);
    all->next_end_us = ending_after(&all->endings, all->swept_us);
    return collection;
}

/* `version` if it is in the groups; A1. */
static const Version *if_counted(const Aggregates *all, const Version *version)
{
    return version && version_ttl_us(version) > all->swept_us ? version : NULL;
}

StoreStatus aggregate_prepare(Txn *txn, const CollectionState *collection, const Version *before,
                              const Version *after)
{
    const Aggregates *all = collection->aggregates;
    before = if_counted(all, before);
    after = if_counted(all, after);
    int64_t pair = collection->index_count;
    for (int64_t i = 0; i < all->count; i++) {
        StoreStatus status = prepare(txn, all->at[i]->def, pair, before, after);
        if (status != STORE_OK) {
            return status;
        }
        pair += 1 + all->at[i]->def->tree_count;
    }
    return STORE_OK;
}

void aggregate_apply(Txn *txn, CollectionState *collection, const Version *before,
                     const Version *after)
{
    Aggregates *all = aggregate_own_all(txn, collection);
    int64_t pair = collection->index_count;
    for (int64_t i = 0; i < all->count; i++) {
        if (!is_idle(txn, pair)) {
            apply(txn, aggregate_own(txn, all, i), pair, if_counted(all, before),
                  if_counted(all, after));
        }
        pair += 1 + all->at[i]->def->tree_count;
    }
    change_endings(txn, all, before, after);
}

void aggregate_drop(Txn *txn, AggregateState *state)
{
    TreeCursor cursor;
    tree_cursor_start(&cursor, &state->groups, (TreeKey){0}, (TreeKey){0}, false, false);
    while (tree_cursor_next(&cursor)) {
        drop_group(&txn->edit, state->def, group_at(tree_cursor_payload(&cursor)));
    }
    tree_drop(&txn->edit, &state->groups);
    for (int32_t i = 0; i < state->def->tree_count; i++) {
        tree_drop(&txn->edit, &state->values[i].entries);
    }
    edit_drop(&txn->edit, state);
}

/* aggregate_past: totals as they were at a time, worked out from the documents of then.
 *
 *   groups     Movie(1) of v1 | Movie(1) of v4 | Movie(2) of v2       by terms
 *   values[0]  Movie(1) 4 v4  | Movie(1) 5 v1  | Movie(2) 3 v2        by terms, value, id
 *
 * A group is what has its terms in each list: its documents are counted and their numbers added up
 * when it is read, the values are taken from the ends. The lists take as long as the collection
 * is large; a transaction remembers those of the last time, so that reading one group after
 * another is quick.
 */
#include "store/aggregate_int.h"
#include "store/history.h"
#include "store/history_int.h"
#include "store/keyed.h"

#include <string.h>

struct PastTotals {
    PastTotals *next;
    const Store *store;
    const AggregateDef *def;
    int64_t time_us;
    int64_t holders; /* cursors */
    bool removed;    /* from the transaction's list: it goes with its last holder */
    KeyedList groups;
    KeyedList *values; /* one a tree of values of the definition */
    FoldValue *found;  /* values of the group that was read last */
    int64_t found_len, found_cap;
    Arena own; /* versions with other derived blocks; the lists */
};

/* -- life -------------------------------------------------------------------------------------- */

static PastTotals *make(Txn *txn, const AggregateDef *def, int64_t time_us)
{
    PastTotals *totals = memory_zero(sizeof *totals);
    arena_init(&totals->own);
    totals->store = txn->store;
    totals->def = def;
    totals->time_us = time_us;
    totals->values = arena_array(&totals->own, KeyedList, def->tree_count);
    return totals;
}

static void free_totals(PastTotals *totals)
{
    keyed_free(&totals->groups);
    for (int32_t i = 0; i < totals->def->tree_count; i++) {
        keyed_free(&totals->values[i]);
    }
    free(totals->found);
    arena_free(&totals->own);
    free(totals);
}

void past_totals_remove(PastTotals **list)
{
    PastTotals *totals = *list;
    *list = totals->next;
    totals->removed = true;
    if (totals->holders == 0) {
        free_totals(totals);
    }
}

void past_totals_hold(PastTotals *totals)
{
    totals->holders++;
}

void past_totals_let_go(PastTotals *totals)
{
    totals->holders--;
    if (totals->holders == 0 && totals->removed) {
        free_totals(totals);
    }
}

/* -- gathering --------------------------------------------------------------------------------- */

typedef struct Gathering {
    PastTotals *totals;
    ReaderDef *defs; /* of the groups, then of each tree */
    EntryList entries;
} Gathering;

/* What does not fit the keys of the aggregate, which may be younger, counts nowhere. */
static void add_version(Gathering *gathering, const Version *version)
{
    PastTotals *totals = gathering->totals;
    EntryList *entries = &gathering->entries;
    for (int32_t i = 0; i <= totals->def->tree_count; i++) {
        if (index_entries(totals->store, &gathering->defs[i].def, version, entries) != STORE_OK) {
            return;
        }
        for (int64_t entry = 0; entry < entries->len; entry++) {
            const IndexEntry *at = &entries->at[entry];
            keyed_push(i == 0 ? &totals->groups : &totals->values[i - 1],
                       i == 0 ? entry_terms(at) : at->key, version);
        }
    }
}

/* False: `look` gave up. */
static bool gather(Txn *txn, const CollectionState *collection, PastTotals *totals,
                   PastVersion *look, void *context)
{
    const AggregateDef *def = totals->def;
    Gathering gathering = {.totals = totals,
                           .defs = arena_array(&totals->own, ReaderDef, def->tree_count + 1)};
    reader_def_start(&gathering.defs[0], def->terms);
    for (int32_t i = 0; i < def->tree_count; i++) {
        reader_def_start(&gathering.defs[i + 1], def->values[i]);
    }
    StoreCursor *cursor = cursor_collection_at(txn, collection, totals->time_us);
    const Version *version;
    bool ok = true;
    while (ok && cursor_next(cursor, &version, NULL)) {
        const Version *counted = look ? look(context, version) : version;
        ok = counted != NULL;
        if (ok && counted != version) {
            counted = arena_copy(&totals->own, counted, version_size(counted));
        }
        if (ok) {
            add_version(&gathering, counted);
        }
    }
    cursor_close(cursor);
    entries_free(&gathering.entries);
    keyed_sort(&totals->groups);
    for (int32_t i = 0; i < def->tree_count; i++) {
        keyed_sort(&totals->values[i]);
    }
    return ok;
}

PastTotals *txn_totals_at(Txn *txn, uint32_t aggregate, int64_t time_us, PastVersion *look,
                          void *context)
{
    CollectionState *collection;
    int64_t place;
    const AggregateState *state = txn_aggregate(txn, aggregate, &collection, &place);
    if (!state) {
        return NULL;
    }
    const AggregateDef *def = state->def;
    PastTotals **at = past_totals_of(txn);
    while (*at && (*at)->def != def) {
        at = &(*at)->next;
    }
    if (*at && (*at)->time_us == time_us) {
        return *at;
    }
    PastTotals *totals = make(txn, def, time_us);
    if (!gather(txn, collection, totals, look, context)) {
        free_totals(totals);
        return NULL;
    }
    /* `look` may have asked for others: the list is not as it was. */
    for (at = past_totals_of(txn); *at; at = &(*at)->next) {
        if ((*at)->def == def) {
            past_totals_remove(at);
            break;
        }
    }
    PastTotals **list = past_totals_of(txn);
    totals->next = *list;
    *list = totals;
    return totals;
}

/* -- reading ----------------------------------------------------------------------------------- */

static FoldResult read_sum(const PastTotals *totals, const FoldDef *fold, int64_t first,
                           int64_t end)
{
    FoldResult result = {.count = 0};
    WideExactSum wide;
    exact_copy(&wide.sum, (ExactRange){0, EXACT_LIMBS_MAX}, NULL);
    PartHint hint = {0};
    for (int64_t i = first; i < end; i++) {
        Addend addend = aggregate_addend(totals->store, fold, &hint, totals->groups.at[i].version);
        if (addend.kind == ADDEND_WHOLE) {
            result.count++;
            result.total += addend.whole;
        } else if (addend.kind == ADDEND_DOUBLE) {
            exact_add(&wide.sum, addend.real);
        }
    }
    result.doubles = wide.sum.count;
    result.count += result.doubles;
    result.sum = exact_round(result.doubles > 0 ? &wide.sum : NULL, result.total);
    return result;
}

/* Enters up to `n` values from one end of a group. */
static FoldResult read_values(PastTotals *totals, const FoldDef *fold, Str terms, int64_t n,
                              bool reverse)
{
    const KeyedList *list = &totals->values[fold->tree];
    int64_t first = keyed_seek(list, terms);
    int64_t count = keyed_end(list, first, terms) - first;
    FoldResult result = {.count = count < n ? count : n};
    for (int64_t i = 0; i < result.count; i++) {
        const Keyed *at = &list->at[reverse ? first + count - 1 - i : first + i];
        totals->found = memory_room(totals->found, &totals->found_cap, totals->found_len, 1,
                                    sizeof *totals->found);
        FoldValue value = {.version = at->version,
                           .key = str_slice(at->key, terms.len, at->key.len - KEY_ID_BYTES)};
        PartHint hint = {0};
        if (!part_find(totals->store, &fold->spec.part, &hint, at->version, &value.slot)) {
            value.slot = (DocSlot){0};
        }
        totals->found[totals->found_len++] = value;
    }
    return result;
}

static FoldResult count_values(const PastTotals *totals, const FoldDef *fold, Str terms)
{
    const KeyedList *list = &totals->values[fold->tree];
    FoldResult result = {.count = 0};
    int64_t first = keyed_seek(list, terms);
    int64_t end = keyed_end(list, first, terms);
    Str last = {0};
    for (int64_t i = first; i < end; i++) {
        Str value = str_slice(list->at[i].key, 0, list->at[i].key.len - KEY_ID_BYTES);
        result.count += i == first || !str_eq(value, last);
        last = value;
    }
    return result;
}

static FoldResult read_fold(PastTotals *totals, const FoldDef *fold, Str terms, int64_t first,
                            int64_t end)
{
    switch (fold->spec.kind) {
    case FOLD_COUNT:
        return (FoldResult){.count = end - first};
    case FOLD_SUM:
        return read_sum(totals, fold, first, end);
    case FOLD_MIN:
        return read_values(totals, fold, terms, 1, false);
    case FOLD_MAX:
        return read_values(totals, fold, terms, 1, true);
    case FOLD_TOP:
        return read_values(totals, fold, terms, fold->spec.n, true);
    case FOLD_DISTINCT:
        return count_values(totals, fold, terms);
    }
    UNREACHABLE();
}

/* The group of the entries from `first` to `end`. */
static void read_group(PastTotals *totals, int64_t first, int64_t end, uint64_t wanted,
                       FoldResult *results)
{
    const AggregateDef *def = totals->def;
    Str terms = totals->groups.at[first].key;
    totals->found_len = 0;
    for (int64_t i = 0; i < def->spec.fold_count; i++) {
        results[i] = wanted >> i & 1 ? read_fold(totals, &def->folds[i], terms, first, end)
                                     : (FoldResult){.count = 0};
    }
    /* The values do not move any more. */
    const FoldValue *at = totals->found;
    for (int64_t i = 0; i < def->spec.fold_count; i++) {
        FoldKind kind = def->folds[i].spec.kind;
        if ((wanted >> i & 1) && (kind == FOLD_MIN || kind == FOLD_MAX || kind == FOLD_TOP)) {
            results[i].values = at;
            at += results[i].count;
        }
    }
}

bool past_totals_get(PastTotals *totals, Str terms, uint64_t wanted, FoldResult *results)
{
    int64_t first = keyed_seek(&totals->groups, terms);
    int64_t end = keyed_end(&totals->groups, first, terms);
    if (first < end) {
        read_group(totals, first, end, wanted, results);
    }
    return first < end;
}

void past_groups_start(PastGroups *groups, Str from, Str to)
{
    const KeyedList *list = &groups->totals->groups;
    groups->from = keyed_seek(list, from);
    groups->to = to.len > 0 ? keyed_seek(list, to) : list->len;
}

bool past_groups_next(PastGroups *groups, Str *terms, uint64_t wanted, FoldResult *results)
{
    if (groups->from >= groups->to) {
        return false;
    }
    const KeyedList *list = &groups->totals->groups;
    *terms = list->at[groups->reverse ? groups->to - 1 : groups->from].key;
    int64_t first = groups->reverse ? keyed_seek(list, *terms) : groups->from;
    int64_t end = groups->reverse ? groups->to : keyed_end(list, first, *terms);
    read_group(groups->totals, first, end, wanted, results);
    groups->from = groups->reverse ? groups->from : end;
    groups->to = groups->reverse ? first : groups->to;
    return true;
}

/* -- when nothing has changed ------------------------------------------------------------------ */

bool txn_totals_are_of(Txn *txn, uint32_t aggregate, int64_t time_us)
{
    CollectionState *collection;
    int64_t place;
    if (!txn_aggregate(txn, aggregate, &collection, &place)) {
        return false;
    }
    const History *history = &collection->history;
    int64_t changed_us =
        history->newest_us > history->changes_us ? history->newest_us : history->changes_us;
    const Aggregates *all = collection->aggregates;
    int64_t end_us = ending_after(&all->endings, time_us);
    return txn_writes(txn, collection->number - txn->base) == 0 && changed_us <= time_us &&
           (end_us == TTL_NEVER || end_us > txn_now_us(txn));
}

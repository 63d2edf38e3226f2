/* measure: how much there is of everything in a store, and what it takes: see measure.h.
 *
 *   documents   versions with their blocks         ids    the tree that finds them
 *   past        replaced versions and tombstones, and the tree that finds those
 *   changes     the list of them                   index, aggregate   each one's trees
 *   spare       memory that was given back, for use again
 */
#include "store/measure.h"

#include "store/aggregate_int.h"
#include "store/database_int.h"
#include "store/log.h"

#include "runtime/base/vec.h"

/* -- all together ---------------------------------------------------------------------------- */

/* Bytes of the doubles of a group's sums. */
static int64_t group_doubles_bytes(const AggregateDef *def, const Group *group)
{
    int64_t bytes = 0;
    for (int64_t i = 0; i < def->spec.fold_count; i++) {
        if (def->folds[i].spec.kind == FOLD_SUM) {
            const Block *doubles = group_sum(group, &def->folds[i])->doubles;
            bytes += doubles ? doubles->bytes : 0;
        }
    }
    return bytes;
}

static int64_t aggregate_bytes(const AggregateState *state)
{
    const AggregateDef *def = state->def;
    int64_t group_bytes = (int64_t)sizeof(Group) + def->word_count * (int64_t)sizeof(int64_t);
    int64_t bytes = tree_bytes(&state->groups) + state->groups.count * group_bytes;
    TreeCursor cursor;
    tree_cursor_start(&cursor, &state->groups, (TreeKey){0}, (TreeKey){0}, false, false);
    while (tree_cursor_next(&cursor)) {
        bytes += group_doubles_bytes(def, group_at(tree_cursor_payload(&cursor)));
    }
    for (int32_t i = 0; i < def->tree_count; i++) {
        bytes += tree_bytes(&state->values[i].entries);
    }
    return bytes;
}

static void add_collection(StoreStats *stats, const CollectionState *collection)
{
    stats->collections++;
    stats->documents += collection->documents.count;
    stats->versions += collection->documents.count + collection->history.count;
    stats->past_bytes += collection->history.bytes;
    stats->tree_bytes += tree_bytes(&collection->documents) + tree_bytes(&collection->expiring) +
                         tree_bytes(&collection->history.deleted) +
                         tree_bytes(&collection->history.chunks);
    for (int32_t i = 0; i < collection->index_count; i++) {
        stats->indexes++;
        stats->index_entries += collection->indexes[i].entries.count;
        stats->tree_bytes += tree_bytes(&collection->indexes[i].entries);
    }
    for (int64_t i = 0; collection->aggregates && i < collection->aggregates->count; i++) {
        const AggregateState *state = collection->aggregates->at[i];
        stats->aggregates++;
        stats->groups += state->groups.count;
        stats->aggregate_bytes += aggregate_bytes(state);
    }
}

StoreStats store_stats(Store *store)
{
    StoreStats stats = {0};
    Txn *txn = txn_begin(store, TXN_READ);
    for (const CollectionState *at = roots_from(txn->roots, 0); at;
         at = roots_from(txn->roots, (int64_t)at->number + 1)) {
        add_collection(&stats, at);
    }
    stats.document_bytes = slab_bytes(store->versions);
    stats.definitions = store->definition_count;
    stats.spare_bytes = slab_held_bytes(store->versions) + slab_held_bytes(store->blocks) -
                        slab_bytes(store->versions) - slab_bytes(store->blocks);
    stats.log_records = store->log ? log_records(store->log) : 0;
    stats.log_bytes = store->log ? log_bytes(store->log) : 0;
    txn_rollback(txn);
    return stats;
}

/* -- one by one ------------------------------------------------------------------------------ */

typedef VEC(Measure) MeasureList;

static void add(MeasureList *list, Arena *arena, Measure measure)
{
    if (measure.count > 0) {
        vec_push(list, arena, measure);
    }
}

static int64_t documents_bytes(const CollectionState *collection)
{
    int64_t bytes = 0;
    TreeCursor cursor;
    tree_cursor_start(&cursor, &collection->documents, (TreeKey){0}, (TreeKey){0}, false, false);
    while (tree_cursor_next(&cursor)) {
        bytes += version_size((const Version *)(uintptr_t)tree_cursor_payload(&cursor));
    }
    return bytes;
}

static int64_t changes_bytes(const History *history)
{
    return history->chunks.count * (int64_t)sizeof(ChangeChunk) + tree_bytes(&history->chunks);
}

static void measure_collection(const CollectionState *collection, uint32_t number, Arena *arena,
                               MeasureList *list)
{
    const History *history = &collection->history;
    int64_t count = collection->documents.count;
    Measure of = {.collection = number};
    const Measure parts[] = {
        {number, MEASURE_DOCUMENTS, 0, count, documents_bytes(collection)},
        {number, MEASURE_IDS, 0, count,
         tree_bytes(&collection->documents) + tree_bytes(&collection->expiring)},
        {number, MEASURE_PAST, 0, history->count, history->bytes + tree_bytes(&history->deleted)},
        {number, MEASURE_CHANGES, 0, history->end - history->first, changes_bytes(history)},
    };
    for (int64_t i = 0; i < countof(parts); i++) {
        add(list, arena, parts[i]);
    }
    for (int32_t i = 0; i < collection->index_count; i++) {
        const IndexState *index = &collection->indexes[i];
        of.kind = MEASURE_INDEX;
        of.number = index->def->number;
        of.count = index->entries.count;
        of.bytes = tree_bytes(&index->entries);
        add(list, arena, of);
    }
    for (int64_t i = 0; collection->aggregates && i < collection->aggregates->count; i++) {
        const AggregateState *state = collection->aggregates->at[i];
        of.kind = MEASURE_AGGREGATE;
        of.number = state->def->number;
        of.count = state->groups.count;
        of.bytes = aggregate_bytes(state);
        add(list, arena, of);
    }
}

int64_t txn_measure(Txn *txn, Arena *arena, const Measure **measures)
{
    MeasureList list = {0};
    for (const CollectionState *at = roots_from(txn->roots, 0); at;
         at = roots_from(txn->roots, (int64_t)at->number + 1)) {
        bool is_own = database_has(txn, at->number);
        uint32_t number = is_own ? at->number - txn->base : MEASURE_ELSEWHERE;
        measure_collection(at, number, arena, &list);
    }
    *measures = list.at;
    return list.len;
}

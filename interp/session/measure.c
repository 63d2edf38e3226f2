/* measure: what the memory of a database goes to, by the names that its user gave; see session.h.
 */
#include "interp/session/session_int.h"

#include "runtime/base/vec.h"
#include "store/measure.h"

typedef VEC(SessionMeasure) MeasureList;

static Str name_of_index(const Collection *collection, uint32_t number)
{
    for (int64_t i = 0; i < collection->index_count; i++) {
        if (collection->indexes[i].number == number) {
            return collection->indexes[i].name;
        }
    }
    return STR("(index)");
}

static Str name_of_aggregate(const Collection *collection, uint32_t number)
{
    for (int64_t i = 0; i < collection->aggregates.count; i++) {
        if (collection->aggregates.at[i].number == number) {
            return collection->aggregates.at[i].name;
        }
    }
    return STR("(aggregate)");
}

/* `collection` is NULL where what is measured has no name. */
static Str name_of_part(const Collection *collection, const Measure *measure)
{
    switch (measure->kind) {
    case MEASURE_DOCUMENTS:
        return STR("documents");
    case MEASURE_IDS:
        return STR("ids");
    case MEASURE_PAST:
        return STR("past");
    case MEASURE_CHANGES:
        return STR("changes");
    case MEASURE_INDEX:
        return collection ? name_of_index(collection, measure->number) : STR("indexes");
    case MEASURE_AGGREGATE:
        return collection ? name_of_aggregate(collection, measure->number) : STR("aggregates");
    }
    UNREACHABLE();
}

/* Adds to the measure of the same name, if there is one from `first` on. */
static void add(MeasureList *list, Arena *query, int64_t first, SessionMeasure measure)
{
    for (int64_t i = first; i < list->len; i++) {
        if (str_eq(list->at[i].of, measure.of) && str_eq(list->at[i].what, measure.what)) {
            list->at[i].count += measure.count;
            list->at[i].bytes += measure.bytes;
            return;
        }
    }
    measure.of = str_copy(query, measure.of);
    measure.what = str_copy(query, measure.what);
    vec_push(list, query, measure);
}

/* What has no collection of the user's. */
static void add_rest(MeasureList *list, Arena *query, const Catalog *catalog,
                     const Measure *measures, int64_t count, bool elsewhere)
{
    int64_t first = list->len;
    for (int64_t i = 0; i < count; i++) {
        const Measure *measure = &measures[i];
        bool is_elsewhere = measure->collection == MEASURE_ELSEWHERE;
        if (is_elsewhere != elsewhere ||
            (!elsewhere && catalog_collection_by_number(catalog, measure->collection) &&
             measure->collection >= COLLECTION_USER_FIRST)) {
            continue;
        }
        SessionMeasure item = {.of = elsewhere ? STR("(other databases)") : STR("(definitions)"),
                               .what = name_of_part(NULL, measure),
                               .count = measure->count,
                               .bytes = measure->bytes};
        add(list, query, first, item);
    }
}

/* The first of the measures, which are in order of their collections, of this one or one behind it. */
static int64_t first_of(const Measure *measures, int64_t count, uint32_t number)
{
    int64_t low = 0;
    while (low < count) {
        int64_t middle = low + (count - low) / 2;
        if (measures[middle].collection < number) {
            low = middle + 1;
        } else {
            count = middle;
        }
    }
    return low;
}

/* The measures of this database: those of others stand before and behind them. */
static const Measure *find_own(const Measure *measures, int64_t all, int64_t *count)
{
    int64_t first = 0;
    while (first < all && measures[first].collection == MEASURE_ELSEWHERE) {
        first++;
    }
    int64_t end = first;
    while (end < all && measures[end].collection != MEASURE_ELSEWHERE) {
        end++;
    }
    *count = end - first;
    return measures + first;
}

static void add_collection(MeasureList *list, Arena *query, const Collection *collection,
                           const Measure *own, int64_t count)
{
    for (int64_t i = first_of(own, count, collection->number);
         i < count && own[i].collection == collection->number; i++) {
        SessionMeasure item = {.of = collection->name,
                               .what = name_of_part(collection, &own[i]),
                               .count = own[i].count,
                               .bytes = own[i].bytes};
        add(list, query, list->len, item);
    }
}

int64_t session_measures(Session *session, const SessionMeasure **found)
{
    Rt *rt = session_rt(session);
    Arena *query = &session->query;
    MeasureList list = {0};
    session_begin_reading(session, &session->heap);
    int64_t collections = catalog_load(rt) ? catalog_count(rt->catalog) : 0;
    const Measure *measures;
    int64_t count = txn_measure(rt->txn, query, &measures), own_count;
    const Measure *own = find_own(measures, count, &own_count);
    for (int64_t i = 0; i < collections; i++) {
        add_collection(&list, query, catalog_at(rt->catalog, i), own, own_count);
    }
    add_rest(&list, query, rt->catalog, measures, count, false);
    add_rest(&list, query, rt->catalog, measures, count, true);
    session_end_reading(session);
    *found = list.at;
    return list.len;
}

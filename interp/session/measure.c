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

int64_t session_measures(Session *session, const SessionMeasure **found)
{
    Rt *rt = session_rt(session);
    Arena *query = &session->query;
    MeasureList list = {0};
    session_begin_reading(session, &session->heap);
    int64_t collections = catalog_load(rt) ? catalog_count(rt->catalog) : 0;
    const Measure *measures;
    int64_t count = txn_measure(rt->txn, query, &measures);
    for (int64_t i = 0; i < collections; i++) {
        const Collection *collection = catalog_at(rt->catalog, i);
        for (int64_t k = 0; k < count; k++) {
            const Measure *measure = &measures[k];
            if (measure->collection == collection->number) {
                SessionMeasure item = {.of = collection->name,
                                       .what = name_of_part(collection, measure),
                                       .count = measure->count,
                                       .bytes = measure->bytes};
                add(&list, query, list.len, item);
            }
        }
    }
    add_rest(&list, query, rt->catalog, measures, count, false);
    add_rest(&list, query, rt->catalog, measures, count, true);
    session_end_reading(session);
    *found = list.at;
    return list.len;
}

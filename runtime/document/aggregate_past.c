/* aggregate_past: the totals of an aggregate as of a time.
 *
 *   at the present, or nothing has changed since    the live totals
 *   else                                            worked out from all documents of then
 *
 * What the store keeps with a document for conditions and computed fields is by the definition
 * that was in force when the document was written, or when it changed as the last version of its
 * document. So where the definition is younger than the time, it is worked out again.
 */
#include "runtime/document/aggregate.h"
#include "runtime/document/past.h"
#include "runtime/schema/derived.h"

typedef struct Look {
    Rt *rt;
    const Collection *collection;
    bool rederives;
    Loop loop;
} Look;

static const Version *look_at(void *context, const Version *version)
{
    Look *look = context;
    Rt *rt = look->rt;
    rt->stats.read_ops++;
    if (!rt_tick(rt) || !look->rederives) {
        return rt->fault ? NULL : version;
    }
    loop_step(&look->loop, NULL);
    return derived_version(rt, look->collection, version);
}

static bool is_derived(const Aggregate *aggregate)
{
    const AggregateSpec *spec = &aggregate->spec;
    bool derived = spec->filter != NULL;
    for (int64_t i = 0; i < spec->term_count && !derived; i++) {
        derived = spec->terms[i].source == KEY_FROM_DERIVED;
    }
    for (int64_t i = 0; i < spec->fold_count && !derived; i++) {
        derived = spec->folds[i].part.source == KEY_FROM_DERIVED;
    }
    return derived;
}

bool aggregate_past(Rt *rt, uint32_t number, const Aggregate *aggregate, int64_t time_us,
                    PastTotals **past)
{
    *past = NULL;
    if (LIKELY(time_us == 0)) {
        return true;
    }
    if (!past_may_read(rt, number, time_us)) {
        return false;
    }
    if (txn_totals_are_of(rt->txn, aggregate->number, time_us)) {
        return true;
    }
    Look look = {.rt = rt, .collection = catalog_collection_by_number(rt->catalog, number)};
    /* A definition without a time is of this transaction. */
    int64_t defined_us = look.collection ? look.collection->defined_us : time_us;
    look.rederives = (defined_us == 0 || defined_us > time_us) && is_derived(aggregate);
    loop_begin(&look.loop, rt);
    *past = txn_totals_at(rt->txn, aggregate->number, time_us, look_at, &look);
    (void)loop_end(&look.loop, val_null(NULL));
    return rt->fault == NULL;
}

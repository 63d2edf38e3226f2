/* aggregate_past: the totals of an aggregate as of a time.
 *
 *   at the present, or nothing has changed since    the live totals
 *   else                                            worked out from all documents of then
 */
#include "runtime/document/aggregate.h"
#include "runtime/document/past.h"
#include "runtime/schema/derived.h"

static const Version *look_at(void *context, const Version *version)
{
    PastLook *look = context;
    look->rt->stats.read_ops++;
    return past_look(look, version);
}

static bool is_derived(const Aggregate *aggregate)
{
    const AggregateSpec *spec = &aggregate->spec;
    bool derived = spec->filter != NULL || derived_is_among(spec->terms, spec->term_count);
    for (int64_t i = 0; i < spec->fold_count && !derived; i++) {
        derived = derived_is_among(&spec->folds[i].part, 1);
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
    PastLook look;
    past_look_begin(&look, rt, number, time_us, is_derived(aggregate));
    *past = txn_totals_at(rt->txn, aggregate->number, time_us, look_at, &look);
    return past_look_end(&look);
}

/* past: see past.h. A read of a document cannot fail where it is made: one before what is kept is
 * noted, and fails `at`, or the query, before anything comes of it.
 */
#include "runtime/document/past.h"

#include "runtime/document/document.h"
#include "runtime/print/print_int.h"
#include "runtime/schema/derived.h"

Value past_doc(Rt *rt, uint32_t collection, int64_t id, int64_t time_us)
{
    DocPast *past = arena_new(rt->heap, DocPast);
    *past = (DocPast){.id = id, .time_us = time_us};
    return (Value){.type = T_DOC, .flags = DOC_PAST, .len = collection, .as.past = past};
}

Value doc_now(Rt *rt, uint32_t collection, int64_t id)
{
    return rt->valid_time_us == 0 || collection_is_system(collection)
               ? val_doc_id(collection, id)
               : past_doc(rt, collection, id, rt->valid_time_us);
}

static bool is_kept(Rt *rt, uint32_t collection, int64_t time_us)
{
    int64_t earliest_us = txn_past_us(rt->txn, collection);
    if (time_us >= earliest_us) {
        return true;
    }
    rt->too_early_us = time_us;
    rt->earliest_us = earliest_us;
    return false;
}

const Version *past_version(Rt *rt, uint32_t collection, int64_t id, int64_t time_us)
{
    return is_kept(rt, collection, time_us) ? txn_get_at(rt->txn, collection, id, time_us) : NULL;
}

bool past_may_read(Rt *rt, uint32_t collection, int64_t time_us)
{
    return time_us == 0 || is_kept(rt, collection, time_us) || past_was_kept(rt);
}

void past_look_begin(PastLook *look, Rt *rt, uint32_t collection, int64_t time_us, bool is_derived)
{
    *look =
        (PastLook){.rt = rt, .collection = catalog_collection_by_number(rt->catalog, collection)};
    /* A definition without a time is of this transaction. */
    int64_t defined_us =
        look->collection ? catalog_defined_us(rt->catalog, collection) : time_us;
    look->rederives = (defined_us == 0 || defined_us > time_us) && is_derived;
    loop_begin(&look->loop, rt);
}

const Version *past_look(void *context, const Version *version)
{
    PastLook *look = context;
    if (!rt_tick(look->rt) || !look->rederives) {
        return look->rt->fault ? NULL : version;
    }
    loop_step(&look->loop, NULL);
    return derived_version(look->rt, look->collection, version);
}

bool past_look_end(PastLook *look)
{
    (void)loop_end(&look->loop, val_null(NULL));
    return look->rt->fault == NULL;
}

bool past_was_kept(Rt *rt)
{
    if (LIKELY(rt->too_early_us == 0)) {
        return true;
    }
    Buf message = {0};
    buf_puts(&message, "Requested timestamp ");
    print_bare(rt, &message, val_time_us(rt->too_early_us));
    buf_puts(&message, " less than minimum allowed timestamp ");
    print_bare(rt, &message, val_time_us(rt->earliest_us));
    rt->too_early_us = 0;
    rt->fault = NULL; /* that the document was not there may be the fault under way */
    (void)rt_fault(rt, FAULT_invalid_request, "%.*s.", STR_ARG(buf_str(&message)));
    buf_free(&message);
    return false;
}

/* hint: performance hints, worded as the service worded them. */
#include "runtime/hint.h"

#define HINT_PAGES "https://docs.fauna.com/performance_hint/"

void hint_full_set_read(Rt *rt, const char *method, Span span)
{
    Str text =
        str_format(rt->query,
                   "full_set_read - Using %s() causes the full set to be read. See " HINT_PAGES
                   "full_set_read.",
                   method);
    (void)diag_add(&rt->infos, DIAG_PERFORMANCE_HINT, span, text);
}

void hint_collection_scan(Rt *rt, Str collection, const char *method, Span span)
{
    Str text = str_format(rt->query,
                          "collection_scan - Using %s() on collection %.*s can cause a read of "
                          "every document. See " HINT_PAGES "collection_scan.",
                          method, STR_ARG(collection));
    (void)diag_add(&rt->infos, DIAG_PERFORMANCE_HINT, span, text);
}

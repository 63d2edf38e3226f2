/* hint: performance hints, which a query gives when it asks for them. Each goes to rt->infos;
 * the caller looks at rt->performance_hints first. */
#ifndef FAWN_RUNTIME_HINT_H
#define FAWN_RUNTIME_HINT_H

#include "runtime/rt.h"

/* `method` of a set reads all of it. */
void hint_full_set_read(Rt *rt, const char *method, Span span);

/* `method` of a collection may read every document. */
void hint_collection_scan(Rt *rt, Str collection, const char *method, Span span);

#endif

/* event_source: sets whose changes are watched. A source is a value like any other: it names a
 * set and a time, and nothing is read until events are asked for.
 *
 *   Movie.byGenre("Drama").where(.rating > 8).eventSource() { title }
 *
 *        source set ──► where ──► map          the EventSource's set: the operators that were
 *                                              called on it before and after eventSource()
 *
 * What can be watched: all documents of a user collection, the entries of an index with given
 * terms, Set.single of a document; and where, map and pageSize of these. Each element of such a
 * set comes of one document, so that a write to the document says which elements change. And the
 * groups of an aggregate, one or all: event_groups.h.
 *
 * A token is a source as text, with the time from which on its events count. It survives the
 * process, like a cursor.
 */
#ifndef FAWN_RUNTIME_EVENT_EVENT_SOURCE_H
#define FAWN_RUNTIME_EVENT_EVENT_SOURCE_H

#include "runtime/set/set.h"

/* The source of all changes of `set`; a fault when they cannot be watched. `method` is the
 * caller's name, for that fault. */
Value event_source_all(Rt *rt, const Set *set, const char *method);

/* The source of the changes of some fields: `fields` are lambdas such as `.address.city`. No
 * fields: all. `set` must be what documents come from, without operators, and an index must
 * cover the fields. */
Value event_source_on(Rt *rt, const Set *set, const Value *fields, int64_t count,
                      const char *method);

/* The same source with an operator more on its set: where or map. */
Value event_source_with(Rt *rt, const EventSource *source, const SetOps *ops, Value fn, Span span);

/* Appends the source's token. A source that was made in this query starts at the time of its
 * transaction, so that what the query itself wrote is no event. */
void event_source_print(Rt *rt, Buf *out, const EventSource *source);

/* Whether a text looks like a token. Whether it is one shows when it is read. */
bool event_source_is_token(Str text);

/* The source that a token stands for, on rt->heap. NULL: it is no token, or what it watches is
 * gone; the caller says so in its own words, but there may be a fault: of a lambda in it. */
const EventSource *event_source_read(Rt *rt, Str token);

#endif

/* hint: performance hints, which a query gives when it asks for them. Each goes to rt->infos, once
 * for each place; the caller looks at rt->performance_hints first.
 *
 * Whether a field is covered depends on the index that a document was found by. So a reader of an
 * index marks its documents: `aux` of a T_DOC is DOC_SOURCE_FIRST and the number of the source.
 */
#ifndef FAWN_RUNTIME_HINT_H
#define FAWN_RUNTIME_HINT_H

#include "runtime/schema/catalog.h"

/* `method` of a set reads all of it. */
void hint_full_set_read(Rt *rt, const char *method, Span span);

/* `method` of a collection may read every document. */
void hint_collection_scan(Rt *rt, Str collection, const char *method, Span span);

/* The mark of documents found by `index`, which was called at `span`; good for this query. 0:
 * there are too many sources to tell them apart. */
uint16_t hint_source(Rt *rt, uint32_t collection, const Index *index, Span span);

/* Field `name` of `doc` is read at `span`: is it among what its index holds? */
void hint_field_read(Rt *rt, Value doc, Str name, Span span);

/* All of `doc` is read, to be printed. */
void hint_document_read(Rt *rt, Value doc);

#endif

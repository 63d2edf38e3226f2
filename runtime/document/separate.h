/* separate: the rules of Fauna's that keep definitions and data apart within a query, for callers that
 * want a query to be refused here as it was there (RunOptions.separate):
 *
 *   Collection.create({ name: "A" })  ⏎  A.all()              the name is not known yet
 *   A.definition.update({ … })        ⏎  A.create({ … })      invalid_write, and so the other way round
 *
 * Without them a query may do all of this.
 */
#ifndef FAWN_RUNTIME_DOCUMENT_SEPARATE_H
#define FAWN_RUNTIME_DOCUMENT_SEPARATE_H

#include "runtime/schema/catalog.h"

/* From here on, to the end of the query, `rt` holds it to the rules. */
void separate_begin(Rt *rt);

/* Notes that a document of the collection `number` is written, or that the collection's definition is
 * (`is_new`: it is made). False: the query has done the other one before, and a fault is set. Whoever
 * calls these has looked at `rt->separate` first. */
NODISCARD bool separate_document(Rt *rt, uint32_t number);
NODISCARD bool separate_definition(Rt *rt, uint32_t number, bool is_new);

/* Whether the query made this collection, so that it may not use it. */
bool separate_hides(const Rt *rt, const Collection *collection);

/* Adds the hint that tells so to the fault under way. */
void separate_hint(Rt *rt, Span span);

#endif

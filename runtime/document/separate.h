/* separate: the rules of Fauna's that keep definitions and data apart within a query, for callers that
 * want a query to be refused here as it was there (RunOptions.separate):
 *
 *   Collection.create({ name: "A" })  ⏎  A.all()              the name is not known yet
 *   A.definition.update({ name: "B" })⏎  A.all()              it still is, and `B` is not
 *   A.definition.update({ … })        ⏎  A.create({ … })      invalid_write, and so the other way round
 *
 * So the names of collections and functions mean throughout a query what they meant when it began.
 * Without these rules a name means what it does by now, and a query may do all of this.
 */
#ifndef FAWN_RUNTIME_DOCUMENT_SEPARATE_H
#define FAWN_RUNTIME_DOCUMENT_SEPARATE_H

#include "runtime/schema/catalog.h"

/* From here on, to the end of the query, `rt` holds it to the rules. */
void separate_begin(Rt *rt);

/* To be called before the definition of a collection or function is made, changed or deleted, so that
 * what names meant until then is kept. */
void separate_keep_names(Rt *rt);

/* Notes that a document of the collection `number` is written, or that the collection's definition is.
 * False: the query has done the other one before, and a fault is set. Whoever calls these has looked at
 * `rt->separate` first. */
NODISCARD bool separate_document(Rt *rt, uint32_t number);
NODISCARD bool separate_definition(Rt *rt, uint32_t number);

/* Whether names mean something else to the query than to the catalog by now. */
bool separate_differs(const Rt *rt);

/* The collection that a name or alias means to the query, as it is by now; of one that the query deleted,
 * as it was. NULL: none. */
const Collection *separate_collection(const Rt *rt, Str name);

/* The name of a collection, also of one that the query deleted; empty: there is none. */
Str separate_name(const Rt *rt, uint32_t number);

/* The function that a name or alias means to the query; otherwise as catalog_function. */
Value separate_function(Rt *rt, Str name);

/* Adds to the fault under way, about an unknown `name` at `span`, that the query itself made what is
 * called so. False: it did not. */
bool separate_hint(Rt *rt, Str name, Span span);

#endif

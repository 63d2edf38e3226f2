/* schema_names: whether all names in the bodies of a schema mean something. Queries find that out
 * when they run; a schema is refused at once.
 */
#ifndef FAWN_INTERP_SCHEMA_NAMES_H
#define FAWN_INTERP_SCHEMA_NAMES_H

#include "grammar/schema.h"
#include "runtime/rt.h"

/* Adds an error, at its place in the files, for each name in a body or predicate of `items` that
 * the database does not know; the items are in force in the transaction under way. */
void schema_names_check(Rt *rt, const SchemaItems *items, DiagList *diags);

#endif

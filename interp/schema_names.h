/* schema_names: whether all names in a schema mean something: those in bodies, which queries look
 * up when they run, and those that roles and access providers refer to.
 */
#ifndef FAWN_INTERP_SCHEMA_NAMES_H
#define FAWN_INTERP_SCHEMA_NAMES_H

#include "grammar/schema.h"
#include "runtime/rt.h"

/* Adds an error, at its place in the files, for each name in `items` that the database does
 * not know; the items are in force in the transaction under way. */
void schema_names_check(Rt *rt, const SchemaItems *items, DiagList *diags);

#endif

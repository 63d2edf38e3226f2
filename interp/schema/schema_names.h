/* schema_names: whether all names in a schema mean something: those of types, those that roles and
 * access providers refer to, and those in bodies, which queries look up when they run.
 *
 * Each adds an error, at its place in the files, for each name in `items` that means nothing.
 */
#ifndef FAWN_INTERP_SCHEMA_SCHEMA_NAMES_H
#define FAWN_INTERP_SCHEMA_SCHEMA_NAMES_H

#include "grammar/schema.h"
#include "runtime/rt.h"

/* The types of fields, and whether documents can hold their values. The items' names are
 * reserved in the transaction under way. */
void schema_types_check(Rt *rt, const SchemaItems *items, DiagList *diags);

/* Builtin roles that access providers would give, which they must not. */
void schema_roles_check(Rt *rt, const SchemaItems *items, DiagList *diags);

/* What roles and access providers refer to. The items are in force in the transaction under way. */
void schema_references_check(Rt *rt, const SchemaItems *items, DiagList *diags);

/* The names in bodies; likewise. */
void schema_names_check(Rt *rt, const SchemaItems *items, DiagList *diags);

#endif

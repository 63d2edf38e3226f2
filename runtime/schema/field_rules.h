/* field_rules: the typed fields of a collection.
 *
 *   fields: { title: { signature: "String" }, stars: { signature: "Int", default: "0" } },
 *   wildcard: "Any"
 *
 *   given ─► defaults filled in ─► checked against the types ─► failures
 *
 * What definitions of fields must look like is checked in definition_fields.c.
 */
#ifndef FAWN_RUNTIME_SCHEMA_FIELD_RULES_H
#define FAWN_RUNTIME_SCHEMA_FIELD_RULES_H

#include "runtime/document/document.h"
#include "runtime/schema/schema_type.h"

/* The fields of a definition as an OBJECT type, in `arena`; NULL: it has neither `fields` nor a
 * `wildcard`, and documents may hold anything. Both have been checked, or are null. */
const SchemaType *field_rules_make(Rt *rt, Arena *arena, Str collection, Value fields,
                                   Value wildcard);

/* Fills in what `*fields`, a document's own fields, lack when `fill`, and adds a failure for each
 * rule that they break. False: a fault, as they cannot be kept at all. */
NODISCARD bool field_rules_apply(Failures *failures, const SchemaType *rules, const Object **fields,
                                 bool fill);

/* Adds an error for each part of a field's type that names what does not exist, or what documents
 * cannot hold, and for each default in it that could not be filled in; for a wildcard of a
 * collection's own fields that is not Any. */
void field_rules_look(Rt *rt, DiagList *errors, Str collection, const TypedField *field);
void field_rules_look_at_wildcard(DiagList *errors, const SchemaType *type);

/* To be called before the transaction commits, when definitions have changed: whether the types
 * of all fields name what exists, and what documents can hold. */
NODISCARD bool field_rules_are_whole(Rt *rt);

#endif

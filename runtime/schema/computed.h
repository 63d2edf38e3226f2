/* computed: fields that no document holds, as they are worked out when they are read.
 *
 *   computed_fields: { fullName: { body: "doc => doc.first + doc.last", signature: "String" } }
 *
 * A computed field hides a field of the same name that a document holds; `doc.data` has that.
 */
#ifndef FAWN_RUNTIME_SCHEMA_COMPUTED_H
#define FAWN_RUNTIME_SCHEMA_COMPUTED_H

#include "runtime/document/document.h"
#include "runtime/document/fields.h"

/* The computed fields of a definition's `computed_fields` (null: none), in `arena`. */
DocFunctions computed_from_definition(Arena *arena, Str collection, Value fields);

/* The computed field `name` of a document of collection `number`, or NULL: for `computed_find`
 * when there may be some. */
DocFunction *computed_look_up(const Rt *rt, uint32_t number, Str name);

/* The same; costs nothing where no collection has computed fields. */
static inline DocFunction *computed_find(const Rt *rt, uint32_t number, Str name)
{
    return LIKELY(!rt->has_computed) ? NULL : computed_look_up(rt, number, name);
}

/* Its value for `doc`, which exists; T_FAULT: working it out failed. */
Value computed_read(Rt *rt, DocFunction *field, Value doc);

/* Adds all computed fields of `doc`, which exists. False: a fault. */
NODISCARD bool computed_add_all(Rt *rt, Value doc, Fields *fields);

/* Adds a failure for each field given that is a computed one. */
void computed_refuse_writes(Failures *failures, const Collection *collection, const Object *given);

#endif

/* field_type: types as they are written in definitions, and defaults, made into what the
 * runtime checks documents with (runtime/schema/schema_type.h).
 */
#ifndef FAWN_INTERP_SCHEMA_FIELD_TYPE_H
#define FAWN_INTERP_SCHEMA_FIELD_TYPE_H

#include "grammar/ast.h"
#include "runtime/schema/schema_type.h"

/* The type that `source` spells, which lives as long as `arena`, as `source` does; NULL: the
 * fault invalid_query. */
const SchemaType *field_type_compile(Rt *rt, Arena *arena, const Source *source);

/* The same of a type that has been parsed, which lives as long. */
const SchemaType *field_type_make(Rt *rt, Arena *arena, const TypeNode *node);

/* A default's expression. */
DefaultValue *field_type_default(Arena *arena, const Node *node);

#endif

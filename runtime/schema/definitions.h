/* definitions: the definitions of collections, functions, roles and access providers by name, for
 * those who put a whole schema in force.
 *
 *   read ─► keep only what the schema has ─► release aliases ─► reserve new names ─► put each
 *
 * Names are reserved before anything is put, as functions and constraints may refer to what is
 * defined later. Functions can be called from then on: the values of migrations may do so. Aliases
 * are released before that, as others may take them.
 */
#ifndef FAWN_RUNTIME_SCHEMA_DEFINITIONS_H
#define FAWN_RUNTIME_SCHEMA_DEFINITIONS_H

#include "runtime/schema/catalog.h"

#include "runtime/base/map.h"

typedef struct Definitions {
    Rt *rt;
    uint32_t system; /* COLLECTION_COLLECTION to COLLECTION_ACCESS_PROVIDER */
    Map ids;         /* name -> int64_t, the document's id */
} Definitions;

/* What is in force as the transaction begins, noted in `rt->query`. */
Definitions definitions_read(Rt *rt, uint32_t system);

/* The definition called `name` as users see it, on rt->heap; NULL: there is none. */
const Object *definitions_object(const Definitions *definitions, Str name);

/* Deletes those whose name is not a key of `names`. False: a fault. */
NODISCARD bool definitions_keep_only(Definitions *definitions, const Map *names);

/* Takes the alias from the definition called `name`. False: a fault. */
NODISCARD bool definitions_release_alias(Definitions *definitions, Str name);

/* Makes a collection, still empty, unless there is one of this name, or a function as it is to be
 * but for its role, which may not be there yet. False: a fault. */
NODISCARD bool definitions_reserve(Definitions *definitions, const Object *definition);

/* Makes `definition` what is in force; the old one's `data`, which no schema holds, stays.
 * False: a fault. */
NODISCARD bool definitions_put(Definitions *definitions, const Object *definition);

#endif

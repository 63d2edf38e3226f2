/* database: the databases within a database.
 *
 *   document of COLLECTION_DATABASE, in the outer one     { name: "shop", …, internal_database: 3 }
 *   document of itself, in database 3 of the store        { outer: 0, id: 400123 }
 *
 * What users see of a database is a document of the one that it lies in. What it holds lies in a
 * database of the store (txn_enter), which knows by a document of its own whose it is.
 */
#ifndef FAWN_RUNTIME_SCHEMA_DATABASE_H
#define FAWN_RUNTIME_SCHEMA_DATABASE_H

#include "runtime/document/document.h"

/* Makes an empty database for document `id` of the database that the transaction is in; `*number`
 * gets the store's number of it. False: a fault. */
NODISCARD bool database_make(Rt *rt, int64_t id, uint32_t *number);

/* The same, and the document too, of these fields and time: what a dump has. */
NODISCARD bool database_restore(Rt *rt, int64_t id, int64_t time_us, const Object *fields,
                                uint32_t *number);

/* The fields of a document of COLLECTION_DATABASE that have a meaning outside of the store. */
const Object *database_fields(Rt *rt, const Version *version);

/* Drops all that a database holds, and all databases within it. False: a fault. */
NODISCARD bool database_drop(Rt *rt, uint32_t number);

/* The store's number that a document of COLLECTION_DATABASE keeps. */
uint32_t database_number(Rt *rt, const Version *version);

/* The database called `name` in the one that the transaction is in, or false. */
bool database_find(Rt *rt, Str name, uint32_t *number);

/* The document that stands for the database that the transaction is in, and where that document
 * is. 0 and 0: it is the root. False: it was deleted. */
typedef struct DatabaseSelf {
    uint32_t outer;
    int64_t id;
} DatabaseSelf;
bool database_self(Rt *rt, DatabaseSelf *self);

/* Its name for drivers: 13 letters and digits for the id of its document (z-base-32, like
 * Fauna's). */
Str database_global_id(Arena *arena, int64_t id);

/* The id that such a name stands for; false: it is none. */
bool database_of_global_id(Str text, int64_t *id);

/* Whether the database that the transaction is in, or else the nearest around it that says
 * anything, says `protected: true`. */
bool database_is_protected(Rt *rt);

/* Likewise whether it says `typechecked: true`, so that queries and schemas are checked for types
 * unless a query asks otherwise. The root says what Rt.root_is_typechecked says. */
bool database_is_typechecked(Rt *rt);

#endif

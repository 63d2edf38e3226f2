/* reference: where definitions name one another. Functions, access providers and keys name
 * roles; roles name collections and functions. Names follow when what they name is renamed,
 * and what they name cannot be deleted. Reference: ForeignKey.scala, SchemaTypeValidator.scala.
 */
#ifndef FAWN_RUNTIME_REFERENCE_H
#define FAWN_RUNTIME_REFERENCE_H

#include "runtime/document.h"

/* admin, server, server-readonly, client. */
bool role_is_builtin(Str name);

/* Whether there is such a role, builtin ones included. */
bool role_exists(Rt *rt, Str name);

/* The id of the document of a system collection whose field is this String or document, or
 * false. Reads all its documents. */
bool system_find(Rt *rt, uint32_t collection, Str field, Value value, int64_t *id);

/* How many roles but the one with the id `except` have members in the collection `resource`. */
int64_t count_roles_with_members(Rt *rt, Str resource, int64_t except);

/* Gives references to what was `before` the name `after`; it is a document of `collection`: a
 * role, a collection or a function. False: a fault. */
NODISCARD bool references_rename(Rt *rt, uint32_t collection, Str before, Str after);

/* Adds a failure for each function and each key that has the role `name`. */
void references_check_role(Failures *failures, Str name);

/* Whether all that roles and access providers name exists: else a fault. */
NODISCARD bool references_are_whole(Rt *rt);

#endif

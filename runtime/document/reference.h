/* reference: where definitions name one another. Functions, access providers and keys name
 * roles; roles name collections and functions. Names follow when what they name is renamed,
 * and what they name must be there when the transaction ends. Reference: ForeignKey.scala,
 * SchemaTypeValidator.scala.
 */
#ifndef FAWN_RUNTIME_DOCUMENT_REFERENCE_H
#define FAWN_RUNTIME_DOCUMENT_REFERENCE_H

#include "runtime/document/document.h"

/* admin, server, server-readonly, client. */
bool role_is_builtin(Str name);

/* Whether there is such a role, builtin ones included. */
bool role_exists(Rt *rt, Str name);

/* Whether a role may speak of this name: a collection, or, with `functions_too`, a function. */
bool resource_exists(Rt *rt, Str name, bool functions_too);

/* Makes the indexes by which system_find finds documents of a system collection, which is there, if
 * it has none. Files of before have none until something is written. False: a fault. */
NODISCARD bool system_make_indexes(Rt *rt, uint32_t collection);

/* The id of the document of a system collection whose field is this String or document, or
 * false. Reads all its documents when there is no index for the field. */
bool system_find(Rt *rt, uint32_t collection, Str field, Value value, int64_t *id);

/* How many roles but the one with the id `except` have members in the collection `resource`. */
int64_t count_roles_with_members(Rt *rt, Str resource, int64_t except);

/* To be called when a role, a collection or a function, a document of `collection`, has been
 * changed, whose name was `before` and is `after`: gives references to it the new name. False:
 * a fault. */
NODISCARD bool references_follow(Rt *rt, uint32_t collection, Str before, Str after);

/* To be called when a definition, or a key, has been written: its references, or those to it, are
 * looked at when the transaction ends. `message` tells of a function or key without its role. */
void references_check_late(Rt *rt, Value doc, Str message);

/* To be called before the transaction commits: whether all that functions, keys, roles and access
 * providers name exists. Else a fault, traced to the call that wrote it. */
NODISCARD bool references_are_whole(Rt *rt);

/* Adds a failure for each function and each key that has the role `name`. */
void references_check_unused(Failures *failures, Str name);

/* The fault for a change that leaves the definitions inconsistent; `error`, rendered and
 * set in by four columns, says how. */
Value fault_schema(Rt *rt, Str error);
Value fault_schema_diags(Rt *rt, const DiagList *errors);

#endif

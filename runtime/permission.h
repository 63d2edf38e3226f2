/* permission: what whoever asks may do. Every way to read, write or call comes through here:
 *
 *   a document known by its id     doc_version          may not read: as if it were not there
 *   a set, a count, an aggregate   when it is opened    may not read: a fault
 *   create, update, delete …       write_is_allowed     a fault
 *   a user function                when its name is looked up: a fault
 *
 * Who asks has a built-in role, or a Role of the database. Of that only actions that are `true`
 * are granted: one with a predicate is refused, as is anything that is not named.
 */
#ifndef FAWN_RUNTIME_PERMISSION_H
#define FAWN_RUNTIME_PERMISSION_H

#include "runtime/rt.h"

typedef enum Action { ACTION_READ, ACTION_WRITE, ACTION_CREATE, ACTION_DELETE, ACTION_CALL } Action;

/* Whether documents of a collection may be read, written …; false: a fault permission_denied. */
NODISCARD bool permission_check(Rt *rt, Action action, uint32_t collection);

/* The same without a fault. */
bool permission_has(Rt *rt, Action action, uint32_t collection);

/* Whether a user function may be called; false: a fault. */
NODISCARD bool permission_check_call(Rt *rt, Str function);

/* The role that is spelled `admin`, `server`, `@role/NAME` … False: there is none such. In a
 * transaction, whose catalog is loaded. `name` in the result borrows. */
bool permission_find(Rt *rt, Str role, Permission *permission);

#endif

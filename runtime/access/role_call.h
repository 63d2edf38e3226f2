/* role_call: calls of user functions where not everybody may call each of them, or where some run
 * as another role than their caller's.
 *
 *   caller, role A ──► args, copied ──► function with `role: B` ──► result, copied ──► caller
 *
 * What goes in or comes out names documents by their ids: who gets them looks them up with what it
 * may do itself, not with what the other side found.
 */
#ifndef FAWN_RUNTIME_ACCESS_ROLE_CALL_H
#define FAWN_RUNTIME_ACCESS_ROLE_CALL_H

#include "runtime/function.h"

typedef struct RoleCall {
    Permission before;
    bool changes_role;
} RoleCall;

/* Begins a call of a FUNCTION_GUARDED; `args` are replaced. False: it may not be called, which is a
 * fault. */
NODISCARD bool role_call_begin(RoleCall *call, Rt *rt, const Function *fn, Value *args,
                               int64_t argc);

/* Ends it; returns what the call gives. */
Value role_call_end(const RoleCall *call, Rt *rt, Value result);

#endif

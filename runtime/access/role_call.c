/* role_call: see role_call.h. */
#include "runtime/access/role_call.h"

#include "runtime/access/permission.h"
#include "runtime/access/role.h"
#include "runtime/document/reference.h"
#include "runtime/schema/catalog_int.h"

/* What a function with a role may do: nothing, if there is no such role any more. */
static Permission find_permission(Rt *rt, UserFunction *function)
{
    Permission permission;
    if (role_is_builtin(function->role)) {
        bool found = permission_find(rt, rt->query, function->role, &permission);
        assert(found);
        (void)found;
        return permission;
    }
    function->own_role[0] = role_find(rt, function->role);
    return (Permission){.role = ROLE_OWN,
                        .roles = function->own_role,
                        .role_count = function->own_role[0] != NULL};
}

bool role_call_begin(RoleCall *call, Rt *rt, const Function *fn, Value *args, int64_t argc)
{
    UserFunction *function = fn->user;
    *call = (RoleCall){.before = rt->permission, .changes_role = function->role.len > 0};
    if (!permission_check_call(rt, function->name, function->alias, args, argc)) {
        return false;
    }
    if (call->changes_role) {
        for (int64_t i = 0; i < argc; i++) {
            args[i] = val_copy(rt->heap, args[i], NULL);
        }
        rt->permission = find_permission(rt, function);
    }
    return true;
}

Value role_call_end(const RoleCall *call, Rt *rt, Value result)
{
    if (!call->changes_role) {
        return result;
    }
    permission_restore(rt, call->before);
    return val_is_fault(result) ? result : val_copy(rt->heap, result, NULL);
}

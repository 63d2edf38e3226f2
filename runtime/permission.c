/* permission: see permission.h. */
#include "runtime/permission.h"

#include "runtime/codec.h"
#include "runtime/definition.h"
#include "runtime/fields.h"
#include "runtime/reference.h"

static const char *const role_names[] = {[ROLE_ADMIN] = "admin",
                                         [ROLE_SERVER] = "server",
                                         [ROLE_SERVER_READONLY] = "server-readonly",
                                         [ROLE_CLIENT] = "client"};

static const char own_prefix[] = "@role/";

static const Object *find_role(Rt *rt, Str name)
{
    int64_t id;
    return system_find(rt, COLLECTION_ROLE, STR("name"), val_str(name), &id)
               ? definition_visible(rt, txn_get(rt->txn, COLLECTION_ROLE, id))
               : NULL;
}

bool permission_find(Rt *rt, Str role, Permission *permission)
{
    for (int i = 0; i < countof(role_names); i++) {
        if (str_eq(role, str_from_c(role_names[i]))) {
            *permission = (Permission){.role = (RoleKind)i};
            return true;
        }
    }
    Str prefix = str_from_c(own_prefix);
    if (!str_starts_with(role, prefix)) {
        return false;
    }
    *permission =
        (Permission){.role = ROLE_OWN, .name = str_slice(role, prefix.len, role.len)};
    return find_role(rt, permission->name) != NULL;
}

/* Whether the privileges of a role grant an action on a resource. */
static bool grants(const Object *role, Str resource, Action action)
{
    static const char *const names[] = {[ACTION_READ] = "read",
                                        [ACTION_WRITE] = "write",
                                        [ACTION_CREATE] = "create",
                                        [ACTION_DELETE] = "delete",
                                        [ACTION_CALL] = "call"};
    Value privileges = role ? field_or_null(role, STR("privileges")) : val_null(NULL);
    int64_t count = privileges.type == T_ARRAY ? privileges.len : privileges.type == T_OBJECT;
    for (int64_t i = 0; i < count; i++) {
        Value item = privileges.type == T_ARRAY ? privileges.as.items[i] : privileges;
        if (item.type != T_OBJECT) {
            continue;
        }
        Value name = field_or_null(item.as.object, STR("resource"));
        Value actions = field_or_null(item.as.object, STR("actions"));
        Value granted = actions.type == T_OBJECT
                            ? field_or_null(actions.as.object, str_from_c(names[action]))
                            : val_null(NULL);
        if (name.type == T_STRING && str_eq(val_as_str(name), resource) &&
            granted.type == T_BOOLEAN && granted.as.boolean) {
            return true;
        }
    }
    return false;
}

static bool server_has(Action action, uint32_t collection)
{
    bool is_read = action == ACTION_READ;
    bool is_root = collection == COLLECTION_DATABASE || collection == COLLECTION_KEY ||
                   collection == COLLECTION_ROLE || collection == COLLECTION_ACCESS_PROVIDER;
    return is_read || !is_root;
}

/* What a role of the database has is remembered for the action and collection asked last. */
static bool own_has(Rt *rt, Action action, uint32_t collection)
{
    Permission *permission = &rt->permission;
    const Collection *asked = catalog_collection_by_number(rt->catalog, collection);
    if (permission->txn != rt->txn || permission->last_action != (int)action ||
        permission->last_collection != collection) {
        permission->txn = rt->txn;
        permission->last_action = (int)action;
        permission->last_collection = collection;
        permission->last = asked && grants(find_role(rt, permission->name), asked->name, action);
    }
    return permission->last;
}

bool permission_has(Rt *rt, Action action, uint32_t collection)
{
    switch (rt->permission.role) {
    case ROLE_ADMIN:
        return true;
    case ROLE_SERVER:
        return server_has(action, collection);
    case ROLE_SERVER_READONLY:
        return action == ACTION_READ;
    case ROLE_CLIENT:
        return false;
    case ROLE_OWN:
        return own_has(rt, action, collection);
    }
    UNREACHABLE();
}

static bool refuse(Rt *rt)
{
    (void)rt_fault(rt, FAULT_permission_denied, "Insufficient privileges to perform the action.");
    return false;
}

bool permission_check(Rt *rt, Action action, uint32_t collection)
{
    return LIKELY(rt->permission.role == ROLE_ADMIN) || permission_has(rt, action, collection) ||
           refuse(rt);
}

bool permission_check_call(Rt *rt, Str function)
{
    switch (rt->permission.role) {
    case ROLE_ADMIN:
    case ROLE_SERVER:
        return true;
    case ROLE_SERVER_READONLY:
    case ROLE_CLIENT:
        return refuse(rt);
    case ROLE_OWN:
        return grants(find_role(rt, rt->permission.name), function, ACTION_CALL) || refuse(rt);
    }
    UNREACHABLE();
}

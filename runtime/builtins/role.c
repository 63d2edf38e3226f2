/* role: the module Role. What is done is in runtime/document/system_document.c. */
#include "runtime/builtins/collection.h"
#include "runtime/builtins/types.h"
#include "runtime/document/system_document.h"

BUILTIN(role_create, "create", WRITES, "(data: { name: String, privileges: Any | Null, membership: Any | Null, "
        "data: { *: Any } | Null }) => Document",
        "Creates a role from `data`: a name for privileges, and for whose they are. The server "
        "enforces them; in the shell they are not.",
        "Role.create({\n"
        "  name: \"reader\",\n"
        "  privileges: { resource: \"Collection\", actions: { read: true } }\n"
        "}).privileges.resource",
        "\"Collection\"")
{
    return system_create(rt, COLLECTION_ROLE, call->args[0].as.object);
}

BUILTIN_ROWS(role_statics, &collection_all_row, &definition_by_name_row, &role_create_row,
             &collection_first_where_row, &collection_to_string_row, &collection_where_row);

static bool is_role(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_DOC && v.len == COLLECTION_ROLE;
}

const BuiltinType role_type = {
    .name = "Role",
    .doc = "What a secret or a member of a collection may do when it asks the server.",
    .statics = role_statics,
    .contains = is_role,
};

/* key: the module Key. What is done is in runtime/document/system_document.c. */
#include "runtime/builtins/collection.h"
#include "runtime/builtins/types.h"
#include "runtime/document/system_document.h"

BUILTIN(key_create, "create", WRITES, "(data: { role: String, database: String | Null, ttl: Time | Null, data: "
        "{ *: Any } | Null }) => Document",
        "Creates a key from `data`, a secret with a role. The field `secret` of what is returned "
        "is the only place "
        "where the secret is ever shown.",
        "Key.create({ role: \"server\" }).role", "\"server\"")
{
    return system_create(rt, COLLECTION_KEY, call->args[0].as.object);
}

BUILTIN_ROWS(key_statics, &collection_all_row, &collection_by_id_row, &key_create_row,
             &collection_first_where_row, &collection_to_string_row, &collection_where_row);

static bool is_key(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_DOC && v.len == COLLECTION_KEY;
}

const BuiltinType key_type = {
    .name = "Key",
    .doc = "A secret that stands for a role: what requests to the server come with.",
    .statics = key_statics,
    .constructor = &collection_apply_row,
    .contains = is_key,
};

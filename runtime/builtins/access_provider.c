/* access_provider: the module AccessProvider. What is done is in runtime/document/system_document.c. */
#include "runtime/builtins/collection.h"
#include "runtime/builtins/types.h"
#include "runtime/document/system_document.h"

BUILTIN(access_provider_create, "create", WRITES, "(data: { name: String, issuer: String, jwks_uri: String, roles: String "
        "| { role: String, predicate: String } | Array<String | { role: String, "
        "predicate: String }> | Null, data: { *: Any } | Null }) => Document",
        "Creates an access provider from `data`: whose JWTs the server takes, and for which roles. "
        "Their audience is that of what is returned. The keys are those that the server is given "
        "for `jwks_uri`, or in there as `data:application/json,…`.",
        "AccessProvider.create({\n"
        "  name: \"auth\",\n"
        "  issuer: \"https://auth.example.com\",\n"
        "  jwks_uri: \"https://auth.example.com/keys.json\"\n"
        "}).issuer",
        "\"https://auth.example.com\"")
{
    return system_create(rt, COLLECTION_ACCESS_PROVIDER, call->args[0].as.object);
}

BUILTIN_ROWS(access_provider_statics, &collection_all_row, &definition_by_name_row,
             &access_provider_create_row, &collection_first_where_row, &collection_to_string_row,
             &collection_where_row);

static bool is_access_provider(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_DOC && v.len == COLLECTION_ACCESS_PROVIDER;
}

const BuiltinType access_provider_type = {
    .name = "AccessProvider",
    .doc = "An identity provider whose JWTs the server takes.",
    .statics = access_provider_statics,
    .contains = is_access_provider,
};

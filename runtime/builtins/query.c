/* query: the module Query, what a query can ask about itself and who runs it. */
#include "runtime/access/permission.h"
#include "runtime/builtins/types.h"
#include "runtime/schema/catalog.h"
#include "runtime/schema/database.h"

BUILTIN(query_identity, "identity", READS, "() => Doc | Null",
        "The document that the query acts for: that of the token by which it came. Null for keys, "
        "and for the owner of the database, as in the shell.",
        "Query.identity() == null", "true")
{
    const Login *login = rt->login;
    return login && login->has_document ? val_doc_id(login->collection, login->id)
                                        : builtin_null(rt, call, STR("missing identity"));
}

BUILTIN(query_token, "token", READS, "() => Doc | Struct | Null",
        "The token that the query was authorised by, or the claims of a JWT; null for keys, and for "
        "the owner of the database.",
        "Query.token() == null", "true")
{
    const Login *login = rt->login;
    if (login && login->has_token) {
        return val_doc_id(COLLECTION_TOKEN, login->token);
    }
    return login && login->claims.type == T_OBJECT ? login->claims
                                                   : builtin_null(rt, call, STR("no token"));
}

BUILTIN(query_is_env_protected, "isEnvProtected", READS, "() => Boolean",
        "Whether the database refuses destructive changes of its schema: it, or the nearest around "
        "it that says anything, was created with `protected: true`.",
        "Query.isEnvProtected()", "false")
{
    (void)call;
    return rt->permission.role == ROLE_ADMIN ? val_bool(database_is_protected(rt))
                                             : fault_not_permitted(rt);
}

BUILTIN(query_is_env_typechecked, "isEnvTypechecked", READS, "() => Boolean",
        "Whether queries and schemas are checked for types before they run: the database, or the "
        "nearest around it that says anything, was created with `typechecked: true`.",
        "Query.isEnvTypechecked()", "false")
{
    (void)call;
    return val_bool(database_is_typechecked(rt));
}

BUILTIN_ROWS(query_functions, &query_identity_row, &query_is_env_protected_row,
             &query_is_env_typechecked_row, &query_token_row);

static bool is_query(Rt *rt, Value v)
{
    (void)rt;
    return is_module_of(v, &query_type);
}

const BuiltinType query_type = {
    .name = "Query",
    .doc = "What a query can ask about the one who runs it.",
    .statics = query_functions,
    .contains = is_query,
};

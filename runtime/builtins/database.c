/* database: the module Database. What is done is in runtime/document/system_document.c and database.c. */
#include "runtime/builtins/collection.h"
#include "runtime/builtins/types.h"
#include "runtime/document/system_document.h"

BUILTIN(database_create, "create", WRITES, "(data: { name: String, priority: Number | Null, typechecked: Boolean | "
        "Null, protected: Boolean | Null, data: { *: Any } | Null }) => Document",
        "Creates an empty database within this one from `data`: its name, and perhaps `protected` "
        "and `typechecked` (a `priority` is kept, and changes nothing). It has collections, functions, roles and keys of its own, and lies in "
        "the same file. Deleting it deletes all that it holds.",
        "Database.create({ name: \"shop\" }).name", "\"shop\"")
{
    return system_create(rt, COLLECTION_DATABASE, call->args[0].as.object);
}

BUILTIN_ROWS(database_statics, &collection_all_row, &definition_by_name_row, &database_create_row,
             &collection_first_where_row, &collection_to_string_row, &collection_where_row);

static bool is_database(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_DOC && v.len == COLLECTION_DATABASE;
}

const BuiltinType database_type = {
    .name = "Database",
    .doc = "The databases within this one.",
    .statics = database_statics,
    .contains = is_database,
};

/* database: the module Database. There are no databases within one. */
#include "runtime/builtins/collection.h"
#include "runtime/builtins/types.h"
#include "runtime/document.h"

BUILTIN(database_create, "create", WRITES, "(data: Struct) => Document",
        "Refused, whatever `data` is: a Fawn database has no databases within it. Another database "
        "is another file.",
        "", "")
{
    (void)call;
    return rt_fault(rt, FAULT_disabled_feature,
                    "Fawn has no databases within a database. Open another file instead.");
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
    .doc = "The databases within this one; in Fawn there are none.",
    .statics = database_statics,
    .contains = is_database,
};

/* schema: the module FQL.Schema, the schema seen as data. */
#include "runtime/builtins/types.h"

#include "runtime/document/document.h"

BUILTIN(schema_def_for_identifier, "defForIdentifier", READS, "(ident: String) => Any",
        "The definition of the collection or else the function whose name or alias is `ident`; "
        "null when there is none.",
        "Collection.create({ name: \"Movie\", alias: \"Film\" })\n"
        "FQL.Schema.defForIdentifier(\"Film\")!.name",
        "\"Movie\"")
{
    Str name = val_as_str(call->args[0]);
    const Collection *collection = catalog_collection(rt->catalog, name);
    int64_t id;
    if (collection != NULL) {
        return val_doc_id(COLLECTION_COLLECTION, collection->definition_id);
    }
    if (catalog_function_id(rt->catalog, name, &id)) {
        return val_doc_id(COLLECTION_FUNCTION, id);
    }
    return val_null_because(rt->heap, NULL_LITERAL, call->span, (Str){0}, val_null(NULL));
}

BUILTIN_ROWS(schema_functions, &schema_def_for_identifier_row);

static bool is_schema(Rt *rt, Value v)
{
    (void)rt;
    return is_module_of(v, &schema_type);
}

const BuiltinType schema_type = {
    .name = "Schema",
    .doc = "The definitions of the database, found by the names that queries use.",
    .statics = schema_functions,
    .contains = is_schema,
};

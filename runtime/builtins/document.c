/* document: the methods of documents. What they do is in runtime/document*.c. */
#include "runtime/builtins/document.h"
#include "runtime/builtins/types.h"
#include "runtime/document/document.h"

BUILTIN_SHARED(document_exists, "exists", READS, "() => Boolean", "Whether the document exists.",
               "Collection.create({ name: \"Movie\" })\nMovie.byId(7).exists()", "false")
{
    return call_may(rt, call) ? val_bool(doc_version(rt, call->self) != NULL) : val_fault();
}

BUILTIN_SHARED(document_update, "update", WRITES, "(data: Struct) => Document",
               "Changes the fields that are in `data` and leaves the others; null removes a field.",
               "Collection.create({ name: \"Movie\" })\n"
               "let alien = Movie.create({ title: \"Alien\", stars: 4 })\n"
               "alien.update({ stars: 5 }) { title, stars }",
               "{\n  title: \"Alien\",\n  stars: 5\n}")
{
    return doc_update(rt, call->self, call->args[0].as.object, DATA_DEFAULT);
}

BUILTIN_SHARED(document_replace, "replace", WRITES, "(data: Struct) => Document",
               "Replaces all fields by those of `data`.",
               "Collection.create({ name: \"Movie\" })\n"
               "let alien = Movie.create({ title: \"Alien\", stars: 4 })\n"
               "alien.replace({ title: \"Aliens\" }).stars",
               "null")
{
    return doc_replace(rt, call->self, call->args[0].as.object, DATA_DEFAULT);
}

/* createData's kin have no meaning for definitions. */
static Value fault_no_plain_data(Rt *rt, const Call *call)
{
    return rt_fault(rt, FAULT_invalid_function_invocation,
                    "The function `%s` does not exist on `%.*s`", call->row->name,
                    STR_ARG(rt_type_name(rt, call->self)));
}

BUILTIN_SHARED(document_update_data, "updateData", WRITES, "(data: Struct) => Document",
               "Like update, but every field of `data` is the user's own, whatever its name is.",
               "Collection.create({ name: \"Movie\" })\n"
               "let alien = Movie.create({ title: \"Alien\" })\n"
               "alien.updateData({ id: 5 }).data.id",
               "5")
{
    if (collection_is_system(call->self.len)) {
        return fault_no_plain_data(rt, call);
    }
    return doc_update(rt, call->self, call->args[0].as.object, DATA_PLAIN);
}

BUILTIN_SHARED(document_replace_data, "replaceData", WRITES, "(data: Struct) => Document",
               "Like replace, but every field of `data` is the user's own, whatever its name is.",
               "Collection.create({ name: \"Movie\" })\n"
               "let alien = Movie.create({ title: \"Alien\" })\n"
               "alien.replaceData({ ts: 5 }).title",
               "null")
{
    if (collection_is_system(call->self.len)) {
        return fault_no_plain_data(rt, call);
    }
    return doc_replace(rt, call->self, call->args[0].as.object, DATA_PLAIN);
}

BUILTIN_SHARED(document_delete, "delete", WRITES, "() => Document",
               "Deletes the document. What is returned no longer exists.",
               "Collection.create({ name: \"Movie\" })\n"
               "let alien = Movie.create({ title: \"Alien\" })\n"
               "alien.delete().exists()",
               "false")
{
    return doc_delete(rt, call->self);
}

BUILTIN_ROWS(document_methods, &document_delete_row, &document_exists_row, &document_replace_row,
             &document_replace_data_row, &document_update_row, &document_update_data_row);

static bool is_document(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_DOC;
}

const BuiltinType document_type = {
    .name = "Doc",
    .doc = "A document of a collection: its own fields, and id, coll, ts and perhaps ttl.",
    .methods = document_methods,
    .statics = builtin_no_rows,
    .contains = is_document,
};

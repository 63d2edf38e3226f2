/* collection: what collections can do as modules: `Movie.create(…)` for user collections, and
 * `Collection.create(…)`, `Collection.byName(…)` for their definitions.
 *
 * Indexes are members of a collection as well; the interpreter finds them by
 * `collection_index` and calls `collection_index_set`.
 */
#include "runtime/builtins/collection.h"
#include "runtime/builtins/types.h"
#include "runtime/document/document.h"
#include "runtime/document/past.h"
#include "runtime/document/separate.h"
#include "runtime/hint.h"
#include "runtime/set/set_node.h"

/* The collection that the receiver means now; NULL and a fault when it was deleted. */
static const Collection *self_collection(Rt *rt, const Call *call)
{
    const Collection *known = call->self.as.module->collection;
    const Collection *now = catalog_collection_by_number(rt->catalog, known->number);
    bool refused = !now && rt->separate && !separate_document(rt, known->number);
    if (!now && !refused) {
        (void)rt_fault(rt, FAULT_document_not_found, "The collection `%.*s` was deleted.",
                       STR_ARG(known->name));
    }
    return now;
}

/* The number of the collection whose documents the receiver's `all` means. */
static uint32_t self_number(const Call *call)
{
    return call->self.as.module->collection->number;
}

static void hint_scan(Rt *rt, const Call *call)
{
    if (rt->performance_hints) {
        hint_collection_scan(rt, call->self.as.module->name, call->row->name, call->span);
    }
}

/* All documents that satisfy the first argument. */
static Value where_of(Rt *rt, const Call *call)
{
    hint_scan(rt, call);
    if (!call_may(rt, call)) {
        return val_fault();
    }
    TRY(all, collection_all_set(rt, self_number(call), NULL));
    return set_value(rt, set_with_function(rt, &set_where_ops, all.as.set, call->args[0], call->span));
}

/* -- of every collection ---------------------------------------------------------------------- */

BUILTIN_SHARED(
    collection_all, "all", READS,
    "() => Set<A>\n"
    "(range: Range) => Set<A>",
    "All documents, in order of id; only those in `range`, `{ from, to }`, when it is given.",
    "Collection.create({ name: \"Movie\" })\nMovie.create({ id: 1, title: \"Alien\" })\n"
    "Movie.all().count()",
    "1")
{
    return call_may(rt, call)
               ? collection_all_set(rt, self_number(call), call->argc > 0 ? call->args : NULL)
               : val_fault();
}

BUILTIN_SHARED(collection_where, "where", READS, "(pred: (A) => Boolean) => Set<A>",
               "The documents for which `pred` holds. Reads every document: an index is faster.",
               "Collection.create({ name: \"Movie\" })\nMovie.create({ title: \"Alien\" })\n"
               "Movie.where(.title == \"Alien\").count()",
               "1")
{
    return where_of(rt, call);
}

BUILTIN_SHARED(collection_first_where, "firstWhere", READS, "(pred: (A) => Boolean) => A | Null",
               "The first document for which `pred` holds; null when there is none.",
               "Collection.create({ name: \"Movie\" })\nMovie.create({ title: \"Alien\" })\n"
               "Movie.firstWhere(.title == \"Alien\")!.title",
               "\"Alien\"")
{
    TRY(where, where_of(rt, call));
    return set_first(rt, where.as.set);
}

BUILTIN_SHARED(collection_to_string, "toString", PURE, "() => String", "The collection's name.",
               "Collection.create({ name: \"Movie\" })\nMovie.toString()", "\"Movie\"")
{
    (void)rt;
    return val_str(call->self.as.module->name);
}

/* -- of user collections ----------------------------------------------------------------------- */

static Value create_in(Rt *rt, const Call *call, DataMode mode)
{
    const Collection *collection = self_collection(rt, call);
    return collection ? doc_create(rt, collection, call->args[0].as.object, mode) : val_fault();
}

BUILTIN(
    collection_create, "create", WRITES, "(data: Struct) => A",
    "Creates a document with the fields of `data`; `id` and `ttl` in it are the document's own.",
    "Collection.create({ name: \"Movie\" })\nMovie.create({ title: \"Alien\" }).title", "\"Alien\"")
{
    return create_in(rt, call, DATA_DEFAULT);
}

BUILTIN(collection_create_data, "createData", WRITES, "(data: Struct) => A",
        "Creates a document with the fields of `data`, whatever their names are.",
        "Collection.create({ name: \"Movie\" })\nMovie.createData({ ts: 3 }).data.ts", "3")
{
    return create_in(rt, call, DATA_PLAIN);
}

BUILTIN_SHARED(collection_by_id, "byId", READS, "(id: ID) => Ref<A>",
               "The document with this `id`, whether it exists or not.",
               "Collection.create({ name: \"Movie\" })\nMovie.create({ id: 7, title: \"Alien\" })\n"
               "Movie.byId(7)!.title",
               "\"Alien\"")
{
    return call_may(rt, call) ? doc_now(rt, self_number(call), call->args[0].as.integer)
                              : val_fault();
}

BUILTIN(collection_definition, "definition", READS, "Document",
        "The document that defines the collection.",
        "Collection.create({ name: \"Movie\" })\nMovie.definition.name", "\"Movie\"")
{
    (void)rt;
    return val_doc_id(COLLECTION_COLLECTION, self_number(call));
}

const Builtin *const collection_rows[] = {
    &collection_all_row,         &collection_by_id_row,      &collection_create_row,
    &collection_create_data_row, &collection_definition_row, &collection_first_where_row,
    &collection_to_string_row,   &collection_where_row,      NULL};

BUILTIN_SHARED(collection_apply, "", READS, "(id: ID) => Ref<A>",
               "The document with this `id`, whether it exists or not.",
               "Collection.create({ name: \"Movie\" })\nMovie(7).exists()", "false")
{
    return doc_now(rt, self_number(call), call->args[0].as.integer);
}

/* -- of definitions ---------------------------------------------------------------------------- */

BUILTIN(definition_create_new, "create", WRITES,
        "(data: { name: String, alias: String | Null, "
        "computed_fields: { *: ComputedField } | Null, fields: { *: DefinedField } | Null, "
        "migrations: Array<Migration> | Null, wildcard: String | Null, "
        "history_days: Number | Null, ttl_days: Number | Null, document_ttls: Boolean | Null, "
        "indexes: { *: Index } | Null, constraints: Array<Constraint> | Null, "
        "aggregates: { *: Any } | Null, triggers: { *: Any } | Null, "
        "data: { *: Any } | Null }) => Document",
        "Creates a collection. `data` holds its name, and may hold alias, indexes, constraints, "
        "history_days, ttl_days, document_ttls and data.",
        "Collection.create({\n"
        "  name: \"Movie\",\n"
        "  indexes: { byTitle: { terms: [{ field: \"title\" }] } }\n"
        "})\n"
        "Movie.create({ title: \"Alien\" })\n"
        "Movie.byTitle(\"Alien\").count()",
        "1")
{
    return definition_create(rt, call->args[0].as.object);
}

BUILTIN_SHARED(
    definition_by_name, "byName", READS, "(name: String) => NamedRef<Document>",
    "The definition called `name`, of a collection, function, role …, whether it exists or "
    "not.",
    "Collection.create({ name: \"Movie\" })\nCollection.byName(\"Movie\")!.name", "\"Movie\"")
{
    uint32_t number = self_number(call);
    int64_t id;
    if (!call_may(rt, call)) {
        return val_fault();
    }
    if (catalog_find_named(rt, number, val_as_str(call->args[0]), &id)) {
        return val_doc_id(number, id);
    }
    DocName *name = arena_new(rt->heap, DocName);
    name->name = val_as_str(call->args[0]);
    return val_doc_named(number, name);
}

BUILTIN(definition_deleted, "Deleted", PURE, "Module",
        "What `coll` is in a document whose collection was deleted.", "Collection.Deleted",
        "Collection.Deleted")
{
    (void)rt;
    (void)call;
    return val_module(&catalog_deleted_module);
}

BUILTIN_ROWS(definition_statics, &definition_deleted_row, &collection_all_row,
             &definition_by_name_row, &definition_create_new_row, &collection_first_where_row,
             &collection_to_string_row, &collection_where_row);

BUILTIN(definition_apply, "", READS, "(collection: String) => Module",
        "The collection whose name or alias is `collection`.",
        "Collection.create({ name: \"Movie\" })\nCollection(\"Movie\").all().isEmpty()", "true")
{
    Str name = val_as_str(call->args[0]);
    const Collection *found = separate_collection(rt, name);
    if (!found) {
        Value fault = rt_fault_argument(rt, STR("collection"), "No such user collection `%.*s`.",
                                        STR_ARG(name));
        if (rt->site != NULL) {
            (void)separate_hint(rt, name, *rt->site);
        }
        return fault;
    }
    return val_module(&found->module);
}

static bool is_definition(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_DOC && v.len == COLLECTION_COLLECTION;
}

const BuiltinType collection_type = {
    .name = "Collection",
    .doc = "A named group of documents. The module Collection creates, finds and lists the "
           "definitions of collections.",
    .statics = definition_statics,
    .constructor = &definition_apply_row,
    .contains = is_definition,
};

/* -- definitions of functions ---------------------------------------------------------------- */

BUILTIN(function_create_new, "create", WRITES, "(data: { name: String, alias: String | Null, signature: String | Null, "
        "role: String | Null, body: String, data: { *: Any } | Null }) => "
        "Document",
        "Creates a function that all queries can call. `data` holds its name and its body, a "
        "lambda as text.",
        "Function.create({ name: \"double\", body: \"x => 2 * x\" })\ndouble(21)", "42")
{
    return function_definition_create(rt, call->args[0].as.object);
}

const Builtin *const function_definition_rows[] = {&collection_all_row,
                                                   &definition_by_name_row,
                                                   &function_create_new_row,
                                                   &collection_first_where_row,
                                                   &collection_to_string_row,
                                                   &collection_where_row,
                                                   NULL};

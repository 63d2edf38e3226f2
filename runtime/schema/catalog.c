/* catalog: what the definitions in the store mean.
 *
 *   documents of COLLECTION_COLLECTION            Catalog
 *   1024 { name: "Movie", indexes: {…}, … }  ──►  collections: Collection 1024, 1025, …
 *   documents of COLLECTION_FUNCTION              functions: UserFunction …
 *   { name: "double", body: "x => 2 * x" }   ──►
 *
 * Both are tables (catalog_table.h). Loading looks at nothing as long as the stamps of both
 * collections are as they were; else each definition is compared with what was made of it, and what
 * differs is made anew. Who writes a definition does so by catalog_write, which makes that one
 * alone: so that thousands can be written in one transaction.
 *
 * What was made stays in `kept` for as long as the session lives, as values point to it.
 */
#include "runtime/schema/catalog_int.h"

#include "runtime/builtins/types.h"
#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/document/reference.h"
#include "runtime/schema/check.h"
#include "runtime/schema/computed.h"
#include "runtime/schema/definition.h"
#include "runtime/schema/derived.h"
#include "runtime/schema/field_path.h"
#include "runtime/schema/field_rules.h"

/* -- system collections -------------------------------------------------------------------- */

static const Collection systems[COLLECTION_CREDENTIAL + 1];

#define SYSTEM(number_, text, type_)                                     \
    [number_] = {.name = {(text), (int64_t)sizeof(text) - 1},            \
                 .number = (number_),                                    \
                 .module = {.name = {(text), (int64_t)sizeof(text) - 1}, \
                            .type = &(type_),                            \
                            .collection = &systems[number_]}}

static const Collection systems[COLLECTION_CREDENTIAL + 1] = {
    SYSTEM(COLLECTION_COLLECTION, "Collection", collection_type),
    SYSTEM(COLLECTION_FUNCTION, "Function", function_type),
    SYSTEM(COLLECTION_ROLE, "Role", role_type),
    SYSTEM(COLLECTION_ACCESS_PROVIDER, "AccessProvider", access_provider_type),
    SYSTEM(COLLECTION_DATABASE, "Database", database_type),
    SYSTEM(COLLECTION_KEY, "Key", key_type),
    SYSTEM(COLLECTION_TOKEN, "Token", token_type),
    SYSTEM(COLLECTION_CREDENTIAL, "Credential", credential_type),
};

const Module catalog_deleted_module = {.name = {"Deleted", 7},
                                       .type = &collection_type,
                                       .parent = &systems[COLLECTION_COLLECTION].module};

const Collection *catalog_system(uint32_t number)
{
    return number < countof(systems) && systems[number].number ? &systems[number] : NULL;
}

const Collection *catalog_system_named(Str name)
{
    for (uint32_t i = COLLECTION_COLLECTION; i <= COLLECTION_CREDENTIAL; i++) {
        if (str_eq(systems[i].name, name)) {
            return &systems[i];
        }
    }
    return NULL;
}

/* -- a collection from its definition ------------------------------------------------------ */

/* A field of `object`, if it is an object and has it; else null. */
static Value field_named(Value object, Str name)
{
    const Value *value = object.type == T_OBJECT ? object_get(object.as.object, name) : NULL;
    return value ? *value : val_null(NULL);
}

#define field_of(object, name) field_named((object), STR(name))

static Str text_of(Arena *arena, Value value)
{
    return value.type == T_STRING ? str_copy(arena, val_as_str(value)) : (Str){0};
}

static int64_t integer_of(Value value)
{
    return val_is_integer(value) ? value.as.integer : 0;
}

bool definition_part(Arena *arena, Value item, const Object *computed, IndexTerm *part)
{
    Value field = item.type == T_STRING ? item : field_of(item, "field");
    *part = (IndexTerm){.source = KEY_FROM_PATH};
    if (field.type != T_STRING ||
        !field_path_parse(arena, val_as_str(field), &part->path, &part->path_len)) {
        return false;
    }
    Value mva = field_of(item, "mva");
    Value order = field_of(item, "order");
    part->mva = mva.type == T_BOOLEAN && mva.as.boolean;
    part->descending = order.type == T_STRING && str_eq(val_as_str(order), STR("desc"));
    if (computed && !val_is_null(field_or_null(computed, part->path[0]))) {
        part->source = KEY_FROM_DERIVED;
    } else if (part->path_len > 1 && str_eq(part->path[0], STR("data"))) {
        part->path++;
        part->path_len--;
    } else if (part->path_len == 1 && str_eq(part->path[0], STR("id"))) {
        part->source = KEY_FROM_ID;
    } else if (part->path_len == 1 && str_eq(part->path[0], STR("ttl"))) {
        part->source = KEY_FROM_TTL;
    } else if (part->path_len == 1 && str_eq(part->path[0], STR("ts"))) {
        part->source = KEY_FROM_TS;
    }
    return true;
}

int64_t definition_parts(Arena *arena, Value list, const Object *computed, const IndexTerm **parts)
{
    int64_t count = list.type == T_ARRAY ? list.len : 0;
    IndexTerm *made = arena_array(arena, IndexTerm, count);
    int64_t good = 0;
    for (int64_t i = 0; i < count; i++) {
        good += definition_part(arena, list.as.items[i], computed, &made[good]);
    }
    *parts = made;
    return good;
}

/* Fills in an index of this definition, whose name and number are set. */
static void make_index(Arena *arena, Value definition, Value terms, Value values, Index *index)
{
    Value fields = field_of(definition, "computed_fields");
    const Object *computed = fields.type == T_OBJECT ? fields.as.object : NULL;
    index->term_count = definition_parts(arena, terms, computed, &index->terms);
    index->value_count = definition_parts(arena, values, computed, &index->values);
}

/* All indexes of a definition: the named ones, then those behind unique constraints. */
static void make_indexes(Arena *arena, Value definition, Collection *collection)
{
    Value named = field_of(definition, "indexes");
    Value numbers = field_of(definition, "internal_indexes");
    Value constraints = field_of(definition, "constraints");
    Value uniques = field_of(definition, "internal_uniques");
    assert(uniques.type != T_ARRAY || constraints.type == T_ARRAY);
    int64_t named_count = named.type == T_OBJECT ? named.as.object->shape->count : 0;
    int64_t unique_count = uniques.type == T_ARRAY ? uniques.len : 0;
    Index *indexes = arena_array(arena, Index, named_count + unique_count);
    for (int64_t i = 0; i < named_count; i++) {
        Str name = named.as.object->shape->names[i];
        Value index = named.as.object->slots[i];
        indexes[i] = (Index){.name = str_copy(arena, name),
                             .number = (uint32_t)integer_of(field_named(numbers, name))};
        make_index(arena, definition, field_of(index, "terms"), field_of(index, "values"),
                   &indexes[i]);
        Value queryable = field_of(index, "queryable");
        indexes[i].queryable = queryable.type != T_BOOLEAN || queryable.as.boolean;
    }
    for (int64_t i = 0; i < unique_count; i++) {
        Index *index = &indexes[named_count + i];
        *index = (Index){.number = (uint32_t)integer_of(uniques.as.items[i]), .unique = true};
        make_index(arena, definition, field_of(constraints.as.items[i], "unique"), val_null(NULL),
                   index);
    }
    collection->indexes = indexes;
    collection->index_count = named_count + unique_count;
}

static void make_collection(Rt *rt, const Version *version, Defined *defined)
{
    Arena *kept = &rt->catalog->kept;
    Value definition = codec_decode(rt, version->doc);
    Collection *collection = arena_new(kept, Collection);
    collection->name = text_of(kept, field_of(definition, "name"));
    collection->alias = text_of(kept, field_of(definition, "alias"));
    collection->number = (uint32_t)version->id;
    collection->definition_id = version->id;
    collection->history_days = integer_of(field_of(definition, "history_days"));
    collection->ttl_days = integer_of(field_of(definition, "ttl_days"));
    Value ttls = field_of(definition, "document_ttls");
    collection->no_ttls = ttls.type == T_BOOLEAN && !ttls.as.boolean;
    make_indexes(kept, definition, collection);
    collection->computed =
        computed_from_definition(kept, collection->name, field_of(definition, "computed_fields"));
    Value computed = field_of(definition, "computed_fields");
    collection->aggregates =
        aggregates_from_definition(kept, collection->name, field_of(definition, "aggregates"),
                                   field_of(definition, "internal_aggregates"),
                                   computed.type == T_OBJECT ? computed.as.object : NULL);
    collection->derived = derived_fields(kept, collection);
    collection->checks = checks_from_definition(kept, field_of(definition, "constraints"));
    collection->triggers =
        triggers_from_definition(kept, collection->name, field_of(definition, "triggers"));
    collection->fields =
        field_rules_make(rt, kept, collection->name, field_of(definition, "fields"),
                         field_of(definition, "wildcard"));
    collection->module = (Module){.name = collection->name, .collection = collection};
    defined->name = collection->name;
    defined->alias = collection->alias;
    defined->made = collection;
}

/* -- loading ---------------------------------------------------------------------------------- */

static Catalog *make_catalog(void)
{
    Arena kept;
    arena_init(&kept);
    Catalog *catalog = arena_new(&kept, Catalog);
    catalog->kept = kept;
    table_init(&catalog->collections, COLLECTION_COLLECTION);
    table_init(&catalog->functions, COLLECTION_FUNCTION);
    return catalog;
}

void catalog_free(Catalog *catalog)
{
    if (catalog) {
        /* The catalog itself lies in the arena that it holds. */
        Arena kept = catalog->kept;
        table_free(&catalog->collections);
        table_free(&catalog->functions);
        arena_free(&kept);
    }
}

/* Counts what definitions have (`by` 1), or have no more (-1); `defined` may be NULL. */
static void count_collection(Catalog *catalog, const Defined *defined, int by)
{
    const Collection *collection = defined ? defined->made : NULL;
    catalog->computed_count += collection && collection->computed.count > 0 ? by : 0;
    catalog->trigger_count += collection && collection->triggers.count > 0 ? by : 0;
}

static void count_function(Catalog *catalog, const Defined *defined, int by)
{
    const UserFunction *function = defined ? defined->made : NULL;
    catalog->role_count += function && function->role.len > 0 ? by : 0;
}

static void count_all(Catalog *catalog)
{
    catalog->computed_count = catalog->trigger_count = catalog->role_count = 0;
    for (int64_t i = 0; i < catalog->collections.by_id.len; i++) {
        count_collection(catalog, catalog->collections.by_id.at[i], 1);
    }
    for (int64_t i = 0; i < catalog->functions.by_id.len; i++) {
        count_function(catalog, catalog->functions.by_id.at[i], 1);
    }
}

static void tell(Rt *rt, bool changed)
{
    Catalog *catalog = rt->catalog;
    bool guards_calls = rt->guards_calls || catalog->role_count > 0;
    /* With other guards, names mean other function values. */
    catalog->version += changed || catalog->guards_calls != guards_calls;
    catalog->guards_calls = guards_calls;
    rt->has_computed = catalog->computed_count > 0;
    rt->has_triggers = catalog->trigger_count > 0;
}

bool catalog_load(Rt *rt)
{
    if (!rt->catalog) {
        rt->catalog = make_catalog();
    }
    Catalog *catalog = rt->catalog;
    bool changed = table_load(&catalog->collections, rt, &catalog->kept, make_collection);
    changed |= table_load(&catalog->functions, rt, &catalog->kept, catalog_make_function);
    if (changed) {
        count_all(catalog);
    }
    tell(rt, changed);
    return true;
}

/* Brings the catalog up to the definition `id`, which was written, and is all that was. */
static void renew(Rt *rt, uint32_t system, int64_t id)
{
    Catalog *catalog = rt->catalog;
    if (system == COLLECTION_COLLECTION) {
        count_collection(catalog, table_find(&catalog->collections, id), -1);
        table_renew(&catalog->collections, rt, &catalog->kept, id, make_collection);
        count_collection(catalog, table_find(&catalog->collections, id), 1);
    } else {
        count_function(catalog, table_find(&catalog->functions, id), -1);
        table_renew(&catalog->functions, rt, &catalog->kept, id, catalog_make_function);
        count_function(catalog, table_find(&catalog->functions, id), 1);
    }
    tell(rt, true);
}

bool catalog_write(Rt *rt, uint32_t system, int64_t id, const Put *put)
{
    assert(system == COLLECTION_COLLECTION || system == COLLECTION_FUNCTION);
    bool current = table_is_current(&rt->catalog->collections, rt) &&
                   table_is_current(&rt->catalog->functions, rt);
    StoreStatus status =
        put ? txn_put(rt->txn, system, id, put, NULL) : txn_delete(rt->txn, system, id);
    if (status != STORE_OK) {
        (void)rt_store_fault(rt, status);
        return false;
    }
    if (!current) {
        return catalog_load(rt);
    }
    renew(rt, system, id);
    return true;
}

/* -- looking up ------------------------------------------------------------------------------- */

const Collection *catalog_collection(const Catalog *catalog, Str name)
{
    const Defined *found = table_named(&catalog->collections, name);
    return found ? found->made : NULL;
}

const CatalogNames *catalog_names(const Catalog *catalog, Arena *arena)
{
    CatalogNames *names = arena_new(arena, CatalogNames);
    map_init(&names->collections, arena);
    map_init(&names->functions, arena);
    table_copy_names(&catalog->collections, &names->collections);
    table_copy_names(&catalog->functions, &names->functions);
    return names;
}

const Collection *catalog_names_collection(const CatalogNames *names, Str name)
{
    const Defined *found = map_find(&names->collections, name);
    return found ? found->made : NULL;
}

Str catalog_names_of(const CatalogNames *names, uint32_t number)
{
    for (int64_t i = 0; i < names->collections.cap; i++) {
        const Defined *found = names->collections.slots[i].value;
        const Collection *collection = found ? found->made : NULL;
        if (collection && collection->number == number) {
            return collection->name;
        }
    }
    return (Str){0};
}

const Collection *catalog_collection_by_number(const Catalog *catalog, uint32_t number)
{
    if (number < COLLECTION_USER_FIRST) {
        return catalog_system(number);
    }
    const Defined *found = table_find(&catalog->collections, number);
    return found ? found->made : NULL;
}

int64_t catalog_defined_us(const Catalog *catalog, uint32_t number)
{
    const Defined *found = table_find(&catalog->collections, number);
    return found ? found->defined_us : 0;
}

int64_t catalog_version(const Catalog *catalog)
{
    return catalog->version;
}

int64_t catalog_count(const Catalog *catalog)
{
    return catalog->collections.by_id.len;
}

const Collection *catalog_at(const Catalog *catalog, int64_t i)
{
    assert(i >= 0 && i < catalog->collections.by_name.len);
    return catalog->collections.by_name.at[i]->made;
}

const Index *collection_index(const Collection *collection, Str name)
{
    for (int64_t i = 0; i < collection->index_count; i++) {
        if (!collection->indexes[i].unique && str_eq(collection->indexes[i].name, name)) {
            return &collection->indexes[i];
        }
    }
    return NULL;
}

bool catalog_find_named(Rt *rt, uint32_t collection, Str name, int64_t *id)
{
    if (collection == COLLECTION_FUNCTION) {
        return catalog_function_id(rt->catalog, name, id);
    }
    if (collection != COLLECTION_COLLECTION) {
        return system_find(rt, collection, STR("name"), val_str(name), id);
    }
    const Collection *found = catalog_collection(rt->catalog, name);
    if (found) {
        *id = found->definition_id;
    }
    return found != NULL;
}

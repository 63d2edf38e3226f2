/* catalog: what the definitions in the store mean.
 *
 *   documents of COLLECTION_COLLECTION            Catalog
 *   1024 { name: "Movie", indexes: {…}, … }  ──►  by_number: Collection 1024, 1025, …
 *   1025 { name: "Genre", … }                     names: "Movie", its alias, "Genre" …
 *
 * Loading compares the time of each definition with that of the Collection made from it, and
 * makes those again that differ. A definition written in the present transaction has no time
 * yet, so it is made anew until it is committed, and after a rollback.
 *
 * Two arenas: `kept` holds Collections, to which values point for as long as the session
 * lives; `tables` holds the lists, made anew by every load that changes something.
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

bool definition_same_part(const KeyPart *a, const KeyPart *b)
{
    bool same = a->source == b->source && a->path_len == b->path_len && a->mva == b->mva &&
                a->descending == b->descending;
    for (int64_t i = 0; i < a->path_len && same; i++) {
        same = str_eq(a->path[i], b->path[i]);
    }
    return same;
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

static const Collection *make_collection(Rt *rt, const Version *version, Value definition)
{
    Arena *kept = &rt->catalog->kept;
    Collection *collection = arena_new(kept, Collection);
    collection->name = text_of(kept, field_of(definition, "name"));
    collection->alias = text_of(kept, field_of(definition, "alias"));
    collection->number = (uint32_t)version->id;
    collection->definition_id = version->id;
    collection->defined_us = version->time_us;
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
    return collection;
}

/* -- loading ---------------------------------------------------------------------------------- */

static Catalog *make_catalog(void)
{
    Arena kept;
    arena_init(&kept);
    Catalog *catalog = arena_new(&kept, Catalog);
    catalog->kept = kept;
    arena_init(&catalog->tables);
    map_init(&catalog->names.collections, &catalog->tables);
    map_init(&catalog->names.functions, &catalog->tables);
    return catalog;
}

void catalog_free(Catalog *catalog)
{
    if (catalog) {
        /* The catalog itself lies in the arena that it holds. */
        Arena kept = catalog->kept;
        arena_free(&catalog->tables);
        arena_free(&kept);
    }
}

/* Whether every definition is as it was when its Collection was made. */
static bool is_up_to_date(Rt *rt, const Catalog *catalog)
{
    StoreCursor *cursor =
        cursor_documents(rt->txn, COLLECTION_COLLECTION, INT64_MIN, INT64_MAX, false);
    const Version *version;
    int64_t at = 0;
    bool same = true;
    while (same && cursor_next(cursor, &version, NULL)) {
        same = at < catalog->count && version->time_us != 0 &&
               catalog->by_number[at]->number == version->id &&
               catalog->by_number[at]->defined_us == version->time_us;
        at++;
    }
    cursor_close(cursor);
    return same && at == catalog->count;
}

typedef VEC(const Collection *) CollectionList;

/* The Collections of all definitions, in order of number; those that did not change as they
 * were. The list lies on the heap. */
static CollectionList read_collections(Rt *rt, Catalog *catalog)
{
    CollectionList list = {0};
    StoreCursor *cursor =
        cursor_documents(rt->txn, COLLECTION_COLLECTION, INT64_MIN, INT64_MAX, false);
    const Version *version;
    while (cursor_next(cursor, &version, NULL)) {
        const Collection *old = catalog_collection_by_number(catalog, (uint32_t)version->id);
        bool same = old && version->time_us != 0 && old->defined_us == version->time_us;
        const Collection *collection =
            same ? old : make_collection(rt, version, codec_decode(rt, version->doc));
        vec_push(&list, rt->heap, collection);
    }
    cursor_close(cursor);
    return list;
}

static int compare_names(const void *a, const void *b)
{
    const Collection *const *left = a;
    const Collection *const *right = b;
    return str_compare((*left)->name, (*right)->name);
}

/* Puts all collections, by name and by alias, into a map. */
static void name_collections(const Catalog *catalog, Map *map)
{
    for (int64_t i = 0; i < catalog->count; i++) {
        const Collection *collection = catalog->by_number[i];
        const Collection **entry = arena_new(map->arena, const Collection *);
        *entry = collection;
        map_put(map, collection->name, entry);
        if (collection->alias.len > 0) {
            map_put(map, collection->alias, entry);
        }
    }
}

static void make_tables(Catalog *catalog, CollectionList list)
{
    map_init(&catalog->names.collections, &catalog->tables);
    catalog->count = list.len;
    catalog->has_computed = catalog->has_triggers = false;
    if (list.len == 0) {
        return;
    }
    int64_t bytes = list.len * (int64_t)sizeof(const Collection *);
    catalog->by_number = arena_copy(&catalog->tables, list.at, bytes);
    catalog->by_name = arena_copy(&catalog->tables, list.at, bytes);
    qsort(catalog->by_name, (size_t)list.len, sizeof(const Collection *), compare_names);
    for (int64_t i = 0; i < list.len; i++) {
        catalog->has_computed |= list.at[i]->computed.count > 0;
        catalog->has_triggers |= list.at[i]->triggers.count > 0;
    }
    name_collections(catalog, &catalog->names.collections);
}

bool catalog_load(Rt *rt)
{
    if (!rt->catalog) {
        rt->catalog = make_catalog();
    }
    Catalog *catalog = rt->catalog;
    if (!is_up_to_date(rt, catalog) || !catalog_functions_up_to_date(rt, catalog)) {
        CollectionList collections = read_collections(rt, catalog);
        UserFunctionList functions = catalog_read_functions(rt, catalog);
        arena_reset(&catalog->tables);
        make_tables(catalog, collections);
        catalog_set_functions(catalog, functions);
        catalog->version++;
    }
    bool guards_calls = rt->guards_calls || catalog->has_roles;
    if (catalog->guards_calls != guards_calls) { /* names mean other function values */
        catalog->guards_calls = guards_calls;
        catalog->version++;
    }
    rt->has_computed = catalog->has_computed;
    rt->has_triggers = catalog->has_triggers;
    return true;
}

/* -- looking up ------------------------------------------------------------------------------- */

const Collection *catalog_collection(const Catalog *catalog, Str name)
{
    return catalog_names_collection(&catalog->names, name);
}

const CatalogNames *catalog_names(const Catalog *catalog, Arena *arena)
{
    CatalogNames *names = arena_new(arena, CatalogNames);
    map_init(&names->collections, arena);
    map_init(&names->functions, arena);
    name_collections(catalog, &names->collections);
    catalog_name_functions(catalog, &names->functions);
    return names;
}

const Collection *catalog_names_collection(const CatalogNames *names, Str name)
{
    const Collection *const *found = map_find(&names->collections, name);
    return found ? *found : NULL;
}

const Collection *catalog_collection_by_number(const Catalog *catalog, uint32_t number)
{
    if (number < COLLECTION_USER_FIRST) {
        return catalog_system(number);
    }
    int64_t low = 0;
    int64_t high = catalog->count;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (catalog->by_number[middle]->number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < catalog->count && catalog->by_number[low]->number == number;
    return found ? catalog->by_number[low] : NULL;
}

int64_t catalog_version(const Catalog *catalog)
{
    return catalog->version;
}

int64_t catalog_count(const Catalog *catalog)
{
    return catalog->count;
}

const Collection *catalog_at(const Catalog *catalog, int64_t i)
{
    assert(i >= 0 && i < catalog->count);
    return catalog->by_name[i];
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

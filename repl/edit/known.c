/* known: see known.h. Members of a collection are read when something is asked of it. */
#include "repl/edit/known.h"

#include "repl/shell/last.h"
#include "runtime/builtin.h"
#include "runtime/schema/catalog.h"

/* So many documents of a collection are looked at for their fields. */
enum { SAMPLE_DOCUMENTS = 50 };

void known_renew(Known *known, Session *session)
{
    if (known->session == NULL) {
        arena_init(&known->arena);
    }
    known->session = session;
    known->is_read = false;
}

void known_free(Known *known)
{
    arena_free(&known->arena);
    buf_free(&known->last_type);
}

static void add_name(Known *known, Str name)
{
    name = str_copy(&known->arena, name);
    if (name.len > 0 && map_find(&known->names, name) == NULL) {
        map_put(&known->names, name, known);
        vec_push(&known->name_list, &known->arena, name);
    }
}

static void add_builtins(Known *known)
{
    for (const Builtin *const *row = builtin_globals; *row != NULL; row++) {
        add_name(known, str_from_c((*row)->name));
    }
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        if ((*type)->statics != NULL || (*type)->constructor != NULL) {
            add_name(known, str_from_c((*type)->name));
        }
    }
}

static void add_collection(Known *known, Str name)
{
    KnownCollection *collection = arena_new(&known->arena, KnownCollection);
    collection->name = str_copy(&known->arena, name);
    map_put(&known->collections, collection->name, collection);
    vec_push(&known->collection_list, &known->arena, collection->name);
    add_name(known, name);
}

static void add_database(Known *known)
{
    const SessionCollection *collections;
    const SessionItem *items;
    const Str *variables;
    int64_t count = session_collections(known->session, &collections);
    for (int64_t i = 0; i < count; i++) {
        add_collection(known, collections[i].name);
    }
    count = session_schema(known->session, &items);
    for (int64_t i = 0; i < count; i++) {
        vec_push(&known->item_list, &known->arena, str_copy(&known->arena, items[i].name));
        if (str_eq(items[i].kind, STR("function"))) {
            add_name(known, items[i].name);
        }
    }
    count = session_variables(known->session, &variables);
    for (int64_t i = 0; i < count; i++) {
        add_name(known, variables[i]);
    }
}

static void read_names(Known *known)
{
    if (known->is_read) {
        return;
    }
    arena_reset(&known->arena);
    map_init(&known->names, &known->arena);
    map_init(&known->collections, &known->arena);
    known->name_list.at = known->collection_list.at = known->item_list.at = NULL;
    known->name_list.len = known->collection_list.len = known->item_list.len = 0;
    known->name_list.cap = known->collection_list.cap = known->item_list.cap = 0;
    add_builtins(known);
    add_database(known);
    known->is_read = true;
}

bool known_has(Known *known, Str name)
{
    read_names(known);
    return map_find(&known->names, name) != NULL;
}

const KnownCollection *known_collection(Known *known, Str name)
{
    read_names(known);
    KnownCollection *collection = map_find(&known->collections, name);
    if (collection == NULL || collection->is_read) {
        return collection;
    }
    const SessionMember *found;
    int64_t count = session_members(known->session, name, SAMPLE_DOCUMENTS, &found);
    SessionMember *members = arena_array(&known->arena, SessionMember, count);
    for (int64_t i = 0; i < count; i++) {
        members[i] = (SessionMember){.name = str_copy(&known->arena, found[i].name),
                                     .type = str_copy(&known->arena, found[i].type),
                                     .is_field = found[i].is_field};
    }
    collection->members = members;
    collection->count = count;
    collection->is_read = true;
    return collection;
}

Str known_variable(Known *known, Str name)
{
    read_names(known);
    Str type = session_variable_type(known->session, name);
    bool is_last = str_eq(name, STR(LAST_VALUE_NAME)) || str_eq(name, STR("_1"));
    if (is_last && str_eq(type, STR("Set")) && known->last_type.len > 0) {
        return buf_str(&known->last_type);
    }
    return str_copy(&known->arena, type);
}

Str known_sought(Known *known, Str text)
{
    return str_copy(&known->arena, session_sought_type(known->session, text));
}

const Builtin *const *known_collection_rows(void)
{
    return collection_rows;
}

static void each(const Str *names, int64_t count, KnownVisit *visit, void *context)
{
    for (int64_t i = 0; i < count; i++) {
        visit(context, names[i]);
    }
}

void known_each(Known *known, KnownVisit *visit, void *context)
{
    read_names(known);
    each(known->name_list.at, known->name_list.len, visit, context);
}

void known_each_collection(Known *known, KnownVisit *visit, void *context)
{
    read_names(known);
    each(known->collection_list.at, known->collection_list.len, visit, context);
}

void known_each_item(Known *known, KnownVisit *visit, void *context)
{
    read_names(known);
    each(known->item_list.at, known->item_list.len, visit, context);
}

void known_each_place(const Known *known, KnownVisit *visit, void *context)
{
    if (known->each_place != NULL) {
        known->each_place(known->shell, visit, context);
    }
}

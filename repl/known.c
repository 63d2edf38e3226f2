/* known: see known.h. */
#include "repl/known.h"

#include "runtime/builtin.h"

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
}

static void add_name(Known *known, Str name)
{
    name = str_copy(&known->arena, name);
    if (name.len > 0) {
        map_put(&known->names, name, known);
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

static void add_database(Known *known)
{
    const SessionCollection *collections;
    const SessionItem *items;
    const Str *variables;
    int64_t count = session_collections(known->session, &collections);
    for (int64_t i = 0; i < count; i++) {
        add_name(known, collections[i].name);
    }
    count = session_schema(known->session, &items);
    for (int64_t i = 0; i < count; i++) {
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
    arena_reset(&known->arena);
    map_init(&known->names, &known->arena);
    add_builtins(known);
    add_database(known);
    known->is_read = true;
}

bool known_has(Known *known, Str name)
{
    if (!known->is_read) {
        read_names(known);
    }
    return map_find(&known->names, name) != NULL;
}

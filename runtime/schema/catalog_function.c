/* catalog_function: user functions, from their definitions in the store.
 *
 * A function is compiled when it is first called for. Its code lives as long as the catalog,
 * as closures that it made may.
 */
#include "runtime/schema/catalog_int.h"

#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/function.h"

bool catalog_functions_up_to_date(Rt *rt, const Catalog *catalog)
{
    StoreCursor *cursor =
        cursor_documents(rt->txn, COLLECTION_FUNCTION, INT64_MIN, INT64_MAX, false);
    const Version *version;
    int64_t at = 0;
    bool same = true;
    while (same && cursor_next(cursor, &version, NULL)) {
        same = at < catalog->function_count && version->time_us != 0 &&
               catalog->functions[at]->definition_id == version->id &&
               catalog->functions[at]->defined_us == version->time_us;
        at++;
    }
    cursor_close(cursor);
    return same && at == catalog->function_count;
}

static Str kept_text(Arena *kept, const Object *definition, Str name)
{
    Value value = field_or_null(definition, name);
    return value.type == T_STRING ? str_copy(kept, val_as_str(value)) : (Str){0};
}

static UserFunction *make_function(Rt *rt, Arena *kept, const Version *version)
{
    const Object *definition = codec_decode(rt, version->doc).as.object;
    UserFunction *function = arena_new(kept, UserFunction);
    function->name = kept_text(kept, definition, STR("name"));
    function->alias = kept_text(kept, definition, STR("alias"));
    function->definition_id = version->id;
    function->defined_us = version->time_us;
    function->source.name = str_format(kept, "*udf:%.*s*", STR_ARG(function->name));
    function->source.text = kept_text(kept, definition, STR("body"));
    function->role = kept_text(kept, definition, STR("role"));
    function->fn = function->guarded = val_null(NULL);
    return function;
}

static UserFunction *find_by_id(const Catalog *catalog, int64_t id)
{
    for (int64_t i = 0; i < catalog->function_count; i++) {
        if (catalog->functions[i]->definition_id == id) {
            return catalog->functions[i];
        }
    }
    return NULL;
}

UserFunctionList catalog_read_functions(Rt *rt, Catalog *catalog)
{
    UserFunctionList list = {0};
    StoreCursor *cursor =
        cursor_documents(rt->txn, COLLECTION_FUNCTION, INT64_MIN, INT64_MAX, false);
    const Version *version;
    while (cursor_next(cursor, &version, NULL)) {
        UserFunction *old = find_by_id(catalog, version->id);
        bool same = old && version->time_us != 0 && old->defined_us == version->time_us;
        vec_push(&list, rt->heap, same ? old : make_function(rt, &catalog->kept, version));
    }
    cursor_close(cursor);
    return list;
}

void catalog_name_functions(const Catalog *catalog, Map *map)
{
    for (int64_t i = 0; i < catalog->function_count; i++) {
        UserFunction *function = catalog->functions[i];
        map_put(map, function->name, function);
        if (function->alias.len > 0) {
            map_put(map, function->alias, function);
        }
    }
}

void catalog_set_functions(Catalog *catalog, UserFunctionList list)
{
    map_init(&catalog->names.functions, &catalog->tables);
    catalog->function_count = list.len;
    catalog->has_roles = false;
    catalog->functions = arena_array(&catalog->tables, UserFunction *, list.len);
    for (int64_t i = 0; i < list.len; i++) {
        catalog->functions[i] = list.at[i];
        catalog->has_roles |= list.at[i]->role.len > 0;
    }
    catalog_name_functions(catalog, &catalog->names.functions);
}

/* The function value of compiled code, under its name. */
static Value name_function(Arena *kept, UserFunction *function, Value compiled, FunctionKind kind)
{
    assert(compiled.type == T_FUNCTION && compiled.as.function->captured_count == 0);
    Function *named = arena_copy(kept, compiled.as.function, (int64_t)sizeof(Function));
    named->kind = kind;
    named->name = function->name;
    named->user = function;
    return val_function(named);
}

Value catalog_function(Rt *rt, Str name)
{
    return catalog_names_function(rt, &rt->catalog->names, name);
}

Value catalog_names_function(Rt *rt, const CatalogNames *names, Str name)
{
    UserFunction *function = map_find(&names->functions, name);
    if (!function) {
        return val_null(NULL);
    }
    rt->looked_further = true;
    if (val_is_null(function->fn)) {
        Arena *kept = &rt->catalog->kept;
        TRY(compiled, rt->up->compile_lambda(rt, kept, &function->source));
        function->fn = name_function(kept, function, compiled, FUNCTION_USER);
        function->guarded = name_function(kept, function, compiled, FUNCTION_GUARDED);
    }
    return rt->catalog->guards_calls ? function->guarded : function->fn;
}

bool catalog_function_id(const Catalog *catalog, Str name, int64_t *id)
{
    const UserFunction *function = map_find(&catalog->names.functions, name);
    if (function) {
        *id = function->definition_id;
    }
    return function != NULL;
}

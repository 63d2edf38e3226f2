/* catalog_function: user functions, from their definitions in the store.
 *
 * A function is compiled when it is first called for. Its code lives as long as the catalog,
 * as closures that it made may.
 */
#include "runtime/schema/catalog_int.h"

#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/function.h"

static Str kept_text(Arena *kept, const Object *definition, Str name)
{
    Value value = field_or_null(definition, name);
    return value.type == T_STRING ? str_copy(kept, val_as_str(value)) : (Str){0};
}

void catalog_make_function(Rt *rt, const Version *version, Defined *defined)
{
    Arena *kept = &rt->catalog->kept;
    const Object *definition = codec_decode(rt, version->doc).as.object;
    UserFunction *function = arena_new(kept, UserFunction);
    function->name = kept_text(kept, definition, STR("name"));
    function->alias = kept_text(kept, definition, STR("alias"));
    function->definition_id = version->id;
    function->source.name = str_format(kept, "*udf:%.*s*", STR_ARG(function->name));
    function->source.text = kept_text(kept, definition, STR("body"));
    function->role = kept_text(kept, definition, STR("role"));
    function->fn = function->guarded = val_null(NULL);
    defined->name = function->name;
    defined->alias = function->alias;
    defined->made = function;
}

static UserFunction *find_function(const Catalog *catalog, Str name)
{
    const Defined *found = table_named(&catalog->functions, name);
    return found ? found->made : NULL;
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

/* NULL: there is no such function. */
static Value function_value(Rt *rt, UserFunction *function)
{
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

Value catalog_function(Rt *rt, Str name)
{
    return function_value(rt, find_function(rt->catalog, name));
}

Value catalog_names_function(Rt *rt, const CatalogNames *names, Str name)
{
    const Defined *found = map_find(&names->functions, name);
    return function_value(rt, found ? found->made : NULL);
}

bool catalog_function_id(const Catalog *catalog, Str name, int64_t *id)
{
    const UserFunction *function = find_function(catalog, name);
    if (function) {
        *id = function->definition_id;
    }
    return function != NULL;
}

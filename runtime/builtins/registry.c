/* registry: the lists of all builtin types and modules, and which type a value's methods
 * come from. Everything here is made from types.def.
 */
#include "runtime/builtins/types.h"

#include "runtime/schema/catalog.h"

const BuiltinType *const builtin_types[] = {
#define BUILTIN_TYPE(ident, name) &ident,
#define BUILTIN_NESTED(ident, name) &ident,
#include "runtime/builtins/types.def"
    &fql_type,
    NULL,
};

#define MODULE(ident, text) {.name = {(text), (int64_t)sizeof(text) - 1}, .type = &(ident)},

/* FQL is the first. */
static const Module modules[] = {MODULE(fql_type, "FQL")
#define BUILTIN_TYPE(ident, name) MODULE(ident, name)
#include "runtime/builtins/types.def"
};

const Module schema_module = {
    .name = {"Schema", sizeof "Schema" - 1}, .type = &schema_type, .parent = &modules[0]};

/* The module of a system collection: the one value that `coll` of its documents is, too.
 * `Credentials` is a name of old. */
static const Module *find_system(Str name)
{
    bool is_old = str_eq(name, STR("Credentials"));
    const Collection *system = catalog_system_named(is_old ? STR("Credential") : name);
    return system ? &system->module : NULL;
}

const Module *builtin_module(Str name)
{
    const Module *module = find_system(name);
    for (int64_t i = 0; !module && i < countof(modules); i++) {
        module = str_eq(modules[i].name, name) ? &modules[i] : NULL;
    }
    return module;
}

bool builtin_module_yields(Str name)
{
    return str_eq(name, STR("Doc"));
}

bool is_module_of(Value v, const BuiltinType *type)
{
    return v.type == T_MODULE && v.as.module->type == type && v.as.module->collection == NULL;
}

/* Objects have the methods of Struct: the module Object is functions over objects. */
static const BuiltinType *const type_of_tag[TYPE_COUNT] = {
    [T_NULL] = &null_type,
    [T_BOOLEAN] = &boolean_type,
    [T_INT] = &int_type,
    [T_LONG] = &long_type,
    [T_DOUBLE] = &double_type,
    [T_STRING] = &string_type,
    [T_ID] = &id_type,
    [T_TIME] = &time_type,
    [T_TRANSACTION_TIME] = &transaction_time_type,
    [T_DATE] = &date_type,
    [T_BYTES] = &bytes_type,
    [T_UUID] = &uuid_type,
    [T_ARRAY] = &array_type,
    [T_OBJECT] = &struct_type,
    [T_DOC] = &document_type,
    [T_SET] = &set_type,
    [T_CURSOR] = &cursor_type,
    [T_FUNCTION] = &function_type,
    [T_EVENT_SOURCE] = &event_source_type,
};

const BuiltinType *builtin_type_of(Type type)
{
    return type_of_tag[type];
}

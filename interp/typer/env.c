/* env: what names mean to the typer. Types of builtins are read from the rows of builtin.h when
 * they are first asked for; those of the schema are made by env_schema.c. All of it is kept until
 * the schema changes.
 *
 *   Math            MathModule          its fields: the module's functions
 *   Movie           MovieCollection     of the schema
 *   Collection      CollectionCollection, whose documents are CollectionDef
 *   String          the methods of strings
 */
#include "interp/typer/typer.h"

#include "runtime/builtins/types.h"
#include "runtime/schema/catalog.h"

/* -- reading ----------------------------------------------------------------------------------- */

const Ty *env_read(TyEnv *env, const char *text, const Ty *self)
{
    Arena scratch;
    arena_init(&scratch);
    Source source = {.name = STR("signature"), .text = str_from_c(text)};
    ParseResult parsed = parse_type(&scratch, &source);
    always(parsed.status == PARSE_OK);
    const Ty *type = ty_read(&env->maker, parsed.type,
                             (ReadType){.generic = true,
                                        .upcasts = true,
                                        .placeless = true,
                                        .of_builtins = true,
                                        .self = self});
    arena_free(&scratch);
    return type;
}

const Ty *env_row(TyEnv *env, const Builtin *row, const Ty *self)
{
    Str rest = str_from_c(row->signature), line;
    VEC(const Ty *) overloads = {0};
    while (str_take_line(&rest, &line)) {
        const Ty *type = env_read(env, str_to_c(env->arena, line), self);
        vec_push(&overloads, env->arena, type);
    }
    return overloads.len == 1
               ? overloads.at[0]
               : ty_group(&env->maker, TY_INTERSECT, overloads.at, overloads.len, (Span){0});
}

/* -- shapes ------------------------------------------------------------------------------------ */

TyShape *env_add_shape(TyEnv *env, Str name, DocKind doc, Str collection)
{
    TyShape *shape = arena_new(env->arena, TyShape);
    shape->name = str_copy(env->arena, name);
    shape->doc = doc;
    shape->collection = collection;
    map_init(&shape->fields, env->arena);
    map_put(&env->shapes, shape->name, shape);
    return shape;
}

void env_add_field(TyEnv *env, TyShape *shape, const char *name, const Ty *type)
{
    map_put(&shape->fields, str_copy(env->arena, str_from_c(name)), (void *)(uintptr_t)type);
}

static TyShape *add_generic(TyEnv *env, Str name)
{
    static const Str params[] = {{"A", 1}};
    TyShape *shape = env_add_shape(env, name, DOC_NONE, (Str){0});
    shape->params = params;
    shape->param_count = 1;
    return shape;
}

/* Types that are no module: references, functions of the schema. */
static TyShape *add_special(TyEnv *env, Str name)
{
    static const struct {
        const char *name, *alias, *apply, *key;
    } known[] = {
        {"Ref", "A | EmptyRef<A>", NULL, NULL},           {"EmptyRef", "Null", NULL, "id"},
        {"NamedRef", "A | EmptyNamedRef<A>", NULL, NULL}, {"EmptyNamedRef", "Null", NULL, "name"},
        {"Stream", "EventSource<A>", NULL, NULL},         {"UserFunction", NULL, "A", NULL},
    };
    for (int64_t i = 0; i < countof(known); i++) {
        if (!str_eq(name, str_from_c(known[i].name))) {
            continue;
        }
        TyShape *shape = add_generic(env, name);
        shape->alias = known[i].alias != NULL ? env_read(env, known[i].alias, NULL) : NULL;
        shape->apply = known[i].apply != NULL ? env_read(env, known[i].apply, NULL) : NULL;
        if (known[i].key != NULL) {
            bool is_id = strcmp(known[i].key, "id") == 0;
            env_add_field(env, shape, known[i].key, env_read(env, is_id ? "ID" : "String", NULL));
            env_add_field(env, shape, "coll", &ty_any);
            env_add_field(env, shape, "exists", env_read(env, "() => false", NULL));
        }
        if (shape->apply != NULL) {
            env_add_field(env, shape, "definition", env_read(env, "FunctionDef", NULL));
        }
        return shape;
    }
    return NULL;
}

/* A type of values, whose name is that of its module. */
static TyShape *add_values(TyEnv *env, const BuiltinType *type)
{
    static const struct {
        const char *name, *access;
    } accesses[] = {
        {"Array", "(index: Number) => A"},
        {"String", "(index: Number) => String"},
        {"Null", "(key: Any) => Never"},
    };
    Str name = str_from_c(type->name);
    bool is_generic =
        str_eq(name, STR("Array")) || str_eq(name, STR("Set")) || str_eq(name, STR("EventSource"));
    TyShape *shape =
        is_generic ? add_generic(env, name) : env_add_shape(env, name, DOC_NONE, (Str){0});
    shape->rows = type->methods;
    for (int64_t i = 0; i < countof(accesses); i++) {
        if (str_eq(name, str_from_c(accesses[i].name))) {
            shape->access = env_read(env, accesses[i].access, NULL);
        }
    }
    return shape;
}

static TyShape *add_module(TyEnv *env, Str name, const BuiltinType *type)
{
    TyShape *shape = env_add_shape(env, name, DOC_NONE, (Str){0});
    shape->rows = type->statics;
    shape->module = type;
    if (type->constructor != NULL) {
        shape->apply = env_row(env, type->constructor, NULL);
    }
    return shape;
}

/* -- collections of the system ----------------------------------------------------------------- */

static bool is_definition(Str name)
{
    return str_eq(name, STR("Collection")) || str_eq(name, STR("Function")) ||
           str_eq(name, STR("Database"));
}

static Str system_doc(TyEnv *env, Str collection)
{
    return is_definition(collection) ? str_format(env->arena, "%.*sDef", STR_ARG(collection))
                                     : collection;
}

void env_add_doc_shapes(TyEnv *env, const DocTypes *types, Str null_key)
{
    Typer *maker = &env->maker;
    Str null_name = str_format(env->arena, "Null%.*s", STR_ARG(types->name));
    const Ty *doc = ty_named(maker, types->name, NULL, 0, (Span){0});
    const Ty *null = ty_named(maker, null_name, NULL, 0, (Span){0});
    const Ty *coll =
        ty_named(maker, str_format(env->arena, "%.*sCollection", STR_ARG(types->collection)), NULL,
                 0, (Span){0});
    const struct {
        const char *name;
        const Ty *data;
    } writes[] = {{"update", types->update},
                  {"replace", types->replace},
                  {"updateData", types->update_data},
                  {"replaceData", types->replace_data}};
    TyShape *shape = env_add_shape(env, types->name, DOC_IS, types->collection);
    shape->alias = types->impl;
    for (int64_t i = 0; i < countof(writes); i++) {
        if (writes[i].data != NULL) {
            TyField *param = arena_new(env->arena, TyField);
            *param = (TyField){STR("data"), writes[i].data};
            env_add_field(env, shape, writes[i].name,
                          ty_function(maker, param, 1, NULL, doc, (Span){0}));
        }
    }
    env_add_field(env, shape, "coll", coll);
    env_add_field(env, shape, "exists", env_read(env, "() => true", NULL));
    env_add_field(env, shape, "delete", ty_function(maker, NULL, 0, NULL, null, (Span){0}));
    TyShape *empty = env_add_shape(env, null_name, DOC_NULL, types->collection);
    empty->alias = &ty_null;
    bool is_id = str_eq(null_key, STR("id"));
    env_add_field(env, empty, is_id ? "id" : "name", env_read(env, is_id ? "ID" : "String", NULL));
    env_add_field(env, empty, "coll", coll);
    env_add_field(env, empty, "exists", env_read(env, "() => false", NULL));
    env_add_field(env, empty, "toString", env_read(env, "() => String", NULL));
}

static const BuiltinType *find_type(Str name)
{
    for (int64_t i = 0; builtin_types[i] != NULL; i++) {
        if (str_eq(str_from_c(builtin_types[i]->name), name)) {
            return builtin_types[i];
        }
    }
    return NULL;
}

static bool is_system_collection(Str name)
{
    const Module *module = builtin_module(name);
    return module != NULL && module->collection != NULL;
}

/* What documents of the collections of the system are, as signatures write it. What may be null although
 * Fauna took it for an object or an array is Any: both can be done with it. */
static const Ty *system_doc_type(TyEnv *env, Str collection)
{
    static const struct {
        const char *name, *type;
    } known[] = {
        {"Collection",
         "{ name: String, alias: String | Null, computed_fields: Any, fields: Any, "
         "migrations: Array<Migration> | Null, wildcard: Any, ts: Time, coll: CollectionCollection, "
         "history_days: Number | Null, ttl_days: Number | Null, document_ttls: Boolean | Null, "
         "indexes: Any, constraints: Any, aggregates: Any, triggers: Any, "
         "data: { *: Any } | Null }"},
        {"Function", "{ name: String, alias: String | Null, signature: String | Null, ts: Time, "
                     "coll: FunctionCollection, role: String | Null, body: String, "
                     "data: { *: Any } | Null }"},
        {"Role", "{ name: String, ts: Time, coll: RoleCollection, privileges: Any, "
                 "membership: Any, data: { *: Any } | Null }"},
        {"AccessProvider",
         "{ name: String, ts: Time, coll: AccessProviderCollection, issuer: String, jwks_uri: "
         "String, roles: Any, audience: String, "
         "data: { *: Any } | Null }"},
        {"Database", "{ name: String, ts: Time, coll: DatabaseCollection, global_id: String, "
                     "priority: Number | Null, typechecked: Boolean | Null, "
                     "protected: Boolean | Null, data: { *: Any } | Null }"},
        {"Key", "{ id: ID, ts: Time, coll: KeyCollection, role: String, database: String | Null, "
                "ttl: Time | Null, secret: String | Null, data: { *: Any } | Null }"},
        {"Token", "{ id: ID, ts: Time, coll: TokenCollection, document: { *: Any }, "
                  "secret: String | Null, ttl: Time | Null, data: { *: Any } | Null }"},
        {"Credential", "{ id: ID, ts: Time, coll: CredentialCollection, "
                       "document: Ref<{ *: Any }>, data: { *: Any } | Null }"},
    };
    for (int64_t i = 0; i < countof(known); i++) {
        if (str_eq(collection, str_from_c(known[i].name))) {
            return env_read(env, known[i].type, NULL);
        }
    }
    UNREACHABLE();
}

/* What documents of one collection can do and others cannot: `verify` of credentials. */
static void add_own_methods(TyEnv *env, TyShape *shape, const BuiltinType *type)
{
    for (int64_t i = 0; type->methods != NULL && type->methods[i] != NULL; i++) {
        const Builtin *row = type->methods[i];
        if (builtin_find(document_type.methods, str_from_c(row->name)) == NULL) {
            env_add_field(env, shape, row->name, env_row(env, row, shape->self));
        }
    }
}

/* RoleCollection, Role and NullRole; CollectionCollection, CollectionDef and NullCollectionDef. */
static void add_system_collection(TyEnv *env, Str collection)
{
    const BuiltinType *type = find_type(collection);
    Str doc = system_doc(env, collection);
    const Ty *any = ty_record(&env->maker, NULL, 0, &ty_any, (Span){0});
    Str name = str_format(env->arena, "%.*sCollection", STR_ARG(collection));
    TyShape *shape = env_add_shape(env, name, DOC_NONE, (Str){0});
    DocTypes types = {
        .name = doc, .collection = collection, .update = any, .replace = any, .impl = any};
    bool is_named = is_definition(collection) || str_eq(collection, STR("Role")) ||
                    str_eq(collection, STR("AccessProvider"));
    env_add_doc_shapes(env, &types, is_named ? STR("name") : STR("id"));
    shape->self = ty_named(&env->maker, doc, NULL, 0, (Span){0});
    shape->rows = str_eq(collection, STR("Function")) ? function_definition_rows : type->statics;
    if (type->constructor != NULL) {
        shape->apply = env_row(env, type->constructor, shape->self);
    }
    TyShape *of_doc = map_find(&env->shapes, doc);
    of_doc->alias = system_doc_type(env, collection);
    of_doc->self = shape->self;
    if (!str_eq(collection, STR("Function"))) { /* its methods are those of functions */
        add_own_methods(env, of_doc, type);
    }
}

/* Removes an ending or a beginning; an empty Str when it is not there. */
static Str without_end(Str name, Str end)
{
    return str_ends_with(name, end) ? str_slice(name, 0, name.len - end.len) : (Str){0};
}

static Str without_start(Str name, Str start)
{
    return str_starts_with(name, start) ? str_slice(name, start.len, name.len) : (Str){0};
}

static Str system_of(Str name)
{
    Str doc = without_start(name, STR("Null"));
    Str bare = doc.len > 0 ? doc : name;
    Str definition = without_end(bare, STR("Def"));
    if (definition.len > 0 && is_definition(definition)) {
        return definition;
    }
    Str of_collection = without_end(name, STR("Collection"));
    bool is_plain = !is_definition(bare) && is_system_collection(bare);
    return of_collection.len > 0 && is_system_collection(of_collection) ? of_collection
           : is_plain                                                   ? bare
                                                                        : (Str){0};
}

/* -- looking up -------------------------------------------------------------------------------- */

static TyShape *make_shape(TyEnv *env, Str name)
{
    Str collection = system_of(name);
    if (collection.len > 0) {
        add_system_collection(env, collection);
        return map_find(&env->shapes, name);
    }
    if (str_eq(name, STR("FQL.SchemaModule"))) {
        return add_module(env, name, &schema_type);
    }
    Str module = without_end(name, STR("Module"));
    const BuiltinType *type = module.len > 0 ? find_type(module) : NULL;
    if (type != NULL && type->statics != NULL) {
        return add_module(env, name, type);
    }
    TyShape *shape = add_special(env, name);
    type = shape == NULL ? find_type(name) : NULL;
    if (type != NULL && type->statics != NULL && strcmp(type->name, "Math") != 0 &&
        strcmp(type->name, "FQL") != 0 && strcmp(type->name, "Query") != 0 &&
        strcmp(type->name, "Object") != 0 && strcmp(type->name, "Doc") != 0) {
        return add_values(env, type);
    }
    return shape != NULL ? shape : env_schema_shape(env, name);
}

TyShape *ty_shape(Typer *typer, Str name)
{
    TyEnv *env = typer->env;
    TyShape *shape = map_find(&env->shapes, name);
    return shape != NULL ? shape : make_shape(env, name);
}

/* A global function or a module, as FQL has them as fields. */
static const Ty *builtin_global(TyEnv *env, Str name)
{
    const Builtin *row = builtin_find(builtin_globals, name);
    if (row != NULL) {
        return env_row(env, row, NULL);
    }
    const Module *module = builtin_module(name);
    if (module == NULL) {
        return NULL;
    }
    const char *end = module->collection != NULL ? "Collection" : "Module";
    Str type = str_format(env->arena, "%.*s%s", STR_ARG(module->name), end);
    return ty_named(&env->maker, type, NULL, 0, (Span){0});
}

const Ty *ty_shape_field(Typer *typer, TyShape *shape, Str name)
{
    TyEnv *env = typer->env;
    const Ty *type = map_find(&shape->fields, name);
    if (type != NULL) {
        return type;
    }
    const Builtin *row = builtin_find(shape->rows, name);
    if (shape->module == &fql_type && str_eq(name, STR("Schema"))) {
        type = ty_named(&env->maker, STR("FQL.SchemaModule"), NULL, 0, (Span){0});
    } else if (shape->module == &fql_type) {
        type = builtin_global(env, name);
    } else if (row != NULL && row->name[0] != '\0') {
        type = env_row(env, row, shape->self);
    }
    if (type != NULL) {
        map_put(&shape->fields, str_copy(env->arena, name), (void *)(uintptr_t)type);
    }
    return type;
}

/* -- names ------------------------------------------------------------------------------------- */

static const Ty *keep_global(TyEnv *env, Str name, const Ty *type)
{
    if (type != NULL) {
        map_put(&env->globals, str_copy(env->arena, name), (void *)(uintptr_t)type);
    }
    return type;
}

/* NULL: there is no such name. Types are made once: what the environment takes does not grow with
 * the queries. */
static const Ty *find_global(TyEnv *env, Str name)
{
    const Ty *type = map_find(&env->globals, name);
    if (type != NULL) {
        return type;
    }
    bool yields = builtin_module_yields(name);
    type = yields ? NULL : builtin_global(env, name);
    if (type == NULL && map_find(&env->collections, name) != NULL) {
        type = ty_named(&env->maker, str_format(env->arena, "%.*sCollection", STR_ARG(name)), NULL,
                        0, (Span){0});
    }
    if (type == NULL) {
        const Ty *function = env_schema_function(env, name);
        if (function != NULL) {
            return function;
        }
        type = yields ? builtin_global(env, name) : NULL;
    }
    return keep_global(env, name, type);
}

bool ty_global(Typer *typer, Str name, TyScheme *scheme)
{
    bool is_given = false;
    const Value *variable =
        typer->variable != NULL ? typer->variable(typer->context, name, &is_given) : NULL;
    if (variable != NULL) {
        *scheme = ty_scheme_of_one(typer_of_value(typer, *variable, !is_given));
        return true;
    }
    const Ty *type = find_global(typer->env, name);
    *scheme = type != NULL ? ty_signature(type) : ty_scheme_of_one(&ty_any);
    return type != NULL || typer->unknown_names;
}

bool ty_operator(Typer *typer, Operator op, TyScheme *scheme)
{
    static const char *const signatures[] = {
        [OP_EQ] = "(Any, Any) => Boolean",
        [OP_NE] = "(Any, Any) => Boolean",
        [OP_GT] = "(Any, Any) => Boolean",
        [OP_LT] = "(Any, Any) => Boolean",
        [OP_GE] = "(Any, Any) => Boolean",
        [OP_LE] = "(Any, Any) => Boolean",
        [OP_ADD] = "((Number, Number) => Number) & ((String, String) => String)",
        [OP_SUB] = "(Number, Number) => Number",
        [OP_MUL] = "(Number, Number) => Number",
        [OP_DIV] = "(Number, Number) => Number",
        [OP_MOD] = "(Number, Number) => Number",
        [OP_POW] = "(Number, Number) => Number",
        [OP_BIT_OR] = "(Number, Number) => Number",
        [OP_BIT_XOR] = "(Number, Number) => Number",
        [OP_BIT_AND] = "(Number, Number) => Number",
        [OP_NEGATE] = "(Number) => Number",
        [OP_BIT_NOT] = "(Number) => Number",
        [OP_NOT] = "(Boolean) => Boolean",
    };
    _Static_assert(countof(signatures) <= countof(typer->env->operators), "one for each");
    if (op >= countof(signatures) || signatures[op] == NULL) {
        return false;
    }
    const Ty **type = &typer->env->operators[op];
    if (*type == NULL) {
        *type = env_read(typer->env, signatures[op], NULL);
    }
    *scheme = ty_signature(*type);
    return true;
}

TyEnv *typer_env(Rt *rt, Arena *arena, const SchemaItems *items, bool infers)
{
    TyEnv *env = arena_new(arena, TyEnv);
    env->infers = infers;
    env->rt = rt;
    env->arena = arena;
    diag_list_init(&env->ignored, arena);
    env->maker = (Typer){.rt = rt, .arena = arena, .env = env, .diags = &env->ignored};
    map_init(&env->shapes, arena);
    map_init(&env->globals, arena);
    map_init(&env->collections, arena);
    map_init(&env->functions, arena);
    map_init(&env->function_types, arena);
    map_init(&env->function_values, arena);
    map_init(&env->inferring, arena);
    for (int64_t i = 0; items != NULL && i < items->len; i++) {
        SchemaItem *item = items->at[i];
        Map *map = item->kind == FSL_COLLECTION ? &env->collections
                   : item->kind == FSL_FUNCTION ? &env->functions
                                                : NULL;
        if (map != NULL) {
            map_put(map, item->name.text, item);
            if (item->alias.text.len > 0) {
                map_put(map, item->alias.text, item);
            }
        }
    }
    return env;
}

void typer_env_within_schema(TyEnv *env, bool within)
{
    env->within_schema = within;
}

/* env_schema: what a schema's collections and functions mean to the typer.
 *
 *   collection Movie { title: String; compute long = m => m.minutes > 120 }
 *
 *   MovieCollection   create: (data: { id: ID | Null, title: String }) => Movie, byId, where …
 *   Movie             { id: ID, ts: Time, ttl: Time | Null, title: String, long: Boolean }
 *   NullMovie         Null
 *
 * A computed field or a function without a signature has the type of its body. One that has errors,
 * or that needs itself to be known, is Any.
 */
#include "interp/typer/infer.h"

typedef struct Maker {
    TyEnv *env;
    const SchemaItem *item;
    const SchemaCollection *collection;
    Str name; /* its name or alias */
    const Ty *doc;
    const Ty *wildcard; /* NULL: none */
    bool has_ttl;
} Maker;

typedef VEC(TyField) Fields;

static void add(Maker *m, Fields *fields, Str name, const Ty *type)
{
    vec_push(fields, m->env->arena, ((TyField){name, type}));
}

static const Ty *read_field_type(TyEnv *env, const TypeNode *node, bool upcasts)
{
    ReadType how = {.upcasts = upcasts, .is_given = upcasts};
    return ty_read(&env->maker, node, how);
}

/* -- bodies ------------------------------------------------------------------------------------ */

/* The type of a lambda of one argument, or of none when `given` is NULL; Any when it has errors. */
static const Ty *infer_body(TyEnv *env, const Node *body, const Ty *given)
{
    Arena scratch;
    Typer typer;
    DiagList diags;
    const Ty *result = &ty_any;
    if (!env->infers) {
        return result;
    }
    arena_init(&scratch);
    diag_list_init(&diags, &scratch);
    bool within = env->within_schema;
    env->within_schema = true;
    typer_begin(&typer,
                &(TyperSetup){.rt = env->rt, .arena = &scratch, .env = env, .diags = &diags});
    env->depth++;
    const Ty *type = env->depth > TYPER_NESTED_MAX ? NULL : typer_type(&typer, body);
    if (type != NULL && given != NULL) {
        Infer in = {.typer = &typer};
        const Span spans[1] = {body->span};
        CallSite call = {&given, spans, 1, body->span, body->span};
        type = infer_apply(&in, type, &call);
        type = in.failed ? NULL : type;
    }
    if (type != NULL) {
        TypeNode *node = ty_express(&typer, &scratch, type, true);
        result = typer.is_inexact
                     ? &ty_any
                     : ty_read(&env->maker, node,
                               (ReadType){.generic = given == NULL, .placeless = true});
    }
    env->depth--;
    env->within_schema = within;
    arena_free(&scratch);
    return result;
}

static const Ty *computed_type(Maker *m, const SchemaField *field)
{
    if (field->type != NULL) {
        return read_field_type(m->env, field->type, false);
    }
    Str key = str_format(m->env->arena, "%.*s.%.*s", STR_ARG(m->item->name.text),
                         STR_ARG(field->name.text));
    if (map_find(&m->env->inferring, key) != NULL) {
        return &ty_any;
    }
    map_put(&m->env->inferring, key, m->env);
    return infer_body(m->env, field->value, m->doc);
}

/* -- what documents are, and what they are made of --------------------------------------------- */

static const Ty *make_impl(Maker *m)
{
    Fields fields = {0};
    const SchemaCollection *c = m->collection;
    add(m, &fields, STR("id"), env_read(m->env, "ID", NULL));
    add(m, &fields, STR("ts"), env_read(m->env, "Time", NULL));
    add(m, &fields, STR("ttl"), env_read(m->env, "Time | Null", NULL));
    for (int pass = 0; pass < 2; pass++) {
        FslFieldKind kind = pass == 0 ? FSL_DEFINED : FSL_COMPUTED;
        for (int64_t i = 0; i < c->fields.len; i++) {
            const SchemaField *field = &c->fields.at[i];
            if (field->kind == kind) {
                add(m, &fields, field->name.text,
                    kind == FSL_DEFINED ? read_field_type(m->env, field->type, false)
                                        : computed_type(m, field));
            }
        }
    }
    return ty_record(&m->env->maker, fields.at, fields.len, m->wildcard, (Span){0});
}

/* Fields of objects may have defaults: then they may be left out, and so may an object all of whose
 * fields have. `optional`: any may be left out. */
static const Ty *make_given(Maker *m, const TypeNode *node, bool has_default, bool all_optional)
{
    Typer *maker = &m->env->maker;
    if (node->kind != TYPE_OBJECT || node->u.object.interface) {
        const Ty *type = read_field_type(m->env, node, true);
        return has_default || all_optional ? ty_optional(maker, type) : type;
    }
    Fields fields = {0};
    const Ty *wildcard = NULL;
    bool may_lack = true;
    for (int64_t i = 0; i < node->u.object.count; i++) {
        const TypeField *field = &node->u.object.fields[i];
        if (field->name.text.len == 0) {
            wildcard = read_field_type(m->env, field->type, true);
            continue;
        }
        may_lack &= field->default_ != NULL;
        add(m, &fields, field->name.text,
            make_given(m, field->type, field->default_ != NULL, all_optional));
    }
    const Ty *record = ty_record(maker, fields.at, fields.len, wildcard, node->span);
    return has_default || all_optional || may_lack ? ty_optional(maker, record) : record;
}

typedef enum Gives { GIVES_ID = 1, GIVES_TTL = 2, GIVES_PARTS = 4 } Gives;

/* What create, update … take. With a wildcard, what must not be given is told to be null. */
static const Ty *make_data(Maker *m, int gives)
{
    Fields fields = {0};
    bool wild = m->wildcard != NULL;
    if (gives & GIVES_ID) {
        add(m, &fields, STR("id"), env_read(m->env, "ID | Null", NULL));
    }
    if ((gives & GIVES_TTL) && (m->has_ttl || wild)) {
        add(m, &fields, STR("ttl"), env_read(m->env, m->has_ttl ? "Time | Null" : "Null", NULL));
    }
    if ((gives & GIVES_TTL) && wild) {
        add(m, &fields, STR("data"), &ty_null);
    }
    for (int64_t i = 0; i < m->collection->fields.len; i++) {
        const SchemaField *field = &m->collection->fields.at[i];
        if (field->kind == FSL_DEFINED) {
            add(m, &fields, field->name.text,
                make_given(m, field->type, field->value != NULL, (gives & GIVES_PARTS) != 0));
        }
    }
    return ty_record(&m->env->maker, fields.at, fields.len, m->wildcard, (Span){0});
}

/* -- indexes ----------------------------------------------------------------------------------- */

static const Ty *step_into(const Ty *type, const SchemaStep *step)
{
    if (type->kind == TY_RECORD && step->index < 0) {
        const Ty *field = ty_record_field(type, step->name);
        return field != NULL ? field : type->u.record.wildcard;
    }
    if (type->kind == TY_TUPLE && step->index >= 0) {
        return step->index < type->u.group.count ? type->u.group.args[step->index] : NULL;
    }
    return ty_is_named(type, "Array") && step->index >= 0 ? type->u.group.args[0] : NULL;
}

static void add_elements(Maker *m, const Ty *type, const Ty ***members, int64_t *count)
{
    bool is_group = type->kind == TY_UNION || type->kind == TY_TUPLE || ty_is_named(type, "Array");
    const Ty **grown =
        arena_array(m->env->arena, const Ty *, *count + (is_group ? type->u.group.count : 1));
    for (int64_t i = 0; i < *count; i++) {
        grown[i] = (*members)[i];
    }
    *members = grown;
    for (int64_t i = 0; is_group && i < type->u.group.count; i++) {
        if (type->kind == TY_UNION) {
            add_elements(m, type->u.group.args[i], members, count);
        } else {
            (*members)[(*count)++] = type->u.group.args[i];
        }
    }
    if (!is_group) {
        (*members)[(*count)++] = type;
    }
}

/* The type of a term; of the elements, where each has an entry of its own. */
static const Ty *term_type(Maker *m, const Ty *impl, const SchemaPart *term)
{
    const Ty *type = impl;
    for (int64_t i = 0; i < term->path.count && type != NULL; i++) {
        type = step_into(type, &term->path.steps[i]);
    }
    if (type == NULL) {
        return &ty_any;
    }
    if (!term->mva) {
        return type;
    }
    const Ty **members = NULL;
    int64_t count = 0;
    add_elements(m, type, &members, &count);
    return count == 1 ? members[0] : ty_group(&m->env->maker, TY_UNION, members, count, (Span){0});
}

static const Ty *index_type(Maker *m, const Ty *impl, const SchemaIndex *index)
{
    Typer *maker = &m->env->maker;
    const Ty *result = ty_named1(maker, STR("Set"), m->doc, (Span){0});
    const Ty **overloads = arena_array(m->env->arena, const Ty *, 2);
    for (int ranged = 0; ranged < 2; ranged++) {
        Fields params = {0};
        for (int64_t i = 0; i < index->terms.count; i++) {
            add(m, &params, str_format(m->env->arena, "term%lld", (long long)i + 1),
                term_type(m, impl, &index->terms.at[i]));
        }
        if (ranged) {
            add(m, &params, STR("range"), env_read(m->env, "Range", NULL));
        }
        overloads[ranged] = ty_function(maker, params.at, params.len, NULL, result, (Span){0});
    }
    return ty_group(maker, TY_INTERSECT, overloads, 2, (Span){0});
}

/* -- collections ------------------------------------------------------------------------------- */

static const Ty *function_of_data(Maker *m, const Ty *data)
{
    TyField *param = arena_new(m->env->arena, TyField);
    *param = (TyField){STR("data"), data};
    return ty_function(&m->env->maker, param, 1, NULL, m->doc, (Span){0});
}

static void add_collection_shape(Maker *m, TyShape *shape, const Ty *impl)
{
    TyEnv *env = m->env;
    static const struct {
        const char *name, *type;
    } fixed[] = {
        {"byId", "(id: ID) => Ref<Document>"},
        {"all", "(() => Set<Document>) & ((range: Range) => Set<Document>)"},
        {"where", "(pred: (Document => Boolean)) => Set<Document>"},
        {"firstWhere", "(pred: (Document => Boolean)) => Document | Null"},
        {"toString", "() => String"},
        {"definition", "CollectionDef"},
    };
    for (int64_t i = 0; i < countof(fixed); i++) {
        env_add_field(env, shape, fixed[i].name, env_read(env, fixed[i].type, m->doc));
    }
    shape->apply = env_read(env, "(id: ID) => Ref<Document>", m->doc);
    env_add_field(env, shape, "create", function_of_data(m, make_data(m, GIVES_ID | GIVES_TTL)));
    env_add_field(env, shape, "createData", function_of_data(m, make_data(m, 0)));
    for (int64_t i = 0; i < m->collection->indexes.len; i++) {
        const SchemaIndex *index = &m->collection->indexes.at[i];
        env_add_field(env, shape, str_to_c(env->arena, index->name.text),
                      index_type(m, impl, index));
    }
    for (int64_t i = 0; i < m->collection->aggregates.len; i++) {
        const SchemaAggregate *aggregate = &m->collection->aggregates.at[i];
        env_add_field(env, shape, str_to_c(env->arena, aggregate->name.text), &ty_any);
    }
}

/* Names are put before types, which may be of each other. */
static void add_collection(TyEnv *env, SchemaItem *item, Str name)
{
    Maker m = {.env = env, .item = item, .collection = &item->u.collection, .name = name};
    const SchemaCollection *c = m.collection;
    m.doc = ty_named(&env->maker, name, NULL, 0, (Span){0});
    m.has_ttl = c->document_ttls.given ? c->document_ttls.value != 0 : c->fields.len == 0;
    bool defines = false;
    for (int64_t i = 0; i < c->fields.len; i++) {
        defines |= c->fields.at[i].kind == FSL_DEFINED;
        m.wildcard = c->fields.at[i].kind == FSL_WILDCARD ? &ty_any : m.wildcard;
    }
    m.wildcard = !defines ? &ty_any : m.wildcard;
    Str of_collection = str_format(env->arena, "%.*sCollection", STR_ARG(name));
    TyShape *shape = env_add_shape(env, of_collection, DOC_NONE, (Str){0});
    DocTypes types = {.name = name, .collection = name};
    env_add_doc_shapes(env, &types, STR("id"));
    types.update = make_data(&m, GIVES_TTL | GIVES_PARTS);
    types.update_data = make_data(&m, GIVES_PARTS);
    types.replace = make_data(&m, GIVES_TTL);
    types.replace_data = make_data(&m, 0);
    env_add_doc_shapes(env, &types, STR("id"));
    TyShape *doc = map_find(&env->shapes, name);
    doc->alias = ty_record(&env->maker, NULL, 0, &ty_any, (Span){0}); /* while it is made */
    add_collection_shape(&m, shape, doc->alias);
    doc->alias = make_impl(&m);
    add_collection_shape(&m, shape, doc->alias);
}

TyShape *env_schema_shape(TyEnv *env, Str name)
{
    Str bare[3] = {name, {0}, {0}};
    if (str_starts_with(name, STR("Null"))) {
        bare[1] = str_slice(name, 4, name.len);
    }
    if (str_ends_with(name, STR("Collection"))) {
        bare[2] = str_slice(name, 0, name.len - 10);
    }
    for (int i = 0; i < 3; i++) {
        SchemaItem *item = bare[i].len > 0 ? map_find(&env->collections, bare[i]) : NULL;
        if (item != NULL) {
            bool is_name = str_eq(item->name.text, bare[i]);
            add_collection(env, item, is_name ? item->name.text : item->alias.text);
            return map_find(&env->shapes, name);
        }
    }
    return NULL;
}

/* -- functions --------------------------------------------------------------------------------- */

/* Its parts are read as one type: a variable may be given in one and returned in another. */
const Ty *env_function_signature(Typer *typer, const SchemaFunction *function, ReadType how)
{
    TypeNode *node = arena_new(typer->arena, TypeNode);
    if (function->result == NULL) {
        return NULL;
    }
    node->kind = TYPE_FUNCTION;
    node->u.function.count = function->count;
    node->u.function.params = arena_array(typer->arena, TypeParam, function->count);
    node->u.function.result = function->result;
    for (int64_t i = 0; i < function->count; i++) {
        const FslParam *param = &function->params[i];
        TypeNode *any = arena_new(typer->arena, TypeNode);
        any->kind = TYPE_ANY;
        if (!str_eq(param->name.text, STR("_"))) {
            node->u.function.params[i].name = param->name;
        }
        node->u.function.params[i].type = param->type != NULL ? param->type : any;
        node->u.function.variadic = param->variadic;
    }
    return ty_read(typer, node, how);
}

/* The function as a lambda. */
Node *env_function_lambda(Arena *arena, const SchemaItem *item)
{
    const SchemaFunction *function = &item->u.function;
    Node *lambda = arena_new(arena, Node);
    lambda->kind = NODE_LAMBDA;
    lambda->span = item->span;
    lambda->u.lambda.count = function->count;
    lambda->u.lambda.params = arena_array(arena, Name, function->count);
    lambda->u.lambda.body = function->body;
    for (int64_t i = 0; i < function->count; i++) {
        lambda->u.lambda.params[i] = function->params[i].name;
        lambda->u.lambda.variadic = function->params[i].variadic;
    }
    return lambda;
}

/* The type of its lambda. */
static const Ty *function_type(TyEnv *env, SchemaItem *item, Str name)
{
    const Ty *type = map_find(&env->function_types, name);
    if (type != NULL) {
        return type;
    }
    type = env_function_signature(&env->maker, &item->u.function, (ReadType){.generic = true});
    if (type == NULL) {
        map_put(&env->function_types, name, (void *)(uintptr_t)&ty_any); /* while it is made */
        type = infer_body(env, env_function_lambda(env->arena, item), NULL);
    }
    map_put(&env->function_types, name, (void *)(uintptr_t)type);
    return type;
}

const Ty *env_schema_function(TyEnv *env, Str name)
{
    SchemaItem *item = map_find(&env->functions, name);
    if (item == NULL) {
        return NULL;
    }
    name = str_eq(name, item->name.text) ? item->name.text : item->alias.text;
    const Ty *type = function_type(env, item, name);
    const Ty *value = env->within_schema ? type : map_find(&env->function_values, name);
    if (value == NULL) {
        value = ty_named1(&env->maker, STR("UserFunction"), type, (Span){0});
        map_put(&env->function_values, name, (void *)(uintptr_t)value);
    }
    return value;
}

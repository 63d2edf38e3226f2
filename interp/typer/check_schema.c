/* check_schema: whether the parts of a schema that are code have the types that they must have.
 *
 *   function f(x: Int): Int { … }      its body as a function of that signature
 *   name: String = "x"                 the default
 *   compute long = m => …              a function of the collection's documents
 *   check c (m => …)                   one that returns a Boolean or null
 *   index byName { terms [.name] }     a field that documents have
 *   predicates of roles                only that they have a type, and only when all else is right
 *
 * Fauna told errors in this order (SchemaTypeValidator.scala). What a computed field may do whose
 * values are kept in an index is looked at as well.
 */
#include "interp/typer/typer.h"

typedef struct Checker {
    Rt *rt;
    Arena *arena;
    TyEnv *env;
    const SchemaItems *items;
    DiagList *diags;
} Checker;

static Typer *begin(const Checker *c)
{
    Typer *typer = arena_new(c->arena, Typer);
    typer_begin(typer,
                &(TyperSetup){.rt = c->rt, .arena = c->arena, .env = c->env, .diags = c->diags});
    return typer;
}

/* A function of documents of the collection. */
static const Ty *of_documents(const Checker *c, Typer *typer, const SchemaItem *item,
                              const Ty *result)
{
    TyField *param = arena_new(c->arena, TyField);
    param->type = ty_named(typer, item->name.text, NULL, 0, (Span){0});
    return ty_function(typer, param, 1, NULL, result, (Span){0});
}

/* -- functions --------------------------------------------------------------------------------- */

static void check_function(const Checker *c, const SchemaItem *item, bool with_signature)
{
    const SchemaFunction *function = &item->u.function;
    Typer *typer = begin(c);
    if ((function->result != NULL) != with_signature) {
        return;
    }
    Node *lambda = env_function_lambda(c->arena, item);
    if (!with_signature) {
        const Ty *type = typer_type(typer, lambda);
        const Ty *projection = type != NULL ? ty_open_projection(typer, type) : NULL;
        if (projection != NULL) {
            diag_add(c->diags, DIAG_ERROR, projection->span,
                     STR("Invalid projection on a unknown type. Use function signatures to fix the "
                         "issue."));
        }
        return;
    }
    int64_t errors = c->diags->errors;
    const Ty *signature =
        env_function_signature(typer, function, (ReadType){.checked = true, .generic = true});
    if (c->diags->errors == errors) {
        (void)typer_is(typer, lambda, signature);
    }
}

/* -- indexes ----------------------------------------------------------------------------------- */

/* Where a step of a path is written, from `at` on. */
static Span step_span(const SchemaPath *path, const SchemaStep *step, int64_t *at)
{
    Str text = path->span.source->text;
    Str sought = step->index < 0 ? step->name : STR("[");
    int64_t found = str_find(text, sought, *at);
    if (found < 0 || found >= path->span.end) {
        return path->span;
    }
    *at = found + sought.len;
    return (Span){path->span.source, (uint32_t)found, (uint32_t)(found + sought.len)};
}

/* `.a[0]` as a short lambda. */
static Node *path_lambda(const Checker *c, const SchemaPath *path)
{
    Node *this = arena_new(c->arena, Node), *chain = arena_new(c->arena, Node);
    Node *lambda = arena_new(c->arena, Node);
    int64_t at = path->span.start;
    this->kind = NODE_THIS;
    chain->kind = NODE_CHAIN;
    lambda->kind = NODE_SHORT_LAMBDA;
    this->span = chain->span = lambda->span = path->span;
    lambda->u.short_lambda = chain;
    chain->u.chain.base = this;
    chain->u.chain.count = path->count;
    chain->u.chain.links = arena_array(c->arena, Link, path->count);
    for (int64_t i = 0; i < path->count; i++) {
        const SchemaStep *step = &path->steps[i];
        Link *link = &chain->u.chain.links[i];
        link->span = step_span(path, step, &at);
        link->kind = step->index < 0 ? LINK_SELECT : LINK_ACCESS;
        link->name = (Name){step->name, link->span};
        if (step->index >= 0) {
            Node *index = arena_new(c->arena, Node);
            index->kind = NODE_LITERAL;
            index->span = link->span;
            index->u.literal = (Literal){.kind = LITERAL_INT, .integer = step->index};
            link->args.at = arena_new(c->arena, Node *);
            link->args.at[0] = index;
            link->args.len = 1;
        }
    }
    return lambda;
}

static void check_paths(const Checker *c, const SchemaItem *item, const SchemaParts *parts)
{
    for (int64_t i = 0; i < parts->count; i++) {
        Typer *typer = begin(c);
        (void)typer_is(typer, path_lambda(c, &parts->at[i].path),
                       of_documents(c, typer, item, &ty_any));
    }
}

/* -- collections ------------------------------------------------------------------------------- */

static void check_computed(const Checker *c, const SchemaItem *item, const SchemaField *field)
{
    Typer *typer = begin(c);
    int64_t errors = c->diags->errors;
    const Ty *result = field->type == NULL
                           ? ty_var(typer, (Span){0}, 0)
                           : ty_read(typer, field->type, (ReadType){.checked = true});
    if (c->diags->errors > errors) {
        result = &ty_any;
    }
    (void)typer_is(typer, field->value, of_documents(c, typer, item, result));
}

static void check_fields(const Checker *c, const SchemaItem *item)
{
    const SchemaCollection *collection = &item->u.collection;
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t i = 0; i < collection->fields.len; i++) {
            const SchemaField *field = &collection->fields.at[i];
            if (pass == 0 && field->kind == FSL_DEFINED && field->value != NULL) {
                Typer *typer = begin(c);
                (void)typer_is(typer, field->value, ty_read(typer, field->type, (ReadType){0}));
            } else if (pass == 1 && field->kind == FSL_COMPUTED) {
                check_computed(c, item, field);
            }
        }
    }
}

static void check_collection(const Checker *c, const SchemaItem *item)
{
    const SchemaCollection *collection = &item->u.collection;
    check_fields(c, item);
    for (int64_t i = 0; i < collection->checks.len; i++) {
        Typer *typer = begin(c);
        const Ty *wanted = ty_optional(typer, &ty_boolean);
        (void)typer_is(typer, collection->checks.at[i].lambda,
                       of_documents(c, typer, item, wanted));
    }
    for (int64_t i = 0; i < collection->indexes.len; i++) {
        check_paths(c, item, &collection->indexes.at[i].terms);
        check_paths(c, item, &collection->indexes.at[i].values);
    }
    for (int64_t i = 0; i < collection->uniques.len; i++) {
        check_paths(c, item, &collection->uniques.at[i].terms);
    }
    for (int64_t i = 0; i < collection->aggregates.len; i++) {
        const SchemaAggregate *aggregate = &collection->aggregates.at[i];
        Typer *typer = begin(c);
        if (aggregate->where != NULL) {
            (void)typer_is(typer, aggregate->where,
                           of_documents(c, typer, item, ty_optional(typer, &ty_boolean)));
        }
        check_paths(c, item, &aggregate->terms);
    }
}

/* -- computed fields whose values are kept ----------------------------------------------------- */

#define KEPT "Computed fields used in indexes or constraints cannot "

typedef struct Kept {
    const Checker *c;
    Map told; /* names of functions and collections */
} Kept;

static const SchemaItem *find_item(const Checker *c, FslKind kind, Str name)
{
    for (int64_t i = 0; i < c->items->len; i++) {
        if (c->items->at[i]->kind == kind && str_eq(c->items->at[i]->name.text, name)) {
            return c->items->at[i];
        }
    }
    return NULL;
}

static void tell_kept(Kept *kept, Span span, Str message)
{
    diag_add(kept->c->diags, DIAG_ERROR, span, message);
}

static void see_name(void *context, Str name, Span span)
{
    Kept *kept = context;
    if (map_find(&kept->told, name) != NULL) {
        return;
    }
    map_put(&kept->told, name, kept);
    if (find_item(kept->c, FSL_FUNCTION, name) != NULL) {
        tell_kept(kept, span, STR(KEPT "call UDFs"));
    } else if (find_item(kept->c, FSL_COLLECTION, name) != NULL) {
        tell_kept(kept, span, STR(KEPT "access collections"));
    }
}

static void see_field(void *context, Typer *typer, const Ty *of, Name field)
{
    Kept *kept = context;
    TypeNode *node = ty_express(typer, kept->c->arena, of, true);
    const SchemaItem *item = node->kind == TYPE_NAME
                                 ? find_item(kept->c, FSL_COLLECTION, node->u.group.name.text)
                                 : NULL;
    if (item == NULL) {
        return;
    }
    for (int64_t i = 0; i < item->u.collection.fields.len; i++) {
        const SchemaField *other = &item->u.collection.fields.at[i];
        if (other->kind == FSL_COMPUTED && str_eq(other->name.text, field.text)) {
            tell_kept(kept, field.span, STR(KEPT "use computed fields"));
        }
    }
    if (str_eq(field.text, STR("ts"))) {
        tell_kept(kept, field.span, STR(KEPT "use a doc's ts field"));
    }
}

static void check_kept(const Checker *c, const SchemaItem *item, const SchemaParts *parts)
{
    for (int64_t i = 0; i < parts->count; i++) {
        const SchemaStep *first = &parts->at[i].path.steps[0];
        for (int64_t k = 0; k < item->u.collection.fields.len; k++) {
            const SchemaField *field = &item->u.collection.fields.at[k];
            if (field->kind != FSL_COMPUTED || first->index >= 0 ||
                !str_eq(field->name.text, first->name)) {
                continue;
            }
            DiagList ignored;
            Kept kept = {.c = c};
            diag_list_init(&ignored, c->arena);
            map_init(&kept.told, c->arena);
            Typer *typer = begin(c);
            typer->diags = &ignored;
            typer->named = see_name;
            typer->selected = see_field;
            typer->seen_context = &kept;
            typer_of_given(typer, field->value,
                           ty_named(typer, item->name.text, NULL, 0, (Span){0}));
        }
    }
}

static void check_all_kept(const Checker *c, const SchemaItem *item)
{
    const SchemaCollection *collection = &item->u.collection;
    for (int64_t i = 0; i < collection->indexes.len; i++) {
        check_kept(c, item, &collection->indexes.at[i].terms);
        check_kept(c, item, &collection->indexes.at[i].values);
    }
    for (int64_t i = 0; i < collection->uniques.len; i++) {
        check_kept(c, item, &collection->uniques.at[i].terms);
    }
}

/* -- predicates -------------------------------------------------------------------------------- */

static void check_predicate(const Checker *c, const SchemaRule *rule)
{
    if (rule->predicate != NULL) {
        (void)typer_type(begin(c), rule->predicate);
    }
}

static void check_role(const Checker *c, const SchemaRole *role)
{
    for (int64_t i = 0; i < role->memberships.len; i++) {
        check_predicate(c, &role->memberships.at[i]);
    }
    for (int64_t i = 0; i < role->privileges.len; i++) {
        const SchemaPrivilege *privilege = &role->privileges.at[i];
        for (int64_t k = 0; k < privilege->actions.len; k++) {
            check_predicate(c, &privilege->actions.at[k]);
        }
    }
}

typedef void CheckItem(const Checker *c, const SchemaItem *item);

static void check_inferred(const Checker *c, const SchemaItem *item)
{
    check_function(c, item, false);
}

static void check_signed(const Checker *c, const SchemaItem *item)
{
    check_function(c, item, true);
}

/* What a trigger names may come later than it. */
static void check_trigger_code(const Checker *c, const Node *code)
{
    Typer *typer = begin(c);
    typer->unknown_names = true;
    if (code != NULL) {
        (void)typer_type(typer, code);
    }
}

static void check_triggers(const Checker *c, const SchemaItem *item)
{
    const SchemaCollection *collection = &item->u.collection;
    for (int64_t i = 0; i < collection->triggers.len; i++) {
        check_trigger_code(c, collection->triggers.at[i].when);
        check_trigger_code(c, collection->triggers.at[i].body);
    }
}

static void check_role_item(const Checker *c, const SchemaItem *item)
{
    check_role(c, &item->u.role);
}

static void check_provider(const Checker *c, const SchemaItem *item)
{
    for (int64_t i = 0; i < item->u.provider.roles.len; i++) {
        check_predicate(c, &item->u.provider.roles.at[i]);
    }
}

static void check_each(const Checker *c, FslKind kind, CheckItem *check)
{
    for (int64_t i = 0; i < c->items->len; i++) {
        if (c->items->at[i]->kind == kind) {
            check(c, c->items->at[i]);
        }
    }
}

void typer_check_value(Rt *rt, const SchemaItem *item, const Node *value, const TypeNode *type,
                       DiagList *diags)
{
    Arena arena;
    arena_init(&arena);
    SchemaItems items = {0};
    vec_push(&items, &arena, (SchemaItem *)(uintptr_t)item);
    Typer typer;
    typer_begin(&typer, &(TyperSetup){.rt = rt,
                                      .arena = &arena,
                                      .env = typer_env(rt, &arena, &items, false),
                                      .diags = diags,
                                      .unknown_names = true});
    (void)typer_is(&typer, value, ty_read(&typer, type, (ReadType){0}));
    arena_free(&arena);
}

void typer_check_schema(Rt *rt, const SchemaItems *items, DiagList *diags)
{
    Arena arena;
    arena_init(&arena);
    Checker c = {.rt = rt, .arena = &arena, .items = items, .diags = diags};
    c.env = typer_env(rt, &arena, items, true);
    typer_env_within_schema(c.env, true);
    check_each(&c, FSL_FUNCTION, check_inferred);
    check_each(&c, FSL_FUNCTION, check_signed);
    check_each(&c, FSL_COLLECTION, check_collection);
    int64_t errors = diags->errors;
    check_each(&c, FSL_COLLECTION, check_all_kept);
    if (errors == 0) {
        check_each(&c, FSL_COLLECTION, check_triggers);
    }
    if (diags->errors == 0) {
        check_each(&c, FSL_ROLE, check_role_item);
        check_each(&c, FSL_ACCESS_PROVIDER, check_provider);
    }
    arena_free(&arena);
}

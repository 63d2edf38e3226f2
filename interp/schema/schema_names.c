/* schema_names: see schema_names.h. Bodies are lowered as for a run; the code is thrown away, the
 * names in it that are global are looked up.
 */
#include "interp/schema/schema_names.h"

#include "interp/lower.h"
#include "interp/schema/field_type.h"
#include "runtime/document/reference.h"
#include "runtime/schema/field_rules.h"

/* -- types ------------------------------------------------------------------------------------- */

static void check_field(Rt *rt, Str collection, const SchemaField *field, DiagList *diags)
{
    if (field->kind == FSL_COMPUTED) {
        return;
    }
    TypedField typed = {.name = field->name.text,
                        .type = field_type_make(rt, rt->query, field->type),
                        .fallback = field->value ? field_type_default(rt->query, field->value)
                                                 : NULL};
    if (field->kind == FSL_WILDCARD) {
        field_rules_look_at_wildcard(diags, typed.type);
    } else {
        field_rules_look(rt, diags, collection, &typed);
    }
}

void schema_types_check(Rt *rt, const SchemaItems *items, DiagList *diags)
{
    for (int64_t i = 0; i < items->len; i++) {
        const SchemaItem *item = items->at[i];
        int64_t count = item->kind == FSL_COLLECTION ? item->u.collection.fields.len : 0;
        for (int64_t k = 0; k < count; k++) {
            check_field(rt, item->name.text, &item->u.collection.fields.at[k], diags);
        }
    }
}

/* -- references -------------------------------------------------------------------------------- */

typedef struct References {
    Rt *rt;
    DiagList *diags;
} References;

static void check_reference(const References *references, bool exists, const char *kind, Name name)
{
    if (!exists) {
        Str message =
            str_format(references->rt->query, "%s `%.*s` does not exist", kind, STR_ARG(name.text));
        diag_add(references->diags, DIAG_ERROR, name.span, message);
    }
}

static void check_role(const References *references, const SchemaRole *role)
{
    for (int64_t i = 0; i < role->privileges.len; i++) {
        Name resource = role->privileges.at[i].resource;
        check_reference(references, resource_exists(references->rt, resource.text, true),
                        "Resource", resource);
    }
    for (int64_t i = 0; i < role->memberships.len; i++) {
        Name resource = role->memberships.at[i].name;
        check_reference(references, resource_exists(references->rt, resource.text, false),
                        "Resource", resource);
    }
}

static void check_provider(const References *references, const SchemaProvider *provider)
{
    for (int64_t i = 0; i < provider->roles.len; i++) {
        Name role = provider->roles.at[i].name;
        check_reference(references, role_exists(references->rt, role.text), "Role", role);
    }
}

void schema_references_check(Rt *rt, const SchemaItems *items, DiagList *diags)
{
    References references = {rt, diags};
    for (int64_t i = 0; i < items->len; i++) {
        const SchemaItem *item = items->at[i];
        if (item->kind == FSL_ROLE) {
            check_role(&references, &item->u.role);
        } else if (item->kind == FSL_ACCESS_PROVIDER) {
            check_provider(&references, &item->u.provider);
        }
    }
}

void schema_roles_check(Rt *rt, const SchemaItems *items, DiagList *diags)
{
    for (int64_t i = 0; i < items->len; i++) {
        const SchemaItem *item = items->at[i];
        int64_t count = item->kind == FSL_ACCESS_PROVIDER ? item->u.provider.roles.len : 0;
        for (int64_t k = 0; k < count; k++) {
            Name role = item->u.provider.roles.at[k].name;
            if (role_is_builtin(role.text)) {
                diag_add(diags, DIAG_ERROR, role.span,
                         str_format(rt->query, "Builtin role `%.*s` is not allowed",
                                    STR_ARG(role.text)));
            }
        }
    }
}

/* -- bodies ------------------------------------------------------------------------------------ */

/* The names of one item's bodies. */
typedef struct Names {
    Rt *rt;
    GlobalList globals;
    DiagList *diags;
} Names;

static Lowerer make_lowerer(Names *names, Scope *scope)
{
    return (Lowerer){.rt = names->rt,
                     .arena = names->rt->query,
                     .scope = scope,
                     .diags = names->diags,
                     .globals = &names->globals};
}

/* A lambda; NULL: there is none. */
static void gather_lambda(Names *names, const Node *lambda)
{
    Scope scope = {0};
    Lowerer lowerer = make_lowerer(names, &scope);
    if (lambda != NULL) {
        (void)lower_node(&lowerer, lambda, false);
    }
}

static void gather_function(Names *names, const SchemaFunction *function)
{
    Scope scope = {0};
    Lowerer lowerer = make_lowerer(names, &scope);
    Name *params = arena_array(names->rt->query, Name, function->count);
    bool variadic = false;
    for (int64_t i = 0; i < function->count; i++) {
        params[i] = function->params[i].name;
        variadic = function->params[i].variadic;
    }
    (void)lower_function(&lowerer, params, function->count, variadic, function->body,
                         function->body->span);
}

static void gather_collection(Names *names, const SchemaCollection *collection)
{
    for (int64_t i = 0; i < collection->fields.len; i++) {
        const SchemaField *field = &collection->fields.at[i];
        gather_lambda(names, field->kind == FSL_COMPUTED ? field->value : NULL);
    }
    for (int64_t i = 0; i < collection->checks.len; i++) {
        gather_lambda(names, collection->checks.at[i].lambda);
    }
    for (int64_t i = 0; i < collection->aggregates.len; i++) {
        gather_lambda(names, collection->aggregates.at[i].where);
    }
    for (int64_t i = 0; i < collection->triggers.len; i++) {
        gather_lambda(names, collection->triggers.at[i].when);
        gather_lambda(names, collection->triggers.at[i].body);
    }
}

static void gather_role(Names *names, const SchemaRole *role)
{
    for (int64_t i = 0; i < role->privileges.len; i++) {
        const SchemaPrivilege *privilege = &role->privileges.at[i];
        for (int64_t k = 0; k < privilege->actions.len; k++) {
            gather_lambda(names, privilege->actions.at[k].predicate);
        }
    }
    for (int64_t i = 0; i < role->memberships.len; i++) {
        gather_lambda(names, role->memberships.at[i].predicate);
    }
}

static void gather_provider(Names *names, const SchemaProvider *provider)
{
    for (int64_t i = 0; i < provider->roles.len; i++) {
        gather_lambda(names, provider->roles.at[i].predicate);
    }
}

static void gather_item(Names *names, const SchemaItem *item)
{
    if (item->kind == FSL_COLLECTION) {
        gather_collection(names, &item->u.collection);
    } else if (item->kind == FSL_FUNCTION) {
        gather_function(names, &item->u.function);
    } else if (item->kind == FSL_ROLE) {
        gather_role(names, &item->u.role);
    } else if (item->kind == FSL_ACCESS_PROVIDER) {
        gather_provider(names, &item->u.provider);
    }
}

/* The fault under way becomes an error of the list. */
static void take_fault(Names *names)
{
    Fault *fault = names->rt->fault;
    Span place = fault->trace_len > 0 ? fault->trace[0] : (Span){0};
    Diag *error = diag_add(names->diags, DIAG_ERROR, place, fault->message);
    error->hints = fault->hints;
    names->rt->fault = NULL;
}

void schema_names_check(Rt *rt, const SchemaItems *items, DiagList *diags)
{
    Names names = {.rt = rt, .diags = diags};
    for (int64_t i = 0; i < items->len; i++) {
        names.globals.len = 0;
        gather_item(&names, items->at[i]);
        for (int64_t k = 0; k < names.globals.len; k++) {
            if (val_is_fault(run_global(rt, names.globals.at[k], NULL))) {
                take_fault(&names);
            }
        }
    }
}

/* infer: the type of each expression. What is wrong is told at once, and the expression goes on as
 * if it could be anything, so that one mistake is told once. Chains are in infer_chain.c.
 *
 * Recursion is bounded by the tree's depth, which the parser bounds.
 */
#include "interp/nearest.h"
#include "interp/typer/infer.h"

bool infer_check(Infer *in, const Ty *value, const Ty *use, Span site)
{
    bool ok = ty_check(in->typer, value, use, site, in->level);
    in->failed |= !ok;
    return ok;
}

/* -- names ------------------------------------------------------------------------------------- */

static void bind(Infer *in, Str name, TyScheme scheme)
{
    TyLocal *local = arena_new(in->typer->arena, TyLocal);
    *local = (TyLocal){name, scheme, in->typer->locals};
    in->typer->locals = local;
}

static const Ty *use_scheme(Infer *in, TyScheme scheme, Span span)
{
    const Ty *type = ty_instantiate(in->typer, scheme, NULL, NULL, in->level);
    return span_is_set(type->span) ? type : ty_at(in->typer, type, span);
}

/* With the name that was perhaps meant. */
static const Ty *tell_unbound(Infer *in, Str name, Span span)
{
    DiagList *diags = in->typer->diags;
    Nearest nearest = {.wanted = name};
    for (const TyLocal *local = in->typer->locals; local != NULL; local = local->outer) {
        nearest_offer(&nearest, local->name);
    }
    for (int64_t i = 0; i < in->typer->kept.cap; i++) {
        if (in->typer->kept.slots[i].value != NULL) {
            nearest_offer(&nearest, in->typer->kept.slots[i].key);
        }
    }
    nearest_offer_globals(&nearest, in->typer->rt->catalog);
    Diag *diag = diag_add(diags, DIAG_ERROR, span,
                          str_format(diags->arena, "Unbound variable `%.*s`", STR_ARG(name)));
    ty_suggest(diags, diag, nearest.found);
    in->failed = true;
    return ty_at(in->typer, &ty_any, span);
}

static const Ty *infer_name(Infer *in, Str name, Span span)
{
    TyScheme scheme;
    for (const TyLocal *local = in->typer->locals; local != NULL; local = local->outer) {
        if (str_eq(local->name, name)) {
            return use_scheme(in, local->scheme, span);
        }
    }
    const TyScheme *kept = map_find(&in->typer->kept, name);
    if (kept != NULL) {
        return use_scheme(in, *kept, span);
    }
    if (in->typer->named != NULL) {
        in->typer->named(in->typer->seen_context, name, span);
    }
    if (ty_global(in->typer, name, &scheme)) {
        return use_scheme(in, scheme, span);
    }
    return tell_unbound(in, name, span);
}

/* -- statements -------------------------------------------------------------------------------- */

static const Ty *infer_if(Infer *in, const Node *node)
{
    const Node *condition = node->u.if_.condition;
    infer_check(in, infer(in, condition), ty_at(in->typer, &ty_boolean, condition->span),
                condition->span);
    const Ty *then = infer(in, node->u.if_.then);
    if (node->u.if_.otherwise == NULL) {
        return ty_at(in->typer, &ty_null, node->span);
    }
    const Ty *otherwise = infer(in, node->u.if_.otherwise);
    const Ty *result = ty_var(in->typer, node->span, in->level);
    infer_check(in, then, result, node->span);
    infer_check(in, otherwise, result, node->span);
    return result;
}

/* Without a type the value's own, made anew for each use; else the type given, which it must fit.
 */
static void infer_let(Infer *in, const Statement *statement)
{
    in->level++;
    const Ty *value = infer(in, statement->expr);
    TyScheme scheme = {value, in->level - 1, false};
    if (statement->type != NULL) {
        int64_t errors = in->typer->diags->errors;
        const Ty *given = ty_read(
            in->typer, statement->type,
            (ReadType){.checked = true, .generic = true, .holes = true, .level = in->level});
        in->failed |= in->typer->diags->errors > errors;
        infer_check(in, value, given, statement->name.span);
        scheme = (TyScheme){given, in->level - 1, true};
    }
    in->level--;
    bind(in, statement->name.text, scheme);
}

const Ty *infer_statement(Infer *in, const Statement *statement)
{
    if (statement->is_let) {
        infer_let(in, statement);
        return &ty_never;
    }
    return infer(in, statement->expr);
}

static const Ty *infer_block(Infer *in, const Node *node)
{
    TyLocal *outer = in->typer->locals;
    const Ty *last = &ty_never;
    for (int64_t i = 0; i < node->u.block.count; i++) {
        const Statement *statement = &node->u.block.statements[i];
        last = infer_statement(in, statement);
    }
    in->typer->locals = outer;
    return last;
}

static const Ty *infer_at(Infer *in, const Node *node)
{
    static const char *const names[] = {"Time", "TransactionTime"};
    const Ty *time = infer(in, node->u.at.time);
    const Ty *body = infer(in, node->u.at.body);
    const Ty **members = arena_array(in->typer->arena, const Ty *, 2);
    for (int i = 0; i < 2; i++) {
        members[i] = ty_named(in->typer, str_from_c(names[i]), NULL, 0, (Span){0});
    }
    infer_check(in, time, ty_group(in->typer, TY_UNION, members, 2, node->u.at.time->span),
                node->u.at.time->span);
    return body;
}

/* -- constructors ------------------------------------------------------------------------------ */

static const Ty *infer_list(Infer *in, const Node *node)
{
    int64_t count = node->u.list.len;
    const Ty **members = arena_array(in->typer->arena, const Ty *, count);
    for (int64_t i = 0; i < count; i++) {
        members[i] = infer(in, node->u.list.at[i]);
    }
    return node->kind == NODE_TUPLE && count == 1
               ? (members[0]->kind == TY_VAR || !span_is_set(members[0]->span)
                      ? members[0]
                      : ty_at(in->typer, members[0], node->span))
               : ty_group(in->typer, TY_TUPLE, members, count, node->span);
}

/* Of two fields with one name the last counts. */
/* Of several fields of a projection with one name the last one counts, in the place of the first. */
static const Ty *infer_fields(Infer *in, const Field *fields, int64_t count, Span span)
{
    TyField *typed = arena_array(in->typer->arena, TyField, count);
    Map places;
    int64_t used = 0;
    map_init(&places, in->typer->arena);
    for (int64_t i = 0; i < count; i++) {
        TyField field = {fields[i].name.text, infer(in, fields[i].value)};
        TyField *place = map_find(&places, field.name);
        if (place == NULL) {
            place = &typed[used++];
            map_put(&places, field.name, place);
        }
        *place = field;
    }
    return ty_record(in->typer, typed, used, NULL, span);
}

static const Ty *infer_template(Infer *in, const Node *node)
{
    for (int64_t i = 0; i < node->u.template_.count; i++) {
        if (node->u.template_.parts[i].expr != NULL) {
            (void)infer(in, node->u.template_.parts[i].expr);
        }
    }
    return ty_at(in->typer, &ty_string, node->span);
}

/* -- functions --------------------------------------------------------------------------------- */

static const Ty *infer_lambda(Infer *in, const Node *node)
{
    int64_t count = node->u.lambda.count;
    bool variadic = node->u.lambda.variadic;
    TyField *params = arena_array(in->typer->arena, TyField, count);
    TyLocal *outer = in->typer->locals;
    for (int64_t i = 0; i < count; i++) {
        const Name *name = &node->u.lambda.params[i];
        const Ty *type = ty_var(in->typer, name->span, in->level);
        bool is_rest = variadic && i == count - 1;
        params[i].type = type;
        if (!str_eq(name->text, STR("_"))) {
            const Ty *seen = is_rest ? ty_named1(in->typer, STR("Array"), type, name->span) : type;
            bind(in, name->text, ty_scheme_of_one(seen));
        }
    }
    const Ty *result = infer(in, node->u.lambda.body);
    in->typer->locals = outer;
    return ty_function(in->typer, params, variadic ? count - 1 : count,
                       variadic ? params[count - 1].type : NULL, result, node->span);
}

/* A function of `.`, which `body` or the fields of a projection make something of. */
static const Ty *infer_of_this(Infer *in, const Node *body, const Node *project)
{
    Span span = body != NULL ? body->span : project->span;
    TyField *param = arena_new(in->typer->arena, TyField);
    TyLocal *outer = in->typer->locals;
    param->type = ty_var(in->typer, span, in->level);
    bind(in, STR("."), ty_scheme_of_one(param->type));
    const Ty *result = body != NULL ? infer(in, body)
                                    : infer_fields(in, project->u.project.fields,
                                                   project->u.project.count, project->span);
    in->typer->locals = outer;
    return ty_function(in->typer, param, 1, NULL, result, span);
}

/* A lambda of one parameter whose argument is known: what it makes of it. */
const Ty *infer_of_given(Infer *in, const Node *lambda, const Ty *given)
{
    TyLocal *outer = in->typer->locals;
    bool is_short = lambda->kind == NODE_SHORT_LAMBDA;
    if (!is_short && (lambda->kind != NODE_LAMBDA || lambda->u.lambda.count != 1)) {
        return infer(in, lambda);
    }
    bind(in, is_short ? STR(".") : lambda->u.lambda.params[0].text, ty_scheme_of_one(given));
    const Ty *result = infer(in, is_short ? lambda->u.short_lambda : lambda->u.lambda.body);
    in->typer->locals = outer;
    return result;
}

static const Ty *infer_project(Infer *in, const Node *node)
{
    const Ty *base = infer(in, node->u.project.base);
    if (node->u.project.all) {
        return ty_at(in->typer, &ty_any, node->span); /* lower.c refuses it */
    }
    const Ty *function = infer_of_this(in, NULL, node);
    const Ty *result = ty_var(in->typer, node->span, in->level);
    infer_check(in, base, ty_wrap(in->typer, TY_PROJECT, function, result, node->span), node->span);
    return result;
}

/* -- operators --------------------------------------------------------------------------------- */

static const Ty *infer_coalesce(Infer *in, const Node *node, const Ty *left, const Ty *right)
{
    const Ty *result = ty_var(in->typer, node->span, in->level);
    infer_check(in, ty_wrap(in->typer, TY_NOT_NULL, left, NULL, left->span), result,
                node->u.operator_.left->span);
    infer_check(in, right, result, node->u.operator_.right->span);
    return result;
}

static const Ty *infer_operator(Infer *in, const Node *node)
{
    const Node *operands[2] = {node->u.operator_.left, node->u.operator_.right};
    int64_t count = operands[1] != NULL ? 2 : 1;
    const Ty *types[2] = {NULL, NULL};
    Span spans[2] = {{0}, {0}};
    TyScheme scheme;
    if (node->u.operator_.op == OP_ISA) {
        infer(in, operands[0]);
        infer(in, operands[1]);
        return ty_at(in->typer, &ty_boolean, node->span);
    }
    for (int64_t i = 0; i < count; i++) {
        types[i] = infer(in, operands[i]);
        spans[i] = operands[i]->span;
    }
    if (node->u.operator_.op == OP_COALESCE) {
        return infer_coalesce(in, node, types[0], types[1]);
    }
    if (node->u.operator_.op == OP_AND || node->u.operator_.op == OP_OR) {
        for (int64_t i = 0; i < count; i++) {
            infer_check(in, types[i], ty_at(in->typer, &ty_boolean, node->u.operator_.name.span),
                        spans[i]);
        }
        return ty_at(in->typer, &ty_boolean, node->span);
    }
    Span args = operands[1] != NULL ? operands[1]->span : node->span;
    if (!ty_operator(in->typer, node->u.operator_.op, &scheme)) {
        return ty_at(in->typer, &ty_any, node->span);
    }
    CallSite call = {types, spans, count, args, node->span};
    return infer_apply(in, use_scheme(in, scheme, node->u.operator_.name.span), &call);
}

/* -- all of it --------------------------------------------------------------------------------- */

static const Ty *infer_kind(Infer *in, const Node *node)
{
    switch (node->kind) {
    case NODE_ID:
        return infer_name(in, node->u.id.text, node->span);
    case NODE_THIS:
        return infer_name(in, STR("."), node->span);
    case NODE_LITERAL:
        return ty_literal(in->typer, &node->u.literal, node->span);
    case NODE_TEMPLATE:
        return infer_template(in, node);
    case NODE_VALUE:
        return typer_value(in->typer, node->u.value_index, node->span);
    case NODE_IF:
        return infer_if(in, node);
    case NODE_AT:
        return infer_at(in, node);
    case NODE_MATCH:
        return ty_at(in->typer, &ty_any, node->span); /* lower.c refuses it */
    case NODE_LAMBDA:
        return infer_lambda(in, node);
    case NODE_SHORT_LAMBDA:
        return infer_of_this(in, node->u.short_lambda, NULL);
    case NODE_OPERATOR:
        return infer_operator(in, node);
    case NODE_CHAIN:
        return infer_chain(in, node);
    case NODE_PROJECT:
        return infer_project(in, node);
    case NODE_OBJECT:
        return infer_fields(in, node->u.object.fields, node->u.object.count, node->span);
    case NODE_TUPLE:
    case NODE_ARRAY:
        return infer_list(in, node);
    case NODE_BLOCK:
        return infer_block(in, node);
    }
    UNREACHABLE();
}

const Ty *infer(Infer *in, const Node *node)
{
    bool outer = in->failed;
    in->failed = false;
    const Ty *type = infer_kind(in, node);
    if (in->failed && type->kind == TY_VAR) {
        type->u.var->poisoned = true;
    }
    in->failed |= outer;
    return type;
}

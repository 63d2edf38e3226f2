/* destructure: value ≤ use where neither is a variable or a group of types: by name, field by
 * field, argument by argument. See solve.c.
 */
#include "interp/typer/shape.h"

static const Ty *instantiate(Typer *typer, const Ty *type, const TyShape *shape, const Ty *named)
{
    return ty_instantiate(typer, ty_signature(type), shape, named->u.group.args, typer->level);
}

static TyShape *shape_of_named(Typer *typer, const Ty *type)
{
    return type->kind == TY_NAMED ? ty_shape(typer, type->u.group.name) : NULL;
}

static bool fail_subtype(Typer *typer, const Ty *value, const Ty *use)
{
    return fail_with(typer, (Failure){.kind = FAILURE_SUBTYPE,
                                      .value = value,
                                      .use = use,
                                      .span = span_or(value->span, typer->site, (Span){0})});
}

/* -- names and literals ------------------------------------------------------------------------ */

static bool is_number(const Ty *type)
{
    return ty_is_named(type, "Int") || ty_is_named(type, "Long") || ty_is_named(type, "Double") ||
           ty_is_named(type, "Float");
}

/* What is computed is a Number, and may well be an Int: that shows when it runs. */
static bool is_sub_number(const Ty *value, const Ty *use)
{
    if (ty_is_named(use, "Number")) {
        return is_number(value);
    }
    if (ty_is_named(use, "ID")) { /* it is converted */
        return ty_is_named(value, "Number") || ty_is_named(value, "Int") ||
               ty_is_named(value, "Long") || ty_is_named(value, "String");
    }
    if (ty_is_named(value, "Number")) {
        return is_number(use);
    }
    if (ty_is_named(use, "Long")) {
        return ty_is_named(value, "Int");
    }
    return (ty_is_named(use, "Double") || ty_is_named(use, "Float")) &&
           (ty_is_named(value, "Double") || ty_is_named(value, "Float"));
}

/* Whether the literal is written as a value of that type: 1 is an ID as well. */
static bool literal_is_of(const Literal *literal, const Ty *use)
{
    switch (literal->kind) {
    case LITERAL_NULL:
        return ty_is_null(use);
    case LITERAL_TRUE:
    case LITERAL_FALSE:
        return ty_is_named(use, "Boolean");
    case LITERAL_INT:
        return ty_is_named(use, "Number") || ty_is_named(use, "Double") ||
               ty_is_named(use, "Long") || ty_is_named(use, "ID") ||
               (ty_is_named(use, "Int") && literal->integer == (int32_t)literal->integer);
    case LITERAL_BIGINT:
    case LITERAL_FLOAT:
        return ty_is_named(use, "Number") || ty_is_named(use, "Double");
    case LITERAL_STRING:
        return ty_is_named(use, "String") || ty_is_named(use, "ID");
    }
    UNREACHABLE();
}

static bool constrain_literal(Typer *typer, const Ty *value, const Ty *use)
{
    if (use->kind == TY_NAMED && literal_is_of(value->u.literal, use)) {
        return true;
    }
    if (use->kind == TY_LITERAL) {
        return literal_eq(value->u.literal, use->u.literal) ||
               fail_with(typer, (Failure){.kind = FAILURE_LITERAL,
                                          .value = value,
                                          .use = use,
                                          .span = span_or(value->span, use->span, typer->site)});
    }
    return constrain(typer, ty_of_literal(typer, value), use);
}

static bool constrain_params(Typer *typer, const Ty *value, const Ty *use)
{
    const Ty *param = value->kind == TY_PARAM ? value : use;
    if ((value->kind == TY_PARAM && value->u.group.wrong) ||
        (use->kind == TY_PARAM && use->u.group.wrong) || value->kind == TY_NEVER) {
        return true;
    }
    if (value->kind == use->kind && str_eq(value->u.group.name, use->u.group.name)) {
        return true;
    }
    bool of_value = param == value && use->kind != TY_PARAM;
    Span span = of_value ? span_or(use->span, value->span, typer->site)
                         : span_or(value->span, use->span, typer->site);
    return fail_with(typer,
                     (Failure){.kind = FAILURE_GENERIC, .value = value, .use = use, .span = span});
}

/* -- tuples and records ------------------------------------------------------------------------ */

static bool constrain_tuples(Typer *typer, const Ty *value, const Ty *use)
{
    bool ok = true;
    if (value->u.group.count != use->u.group.count) {
        return fail_with(typer, (Failure){.kind = FAILURE_TUPLE_ARITY,
                                          .value = value,
                                          .span = value->span,
                                          .expected = use->u.group.count,
                                          .got = value->u.group.count});
    }
    for (int64_t i = 0; i < value->u.group.count; i++) {
        ok = constrain(typer, value->u.group.args[i], use->u.group.args[i]) && ok;
    }
    return ok;
}

/* Whether a field of this type may be left out. */
static bool may_lack(const Ty *use)
{
    if (use->kind != TY_UNION) {
        return ty_is_null(use);
    }
    for (int64_t i = 0; i < use->u.group.count; i++) {
        if (may_lack(use->u.group.args[i])) {
            return true;
        }
    }
    return false;
}

/* What a field that the wildcard stands for has: it may not be there. */
static const Ty *optional_wildcard(Typer *typer, const Ty *wildcard)
{
    if (wildcard == NULL || wildcard->kind == TY_ANY || wildcard->kind == TY_NEVER ||
        ty_is_null(wildcard)) {
        return wildcard;
    }
    return ty_optional(typer, wildcard);
}

static bool constrain_missing(Typer *typer, const Ty *value, const Ty *use, const TyField *field)
{
    const Ty *wildcard = optional_wildcard(typer, value->u.record.wildcard);
    if (wildcard != NULL) {
        return constrain(typer, wildcard, field->type);
    }
    return may_lack(field->type) ||
           fail_with(typer, (Failure){.kind = FAILURE_MISSING_FIELD,
                                      .value = value,
                                      .span = span_or(use->span, value->span, typer->site),
                                      .other = typer->site,
                                      .field = field->name});
}

static bool constrain_records(Typer *typer, const Ty *value, const Ty *use)
{
    bool ok = true;
    const Ty *wildcard = use->u.record.wildcard;
    Span span = span_or(use->span, value->span, typer->site);
    for (int64_t i = 0; i < value->u.record.count; i++) {
        const TyField *field = &value->u.record.fields[i];
        const Ty *wanted = ty_record_field(use, field->name);
        wanted = wanted != NULL ? wanted : wildcard;
        ok = (wanted != NULL ? constrain(typer, field->type, wanted)
                             : fail_with(typer, (Failure){.kind = FAILURE_EXTRA_FIELD,
                                                          .value = value,
                                                          .span = span,
                                                          .field = field->name})) &&
             ok;
    }
    for (int64_t i = 0; i < use->u.record.count; i++) {
        const TyField *field = &use->u.record.fields[i];
        if (ty_record_field(value, field->name) == NULL) {
            ok = constrain_missing(typer, value, use, field) && ok;
        }
    }
    if (value->u.record.wildcard == NULL) {
        return ok;
    }
    return (wildcard != NULL ? constrain(typer, value->u.record.wildcard, wildcard)
                             : fail_with(typer, (Failure){.kind = FAILURE_EXTRA_WILDCARD,
                                                          .value = value,
                                                          .span = span})) &&
           ok;
}

/* -- fields ------------------------------------------------------------------------------------ */

static bool fail_field(Typer *typer, const Ty *value, const Ty *use)
{
    return fail_with(typer, (Failure){.kind = FAILURE_MISSING_FIELD,
                                      .value = value,
                                      .span = span_or(use->span, value->span, (Span){0}),
                                      .other = use->u.field.dot,
                                      .field = use->u.field.name});
}

/* -1: the value is nothing that has fields. */
static int constrain_field(Typer *typer, const Ty *value, const Ty *use)
{
    Str name = use->u.field.name;
    const Ty *result = use->u.field.result;
    if (typer->sought.len > 0 && str_eq(name, typer->sought)) {
        return constrain(typer, &ty_any, result);
    }
    if (value->kind == TY_RECORD) {
        const Ty *type = ty_record_field(value, name);
        type = type != NULL ? type : optional_wildcard(typer, value->u.record.wildcard);
        return type != NULL ? constrain(typer, type, result) : fail_field(typer, value, use);
    }
    if (value->kind == TY_INTERFACE) {
        return str_eq(value->u.field.name, name) ? constrain(typer, value->u.field.result, result)
                                                 : fail_field(typer, value, use);
    }
    TyShape *shape = shape_of_named(typer, value);
    const Ty *type = shape != NULL ? ty_shape_field(typer, shape, name) : NULL;
    return type != NULL ? constrain(typer, instantiate(typer, type, shape, value), result) : -1;
}

/* -- calls ------------------------------------------------------------------------------------- */

static bool constrain_call(Typer *typer, const Ty *value, const Ty *use)
{
    int64_t count = value->u.function.count, given = use->u.function.count;
    bool ok = true;
    if (value->u.function.rest != NULL ? count > given : count != given) {
        return fail_with(typer, (Failure){.kind = FAILURE_ARITY,
                                          .value = value,
                                          .span = span_or(use->span, typer->site, (Span){0}),
                                          .expected = count,
                                          .got = given});
    }
    for (int64_t i = 0; i < given; i++) {
        const Ty *param = i < count ? value->u.function.params[i].type : value->u.function.rest;
        ok = constrain(typer, use->u.function.params[i].type, param) && ok;
    }
    return constrain(typer, value->u.function.result, use->u.function.result) && ok;
}

/* -1: the value cannot be called. */
static int constrain_apply(Typer *typer, const Ty *value, const Ty *use)
{
    if (value->kind == TY_FUNCTION) {
        return constrain_call(typer, value, use);
    }
    TyShape *shape = shape_of_named(typer, value);
    return shape != NULL && shape->apply != NULL
               ? constrain(typer, instantiate(typer, shape->apply, shape, value), use)
               : -1;
}

static const Literal *literal_of(const Ty *type, LiteralKind kind)
{
    return type->kind == TY_LITERAL && type->u.literal->kind == kind ? type->u.literal : NULL;
}

static bool access_any_field(Typer *typer, const Ty *value, const Ty *use)
{
    const Ty *result = use->u.function.result;
    if (use->u.function.count != 1) {
        return fail_with(typer, (Failure){.kind = FAILURE_ARITY,
                                          .value = value,
                                          .span = use->span,
                                          .expected = 1,
                                          .got = use->u.function.count});
    }
    bool ok = constrain(typer, use->u.function.params[0].type, &ty_string);
    for (int64_t i = 0; i < value->u.record.count; i++) {
        ok = constrain(typer, value->u.record.fields[i].type, result) && ok;
    }
    if (value->u.record.wildcard != NULL) {
        ok = constrain(typer, value->u.record.wildcard, result) && ok;
    }
    return constrain(typer, ty_at(typer, &ty_null, value->span), result) && ok;
}

/* -1: nothing may stand in brackets behind the value, or it is to be seen as an array. */
static int constrain_access(Typer *typer, const Ty *value, const Ty *use)
{
    const Ty *first = use->u.function.count == 1 ? use->u.function.params[0].type : &ty_any;
    const Ty *result = use->u.function.result;
    const Literal *name = literal_of(first, LITERAL_STRING);
    const Literal *index = literal_of(first, LITERAL_INT);
    if (value->kind == TY_RECORD) {
        return name != NULL ? constrain(typer, value,
                                        ty_field(typer, TY_FIELD, name->text, result, use->span,
                                                 first->span))
                            : access_any_field(typer, value, use);
    }
    if (value->kind == TY_TUPLE && index != NULL) {
        if (index->integer < 0) {
            return fail_with(typer, (Failure){.kind = FAILURE_TUPLE_INDEX,
                                              .value = value,
                                              .span = first->span,
                                              .expected = value->u.group.count,
                                              .got = index->integer});
        }
        return index->integer >= value->u.group.count ||
               constrain(typer, value->u.group.args[index->integer], result);
    }
    TyShape *shape = shape_of_named(typer, value);
    if (shape == NULL || shape->access == NULL) {
        return -1;
    }
    const Ty *apply =
        ty_use(typer, TY_APPLY, use->u.function.params, use->u.function.count, result, use->span);
    return constrain(typer, instantiate(typer, shape->access, shape, value), apply);
}

/* -- projections ------------------------------------------------------------------------------- */

/* `element` through the projection; `group` is what the value is a group of, or empty. */
static bool project(Typer *typer, const Ty *element, const Ty *use, Str group, bool optional)
{
    const Ty *in = ty_var(typer, element->span, typer->level);
    const Ty *out = ty_var(typer, use->u.wrap.result->span, typer->level);
    TyField *param = arena_new(typer->arena, TyField);
    param->type = in;
    const Ty *wanted = ty_use(typer, TY_APPLY, param, 1, out, element->span);
    bool ok = constrain(typer, element, in);
    ok = constrain(typer, use->u.wrap.inner, wanted) && ok;
    const Ty *result = group.len > 0 ? ty_named1(typer, group, out, element->span)
                       : optional    ? ty_optional(typer, out)
                                     : out;
    return constrain(typer, result, use->u.wrap.result) && ok;
}

/* What the fields of null give is null, whatever they are. */
static bool project_null(Typer *typer, const Ty *element, const Ty *use)
{
    const Ty *null = ty_wrap(typer, TY_PROJECT, use->u.wrap.inner,
                             ty_var(typer, use->span, typer->level), use->span);
    bool ok = element == NULL || project(typer, element, null, (Str){0}, false);
    return constrain(typer, &ty_null, use->u.wrap.result) && ok;
}

/* -1: there is nothing to project. */
static int constrain_project(Typer *typer, const Ty *value, const Ty *use)
{
    static const char *const groups[] = {"Array", "Set", "EventSource"};
    static const char *const refs[] = {"Ref", "NamedRef"};
    static const char *const empty_refs[] = {"EmptyRef", "EmptyNamedRef"};
    if (value->kind == TY_RECORD || value->kind == TY_INTERFACE) {
        return project(typer, value, use, (Str){0}, false);
    }
    if (value->kind != TY_NAMED) {
        return -1;
    }
    for (int64_t i = 0; i < countof(groups); i++) {
        if (ty_is_named(value, groups[i])) {
            return project(typer, value->u.group.args[0], use, value->u.group.name, false);
        }
    }
    for (int64_t i = 0; i < countof(refs); i++) {
        if (ty_is_named(value, refs[i])) {
            return project(typer, value->u.group.args[0], use, (Str){0}, true);
        }
        if (ty_is_named(value, empty_refs[i])) {
            return project_null(typer, value->u.group.args[0], use);
        }
    }
    TyShape *shape = shape_of_named(typer, value);
    if (ty_is_null(value) || (shape != NULL && shape->alias != NULL && ty_is_null(shape->alias))) {
        return project_null(typer, NULL, use);
    }
    return project(typer, value, use, (Str){0}, false);
}

/* -- all of it --------------------------------------------------------------------------------- */

/* Any value may be anything: so may what comes of it. */
static bool constrain_any(Typer *typer, const Ty *any, const Ty *use)
{
    bool ok = true;
    if (use->kind == TY_APPLY || use->kind == TY_ACCESS) {
        return constrain(typer, any, use->u.function.result);
    }
    if (use->kind == TY_FIELD || use->kind == TY_INTERFACE) {
        return constrain(typer, any, use->u.field.result);
    }
    if (use->kind == TY_PROJECT) {
        return project(typer, any, use, (Str){0}, false);
    }
    for (int64_t i = 0; use->kind == TY_NAMED && i < use->u.group.count; i++) {
        ok = constrain(typer, any, use->u.group.args[i]) && ok;
    }
    return ok;
}

/* Values that are used in some way: -1 when this value is not. */
static int constrain_use(Typer *typer, const Ty *value, const Ty *use)
{
    switch (use->kind) {
    case TY_FIELD:
    case TY_INTERFACE:
        return constrain_field(typer, value, use);
    case TY_APPLY:
    case TY_FUNCTION:
        return constrain_apply(typer, value, use);
    case TY_ACCESS:
        return constrain_access(typer, value, use);
    case TY_PROJECT:
        return constrain_project(typer, value, use);
    case TY_RECORD:
        return value->kind == TY_RECORD ? constrain_records(typer, value, use) : -1;
    case TY_TUPLE:
        return value->kind == TY_TUPLE ? constrain_tuples(typer, value, use) : -1;
    case TY_ANY:
    case TY_NEVER:
    case TY_VAR:
    case TY_PARAM:
    case TY_LITERAL:
    case TY_NAMED:
    case TY_UNION:
    case TY_INTERSECT:
    case TY_NOT_NULL:
    case TY_RESULT:
    case TY_OR_NULL:
    case TY_ARGUMENT:
        return -1;
    }
    UNREACHABLE();
}

static int constrain_named(Typer *typer, const Ty *value, const Ty *use)
{
    if (value->kind != TY_NAMED || use->kind != TY_NAMED) {
        return -1;
    }
    if (!str_eq(value->u.group.name, use->u.group.name)) {
        return is_sub_number(value, use) ? 1 : -1;
    }
    bool ok = true;
    for (int64_t i = 0; i < value->u.group.count && i < use->u.group.count; i++) {
        ok = constrain(typer, value->u.group.args[i], use->u.group.args[i]) && ok;
    }
    return ok;
}

/* What is wrong with the array is told of one of the elements' types: what its variable knew is
 * taken back by then. */
static void tell_of_elements(Typer *typer, const Ty *tuple, const Ty *array, int64_t first)
{
    const Ty *elements = tuple->u.group.count == 1 ? tuple->u.group.args[0]
                                                   : ty_group(typer, TY_UNION, tuple->u.group.args,
                                                              tuple->u.group.count, tuple->span);
    const Ty *told = ty_named1(typer, STR("Array"), elements, tuple->span);
    for (int64_t i = first; i < typer->failures.len; i++) {
        Failure *failure = &typer->failures.at[i];
        failure->value = failure->value == array ? told : failure->value;
    }
}

/* A tuple is an array of all of its elements' types. */
static bool constrain_as_array(Typer *typer, const Ty *value, const Ty *use)
{
    const Ty *element = ty_var(typer, value->span, typer->level);
    const Ty *array = ty_named1(typer, STR("Array"), element, value->span);
    int64_t failures = typer->failures.len;
    bool ok = true;
    for (int64_t i = 0; i < value->u.group.count; i++) {
        ok = constrain(typer, value->u.group.args[i], element) && ok;
    }
    ok = constrain(typer, array, use) && ok;
    if (!ok) {
        tell_of_elements(typer, value, array, failures);
    }
    return ok;
}

const Ty *ty_meant(Typer *typer, const Ty *value)
{
    TyShape *shape = shape_of_named(typer, value);
    return shape != NULL && shape->alias != NULL ? instantiate(typer, shape->alias, shape, value)
                                                 : NULL;
}

/* Types that are other names of types. -1: neither is one. */
static int constrain_alias(Typer *typer, const Ty *value, const Ty *use)
{
    const Ty *meant = ty_meant(typer, value);
    if (meant != NULL) {
        return constrain(typer, meant, use);
    }
    TyShape *shape = shape_of_named(typer, use);
    return shape != NULL && shape->alias != NULL
               ? constrain(typer, value, instantiate(typer, shape->alias, shape, use))
               : -1;
}

static bool fail_use(Typer *typer, const Ty *value, const Ty *use)
{
    switch (use->kind) {
    case TY_APPLY:
    case TY_FUNCTION:
        return fail_with(typer, (Failure){.kind = FAILURE_NOT_FUNCTION,
                                          .value = value,
                                          .span = span_or(value->span, typer->site, (Span){0}),
                                          .other = use->span});
    case TY_ACCESS:
        return fail_with(typer,
                         (Failure){.kind = FAILURE_ACCESS, .value = value, .span = use->span});
    case TY_FIELD:
    case TY_INTERFACE:
        return fail_field(typer, value, use);
    case TY_PROJECT:
        return fail_with(typer, (Failure){.kind = FAILURE_PROJECT,
                                          .value = value,
                                          .span = span_or(value->span, typer->site, (Span){0})});
    case TY_ANY:
    case TY_NEVER:
    case TY_VAR:
    case TY_PARAM:
    case TY_LITERAL:
    case TY_NAMED:
    case TY_RECORD:
    case TY_TUPLE:
    case TY_UNION:
    case TY_INTERSECT:
    case TY_NOT_NULL:
    case TY_RESULT:
    case TY_OR_NULL:
    case TY_ARGUMENT:
        return fail_subtype(typer, value, use);
    }
    UNREACHABLE();
}

static bool widens_to_array(const Ty *use)
{
    return use->kind == TY_PROJECT || use->kind == TY_FIELD || use->kind == TY_INTERFACE ||
           use->kind == TY_ACCESS || ty_is_named(use, "Array");
}

bool constrain_parts(Typer *typer, const Ty *value, const Ty *use)
{
    if (value->kind == TY_ANY) {
        return constrain_any(typer, value, use);
    }
    if (use->kind == TY_ANY || value->kind == TY_NEVER) {
        return true;
    }
    if (value->kind == TY_PARAM || use->kind == TY_PARAM) {
        return constrain_params(typer, value, use);
    }
    int known = constrain_named(typer, value, use);
    if (known < 0 && value->kind == TY_LITERAL) {
        return constrain_literal(typer, value, use);
    }
    known = known < 0 ? constrain_use(typer, value, use) : known;
    if (known < 0 && value->kind == TY_TUPLE && widens_to_array(use)) {
        known = constrain_as_array(typer, value, use);
    }
    known = known < 0 ? constrain_alias(typer, value, use) : known;
    return known < 0 ? fail_use(typer, value, use) : known > 0;
}

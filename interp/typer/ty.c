/* ty: making types. A type's level is that of its highest variable: what has none above the level
 * of a `let` is the same for each use of the variable. */
#include "interp/typer/ty.h"

#define NAMED(text)                                                            \
    {                                                                          \
        .kind = TY_NAMED, .u.group.name = {(text), (int64_t)sizeof(text) - 1 } \
    }

const Ty ty_any = {.kind = TY_ANY};
const Ty ty_never = {.kind = TY_NEVER};
const Ty ty_null = NAMED("Null");
const Ty ty_boolean = NAMED("Boolean");
const Ty ty_string = NAMED("String");
const Ty ty_int = NAMED("Int");

static Ty *make(Typer *typer, TyKind kind, Span span)
{
    Ty *type = arena_new(typer->arena, Ty);
    type->kind = kind;
    type->span = span;
    return type;
}

static void raise_level(Ty *type, const Ty *part)
{
    if (part != NULL) {
        type->level = part->level > type->level ? part->level : type->level;
        type->has_param |= part->has_param;
    }
}

const Ty *ty_var(Typer *typer, Span span, int32_t level)
{
    TyVar *var = arena_new(typer->arena, TyVar);
    Ty *type = make(typer, TY_VAR, span);
    var->id = ++typer->vars;
    var->level = level;
    var->as_type = type;
    type->u.var = var;
    type->level = level;
    return type;
}

const Ty *ty_literal(Typer *typer, const Literal *literal, Span span)
{
    if (literal->kind == LITERAL_NULL) {
        return ty_at(typer, &ty_null, span);
    }
    if (literal->kind == LITERAL_STRING && literal->text.len > TYPER_LITERAL_BYTES_MAX) {
        return ty_at(typer, &ty_string, span);
    }
    Ty *type = make(typer, TY_LITERAL, span);
    type->u.literal = literal;
    return type;
}

const Ty *ty_group(Typer *typer, TyKind kind, const Ty **members, int64_t count, Span span)
{
    Ty *type = make(typer, kind, span);
    type->u.group.args = members;
    type->u.group.count = count;
    for (int64_t i = 0; i < count; i++) {
        raise_level(type, members[i]);
    }
    return type;
}

const Ty *ty_named(Typer *typer, Str name, const Ty **args, int64_t count, Span span)
{
    Ty *type = make(typer, TY_NAMED, span);
    type->u.group.name = name;
    type->u.group.args = args;
    type->u.group.count = count;
    for (int64_t i = 0; i < count; i++) {
        raise_level(type, args[i]);
    }
    return type;
}

const Ty *ty_named1(Typer *typer, Str name, const Ty *arg, Span span)
{
    const Ty **args = arena_array(typer->arena, const Ty *, 1);
    args[0] = arg;
    return ty_named(typer, name, args, 1, span);
}

/* Records of more fields are searched by a map. */
enum { FIELDS_SEARCHED_MAX = 16 };

const Ty *ty_record(Typer *typer, const TyField *fields, int64_t count, const Ty *wildcard,
                    Span span)
{
    Ty *type = make(typer, TY_RECORD, span);
    type->u.record.fields = fields;
    type->u.record.count = count;
    type->u.record.wildcard = wildcard;
    if (count > FIELDS_SEARCHED_MAX) {
        type->u.record.by_name = arena_new(typer->arena, Map);
        map_init(type->u.record.by_name, typer->arena);
    }
    for (int64_t i = 0; i < count; i++) {
        raise_level(type, fields[i].type);
    }
    raise_level(type, wildcard);
    return type;
}

static Ty *make_function(Typer *typer, TyKind kind, const TyField *params, int64_t count,
                         const Ty *result, Span span)
{
    Ty *type = make(typer, kind, span);
    type->u.function.params = params;
    type->u.function.count = count;
    type->u.function.result = result;
    for (int64_t i = 0; i < count; i++) {
        raise_level(type, params[i].type);
    }
    raise_level(type, result);
    return type;
}

const Ty *ty_function(Typer *typer, const TyField *params, int64_t count, const Ty *rest,
                      const Ty *result, Span span)
{
    Ty *type = make_function(typer, TY_FUNCTION, params, count, result, span);
    type->u.function.rest = rest;
    raise_level(type, rest);
    return type;
}

const Ty *ty_use(Typer *typer, TyKind kind, const TyField *args, int64_t count, const Ty *result,
                 Span span)
{
    return make_function(typer, kind, args, count, result, span);
}

const Ty *ty_field(Typer *typer, TyKind kind, Str name, const Ty *result, Span dot, Span span)
{
    Ty *type = make(typer, kind, span);
    type->u.field.name = name;
    type->u.field.result = result;
    type->u.field.dot = dot;
    raise_level(type, result);
    return type;
}

const Ty *ty_wrap(Typer *typer, TyKind kind, const Ty *inner, const Ty *result, Span span)
{
    Ty *type = make(typer, kind, span);
    type->u.wrap.inner = inner;
    type->u.wrap.result = result;
    raise_level(type, inner);
    raise_level(type, result);
    return type;
}

const Ty *ty_choice(Typer *typer, TyKind kind, TyCall *call, int64_t index, Span span)
{
    Ty *type = make(typer, kind, span);
    type->u.choice.call = call;
    type->u.choice.index = index;
    type->level = call->level;
    return type;
}

const Ty *ty_optional(Typer *typer, const Ty *type)
{
    const Ty **members = arena_array(typer->arena, const Ty *, 2);
    members[0] = type;
    members[1] = &ty_null;
    return ty_group(typer, TY_UNION, members, 2, type->span);
}

const Ty *ty_at(Typer *typer, const Ty *type, Span span)
{
    Ty *moved = arena_copy(typer->arena, type, (int64_t)sizeof *type);
    moved->span = span;
    return moved;
}

bool ty_is_null(const Ty *type)
{
    return ty_is_named(type, "Null");
}

bool ty_takes(const Ty *function, int64_t argc)
{
    int64_t count = function->u.function.count;
    return function->u.function.rest != NULL ? argc >= count : argc == count;
}

const Ty *ty_param(const Ty *function, int64_t index)
{
    return index < function->u.function.count ? function->u.function.params[index].type
                                              : function->u.function.rest;
}

bool literal_eq(const Literal *a, const Literal *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case LITERAL_NULL:
    case LITERAL_TRUE:
    case LITERAL_FALSE:
        return true;
    case LITERAL_INT:
        return a->integer == b->integer;
    case LITERAL_FLOAT:
        return memcmp(&a->number, &b->number, sizeof a->number) == 0;
    case LITERAL_BIGINT:
    case LITERAL_STRING:
        return str_eq(a->text, b->text);
    }
    UNREACHABLE();
}

bool literal_find(const Literal *const *literals, int64_t count, const Literal *literal, int64_t *at)
{
    for (int64_t i = 0; i < count; i++) {
        int64_t place = *at + i < count ? *at + i : *at + i - count;
        if (literals[place] == literal || literal_eq(literals[place], literal)) {
            *at = place + 1 < count ? place + 1 : 0;
            return true;
        }
    }
    return false;
}

const Ty *ty_of_literal(Typer *typer, const Ty *literal)
{
    static const Ty of_double = NAMED("Double"), of_long = NAMED("Long");
    const Literal *l = literal->u.literal;
    const Ty *kind = &ty_string;
    switch (l->kind) {
    case LITERAL_NULL:
        kind = &ty_null;
        break;
    case LITERAL_TRUE:
    case LITERAL_FALSE:
        kind = &ty_boolean;
        break;
    case LITERAL_INT:
        kind = l->integer == (int32_t)l->integer ? &ty_int : &of_long;
        break;
    case LITERAL_BIGINT:
    case LITERAL_FLOAT:
        kind = &of_double;
        break;
    case LITERAL_STRING:
        break;
    }
    return ty_at(typer, kind, literal->span);
}

static const Ty *find_by_name(const Ty *record, Str name)
{
    Map *map = record->u.record.by_name;
    int64_t left = map->count == 0 ? record->u.record.count : 0;
    while (left > 0) {
        const TyField *field = &record->u.record.fields[--left];
        map_put(map, field->name, (void *)(uintptr_t)field->type);
    }
    return map_find(map, name);
}

const Ty *ty_record_field(const Ty *record, Str name)
{
    if (record->u.record.by_name != NULL) {
        return find_by_name(record, name);
    }
    for (int64_t i = 0; i < record->u.record.count; i++) {
        if (str_eq(record->u.record.fields[i].name, name)) {
            return record->u.record.fields[i].type;
        }
    }
    return NULL;
}

/* -- parts ------------------------------------------------------------------------------------- */

static void each_part(const Ty *part, bool is_value, TyVisit *visit, void *context)
{
    if (part != NULL) {
        visit(context, part, is_value);
    }
}

static void each_field(const TyField *fields, int64_t count, bool is_value, TyVisit *visit,
                       void *context)
{
    for (int64_t i = 0; i < count; i++) {
        visit(context, fields[i].type, is_value);
    }
}

void ty_each(const Ty *type, bool is_value, TyVisit *visit, void *context)
{
    switch (type->kind) {
    case TY_NAMED:
    case TY_TUPLE:
    case TY_UNION:
    case TY_INTERSECT:
        for (int64_t i = 0; i < type->u.group.count; i++) {
            visit(context, type->u.group.args[i], is_value);
        }
        return;
    case TY_RECORD:
        each_field(type->u.record.fields, type->u.record.count, is_value, visit, context);
        each_part(type->u.record.wildcard, is_value, visit, context);
        return;
    case TY_FUNCTION:
    case TY_APPLY:
    case TY_ACCESS:
        each_field(type->u.function.params, type->u.function.count, !is_value, visit, context);
        each_part(type->u.function.rest, !is_value, visit, context);
        each_part(type->u.function.result, is_value, visit, context);
        return;
    case TY_INTERFACE:
    case TY_FIELD:
        visit(context, type->u.field.result, is_value);
        return;
    case TY_PROJECT:
        visit(context, type->u.wrap.inner, !is_value);
        visit(context, type->u.wrap.result, is_value);
        return;
    case TY_NOT_NULL:
    case TY_OR_NULL:
        visit(context, type->u.wrap.inner, is_value);
        return;
    case TY_VAR:
    case TY_RESULT:
    case TY_ARGUMENT:
    case TY_ANY:
    case TY_NEVER:
    case TY_PARAM:
    case TY_LITERAL:
        return;
    }
    UNREACHABLE();
}

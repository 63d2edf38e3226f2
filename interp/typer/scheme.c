/* scheme: types that are made anew for each use. A signature has PARAMs; the type of a `let` has
 * variables of its own, those above the level at which the `let` stands.
 *
 *   level 0     k => { let f = x => k(x); [f(1), f("a")] }
 *   level 1                    ╰ x is f's: each use of f has one of its own; k's variable stays
 *
 * Recursion goes down types as they are written, which the parser bounds, and through the bounds of
 * variables, each of which is copied once.
 */
#include "interp/typer/ty.h"

typedef enum CopyKind { COPY_SIGNATURE, COPY_LET, COPY_EXTRUDE } CopyKind;

typedef struct Copied {
    const void *key[2]; /* a variable, with its side where that matters; a call */
    const void *copy;
} Copied;

typedef struct Copy {
    Typer *typer;
    CopyKind kind;
    int32_t from;  /* LET, EXTRUDE: what is no higher stays */
    int32_t level; /* of new variables */
    Map done;
    const TyShape *shape; /* SIGNATURE */
    const Ty *const *args;
    bool is_value; /* EXTRUDE */
    int32_t depth;
} Copy;

static const Ty *copy(Copy *c, const Ty *type);

static const void *find_copy(Copy *c, const void *key, const void *side)
{
    const void *both[2] = {key, side};
    const Copied *found = map_find(&c->done, (Str){(const char *)both, sizeof both});
    return found != NULL ? found->copy : NULL;
}

static void put_copy(Copy *c, const void *key, const void *side, const void *made)
{
    Copied *entry = arena_new(c->typer->arena, Copied);
    *entry = (Copied){{key, side}, made};
    map_put(&c->done, (Str){(const char *)entry->key, sizeof entry->key}, entry);
}

static const Ty **copy_all(Copy *c, const Ty *const *types, int64_t count)
{
    const Ty **made = arena_array(c->typer->arena, const Ty *, count);
    for (int64_t i = 0; i < count; i++) {
        made[i] = copy(c, types[i]);
    }
    return made;
}

static const TyField *copy_fields(Copy *c, const TyField *fields, int64_t count, bool flips)
{
    TyField *made = arena_array(c->typer->arena, TyField, count);
    c->is_value ^= flips;
    for (int64_t i = 0; i < count; i++) {
        made[i] = (TyField){fields[i].name, copy(c, fields[i].type)};
    }
    c->is_value ^= flips;
    return made;
}

/* What a parameter of a signature stands for in this use. */
static const Ty *copy_param(Copy *c, const Ty *type)
{
    Str name = type->u.group.name;
    for (int64_t i = 0; c->shape != NULL && i < c->shape->param_count; i++) {
        if (str_eq(c->shape->params[i], name)) {
            return c->args[i];
        }
    }
    const void *found = map_find(&c->done, name);
    if (found == NULL) {
        const Ty *made = ty_var(c->typer, type->span, c->level);
        map_put(&c->done, name, (void *)(uintptr_t)made);
        return made;
    }
    return found;
}

static TyCall *copy_call(Copy *c, TyCall *call)
{
    const void *found = find_copy(c, call, NULL);
    if (found != NULL) {
        return (TyCall *)(uintptr_t)found;
    }
    TyCall *made = arena_copy(c->typer->arena, call, (int64_t)sizeof *call);
    put_copy(c, call, NULL, made);
    made->level = c->level;
    made->functions = copy_all(c, call->functions, call->count);
    made->given.at = NULL;
    made->given.len = made->given.cap = 0;
    made->wanted.at = NULL;
    made->wanted.len = made->wanted.cap = 0;
    for (int64_t i = 0; i < call->given.len; i++) {
        TyGiven given = {call->given.at[i].index, copy(c, call->given.at[i].value)};
        vec_push(&made->given, c->typer->arena, given);
    }
    for (int64_t i = 0; i < call->wanted.len; i++) {
        const Ty *wanted = copy(c, call->wanted.at[i]);
        vec_push(&made->wanted, c->typer->arena, wanted);
    }
    return made;
}

static const Ty *copy_let_var(Copy *c, const Ty *type)
{
    TyVar *var = type->u.var;
    const void *found = find_copy(c, var, NULL);
    if (found != NULL) {
        return found;
    }
    const Ty *made = ty_var(c->typer, type->span, c->level);
    put_copy(c, var, NULL, made);
    made->u.var->poisoned = var->poisoned;
    for (int64_t i = 0; i < var->values.len; i++) {
        const Ty *value = copy(c, var->values.at[i]);
        vec_push(&made->u.var->values, c->typer->arena, value);
    }
    for (int64_t i = 0; i < var->uses.len; i++) {
        const Ty *use = copy(c, var->uses.at[i]);
        vec_push(&made->u.var->uses, c->typer->arena, use);
    }
    return made;
}

/* The copy of a value gets all that the variable may be; of a use, all that is done to it. */
static const Ty *copy_extruded_var(Copy *c, const Ty *type)
{
    TyVar *var = type->u.var;
    const void *side = c->is_value ? (const void *)c : NULL;
    const void *found = find_copy(c, var, side);
    if (found != NULL) {
        return found;
    }
    const Ty *made = ty_var(c->typer, type->span, c->level);
    TyVar *low = made->u.var;
    put_copy(c, var, side, made);
    low->poisoned = var->poisoned;
    trail_var(c->typer, var);
    if (c->is_value) {
        vec_push(&var->uses, c->typer->arena, made);
        for (int64_t i = 0; i < var->values.len; i++) {
            const Ty *value = copy(c, var->values.at[i]);
            vec_push(&low->values, c->typer->arena, value);
        }
    } else {
        vec_push(&var->values, c->typer->arena, made);
        for (int64_t i = 0; i < var->uses.len; i++) {
            const Ty *use = copy(c, var->uses.at[i]);
            vec_push(&low->uses, c->typer->arena, use);
        }
    }
    return made;
}

static const Ty *copy_var(Copy *c, const Ty *type)
{
    if (c->kind == COPY_SIGNATURE || type->u.var->level <= c->from) {
        return type;
    }
    return c->kind == COPY_LET ? copy_let_var(c, type) : copy_extruded_var(c, type);
}

static const Ty *copy_choice(Copy *c, const Ty *type)
{
    TyCall *call = type->u.choice.call;
    if (c->kind == COPY_EXTRUDE) {
        choice_lower(c->typer, call, c->level);
        return type;
    }
    return call->level <= c->from ? type
                                  : ty_choice(c->typer, type->kind, copy_call(c, call),
                                              type->u.choice.index, type->span);
}

static const Ty *copy_function(Copy *c, const Ty *type)
{
    int64_t count = type->u.function.count;
    const TyField *params = copy_fields(c, type->u.function.params, count, true);
    const Ty *rest = type->u.function.rest;
    if (rest != NULL) {
        c->is_value ^= true;
        rest = copy(c, rest);
        c->is_value ^= true;
    }
    const Ty *result = copy(c, type->u.function.result);
    return type->kind == TY_FUNCTION
               ? ty_function(c->typer, params, count, rest, result, type->span)
               : ty_use(c->typer, type->kind, params, count, result, type->span);
}

static const Ty *copy_record(Copy *c, const Ty *type)
{
    const Ty *wildcard = type->u.record.wildcard;
    return ty_record(c->typer, copy_fields(c, type->u.record.fields, type->u.record.count, false),
                     type->u.record.count, wildcard != NULL ? copy(c, wildcard) : NULL, type->span);
}

static const Ty *copy_wrapped(Copy *c, const Ty *type)
{
    bool flips = type->kind == TY_PROJECT;
    c->is_value ^= flips;
    const Ty *inner = copy(c, type->u.wrap.inner);
    c->is_value ^= flips;
    const Ty *result = type->u.wrap.result != NULL ? copy(c, type->u.wrap.result) : NULL;
    return ty_wrap(c->typer, type->kind, inner, result, type->span);
}

static const Ty *copy_kind(Copy *c, const Ty *type)
{
    switch (type->kind) {
    case TY_ANY:
    case TY_NEVER:
    case TY_LITERAL:
        return type;
    case TY_VAR:
        return copy_var(c, type);
    case TY_PARAM:
        return c->kind == COPY_SIGNATURE ? copy_param(c, type) : type;
    case TY_NAMED:
        return type->u.group.count == 0
                   ? type
                   : ty_named(c->typer, type->u.group.name,
                              copy_all(c, type->u.group.args, type->u.group.count),
                              type->u.group.count, type->span);
    case TY_TUPLE:
    case TY_UNION:
    case TY_INTERSECT:
        return ty_group(c->typer, type->kind, copy_all(c, type->u.group.args, type->u.group.count),
                        type->u.group.count, type->span);
    case TY_RECORD:
        return copy_record(c, type);
    case TY_FUNCTION:
    case TY_APPLY:
    case TY_ACCESS:
        return copy_function(c, type);
    case TY_INTERFACE:
    case TY_FIELD:
        return ty_field(c->typer, type->kind, type->u.field.name, copy(c, type->u.field.result),
                        type->u.field.dot, type->span);
    case TY_NOT_NULL:
    case TY_OR_NULL:
    case TY_PROJECT:
        return copy_wrapped(c, type);
    case TY_RESULT:
    case TY_ARGUMENT:
        return copy_choice(c, type);
    }
    UNREACHABLE();
}

/* Past the depth nothing is copied: variables are shared then, and types less precise. */
static const Ty *copy(Copy *c, const Ty *type)
{
    bool stays = c->kind == COPY_SIGNATURE ? !type->has_param : ty_level(type) <= c->from;
    if (stays || c->depth >= TYPER_DEPTH_MAX || !ty_step(c->typer)) {
        return type;
    }
    c->depth++;
    const Ty *made = copy_kind(c, type);
    c->depth--;
    return made;
}

const Ty *ty_instantiate(Typer *typer, TyScheme scheme, const TyShape *shape, const Ty *const *args,
                         int32_t level)
{
    Copy c = {.typer = typer, .level = level, .from = scheme.level, .shape = shape, .args = args};
    c.kind = scheme.level >= 0 ? COPY_LET : COPY_SIGNATURE;
    map_init(&c.done, typer->arena);
    return copy(&c, scheme.type);
}

const Ty *ty_extrude(Typer *typer, const Ty *type, bool is_value, int32_t level)
{
    Copy c = {
        .typer = typer, .kind = COPY_EXTRUDE, .from = level, .level = level, .is_value = is_value};
    map_init(&c.done, typer->arena);
    return copy(&c, type);
}

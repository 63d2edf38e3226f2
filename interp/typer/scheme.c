/* scheme: copies of types. A signature has PARAMs, which are made anew for each use; the type of a
 * `let` has variables of its own, those above the level at which the `let` stands.
 *
 *   level 0     k => { let f = x => k(x); [f(1), f("a")] }
 *   level 1                    ╰ x is f's: each use of f has one of its own; k's variable stays
 *
 * A copied variable has the values of the first only where a value of its type is taken from it,
 * and the uses only where one is put into it. Others were compared already and are of no more use:
 * without them the type of a name is as small as it is shown, whatever it took to work it out.
 *
 * Recursion goes down types as they are written, which the parser bounds, and through the bounds of
 * variables, each of which is copied once.
 */
#include "interp/typer/shape.h"

typedef enum CopyKind {
    COPY_USE,
    COPY_EXTRUDE,
    COPY_KEEP, /* all of it, to another arena */
} CopyKind;

/* A parameter of a signature, and what stands for it. */
typedef struct Renewed {
    Str name;
    const Ty *type;
} Renewed;

typedef struct Copy {
    Typer *typer;
    CopyKind kind;
    int32_t from;  /* variables that are no higher stay */
    int32_t level; /* of new variables */
    bool renews_params;
    VEC(Renewed) params;
    const TyShape *shape; /* NULL, or what says which parameters stand for `args` */
    const Ty *const *args;
    bool is_value;
    int32_t depth;
    int64_t made; /* so far */
} Copy;

static const Ty *copy(Copy *c, const Ty *type);

/* What was copied has its copy noted, with the number of the copying: a later one makes others. */
static TyCopies *copies_of(const Copy *c, TyCopies *copies)
{
    if (copies->number != c->typer->copyings) {
        *copies = (TyCopies){.number = c->typer->copyings};
    }
    return copies;
}

static const Ty *copy_on_side(Copy *c, const Ty *type, bool is_value)
{
    bool outer = c->is_value;
    c->is_value = is_value;
    const Ty *made = copy(c, type);
    c->is_value = outer;
    return made;
}

static Str copy_name(const Copy *c, Str name)
{
    return c->kind == COPY_KEEP ? str_copy(c->typer->arena, name) : name;
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
        made[i] = (TyField){copy_name(c, fields[i].name), copy(c, fields[i].type)};
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
    for (int64_t i = 0; i < c->params.len; i++) {
        if (str_eq(c->params.at[i].name, name)) {
            return c->params.at[i].type;
        }
    }
    Renewed renewed = {name, ty_var(c->typer, type->span, c->level)};
    vec_push(&c->params, c->typer->arena, renewed);
    return renewed.type;
}

/* One that stays itself: of an outer signature, or of the one that is kept as it is. */
static const Ty *keep_param(Copy *c, const Ty *type)
{
    if (c->kind != COPY_KEEP) {
        return type;
    }
    Ty *made = arena_copy(c->typer->arena, type, (int64_t)sizeof *type);
    made->u.group.name = copy_name(c, type->u.group.name);
    return made;
}

/* What is given to it is compared with what its functions take as soon as more is known. */
static TyCall *copy_call(Copy *c, TyCall *call)
{
    TyCopies *copies = copies_of(c, &call->copies);
    if (copies->of_call != NULL) {
        return copies->of_call;
    }
    TyCall *made = arena_copy(c->typer->arena, call, (int64_t)sizeof *call);
    bool is_value = c->is_value;
    copies->of_call = made;
    made->level = c->level;
    c->is_value = true;
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
        const Ty *wanted = copy_on_side(c, call->wanted.at[i], false);
        vec_push(&made->wanted, c->typer->arena, wanted);
    }
    c->is_value = is_value;
    return made;
}

static void copy_bounds(Copy *c, const TyVar *from, TyVar *to)
{
    const Ty *const *bounds = c->is_value ? from->values.at : from->uses.at;
    int64_t count = c->is_value ? from->values.len : from->uses.len;
    const Ty **made = copy_all(c, bounds, count);
    if (c->is_value) {
        to->values.at = made;
        to->values.len = to->values.cap = count;
    } else {
        to->uses.at = made;
        to->uses.len = to->uses.cap = count;
    }
}

/* One copy, whose bounds come with the sides on which it is met. */
static const Ty *copy_own_var(Copy *c, const Ty *type)
{
    TyVar *var = type->u.var;
    TyCopies *copies = copies_of(c, &var->copies);
    const Ty *made = copies->of_var[!c->is_value];
    if (copies->of_var[c->is_value] != NULL) {
        return copies->of_var[c->is_value];
    }
    if (made == NULL) {
        made = ty_var(c->typer, type->span, c->level);
        made->u.var->poisoned = var->poisoned;
    }
    copies->of_var[c->is_value] = made;
    copy_bounds(c, var, made->u.var);
    return made;
}

/* The copy of a value gets all that the variable may be; of a use, all that is done to it. */
static const Ty *copy_extruded_var(Copy *c, const Ty *type)
{
    TyVar *var = type->u.var;
    TyCopies *copies = copies_of(c, &var->copies);
    if (copies->of_var[c->is_value] != NULL) {
        return copies->of_var[c->is_value];
    }
    const Ty *made = ty_var(c->typer, type->span, c->level);
    copies->of_var[c->is_value] = made;
    made->u.var->poisoned = var->poisoned;
    trail_var(c->typer, var);
    if (c->is_value) {
        vec_push(&var->uses, c->typer->arena, made);
    } else {
        vec_push(&var->values, c->typer->arena, made);
    }
    copy_bounds(c, var, made->u.var);
    return made;
}

/* Of a call of which one signature is left: what that gives, or takes. */
static const Ty *copy_choice(Copy *c, const Ty *type)
{
    TyCall *call = type->u.choice.call;
    const Ty *known = choice_known(type);
    if (c->kind == COPY_EXTRUDE) {
        choice_lower(c->typer, call, c->level);
        return type;
    }
    if (known != NULL) {
        return copy(c, known);
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
    rest = rest != NULL ? copy_on_side(c, rest, !c->is_value) : NULL;
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
    const Ty *inner = copy_on_side(c, type->u.wrap.inner, c->is_value ^ flips);
    const Ty *result = type->u.wrap.result != NULL ? copy(c, type->u.wrap.result) : NULL;
    return ty_wrap(c->typer, type->kind, inner, result, type->span);
}

static const Ty *copy_named(Copy *c, const Ty *type)
{
    int64_t count = type->u.group.count;
    if (count == 0 && c->kind != COPY_KEEP) {
        return type;
    }
    return ty_named(c->typer, copy_name(c, type->u.group.name),
                    copy_all(c, type->u.group.args, count), count, type->span);
}

static const Ty *copy_literal(Copy *c, const Ty *type)
{
    if (c->kind != COPY_KEEP) {
        return type;
    }
    Literal *literal = arena_copy(c->typer->arena, type->u.literal, (int64_t)sizeof *literal);
    literal->text = str_copy(c->typer->arena, literal->text);
    return ty_literal(c->typer, literal, type->span);
}

static const Ty *copy_kind(Copy *c, const Ty *type)
{
    switch (type->kind) {
    case TY_ANY:
    case TY_NEVER:
        return c->kind == COPY_KEEP ? ty_at(c->typer, type, type->span) : type;
    case TY_LITERAL:
        return copy_literal(c, type);
    case TY_VAR:
        return type->u.var->level <= c->from ? type
               : c->kind == COPY_EXTRUDE     ? copy_extruded_var(c, type)
                                             : copy_own_var(c, type);
    case TY_PARAM:
        return c->renews_params ? copy_param(c, type) : keep_param(c, type);
    case TY_NAMED:
        return copy_named(c, type);
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
        return ty_field(c->typer, type->kind, copy_name(c, type->u.field.name),
                        copy(c, type->u.field.result), type->u.field.dot, type->span);
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

static bool stays(const Copy *c, const Ty *type)
{
    return c->kind != COPY_KEEP && !(c->renews_params && type->has_param) &&
           ty_level(type) <= c->from;
}

/* Past the depth nothing is copied: variables are shared then, and types less precise. What is kept
 * must not point to anything else. */
static const Ty *copy(Copy *c, const Ty *type)
{
    if (stays(c, type)) {
        return type;
    }
    bool is_kept = c->kind == COPY_KEEP;
    if (c->depth >= TYPER_DEPTH_MAX ||
        (is_kept ? c->made >= TYPER_KEPT_PARTS_MAX : !ty_step(c->typer))) {
        return is_kept ? &ty_any : type;
    }
    c->made++;
    c->depth++;
    const Ty *made = copy_kind(c, type);
    c->depth--;
    return made;
}

static const Ty *copy_from_top(Copy *c, const Ty *type)
{
    c->typer->copyings++;
    return copy(c, type);
}

const Ty *ty_instantiate(Typer *typer, TyScheme scheme, const TyShape *shape, const Ty *const *args,
                         int32_t level)
{
    Copy c = {.typer = typer,
              .level = level,
              .from = scheme.level,
              .renews_params = scheme.is_signature,
              .shape = shape,
              .args = args,
              .is_value = true};
    return copy_from_top(&c, scheme.type);
}

const Ty *ty_extrude(Typer *typer, const Ty *type, bool is_value, int32_t level)
{
    Copy c = {
        .typer = typer, .kind = COPY_EXTRUDE, .from = level, .level = level, .is_value = is_value};
    return copy_from_top(&c, type);
}

const Ty *ty_keep(Typer *typer, Arena *arena, const Ty *type)
{
    Copy c = {.typer = typer, .kind = COPY_KEEP, .from = -1, .level = 1, .is_value = true};
    Arena *outer = typer->arena;
    typer->arena = arena; /* in which types are made */
    const Ty *kept = copy_from_top(&c, type);
    typer->arena = outer;
    return kept;
}

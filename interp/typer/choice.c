/* choice: where one of several types will do: a union as a use, and an intersection as a value.
 *
 *   1 ≤ Number | Null            tried in turn; the first that fits without a further condition
 * wins (x, y) => x + y              `+` takes (Number, Number) or (String, String): which of them
 * is meant shows when an argument comes, or the result is used
 *
 * An open choice of the second kind is a TyCall. It sits in the bounds of variables: as use
 * ARGUMENT of those that are its arguments, as value RESULT of those that its result went to. Each
 * value and use that reaches it there strikes out signatures. When one is left the call is made.
 *
 * Arguments of a function with one parameter need not agree: each chooses for itself, and the
 * result may be that of each.
 */
#include "interp/typer/ty.h"

enum { CHOICES_MAX = 64 };

static bool is_single(const TyCall *call)
{
    return call->argc == 1;
}

static bool is_made(const TyCall *call)
{
    return !is_single(call) && (call->live & (call->live - 1)) == 0;
}

static int64_t first_of(uint64_t set)
{
    return __builtin_ctzll(set);
}

const Ty *choice_known(const Ty *choice)
{
    const TyCall *call = choice->u.choice.call;
    if (!is_made(call)) {
        return NULL;
    }
    const Ty *function = call->functions[first_of(call->live)];
    return choice->kind == TY_RESULT ? function->u.function.result
                                     : ty_param(function, choice->u.choice.index);
}

/* -- trying ------------------------------------------------------------------------------------ */

typedef enum Fit { FIT_NO, FIT_IF, FIT_YES } Fit; /* IF: variables would get bounds */

/* Whether value ≤ use; nothing of it stays but, where it does not fit, the failures. */
static Fit try_fit(Typer *typer, const Ty *value, const Ty *use)
{
    TyMark mark = ty_mark(typer);
    int64_t vars = typer->vars;
    bool ok = constrain(typer, value, use);
    bool changes = false;
    for (int64_t i = mark.trail; i < typer->trail.len && !changes; i++) {
        const Undo *undo = &typer->trail.at[i];
        changes = undo->var == NULL || undo->var->id <= vars;
    }
    int64_t failures = typer->failures.len;
    ty_rewind(typer, mark);
    typer->failures.len = ok ? mark.failures : failures;
    return !ok ? FIT_NO : changes ? FIT_IF : FIT_YES;
}

typedef struct Pick {
    uint64_t fits;  /* all that fit */
    int64_t chosen; /* -1: several would, each on conditions of its own */
} Pick;

/* The use at `at`, for each that is in `among`. Failures of the others stay only when none fits:
 * those of the last come first, as Fauna tells them. */
static Pick pick(Typer *typer, const Ty *const *values, const Ty *const *uses, int64_t count,
                 uint64_t among)
{
    Pick result = {.chosen = -1};
    int64_t failures = typer->failures.len, conditional = 0;
    for (int64_t i = count - 1; i >= 0; i--) {
        if (!(among & (UINT64_C(1) << i))) {
            continue;
        }
        Fit fit = try_fit(typer, values[i], uses[i]);
        if (fit == FIT_NO) {
            continue;
        }
        result.fits |= UINT64_C(1) << i;
        conditional += fit == FIT_IF;
        if (fit == FIT_YES) {
            result.chosen = i;
        }
    }
    if (result.fits != 0) {
        typer->failures.len = failures;
    }
    if (result.chosen < 0 && conditional == 1) {
        result.chosen = first_of(result.fits);
    }
    return result;
}

static const Ty **repeat(Typer *typer, const Ty *type, int64_t count)
{
    const Ty **all = arena_array(typer->arena, const Ty *, count);
    for (int64_t i = 0; i < count; i++) {
        all[i] = type;
    }
    return all;
}

/* Of several members that would fit on conditions, a variable: it may take any value, and has to
 * know of this one. */
static int64_t fitting_var(const Ty *use, uint64_t fits)
{
    for (; fits != 0; fits &= fits - 1) {
        if (use->u.group.args[first_of(fits)]->kind == TY_VAR) {
            return first_of(fits);
        }
    }
    return -1;
}

/* Whether some member takes the value; `*chosen`: the one that then has to, or -1. */
static bool choose_use(Typer *typer, const Ty *value, const Ty *use, int64_t *chosen)
{
    int64_t count = use->u.group.count;
    Pick picked = pick(typer, repeat(typer, value, count), use->u.group.args, count, UINT64_MAX);
    *chosen = picked.chosen >= 0 ? picked.chosen : fitting_var(use, picked.fits);
    return picked.fits != 0;
}

/* Of more members than a set of choices holds one that fits on conditions is taken to fit. */
static bool fits_one_of_many(Typer *typer, const Ty *value, const Ty *use)
{
    int64_t failures = typer->failures.len;
    for (int64_t i = use->u.group.count - 1; i >= 0; i--) {
        if (try_fit(typer, value, use->u.group.args[i]) != FIT_NO) {
            typer->failures.len = failures;
            return true;
        }
    }
    return false;
}

bool constrain_any_use(Typer *typer, const Ty *value, const Ty *use)
{
    int64_t failures = typer->failures.len, chosen = -1;
    if (value->kind == TY_ANY) {
        return true;
    }
    bool fits = use->u.group.count > CHOICES_MAX ? fits_one_of_many(typer, value, use)
                                                 : choose_use(typer, value, use, &chosen);
    if (!fits) {
        const Ty *meant = ty_meant(typer, value);
        if (meant == NULL || meant->kind != TY_UNION) {
            return false;
        }
        typer->failures.len = failures; /* each of its members may choose for itself */
        return constrain(typer, meant, use);
    }
    return chosen < 0 || constrain(typer, value, use->u.group.args[chosen]);
}

/* -- calls ------------------------------------------------------------------------------------- */

static void note(Typer *typer, TyCall *call, int64_t index, const Ty *other)
{
    trail_call(typer, call);
    if (index >= 0) {
        vec_push(&call->given, typer->arena, ((TyGiven){index, other}));
    } else {
        vec_push(&call->wanted, typer->arena, other);
    }
}

void choice_note(Typer *typer, const Ty *choice, const Ty *other)
{
    note(typer, choice->u.choice.call, choice->kind == TY_ARGUMENT ? choice->u.choice.index : -1,
         other);
}

/* One signature is left. */
static bool make_call(Typer *typer, TyCall *call)
{
    const Ty *function = call->functions[first_of(call->live)];
    int64_t given = call->given.len, wanted = call->wanted.len;
    bool ok = true;
    for (int64_t i = 0; i < given && i < call->given.len; i++) {
        const TyGiven *one = &call->given.at[i];
        ok = constrain(typer, one->value, ty_param(function, one->index)) && ok;
    }
    for (int64_t i = 0; i < wanted && i < call->wanted.len; i++) {
        ok = constrain(typer, function->u.function.result, call->wanted.at[i]) && ok;
    }
    return ok;
}

static bool narrow(Typer *typer, TyCall *call, uint64_t live)
{
    if (live == call->live) {
        return true;
    }
    trail_call(typer, call);
    call->live = live;
    return !is_made(call) || make_call(typer, call);
}

/* The results of `chosen` go wherever the result is wanted. */
static bool use_also(Typer *typer, TyCall *call, uint64_t chosen)
{
    bool ok = true;
    uint64_t new = chosen & ~call->used;
    trail_call(typer, call);
    call->used |= chosen;
    for (; new != 0; new &= new - 1) {
        const Ty *result = call->functions[first_of(new)]->u.function.result;
        for (int64_t i = 0; i < call->wanted.len; i++) {
            ok = constrain(typer, result, call->wanted.at[i]) && ok;
        }
    }
    return ok;
}

bool constrain_argument(Typer *typer, const Ty *value, const Ty *use)
{
    TyCall *call = use->u.choice.call;
    int64_t index = use->u.choice.index;
    const Ty *param = choice_known(use);
    if (param != NULL) {
        return constrain(typer, value, param);
    }
    const Ty **params = arena_array(typer->arena, const Ty *, call->count);
    for (int64_t i = 0; i < call->count; i++) {
        params[i] = ty_param(call->functions[i], index);
    }
    Pick picked = pick(typer, repeat(typer, value, call->count), params, call->count, call->live);
    if (picked.fits == 0) {
        return false;
    }
    note(typer, call, index, value);
    if (!is_single(call)) {
        return narrow(typer, call, picked.fits);
    }
    if (picked.chosen < 0) {
        return use_also(typer, call, picked.fits);
    }
    return constrain(typer, value, params[picked.chosen]) &&
           use_also(typer, call, UINT64_C(1) << picked.chosen);
}

bool constrain_result(Typer *typer, const Ty *value, const Ty *use)
{
    TyCall *call = value->u.choice.call;
    bool ok = true;
    const Ty *result = choice_known(value);
    if (result != NULL) {
        return constrain(typer, result, use);
    }
    note(typer, call, -1, use);
    if (is_single(call)) {
        for (uint64_t used = call->used; used != 0; used &= used - 1) {
            ok = constrain(typer, call->functions[first_of(used)]->u.function.result, use) && ok;
        }
        return ok;
    }
    const Ty **results = arena_array(typer->arena, const Ty *, call->count);
    for (int64_t i = 0; i < call->count; i++) {
        results[i] = call->functions[i]->u.function.result;
    }
    Pick picked = pick(typer, results, repeat(typer, use, call->count), call->count, call->live);
    return picked.fits != 0 && narrow(typer, call, picked.fits);
}

bool choice_is_open(const TyCall *call)
{
    return is_single(call) ? call->used == 0 : !is_made(call);
}

bool choice_close(Typer *typer, TyCall *call, int64_t function)
{
    uint64_t chosen = UINT64_C(1) << function;
    if (!(call->live & chosen)) {
        return false;
    }
    if (!is_single(call)) {
        return narrow(typer, call, chosen);
    }
    trail_call(typer, call);
    call->live = chosen;
    bool ok = make_call(typer, call);
    call->used = chosen;
    return ok;
}

/* A call of the functions that take so many arguments, of which there are several. */
static bool begin_call(Typer *typer, const Ty **functions, int64_t count, const Ty *use)
{
    TyCall *call = arena_new(typer->arena, TyCall);
    bool ok = true;
    *call = (TyCall){.level = typer->level,
                     .functions = functions,
                     .count = count,
                     .live = count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1,
                     .argc = use->u.function.count};
    for (int64_t i = 0; i < call->argc; i++) {
        const Ty *argument = use->u.function.params[i].type;
        ok = constrain(typer, argument, ty_choice(typer, TY_ARGUMENT, call, i, argument->span)) &&
             ok;
    }
    return ok && constrain(typer, ty_choice(typer, TY_RESULT, call, 0, use->span),
                           use->u.function.result);
}

static bool first_that_fits(Typer *typer, const Ty *value, const Ty *use)
{
    int64_t count = value->u.group.count;
    if (count > CHOICES_MAX) {
        return constrain(typer, &ty_any, use);
    }
    Pick picked = pick(typer, value->u.group.args, repeat(typer, use, count), count, UINT64_MAX);
    if (picked.fits == 0) {
        return false;
    }
    int64_t chosen = picked.chosen >= 0 ? picked.chosen : first_of(picked.fits);
    return constrain(typer, value->u.group.args[chosen], use);
}

bool constrain_any_value(Typer *typer, const Ty *value, const Ty *use)
{
    int64_t count = value->u.group.count, fitting = 0;
    bool is_call = (use->kind == TY_APPLY || use->kind == TY_FUNCTION) && count <= CHOICES_MAX;
    const Ty **functions = arena_array(typer->arena, const Ty *, count);
    for (int64_t i = 0; i < count && is_call; i++) {
        const Ty *member = value->u.group.args[i];
        is_call = member->kind == TY_FUNCTION;
        if (is_call && ty_takes(member, use->u.function.count)) {
            functions[fitting++] = member;
        }
    }
    if (!is_call || fitting == 0 || use->u.function.count == 0) {
        return first_that_fits(typer, value, use);
    }
    return fitting == 1 ? constrain(typer, functions[0], use)
                        : begin_call(typer, functions, fitting, use);
}

/* -- levels
 * ------------------------------------------------------------------------------------------
 *
 * A choice that an outer variable takes part in is that variable's: what belongs to it is not made
 * anew for each use of an inner `let`. */

typedef struct Lowering {
    Typer *typer;
    int32_t level;
} Lowering;

static void lower(void *context, const Ty *type, bool is_value);

static void lower_all(Lowering *l, const Ty *const *types, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        lower(l, types[i], true);
    }
}

static void lower_var(Lowering *l, TyVar *var)
{
    if (var->level > l->level) {
        var->level = l->level;
        lower_all(l, var->values.at, var->values.len);
        lower_all(l, var->uses.at, var->uses.len);
    }
}

/* The side is of no account: both are lowered. */
static void lower(void *context, const Ty *type, bool is_value)
{
    Lowering *l = context;
    if (type->level <= l->level || !ty_step(l->typer)) {
        return;
    }
    if (type->kind == TY_VAR) {
        lower_var(l, type->u.var);
    } else if (type->kind == TY_RESULT || type->kind == TY_ARGUMENT) {
        choice_lower(l->typer, type->u.choice.call, l->level);
    } else {
        ty_each(type, is_value, lower, l);
    }
}

void choice_lower(Typer *typer, TyCall *call, int32_t level)
{
    if (call->level <= level) {
        return;
    }
    Lowering l = {typer, level};
    call->level = level;
    lower_all(&l, call->functions, call->count);
    lower_all(&l, call->wanted.at, call->wanted.len);
    for (int64_t i = 0; i < call->given.len; i++) {
        lower(&l, call->given.at[i].value, true);
    }
}

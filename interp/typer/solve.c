/* solve: value ≤ use, taken apart until one side is a variable.
 *
 *   variable on one side     remembered there, and compared with all of the other side's
 *   union value              each member must fit
 *   union use                some member must take it (choice.c)
 *   shapes                   field by field, argument by argument (destructure.c)
 *
 * A check is bounded: by its steps, its depth and the query's deadline. Past any of these
 * everything fits: the typer tells only of what it knows to be wrong.
 */
#include "interp/typer/ty.h"
#include "runtime/base/clock.h"


/* -- what was compared
 * ------------------------------------------------------------------------------
 *
 * Recursive types would be compared for ever. A variable counts as itself wherever it came from.
 * Pairs are taken back in the order opposite to that of their coming: then places of an
 * open-addressed table may just be emptied. */

static const void *identity(const Ty *type)
{
    return type->kind == TY_VAR ? (const void *)type->u.var : (const void *)type;
}

/* Where the pair is, or would be. */
static Pair *find_pair(Typer *typer, Pair pair)
{
    uint64_t mask = (uint64_t)typer->seen_room - 1;
    uint64_t mixed = ((uint64_t)(uintptr_t)pair.value >> 4) * UINT64_C(0x9e3779b97f4a7c15) ^
                     ((uint64_t)(uintptr_t)pair.use >> 4) * UINT64_C(0xc2b2ae3d27d4eb4f);
    uint64_t at = (mixed ^ mixed >> 32) & mask;
    while (typer->seen_places[at].value != NULL &&
           (typer->seen_places[at].value != pair.value || typer->seen_places[at].use != pair.use)) {
        at = (at + 1) & mask;
    }
    return &typer->seen_places[at];
}

static void grow_seen(Typer *typer)
{
    typer->seen_room = typer->seen_room > 0 ? typer->seen_room * 2 : 64;
    typer->seen_places = arena_array(typer->arena, Pair, typer->seen_room);
    for (int64_t i = 0; i < typer->seen.len; i++) {
        *find_pair(typer, typer->seen.at[i]) = typer->seen.at[i];
    }
}

/* Whether the pair is new. */
static bool note_pair(Typer *typer, const Ty *value, const Ty *use)
{
    Pair pair = {identity(value), identity(use)};
    if (typer->seen.len * 2 >= typer->seen_room) {
        grow_seen(typer);
    }
    Pair *place = find_pair(typer, pair);
    if (place->value != NULL) {
        return false;
    }
    *place = pair;
    vec_push(&typer->seen, typer->arena, pair);
    return true;
}

static void forget_pairs(Typer *typer, int64_t count)
{
    while (typer->seen.len > count) {
        *find_pair(typer, typer->seen.at[--typer->seen.len]) = (Pair){NULL, NULL};
    }
}

/* -- taking back ------------------------------------------------------------------------------- */

void trail_var(Typer *typer, TyVar *var)
{
    vec_push(&typer->trail, typer->arena,
             ((Undo){.var = var, .values = var->values.len, .uses = var->uses.len}));
}

void trail_call(Typer *typer, TyCall *call)
{
    vec_push(&typer->trail, typer->arena,
             ((Undo){.call = call,
                     .values = call->given.len,
                     .uses = call->wanted.len,
                     .live = call->live,
                     .used = call->used}));
}

TyMark ty_mark(const Typer *typer)
{
    return (TyMark){typer->trail.len, typer->failures.len, typer->seen.len};
}

/* Lists that grew may have moved; their old parts are as they were. */
void ty_rewind(Typer *typer, TyMark mark)
{
    while (typer->trail.len > mark.trail) {
        const Undo *undo = &typer->trail.at[--typer->trail.len];
        if (undo->var != NULL) {
            undo->var->values.len = undo->values;
            undo->var->uses.len = undo->uses;
        } else {
            undo->call->given.len = undo->values;
            undo->call->wanted.len = undo->uses;
            undo->call->live = undo->live;
            undo->call->used = undo->used;
        }
    }
    typer->failures.len = mark.failures;
    forget_pairs(typer, mark.seen);
}

/* -- variables --------------------------------------------------------------------------------- */

static bool constrain_all_values(Typer *typer, const Ty *values, const Ty *use)
{
    bool ok = true;
    for (int64_t i = 0; i < values->u.group.count; i++) {
        ok = constrain(typer, values->u.group.args[i], use) && ok;
    }
    return ok;
}

static bool constrain_all_uses(Typer *typer, const Ty *value, const Ty *uses)
{
    bool ok = true;
    for (int64_t i = 0; i < uses->u.group.count; i++) {
        ok = constrain(typer, value, uses->u.group.args[i]) && ok;
    }
    return ok;
}

static bool add_value(Typer *typer, const Ty *value, TyVar *var)
{
    bool ok = true;
    int64_t uses = var->uses.len; /* those that come meanwhile see the value themselves */
    trail_var(typer, var);
    vec_push(&var->values, typer->arena, value);
    if (value->kind == TY_RESULT) {
        choice_note(typer, value, var->as_type);
    }
    for (int64_t i = 0; i < uses && i < var->uses.len; i++) {
        ok = constrain(typer, value, var->uses.at[i]) && ok;
    }
    return ok;
}

static bool add_use(Typer *typer, TyVar *var, const Ty *use)
{
    bool ok = true;
    int64_t values = var->values.len;
    trail_var(typer, var);
    vec_push(&var->uses, typer->arena, use);
    if (use->kind == TY_ARGUMENT) {
        choice_note(typer, use, var->as_type);
    }
    for (int64_t i = 0; i < values && i < var->values.len; i++) {
        ok = constrain(typer, var->values.at[i], use) && ok;
    }
    return ok;
}

/* A variable would have to be of a type that only an inner signature knows. */
static bool fail_inner_generic(Typer *typer, const Ty *var, const Ty *generic)
{
    return fail_with(typer, (Failure){.kind = FAILURE_INNER_GENERIC,
                                      .value = var,
                                      .use = generic,
                                      .span = typer->site});
}

static bool constrain_value_var(Typer *typer, const Ty *value, const Ty *use)
{
    TyVar *var = value->u.var;
    if (use->kind == TY_ARGUMENT) {
        const Ty *param = choice_known(use);
        choice_lower(typer, use->u.choice.call, var->level);
        return param != NULL ? constrain(typer, value, param) : add_use(typer, var, use);
    }
    if (ty_level(use) <= var->level) {
        return use->kind == TY_INTERSECT ? constrain_all_uses(typer, value, use)
                                         : add_use(typer, var, use);
    }
    if (use->has_param) {
        return fail_inner_generic(typer, value, use);
    }
    return constrain(typer, value, ty_extrude(typer, use, false, var->level));
}

static bool constrain_vars(Typer *typer, const Ty *value, const Ty *use)
{
    TyVar *var = use->kind == TY_VAR ? use->u.var : NULL;
    if (var != NULL && value->kind == TY_RESULT) {
        choice_lower(typer, value->u.choice.call, var->level);
        return add_value(typer, value, var);
    }
    if (var != NULL && ty_level(value) <= var->level) {
        return value->kind == TY_UNION ? constrain_all_values(typer, value, use)
                                       : add_value(typer, value, var);
    }
    if (value->kind == TY_VAR && (var == NULL || var->level <= value->u.var->level)) {
        return constrain_value_var(typer, value, use);
    }
    if (value->has_param) {
        return fail_inner_generic(typer, use, value);
    }
    return constrain(typer, ty_extrude(typer, value, true, ty_level(use)), use);
}

/* -- the rest ---------------------------------------------------------------------------------- */

/* Null that is allowed stops here; a type that is another name of something may contain it. */
static bool constrain_or_null(Typer *typer, const Ty *value, const Ty *use)
{
    const Ty *inner = use->u.wrap.inner;
    if (ty_is_null(value)) {
        return true;
    }
    const Ty *meant = ty_meant(typer, value);
    if (meant != NULL && (meant->kind == TY_UNION || ty_is_null(meant))) {
        return constrain(typer, meant, use);
    }
    return constrain(typer, value, inner);
}

static bool constrain_step(Typer *typer, const Ty *value, const Ty *use)
{
    if (value->kind == TY_VAR || use->kind == TY_VAR) {
        return !note_pair(typer, value, use) || constrain_vars(typer, value, use);
    }
    if (value->kind == TY_UNION) {
        return constrain_all_values(typer, value, use);
    }
    if (use->kind == TY_INTERSECT) {
        return constrain_all_uses(typer, value, use);
    }
    if (value->kind == TY_RESULT) {
        return constrain_result(typer, value, use);
    }
    if (value->kind == TY_NOT_NULL) {
        return constrain(typer, value->u.wrap.inner,
                         ty_wrap(typer, TY_OR_NULL, use, NULL, use->span));
    }
    if (use->kind == TY_OR_NULL) {
        return constrain_or_null(typer, value, use);
    }
    if (use->kind == TY_ARGUMENT) {
        return constrain_argument(typer, value, use);
    }
    if (value->kind == TY_INTERSECT) {
        return constrain_any_value(typer, value, use);
    }
    if (use->kind == TY_UNION) {
        return constrain_any_use(typer, value, use);
    }
    return constrain_parts(typer, value, use);
}

static bool is_late(Typer *typer)
{
    if (typer->rt->deadline_us <= 0 || typer->is_late) {
        return typer->is_late;
    }
    typer->is_late = clock_us(CLOCK_MONOTONIC) > typer->rt->deadline_us;
    return typer->is_late;
}

bool ty_step(Typer *typer)
{
    typer->steps++;
    return typer->steps <= TYPER_STEPS_MAX && !(typer->steps % 1024 == 0 && is_late(typer)) &&
           !typer->is_late;
}

bool constrain(Typer *typer, const Ty *value, const Ty *use)
{
    if (value == use ||
        (value->kind == TY_VAR && use->kind == TY_VAR && value->u.var == use->u.var)) {
        return true;
    }
    if (!ty_step(typer) || typer->depth >= TYPER_DEPTH_MAX) {
        return true;
    }
    typer->depth++;
    bool ok = constrain_step(typer, value, use);
    typer->depth--;
    return ok;
}

bool fail_with(Typer *typer, Failure failure)
{
    vec_push(&typer->failures, typer->arena, failure);
    return false;
}

Span span_or(Span a, Span b, Span c)
{
    return span_is_set(a) ? a : span_is_set(b) ? b : c;
}

bool ty_fits(Typer *typer, const Ty *value, const Ty *use, int32_t level)
{
    forget_pairs(typer, 0);
    TyMark mark = ty_mark(typer);
    typer->level = level;
    bool ok = constrain(typer, value, use);
    ty_rewind(typer, mark);
    return ok;
}

bool ty_check(Typer *typer, const Ty *value, const Ty *use, Span site, int32_t level)
{
    forget_pairs(typer, 0);
    TyMark mark = ty_mark(typer);
    Span outer = typer->site;
    typer->site = site;
    typer->level = level;
    bool ok = constrain(typer, value, use);
    if (!ok) {
        int64_t first = mark.failures, last = typer->failures.len;
        ty_rewind(typer, mark);
        typer->failures.len = last; /* they are still to be told */
        if (last > first) {
            failures_tell(typer, value, use, first);
        }
        typer->failures.len = first;
    }
    typer->trail.len = 0;
    typer->site = outer;
    return ok;
}

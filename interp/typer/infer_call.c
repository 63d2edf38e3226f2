/* infer_call: what a call gives, and what a field is.
 *
 *   value ≤ .name: result        fn ≤ (argument₁, argument₂): result
 *
 * is how a check says it, with variables for the results and the arguments. Where all that decides
 * is known already, which is most often, there is no need of these: the field, or the result, is
 * looked up.
 */
#include "interp/typer/infer.h"

/* -- fields ------------------------------------------------------------------------------------ */

/* The field of a value that is known, NULL where a check has to tell. */
static const Ty *known_field(Typer *typer, const Ty *of, Str name)
{
    if (of->kind == TY_RECORD) {
        return ty_record_field(of, name);
    }
    const Ty *named = of->kind == TY_LITERAL ? ty_of_literal(typer, of) : of;
    TyShape *shape = named->kind == TY_NAMED ? ty_shape(typer, named->u.group.name) : NULL;
    const Ty *type = shape != NULL ? ty_shape_field(typer, shape, name) : NULL;
    return type != NULL
               ? ty_instantiate(typer, ty_signature(type), shape, named->u.group.args, typer->level)
               : NULL;
}

const Ty *infer_field(Infer *in, const Ty *of, Name name, Span dot, Span site)
{
    in->typer->level = in->level;
    const Ty *known = known_field(in->typer, of, name.text);
    if (known != NULL) {
        return known;
    }
    const Ty *result = ty_var(in->typer, name.span, in->level);
    infer_check(in, of, ty_field(in->typer, TY_FIELD, name.text, result, dot, name.span), site);
    return result;
}

/* -- calls ------------------------------------------------------------------------------------- */

static bool is_ground(const Ty *type)
{
    return type->kind == TY_LITERAL || (type->kind == TY_NAMED && type->u.group.count == 0);
}

/* Whether the function takes so many arguments, and those of which all is known. */
static bool may_be_meant(Infer *in, const Ty *function, const CallSite *call)
{
    if (function->kind != TY_FUNCTION || !ty_takes(function, call->count)) {
        return false;
    }
    for (int64_t i = 0; i < call->count; i++) {
        if (is_ground(call->args[i]) &&
            !ty_fits(in->typer, call->args[i], ty_param(function, i), in->level)) {
            return false;
        }
    }
    return true;
}

/* The function that is called; NULL: there is none, or it is open which. */
static const Ty *known_function(Infer *in, const Ty *fn, const CallSite *call)
{
    const Ty *found = NULL;
    if (fn->kind == TY_FUNCTION) {
        return ty_takes(fn, call->count) ? fn : NULL;
    }
    if (fn->kind != TY_INTERSECT || call->count == 0) {
        return NULL;
    }
    for (int64_t i = 0; i < fn->u.group.count; i++) {
        const Ty *member = fn->u.group.args[i];
        if (may_be_meant(in, member, call)) {
            if (found != NULL) {
                return NULL;
            }
            found = member;
        }
    }
    return found;
}

/* What a variable takes comes to it through one of ours: so the members of its union are shown in
 * the order in which Fauna shows them. */
static bool give_argument(Infer *in, const CallSite *call, int64_t index, const Ty *param)
{
    if (param->kind == TY_VAR) {
        const Ty *own = ty_var(in->typer, call->spans[index], in->level);
        infer_check(in, own, param, call->span);
        param = own;
    }
    return infer_check(in, call->args[index], param, call->spans[index]);
}

static const Ty *call_known(Infer *in, const Ty *function, const CallSite *call)
{
    const Ty *result = function->u.function.result;
    bool ok = true;
    for (int64_t i = 0; i < call->count; i++) {
        ok = give_argument(in, call, i, ty_param(function, i)) && ok;
    }
    if (ok && result->kind != TY_VAR) {
        return result;
    }
    const Ty *own = ty_var(in->typer, call->args_span, in->level); /* it may be told to be wrong */
    infer_check(in, result, own, call->span);
    return own;
}

/* Each argument goes to a variable of its own, so that what is wrong with it is told at it. */
static const Ty *call_open(Infer *in, TyKind kind, const Ty *fn, const CallSite *call)
{
    TyField *params = arena_array(in->typer->arena, TyField, call->count);
    for (int64_t i = 0; i < call->count; i++) {
        params[i].type = ty_var(in->typer, call->spans[i], in->level);
    }
    const Ty *result = ty_var(in->typer, call->args_span, in->level);
    infer_check(in, fn, ty_use(in->typer, kind, params, call->count, result, call->args_span),
                call->span);
    for (int64_t i = 0; i < call->count; i++) {
        infer_check(in, call->args[i], params[i].type, call->spans[i]);
    }
    return result;
}

const Ty *infer_apply(Infer *in, const Ty *fn, const CallSite *call)
{
    const Ty *function = known_function(in, fn, call);
    return function != NULL ? call_known(in, function, call) : call_open(in, TY_APPLY, fn, call);
}

const Ty *infer_access(Infer *in, const Ty *of, const CallSite *call, bool is_literal)
{
    if (!is_literal || call->count != 1) {
        return call_open(in, TY_ACCESS, of, call);
    }
    TyField *key = arena_new(in->typer->arena, TyField);
    const Ty *result = ty_var(in->typer, call->args_span, in->level);
    key->type = call->args[0];
    infer_check(in, of, ty_use(in->typer, TY_ACCESS, key, 1, result, call->args_span), call->span);
    return result;
}

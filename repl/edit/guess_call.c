/* guess_call: what calls give, and of what type the functions among their arguments take their
 * parameters. Signatures tell; `A` is the element of the receiver, `B` what the lambda gives.
 */
#include "repl/edit/guess_int.h"

#include "repl/edit/signature_text.h"

/* -- calls --------------------------------------------------------------------------------------- */

/* The member that is called by the `(` at `paren`; false: none that is known. */
bool guess_find_called(Guess *guess, int64_t paren, GuessMember *called)
{
    const Scan *scan = guess->scan;
    if (!scan_is_postfix(scan, paren) || scan_kind(scan, paren - 1) != TOKEN_ID) {
        return false;
    }
    Str name = scan_token_text(scan, paren - 1);
    if (scan_is_dot(scan_kind(scan, paren - 2))) {
        return guess_find_member(guess, guess_behind_dot(guess, paren - 2), name, called);
    }
    const Builtin *row = builtin_find(builtin_globals, name);
    const BuiltinType *type = guess_find_type(name);
    row = row == NULL && type != NULL ? type->constructor : row;
    if (row == NULL) {
        return false;
    }
    Str rest = str_from_c(row->signature), line;
    str_take_line(&rest, &line);
    *called = (GuessMember){.name = name, .signature = line, .is_method = true};
    return true;
}

/* What the lambda among the arguments gives; empty: there is none. */
static Str guess_lambda(Guess *guess, int64_t paren)
{
    const Scan *scan = guess->scan;
    int64_t close = scan->at[paren].mate;
    for (int64_t at = paren + 1; at < close; at++) {
        int64_t end = scan_part_end(scan, paren, at, close);
        if (scan_is_dot(scan->at[at].kind)) {
            return guess_range(guess, at, end - 1);
        }
        for (int64_t arrow = at; arrow < end; arrow++) {
            if (scan->at[arrow].kind == TOKEN_ARROW && scan->at[arrow].outer == paren) {
                return guess_range(guess, arrow + 1, end - 1);
            }
        }
        at = end;
    }
    return (Str){0};
}

Str guess_call(Guess *guess, const GuessMember *called, int64_t paren)
{
    Str result = signature_result(called->signature);
    if (str_find(result, STR("B"), 0) >= 0) {
        Str lambda = guess_element(guess_lambda(guess, paren));
        if (!str_eq(called->name, STR("flatMap")) || lambda.len == 0) {
            lambda = guess_lambda(guess, paren);
        }
        result = signature_fill(guess->arena, result, 'B', lambda.len ? lambda : STR("Any"));
    }
    return result;
}

Str guess_signature(Guess *guess, int64_t paren)
{
    GuessMember called;
    if (!guess_find_called(guess, paren, &called)) {
        return (Str){0};
    }
    return str_format(guess->arena, "%.*s%.*s", STR_ARG(called.name), STR_ARG(called.signature));
}

/* -- what short lambdas and parameters are ------------------------------------------------------- */

/* The type of the parameter number `index` of the function that the argument at the token `at`, in
 * the call at `paren`, is to be. */
Str guess_parameter(Guess *guess, int64_t paren, int64_t at, int64_t index)
{
    const Scan *scan = guess->scan;
    GuessMember called;
    if (scan_kind(scan, paren) != TOKEN_PAREN_OPEN || !guess_find_called(guess, paren, &called)) {
        /* asc(.name), desc(.name) stand in a call themselves. */
        return (Str){0};
    }
    bool is_order = str_eq(called.name, STR("asc")) || str_eq(called.name, STR("desc")) ||
                    str_eq(called.name, STR("order"));
    if (is_order) {
        int64_t outer = str_eq(called.name, STR("order")) ? paren : scan->at[paren].outer;
        int64_t dot = outer - 2;
        return outer >= 3 && scan_is_dot(scan_kind(scan, dot))
                   ? guess_element(guess_operand(guess, dot - 1))
                   : (Str){0};
    }
    int64_t number = 0;
    for (int64_t i = paren + 1; i < at; i++) {
        number += scan->at[i].kind == TOKEN_COMMA && scan->at[i].outer == paren;
    }
    Str function = signature_parameter(called.signature, number);
    Str type = signature_parameter(function, index);
    return type.len == 1 ? (Str){0} : type;
}

Str guess_short_lambda(Guess *guess, int64_t dot)
{
    const Scan *scan = guess->scan;
    /* `.a > 1 && .b`: the lambda is the whole argument. In a projection's value it is the element. */
    int64_t opener = scan->at[dot].outer;
    while (opener >= 0 && scan->at[opener].kind == TOKEN_PAREN_OPEN && !scan_is_postfix(scan, opener)) {
        opener = scan->at[opener].outer;
    }
    if (opener < 0) {
        return (Str){0};
    }
    if (scan->at[opener].kind == TOKEN_BRACE_OPEN && scan_is_postfix(scan, opener)) {
        Str type = guess_operand(guess, opener - 1), element = guess_element(type);
        return element.len > 0 ? element : type;
    }
    return guess_parameter(guess, opener, dot, 0);
}

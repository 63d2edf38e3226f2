/* failure: what a check found, as an error. A single failure is told for itself when it lies within
 * what was checked or says more than that types differ; several are causes of one error. The
 * wordings are Fauna's (TypeConstraintFailure.scala), as users of its drivers know them.
 */
#include "interp/nearest.h"
#include "interp/typer/shape.h"

static bool span_eq(Span a, Span b)
{
    return a.source == b.source && a.start == b.start && a.end == b.end;
}

static bool span_contains(Span outer, Span inner)
{
    return outer.source == inner.source && outer.start <= inner.start && inner.end <= outer.end;
}

static Str show(Typer *typer, const Ty *type, bool is_value)
{
    return ty_display(typer, typer->arena, type, is_value);
}

static Str count_message(Typer *typer, const Failure *failure, const char *more, const char *less)
{
    bool too_many = failure->got > failure->expected;
    return str_format(typer->diags->arena, "%s. Expected %lld, received %lld",
                      too_many ? more : less, (long long)failure->expected,
                      (long long)failure->got);
}

static Str generic_message(Typer *typer, const Failure *failure)
{
    Str value = show(typer, failure->value, true), use = show(typer, failure->use, false);
    bool is_value = failure->value->kind == TY_PARAM;
    return str_format(typer->diags->arena, "%s `%.*s` cannot be used as %s `%.*s`",
                      is_value ? "Generic type" : "Type", STR_ARG(value),
                      is_value ? "type" : "generic type", STR_ARG(use));
}

static Str message_of(Typer *typer, const Failure *failure)
{
    Arena *arena = typer->diags->arena;
    Str value = show(typer, failure->value, true);
    switch (failure->kind) {
    case FAILURE_MISSING_FIELD:
        return str_format(arena, "Type `%.*s` does not have field `%.*s`", STR_ARG(value),
                          STR_ARG(failure->field));
    case FAILURE_EXTRA_FIELD:
        return str_format(arena, "Type `%.*s` contains extra field `%.*s`", STR_ARG(value),
                          STR_ARG(failure->field));
    case FAILURE_EXTRA_WILDCARD:
        return str_format(arena, "Type `%.*s` cannot have a wildcard", STR_ARG(value));
    case FAILURE_ACCESS:
        return str_format(arena, "Cannot use `[]` operator with type `%.*s`", STR_ARG(value));
    case FAILURE_PROJECT:
        return str_format(arena, "Cannot use projection with type `%.*s`", STR_ARG(value));
    case FAILURE_NOT_FUNCTION:
        return str_format(arena, "Type `%.*s` cannot be used as a function", STR_ARG(value));
    case FAILURE_ARITY:
        return count_message(typer, failure, "Function was called with too many arguments",
                             "Function was not called with enough arguments");
    case FAILURE_TUPLE_ARITY:
        return count_message(typer, failure, "Tuple contains too many elements",
                             "Tuple does not contain enough elements");
    case FAILURE_TUPLE_INDEX:
        return str_format(arena, "Index %lld out of bounds for length %lld",
                          (long long)failure->got, (long long)failure->expected);
    case FAILURE_LITERAL: {
        Str use = show(typer, failure->use, false);
        return str_format(arena, "`%.*s` is not the value `%.*s`", STR_ARG(value), STR_ARG(use));
    }
    case FAILURE_GENERIC:
        return generic_message(typer, failure);
    case FAILURE_INNER_GENERIC: {
        Str use = show(typer, failure->use, false);
        return str_format(arena, "Value cannot be constrained by inner generic type `%.*s`",
                          STR_ARG(use));
    }
    case FAILURE_SUBTYPE: {
        Str use = show(typer, failure->use, false);
        return str_format(arena, "Type `%.*s` is not a subtype of `%.*s`", STR_ARG(value),
                          STR_ARG(use));
    }
    }
    UNREACHABLE();
}

static void add_hints(Typer *typer, Diag *diag, const Failure *failure)
{
    Span of_value = failure->value->span, dot = failure->other;
    if (failure->kind == FAILURE_INNER_GENERIC) {
        diag_hint(diag, typer->diags->arena, DIAG_HINT, failure->use->span,
                  STR("Generic type definition"));
        diag_hint(diag, typer->diags->arena, DIAG_HINT, of_value,
                  STR("Outer value originates here"));
        return;
    }
    if (failure->kind == FAILURE_NOT_FUNCTION && span_is_set(dot)) {
        Str value = show(typer, failure->value, true);
        diag_hint(
            diag, typer->diags->arena, DIAG_HINT, dot,
            str_format(typer->diags->arena, "`%.*s` is used as a function here", STR_ARG(value)));
    }
    if (failure->kind != FAILURE_MISSING_FIELD) {
        return;
    }
    if (span_is_set(of_value) && !span_eq(of_value, failure->span) &&
        !(dot.source == of_value.source && dot.start == of_value.end)) {
        Str value = show(typer, failure->value, true);
        diag_hint(diag, typer->diags->arena, DIAG_HINT, of_value,
                  str_format(typer->diags->arena, "Type `%.*s` inferred here", STR_ARG(value)));
    }
    if (ty_is_null(failure->value) && span_is_set(dot)) {
        Diag *hint = diag_hint(diag, typer->diags->arena, DIAG_HINT,
                               (Span){dot.source, dot.start, dot.start},
                               STR("Use the ! or ?. operator to handle the null case"));
        hint->has_suggestion = true;
        hint->suggestion = STR("!");
    }
}

void ty_suggest(DiagList *diags, Diag *diag, Str found)
{
    if (found.len > 0) {
        found = str_copy(diags->arena, found);
        Diag *hint = diag_hint(diag, diags->arena, DIAG_HINT, diag->span,
                               str_format(diags->arena, "Did you mean `%.*s`?", STR_ARG(found)));
        hint->has_suggestion = true;
        hint->suggestion = found;
    }
}

static void offer_fields(Typer *typer, const Ty *value, Nearest *nearest)
{
    for (int64_t i = 0; value->kind == TY_RECORD && i < value->u.record.count; i++) {
        nearest_offer(nearest, value->u.record.fields[i].name);
    }
    const TyShape *shape = value->kind == TY_NAMED ? ty_shape(typer, value->u.group.name) : NULL;
    if (shape != NULL) {
        nearest_offer_rows(nearest, shape->rows);
        for (int64_t i = 0; i < shape->fields.cap; i++) {
            if (shape->fields.slots[i].value != NULL) {
                nearest_offer(nearest, shape->fields.slots[i].key);
            }
        }
    }
}

/* Fauna told of no such name. */
static void suggest_field(Typer *typer, Diag *diag, const Failure *failure)
{
    Nearest nearest = {.wanted = failure->field};
    const Ty *value = failure->value;
    offer_fields(typer, value->kind == TY_LITERAL ? ty_of_literal(typer, value) : value, &nearest);
    ty_suggest(typer->diags, diag, nearest.found);
}

static void tell_one(Typer *typer, const Failure *failure)
{
    Diag *diag = diag_add(typer->diags, DIAG_ERROR, failure->span, message_of(typer, failure));
    add_hints(typer, diag, failure);
    if (failure->kind == FAILURE_MISSING_FIELD) {
        suggest_field(typer, diag, failure);
    }
}

static void tell_several(Typer *typer, const Ty *value, const Ty *use, const Failure *failures,
                         int64_t count)
{
    Failure whole = {.kind = FAILURE_SUBTYPE, .value = value, .use = use};
    Diag *diag = diag_add(typer->diags, DIAG_ERROR, typer->site, message_of(typer, &whole));
    for (int64_t i = 0; i < count; i++) {
        diag_hint(diag, typer->diags->arena, DIAG_CAUSE, failures[i].span,
                  message_of(typer, &failures[i]));
        add_hints(typer, diag, &failures[i]);
    }
}

/* -- several of one kind ----------------------------------------------------------------------- */

static bool same_value(const Failure *a, const Failure *b)
{
    return a->kind == FAILURE_SUBTYPE && b->kind == FAILURE_SUBTYPE && span_eq(a->span, b->span) &&
           (a->value == b->value || (a->value->kind == TY_NAMED && b->value->kind == TY_NAMED &&
                                     a->value->u.group.count == 0 && b->value->u.group.count == 0 &&
                                     str_eq(a->value->u.group.name, b->value->u.group.name)));
}

static void add_use(Typer *typer, const Ty **uses, int64_t *count, const Ty *use)
{
    Str shown = show(typer, use, false);
    for (int64_t i = 0; i < *count; i++) {
        if (str_eq(shown, show(typer, uses[i], false))) {
            return;
        }
    }
    uses[(*count)++] = use;
}

/* Of more than two, null is told last. */
static void null_last(const Ty **uses, int64_t count)
{
    for (int64_t i = 0; count > 2 && i < count - 1; i++) {
        if (ty_is_null(uses[i])) {
            const Ty *null = uses[i];
            memmove(&uses[i], &uses[i + 1], (size_t)(count - 1 - i) * sizeof uses[0]);
            uses[count - 1] = null;
            return;
        }
    }
}

/* A value that several uses refused, at one place, is no value of their union. Those of other kinds
 * come first. Returns how many are left. */
static int64_t unite(Typer *typer, Failure *failures, int64_t count)
{
    int64_t kept = 0;
    Failure *united = arena_array(typer->arena, Failure, count);
    bool *done = arena_array(typer->arena, bool, count);
    for (int64_t i = 0; i < count; i++) {
        if (failures[i].kind != FAILURE_SUBTYPE) {
            united[kept++] = failures[i];
        }
    }
    for (int64_t i = 0; i < count; i++) {
        if (failures[i].kind != FAILURE_SUBTYPE || done[i]) {
            continue;
        }
        const Ty **uses = arena_array(typer->arena, const Ty *, count);
        int64_t used = 0;
        for (int64_t j = i; j < count; j++) {
            if (same_value(&failures[i], &failures[j])) {
                done[j] = true;
                add_use(typer, uses, &used, failures[j].use);
            }
        }
        null_last(uses, used);
        united[kept] = failures[i];
        united[kept++].use =
            used == 1 ? uses[0] : ty_group(typer, TY_UNION, uses, used, failures[i].span);
    }
    memcpy(failures, united, (size_t)kept * sizeof *united);
    return kept;
}

static bool same_failure(const Failure *a, const Failure *b)
{
    return a->kind == b->kind && a->value == b->value && a->use == b->use &&
           span_eq(a->span, b->span) && str_eq(a->field, b->field) && a->got == b->got &&
           a->expected == b->expected;
}

static int64_t drop_repeated(Failure *failures, int64_t count)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
        bool is_new = true;
        for (int64_t j = 0; j < kept && is_new; j++) {
            is_new = !same_failure(&failures[i], &failures[j]);
        }
        if (is_new) {
            failures[kept++] = failures[i];
        }
    }
    return kept;
}

void failures_tell(Typer *typer, const Ty *value, const Ty *use, int64_t first)
{
    enum { TOLD_MAX = 20, LOOKED_AT_MAX = 60 };
    int64_t count = typer->failures.len - first;
    count = count > LOOKED_AT_MAX ? LOOKED_AT_MAX : count;
    Failure *failures =
        arena_copy(typer->arena, &typer->failures.at[first], count * (int64_t)sizeof *failures);
    count = drop_repeated(failures, count);
    count = unite(typer, failures, count);
    count = count > TOLD_MAX ? TOLD_MAX : count;
    if (count == 1 &&
        (failures[0].kind != FAILURE_SUBTYPE || span_contains(typer->site, failures[0].span))) {
        tell_one(typer, &failures[0]);
    } else {
        tell_several(typer, value, use, failures, count);
    }
}

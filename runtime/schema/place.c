#include "runtime/schema/place.h"

#include "runtime/function.h"

Place place_in(const Place *outer, Str step)
{
    Place inner = *outer;
    assert(inner.len < PLACE_MAX_STEPS);
    inner.steps[inner.len++] = step;
    return inner;
}

Place place_at(const Place *outer, int64_t index)
{
    return place_in(outer, str_format(outer->failures->rt->query, "%lld", (long long)index));
}

void place_fail(const Place *place, Str message)
{
    failure_add(place->failures, place->steps, place->len, message);
}

void place_fail_path(const Place *place, Str text)
{
    Arena *query = place->failures->rt->query;
    place_fail(place, str_format(query, "Value `%.*s` is not a valid FQL path expression.",
                                 STR_ARG(text)));
    if (str_find(text, STR(" "), 0) > 0 && str_find(text, STR("\""), 0) < 0 && text.s[0] != '.') {
        failure_advise(
            place->failures,
            str_format(query, "A field of this name is written .[\"%.*s\"]", STR_ARG(text)));
    }
}

void place_mismatch(const Place *place, const char *expected, Value got)
{
    failure_add_mismatch(place->failures, place->steps, place->len, expected, got);
}

static bool is_listed(const char *const *list, int64_t count, Str name)
{
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(str_from_c(list[i]), name)) {
            return true;
        }
    }
    return false;
}

void place_check_known(const Place *place, const Object *object, const char *const *allowed,
                       int64_t count)
{
    for (int64_t i = 0; i < object->shape->count; i++) {
        Str name = object->shape->names[i];
        if (!is_listed(allowed, count, name) && !val_is_null(object->slots[i])) {
            Place field = place_in(place, name);
            place_fail(&field, STR("Unexpected field provided"));
        }
    }
}

/* -- texts ------------------------------------------------------------------------------------ */

const Source *place_source(const Place *place, Str text)
{
    Arena *arena = place->failures->rt->query;
    Source *source = arena_new(arena, Source);
    assert(place->len > 0);
    source->name = str_format(arena, "*%.*s*", STR_ARG(place->steps[place->len - 1]));
    source->text = str_copy(arena, text);
    return source;
}

void place_fail_unparsed(const Place *place, const char *heading, const DiagList *errors)
{
    Buf text = {0};
    buf_printf(&text, "%s\n", heading);
    diag_render_lines(&text, errors);
    place_fail(place, buf_str(&text));
    buf_free(&text);
}

/* -- lambdas ---------------------------------------------------------------------------------- */

static void fail_short(const Place *place, const Source *source)
{
    DiagList errors;
    diag_list_init(&errors, place->failures->rt->query);
    (void)diag_add(&errors, DIAG_ERROR, (Span){source, 0, (uint32_t)source->text.len},
                   STR("Short form lambdas are not allowed here"));
    place_fail_unparsed(place, PLACE_NO_CODE, &errors);
}

/* "exactly 1 argument", "2 or 3 arguments" */
static Str arities_text(Arena *arena, uint32_t arities)
{
    int first = __builtin_ctz(arities);
    if ((arities & (arities - 1)) == 0) {
        return str_format(arena, "exactly %d argument%s", first, first == 1 ? "" : "s");
    }
    Buf text = {0};
    buf_printf(&text, "%d", first);
    for (uint32_t rest = arities & (arities - 1); rest != 0; rest &= rest - 1) {
        bool last = (rest & (rest - 1)) == 0;
        buf_printf(&text, "%s%d", last ? " or " : ", ", __builtin_ctz(rest));
    }
    buf_puts(&text, " arguments");
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static void check_arity(const Place *place, const Function *fn, uint32_t arities)
{
    if (arities == 0 || (fn->params < 32 && arities >> fn->params & 1)) {
        return;
    }
    Arena *arena = place->failures->rt->query;
    Str expected = arities_text(arena, arities);
    place_fail(place, str_format(arena,
                                 "Invalid function arity. Expected %.*s, but the function was "
                                 "defined with %d arguments",
                                 STR_ARG(expected), fn->params));
}

void place_check_lambda(const Place *place, Str text, uint32_t arities, bool allow_short)
{
    Rt *rt = place->failures->rt;
    const Source *source = place_source(place, text);
    if (!allow_short && text.len > 0 && text.s[0] == '.') {
        fail_short(place, source);
        return;
    }
    Value fn = rt->up->compile_lambda(rt, rt->query, source);
    if (val_is_fault(fn)) {
        place_fail_unparsed(place, PLACE_NO_CODE, &rt->fault->check);
        rt->fault = NULL;
    } else {
        check_arity(place, fn.as.function, arities);
    }
}

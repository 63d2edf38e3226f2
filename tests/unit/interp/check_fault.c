/* Tests of failures: codes, messages, and the places that a trace names. */
#include "fixture.h"

typedef struct Case {
    const char *text, *code, *message;
    const char *places; /* line:column of each place, innermost first */
} Case;

static const Case cases[] = {
    {"nope", "unbound_variable", "Unbound variable `nope`", "1:1"},
    {"1 / 0", "divide_by_zero", "Attempted integer division by zero.", "1:5"},
    {"let f = x => 1 / x\nf(0)", "divide_by_zero", "Attempted integer division by zero.",
     "1:18 2:2"},
    {"let f = x => x\nf(1 / 0)", "divide_by_zero", "Attempted integer division by zero.", "2:7"},
    {"[1].map(\n  x => x / 0)", "divide_by_zero", "Attempted integer division by zero.",
     "2:12 1:8"},
    {"1 + \"a\"", "invalid_argument", "expected value for `other` of type Number, received String",
     "1:5"},
    {"1 - \"a\"", "invalid_argument",
     "expected arguments to `-` of type (Number), received (String)", "1:5"},
    {"{} + 1", "invalid_function_invocation", "The function `+` does not exist on `{ *: Any }`",
     "1:4"},
    {"[] - (1 / 0)", "invalid_function_invocation",
     "The function `-` does not exist on `Array<Any>`", "1:4"},
    {"-\"a\"", "invalid_function_invocation", "The function `-` does not exist on `String`", "1:1"},
    {"let o = { a: \"x\" }\n1 + o.a", "invalid_argument",
     "expected value for `other` of type Number, received String", "2:5"},
    {"let o = { a: 1 }\nif (o.a) 2", "type_mismatch", "expected type: Boolean, received Int",
     "2:5"},
    {"if (1) 2", "type_mismatch", "expected type: Boolean, received Int", "1:5"},
    {"true && 1", "type_mismatch", "expected type: Boolean, received Int", "1:9"},
    {"1 isa 2", "invalid_argument", "invalid argument `type_object`: expected a module object",
     "1:7"},
    {"null.a", "invalid_null_access", "Cannot access `a` on null.", "1:6"},
    {"{ a: 1 }.b.c", "invalid_null_access", "Cannot access `c` on null.", "1:12"},
    {"{ a: 1 }.b()", "invalid_function_invocation",
     "The function `b` does not exist on `{ *: Any }`", "1:10"},
    {"{ a: 1 }.a()", "invalid_function_invocation", "`a`: Expected a function, found `Int`",
     "1:10"},
    {"(1)(2)", "type_mismatch", "expected type: Function, received Int", "1:4"},
    {"{ a: null }.a!", "null_value", "Null literal value", "1:13"},
    {"{}.a!", "null_value", "Null value, due to missing field `a`", "1:4"},
    {"(x => x)()", "invalid_function_invocation",
     "callee function expects exactly 1 argument, but 0 were provided.", "1:9"},
    {"(() => 1)(1)", "invalid_function_invocation",
     "callee function expects no arguments, but 1 was provided.", "1:10"},
    {"((a, ...b) => 1)()", "invalid_function_invocation",
     "callee function expects at least 1 argument, but 0 were provided.", "1:17"},
    {"\"abc\".indexOf(1)", "invalid_argument",
     "expected arguments to `indexOf` of type (String), received (Int)", "1:14"},
    {"\"abc\".at(\"x\")", "invalid_argument",
     "expected value for `index` of type Int, received String", "1:9"},
    {"(1)[0]", "invalid_function_invocation", "The function `[]` does not exist on `Int`", "1:4"},
    {"match 1 { case _ => 2 }", "invalid_query", "The query failed 1 validation check", NULL},
    {"let f = (self, n) => 1 + self(self, n)\nf(f, 1)", "stack_overflow",
     "number of stack frames exceeded limit of 100000", NULL},
    {"let f = (self, n) => self(self, n)\nf(f, 1)", "stack_overflow",
     "number of stack frames exceeded limit of 100000", NULL},
};

/* The places of a summary: what stands behind "at *query*:". */
static Str list_places(Arena *arena, Str summary)
{
    Str places = {0};
    for (int64_t at = 0; (at = str_find(summary, STR("at *query*:"), at)) >= 0;) {
        at += 11;
        int64_t end = str_find(summary, STR("\n"), at);
        Str place = str_slice(summary, at, end < 0 ? summary.len : end);
        places = str_format(arena, "%.*s%s%.*s", STR_ARG(places), places.len > 0 ? " " : "",
                            STR_ARG(place));
    }
    return places;
}

START_TEST(failures_say_what_and_where)
{
    const Case *expected = &cases[_i];
    Outcome outcome = run(expected->text);
    ck_assert_int_eq(outcome.kind, OUTCOME_FAILED);
    expect_text(outcome.code, expected->code, expected->text);
    expect_text(outcome.message, expected->message, expected->text);
    if (expected->places != NULL) {
        Arena arena;
        arena_init(&arena);
        expect_text(list_places(&arena, outcome.summary), expected->places, expected->text);
        arena_free(&arena);
    }
}
END_TEST

START_TEST(a_hint_shows_where_the_null_was_made)
{
    Outcome outcome = run("let o = { a: 1 }\nlet f = x => x.b\nf(o).c");
    expect_text(outcome.summary,
                "error: Cannot access `c` on null.\n"
                "at *query*:3:6\n"
                "  |\n"
                "3 | f(o).c\n"
                "  |      ^\n"
                "  |\n"
                "hint: Null value created here\n"
                "at *query*:2:16\n"
                "  |\n"
                "2 | let f = x => x.b\n"
                "  |                ^\n"
                "  |",
                "f(o).c");
}
END_TEST

START_TEST(a_hint_tells_the_name_that_was_meant)
{
    static const Case meant[] = {
        {"Mth.max(1, 2)", NULL, NULL, "Did you mean `Math`?"},
        {"\"a\".toUperCase()", NULL, NULL, "Did you mean `toUpperCase`?"},
        {"let first = x => { let total = x\n totl }\nfirst(1)", NULL, NULL,
         "Did you mean `total`?"},
    };
    for (int64_t i = 0; i < countof(meant); i++) {
        Outcome outcome = run(meant[i].text);
        ck_assert_int_eq(outcome.kind, OUTCOME_FAILED);
        ck_assert_msg(str_find(outcome.summary, str_from_c(meant[i].places), 0) >= 0, "%s\n%.*s",
                      meant[i].text, STR_ARG(outcome.summary));
    }
    ck_assert_int_lt(str_find(run("quite").summary, STR("Did you mean"), 0), 0);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("fault");
    tcase_add_loop_test(tests, failures_say_what_and_where, 0, (int)countof(cases));
    tcase_add_test(tests, a_hint_tells_the_name_that_was_meant);
    tcase_add_test(tests, a_hint_shows_where_the_null_was_made);
    return run_suite("fault", tests);
}

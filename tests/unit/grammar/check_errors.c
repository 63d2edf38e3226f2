/* What is said about texts that do not parse, and about those that only end too early. */
#include "parse_fixture.h"

#include "runtime/base/limits.h"

typedef struct Mistake {
    const char *text, *error;
} Mistake;

static const Mistake queries[] = {
    {"", "1:1 Unexpected end of query. Expected statement or expression"},
    {"$", "1:1 Unexpected end of query. Expected statement or expression"},
    {"1 2", "1:3 Expected end-of-input"},
    {"1; )", "1:4 Expected end-of-input"},
    {"{ )", "1:3 Unexpected end of block. Expected statement or expression"},
    {"{ a; )", "1:6 Expected `}`"},
    {"{ a b }", "1:5 Expected `:` or `}`"},
    {"f(1\n+ 2)", "2:1 Expected `)` or `,`"},
    {"[1 2]", "1:4 Expected `,` or `]`"},
    {"(1 2)", "1:4 Expected `)`, `,`, or `...`"},
    {"a.1", "1:3 Expected identifier"},
    {"1 +", "1:4 Expected expression"},
    {"1 + )", "1:5 Expected expression"},
    {"if a", "1:4 Expected `(`"},
    {"let x", "1:6 Expected `:` or `=`"},
    {"let x: = 1", "1:8 Expected type"},
    {"a { 1 }", "1:5 Expected `*` or identifier"},
    {"1isaInt", "1:2 Expected end-of-input"},
    {"(a + 1) => a", "1:2 Expected the name of a parameter"},
    {"(a, ...b)", "1:1 Invalid variadic tuple"},
    {"f(...b)", "1:6 Only parameters may be variadic"},
    /* keywords */
    {"let join = 1", "1:5 Invalid identifier"},
    {"let _ = 1\n2", "1:5 Invalid identifier"},
    {"let FQL = 1\n2", "1:5 Invalid identifier"},
    {"a\nelse b", "2:1 Expected end-of-input"},
    {"a\nisa b", "2:1 Invalid identifier"},
    {"x { if: 1 }", "1:5 Invalid identifier"},
    /* literals */
    {"'\\q'", "1:3 Expected escape code"},
    {"'\\xg'", "1:4 Expected hex digit"},
    {"'\\u{}'", "1:5 Expected hex digit"},
    {"'\\u{1234567}'", "1:11 Expected `}`"},
    {"'\\ud800'", "1:2 Invalid escape"},
    {"'\\u{110000}'", "1:2 Invalid escape"},
    {"'a\x01'", "1:3 Invalid character"},
    {"1e+", "1:4 Expected digit"},
    {"0b2", "1:3 Expected digit"},
    {"<<-1", "1:4 Expected identifier"},
    {"<<-A b", "1:5 Expected a new line"},
    /* meaning */
    {"let x = 1", "1:10 Missing return expression"},
    {"{ let x = 1 }", "1:13 Missing return expression"},
    {"x => .a", "1:6 Invalid anonymous field access"},
    {"{ a: 1, a: 2 }", "1:9 Duplicate key"},
    {"(a, b, ...a) => 1", "1:11 Duplicate lambda argument"},
    {"{ \"#{a}\": 1 }", "1:6 Object keys do not support interpolation"},
    {"let x: (a: A) = 1\nx", "1:9 Only lambda argument types may be named"},
    {"let x: (...A) = 1\nx", "1:12 Invalid variadic argument"},
    {"let x: { *: A, b: B } = 1\nx", "1:16 Wildcard must be the last element in an object"},
    {"let x: { ..., b: B } = 1\nx", "1:15 Interface must be the last element in an object"},
    {"let x: { a: A, a: B } = 1\nx", "1:16 Duplicate key"},
};

START_TEST(a_mistake_is_named_where_it_is)
{
    ck_assert_str_eq(first_error(parse_query, queries[_i].text), queries[_i].error);
}
END_TEST

START_TEST(other_grammars_have_their_own_errors)
{
    ck_assert_str_eq(first_error(parse_type, "Foo..Bar"), "1:4 Expected `<` or end-of-input");
    ck_assert_str_eq(first_error(parse_type, "1.5"), "1:1 Expected type");
    ck_assert_str_eq(first_error(parse_pattern, "[1"), "1:3 Expected `,` or `]`");
    ck_assert_str_eq(first_error(parse_pattern, ""), "1:1 Expected pattern");
    ck_assert_str_eq(first_error(parse_path, ".a.b()"), "1:3 Invalid field path");
    ck_assert_str_eq(first_error(parse_path, ".a[-1]"), "1:3 Invalid field path");
    ck_assert_str_eq(first_error(parse_path, ".a[0]['b']"), "no error");
    ck_assert_str_eq(first_error(parse_expr, ".a"), "1:1 Invalid anonymous field access");
    ck_assert_str_eq(first_error(parse_expr, "1\n2"), "2:1 Expected end-of-input");
}
END_TEST

START_TEST(a_lambda_is_one_lambda)
{
    ck_assert_str_eq(first_error(parse_lambda, "x => x + 1"), "no error");
    ck_assert_str_eq(first_error(parse_lambda, "(.a + 1)\n"), "no error");
    ck_assert_str_eq(first_error(parse_lambda, "1"), "1:1 Body must be a lambda expression.");
    ck_assert_str_eq(first_error(parse_lambda, "() => {};"), "1:9 Expected end-of-input");
    ck_assert_str_eq(first_error(parse_lambda, "1; 2"), "1:1 Body must be a lambda expression.");
    ck_assert_str_eq(first_error(parse_lambda, ".a"), "1:1 Invalid anonymous field access");
    ParseResult result = parse_text(parse_lambda, STR("a"));
    ck_assert_str_eq(render(&result), "error: Body must be a lambda expression.\n"
                                      "at *query*:1:1\n"
                                      "  |\n"
                                      "1 | a\n"
                                      "  | ^ Expression is not a lambda.\n"
                                      "  |\n"
                                      "hint: Declare a lambda.\n"
                                      "  |\n"
                                      "1 | () => a\n"
                                      "  | ++++++\n"
                                      "  |");
}
END_TEST

START_TEST(mistakes_in_meaning_are_all_told)
{
    ParseResult result = parse_text(parse_query, STR("{ a: .b, a: 1, a: 2 }"));
    ck_assert_int_eq(result.status, PARSE_FAILED);
    ck_assert_int_eq(result.diags.count, 3);
}
END_TEST

START_TEST(hints_show_what_was_meant)
{
    ParseResult result = parse_text(parse_query, STR("{ \"a #{b}\": 2 }"));
    ck_assert_str_eq(render(&result), "error: Object keys do not support interpolation\n"
                                      "at *query*:1:8\n"
                                      "  |\n"
                                      "1 | { \"a #{b}\": 2 }\n"
                                      "  |        ^\n"
                                      "  |\n"
                                      "hint: Add a backslash to ignore the interpolation\n"
                                      "  |\n"
                                      "1 | { \"a \\#{b}\": 2 }\n"
                                      "  |      +\n"
                                      "  |\n"
                                      "hint: Use Object.fromEntries if you need a dynamic key\n"
                                      "  |\n"
                                      "1 | { \"a #{b}\": 2 }\n"
                                      "  |   ^^^^^^^^\n"
                                      "  |");
}
END_TEST

typedef struct Beginning {
    const char *text, *open;
} Beginning;

static const Beginning beginnings[] = {
    {"1 +", ""},
    {"x.", ""},
    {"let x =", ""},
    {"if (a)", ""},
    {"if (a) b else", ""},
    {"x =>\n", ""},
    {"f(", "("},
    {"f(a,\n  [1, {", "([{"},
    {"{ a: 1,", "{"},
    {"{ let a = 1\n", "{"},
    {"\"abc", "\""},
    {"'abc\ndef", "'"},
    {"\"a#{f(", "\"{("},
    {"\"a#{b} c", "\""},
    {"<<-END\nabc\n", "<<-"},
    {"<<+END\nabc #{x", "<<{"},
    {"/* abc", "/*"},
    {"a { b", "{"},
};

START_TEST(what_only_ends_too_early_is_incomplete)
{
    ParseResult result = parse_text(parse_query, str_from_c(beginnings[_i].text));
    ck_assert_int_eq(result.status, PARSE_INCOMPLETE);
    ck_assert_str_eq(str_to_c(&arena, result.open), beginnings[_i].open);
    ck_assert_int_eq(result.diags.count, 1);
}
END_TEST

START_TEST(what_cannot_be_mended_by_more_is_not_incomplete)
{
    static const char *const texts[] = {")", "f(]", "1 2", "let x = 1", "{ a: .b", "'\\q"};
    for (int64_t i = 0; i < countof(texts); i++) {
        ck_assert_int_eq(parse_text(parse_query, str_from_c(texts[i])).status, PARSE_FAILED);
    }
}
END_TEST

START_TEST(scripts_may_be_empty_and_end_in_a_let)
{
    ck_assert_int_eq(parse_text(parse_script, STR("")).status, PARSE_OK);
    ck_assert_int_eq(parse_text(parse_script, STR("// nothing\n")).status, PARSE_OK);
    ck_assert_int_eq(parse_text(parse_script, STR("let x = 1\n")).status, PARSE_OK);
    ck_assert_int_eq(parse_text(parse_script, STR("f(")).status, PARSE_INCOMPLETE);
}
END_TEST

/* `count` times `piece`, then `end`. */
static const char *repeat(const char *piece, int64_t count, const char *end)
{
    Buf out = {0};
    for (int64_t i = 0; i < count; i++) {
        buf_puts(&out, piece);
    }
    buf_puts(&out, end);
    return take_text(&out);
}

static const char *const deep_pieces[] = {"(",        "[",         "{",       "{a:",   "f(",
                                          "\"#{",     "- - ",      "x => ",   "x ** ", "if (x) ",
                                          "x[",       "at (x) ",   "x { a: ", "1 + (", ".a(",
                                          "<<+A\n#{", "let a = {", "! ",      "a ?? ", "(.b + ",
                                          ".a",       ".a(1)",     ".a!",     ".a[0]", ".a?.b",
                                          ".a(1)(2)"};

START_TEST(deep_nesting_is_one_clear_error)
{
    const char *text = repeat(deep_pieces[_i], 10000, "1");
    ParseResult result = parse_text(parse_query, str_from_c(text));
    ck_assert_int_eq(result.status, PARSE_FAILED);
    ck_assert_int_eq(result.diags.count, 1);
    ck_assert_str_eq(str_to_c(&arena, result.diags.first->message),
                     "Nested more than 1000 levels deep");
}
END_TEST

START_TEST(nesting_up_to_the_limit_is_fine)
{
    Buf out = {0};
    buf_puts(&out, repeat("[", AST_DEPTH_MAX - 2, "1"));
    buf_puts(&out, repeat("]", AST_DEPTH_MAX - 2, ""));
    ParseResult result = parse_text(parse_query, str_from_c(take_text(&out)));
    ck_assert_int_eq(result.status, PARSE_OK);
    buf_puts(&out, "x");
    buf_puts(&out, repeat(".a(1)!", AST_DEPTH_MAX / 2 - 1, ""));
    ck_assert_int_eq(parse_text(parse_query, str_from_c(take_text(&out))).status, PARSE_OK);
}
END_TEST

START_TEST(sizes_have_limits)
{
    const char *call = repeat("1,", CALL_ARGS_MAX + 1, ")");
    ck_assert_str_eq(first_error(parse_query, str_to_c(&arena, str_format(&arena, "f(%s", call))),
                     "1:2 A call has at most 64 arguments");
    ck_assert_str_eq(first_error(parse_query, repeat("9", NUMBER_DIGITS_MAX + 1, "")),
                     "1:1 A number has at most 4096 digits");
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("errors");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, a_mistake_is_named_where_it_is, 0, (int)countof(queries));
    tcase_add_test(tests, other_grammars_have_their_own_errors);
    tcase_add_test(tests, a_lambda_is_one_lambda);
    tcase_add_test(tests, mistakes_in_meaning_are_all_told);
    tcase_add_test(tests, hints_show_what_was_meant);
    tcase_add_loop_test(tests, what_only_ends_too_early_is_incomplete, 0, (int)countof(beginnings));
    tcase_add_test(tests, what_cannot_be_mended_by_more_is_not_incomplete);
    tcase_add_test(tests, scripts_may_be_empty_and_end_in_a_let);
    tcase_add_loop_test(tests, deep_nesting_is_one_clear_error, 0, (int)countof(deep_pieces));
    tcase_add_test(tests, nesting_up_to_the_limit_is_fine);
    tcase_add_test(tests, sizes_have_limits);
    return run_suite("errors", tests);
}

/* Tests of evaluation: expressions and what they give. */
#include "fixture.h"

typedef struct Case {
    const char *text, *shown;
} Case;

static const Case operators[] = {
    {"1 + 2", "3"},
    {"7 - 10", "-3"},
    {"6 * 7", "42"},
    {"7 / 2", "3"},
    {"-7 / 2", "-3"},
    {"-7 % 3", "-1"},
    {"7.5 % 2", "1.5"},
    {"1 + 0.5", "1.5"},
    {"7 / 2.0", "3.5"},
    {"2147483647 + 1", "2147483648"},
    {"9223372036854775807 + 1", "9.223372036854776E18"},
    {"9223372036854775807 * 2", "1.8446744073709552E19"},
    {"-9223372036854775807 - 1 - 1", "-9.223372036854776E18"},
    {"2 ** 10", "1024"},
    {"2 ** 62", "4611686018427387904"},
    {"2 ** 64", "1.8446744073709552E19"},
    {"2 ** -1", "0.5"},
    {"(-1) ** 3", "-1"},
    {"0 ** 0", "1"},
    {"6 & 3", "2"},
    {"6 | 3", "7"},
    {"6 ^ 3", "5"},
    {"~5", "-6"},
    {"-(3)", "-3"},
    {"!true", "false"},
    {"1 == 1.0", "true"},
    {"1 == \"1\"", "false"},
    {"1 != 2", "true"},
    {"1 < 2", "true"},
    {"2 <= 1", "false"},
    {"\"a\" < \"b\"", "true"},
    {"1 < \"b\"", "false"},
    {"1 >= \"b\"", "false"},
    {"\"a\" + \"b\"", "\"ab\""},
    {"\"a\" + 1 + null", "\"a1null\""},
    {"true && false", "false"},
    {"false && 1", "false"},
    {"true || 1", "true"},
    {"null ?? 2", "2"},
    {"1 ?? 2", "1"},
    {"1 isa Int", "true"},
    {"1 isa Number", "true"},
    {"\"x\" isa Int", "false"},
    {"1 + 2 * 3 - 4", "3"},
};

static const Case statements[] = {
    {"if (1 < 2) \"yes\" else \"no\"", "\"yes\""},
    {"if (2 < 1) \"yes\"", "null"},
    {"let x = 1\nx + 1", "2"},
    {"{ let x = 1\n let y = x + 1\n x + y }", "3"},
    {"let x = 1\n{ let x = 2\n x } + x", "3"},
    {"[1, { let a = 5\n a * 2 }, 3]", "[\n  1,\n  10,\n  3\n]"},
    {"{ a: 1, \"b c\": 2 }", "{\n  a: 1,\n  \"b c\": 2\n}"},
    {"(1, 2)", "[\n  1,\n  2\n]"},
    {"(1)", "1"},
    {"let n = 3\n\"n is #{n}, #{[n]}\"", "\"n is 3, [3]\""},
    {"let x = \"b\"\n\"a#{\"<#{x}>\"}c\"", "\"a<b>c\""},
};

static const Case functions[] = {
    {"let f = x => x + 1\nf(2)", "3"},
    {"let f = (a, b) => a - b\nf(5, 3)", "2"},
    {"let f = (a, ...rest) => rest\nf(1, 2, 3)", "[\n  2,\n  3\n]"},
    {"let f = (...rest) => rest.length\nf()", "0"},
    {"let add = a => b => c => a + b + c\nadd(1)(2)(3)", "6"},
    {"let k = 10\nlet f = x => { let y = x * k\n z => y + z }\nf(2)(3)", "23"},
    {"let x = 1\nlet f = () => x\nlet x = 2\nf()", "1"},
    {"((a, _) => a)(1, 2)", "1"},
    {"let f = x => if (x < 2) x else x * 2\n[f(1), f(2)]", "[\n  1,\n  4\n]"},
    {"let o = { f: x => x * 2 }\no.f(4)", "8"},
    {"(f => f({ a: 2 }))(.a + 1)", "3"},
    {"[1, 2, 3].map(x => x * x)", "[\n  1,\n  4,\n  9\n]"},
    {"[{ a: 1 }, { a: 2 }].map(.a)", "[\n  1,\n  2\n]"},
    {"let m = Math.max\nm(1, 2)", "2"},
};

static const Case chains[] = {
    {"{ a: { b: 1 } }.a.b", "1"},
    {"{ a: 1 }.x", "null"},
    {"{ a: null }.a?.b.c", "null"},
    {"null?.a.b[0](1)", "null"},
    {"({ a: null }.a?.b) ?? 3", "3"},
    {"[1, 2, 3][1]", "2"},
    {"\"abc\"[1]", "\"b\""},
    {"{ a: 1 }[\"a\"]", "1"},
    {"{ a: 1 }.a!", "1"},
    {"\"abc\".length", "3"},
    {"\"abc\".toUpperCase().length", "3"},
    {"(1).x", "null"},
    {"let up = \"abc\".toUpperCase\nup()", "\"ABC\""},
    {"{ a: 1, b: 2 } { a }", "{\n  a: 1\n}"},
    {"{ a: { b: 1, c: 2 } } { x: .a.b, a { c } }", "{\n  x: 1,\n  a: {\n    c: 2\n  }\n}"},
    {"[{ a: 1, b: 2 }] { b }", "[\n  {\n    b: 2\n  }\n]"},
    {"let k = 5\n[{ a: 1 }] { s: .a + k }", "[\n  {\n    s: 6\n  }\n]"},
    {"5 { a }", "5"},
};

#define EXPECT_ALL(name)                             \
    START_TEST(name##_give_what_they_should)         \
    {                                                \
        expect_shown(name[_i].text, name[_i].shown); \
    }                                                \
    END_TEST

EXPECT_ALL(operators)
EXPECT_ALL(statements)
EXPECT_ALL(functions)
EXPECT_ALL(chains)

START_TEST(caches_follow_the_shape_of_what_they_meet)
{
    expect_shown("let f = x => x.a\n[f({ a: 1 }), f({ b: 0, a: 2 }), f({ b: 3 }), f({ a: 4 })]",
                 "[\n  1,\n  2,\n  null,\n  4\n]");
    expect_shown("let f = x => x.toString()\n[f(1), f(true), f([1]), f(2)]",
                 "[\n  \"1\",\n  \"true\",\n  \"[1]\",\n  \"2\"\n]");
}
END_TEST

START_TEST(each_form_of_operand_means_the_same)
{
    expect_shown("((a, b) => [a - b, a - 3, (a + 0) - 3, (a + 0) - (b + 0), 10 - b])(10, 4)",
                 "[\n  6,\n  7,\n  7,\n  6,\n  6\n]");
    expect_shown("((a, b) => [a < b, a < 3, (a + 0) < 3, 10 < b])(10, 4)",
                 "[\n  false,\n  false,\n  false,\n  false\n]");
    expect_shown("(a => [a / 4, a % 4, (a + 0) / 1, (a + 0) % 1])(-7)",
                 "[\n  -1,\n  -3,\n  -7,\n  0\n]");
    expect_shown("(a => [a / 4, a % 4, (a + 0) / 4, (a + 0) % 4, a / 1.0])(7)",
                 "[\n  1,\n  3,\n  1,\n  3,\n  7.0\n]");
    expect_shown("(a => [a / 4, a % 4])(6.5)", "[\n  1.625,\n  2.5\n]");
    expect_shown("((a, b) => [a + b, a + 1, (a + \"\") + 1])(\"x\", 1.5)",
                 "[\n  \"x1.5\",\n  \"x1\",\n  \"x1\"\n]");
}
END_TEST

START_TEST(deep_recursion_goes_on_where_there_is_room)
{
    /* A function that gets itself: lets are not visible in their own lambdas. */
    expect_shown("let sum = (self, n) => if (n == 0) 0 else n + self(self, n - 1)\n"
                 "sum(sum, 20000)",
                 "200010000");
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("eval");
    tcase_add_loop_test(tests, operators_give_what_they_should, 0, (int)countof(operators));
    tcase_add_loop_test(tests, statements_give_what_they_should, 0, (int)countof(statements));
    tcase_add_loop_test(tests, functions_give_what_they_should, 0, (int)countof(functions));
    tcase_add_loop_test(tests, chains_give_what_they_should, 0, (int)countof(chains));
    tcase_add_test(tests, caches_follow_the_shape_of_what_they_meet);
    tcase_add_test(tests, each_form_of_operand_means_the_same);
    tcase_add_test(tests, deep_recursion_goes_on_where_there_is_room);
    return run_suite("eval", tests);
}

/* Tests of local.c: which names the place marked by `$` can use, and in which order. */
#include "repl/edit/local.h"

#include <check.h>

static bool put_name(void *context, const Local *local)
{
    Buf *names = context;
    buf_puts(names, names->len > 0 ? " " : "");
    buf_put(names, local->name);
    return false;
}

static void expect_names(const char *text, const char *expected)
{
    Arena arena;
    Scan scan;
    Buf names = {0};
    arena_init(&arena);
    Str marked = str_from_c(text);
    int64_t mark = str_find(marked, STR("$"), 0);
    Str plain = str_format(&arena, "%.*s_%.*s", (int)mark, text, (int)(marked.len - mark - 1),
                           text + mark + 1);
    scan_text(&arena, plain, &scan);
    local_each(&scan, scan_token_before(&scan, mark + 1), put_name, &names);
    ck_assert_msg(str_eq(buf_str(&names), str_from_c(expected)), "%s: got `%.*s`", text,
                  STR_ARG(buf_str(&names)));
    buf_free(&names);
    arena_free(&arena);
}

START_TEST(lets_are_there_after_their_statement)
{
    expect_names("let a = 1\n$", "a");
    expect_names("let a = 1; let b = a\n$", "b a");
    expect_names("let a: { x: Int } = { x: 1 }\n$", "a");
    expect_names("let a = $", "");
    expect_names("$\nlet a = 1", "");
    expect_names("let a = 1\nlet b = a + $", "a");
}
END_TEST

START_TEST(lets_of_a_block_end_with_it)
{
    expect_names("let a = { let b = 1; b }\n$", "a");
    expect_names("let a = 1; if (x) { let b = 2; $ }", "b a");
    expect_names("let a = 1; [a, ($", "a");
}
END_TEST

START_TEST(parameters_are_there_in_their_lambda)
{
    expect_names("f(x => $", "x");
    expect_names("f((x, ...y) => x + $", "x y");
    expect_names("let f = (x: Int, y: Map) => $", "x y");
    expect_names("f(x => g(y => $", "y x");
    expect_names("x => y => $", "y x");
    expect_names("f((x, y) => { let z = x\n$", "z x y");
    expect_names("f(x => x, $", "");
    expect_names("f(x => x) + $", "");
    expect_names("let f = x => x\n$", "f");
    expect_names("[x => x, { a: $", "");
}
END_TEST

START_TEST(the_innermost_of_a_name_is_meant)
{
    Arena arena;
    Scan scan;
    Local found;
    arena_init(&arena);
    scan_text(&arena, STR("let a = 1\nlet a = 2\nf(a => g(a))"), &scan);
    ck_assert(local_find(&scan, scan.len - 3, STR("a"), &found));
    ck_assert_int_eq(found.kind, LOCAL_PARAMETER);
    ck_assert_int_eq(found.index, 0);
    ck_assert(local_find(&scan, 8, STR("a"), &found));
    ck_assert_int_eq(found.kind, LOCAL_LET);
    ck_assert(str_eq(scan_token_text(&scan, found.first), STR("2")));
    ck_assert_int_eq(found.first, found.last);
    ck_assert(!local_find(&scan, scan.len - 1, STR("b"), &found));
    arena_free(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("local");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, lets_are_there_after_their_statement);
    tcase_add_test(tcase, lets_of_a_block_end_with_it);
    tcase_add_test(tcase, parameters_are_there_in_their_lambda);
    tcase_add_test(tcase, the_innermost_of_a_name_is_meant);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

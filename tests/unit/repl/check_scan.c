/* Tests of scan.c and secrecy.c: tokens of unfinished text, what is open, and secrets. */
#include "repl/edit/scan.h"
#include "repl/edit/secrecy.h"

#include <check.h>

static void expect_open(const char *text, int64_t at, const char *expected)
{
    Arena arena;
    Scan scan;
    Buf open = {0};
    arena_init(&arena);
    scan_text(&arena, str_from_c(text), &scan);
    scan_put_open(&scan, at, &open);
    ck_assert_msg(str_eq(buf_str(&open), str_from_c(expected)), "%s at %d: `%.*s`", text, (int)at,
                  STR_ARG(buf_str(&open)));
    buf_free(&open);
    arena_free(&arena);
}

START_TEST(what_is_open_is_told_for_each_place)
{
    expect_open("f([1, {", 7, "([{");
    expect_open("f([1, {", 3, "([");
    expect_open("f([1]) + (", 6, "");
    expect_open("a\nb", 1, "");
}
END_TEST

START_TEST(strings_and_comments_are_open_until_they_end)
{
    expect_open("f(\"ab\ncd", 6, "(\"");
    expect_open("\"ab\ncd\" + 1", 4, "\"");
    expect_open("\"ab\ncd\" + 1", 9, "");
    expect_open("1 /* a\nb", 7, "/*");
    expect_open("\"a#{f(\n", 7, "\"{(");
    expect_open("\"a#{b}c\"", 8, "");
}
END_TEST

static void expect_in_string(const char *text, int64_t at, bool expected)
{
    Arena arena;
    Scan scan;
    arena_init(&arena);
    scan_text(&arena, str_from_c(text), &scan);
    ck_assert_msg(scan_is_in_string(&scan, at) == expected, "%s at %d", text, (int)at);
    arena_free(&arena);
}

START_TEST(text_of_strings_is_told_from_code)
{
    expect_in_string("f(\"ab", 5, true);
    expect_in_string("f(\"ab", 2, false);
    expect_in_string("\"ab\" + abc", 2, true);
    expect_in_string("\"ab\" + abc", 4, false);
    expect_in_string("\"ab\" + abc", 8, false);
    expect_in_string("\"a#{f(", 6, false);
    expect_in_string("\"a#{b}c", 7, true);
    expect_in_string("<<-END\n  a", 10, true);
    expect_in_string("1 /* a", 6, false);
}
END_TEST

START_TEST(brackets_find_their_mates)
{
    Arena arena;
    Scan scan;
    arena_init(&arena);
    scan_text(&arena, STR("f([1])"), &scan);
    int64_t near = scan_bracket_near(&scan, 6);
    ck_assert_int_eq(scan.at[near].start, 5);
    ck_assert_int_eq(scan.at[scan.at[near].mate].start, 1);
    ck_assert_int_eq(scan_bracket_near(&scan, 0), -1);
    arena_free(&arena);
}
END_TEST

START_TEST(secrets_are_found_and_words_are_not)
{
    ck_assert(secrecy_is_needed(STR("Key.create({ role: \"admin\" })")));
    ck_assert(secrecy_is_needed(STR("A.create({ password: \"x\" })")));
    ck_assert(secrecy_is_needed(STR("{ \"API-Key\": \"x\" }")));
    ck_assert(secrecy_is_needed(STR("Credential.all()")));
    ck_assert(!secrecy_is_needed(STR("f(\"fn0\")")));
    ck_assert(secrecy_is_needed(STR("f(\"fn00000000000000000000000000000000000000\")")));
    ck_assert(secrecy_is_needed(
        STR("f(\"fn0000000000000000000000000000000000000000000000000\")")));
    ck_assert(!secrecy_is_needed(STR("A.where(.password == null)")));
    ck_assert(!secrecy_is_needed(STR("\"the secret of Key.create\" // password")));
    ck_assert(!secrecy_is_needed(STR("Movie.create({ title: \"Secret\" })")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scan");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, what_is_open_is_told_for_each_place);
    tcase_add_test(tcase, strings_and_comments_are_open_until_they_end);
    tcase_add_test(tcase, text_of_strings_is_told_from_code);
    tcase_add_test(tcase, brackets_find_their_mates);
    tcase_add_test(tcase, secrets_are_found_and_words_are_not);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

/* Tests of request.c: members as slices of the text. */
#include "interp/session/request.h"

#include "runtime/base/limits.h"

#include <check.h>

static Arena arena;
static Members members;
static Str error;

static void set_up(void)
{
    arena_init(&arena);
}

static void tear_down(void)
{
    arena_free(&arena);
}

static bool read_text(const char *text)
{
    return request_read(&arena, str_from_c(text), &members, &error);
}

static void expect_text(Str got, const char *expected)
{
    ck_assert_msg(str_eq(got, str_from_c(expected)), "got `%.*s`, expected `%s`", STR_ARG(got),
                  expected);
}

START_TEST(members_keep_their_text)
{
    ck_assert(read_text(" {\"a\" : [1, {\"b\": \"}\"}] ,\"c\":{ \"d\":{}} , \"e\": -1.5e3 }"));
    ck_assert_int_eq(members.count, 3);
    expect_text(members.at[0].name, "a");
    expect_text(members.at[0].text, "[1, {\"b\": \"}\"}]");
    ck_assert_int_eq(members.at[0].kind, MEMBER_ARRAY);
    expect_text(members.at[1].text, "{ \"d\":{}}");
    ck_assert_int_eq(members.at[1].kind, MEMBER_OBJECT);
    expect_text(members.at[2].text, "-1.5e3");
    ck_assert_int_eq(members.at[2].kind, MEMBER_NUMBER);
}
END_TEST

START_TEST(strings_are_decoded)
{
    ck_assert(read_text("{\"query\":\"a\\n\\\"\\u00e9\\ud83d\\ude00\"}"));
    expect_text(members.at[0].string, "a\n\"\xc3\xa9\xf0\x9f\x98\x80");
    expect_text(members.at[0].text, "\"a\\n\\\"\\u00e9\\ud83d\\ude00\"");
}
END_TEST

START_TEST(names_may_have_escapes)
{
    ck_assert(read_text("{\"a\\u0062\": true, \"c\": false, \"d\": null}"));
    ck_assert(request_find(&members, STR("ab"))->is_true);
    ck_assert(!request_find(&members, STR("c"))->is_true);
    ck_assert_int_eq(request_find(&members, STR("d"))->kind, MEMBER_NULL);
    ck_assert_ptr_null(request_find(&members, STR("e")));
}
END_TEST

START_TEST(the_last_of_two_members_of_one_name_counts)
{
    ck_assert(read_text("{\"a\": 1, \"a\": 2}"));
    expect_text(request_find(&members, STR("a"))->text, "2");
}
END_TEST

START_TEST(nesting_has_a_limit)
{
    Buf text = {0};
    buf_fill(&text, '[', JSON_DEPTH_MAX + 1);
    ck_assert(!read_text(str_to_c(&arena, buf_str(&text))));
    expect_text(error, "JSON exceeds nesting limit");
    text.len = 0;
    buf_fill(&text, '[', JSON_DEPTH_MAX);
    buf_fill(&text, ']', JSON_DEPTH_MAX);
    ck_assert(read_text(str_to_c(&arena, buf_str(&text))));
    buf_free(&text);
}
END_TEST

START_TEST(elements_of_an_array_have_no_names)
{
    ck_assert(read_text("[\"a\", [], 7]"));
    ck_assert(members.is_array);
    ck_assert_int_eq(members.count, 3);
    expect_text(members.at[0].string, "a");
    expect_text(members.at[1].text, "[]");
    expect_text(members.at[2].text, "7");
}
END_TEST

static const char *const refused[] = {
    "",   " ",     "{",   "{\"a\"}", "{\"a\":1,}",       "{'a':1}",    "{} {}",
    "12", "\"a\"", "nul", "[1",      "{\"a\":\"\xff\"}", "{\"a\":01}",
};

START_TEST(what_is_no_object_is_refused_with_a_reason)
{
    ck_assert(!read_text(refused[_i]));
    ck_assert_int_gt(error.len, 0);
    ck_assert_int_lt(str_find(error, STR("\n"), 0), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("request");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, members_keep_their_text);
    tcase_add_test(tcase, strings_are_decoded);
    tcase_add_test(tcase, names_may_have_escapes);
    tcase_add_test(tcase, the_last_of_two_members_of_one_name_counts);
    tcase_add_test(tcase, elements_of_an_array_have_no_names);
    tcase_add_loop_test(tcase, what_is_no_object_is_refused_with_a_reason, 0,
                        (int)countof(refused));
    tcase_add_test(tcase, nesting_has_a_limit);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

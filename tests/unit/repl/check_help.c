/* Tests of help.c: pages are found by all the names that people try. */
#include "repl/command/help.h"

#include "repl/command/guide.h"

#include <check.h>

static Buf page;

static bool find_page(const char *topic)
{
    page.len = 0;
    return help_topic(&page, str_from_c(topic));
}

static void expect_in_page(const char *text)
{
    ck_assert_msg(str_find(buf_str(&page), str_from_c(text), 0) >= 0, "`%s` is not in `%.*s`", text,
                  STR_ARG(buf_str(&page)));
}

static void tear_down(void)
{
    buf_free(&page);
}

START_TEST(a_method_has_signature_and_example)
{
    ck_assert(find_page("Array.map"));
    expect_in_page("Array.map\n    (mapper: A => B) => Array<B>\n");
    expect_in_page("Example:\n    [1, 2].map");
}
END_TEST

static int64_t count_characters(Str row)
{
    int64_t count = 0;
    for (int64_t i = 0; i < row.len; i++) {
        count += ((unsigned char)row.s[i] & 0xc0) != 0x80;
    }
    return count;
}

static void look_at_guide(void *context, Str name)
{
    int *count = context;
    page.len = 0;
    ck_assert(help_topic(&page, name));
    Str rest = buf_str(&page), row;
    while (str_take_line(&rest, &row)) {
        ck_assert_msg(count_characters(row) <= 78, "%.*s", STR_ARG(row));
    }
    ++*count;
}

START_TEST(guides_are_found_by_all_their_names_and_fit_a_terminal)
{
    int count = 0;
    guide_each(look_at_guide, &count);
    ck_assert_int_ge(count, 5);
    ck_assert(find_page("tutorial"));
    expect_in_page("The first steps\n");
    ck_assert(find_page("sqlite"));
    expect_in_page("Coming from SQL\n");
}
END_TEST

START_TEST(a_bare_name_shows_every_type_that_has_it)
{
    ck_assert(find_page("map"));
    expect_in_page("Array.map\n");
    expect_in_page("Set.map\n");
}
END_TEST

START_TEST(a_type_lists_its_methods)
{
    ck_assert(find_page("String"));
    expect_in_page("\nMethods and fields:\n");
    expect_in_page("\n  toUpperCase");
}
END_TEST

START_TEST(meta_commands_are_found_with_and_without_dot)
{
    ck_assert(find_page(".mode"));
    expect_in_page(".mode [MODE]");
    ck_assert(find_page("timer"));
    expect_in_page(".timer [on|off|once]");
}
END_TEST

START_TEST(global_functions_are_found)
{
    ck_assert(find_page("abort"));
    expect_in_page("abort\n");
}
END_TEST

START_TEST(the_beginning_of_a_name_lists_all_that_begin_so)
{
    ck_assert(find_page("pagin"));
    expect_in_page("Topics that begin with `pagin`:\n  Set.paginate ");
}
END_TEST

START_TEST(any_other_word_lists_what_speaks_of_it)
{
    ck_assert(find_page("divided"));
    expect_in_page("Topics that speak of `divided`:\n");
    expect_in_page("  divide_by_zero ");
}
END_TEST

START_TEST(subcommands_are_topics)
{
    ck_assert(find_page("undo"));
    expect_in_page(".undo [ID]");
    ck_assert(find_page("compact"));
    ck_assert(find_page("rpc"));
    expect_in_page("usage: fawn rpc");
}
END_TEST

START_TEST(performance_hints_are_topics)
{
    ck_assert(find_page("full_set_read"));
    ck_assert(find_page("collection_scan"));
    ck_assert(find_page("non_covered_document_read"));
    expect_in_page("What to do:\n");
}
END_TEST

START_TEST(unknown_topics_are_not)
{
    ck_assert(!find_page("nosuch"));
    ck_assert(!find_page("Array.nosuch"));
    ck_assert(!find_page("."));
    ck_assert(!find_page(".nosuch"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("help");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_test(tcase, a_method_has_signature_and_example);
    tcase_add_test(tcase, guides_are_found_by_all_their_names_and_fit_a_terminal);
    tcase_add_test(tcase, a_bare_name_shows_every_type_that_has_it);
    tcase_add_test(tcase, a_type_lists_its_methods);
    tcase_add_test(tcase, meta_commands_are_found_with_and_without_dot);
    tcase_add_test(tcase, global_functions_are_found);
    tcase_add_test(tcase, the_beginning_of_a_name_lists_all_that_begin_so);
    tcase_add_test(tcase, any_other_word_lists_what_speaks_of_it);
    tcase_add_test(tcase, subcommands_are_topics);
    tcase_add_test(tcase, performance_hints_are_topics);
    tcase_add_test(tcase, unknown_topics_are_not);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

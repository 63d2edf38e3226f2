/* Tests of part.c: how a source is divided. */
#include "repl/shell/part.h"

#include <check.h>

/* Divides `text` and writes the parts down: "line:text" of queries, "line!text" of commands, each
 * ended by `;`, newlines as `/`. */
static void expect_parts(const char *text, const char *expected)
{
    Arena scratch;
    PartReader reader = {.text = str_from_c(text), .arena = &scratch};
    Part part;
    Buf got = {0};
    arena_init(&scratch);
    while (part_next(&reader, &part)) {
        buf_printf(&got, "%lld%c", (long long)part.line, part.is_command ? '!' : ':');
        for (int64_t i = 0; i < part.text.len; i++) {
            buf_byte(&got, part.text.s[i] == '\n' ? '/' : part.text.s[i]);
        }
        buf_byte(&got, '|');
    }
    ck_assert_msg(str_eq(buf_str(&got), str_from_c(expected)), "got `%.*s`, expected `%s`",
                  STR_ARG(buf_str(&got)), expected);
    buf_free(&got);
    arena_free(&scratch);
}

START_TEST(a_source_without_dividers_is_one_part)
{
    expect_parts("1 + 1", "0:1 + 1|");
    expect_parts("1\n\n2\n", "0:1//2/|");
    expect_parts("1 ---\n--- 2\n", "0:1 ---/--- 2/|");
}
END_TEST

START_TEST(blank_sources_have_no_parts)
{
    expect_parts("", "");
    expect_parts("\n  \n\t\r\n", "");
    expect_parts("---\n---", "");
}
END_TEST

START_TEST(three_dashes_divide)
{
    expect_parts("1\n---\n2", "0:1/|2:2|");
    expect_parts("1\n--- \r\n\n---\n2\n---\n", "0:1/|4:2/|");
}
END_TEST

START_TEST(a_command_stands_where_no_statement_is_open)
{
    expect_parts(".mode json\n1", "0!.mode json|1:1|");
    expect_parts("1\n\n.mode json\n2", "0:1//|2!.mode json|3:2|");
    expect_parts("1;\n.mode json", "0:1;/|1!.mode json|");
    expect_parts(".mode json\n.timer on\n", "0!.mode json|1!.timer on|");
    expect_parts("---\n.mode json\n", "1!.mode json|");
}
END_TEST

START_TEST(a_leading_dot_in_a_statement_is_fql)
{
    expect_parts("x\n.mode json", "0:x/.mode json|");
    expect_parts("x\n\n.where(y)", "0:x//.where(y)|");
    expect_parts(".first()", "0:.first()|");
}
END_TEST

START_TEST(a_backslash_is_a_command_anywhere_in_the_first_column)
{
    expect_parts("x\n\\mode json\ny", "0:x/|1!\\mode json|2:y|");
    expect_parts("x\n \\mode json", "0:x/ \\mode json|");
}
END_TEST

START_TEST(nothing_divides_a_string_or_a_comment)
{
    expect_parts("\"a\n---\nb\"\n---\n2", "0:\"a/---/b\"/|4:2|");
    expect_parts("<<-A\n\n.mode json\n\\mode csv\nA", "0:<<-A//.mode json/\\mode csv/A|");
    expect_parts("<<-A\n  x\n---\n  A\n---\n1", "0:<<-A/  x/---/  A/|5:1|");
    expect_parts("<<+A\n#{\n1}\n---\nA\n\n.mode csv\n2", "0:<<+A/#{/1}/---/A//|6!.mode csv|7:2|");
    expect_parts("1 /* a\n---\n*/\n---\n2", "0:1 /* a/---/*//|4:2|");
    expect_parts("\"#{1}\n---\n\"\n---\n'\n---\n'\n---\n3", "0:\"#{1}/---/\"/|4:'/---/'/|8:3|");
}
END_TEST

START_TEST(a_string_without_an_end_hides_nothing)
{
    expect_parts("'a\n---\n2\n---\n3", "0:'a/|2:2/|4:3|");
    expect_parts("/* a\n---\n2", "0:/* a/|2:2|");
    expect_parts("'\xff'\n---\n'\n---\n'", "0:'\xff'/|2:'/|4:'|");
}
END_TEST

START_TEST(typed_text_is_complete_when_the_parser_says_so)
{
    Arena arena;
    arena_init(&arena);
    Intake *intake = intake_open(&arena);
    ck_assert(part_is_complete(intake, STR("1 + 1")));
    ck_assert(part_is_complete(intake, STR("1 +* 1")));
    ck_assert(!part_is_complete(intake, STR("[1, (2")));
    ck_assert(!part_is_complete(intake, STR("[1, (2")));
    ck_assert(!part_is_complete(intake, STR("[1, (2\n)")));
    ck_assert(part_is_complete(intake, STR("[1, (2\n)\n]")));
    ck_assert(!part_is_complete(intake, STR("[1, (3\n)"))); /* changed in the first line */
    ck_assert(!part_is_complete(intake, STR("[1, (3")));
    ck_assert(!part_is_complete(intake, STR("[1, (34)")));
    ck_assert(part_is_complete(intake, STR("")));
    intake_close(intake);
    arena_free(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("part");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, a_source_without_dividers_is_one_part);
    tcase_add_test(tcase, blank_sources_have_no_parts);
    tcase_add_test(tcase, three_dashes_divide);
    tcase_add_test(tcase, a_command_stands_where_no_statement_is_open);
    tcase_add_test(tcase, a_leading_dot_in_a_statement_is_fql);
    tcase_add_test(tcase, a_backslash_is_a_command_anywhere_in_the_first_column);
    tcase_add_test(tcase, nothing_divides_a_string_or_a_comment);
    tcase_add_test(tcase, a_string_without_an_end_hides_nothing);
    tcase_add_test(tcase, typed_text_is_complete_when_the_parser_says_so);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

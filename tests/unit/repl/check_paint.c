/* Tests of paint.c: colour adds nothing but escapes, in the right places. */
#include "repl/show/paint.h"

#include <check.h>

/* Writes escapes as `<` and `>`, so that they can be read. */
static void expect_paint(void (*paint)(Buf *out, Str text), const char *text, const char *expected)
{
    Buf out = {0}, got = {0};
    paint(&out, str_from_c(text));
    for (int64_t i = 0; i < out.len; i++) {
        if (out.data[i] != '\033') {
            buf_byte(&got, out.data[i]);
            continue;
        }
        bool ends = str_starts_with(str_slice(buf_str(&out), i, out.len), STR("\033[0m"));
        buf_byte(&got, ends ? '>' : '<');
        i = str_find(buf_str(&out), STR("m"), i);
    }
    ck_assert_msg(str_eq(buf_str(&got), str_from_c(expected)), "got `%.*s`",
                  STR_ARG(buf_str(&got)));
    buf_free(&out);
    buf_free(&got);
}

START_TEST(values_have_painted_literals_and_names)
{
    expect_paint(paint_value, "{\n  a: 1,\n  \"b c\": -2.5E-3\n}",
                 "{\n  <a>: <1>,\n  <\"b c\">: <-2.5E-3>\n}");
    expect_paint(paint_value, "[\"x\\\"y\", true, Movie(\"1\")]",
                 "[<\"x\\\"y\">, <true>, Movie(<\"1\">)]");
}
END_TEST

START_TEST(a_string_without_an_end_is_painted_to_the_end)
{
    expect_paint(paint_value, "\"abc\\", "<\"abc\\>");
}
END_TEST

START_TEST(messages_have_painted_headings_and_carets)
{
    expect_paint(paint_message, "error: Bad.\nat *query*:1:1\n  |\n1 | a ^ b\n  |   ^ here\n",
                 "<error:> Bad.\nat *query*:1:1\n  |\n1 | a ^ b\n  |<   ^ here>\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("paint");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, values_have_painted_literals_and_names);
    tcase_add_test(tcase, a_string_without_an_end_is_painted_to_the_end);
    tcase_add_test(tcase, messages_have_painted_headings_and_carets);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

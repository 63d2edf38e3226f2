/* Tests of fit.c: words and excerpts in terminals of several widths. */
#include "repl/show/fit.h"

#include <check.h>

static void expect(const char *message, int64_t width, const char *expected)
{
    Buf out = {0};
    fit_message(&out, str_from_c(message), width);
    ck_assert_msg(str_eq(buf_str(&out), str_from_c(expected)), "at %d:\n%.*s", (int)width,
                  STR_ARG(buf_str(&out)));
    buf_free(&out);
}

START_TEST(words_are_not_torn)
{
    expect("fawn: a message of several words\nand more", 20,
           "fawn: a message of\nseveral words\nand more");
    expect("short", 20, "short");
    expect("ends in a newline\n", 20, "ends in a newline\n");
    expect("awordthatislongerthantherow is torn by nobody", 20,
           "awordthatislongerthantherow\nis torn by nobody");
}
END_TEST

START_TEST(what_fits_stays_as_it_is)
{
    const char *error = "error: Expected expression\nat *query*:1:4\n  |\n1 | 1 +* 2\n  |    ^\n  |";
    expect(error, 80, error);
    expect(error, 27, error);
    const char *bracket = "  |\n1 |   {\n  |  _^\n2 | |   a\n  | |___^\n  |";
    expect(bracket, 80, bracket);
}
END_TEST

START_TEST(marks_count_cells)
{
    expect("1 | \"日本\" + x\n  |         ^", 80, "1 | \"日本\" + x\n  |           ^");
    expect("1 | \"日本\" + x\n  | ^^^^", 80, "1 | \"日本\" + x\n  | ^^^^^^");
    expect("1 | \"𝒜\" + x\n  |        ^", 80, "1 | \"𝒜\" + x\n  |       ^");
    expect("1 | f(\n  |    ^ why", 80, "1 | f(\n  |    ^ why");
}
END_TEST

START_TEST(long_lines_are_shown_around_the_marks)
{
    expect("1 | abcdefghijklmnopqrstuvwxyz\n  |   ^^", 20, "1 | abcdefghijklmno…\n  |   ^^");
    expect("1 | abcdefghijklmnopqrstuvwxyz\n  |                     ^^ why", 24,
           "1 | …opqrstuvwxyz\n  |        ^^ why");
    expect("1 | abcdefghijklmnopqrstuvwxyzabcdefghijklmnop\n  |                      ^^", 20,
           "1 | …qrstuvwxyzabcd…\n  |       ^^");
    expect("1 | a日本語日本語日本語日本語\n2 | b", 20, "1 | a日本語日本語日…\n2 | b");
}
END_TEST

START_TEST(control_characters_have_pictures)
{
    Buf out = {0};
    fit_visible(&out, STR("a\x1b[1m\n\tb\x7f\r"));
    ck_assert_msg(str_eq(buf_str(&out), STR("a\xe2\x90\x9b[1m\n\tb\xe2\x90\xa1\xe2\x90\x8d")), "%.*s",
                  STR_ARG(buf_str(&out)));
    buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fit");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, words_are_not_torn);
    tcase_add_test(tcase, what_fits_stays_as_it_is);
    tcase_add_test(tcase, marks_count_cells);
    tcase_add_test(tcase, long_lines_are_shown_around_the_marks);
    tcase_add_test(tcase, control_characters_have_pictures);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

/* Tests of input.c: lines from a pipe, however they arrive. */
#include "repl/io/input.h"

#include <check.h>
#include <string.h>
#include <unistd.h>

static Input input;
static int writer;

static void set_up(void)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    input = (Input){.fd = ends[0]};
    writer = ends[1];
}

static void tear_down(void)
{
    close(input.fd);
    input_close(&input);
}

static void send_text(const char *text)
{
    ck_assert_int_eq(write(writer, text, strlen(text)), (ssize_t)strlen(text));
}

static void expect_line(const char *expected)
{
    Str line;
    ck_assert(input_line(&input, &line));
    ck_assert_msg(str_eq(line, str_from_c(expected)), "got `%.*s`", STR_ARG(line));
}

static void expect_end(void)
{
    Str line;
    ck_assert(!input_line(&input, &line));
    ck_assert(input.ended);
    ck_assert_int_eq(input.error, 0);
}

START_TEST(lines_come_one_by_one)
{
    send_text("one\n\ntwo\r\nthree");
    close(writer);
    expect_line("one");
    expect_line("");
    expect_line("two\r");
    expect_line("three");
    expect_end();
}
END_TEST

START_TEST(a_line_may_arrive_in_pieces)
{
    send_text("a\nhal");
    expect_line("a");
    send_text("f\n");
    expect_line("half");
    close(writer);
    expect_end();
}
END_TEST

START_TEST(a_line_that_waits_is_ready)
{
    ck_assert(!input_ready(&input, 0));
    send_text("a\nb\n");
    ck_assert(input_ready(&input, 0));
    expect_line("a");
    ck_assert(input_ready(&input, 0));
    expect_line("b");
    ck_assert(!input_ready(&input, 0));
    close(writer);
    ck_assert(input_ready(&input, 0));
}
END_TEST

START_TEST(everything_is_read_to_the_end)
{
    Buf text = {0};
    send_text("a\nb");
    close(writer);
    ck_assert_int_eq(input_read_all(input.fd, &text), 0);
    ck_assert(str_eq(buf_str(&text), STR("a\nb")));
    buf_free(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("input");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, lines_come_one_by_one);
    tcase_add_test(tcase, a_line_may_arrive_in_pieces);
    tcase_add_test(tcase, a_line_that_waits_is_ready);
    tcase_add_test(tcase, everything_is_read_to_the_end);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

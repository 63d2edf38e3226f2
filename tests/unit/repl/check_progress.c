/* Tests of progress.c: when the line is there. */
#include "repl/io/progress.h"

#include <check.h>

static void expect_put(Progress *progress, int64_t now_us, int64_t done, int64_t total,
                       const char *expected)
{
    Buf out = {0};
    progress_put(progress, &out, now_us, done, total);
    ck_assert_msg(str_eq(buf_str(&out), str_from_c(expected)), "got `%.*s`",
                  STR_ARG(buf_str(&out)));
    buf_free(&out);
}

START_TEST(a_long_build_is_told_after_a_second_and_wiped_at_its_end)
{
    Progress progress = {0};
    expect_put(&progress, 5000000, 100, 900, "");
    expect_put(&progress, 5900000, 200, 900, "");
    expect_put(&progress, 6000000, 300, 900, "\rindexing: 300 of 900 documents");
    expect_put(&progress, 6050000, 400, 900, "");
    expect_put(&progress, 6100000, 500, 900, "\rindexing: 500 of 900 documents");
    expect_put(&progress, 6200000, 900, 900, "\r\033[K");
}
END_TEST

START_TEST(a_short_build_is_not_told)
{
    Progress progress = {0};
    expect_put(&progress, 1000, 100, 900, "");
    expect_put(&progress, 2000, 900, 900, "");
}
END_TEST

START_TEST(each_build_has_a_second_of_its_own)
{
    Progress progress = {0};
    expect_put(&progress, 1000000, 100, 900, "");
    expect_put(&progress, 1100000, 900, 900, "");
    expect_put(&progress, 2500000, 100, 900, "");
    expect_put(&progress, 3500000, 200, 900, "\rindexing: 200 of 900 documents");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("progress");
    TCase *line = tcase_create("line");
    tcase_add_test(line, a_long_build_is_told_after_a_second_and_wiped_at_its_end);
    tcase_add_test(line, a_short_build_is_not_told);
    tcase_add_test(line, each_build_has_a_second_of_its_own);
    suite_add_tcase(suite, line);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

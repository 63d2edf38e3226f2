/* check_line_diff: which lines two texts have in common. */
#include "runtime/base/line_diff.h"

#include <check.h>

static Arena arena;

static void make_arena(void)
{
    arena_init(&arena);
}

static void free_arena(void)
{
    arena_free(&arena);
}

/* The changes as "-a +b  c": a mark and a line each. */
static void expect(const char *old, const char *new, const char *expected)
{
    LineChanges changes = line_diff(&arena, str_from_c(old), str_from_c(new));
    Buf got = {0};
    for (int64_t i = 0; i < changes.len; i++) {
        buf_printf(&got, "%s%c%.*s", i > 0 ? " " : "", changes.at[i].mark,
                   STR_ARG(changes.at[i].line));
    }
    ck_assert_msg(str_eq(buf_str(&got), str_from_c(expected)), "got `%.*s`",
                  STR_ARG(buf_str(&got)));
    buf_free(&got);
}

START_TEST(what_both_have_is_kept)
{
    expect("", "", "");
    expect("a\nb", "a\nb\n", " a  b");
    expect("a\nb\nc", "a\nX\nc", " a -b +X  c");
    expect("a\nc\n", "a\nb\nc\n", " a +b  c");
    expect("x\na\nb\n", "a\nb\ny\n", "-x  a  b +y");
    expect("", "a\n", "+a");
    expect("a\n", "", "-a");
    expect("\n\n", "\n", "  -");
}
END_TEST

START_TEST(numbers_are_those_of_the_old_text)
{
    LineChanges changes = line_diff(&arena, STR("a\nb\nc\n"), STR("a\nX\nY\nc\n"));
    const int64_t numbers[] = {0, 1, 2, 2, 2};
    ck_assert_int_eq(changes.len, countof(numbers));
    for (int64_t i = 0; i < changes.len; i++) {
        ck_assert_int_eq(changes.at[i].number, numbers[i]);
    }
}
END_TEST

START_TEST(neighbours_of_a_change_are_near)
{
    LineChanges changes = line_diff(&arena, STR("a\nb\nc\nd\ne\n"), STR("a\nb\nX\nd\ne\n"));
    ck_assert(!line_diff_is_near(&changes, 0, 1));
    ck_assert(line_diff_is_near(&changes, 1, 1));
    ck_assert(line_diff_is_near(&changes, 4, 1));
    ck_assert(!line_diff_is_near(&changes, 5, 1));
}
END_TEST

/* Both texts lose and gain lines at random; what is kept and added must give the new text. */
START_TEST(the_changes_make_the_new_text)
{
    unsigned seed = (unsigned)_i + 1;
    Buf old = {0}, new = {0}, made = {0};
    for (int i = 0; i < 40; i++) {
        seed = seed * 1103515245 + 12345;
        if (seed >> 20 & 1) {
            buf_printf(&old, "%u\n", seed >> 22 & 7);
        }
        if (seed >> 21 & 1) {
            buf_printf(&new, "%u\n", seed >> 22 & 7);
        }
    }
    LineChanges changes = line_diff(&arena, buf_str(&old), buf_str(&new));
    for (int64_t i = 0; i < changes.len; i++) {
        if (changes.at[i].mark != '-') {
            buf_put(&made, changes.at[i].line);
            buf_byte(&made, '\n');
        }
    }
    ck_assert(str_eq(buf_str(&made), buf_str(&new)));
    buf_free(&old);
    buf_free(&new);
    buf_free(&made);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("line_diff");
    TCase *tests = tcase_create("line_diff");
    tcase_add_checked_fixture(tests, make_arena, free_arena);
    tcase_add_test(tests, what_both_have_is_kept);
    tcase_add_test(tests, numbers_are_those_of_the_old_text);
    tcase_add_test(tests, neighbours_of_a_change_are_near);
    tcase_add_loop_test(tests, the_changes_make_the_new_text, 0, 50);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

/* Tests of canvas.c: where lines break, and where the cursor stands. */
#include "repl/show/canvas.h"

#include <check.h>

static Arena arena;
static const Str prompts[] = {{"p> ", 3}, {" > ", 3}, {" > ", 3}};

static void set_up(void)
{
    arena_init(&arena);
}

static void tear_down(void)
{
    arena_free(&arena);
}

static Canvas make(const char *text, int64_t cursor, int64_t width, const char *note)
{
    Canvas canvas;
    Drawing drawing = {.text = str_from_c(text),
                       .cursor = cursor,
                       .prompts = prompts,
                       .note = str_from_c(note),
                       .width = width};
    canvas_make(&arena, &drawing, &canvas);
    return canvas;
}

static void expect_row(const Canvas *canvas, int64_t row, const char *shown)
{
    Str got = canvas->at[row].shown;
    ck_assert_msg(str_eq(got, str_from_c(shown)), "row %d is `%.*s`", (int)row, STR_ARG(got));
}

START_TEST(each_line_has_its_prompt)
{
    Canvas canvas = make("a\nbc", 4, 20, "");
    ck_assert_int_eq(canvas.len, 2);
    expect_row(&canvas, 0, "p> a");
    expect_row(&canvas, 1, " > bc");
    ck_assert_int_eq(canvas.cursor_row, 1);
    ck_assert_int_eq(canvas.cursor_column, 5);
}
END_TEST

START_TEST(a_long_line_goes_on_below_its_start)
{
    Canvas canvas = make("abcdefghij", 8, 9, "");
    expect_row(&canvas, 0, "p> abcdef");
    expect_row(&canvas, 1, "   ghij");
    ck_assert_int_eq(canvas.cursor_row, 1);
    ck_assert_int_eq(canvas.cursor_column, 5);
}
END_TEST

START_TEST(wide_characters_take_two_cells_and_accents_none)
{
    Canvas canvas = make("\u65e5\u672c\u8a9e", 9, 9, "");
    ck_assert_int_eq(canvas.len, 2); /* the cursor has no cell behind a full row */
    expect_row(&canvas, 0, "p> \u65e5\u672c\u8a9e");
    ck_assert_int_eq(canvas.cursor_column, 3);
    canvas = make("e\u0301x", 3, 9, "");
    ck_assert_int_eq(canvas.cursor_column, 4);
    canvas = make("abcde\u65e5", 0, 9, "");
    expect_row(&canvas, 0, "p> abcde");
    expect_row(&canvas, 1, "   \u65e5");
}
END_TEST

START_TEST(control_characters_and_broken_bytes_are_seen)
{
    Canvas canvas = make("\x01\t\xff", 0, 20, "");
    expect_row(&canvas, 0, "p> ^A    \uFFFD");
}
END_TEST

START_TEST(a_note_is_cut_to_its_rows)
{
    Canvas canvas = make("a", 1, 5, "one more\ntwo");
    ck_assert_int_eq(canvas.text_rows, 1);
    expect_row(&canvas, 1, "one m");
    expect_row(&canvas, 2, "two");
}
END_TEST

START_TEST(offsets_are_found_by_place)
{
    Str text = STR("ab\n\u65e5\u672c");
    Canvas canvas = make(text.s, 0, 20, "");
    ck_assert_int_eq(canvas_offset(&canvas, text, 0, 4), 1);
    ck_assert_int_eq(canvas_offset(&canvas, text, 0, 99), 2);
    ck_assert_int_eq(canvas_offset(&canvas, text, 1, 4), 3); /* within the first */
    ck_assert_int_eq(canvas_offset(&canvas, text, 1, 5), 6);
}
END_TEST

START_TEST(colours_lie_over_the_text)
{
    uint8_t styles[] = {STYLE_NUMBER, STYLE_NUMBER, STYLE_PLAIN};
    Canvas canvas;
    Drawing drawing = {.text = STR("12a"),
                       .styles = styles,
                       .prompts = (const Str[]){STR("")},
                       .width = 9,
                       .color = true};
    canvas_make(&arena, &drawing, &canvas);
    expect_row(&canvas, 0, "\033[36m12\033[0ma");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("canvas");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, each_line_has_its_prompt);
    tcase_add_test(tcase, a_long_line_goes_on_below_its_start);
    tcase_add_test(tcase, wide_characters_take_two_cells_and_accents_none);
    tcase_add_test(tcase, control_characters_and_broken_bytes_are_seen);
    tcase_add_test(tcase, a_note_is_cut_to_its_rows);
    tcase_add_test(tcase, offsets_are_found_by_place);
    tcase_add_test(tcase, colours_lie_over_the_text);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

/* Tests of diag.c: excerpts, hints, and positions, character for character. */
#include "runtime/base/diag.h"
#include "runtime/base/limits.h"

#include <check.h>

static Arena arena;
static DiagList list;

static void set_up(void)
{
    arena_init(&arena);
    diag_list_init(&list, &arena);
}

static void tear_down(void)
{
    arena_free(&arena);
}

static const Source *make_source(const char *text)
{
    Source *source = arena_new(&arena, Source);
    *source = (Source){STR("*query*"), str_from_c(text)};
    return source;
}

static Span span_of(const Source *source, int64_t start, int64_t end)
{
    return (Span){source, (uint32_t)start, (uint32_t)end};
}

static Diag *add_error(const char *text, int64_t start, int64_t end)
{
    return diag_add(&list, DIAG_ERROR, span_of(make_source(text), start, end), STR("Bad."));
}

static void expect_list(const char *expected)
{
    Buf out = {0};
    diag_render_list(&out, &list);
    buf_byte(&out, '\0');
    ck_assert_str_eq(out.data, expected);
    buf_free(&out);
}

START_TEST(one_line_is_marked_with_carets)
{
    add_error("let x = 1\nfail(x)", 14, 17)->annotation = STR("why");
    expect_list("error: Bad.\n"
                "at *query*:2:5\n"
                "  |\n"
                "2 | fail(x)\n"
                "  |     ^^^ why\n"
                "  |");
}
END_TEST

START_TEST(several_lines_are_marked_with_a_bracket)
{
    add_error("a\nif (x) {\n  y\n}\nb", 2, 16);
    expect_list("error: Bad.\n"
                "at *query*:2:1\n"
                "  |\n"
                "2 |   if (x) {\n"
                "  |  _^\n"
                "3 | |   y\n"
                "4 | | }\n"
                "  | |_^\n"
                "  |");
}
END_TEST

START_TEST(margin_is_as_wide_as_the_highest_line_number)
{
    add_error("1\n2\n3\n4\n5\n6\n7\n8\n(9\n10)", 16, 22);
    expect_list("error: Bad.\n"
                "at *query*:9:1\n"
                "   |\n"
                " 9 |   (9\n"
                "   |  _^\n"
                "10 | | 10)\n"
                "   | |___^\n"
                "   |");
}
END_TEST

START_TEST(a_place_behind_the_text_is_shown_behind_what_is_visible)
{
    add_error("foo(  \n\n", 8, 9);
    expect_list("error: Bad.\n"
                "at *query*:1:5\n"
                "  |\n"
                "1 | foo(\n"
                "  |     ^\n"
                "  |");
}
END_TEST

START_TEST(an_empty_text_has_a_first_line)
{
    add_error("", 0, 1);
    expect_list("error: Bad.\n"
                "at *query*:1:1\n"
                "  |\n"
                "1 |\n"
                "  | ^\n"
                "  |");
}
END_TEST

START_TEST(columns_count_utf16_units)
{
    add_error("\"\xf0\x9f\x90\xb1\" + x", 9, 10); /* a cat: four bytes, two units */
    expect_list("error: Bad.\n"
                "at *query*:1:8\n"
                "  |\n"
                "1 | \"\xf0\x9f\x90\xb1\" + x\n"
                "  |        ^\n"
                "  |");
}
END_TEST

START_TEST(placeholders_are_shown_with_an_angle)
{
    Source *source = arena_new(&arena, Source);
    *source = (Source){STR("*query*"), {"1 + \0value>", 11}};
    diag_add(&list, DIAG_ERROR, span_of(source, 4, 11), STR("Bad."));
    expect_list("error: Bad.\n"
                "at *query*:1:5\n"
                "  |\n"
                "1 | 1 + <value>\n"
                "  |     ^^^^^^^\n"
                "  |");
}
END_TEST

START_TEST(a_hint_on_the_same_line_does_not_repeat_the_place)
{
    Diag *diag = add_error("a\nb c", 2, 3);
    diag_hint(diag, &arena, DIAG_HINT, span_of(diag->span.source, 4, 5), STR("Look."));
    diag_hint(diag, &arena, DIAG_CAUSE, span_of(diag->span.source, 0, 1), STR("This."));
    expect_list("error: Bad.\n"
                "at *query*:2:1\n"
                "  |\n"
                "2 | b c\n"
                "  | ^\n"
                "  |\n"
                "hint: Look.\n"
                "  |\n"
                "2 | b c\n"
                "  |   ^\n"
                "  |\n"
                "cause: This.\n"
                "at *query*:1:1\n"
                "  |\n"
                "1 | a\n"
                "  | ^\n"
                "  |");
}
END_TEST

static void suggest(Diag *diag, int64_t start, int64_t end, Str suggestion)
{
    Diag *hint =
        diag_hint(diag, &arena, DIAG_HINT, span_of(diag->span.source, start, end), STR("Do."));
    hint->has_suggestion = true;
    hint->suggestion = suggestion;
}

START_TEST(suggestions_show_the_changed_text)
{
    Diag *diag = add_error("a b", 0, 1);
    suggest(diag, 2, 2, STR("!!"));
    suggest(diag, 2, 3, STR("cd"));
    suggest(diag, 1, 3, STR(""));
    expect_list("error: Bad.\n"
                "at *query*:1:1\n"
                "  |\n1 | a b\n  | ^\n  |\n"
                "hint: Do.\n"
                "  |\n1 | a !!b\n  |   ++\n  |\n"
                "hint: Do.\n"
                "  |\n1 | a cd\n  |   ~~\n  |\n"
                "hint: Do.\n"
                "  |\n1 | a b\n  |  --\n  |");
}
END_TEST

START_TEST(trace_frames_have_no_heading_but_the_first)
{
    Diag *diag = add_error("f()\ng()", 1, 3);
    diag_hint(diag, &arena, DIAG_NAMED_TRACE, span_of(diag->span.source, 5, 7), STR(""));
    diag_hint(diag, &arena, DIAG_TRACE, span_of(diag->span.source, 0, 3), STR(""));
    expect_list("error: Bad.\n"
                "at *query*:1:2\n"
                "  |\n1 | f()\n  |  ^^\n  |\n"
                "trace:\n"
                "at *query*:2:2\n"
                "  |\n2 | g()\n  |  ^^\n  |\n"
                "  |\n1 | f()\n  | ^^^\n  |");
}
END_TEST

START_TEST(logs_are_one_line)
{
    Span span = span_of(make_source("1\nlog(2)"), 5, 8);
    diag_add(&list, DIAG_LOG, span, STR("2"));
    diag_add(&list, DIAG_INFO, span, STR("2"));
    expect_list("info at *query*:2: 2\n\n"
                "info: 2\n"
                "at *query*:2:4\n"
                "  |\n2 | log(2)\n  |    ^^^\n  |");
}
END_TEST

START_TEST(no_place_is_said)
{
    diag_add(&list, DIAG_ERROR, (Span){0}, STR("Bad."));
    diag_add(&list, DIAG_LOG, (Span){0}, STR("x"));
    expect_list("error: Bad.\n\ninfo at <no source>: x");
}
END_TEST

START_TEST(errors_are_listed_up_to_the_limit)
{
    for (int i = 0; i < DIAG_COUNT_MAX + 5; i++) {
        ck_assert_ptr_nonnull(add_error("a", 0, 1));
    }
    ck_assert_int_eq(list.count, DIAG_COUNT_MAX);
    diag_add(&list, DIAG_LOG, (Span){0}, STR("logs are not errors"));
    ck_assert_int_eq(list.count, DIAG_COUNT_MAX + 1);
}
END_TEST

START_TEST(a_very_long_line_is_cut_around_the_place)
{
    Buf text = {0};
    buf_fill(&text, 'a', 5000);
    buf_byte(&text, '\0');
    add_error(text.data, 3000, 3004);
    Buf out = {0};
    diag_render_list(&out, &list);
    Str shown = buf_str(&out);
    ck_assert_int_lt(shown.len, 3 * EXCERPT_LINE_BYTES_MAX);
    ck_assert_int_ge(str_find(shown, STR("at *query*:1:3001\n"), 0), 0);
    int64_t row = str_find(shown, STR("1 | ..."), 0);
    int64_t marks = str_find(shown, STR("^^^^\n"), 0);
    int64_t marks_row = str_find(shown, STR("  | "), row + 8);
    ck_assert_int_eq(marks - marks_row, (int64_t)strlen("1 | ...") + EXCERPT_LINE_BYTES_MAX / 2);
    buf_free(&out);
    buf_free(&text);
}
END_TEST

START_TEST(of_very_many_lines_the_first_and_the_last_are_shown)
{
    Buf text = {0};
    for (int i = 1; i <= 1000; i++) {
        buf_printf(&text, "%d\n", i);
    }
    buf_byte(&text, '\0');
    add_error(text.data, 0, text.len - 1);
    Buf out = {0};
    diag_render_list(&out, &list);
    Str shown = buf_str(&out);
    ck_assert_int_ge(str_find(shown, STR("  40 | | 40\n     | | ...\n1000 | | 1000\n"), 0), 0);
    buf_free(&out);
    buf_free(&text);
}
END_TEST

START_TEST(positions_are_lines_and_columns_from_one)
{
    const Source *source = make_source("ab\nc\xc3\xa9x\n");
    LineColumn first = source_position(source, 0);
    LineColumn newline = source_position(source, 2);
    LineColumn third = source_position(source, 6);
    LineColumn behind = source_position(source, 100);
    ck_assert(first.line == 1 && first.column == 1);
    ck_assert(newline.line == 1 && newline.column == 3);
    ck_assert(third.line == 2 && third.column == 3);
    ck_assert(behind.line == 2 && behind.column == 4);
}
END_TEST

START_TEST(spans_join_and_overlap)
{
    const Source *source = make_source("abcdef");
    Span joined = span_join(span_of(source, 1, 2), span_of(source, 4, 5));
    ck_assert(joined.start == 1 && joined.end == 5);
    ck_assert(span_overlaps(span_of(source, 0, 3), span_of(source, 3, 4)));
    ck_assert(!span_overlaps(span_of(source, 0, 3), span_of(source, 4, 5)));
    ck_assert(!span_overlaps(span_of(source, 0, 3), span_of(make_source("abc"), 0, 3)));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("diag");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, one_line_is_marked_with_carets);
    tcase_add_test(tests, several_lines_are_marked_with_a_bracket);
    tcase_add_test(tests, margin_is_as_wide_as_the_highest_line_number);
    tcase_add_test(tests, a_place_behind_the_text_is_shown_behind_what_is_visible);
    tcase_add_test(tests, an_empty_text_has_a_first_line);
    tcase_add_test(tests, columns_count_utf16_units);
    tcase_add_test(tests, placeholders_are_shown_with_an_angle);
    tcase_add_test(tests, a_hint_on_the_same_line_does_not_repeat_the_place);
    tcase_add_test(tests, suggestions_show_the_changed_text);
    tcase_add_test(tests, trace_frames_have_no_heading_but_the_first);
    tcase_add_test(tests, logs_are_one_line);
    tcase_add_test(tests, no_place_is_said);
    tcase_add_test(tests, errors_are_listed_up_to_the_limit);
    tcase_add_test(tests, a_very_long_line_is_cut_around_the_place);
    tcase_add_test(tests, of_very_many_lines_the_first_and_the_last_are_shown);
    tcase_add_test(tests, positions_are_lines_and_columns_from_one);
    tcase_add_test(tests, spans_join_and_overlap);
    Suite *suite = suite_create("diag");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

/* Tests of csv.c: rows, texts that are not whole yet, and what cells can be. */
#include "repl/tool/csv.h"

#include <check.h>

static const struct {
    const char *text, *cells; /* cells between bars; `-` has no text */
    int64_t used;
} rows[] = {
    {"a,b\nc", "a|b", 4},        {"a,b\r\nc", "a|b", 5},
    {"a,\n", "a|-", 3},          {"\n", "-", 1},
    {"\"\",x\n", "|x", 5},       {"\"a,\n\"\"b\"\"\",c\n", "a,\n\"b\"|c", 13},
    {" a , b \n", " a | b ", 8}, {"5\" disk,x\n", "5\" disk|x", 10},
    {"last", "last", 4},         {"last,\r", "last|-", 6},
};

/* Puts the cells of the first row of `text` together as the tests spell them. */
static CsvStatus read_row(const char *text, bool ended, Buf *cells, int64_t *at)
{
    Arena arena;
    CsvRow list = {0};
    arena_init(&arena);
    *at = 0;
    CsvStatus status = csv_row(str_from_c(text), at, ended, (CsvDialect){',', '\n'}, &arena, &list);
    for (int64_t i = 0; i < list.len; i++) {
        buf_puts(cells, i > 0 ? "|" : "");
        buf_put(cells, list.at[i].s ? list.at[i] : STR("-"));
    }
    arena_free(&arena);
    return status;
}

START_TEST(a_row_is_cut_into_cells)
{
    Buf cells = {0};
    int64_t at;
    ck_assert_int_eq(read_row(rows[_i].text, true, &cells, &at), CSV_ROW);
    ck_assert_msg(str_eq(buf_str(&cells), str_from_c(rows[_i].cells)), "got `%.*s`",
                  STR_ARG(buf_str(&cells)));
    ck_assert_int_eq(at, rows[_i].used);
    buf_free(&cells);
}
END_TEST

static const char *const parts[] = {"", "a", "a,b\r", "\"a", "\"a\"", "\"a\"\"", "a,\"b\nc"};

START_TEST(a_row_that_may_go_on_waits_for_more)
{
    Buf cells = {0};
    int64_t at;
    ck_assert_int_eq(read_row(parts[_i], false, &cells, &at), CSV_MORE);
    ck_assert_int_eq(at, 0);
    buf_free(&cells);
}
END_TEST

START_TEST(text_behind_a_closing_quote_is_wrong_and_so_is_a_quote_without_end)
{
    Buf cells = {0};
    int64_t at;
    ck_assert_int_eq(read_row("\"a\"b,c\nd\n", true, &cells, &at), CSV_WRONG);
    ck_assert_int_eq(at, 7);
    ck_assert_int_eq(read_row("\"a,b\n", true, &cells, &at), CSV_WRONG);
    buf_free(&cells);
}
END_TEST

static const struct {
    const char *text;
    char separator, newline;
} guesses[] = {
    {"a", ',', '\n'},
    {"a,b\n1;2;3\n", ',', '\n'},
    {"a;b,c;d\n", ';', '\n'},
    {"a\tb\tc,d\r\n", '\t', '\n'},
    {"a|b\n", '|', '\n'},
    {"\"a;b;c\",d\n", ',', '\n'},
    {"\"a\n;;\",b\n", ',', '\n'},
    {"a;b\r1;2\r", ';', '\r'},
};

START_TEST(the_first_row_says_how_rows_are_cut)
{
    CsvDialect dialect = csv_guess(str_from_c(guesses[_i].text));
    ck_assert_int_eq(dialect.separator, guesses[_i].separator);
    ck_assert_int_eq(dialect.newline, guesses[_i].newline);
}
END_TEST

START_TEST(lines_may_end_in_a_carriage_return)
{
    Arena arena;
    CsvRow row = {0};
    int64_t at = 0;
    arena_init(&arena);
    Str text = STR("a,\"b\rc\"\r1,2\r");
    ck_assert_int_eq(csv_row(text, &at, true, (CsvDialect){',', '\r'}, &arena, &row), CSV_ROW);
    ck_assert_int_eq(row.len, 2);
    ck_assert(str_eq(row.at[1], STR("b\rc")));
    ck_assert_int_eq(at, 8);
    arena_free(&arena);
}
END_TEST

static const struct {
    const char *cell;
    unsigned kinds;
} kinds[] = {
    {"True", CSV_BOOLEAN},
    {"FALSE", CSV_BOOLEAN},
    {"tRUE", 0},
    {"12", CSV_INTEGER | CSV_DOUBLE},
    {"-7", CSV_INTEGER | CSV_DOUBLE},
    {"0", CSV_INTEGER | CSV_DOUBLE},
    {"0.5", CSV_DOUBLE},
    {"1e3", CSV_DOUBLE},
    {"007", 0},
    {"+1", 0},
    {"1d", 0},
    {"-", 0},
    {"NaN", 0},
    {"9223372036854775807", CSV_INTEGER},
    {"9223372036854775808", 0},
    {"true", CSV_BOOLEAN},
    {"2024-02-29", CSV_DATE},
    {"2023-02-29", 0},
    {"2024-02-29T12:00:00Z", CSV_TIME},
    {"A12", 0},
};

START_TEST(a_cell_can_be_what_its_text_says)
{
    ck_assert_uint_eq(csv_kinds(str_from_c(kinds[_i].cell), CSV_ANY), kinds[_i].kinds);
}
END_TEST

START_TEST(a_cell_without_text_can_be_anything_an_empty_text_only_a_string)
{
    ck_assert_uint_eq(csv_kinds((Str){0}, CSV_DATE), CSV_DATE);
    ck_assert_uint_eq(csv_kinds(STR(""), CSV_ANY), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv");
    TCase *tests = tcase_create("all");
    tcase_add_loop_test(tests, a_row_is_cut_into_cells, 0, countof(rows));
    tcase_add_loop_test(tests, a_row_that_may_go_on_waits_for_more, 0, countof(parts));
    tcase_add_test(tests, text_behind_a_closing_quote_is_wrong_and_so_is_a_quote_without_end);
    tcase_add_loop_test(tests, a_cell_can_be_what_its_text_says, 0, countof(kinds));
    tcase_add_test(tests, a_cell_without_text_can_be_anything_an_empty_text_only_a_string);
    tcase_add_loop_test(tests, the_first_row_says_how_rows_are_cut, 0, (int)countof(guesses));
    tcase_add_test(tests, lines_may_end_in_a_carriage_return);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

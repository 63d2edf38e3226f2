/* Tests of cells.c: signs of several characters, and how many cells they take. */
#include "repl/show/cells.h"

#include <check.h>

typedef struct Example {
    const char *text;
    int64_t width;
    int64_t signs;
} Example;

/* Widths as tmux counts them. */
static const Example examples[] = {
    {"", 0, 0},
    {"abc", 3, 3},
    {"\xe6\x97\xa5\xe6\x9c\xac", 4, 2},                     /* two of two cells */
    {"e\xcc\x81x", 2, 2},                                   /* an accent of its own */
    {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", 2, 1}, /* woman, joiner, girl */
    {"\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", 2, 1},             /* a flag */
    {"\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab\xf0\x9f\x87\xb7", 4, 2}, /* two */
    {"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", 4, 1},     /* a thumb with a tone of skin */
    {"\xe2\x9d\xa4\xef\xb8\x8f", 1, 1},             /* a heart as a picture */
    {"1\xef\xb8\x8f\xe2\x83\xa3", 1, 1},            /* a keycap */
    {"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2, 1}, /* a Korean syllable in pieces */
    {"\xe0\xa4\xa8\xe0\xa4\xbf", 2, 1},             /* a vowel beside its letter */
    {"a\xe2\x80\x8d"
     "b",
     2, 2},                                 /* joined to nothing */
    {"\xff\xfe", 2, 2},                     /* no UTF-8 */
    {"\xf0\x9f\x91\xa9\xe2\x80\x8d", 2, 1}, /* a joiner at the end */
};

START_TEST(signs_take_their_cells)
{
    const Example *example = &examples[_i];
    Str text = str_from_c(example->text);
    int64_t signs = 0;
    for (int64_t at = 0; at < text.len; at += sign_at(text, at).bytes) {
        ck_assert_int_gt(sign_at(text, at).bytes, 0);
        signs++;
    }
    ck_assert_int_eq(signs, example->signs);
    ck_assert_int_eq(text_width(text), example->width);
}
END_TEST

START_TEST(every_byte_is_in_a_sign)
{
    Str text = str_from_c(examples[_i].text);
    int64_t start = 0;
    for (int64_t at = 0; at < text.len; at++) {
        start = at >= start + sign_at(text, start).bytes ? at : start;
        ck_assert_int_eq(sign_start(text, at), start);
    }
    ck_assert_int_eq(sign_start(text, text.len), text.len);
}
END_TEST

START_TEST(what_terminals_differ_in_is_told)
{
    ck_assert(!sign_at(STR("e\xcc\x81"), 0).is_doubtful);
    ck_assert(!sign_at(STR("\xe6\x97\xa5"), 0).is_doubtful);
    ck_assert(sign_at(STR("\xe2\x9d\xa4\xef\xb8\x8f"), 0).is_doubtful);
    ck_assert(sign_at(STR("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd"), 0).is_doubtful);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("cells");
    tcase_add_loop_test(tests, signs_take_their_cells, 0, (int)countof(examples));
    tcase_add_loop_test(tests, every_byte_is_in_a_sign, 0, (int)countof(examples));
    tcase_add_test(tests, what_terminals_differ_in_is_told);
    Suite *suite = suite_create("cells");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}

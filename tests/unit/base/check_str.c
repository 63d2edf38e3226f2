/* check_str: comparing, searching and formatting text; growing buffers. */
#include "runtime/base/str.h"

#include <check.h>

START_TEST(strings_compare_by_bytes_shorter_first)
{
    const char *ascending[] = {"", "a", "aa", "ab", "b", "\xc3\xa9", "\xf0\x9f\x98\x80"};
    for (int i = 0; i < countof(ascending); i++) {
        for (int j = 0; j < countof(ascending); j++) {
            Str a = str_from_c(ascending[i]);
            Str b = str_from_c(ascending[j]);
            ck_assert_int_eq(str_compare(a, b), (i > j) - (i < j));
            ck_assert_int_eq(str_eq(a, b), i == j);
        }
    }
    ck_assert(str_eq(str_from_c(NULL), STR("")));
}
END_TEST

START_TEST(a_needle_is_found_where_it_starts)
{
    Str s = STR("banana");
    ck_assert_int_eq(str_find(s, STR("an"), 0), 1);
    ck_assert_int_eq(str_find(s, STR("an"), 2), 3);
    ck_assert_int_eq(str_find(s, STR("an"), 4), -1);
    ck_assert_int_eq(str_find(s, STR("banana"), 0), 0);
    ck_assert_int_eq(str_find(s, STR("bananas"), 0), -1);
    ck_assert_int_eq(str_find(s, STR(""), 6), 6);
    ck_assert_int_eq(str_find(s, STR(""), 7), -1);
    ck_assert(str_starts_with(s, STR("ban")) && !str_starts_with(s, STR("an")));
    ck_assert(str_ends_with(s, STR("nana")) && !str_ends_with(s, STR("nan")));
    ck_assert(str_eq(str_slice(s, 2, 4), STR("na")));
}
END_TEST

START_TEST(different_strings_hash_differently)
{
    Arena arena;
    arena_init(&arena);
    for (int i = 0; i < 2000; i++) {
        Str a = str_format(&arena, "field%d", i);
        Str b = str_format(&arena, "field%d", i + 1);
        ck_assert_uint_ne(str_hash(a), str_hash(b));
        ck_assert_uint_eq(str_hash(a), str_hash(str_copy(&arena, a)));
    }
    ck_assert_uint_ne(str_hash((Str){"\0", 1}), str_hash((Str){"\0\0", 2}));
    arena_free(&arena);
}
END_TEST

START_TEST(formatting_takes_any_length)
{
    Arena arena;
    arena_init(&arena);
    for (int width = 1; width < 3000; width += 97) {
        Str s = str_format(&arena, "%*d", width, 7);
        ck_assert_int_eq(s.len, width);
        ck_assert_int_eq(s.s[width - 1], '7');
    }
    ck_assert_str_eq(str_to_c(&arena, STR("abc")), "abc");
    arena_free(&arena);
}
END_TEST

/* Tables look at the lowest bits: keys that differ in any of their bytes must differ there. */
START_TEST(hashes_of_similar_strings_spread)
{
    enum { KEYS = 256, PLACES_MIN = 128 };
    static const char *const formats[] = {"%03d", "a%03d", "abcd%03d", "abcde%03d", "%03dabcdefgh",
                                          "abcdefghijkl%03d", "abcdefghijk%03d"};
    for (int f = 0; f < countof(formats); f++) {
        bool taken[KEYS] = {false};
        int places = 0;
        for (int i = 0; i < KEYS; i++) {
            char text[32];
            Str prefix = str_from_c(formats[f]);
            int64_t at = str_find(prefix, STR("%03d"), 0);
            int len = snprintf(text, sizeof text, "%.*s%03d%s", (int)at, prefix.s, i,
                               prefix.s + at + 4);
            uint64_t place = str_hash((Str){text, len}) & (KEYS - 1);
            places += !taken[place];
            taken[place] = true;
        }
        ck_assert_int_ge(places, PLACES_MIN);
    }
}
END_TEST

START_TEST(distance_counts_single_edits)
{
    ck_assert_int_eq(str_distance(STR("length"), STR("length")), 0);
    ck_assert_int_eq(str_distance(STR("length"), STR("lenght")), 1);
    ck_assert_int_eq(str_distance(STR("indexOf"), STR("indxOf")), 1);
    ck_assert_int_eq(str_distance(STR("a"), STR("abc")), 2);
    ck_assert_int_eq(str_distance(STR(""), STR("abc")), 3);
    ck_assert_int_eq(str_distance(STR("kitten"), STR("sitting")), 3);
}
END_TEST

START_TEST(a_buffer_grows_and_keeps_its_contents)
{
    Buf buf = {0};
    for (int i = 0; i < 1000; i++) {
        buf_int(&buf, i);
        buf_byte(&buf, ' ');
    }
    buf_fill(&buf, '-', 3);
    buf_puts(&buf, "end");
    buf_printf(&buf, "%s%d", "!", 1);
    Str all = buf_str(&buf);
    ck_assert(str_starts_with(all, STR("0 1 2 3 ")));
    ck_assert(str_ends_with(all, STR("998 999 ---end!1")));
    buf_free(&buf);
    ck_assert_int_eq(buf.len, 0);
    buf_int(&buf, INT64_MIN);
    ck_assert(str_eq(buf_str(&buf), STR("-9223372036854775808")));
    buf_free(&buf);
}
END_TEST

START_TEST(code_points_are_written_as_utf8)
{
    Buf buf = {0};
    const uint32_t points[] = {'$', 0xa2, 0x20ac, 0x10348};
    for (int64_t i = 0; i < countof(points); i++) {
        buf_codepoint(&buf, points[i]);
    }
    ck_assert(str_eq(buf_str(&buf), STR("$\xc2\xa2\xe2\x82\xac\xf0\x90\x8d\x88")));
    buf_free(&buf);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("str");
    TCase *tests = tcase_create("str");
    tcase_add_test(tests, strings_compare_by_bytes_shorter_first);
    tcase_add_test(tests, a_needle_is_found_where_it_starts);
    tcase_add_test(tests, different_strings_hash_differently);
    tcase_add_test(tests, hashes_of_similar_strings_spread);
    tcase_add_test(tests, formatting_takes_any_length);
    tcase_add_test(tests, distance_counts_single_edits);
    tcase_add_test(tests, a_buffer_grows_and_keeps_its_contents);
    tcase_add_test(tests, code_points_are_written_as_utf8);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

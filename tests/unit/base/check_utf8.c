/* check_utf8: which bytes are UTF-8, and counting in them. */
#include "runtime/base/utf8.h"

#include <check.h>

/* Encodes `c` however wrong that is, in `len` bytes. */
static Str encode(char bytes[4], uint32_t c, int len)
{
    if (len == 1) {
        bytes[0] = (char)c;
        return (Str){bytes, 1};
    }
    for (int i = len - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    bytes[0] = (char)((0xf0u << (4 - len) & 0xffu) | c);
    return (Str){bytes, len};
}

static int width_of(uint32_t c)
{
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

/* Checks are counted by hand: Check notes each of its own in a file. */
static bool is_read_right(uint32_t c)
{
    char bytes[4];
    Str s = encode(bytes, c, width_of(c));
    if (c >= 0xd800 && c <= 0xdfff) {
        return utf8_check(s) == 0;
    }
    int width;
    return utf8_check(s) == -1 && utf8_decode(s, 0, &width) == c && width == s.len &&
           utf8_count(s) == 1 && utf8_utf16_count(s) == (c >= 0x10000 ? 2 : 1);
}

START_TEST(every_code_point_is_well_formed_and_decoded)
{
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        if (!is_read_right(c)) {
            ck_abort_msg("U+%04X", (unsigned)c);
        }
    }
}
END_TEST

START_TEST(overlong_and_too_high_forms_are_refused)
{
    char bytes[4];
    for (uint32_t c = 0; c < 0x10000; c += 131) {
        for (int len = width_of(c) + 1; len <= 4; len++) {
            ck_assert_int_eq(utf8_check(encode(bytes, c, len)), 0);
        }
    }
    ck_assert_int_eq(utf8_check(encode(bytes, 0x110000, 4)), 0);
}
END_TEST

START_TEST(the_offset_of_the_first_bad_byte_is_told)
{
    struct {
        const char *s;
        int64_t at;
    } cases[] = {{"", -1},
                 {"plain", -1},
                 {"0123456789\x80", 10},
                 {"caf\xc3", 3},
                 {"caf\xc3\xa9", -1},
                 {"\xe2\x82", 0},
                 {"a\xf0\x9f\x98z", 1},
                 {"\xff", 0}};
    for (int64_t i = 0; i < countof(cases); i++) {
        ck_assert_int_eq(utf8_check(str_from_c(cases[i].s)), cases[i].at);
    }
}
END_TEST

START_TEST(offsets_count_code_points)
{
    Str s = STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z");
    const int64_t offsets[] = {0, 1, 3, 6, 10, 11, 11};
    for (int64_t i = 0; i < countof(offsets); i++) {
        ck_assert_int_eq(utf8_offset(s, i), offsets[i]);
    }
    ck_assert_int_eq(utf8_count(s), 5);
    ck_assert_int_eq(utf8_utf16_count(s), 6);
    ck_assert(!utf8_is_ascii(s));
    ck_assert(utf8_is_ascii(STR("only ascii, and more than eight bytes")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("utf8");
    TCase *tests = tcase_create("utf8");
    tcase_add_test(tests, every_code_point_is_well_formed_and_decoded);
    tcase_add_test(tests, overlong_and_too_high_forms_are_refused);
    tcase_add_test(tests, the_offset_of_the_first_bad_byte_is_told);
    tcase_add_test(tests, offsets_count_code_points);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

/* Numbers as text and text as numbers, as Java has them. */
#include "runtime/number.h"

#include <check.h>
#include <math.h>

static const struct {
    double d;
    const char *text;
} doubles[] = {
    {0.0, "0.0"},
    {-0.0, "-0.0"},
    {1.0, "1.0"},
    {-1.5, "-1.5"},
    {0.1, "0.1"},
    {19.99, "19.99"},
    {0.001, "0.001"},
    {0.0001, "1.0E-4"},
    {0.00012345, "1.2345E-4"},
    {9999999.0, "9999999.0"},
    {10000000.0, "1.0E7"},
    {12345678.9, "1.23456789E7"},
    {9223372036854775807.0, "9.223372036854776E18"},
    {1e23, "1.0E23"},
    {2e23, "2.0E23"},
    {1.0 / 3, "0.3333333333333333"},
    {0.1 + 0.2, "0.30000000000000004"},
    {1e21 / 7, "1.4285714285714286E20"},
    {1.7976931348623157e308, "1.7976931348623157E308"},
    {4.9e-324, "4.9E-324"},
    {2.2250738585072014e-308, "2.2250738585072014E-308"},
    {(double)NAN, "NaN"},
    {(double)INFINITY, "Infinity"},
    {-(double)INFINITY, "-Infinity"},
};

START_TEST(doubles_are_written_as_java_does)
{
    char text[NUMBER_TEXT_BYTES];
    Str got = {text, number_write_double(text, doubles[_i].d)};
    ck_assert_msg(str_eq(got, str_from_c(doubles[_i].text)), "got %.*s, expected %s", STR_ARG(got),
                  doubles[_i].text);
    double back;
    ck_assert(number_parse_double(got, &back));
    ck_assert_int_eq(number_compare(val_double(back), val_double(doubles[_i].d)), 0);
}
END_TEST

START_TEST(any_double_reads_back_equal)
{
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        double d, back;
        memcpy(&d, &state, sizeof d);
        char text[NUMBER_TEXT_BYTES];
        Str written = {text, number_write_double(text, d)};
        ck_assert(number_parse_double(written, &back));
        ck_assert_msg(isnan(d) ? isnan(back) : d == back, "%.*s", STR_ARG(written));
    }
}
END_TEST

static const struct {
    double d;
    const char *text;
} plains[] = {
    {2.0, "2"},          {-0.0, "-0"},     {2.5, "2.5"}, {1e23, "100000000000000000000000"},
    {-1e7, "-10000000"}, {1e-5, "1.0E-5"},
};

START_TEST(plain_text_drops_the_point_of_whole_numbers)
{
    char text[NUMBER_PLAIN_BYTES];
    Str got = {text, number_write_plain(text, plains[_i].d)};
    ck_assert_msg(str_eq(got, str_from_c(plains[_i].text)), "got %.*s", STR_ARG(got));
}
END_TEST

static const struct {
    const char *text;
    bool is_long;
    int64_t n;
} longs[] = {
    {"0", true, 0},
    {"-0", true, 0},
    {"+7", true, 7},
    {"0012", true, 12},
    {"9223372036854775807", true, INT64_MAX},
    {"-9223372036854775808", true, INT64_MIN},
    {"9223372036854775808", false, 0},
    {"-9223372036854775809", false, 0},
    {"", false, 0},
    {"-", false, 0},
    {" 1", false, 0},
    {"1.0", false, 0},
    {"0x1", false, 0},
};

START_TEST(longs_are_digits_with_a_sign_at_most)
{
    int64_t n = 0;
    ck_assert_int_eq(number_parse_long(str_from_c(longs[_i].text), &n), longs[_i].is_long);
    ck_assert_int_eq(n, longs[_i].n);
}
END_TEST

START_TEST(ints_stay_within_32_bits)
{
    int32_t n;
    ck_assert(number_parse_int(STR("-2147483648"), &n));
    ck_assert_int_eq(n, INT32_MIN);
    ck_assert(!number_parse_int(STR("2147483648"), &n));
}
END_TEST

static const struct {
    const char *text;
    bool is_double;
    double d;
} texts[] = {
    {"1", true, 1},
    {" 1.5e3\n", true, 1500},
    {".5", true, 0.5},
    {"5.", true, 5},
    {"-1e-7d", true, -1e-7},
    {"1f", true, 1},
    {"1e400", true, (double)INFINITY},
    {"1e-400", true, 0},
    {"-Infinity", true, -(double)INFINITY},
    {"123456789012345678901234567890", true, 123456789012345678901234567890.0},
    {"0.000000000000000000000000000000000001", true, 1e-36},
    {"", false, 0},
    {".", false, 0},
    {"e5", false, 0},
    {"1e", false, 0},
    {"1 2", false, 0},
    {"infinity", false, 0},
    {"1_000", false, 0},
};

START_TEST(doubles_are_read_as_java_does)
{
    double d = 0;
    ck_assert_int_eq(number_parse_double(str_from_c(texts[_i].text), &d), texts[_i].is_double);
    ck_assert_msg(d == texts[_i].d, "%s: %.17g", texts[_i].text, d);
}
END_TEST

/* 2^53 + 1 lies just between two doubles: all the digits behind decide. */
START_TEST(far_digits_still_decide)
{
    char digits[3000];
    memset(digits, '0', sizeof digits);
    memcpy(digits, "9007199254740993.", 17);
    double d;
    Str all = {digits, (int64_t)sizeof digits};
    ck_assert(number_parse_double(all, &d));
    ck_assert(d == 9007199254740992.0);
    digits[sizeof digits - 1] = '1';
    ck_assert(number_parse_double(all, &d));
    ck_assert(d == 9007199254740994.0);
}
END_TEST

START_TEST(integers_take_the_least_type_that_holds_them)
{
    ck_assert_int_eq(number_from_integer(STR("2147483647")).type, T_INT);
    ck_assert_int_eq(number_from_integer(STR("2147483648")).type, T_LONG);
    ck_assert_int_eq(number_from_integer(STR("-2147483648")).type, T_INT);
    Value big = number_from_integer(STR("9223372036854775808"));
    ck_assert_int_eq(big.type, T_DOUBLE);
    ck_assert(big.as.number == 9223372036854775808.0);
}
END_TEST

START_TEST(the_order_is_javas)
{
    ck_assert_int_eq(number_compare(val_double(-0.0), val_double(0.0)), -1);
    ck_assert_int_eq(number_compare(val_int(0), val_double(-0.0)), 1);
    ck_assert_int_eq(number_compare(val_double((double)NAN), val_double((double)INFINITY)), 1);
    ck_assert_int_eq(number_compare(val_long(INT64_MAX), val_long(INT64_MAX - 1)), 1);
    ck_assert_int_eq(number_compare(val_long(INT64_MAX), val_double(9223372036854775807.0)), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("number");
    TCase *tests = tcase_create("number");
    tcase_add_loop_test(tests, doubles_are_written_as_java_does, 0, countof(doubles));
    tcase_add_test(tests, any_double_reads_back_equal);
    tcase_add_loop_test(tests, plain_text_drops_the_point_of_whole_numbers, 0, countof(plains));
    tcase_add_loop_test(tests, longs_are_digits_with_a_sign_at_most, 0, countof(longs));
    tcase_add_test(tests, ints_stay_within_32_bits);
    tcase_add_loop_test(tests, doubles_are_read_as_java_does, 0, countof(texts));
    tcase_add_test(tests, far_digits_still_decide);
    tcase_add_test(tests, integers_take_the_least_type_that_holds_them);
    tcase_add_test(tests, the_order_is_javas);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

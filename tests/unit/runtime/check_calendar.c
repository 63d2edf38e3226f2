/* Days and seconds to civil dates and text, and back. */
#include "runtime/calendar.h"

#include <check.h>

START_TEST(every_day_of_eight_centuries_comes_back)
{
    CivilDate before = calendar_date(-146098);
    for (int64_t day = -146097; day <= 146097; day++) {
        CivilDate date = calendar_date(day);
        ck_assert_int_eq(calendar_days(date), day);
        bool is_next = date.day == before.day + 1 && date.month == before.month;
        bool is_first =
            date.day == 1 && before.day == calendar_month_length(before.year, before.month);
        ck_assert(is_next || is_first);
        before = date;
    }
}
END_TEST

static const struct {
    int64_t days;
    const char *text;
} dates[] = {
    {0, "1970-01-01"},
    {-1, "1969-12-31"},
    {19782, "2024-02-29"},
    {-719528, "0000-01-01"},
    {-719529, "-0001-12-31"},
    {2932897, "+10000-01-01"},
    {CALENDAR_DAYS_MIN, "-999999999-01-01"},
    {CALENDAR_DAYS_MAX, "+999999999-12-31"},
};

START_TEST(dates_are_written_and_read)
{
    char text[CALENDAR_TEXT_BYTES];
    Str got = {text, calendar_write_date(text, dates[_i].days)};
    ck_assert_msg(str_eq(got, str_from_c(dates[_i].text)), "got %.*s", STR_ARG(got));
    Value back = calendar_parse_date(got);
    ck_assert_int_eq(back.type, T_DATE);
    ck_assert_int_eq(back.as.integer, dates[_i].days);
}
END_TEST

static const char *const no_dates[] = {
    "",
    "2024",
    "2024-2-29",
    "2023-02-29",
    "2024-13-01",
    "2024-00-01",
    "2024-01-00",
    "2024-01-32",
    "+2024-01-01",
    "12024-01-01",
    "-0000-01-01",
    "2024-01-01Z",
    " 2024-01-01",
    "2024-01-01T00:00:00Z",
};

START_TEST(what_is_no_date_is_refused)
{
    ck_assert_int_eq(calendar_parse_date(str_from_c(no_dates[_i])).type, T_NULL);
}
END_TEST

static const struct {
    const char *text, *canonical;
} times[] = {
    {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
    {"2024-02-29T12:30Z", "2024-02-29T12:30:00Z"},
    {"2024-02-29T12:30:45.5Z", "2024-02-29T12:30:45.500Z"},
    {"2024-02-29T12:30:45.000001Z", "2024-02-29T12:30:45.000001Z"},
    {"2024-02-29T12:30:45.123456789Z", "2024-02-29T12:30:45.123456789Z"},
    {"2024-02-29t12:30:45z", "2024-02-29T12:30:45Z"},
    {"2024-02-29T12:30:45+02:00", "2024-02-29T10:30:45Z"},
    {"2024-02-29T12:30:45-0130", "2024-02-29T14:00:45Z"},
    {"2024-02-29T12:30:45+00:00:15", "2024-02-29T12:30:30Z"},
    {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
    {"2024-12-31T24:00:00Z", "2025-01-01T00:00:00Z"},
    {"2023-02-31T00:00:00Z", "2023-02-28T00:00:00Z"},
    {"-0001-06-01T00:00:00Z", "-0001-06-01T00:00:00Z"},
    {"+10000-06-01T00:00:00Z", "+10000-06-01T00:00:00Z"},
};

START_TEST(times_are_read_and_written)
{
    Value time = calendar_parse_time(str_from_c(times[_i].text));
    ck_assert_int_eq(time.type, T_TIME);
    char text[CALENDAR_TEXT_BYTES];
    Str got = {text, calendar_write_time(text, time)};
    ck_assert_msg(str_eq(got, str_from_c(times[_i].canonical)), "got %.*s", STR_ARG(got));
}
END_TEST

static const char *const no_times[] = {
    "",
    "2024-02-29",
    "2024-02-29T12:30:45",
    "2024-02-29 12:30:45Z",
    "2024-02-29T12Z",
    "2024-02-29T24:00:01Z",
    "2024-02-29T12:60Z",
    "2024-02-29T12:30:60Z",
    "2024-02-29T12:30:45.1234567890Z",
    "2024-02-29T12:30:45+2",
    "2024-02-29T12:30:45+19:00",
    "2024-02-29T12:30:45+18:01",
    "2024-02-29T12:30:45Zx",
};

START_TEST(what_is_no_time_is_refused)
{
    ck_assert_int_eq(calendar_parse_time(str_from_c(no_times[_i])).type, T_NULL);
}
END_TEST

START_TEST(the_extremes_of_time_are_written)
{
    char text[CALENDAR_TEXT_BYTES];
    Str last = {text, calendar_write_time(text, val_time(CALENDAR_SECONDS_MAX, 999999999))};
    ck_assert(str_eq(last, STR("+1000000000-12-31T23:59:59.999999999Z")));
    Str first = {text, calendar_write_time(text, val_time(CALENDAR_SECONDS_MIN, 0))};
    ck_assert(str_eq(first, STR("-1000000000-01-01T00:00:00Z")));
}
END_TEST

START_TEST(days_know_their_place_in_week_and_year)
{
    ck_assert_int_eq(calendar_week_day(0), 4);
    ck_assert_int_eq(calendar_week_day(-4), 7);
    ck_assert_int_eq(calendar_week_day(-3), 1);
    ck_assert_int_eq(calendar_year_day(0), 1);
    ck_assert_int_eq(calendar_year_day(-1), 365);
    int second;
    ck_assert_int_eq(calendar_time_day(-1, &second), -1);
    ck_assert_int_eq(second, 86399);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calendar");
    TCase *tests = tcase_create("calendar");
    tcase_add_test(tests, every_day_of_eight_centuries_comes_back);
    tcase_add_loop_test(tests, dates_are_written_and_read, 0, countof(dates));
    tcase_add_loop_test(tests, what_is_no_date_is_refused, 0, countof(no_dates));
    tcase_add_loop_test(tests, times_are_read_and_written, 0, countof(times));
    tcase_add_loop_test(tests, what_is_no_time_is_refused, 0, countof(no_times));
    tcase_add_test(tests, the_extremes_of_time_are_written);
    tcase_add_test(tests, days_know_their_place_in_week_and_year);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

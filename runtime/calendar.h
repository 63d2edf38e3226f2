/* calendar: days and seconds since 1970 to civil dates and back, and their ISO 8601 text as
 * Java's LocalDate and Instant have it. The calendar is the Gregorian one, extended both ways.
 */
#ifndef FAWN_RUNTIME_CALENDAR_H
#define FAWN_RUNTIME_CALENDAR_H

#include "runtime/value.h"

/* Dates from -999999999-01-01 to +999999999-12-31. */
#define CALENDAR_DAYS_MIN INT64_C(-365243219162)
#define CALENDAR_DAYS_MAX INT64_C(365241780471)

/* Times from -1000000000-01-01T00:00:00Z to +1000000000-12-31T23:59:59.999999999Z. */
#define CALENDAR_SECONDS_MIN INT64_C(-31557014167219200)
#define CALENDAR_SECONDS_MAX INT64_C(31556889864403199)

enum {
    CALENDAR_DAY_SECONDS = 86400,
    CALENDAR_TEXT_BYTES = 48, /* room for any date's or time's text */
};

typedef struct CivilDate {
    int64_t year;
    int month; /* 1 … 12 */
    int day;   /* 1 … 31 */
} CivilDate;

/* The date of a day, and the day of a date (whose parts lie within their ranges). */
CivilDate calendar_date(int64_t days);
int64_t calendar_days(CivilDate date);

bool calendar_is_leap(int64_t year);
int calendar_month_length(int64_t year, int month);

/* Monday 1 … Sunday 7; 1 … 366. */
int calendar_week_day(int64_t days);
int calendar_year_day(int64_t days);

/* The day that a time lies in, and the seconds since its midnight. */
int64_t calendar_time_day(int64_t seconds, int *second_of_day);

/* Writes "2024-02-29", "-0001-01-01", "+10000-01-01"; "2024-02-29T12:00:00Z", with a fraction
 * of 3, 6 or 9 digits when there is one. At most CALENDAR_TEXT_BYTES; returns their count. */
int64_t calendar_write_date(char *out, int64_t days);
int64_t calendar_write_time(char *out, Value time);

/* "2024-02-29": T_DATE. Anything else, or a day that does not exist: T_NULL. */
Value calendar_parse_date(Str text);

/* "2024-02-29T12:00[:00[.123456789]]" and an offset: Z, +02:00, +02:00:00 or +0200. Hour 24 is
 * midnight of the next day, and a day too late for its month is the month's last, as in Java's
 * "smart" resolving. T_TIME, else T_NULL. */
Value calendar_parse_time(Str text);

#endif

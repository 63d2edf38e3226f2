/* calendar: see calendar.h.
 *
 * A day number is split into eras of 400 years, which are all of one length; within an era a
 * year begins with March, so that the leap day comes last and months need no table:
 *
 *   days ──► era, day of era ──► year of era, day of year ──► month counted from March, day
 */
#include "runtime/calendar.h"

enum {
    ERA_YEARS = 400,
    ERA_DAYS = 146097,
    EPOCH_SHIFT_DAYS = 719468, /* 0000-03-01 to 1970-01-01 */
};

/* Division that rounds down. `divisor` > 0. */
static int64_t divide_down(int64_t n, int64_t divisor)
{
    int64_t quotient = n / divisor;
    return quotient - (n % divisor < 0);
}

CivilDate calendar_date(int64_t days)
{
    int64_t shifted = days + EPOCH_SHIFT_DAYS;
    int64_t era = divide_down(shifted, ERA_DAYS);
    int64_t era_day = shifted - era * ERA_DAYS;
    int64_t era_year =
        (era_day - era_day / 1460 + era_day / 36524 - era_day / (ERA_DAYS - 1)) / 365;
    int64_t year_day = era_day - (365 * era_year + era_year / 4 - era_year / 100);
    int64_t march_month = (5 * year_day + 2) / 153;
    int month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
    return (CivilDate){.year = era * ERA_YEARS + era_year + (month <= 2),
                       .month = month,
                       .day = (int)(year_day - (153 * march_month + 2) / 5 + 1)};
}

int64_t calendar_days(CivilDate date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = divide_down(year, ERA_YEARS);
    int64_t era_year = year - era * ERA_YEARS;
    int64_t march_month = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t year_day = (153 * march_month + 2) / 5 + date.day - 1;
    int64_t era_day = era_year * 365 + era_year / 4 - era_year / 100 + year_day;
    return era * ERA_DAYS + era_day - EPOCH_SHIFT_DAYS;
}

bool calendar_is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int calendar_month_length(int64_t year, int month)
{
    static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    assert(month >= 1 && month <= 12);
    return lengths[month - 1] + (month == 2 && calendar_is_leap(year));
}

int calendar_week_day(int64_t days)
{
    int64_t since_monday = days + 3; /* 1970-01-01 was a Thursday */
    return (int)(since_monday - divide_down(since_monday, 7) * 7) + 1;
}

int calendar_year_day(int64_t days)
{
    CivilDate date = calendar_date(days);
    return (int)(days - calendar_days((CivilDate){.year = date.year, .month = 1, .day = 1})) + 1;
}

int64_t calendar_time_day(int64_t seconds, int *second_of_day)
{
    int64_t day = divide_down(seconds, CALENDAR_DAY_SECONDS);
    *second_of_day = (int)(seconds - day * CALENDAR_DAY_SECONDS);
    return day;
}

/* -- writing ------------------------------------------------------------------------- */

static char *put_number(char *out, int64_t n, int width)
{
    for (int i = width; i-- > 0;) {
        out[i] = (char)('0' + n % 10);
        n /= 10;
    }
    return out + width;
}

static int count_digits(int64_t n)
{
    int count = 1;
    while (n >= 10) {
        n /= 10;
        count++;
    }
    return count;
}

static char *put_date(char *out, int64_t days)
{
    CivilDate date = calendar_date(days);
    int64_t year = date.year;
    if (year < 0) {
        *out++ = '-';
        year = -year;
    } else if (year > 9999) {
        *out++ = '+';
    }
    int width = count_digits(year);
    out = put_number(out, year, width < 4 ? 4 : width);
    *out++ = '-';
    out = put_number(out, date.month, 2);
    *out++ = '-';
    return put_number(out, date.day, 2);
}

int64_t calendar_write_date(char *out, int64_t days)
{
    return put_date(out, days) - out;
}

static char *put_fraction(char *out, int64_t nanos)
{
    if (nanos == 0) {
        return out;
    }
    *out++ = '.';
    if (nanos % 1000000 == 0) {
        return put_number(out, nanos / 1000000, 3);
    }
    return nanos % 1000 == 0 ? put_number(out, nanos / 1000, 6) : put_number(out, nanos, 9);
}

int64_t calendar_write_time(char *out, Value time)
{
    assert(time.type == T_TIME);
    int second;
    char *at = put_date(out, calendar_time_day(time.as.integer, &second));
    *at++ = 'T';
    at = put_number(at, second / 3600, 2);
    *at++ = ':';
    at = put_number(at, second / 60 % 60, 2);
    *at++ = ':';
    at = put_number(at, second % 60, 2);
    at = put_fraction(at, time.len);
    *at++ = 'Z';
    assert(at - out <= CALENDAR_TEXT_BYTES);
    return at - out;
}

/* -- reading ------------------------------------------------------------------------- */

typedef struct Reader {
    Str text;
    int64_t at;
} Reader;

static bool is_digit_at(const Reader *reader, int64_t at)
{
    return at < reader->text.len && reader->text.s[at] >= '0' && reader->text.s[at] <= '9';
}

/* Takes `c` (a lower-case letter stands for both cases). */
static bool take(Reader *reader, char c)
{
    if (reader->at == reader->text.len) {
        return false;
    }
    char have = reader->text.s[reader->at];
    if (have != c && (c < 'a' || c > 'z' || have != c - 'a' + 'A')) {
        return false;
    }
    reader->at++;
    return true;
}

/* Exactly two digits that make a number of at most `most`. */
static bool take_two(Reader *reader, int most, int *n)
{
    if (!is_digit_at(reader, reader->at) || !is_digit_at(reader, reader->at + 1)) {
        return false;
    }
    *n = (reader->text.s[reader->at] - '0') * 10 + (reader->text.s[reader->at + 1] - '0');
    reader->at += 2;
    return *n <= most;
}

/* Four digits; more only behind a sign, `+` only before more. */
static bool take_year(Reader *reader, int64_t *year)
{
    bool negative = take(reader, '-');
    bool plus = !negative && take(reader, '+');
    int64_t first = reader->at;
    *year = 0;
    while (is_digit_at(reader, reader->at) && reader->at - first < 10) {
        *year = *year * 10 + (reader->text.s[reader->at++] - '0');
    }
    int64_t count = reader->at - first;
    bool fits = plus ? count > 4 : count == 4 || negative;
    if (count < 4 || !fits || *year > 999999999) {
        return false;
    }
    if (negative) {
        *year = -*year;
        return *year != 0;
    }
    return true;
}

static bool take_date(Reader *reader, CivilDate *date)
{
    return take_year(reader, &date->year) && take(reader, '-') &&
           take_two(reader, 12, &date->month) && take(reader, '-') &&
           take_two(reader, 31, &date->day) && date->month > 0 && date->day > 0;
}

Value calendar_parse_date(Str text)
{
    Reader reader = {.text = text};
    CivilDate date;
    if (!take_date(&reader, &date) || reader.at != text.len ||
        date.day > calendar_month_length(date.year, date.month)) {
        return val_null(NULL);
    }
    return val_date(calendar_days(date));
}

/* Up to nine digits behind the point. */
static uint32_t take_nanos(Reader *reader)
{
    uint32_t nanos = 0;
    for (int i = 0; i < 9; i++) {
        nanos *= 10;
        if (is_digit_at(reader, reader->at)) {
            nanos += (uint32_t)(reader->text.s[reader->at++] - '0');
        }
    }
    return nanos;
}

/* "12:00", "12:00:30", "12:00:30.5"; "24:00" is the end of the day. */
static bool take_clock(Reader *reader, int *seconds, uint32_t *nanos)
{
    int hour, minute, second = 0;
    *nanos = 0;
    if (!take_two(reader, 24, &hour) || !take(reader, ':') || !take_two(reader, 59, &minute)) {
        return false;
    }
    if (take(reader, ':')) {
        if (!take_two(reader, 59, &second)) {
            return false;
        }
        if (take(reader, '.')) {
            *nanos = take_nanos(reader);
        }
    }
    *seconds = hour * 3600 + minute * 60 + second;
    return *seconds < CALENDAR_DAY_SECONDS || (*seconds == CALENDAR_DAY_SECONDS && *nanos == 0);
}

/* "Z", "+02:00", "+02:00:00" or "+0200": at most 18 hours. */
static bool take_offset(Reader *reader, int *offset)
{
    *offset = 0;
    if (take(reader, 'z')) {
        return true;
    }
    bool negative = take(reader, '-');
    int hour, minute, second = 0;
    if ((!negative && !take(reader, '+')) || !take_two(reader, 18, &hour)) {
        return false;
    }
    bool colon = take(reader, ':');
    if (!take_two(reader, 59, &minute)) {
        return false;
    }
    if (colon && take(reader, ':') && !take_two(reader, 59, &second)) {
        return false;
    }
    *offset = hour * 3600 + minute * 60 + second;
    if (*offset > 18 * 3600) {
        return false;
    }
    *offset = negative ? -*offset : *offset;
    return true;
}

Value calendar_parse_time(Str text)
{
    Reader reader = {.text = text};
    CivilDate date;
    int seconds, offset;
    uint32_t nanos;
    if (!take_date(&reader, &date) || !take(&reader, 't') ||
        !take_clock(&reader, &seconds, &nanos) || !take_offset(&reader, &offset) ||
        reader.at != text.len) {
        return val_null(NULL);
    }
    int last_day = calendar_month_length(date.year, date.month);
    date.day = date.day < last_day ? date.day : last_day;
    return val_time(calendar_days(date) * CALENDAR_DAY_SECONDS + seconds - offset, nanos);
}

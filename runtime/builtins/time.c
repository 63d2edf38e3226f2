/* time: the type Time, a point in time to the nanosecond, in UTC.
 *
 * Sums are done in nanoseconds of 128 bits, where nothing overflows, and then checked against
 * the range of times. Times come from text or from the transaction's clock, never from the
 * machine's at the moment of the call: a query sees one `now`.
 */
#include "runtime/builtins/types.h"

#include "runtime/builtins/unit.h"
#include "runtime/calendar.h"

#include <math.h>

/* The times that `add` and `subtract` may lead to: whole days of the calendar. */
#define TIME_MIN ((Nanos)CALENDAR_DAYS_MIN * DAY_NANOS)
#define TIME_MAX ((Nanos)(CALENDAR_DAYS_MAX + 1) * DAY_NANOS - 1)

static Nanos nanos_of(Value time)
{
    return (Nanos)time.as.integer * SECOND_NANOS + time.len;
}

/* `dividend / divisor` rounded down; `divisor` is positive. */
static Nanos divide_down(Nanos dividend, Nanos divisor)
{
    Nanos quotient = dividend / divisor;
    return dividend % divisor < 0 ? quotient - 1 : quotient;
}

static Value time_of(Nanos nanos)
{
    Nanos seconds = divide_down(nanos, SECOND_NANOS);
    return val_time((int64_t)seconds, (uint32_t)(nanos - seconds * SECOND_NANOS));
}

/* A number of units: a Double when it leaves 64 bits. */
static Value number_of(Nanos n)
{
    bool fits = n >= INT64_MIN && n <= INT64_MAX;
    return fits ? val_number((int64_t)n) : val_double((double)n);
}

static Value fault_range(Rt *rt, bool above)
{
    return rt_fault(rt, FAULT_invalid_time, "Time exceeds the %s value.",
                    above ? "maximum" : "minimum");
}

static Value fault_unit(Rt *rt, Value unit)
{
    return rt_fault(rt, FAULT_invalid_unit, "`%.*s` is not a valid time unit.",
                    STR_ARG(val_as_str(unit)));
}

/* `start` moved by `amount` units, backwards when `sign` is -1. */
static Value move(Rt *rt, Nanos start, Value amount, Value unit_name, int sign)
{
    int64_t unit = unit_nanos(val_as_str(unit_name));
    Nanos distance;
    if (unit == 0) {
        return fault_unit(rt, unit_name);
    }
    if (!unit_multiply(amount, unit, &distance)) {
        return fault_range(rt, sign > 0);
    }
    Nanos moved = start + sign * distance;
    return moved < TIME_MIN || moved > TIME_MAX ? fault_range(rt, moved > TIME_MAX)
                                                : time_of(moved);
}

/* -- fields ------------------------------------------------------------------------------------ */

static int64_t day_of(Value time)
{
    int second;
    return calendar_time_day(time.as.integer, &second);
}

static int second_of_day(Value time)
{
    int second;
    calendar_time_day(time.as.integer, &second);
    return second;
}

#define TIME_FIELD(ident, name, doc, result, expression)                                   \
    BUILTIN(ident, name, PURE, "Int", doc, "Time(\"2024-02-29T12:34:56Z\")." name, result) \
    {                                                                                      \
        (void)rt;                                                                          \
        Value time = call->self;                                                           \
        return val_int(expression);                                                        \
    }

TIME_FIELD(time_day_of_month, "dayOfMonth", "The day of the month, from 1.", "29",
           calendar_date(day_of(time)).day)
TIME_FIELD(time_day_of_week, "dayOfWeek", "The day of the week, from Monday, 1, to Sunday, 7.", "4",
           calendar_week_day(day_of(time)))
TIME_FIELD(time_day_of_year, "dayOfYear", "The day of the year, from 1.", "60",
           calendar_year_day(day_of(time)))
TIME_FIELD(time_hour, "hour", "The hour of the day, from 0 to 23.", "12",
           second_of_day(time) / 3600)
TIME_FIELD(time_minute, "minute", "The minute of the hour.", "34", second_of_day(time) / 60 % 60)
TIME_FIELD(time_month, "month", "The month, from January, 1, to December, 12.", "2",
           calendar_date(day_of(time)).month)
TIME_FIELD(time_second, "second", "The second of the minute.", "56", second_of_day(time) % 60)
TIME_FIELD(time_year, "year", "The year.", "2024", calendar_date(day_of(time)).year)

/* -- methods ----------------------------------------------------------------------------------- */

BUILTIN(time_add, "add", PURE, "(amount: Number, unit: String) => Time",
        "The time that is `amount` of `unit` later: \"day\", \"half day\", \"hour\", \"minute\", "
        "\"second\", \"millisecond\", \"microsecond\" or \"nanosecond\", or their plurals.",
        "Time(\"2024-02-29T12:00:00Z\").add(90, \"minutes\")", "Time(\"2024-02-29T13:30:00Z\")")
{
    return move(rt, nanos_of(call->self), call->args[0], call->args[1], 1);
}

BUILTIN(time_subtract, "subtract", PURE, "(amount: Number, unit: String) => Time",
        "The time that is `amount` of `unit` earlier; units as for add.",
        "Time(\"2024-03-01T00:00:00Z\").subtract(1, \"day\")", "Time(\"2024-02-29T00:00:00Z\")")
{
    return move(rt, nanos_of(call->self), call->args[0], call->args[1], -1);
}

BUILTIN(time_difference, "difference", PURE, "(start: Time, unit: String) => Number",
        "How many whole `unit` have passed since `start`; units as for add.",
        "Time(\"2024-03-01T00:00:00Z\").difference(Time(\"2024-02-28T12:00:00Z\"), \"hours\")",
        "36")
{
    int64_t unit = unit_nanos(val_as_str(call->args[1]));
    if (unit == 0) {
        return fault_unit(rt, call->args[1]);
    }
    return number_of((nanos_of(call->self) - nanos_of(call->args[0])) / unit);
}

#define TIME_SINCE_EPOCH(ident, name, unit, doc, result)                                           \
    BUILTIN(ident, name, PURE, "() => Number", doc, "Time(\"1970-01-01T00:00:01.5Z\")." name "()", \
            result)                                                                                \
    {                                                                                              \
        (void)rt;                                                                                  \
        return number_of(divide_down(nanos_of(call->self), unit));                                 \
    }

TIME_SINCE_EPOCH(time_to_micros, "toMicros", 1000, "Microseconds since the start of 1970.",
                 "1500000")
TIME_SINCE_EPOCH(time_to_millis, "toMillis", 1000000, "Milliseconds since the start of 1970.",
                 "1500")
TIME_SINCE_EPOCH(time_to_seconds, "toSeconds", SECOND_NANOS, "Seconds since the start of 1970.",
                 "1")

/* -- the module -------------------------------------------------------------------------------- */

static Value parse(Rt *rt, const Call *call)
{
    Value time = calendar_parse_time(val_as_str(call->args[0]));
    return val_is_null(time) ? rt_fault(rt, FAULT_invalid_time, "`%.*s` is not a valid time.",
                                        STR_ARG(val_as_str(call->args[0])))
                             : time;
}

BUILTIN(time_new, "Time", PURE, "(time: String) => Time",
        "The time that the ISO 8601 text `time` says; it names its offset from UTC.",
        "Time(\"2024-02-29T12:00:00+02:00\")", "Time(\"2024-02-29T10:00:00Z\")")
{
    return parse(rt, call);
}

BUILTIN(time_from_string, "fromString", PURE, "(time: String) => Time",
        "The time that the ISO 8601 text `time` says; it names its offset from UTC.",
        "Time.fromString(\"2024-02-29T12:00:00Z\")", "Time(\"2024-02-29T12:00:00Z\")")
{
    return parse(rt, call);
}

/* An offset from the epoch that is no whole number of units: to the nearest nanosecond, whereas `add`
 * leaves parts of a nanosecond away. Too long a one stays as it is. */
static Value whole_nanos(Value offset, Value *unit)
{
    int64_t nanos = unit_nanos(val_as_str(*unit));
    double rounded = offset.type == T_DOUBLE ? unit_round(offset.as.number * (double)nanos) : 0;
    if (offset.type != T_DOUBLE || nanos == 0 || !(fabs(rounded) < 0x1p62)) {
        return offset;
    }
    *unit = val_str(STR("nanosecond"));
    return val_long((int64_t)rounded);
}

BUILTIN(time_epoch, "epoch", PURE, "(offset: Number, unit: String) => Time",
        "The time that is `offset` of `unit` after the start of 1970; units as for add.",
        "Time.epoch(1, \"day\")", "Time(\"1970-01-02T00:00:00Z\")")
{
    Value unit = call->args[1];
    Value offset = whole_nanos(call->args[0], &unit);
    return move(rt, 0, offset, unit, 1);
}

BUILTIN(time_now, "now", OBSERVES, "() => Time",
        "The time at which this query sees the database. It stays the same during a query.",
        "Time.now() == Time.now()", "true")
{
    rt->looked_further = true;
    return call_may(rt, call) ? val_time_us(rt->now_us) : val_fault();
}

BUILTIN_ROWS(time_methods, &time_add_row, &time_day_of_month_row, &time_day_of_week_row,
             &time_day_of_year_row, &time_difference_row, &time_hour_row, &time_minute_row,
             &time_month_row, &time_second_row, &time_subtract_row, &time_to_micros_row,
             &time_to_millis_row, &time_to_seconds_row, &value_to_string_row, &time_year_row);
BUILTIN_ROWS(time_functions, &time_epoch_row, &time_from_string_row, &time_now_row);

static bool is_time(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_TIME;
}

const BuiltinType time_type = {
    .name = "Time",
    .doc = "A point in time, to the nanosecond, in UTC.",
    .methods = time_methods,
    .statics = time_functions,
    .constructor = &time_new_row,
    .contains = is_time,
};

/* date: the type Date, a day of the calendar. Its only unit is the day. */
#include "runtime/builtins/types.h"

#include "runtime/builtins/unit.h"
#include "runtime/calendar.h"

#include <math.h>

#define DATE_FIELD(ident, name, doc, result, expression)                         \
    BUILTIN(ident, name, PURE, "Int", doc, "Date(\"2024-02-29\")." name, result) \
    {                                                                            \
        (void)rt;                                                                \
        int64_t days = call->self.as.integer;                                    \
        return val_int(expression);                                              \
    }

DATE_FIELD(date_day_of_month, "dayOfMonth", "The day of the month, from 1.", "29",
           calendar_date(days).day)
DATE_FIELD(date_day_of_week, "dayOfWeek", "The day of the week, from Monday, 1, to Sunday, 7.", "4",
           calendar_week_day(days))
DATE_FIELD(date_day_of_year, "dayOfYear", "The day of the year, from 1.", "60",
           calendar_year_day(days))
DATE_FIELD(date_month, "month", "The month, from January, 1, to December, 12.", "2",
           calendar_date(days).month)
DATE_FIELD(date_year, "year", "The year.", "2024", calendar_date(days).year)

/* `amount` as whole days, rounded, NaN to 0; far outside of the calendar when it is beyond 64 bits. */
static Nanos whole_days(Value amount)
{
    if (amount.type != T_DOUBLE) {
        return amount.as.integer;
    }
    if (isnan(amount.as.number)) {
        return 0;
    }
    double rounded = unit_round(amount.as.number);
    if (!(fabs(rounded) < 0x1p62)) {
        return rounded < 0 ? INT64_MIN : INT64_MAX;
    }
    return (Nanos)rounded;
}

static Value move(Rt *rt, const Call *call, int sign)
{
    Str unit = val_as_str(call->args[1]);
    if (unit_nanos(unit) != DAY_NANOS) {
        return rt_fault(rt, FAULT_invalid_unit, "`%.*s` is not a valid date unit.", STR_ARG(unit));
    }
    Nanos days = call->self.as.integer + sign * whole_days(call->args[0]);
    if (days < CALENDAR_DAYS_MIN || days > CALENDAR_DAYS_MAX) {
        return rt_fault(rt, FAULT_invalid_date, "Date exceeds the %s value.",
                        days > 0 ? "maximum" : "minimum");
    }
    return val_date((int64_t)days);
}

BUILTIN(date_add, "add", PURE, "(amount: Number, unit: String) => Date",
        "The date that is `amount` of `unit` later; the unit is \"day\" or \"days\".",
        "Date(\"2024-02-28\").add(2, \"days\")", "Date(\"2024-03-01\")")
{
    return move(rt, call, 1);
}

BUILTIN(date_subtract, "subtract", PURE, "(amount: Number, unit: String) => Date",
        "The date that is `amount` of `unit` earlier; the unit is \"day\" or \"days\".",
        "Date(\"2024-03-01\").subtract(1, \"day\")", "Date(\"2024-02-29\")")
{
    return move(rt, call, -1);
}

BUILTIN(date_difference, "difference", PURE, "(start: Date) => Long",
        "The number of days from `start` to this date.",
        "Date(\"2024-03-01\").difference(Date(\"2024-02-01\"))", "29")
{
    (void)rt;
    return val_long(call->self.as.integer - call->args[0].as.integer);
}

static Value parse(Rt *rt, const Call *call)
{
    Value date = calendar_parse_date(val_as_str(call->args[0]));
    return val_is_null(date) ? rt_fault(rt, FAULT_invalid_date, "`%.*s` is not a valid date.",
                                        STR_ARG(val_as_str(call->args[0])))
                             : date;
}

BUILTIN(date_new, "Date", PURE, "(date: String) => Date",
        "The date that the ISO 8601 text `date` says.", "Date(\"2024-02-29\")",
        "Date(\"2024-02-29\")")
{
    return parse(rt, call);
}

BUILTIN(date_from_string, "fromString", PURE, "(date: String) => Date",
        "The date that the ISO 8601 text `date` says.", "Date.fromString(\"2024-02-29\")",
        "Date(\"2024-02-29\")")
{
    return parse(rt, call);
}

BUILTIN(date_today, "today", OBSERVES, "() => Date",
        "The date, in UTC, at which this query sees the database.", "Date.today() isa Date", "true")
{
    int second;
    if (!call_may(rt, call)) {
        return val_fault();
    }
    rt->looked_further = true;
    return val_date(calendar_time_day(val_time_us(rt->now_us).as.integer, &second));
}

BUILTIN_ROWS(date_methods, &date_add_row, &date_day_of_month_row, &date_day_of_week_row,
             &date_day_of_year_row, &date_difference_row, &date_month_row, &date_subtract_row,
             &value_to_string_row, &date_year_row);
BUILTIN_ROWS(date_functions, &date_from_string_row, &date_today_row);

static bool is_date(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_DATE;
}

const BuiltinType date_type = {
    .name = "Date",
    .doc = "A day of the calendar, without a time or a place.",
    .methods = date_methods,
    .statics = date_functions,
    .constructor = &date_new_row,
    .contains = is_date,
};

/* unit: see unit.h. Reference: MidstUnit.scala. */
#include "runtime/builtins/unit.h"

#include "runtime/number.h"

#include <math.h>

/* Each may also be a plural, with an `s` behind. */
static const struct {
    const char *name;
    int64_t nanos;
} units[] = {
    {"day", DAY_NANOS},       {"half day", DAY_NANOS / 2},
    {"hour", DAY_NANOS / 24}, {"minute", INT64_C(60) * SECOND_NANOS},
    {"second", SECOND_NANOS}, {"millisecond", 1000000},
    {"microsecond", 1000},    {"nanosecond", 1},
};

static Str trim(Str text)
{
    int64_t start = 0, end = text.len;
    while (start < end && (unsigned char)text.s[start] <= ' ') {
        start++;
    }
    while (end > start && (unsigned char)text.s[end - 1] <= ' ') {
        end--;
    }
    return str_slice(text, start, end);
}

int64_t unit_nanos(Str name)
{
    name = trim(name);
    if (str_ends_with(name, STR("s"))) {
        name.len--;
    }
    for (int64_t i = 0; i < countof(units); i++) {
        if (str_eq(name, str_from_c(units[i].name))) {
            return units[i].nanos;
        }
    }
    return 0;
}

/* A whole double; one past 64-bit integers as the decimal number that it prints as, which is
 * what who wrote it meant, and what Java's BigDecimal makes of it. */
static Nanos whole_number(double whole)
{
    if (whole < 0x1p62) {
        return (Nanos)whole;
    }
    char text[NUMBER_TEXT_BYTES]; /* 6.3113903968377595E25 */
    int64_t len = number_write_double(text, whole);
    Nanos digits = 0;
    int64_t at = 0, exponent = 0, power = 0;
    bool behind_point = false;
    for (; at < len && text[at] != 'E'; at++) {
        if (text[at] == '.') {
            behind_point = true;
            continue;
        }
        digits = digits * 10 + (text[at] - '0');
        exponent -= behind_point;
    }
    if (at < len) {
        bool valid = number_parse_long((Str){text + at + 1, len - at - 1}, &power);
        assert(valid);
        (void)valid;
    }
    for (exponent += power; exponent > 0; exponent--) {
        digits *= 10;
    }
    return exponent < 0 ? digits / 10 : digits; /* "….0" */
}

double unit_round(double number)
{
    double below = floor(number);
    return number - below >= 0.5 ? below + 1 : below;
}

bool unit_multiply(Value amount, int64_t unit, Nanos *nanos)
{
    if (amount.type != T_DOUBLE) {
        *nanos = (Nanos)amount.as.integer * unit;
        return true;
    }
    /* The whole units are multiplied exactly, the rest as a double. */
    double size = fabs(amount.as.number);
    if (!(size * (double)unit < 0x1p120)) {
        return false;
    }
    double whole = floor(size);
    *nanos = whole_number(whole) * unit + (Nanos)((size - whole) * (double)unit);
    if (amount.as.number < 0) {
        *nanos = -*nanos;
    }
    return true;
}

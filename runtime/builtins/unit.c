/* unit: see unit.h. Reference: MidstUnit.scala. */
#include "runtime/builtins/unit.h"

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

bool unit_multiply(Value amount, int64_t unit, Nanos *nanos)
{
    if (amount.type != T_DOUBLE) {
        *nanos = (Nanos)amount.as.integer * unit;
        return true;
    }
    /* The whole units are multiplied exactly, the rest as a double. */
    double size = fabs(amount.as.number);
    if (!(size < 0x1p80)) {
        return false;
    }
    double whole = floor(size);
    *nanos = (Nanos)whole * unit + (Nanos)((size - whole) * (double)unit);
    if (amount.as.number < 0) {
        *nanos = -*nanos;
    }
    return true;
}

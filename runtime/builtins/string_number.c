/* string_number: the methods of String that read a number. The whole string must be the
 * number; else the result is a null that remembers the text.
 */
#include "runtime/builtins/string.h"

#include "runtime/number.h"

static Value not_a_number(Rt *rt, const Call *call)
{
    return val_null_because(rt->heap, NULL_NOT_A_NUMBER, call->span, val_as_str(call->self),
                            val_null(NULL));
}

/* The value of `c` as a digit, or 99. */
static int digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'Z') {
        return c - 'A' + 10;
    }
    return 99;
}

/* A sign or none, then digits in `radix`. False: it is no such number, or not of 64 bits. */
static bool read_integer(Str text, int64_t radix, int64_t *number)
{
    bool negative = str_starts_with(text, STR("-"));
    int64_t at = negative || str_starts_with(text, STR("+")) ? 1 : 0;
    bool valid = at < text.len;
    /* Counted downwards, as the negative numbers reach one further. */
    int64_t n = 0;
    for (; valid && at < text.len; at++) {
        int digit = digit_value(text.s[at]);
        valid = digit < radix && !__builtin_mul_overflow(n, radix, &n) &&
                !__builtin_sub_overflow(n, digit, &n);
    }
    if (!valid || (!negative && n == INT64_MIN)) {
        return false;
    }
    *number = negative ? n : -n;
    return true;
}

/* What parseInt and parseLong share; the result is a Long. */
static Value parse_integer(Rt *rt, const Call *call, int64_t min, int64_t max)
{
    int64_t radix = call->argc > 0 ? call->args[0].as.integer : 10, number;
    if (radix < 2 || radix > 36) {
        return rt_fault_argument(rt, STR("format"), "invalid radix, expected a number from 2-36");
    }
    if (!read_integer(val_as_str(call->self), radix, &number) || number < min || number > max) {
        return not_a_number(rt, call);
    }
    return val_long(number);
}

BUILTIN_SHARED(string_parse_int, "parseInt", PURE,
               "() => Int | Null\n"
               "(radix: Int) => Int | Null",
               "The number of 32 bits that the string spells in base `radix`, which is 10 if not "
               "given; null when it spells none.",
               "\"ff\".parseInt(16)", "255")
{
    Value number = parse_integer(rt, call, INT32_MIN, INT32_MAX);
    return number.type == T_LONG ? val_int(number.as.integer) : number;
}

BUILTIN_SHARED(string_parse_long, "parseLong", PURE,
               "() => Long | Null\n"
               "(radix: Int) => Long | Null",
               "The number of 64 bits that the string spells in base `radix`, which is 10 if not "
               "given; null when it spells none.",
               "\"9000000000\".parseLong()", "9000000000")
{
    return parse_integer(rt, call, INT64_MIN, INT64_MAX);
}

BUILTIN_SHARED(string_parse_double, "parseDouble", PURE, "() => Double | Null",
               "The Double that the string spells; null when it spells none.",
               "\"1.5\".parseDouble()", "1.5")
{
    double number;
    return number_parse_double(val_as_str(call->self), &number) ? val_double(number)
                                                                : not_a_number(rt, call);
}

BUILTIN_SHARED(string_parse_number, "parseNumber", PURE, "() => Number | Null",
               "The number that the string spells, as an Int, Long or Double, the first that "
               "holds it; null when it spells none.",
               "\"42\".parseNumber()", "42")
{
    int64_t whole;
    double number;
    if (read_integer(val_as_str(call->self), 10, &whole)) {
        return val_number(whole);
    }
    return number_parse_double(val_as_str(call->self), &number) ? val_double(number)
                                                                : not_a_number(rt, call);
}

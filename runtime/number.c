/* number: shortest decimal text of a double, and exact reading of decimals.
 *
 * Writing:  d = 0.D1 D2 … Dn x 10^point, with the fewest digits that read back as d
 *   1. d * 10^k is a small whole number m for some small k: the digits are those of m. This
 *      serves whole numbers and prices; m / 10^k == d proves it, as both are exact.
 *   2. else the C library's digits, at the least precision that reads back.
 * Reading:  digits x 10^exponent
 *   1. few digits and a small exponent: one exact multiplication or division
 *   2. else strtod, given digits and exponent without a decimal point: so no locale matters.
 */
#include "runtime/number.h"

#include <math.h>

/* Powers of ten that a double holds exactly. */
static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

typedef struct Decimal {
    char digits[20]; /* without leading or trailing zeros, but at least one digit */
    int len;
    int point; /* where the decimal point is, counted from before the first digit */
} Decimal;

/* -- writing ------------------------------------------------------------------------- */

static void drop_zeros(Decimal *decimal)
{
    while (decimal->len > 1 && decimal->digits[decimal->len - 1] == '0') {
        decimal->len--;
    }
}

/* m / 10^scale */
static void set_scaled(Decimal *decimal, int64_t m, int scale)
{
    char reversed[20];
    int len = 0;
    do {
        reversed[len++] = (char)('0' + m % 10);
        m /= 10;
    } while (m > 0);
    for (int i = 0; i < len; i++) {
        decimal->digits[i] = reversed[len - 1 - i];
    }
    decimal->len = len;
    decimal->point = len - scale;
    drop_zeros(decimal);
}

/* Way 1. The bounds keep the product's own rounding from choosing a neighbour. */
static bool try_scaled(Decimal *decimal, double d)
{
    const double most = 562949953421312.0; /* 2^49 */
    for (int scale = 0; scale <= 6; scale++) {
        double product = d * powers[scale];
        if (product >= most) {
            return false;
        }
        double m = floor(product + 0.5);
        if (m >= 1 && fabs(product - m) < 0.25 && m / powers[scale] == d) {
            set_scaled(decimal, (int64_t)m, scale);
            return true;
        }
    }
    return false;
}

/* Way 2: "D<point>DDD…e±XX". */
static void set_printed(Decimal *decimal, double d, int precision)
{
    char text[64];
    snprintf(text, sizeof text, "%.*e", precision - 1, d);
    const char *at = text;
    decimal->len = 0;
    for (; *at != 'e'; at++) {
        if (*at >= '0' && *at <= '9') {
            decimal->digits[decimal->len++] = *at;
        }
    }
    decimal->point = atoi(at + 1) + 1;
    drop_zeros(decimal);
}

static double read_decimal(const Decimal *decimal)
{
    char text[48];
    snprintf(text, sizeof text, "%.*se%d", decimal->len, decimal->digits,
             decimal->point - decimal->len);
    return strtod(text, NULL);
}

/* `d` is positive and finite. */
static void find_shortest(Decimal *decimal, double d)
{
    if (try_scaled(decimal, d)) {
        return;
    }
    /* 15 digits give back every decimal of 15 digits or fewer, but not below the normal range,
     * where a number has fewer. Java shows two digits there at least. */
    const double smallest_normal = 2.2250738585072014e-308;
    for (int precision = d < smallest_normal ? 2 : 15; precision <= 17; precision++) {
        set_printed(decimal, d, precision);
        if (read_decimal(decimal) == d) {
            return;
        }
    }
}

static char *put_text(char *out, const char *text)
{
    size_t len = strlen(text);
    memcpy(out, text, len);
    return out + len;
}

static char *put_zeros(char *out, int count)
{
    for (int i = 0; i < count; i++) {
        *out++ = '0';
    }
    return out;
}

static char *put_digits(char *out, const Decimal *decimal, int from, int to)
{
    memcpy(out, decimal->digits + from, (size_t)(to - from));
    return out + (to - from);
}

/* The digits before the point: at least one. */
static char *put_whole_part(char *out, const Decimal *decimal)
{
    if (decimal->point <= 0) {
        return put_zeros(out, 1);
    }
    int have = decimal->len < decimal->point ? decimal->len : decimal->point;
    out = put_digits(out, decimal, 0, have);
    return put_zeros(out, decimal->point - have);
}

static char *put_fixed(char *out, const Decimal *decimal)
{
    out = put_whole_part(out, decimal);
    *out++ = '.';
    if (decimal->point >= decimal->len) {
        return put_zeros(out, 1);
    }
    if (decimal->point < 0) {
        out = put_zeros(out, -decimal->point);
    }
    return put_digits(out, decimal, decimal->point > 0 ? decimal->point : 0, decimal->len);
}

static char *put_scientific(char *out, const Decimal *decimal)
{
    *out++ = decimal->digits[0];
    *out++ = '.';
    out = decimal->len > 1 ? put_digits(out, decimal, 1, decimal->len) : put_zeros(out, 1);
    *out++ = 'E';
    return out + snprintf(out, 8, "%d", decimal->point - 1);
}

/* NaN, infinities and zeros; NULL: `d` is none of these. */
static const char *name_special(double d)
{
    if (isnan(d)) {
        return "NaN";
    }
    if (isinf(d)) {
        return d < 0 ? "-Infinity" : "Infinity";
    }
    return d == 0 ? (signbit(d) ? "-0.0" : "0.0") : NULL;
}

int64_t number_write_double(char *out, double d)
{
    const char *special = name_special(d);
    if (special) {
        return put_text(out, special) - out;
    }
    char *at = out;
    if (d < 0) {
        *at++ = '-';
        d = -d;
    }
    Decimal decimal;
    find_shortest(&decimal, d);
    at = d >= 1e-3 && d < 1e7 ? put_fixed(at, &decimal) : put_scientific(at, &decimal);
    assert(at - out <= NUMBER_TEXT_BYTES);
    return at - out;
}

int64_t number_write_plain(char *out, double d)
{
    if (!isfinite(d) || d != trunc(d)) {
        return number_write_double(out, d);
    }
    char *at = out;
    if (signbit(d)) {
        *at++ = '-';
        d = -d;
    }
    if (d == 0) {
        *at++ = '0';
        return at - out;
    }
    Decimal decimal;
    find_shortest(&decimal, d);
    return put_whole_part(at, &decimal) - out;
}

/* -- reading ------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool number_parse_long(Str text, int64_t *n)
{
    int64_t at = text.len > 0 && (text.s[0] == '-' || text.s[0] == '+');
    bool negative = at && text.s[0] == '-';
    if (at == text.len) {
        return false;
    }
    int64_t value = 0; /* kept negative, as the least number has no positive twin */
    for (; at < text.len; at++) {
        if (!is_digit(text.s[at]) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, text.s[at] - '0', &value)) {
            return false;
        }
    }
    if (!negative && value == INT64_MIN) {
        return false;
    }
    *n = negative ? value : -value;
    return true;
}

bool number_parse_int(Str text, int32_t *n)
{
    int64_t wide;
    if (!number_parse_long(text, &wide) || wide != (int32_t)wide) {
        return false;
    }
    *n = (int32_t)wide;
    return true;
}

enum {
    /* Digits that can matter: any double, and any point between two, is known by 770 of them;
     * of what follows only whether it is zero. */
    DIGITS_KEPT = 800,
    EXPONENT_MAX = 100000,
};

/* digits x 10^exponent */
typedef struct Scan {
    char digits[DIGITS_KEPT + 32];
    int len;
    int64_t exponent;
} Scan;

static void scan_digit(Scan *scan, char c, bool is_fraction)
{
    if (scan->len == 0 && c == '0') {
        scan->exponent -= is_fraction;
    } else if (scan->len < DIGITS_KEPT) {
        scan->digits[scan->len++] = c;
        scan->exponent -= is_fraction;
    } else {
        /* A digit that is dropped but not zero keeps the number off the point between two. */
        if (c != '0') {
            scan->digits[DIGITS_KEPT - 1] = '1';
        }
        scan->exponent += !is_fraction;
    }
}

static double scan_value(Scan *scan)
{
    if (scan->len == 0) {
        return 0;
    }
    if (scan->len <= 15 && scan->exponent >= -22 && scan->exponent <= 22) {
        int64_t m = 0;
        for (int i = 0; i < scan->len; i++) {
            m = m * 10 + (scan->digits[i] - '0');
        }
        return scan->exponent < 0 ? (double)m / powers[-scan->exponent]
                                  : (double)m * powers[scan->exponent];
    }
    snprintf(scan->digits + scan->len, 32, "e%lld", (long long)scan->exponent);
    return strtod(scan->digits, NULL);
}

/* Digits with at most one point and at least one digit. Returns the offset behind them, or -1. */
static int64_t scan_mantissa(Scan *scan, Str text, int64_t at)
{
    bool in_fraction = false;
    int64_t count = 0;
    for (; at < text.len; at++) {
        char c = text.s[at];
        if (c == '.' && !in_fraction) {
            in_fraction = true;
        } else if (is_digit(c)) {
            scan_digit(scan, c, in_fraction);
            count++;
        } else {
            break;
        }
    }
    return count > 0 ? at : -1;
}

/* What may follow: "e-12", then "d" or "f". Returns the offset behind, or -1. */
static int64_t scan_exponent(Scan *scan, Str text, int64_t at)
{
    if (at < text.len && (text.s[at] == 'e' || text.s[at] == 'E')) {
        at++;
        bool negative = at < text.len && text.s[at] == '-';
        if (negative || (at < text.len && text.s[at] == '+')) {
            at++;
        }
        int64_t exponent = 0;
        int64_t first = at;
        for (; at < text.len && is_digit(text.s[at]); at++) {
            exponent = exponent < EXPONENT_MAX ? exponent * 10 + (text.s[at] - '0') : exponent;
        }
        if (at == first) {
            return -1;
        }
        scan->exponent += negative ? -exponent : exponent;
    }
    if (at < text.len && strchr("dDfF", text.s[at])) {
        at++;
    }
    return at;
}

static Str trim_blanks(Str text)
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

bool number_parse_double(Str text, double *d)
{
    text = trim_blanks(text);
    bool negative = text.len > 0 && text.s[0] == '-';
    if (negative || (text.len > 0 && text.s[0] == '+')) {
        text = str_slice(text, 1, text.len);
    }
    double value;
    if (str_eq(text, STR("NaN"))) {
        value = (double)NAN;
    } else if (str_eq(text, STR("Infinity"))) {
        value = (double)INFINITY;
    } else {
        Scan scan;
        scan.len = 0;
        scan.exponent = 0;
        int64_t at = scan_mantissa(&scan, text, 0);
        if (at < 0 || scan_exponent(&scan, text, at) != text.len) {
            return false;
        }
        value = scan_value(&scan);
    }
    *d = negative ? -value : value;
    return true;
}

Value number_from_integer(Str text)
{
    int64_t n;
    if (number_parse_long(text, &n)) {
        return val_number(n);
    }
    double d = 0;
    bool is_number = number_parse_double(text, &d);
    assert(is_number);
    (void)is_number;
    return val_double(d);
}

/* -- order -------------------------------------------------------------------------- */

/* Java's: -0.0 < 0.0, NaN is the greatest. */
static int compare_doubles(double a, double b)
{
    if (a < b) {
        return -1;
    }
    if (a > b) {
        return 1;
    }
    if (a == b) {
        return (signbit(b) != 0) - (signbit(a) != 0); /* differs only between the zeros */
    }
    return (isnan(a) != 0) - (isnan(b) != 0);
}

int number_compare(Value a, Value b)
{
    if (a.type == T_DOUBLE || b.type == T_DOUBLE) {
        return compare_doubles(val_as_double(a), val_as_double(b));
    }
    return (a.as.integer > b.as.integer) - (a.as.integer < b.as.integer);
}

Value number_add(Value a, Value b)
{
    int64_t sum;
    if (val_is_integer(a) && val_is_integer(b) &&
        !__builtin_add_overflow(a.as.integer, b.as.integer, &sum)) {
        return val_number(sum);
    }
    return val_double(val_as_double(a) + val_as_double(b));
}

Value number_subtract(Value a, Value b)
{
    int64_t difference;
    if (val_is_integer(a) && val_is_integer(b) &&
        !__builtin_sub_overflow(a.as.integer, b.as.integer, &difference)) {
        return val_number(difference);
    }
    return val_double(val_as_double(a) - val_as_double(b));
}

Value number_min(Value a, Value b)
{
    return number_compare(a, b) <= 0 ? a : b;
}

Value number_max(Value a, Value b)
{
    return number_compare(a, b) < 0 ? b : a;
}

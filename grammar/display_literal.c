/* display_literal: literals as they are written: strings with their escapes, decimals in the
 * form that the reference shows. See display.h.
 */
#include "grammar/display.h"

#include "runtime/base/utf8.h"

void display_put(Display *d, Str text)
{
    if (d->line_start) {
        buf_fill(d->out, ' ', d->indent * 2);
        d->line_start = false;
    }
    buf_put(d->out, text);
}

void display_puts(Display *d, const char *text)
{
    display_put(d, str_from_c(text));
}

void display_end_line(Display *d)
{
    display_puts(d, "\n");
    d->line_start = true;
}

/* Whether a character of a string is shown as it is. */
static bool is_shown(uint32_t c)
{
    return !(c < 0x20 || c == 0x7f || (c >= 0xfff0 && c <= 0xffff) || c == 0xfeff ||
             (c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) ||
             (c >= 0x2060 && c <= 0x206f) || c > 0xffff);
}

void display_text(Display *d, Str text)
{
    for (int64_t i = 0; i < text.len;) {
        int width;
        uint32_t c = utf8_decode(text, i, &width);
        char letter = str_escape_letter(c);
        if (letter) {
            buf_byte(d->out, '\\');
            buf_byte(d->out, letter);
        } else if (is_shown(c)) {
            buf_put(d->out, str_slice(text, i, i + width));
        } else {
            buf_printf(d->out, c <= 0xffff ? "\\u%04x" : "\\u{%06x}", c);
        }
        i += width;
    }
}

static void put_string(Display *d, Str text)
{
    display_puts(d, "\"");
    display_text(d, text);
    display_puts(d, "\"");
}

/* A decimal number as digits and a power of ten: 1.50e3 is 150 and 1. */
typedef struct Decimal {
    bool negative;
    Str whole, fraction; /* digits before and behind the point */
    int64_t exponent;
} Decimal;

static Decimal read_decimal(Str text)
{
    Decimal decimal = {.negative = text.s[0] == '-'};
    int64_t at = decimal.negative;
    int64_t start = at;
    while (at < text.len && text.s[at] >= '0' && text.s[at] <= '9') {
        at++;
    }
    decimal.whole = str_slice(text, start, at);
    if (at < text.len && text.s[at] == '.') {
        start = ++at;
        while (at < text.len && text.s[at] >= '0' && text.s[at] <= '9') {
            at++;
        }
        decimal.fraction = str_slice(text, start, at);
    }
    bool negative = false;
    for (; at < text.len; at++) {
        negative |= text.s[at] == '-';
        if (text.s[at] >= '0' && text.s[at] <= '9' && decimal.exponent < 1000000000) {
            decimal.exponent = decimal.exponent * 10 + (text.s[at] - '0');
        }
    }
    decimal.exponent = negative ? -decimal.exponent : decimal.exponent;
    return decimal;
}

/* As the reference shows decimals: plain down to six zeros behind the point, else d.dddE+n. */
static void put_float(Display *d, Str text)
{
    Decimal decimal = read_decimal(text);
    Buf digits = {0};
    buf_put(&digits, decimal.whole);
    buf_put(&digits, decimal.fraction);
    int64_t zeros = 0;
    while (zeros < digits.len - 1 && digits.data[zeros] == '0') {
        zeros++;
    }
    Str all = str_slice(buf_str(&digits), zeros, digits.len);
    int64_t scale = decimal.fraction.len - decimal.exponent;
    int64_t adjusted = all.len - 1 - scale;
    display_puts(d, decimal.negative ? "-" : "");
    if (scale == 0) {
        display_put(d, all);
    } else if (scale > 0 && adjusted >= -6) {
        int64_t whole = all.len - scale;
        display_put(d, whole > 0 ? str_slice(all, 0, whole) : STR("0"));
        display_puts(d, ".");
        buf_fill(d->out, '0', whole < 0 ? -whole : 0);
        display_put(d, str_slice(all, whole > 0 ? whole : 0, all.len));
    } else {
        display_put(d, str_slice(all, 0, 1));
        if (all.len > 1) {
            display_puts(d, ".");
            display_put(d, str_slice(all, 1, all.len));
        }
        buf_printf(d->out, "E%+lld", (long long)adjusted);
    }
    buf_free(&digits);
}

void display_literal(Display *d, const Literal *literal)
{
    switch (literal->kind) {
    case LITERAL_NULL:
        display_puts(d, "null");
        return;
    case LITERAL_TRUE:
        display_puts(d, "true");
        return;
    case LITERAL_FALSE:
        display_puts(d, "false");
        return;
    case LITERAL_INT:
        display_puts(d, "");
        buf_int(d->out, literal->integer);
        return;
    case LITERAL_BIGINT:
        display_put(d, literal->text);
        return;
    case LITERAL_FLOAT:
        put_float(d, literal->text);
        return;
    case LITERAL_STRING:
        put_string(d, literal->text);
        return;
    }
    UNREACHABLE();
}

void display_name(Display *d, Str name)
{
    if (is_identifier(name)) {
        display_put(d, name);
    } else {
        put_string(d, name);
    }
}

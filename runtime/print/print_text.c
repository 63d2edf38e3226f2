/* print_text: scalars as text, for all formats. */
#include "runtime/print/print_int.h"

#include "runtime/base/utf8.h"
#include "runtime/calendar.h"
#include "runtime/event/event_source.h"
#include "runtime/number.h"
#include "runtime/print/base64.h"

#include <utf8proc.h>

void print_double(Buf *out, double d)
{
    out->len += number_write_double(buf_reserve(out, NUMBER_TEXT_BYTES), d);
}

static void put_time(Buf *out, Value time)
{
    out->len += calendar_write_time(buf_reserve(out, CALENDAR_TEXT_BYTES), time);
}

static void put_date(Buf *out, int64_t days)
{
    out->len += calendar_write_date(buf_reserve(out, CALENDAR_TEXT_BYTES), days);
}

static void put_uuid(Buf *out, Str bytes)
{
    assert(bytes.len == 16);
    for (int64_t i = 0; i < 16; i++) {
        bool is_group = i == 4 || i == 6 || i == 8 || i == 10;
        buf_printf(out, "%s%02x", is_group ? "-" : "", (unsigned char)bytes.s[i]);
    }
}

void print_bare(Rt *rt, Buf *out, Value v)
{
    switch ((Type)v.type) {
    case T_ID:
        buf_int(out, v.as.integer);
        return;
    case T_TIME:
        put_time(out, v);
        return;
    case T_TRANSACTION_TIME:
        put_time(out, rt_transaction_time(rt));
        return;
    case T_DATE:
        put_date(out, v.as.integer);
        return;
    case T_BYTES:
        base64_encode(out, val_as_str(v));
        return;
    case T_UUID:
        put_uuid(out, val_as_str(v));
        return;
    case T_MODULE:
        buf_put(out, v.as.module->name);
        return;
    case T_CURSOR:
        buf_put(out, v.as.cursor->text);
        return;
    case T_EVENT_SOURCE:
        event_source_print(rt, out, v.as.event_source);
        return;
    case T_NULL:
    case T_BOOLEAN:
    case T_INT:
    case T_LONG:
    case T_DOUBLE:
    case T_STRING:
    case T_ARRAY:
    case T_OBJECT:
    case T_DOC:
    case T_SET:
    case T_FUNCTION:
    case T_FAULT:
    case TYPE_COUNT:
        break;
    }
    UNREACHABLE();
}

void print_function(Buf *out, const Function *function, bool with_parentheses)
{
    if (function->kind == FUNCTION_LAMBDA) {
        buf_puts(out, "[function <lambda>]");
        return;
    }
    buf_puts(out, "[function ");
    buf_put(out, function->name);
    buf_puts(out, with_parentheses ? "()]" : "]");
}

void print_module(Buf *out, const Module *module)
{
    if (module->parent) {
        print_module(out, module->parent);
        buf_byte(out, '.');
    }
    buf_put(out, module->name);
}

/* The letter behind the backslash, or 0. Values escape every kind of quote, as the reference does;
 * displayed source does not. */
static char fql_escape(char c)
{
    return c == '\'' || c == '`' ? c : str_escape_letter((unsigned char)c);
}

void print_fql_string(Buf *out, Str s)
{
    buf_byte(out, '"');
    int64_t start = 0;
    for (int64_t i = 0; i < s.len; i++) {
        char escape = fql_escape(s.s[i]);
        if (escape) {
            buf_put(out, str_slice(s, start, i));
            buf_byte(out, '\\');
            buf_byte(out, escape);
            start = i + 1;
        }
    }
    buf_put(out, str_slice(s, start, s.len));
    buf_byte(out, '"');
}

static void put_json_escape(Buf *out, char c)
{
    switch (c) {
    case '"':
        buf_puts(out, "\\\"");
        return;
    case '\\':
        buf_puts(out, "\\\\");
        return;
    case '\b':
        buf_puts(out, "\\b");
        return;
    case '\t':
        buf_puts(out, "\\t");
        return;
    case '\n':
        buf_puts(out, "\\n");
        return;
    case '\f':
        buf_puts(out, "\\f");
        return;
    case '\r':
        buf_puts(out, "\\r");
        return;
    default:
        buf_printf(out, "\\u%04x", (unsigned char)c);
    }
}

void print_json_string(Buf *out, Str s)
{
    buf_byte(out, '"');
    int64_t start = 0;
    for (int64_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.s[i];
        if (UNLIKELY(c < 0x20 || c == '"' || c == '\\')) {
            buf_put(out, str_slice(s, start, i));
            put_json_escape(out, s.s[i]);
            start = i + 1;
        }
    }
    buf_put(out, str_slice(s, start, s.len));
    buf_byte(out, '"');
}

static bool is_letter(uint32_t c)
{
    if (c < 0x80) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

static bool is_digit(uint32_t c)
{
    return c < 0x80 ? c >= '0' && c <= '9'
                    : utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ND;
}

bool print_is_identifier(Str name)
{
    int width;
    for (int64_t i = 0; i < name.len; i += width) {
        uint32_t c = utf8_decode(name, i, &width);
        if (!is_letter(c) && (i == 0 || (c != '_' && !is_digit(c)))) {
            return false;
        }
    }
    return name.len > 0;
}

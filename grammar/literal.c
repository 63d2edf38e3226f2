/* literal: what the text of a token means: strings with their escapes, heredocs without their
 * indent, numbers. The lexer has checked the form; nothing here can fail but by size.
 */
#include "grammar/build.h"

#include "grammar/lex_class.h"

/* Strings */

static char *put_codepoint(char *out, uint32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *out++ = (char)(0xe0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    } else {
        *out++ = (char)(0xf0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3f));
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    }
    return out;
}

static uint32_t hex_value(char c)
{
    return c <= '9' ? (uint32_t)(c - '0') : (uint32_t)((c | 0x20) - 'a' + 10);
}

/* Reads the code of an escape; `*in` is at its letter and ends behind it. */
static uint32_t read_escape(const char **in)
{
    char letter = *(*in)++;
    int digits = 0;
    uint32_t value = 0;
    switch (letter) {
    case '0':
        return 0;
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 'v':
        return '\v';
    case 't':
        return '\t';
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'x':
        digits = 2;
        break;
    case 'u':
        digits = 4;
        break;
    default:
        return (uint32_t)(unsigned char)letter;
    }
    if (**in == '{') {
        for (++*in; **in != '}'; ++*in) {
            value = value * 16 + hex_value(**in);
        }
        ++*in;
        return value;
    }
    for (; digits > 0; digits--) {
        value = value * 16 + hex_value(*(*in)++);
    }
    return value;
}

/* `raw` with its escapes resolved: never longer than it was. */
static Str resolve_escapes(Parse *p, Str raw)
{
    char *text = arena_alloc(p->arena, raw.len);
    char *out = text;
    const char *in = raw.s;
    const char *end = raw.s + raw.len;
    while (in < end) {
        const char *backslash = memchr(in, '\\', (size_t)(end - in));
        size_t plain = (size_t)((backslash ? backslash : end) - in);
        memcpy(out, in, plain);
        out += plain;
        in += plain;
        if (backslash) {
            in++;
            out = put_codepoint(out, read_escape(&in));
        }
    }
    return (Str){text, out - text};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The lines of a heredoc, from its token's start on: behind the word and the empty lines after
 * it. `word` gets the word. */
static Str heredoc_lines(Str raw, Str *word)
{
    int64_t at = 3;
    while (is_blank(raw.s[at])) {
        at++;
    }
    int64_t start = at;
    while (lex_class[(uint8_t)raw.s[at]] & CLASS_REST) {
        at++;
    }
    *word = str_slice(raw, start, at);
    int64_t lines = at;
    while (at < raw.len && (is_blank(raw.s[at]) || (lex_class[(uint8_t)raw.s[at]] & CLASS_LINE))) {
        if (lex_class[(uint8_t)raw.s[at++]] & CLASS_LINE) {
            lines = at;
        }
    }
    return str_slice(raw, lines, raw.len);
}

/* Without the word that ends a heredoc, and the blanks before it. */
static Str cut_heredoc_end(Str raw, Str word)
{
    int64_t end = raw.len - word.len;
    while (end > 0 && is_blank(raw.s[end - 1])) {
        end--;
    }
    return str_slice(raw, 0, end);
}

Str literal_part(Parse *p, Token token, Token head, bool last)
{
    Str raw = token_text(p, token);
    if (!(head.flags & LEX_HEREDOC)) {
        raw = str_slice(raw, 1, raw.len - (last ? 1 : 2));
        return token.flags & LEX_ESCAPES ? resolve_escapes(p, raw) : raw;
    }
    Str word;
    Str lines = heredoc_lines((Str){p->source->text.s + head.start, head.end - head.start}, &word);
    if (token.start == head.start) {
        return str_slice(lines, 0, lines.len - 2);
    }
    raw = str_slice(raw, 1, raw.len);
    return last ? cut_heredoc_end(raw, word) : str_slice(raw, 0, raw.len - 2);
}

/* Bytes of blanks at the start of the line at `at`; a line of blanks counts whole. */
static int64_t measure_indent(Str text, int64_t at)
{
    int64_t end = at;
    while (end < text.len && is_blank(text.s[end])) {
        end++;
    }
    return end - at;
}

/* Start of the line after the one at `at`; empty lines belong to the line before them. */
static int64_t next_line(Str text, int64_t at)
{
    while (at < text.len && !(lex_class[(uint8_t)text.s[at]] & CLASS_LINE)) {
        at++;
    }
    while (at < text.len && (lex_class[(uint8_t)text.s[at]] & CLASS_LINE)) {
        at++;
    }
    return at;
}

static bool ends_line(Str text, int64_t at)
{
    return at > 0 && (lex_class[(uint8_t)text.s[at - 1]] & CLASS_LINE);
}

/* The smallest indent of the lines; a line that starts with an expression has none. */
static int64_t find_indent(const TemplatePart *parts, int64_t count)
{
    int64_t indent = INT64_MAX;
    bool line_start = true;
    for (int64_t i = 0; i < count; i++) {
        if (parts[i].expr) {
            indent = line_start ? 0 : indent;
            line_start = false;
        }
        for (int64_t at = 0; at < parts[i].text.len;) {
            if (line_start) {
                int64_t found = measure_indent(parts[i].text, at);
                indent = found < indent ? found : indent;
            }
            at = next_line(parts[i].text, at);
            line_start = ends_line(parts[i].text, at);
        }
    }
    return indent;
}

/* `text` without `indent` bytes at the start of each line. */
static Str remove_indent(Parse *p, Str text, int64_t indent, bool line_start)
{
    char *out = arena_alloc(p->arena, text.len);
    int64_t len = 0;
    for (int64_t at = 0; at < text.len;) {
        int64_t end = next_line(text, at);
        int64_t from = at + (line_start ? indent : 0);
        memcpy(out + len, text.s + from, (size_t)(end - from));
        len += end - from;
        at = end;
        line_start = true;
    }
    return (Str){out, len};
}

void literal_unindent(Parse *p, TemplatePart *parts, int64_t count)
{
    int64_t indent = find_indent(parts, count);
    bool line_start = true;
    for (int64_t i = 0; i < count && indent > 0; i++) {
        if (parts[i].expr) {
            line_start = false;
        } else if (parts[i].text.len > 0) {
            parts[i].text = remove_indent(p, parts[i].text, indent, line_start);
            line_start = ends_line(parts[i].text, parts[i].text.len);
        }
    }
}

Str literal_text(Parse *p, Token token)
{
    Str raw = token_text(p, token);
    if (!(token.flags & LEX_HEREDOC)) {
        raw = str_slice(raw, 1, raw.len - 1);
        return token.flags & LEX_ESCAPES ? resolve_escapes(p, raw) : raw;
    }
    Str word;
    Str lines = heredoc_lines(raw, &word);
    TemplatePart part = {.text = cut_heredoc_end(lines, word)};
    literal_unindent(p, &part, 1);
    return part.text;
}

Name literal_name(Parse *p, Token token)
{
    Str text = token.kind == TOKEN_STRING ? literal_text(p, token) : token_text(p, token);
    return (Name){text, token_span(p, token)};
}

/* Numbers */

/* The number as decimal digits with its sign, blanks and underscores removed. */
static Str clean_number(Parse *p, Str raw)
{
    char *text = arena_alloc(p->arena, raw.len);
    int64_t len = 0;
    if (raw.s[0] == '-') {
        text[len++] = '-';
    }
    int64_t at = 0;
    if (raw.s[0] == '-' || raw.s[0] == '+') {
        /* Comments may stand between the sign and the digits: those are at the end. */
        at = raw.len;
        while (at > 1 && !is_blank(raw.s[at - 1]) && raw.s[at - 1] != '/') {
            at--;
        }
    }
    for (; at < raw.len; at++) {
        if (raw.s[at] != '_') {
            text[len++] = raw.s[at];
        }
    }
    return (Str){text, len};
}

/* Decimal digits of a number in base `radix`, least significant nine first, in `limbs`. */
static Str convert_to_decimal(Parse *p, Str digits, uint32_t radix, bool negative)
{
    enum { LIMB = 1000000000 };
    uint32_t *limbs = arena_array(p->arena, uint32_t, digits.len / 7 + 2);
    int64_t count = 1;
    for (int64_t i = 0; i < digits.len; i++) {
        uint64_t carry = hex_value(digits.s[i]);
        for (int64_t j = 0; j < count; j++) {
            carry += (uint64_t)limbs[j] * radix;
            limbs[j] = (uint32_t)(carry % LIMB);
            carry /= LIMB;
        }
        if (carry > 0) {
            limbs[count++] = (uint32_t)carry;
        }
    }
    char *text = arena_alloc(p->arena, count * 9 + 2);
    int64_t len =
        snprintf(text, (size_t)(count * 9 + 2), "%s%u", negative ? "-" : "", limbs[count - 1]);
    for (int64_t j = count - 2; j >= 0; j--) {
        len += snprintf(text + len, 10, "%09u", limbs[j]);
    }
    return (Str){text, len};
}

/* Fills `integer`, or makes it a BIGINT when 64 bits do not hold it. */
static Literal read_integer(Parse *p, Str text)
{
    bool negative = text.s[0] == '-';
    Str digits = str_slice(text, negative, text.len);
    uint32_t radix = 10;
    if (digits.len > 1 && digits.s[0] == '0') {
        char letter = (char)(digits.s[1] | 0x20);
        radix = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
        digits = str_slice(digits, radix == 10 ? 0 : 2, digits.len);
    }
    uint64_t limit = (uint64_t)INT64_MAX + negative;
    uint64_t value = 0;
    for (int64_t i = 0; i < digits.len; i++) {
        uint64_t digit = hex_value(digits.s[i]);
        if (value > (limit - digit) / radix) {
            Str decimal = radix == 10 ? text : convert_to_decimal(p, digits, radix, negative);
            return (Literal){.kind = LITERAL_BIGINT,
                             .text = decimal,
                             .number = strtod(str_to_c(p->arena, decimal), NULL)};
        }
        value = value * radix + digit;
    }
    int64_t integer = negative ? (int64_t)(0 - value) : (int64_t)value;
    return (Literal){.kind = LITERAL_INT, .integer = integer};
}

Literal literal_number(Parse *p, Token token)
{
    Str raw = token_text(p, token);
    if (LIKELY(!(token.flags & LEX_FLOAT) && raw.len <= 18)) {
        int64_t value = 0;
        int64_t i = 0;
        while (i < raw.len && raw.s[i] >= '0' && raw.s[i] <= '9') {
            value = value * 10 + (raw.s[i++] - '0');
        }
        if (i == raw.len) {
            return (Literal){.kind = LITERAL_INT, .integer = value};
        }
    }
    if (raw.len > NUMBER_DIGITS_MAX) {
        parse_stop(p, token_span(p, token), "A number has at most %d digits", NUMBER_DIGITS_MAX);
        return (Literal){.kind = LITERAL_INT};
    }
    Str text = clean_number(p, raw);
    if (!(token.flags & LEX_FLOAT)) {
        return read_integer(p, text);
    }
    return (Literal){
        .kind = LITERAL_FLOAT, .text = text, .number = strtod(str_to_c(p->arena, text), NULL)};
}

Literal literal_of(Parse *p, Token token)
{
    switch ((int)token.kind) {
    case TOKEN_KEY_NULL:
        return (Literal){.kind = LITERAL_NULL};
    case TOKEN_KEY_TRUE:
        return (Literal){.kind = LITERAL_TRUE};
    case TOKEN_KEY_FALSE:
        return (Literal){.kind = LITERAL_FALSE};
    case TOKEN_NUMBER:
        return literal_number(p, token);
    default:
        assert(token.kind == TOKEN_STRING);
        return (Literal){.kind = LITERAL_STRING, .text = literal_text(p, token)};
    }
}

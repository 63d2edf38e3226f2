/* json: reading JSON text; what tags mean is in json_tag.c.
 *
 * One pass of recursive descent over text that need not be whole. Objects tend to have the names
 * of the object read before at the same depth, so these are compared with the text where it lies,
 * and the object gets the shape of the one before:
 *
 *   {"user":1,"stars":5}     {user, stars} is looked up
 *   {"user":2,"stars":4}     "user" and "stars" are expected, and are there
 *
 * Strings without escapes borrow from the text. Values wait on one stack until their container
 * ends, so that it is made at its right size. (yajl cannot go on after a bad record, and takes
 * longer to find the tokens of one than an import may take for all of it.)
 */
#include "runtime/print/json.h"

#include "runtime/base/limits.h"
#include "runtime/base/utf8.h"
#include "runtime/base/vec.h"
#include "runtime/number.h"

#include <math.h>

enum {
    /* Depths at which shapes are expected. */
    EXPECTED_DEPTHS = 8,
    /* Digits that cannot overflow 64 bits. */
    SAFE_DIGITS = 18,
    /* Digits that a Double tells apart. */
    DOUBLE_DIGITS = 17,
};

struct JsonReader {
    Rt *rt;
    Arena scratch; /* of the stacks */
    VEC(Value) values;
    VEC(Str) names;
    const Shape *expected[EXPECTED_DEPTHS];
    const char *start, *at, *end; /* of the text */
    bool ended;
    JsonStatus status;
    Str error;
    int64_t rounded;
};

static bool read_value(JsonReader *reader, int depth, Value *value);

/* -- failing --------------------------------------------------------------------------------- */

static NOINLINE bool fail(JsonReader *reader, Str error)
{
    reader->status = JSON_WRONG;
    reader->error = error;
    return false;
}

static NOINLINE bool fail_expected(JsonReader *reader, const char *expected)
{
    if (reader->at == reader->end) {
        if (!reader->ended) {
            reader->status = JSON_MORE;
            return false;
        }
        return fail(reader,
                    str_format(reader->rt->heap, "expected %s, got the end of the text", expected));
    }
    unsigned char c = (unsigned char)*reader->at;
    Arena *heap = reader->rt->heap;
    return fail(reader, c >= ' ' && c < 0x7f
                            ? str_format(heap, "expected %s, got `%c`", expected, c)
                            : str_format(heap, "expected %s, got byte %d", expected, c));
}

static void skip_blanks(JsonReader *reader)
{
    const char *at = reader->at;
    while (at < reader->end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')) {
        at++;
    }
    reader->at = at;
}

/* Takes `c` behind blanks. */
static bool take(JsonReader *reader, char c, const char *expected)
{
    if (UNLIKELY(reader->at == reader->end || *reader->at != c)) {
        skip_blanks(reader);
        if (reader->at == reader->end || *reader->at != c) {
            return fail_expected(reader, expected);
        }
    }
    reader->at++;
    return true;
}

/* -- strings ----------------------------------------------------------------------------------- */

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (c))
#define HIGH_BITS EACH_BYTE(0x80)

/* Not 0 when a byte of `word` ends a run of plain text: a quote, a backslash, a control character,
 * or one above 0x7f. */
static uint64_t find_special(uint64_t word)
{
    uint64_t quote = word ^ EACH_BYTE('"');
    uint64_t slash = word ^ EACH_BYTE('\\');
    return (((quote - EACH_BYTE(1)) & ~quote) | ((slash - EACH_BYTE(1)) & ~slash) |
            (word - EACH_BYTE(0x20)) | word) &
           HIGH_BITS;
}

/* The first byte from `at` on that is no plain ASCII text. */
static const char *skip_plain(const char *at, const char *end)
{
    uint64_t word;
    while (end - at >= 8) {
        memcpy(&word, at, 8);
        if (find_special(word)) {
            break;
        }
        at += 8;
    }
    while (at < end && *at >= ' ' && *at < 0x7f && *at != '"' && *at != '\\') {
        at++;
    }
    return at;
}

/* Four hexadecimal digits; -1: there are none. */
static int32_t read_hex(const char *at, const char *end)
{
    int32_t unit = 0;
    if (end - at < 4) {
        return -1;
    }
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    return unit;
}

/* Appends what `\uXXXX` at `*at`, behind the u, stands for: half of a pair that lacks the other is
 * U+FFFD. */
static bool put_unicode(Buf *out, const char **at, const char *end)
{
    int32_t unit = read_hex(*at, end);
    if (unit < 0) {
        return false;
    }
    *at += 4;
    uint32_t c = (uint32_t)unit;
    if (c >= 0xd800 && c < 0xdc00 && end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u') {
        int32_t low = read_hex(*at + 2, end);
        if (low >= 0xdc00 && low < 0xe000) {
            *at += 6;
            c = 0x10000 + ((c - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
        }
    }
    buf_codepoint(out, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
    return true;
}

/* What the escape at `*at`, behind the backslash, stands for. */
static bool put_escape(Buf *out, const char **at, const char *end)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    char c = *(*at)++;
    if (c == 'u') {
        return put_unicode(out, at, end);
    }
    const char *letter = c != '\0' ? strchr(letters, c) : NULL;
    if (letter) {
        buf_byte(out, meanings[letter - letters]);
    }
    return letter != NULL;
}

/* The text between quotes that holds escapes, on the heap. */
static bool unescape(JsonReader *reader, Str raw, Str *text)
{
    Buf out = {0};
    const char *at = raw.s, *end = raw.s + raw.len;
    bool understood = true;
    while (at < end && understood) {
        const char *slash = memchr(at, '\\', (size_t)(end - at));
        const char *stop = slash ? slash : end;
        buf_put(&out, (Str){at, stop - at});
        at = stop;
        if (slash) {
            at++;
            understood = put_escape(&out, &at, end);
        }
    }
    *text = str_copy(reader->rt->heap, buf_str(&out));
    buf_free(&out);
    return understood || fail(reader, STR("a string has an escape that JSON does not know"));
}

/* The string behind its opening quote. */
static bool read_string(JsonReader *reader, Str *text, bool *is_ascii)
{
    const char *start = reader->at, *at = start;
    bool escaped = false;
    *is_ascii = true;
    for (;;) {
        at = skip_plain(at, reader->end);
        if (at == reader->end) {
            reader->at = at;
            return fail_expected(reader, "the end of a string");
        }
        if (*at == '"') {
            break;
        }
        if (*at == '\\') {
            escaped = true;
            at += reader->end - at > 1 ? 2 : 1;
        } else if ((unsigned char)*at < ' ') {
            reader->at = at;
            return fail(reader, STR("a string holds a control character, which wants an escape"));
        } else {
            *is_ascii = *is_ascii && (unsigned char)*at <= 0x7f;
            at++;
        }
    }
    *text = (Str){start, at - start};
    if (text->len > STRING_BYTES_MAX) {
        return fail(reader, STR("a string is too long"));
    }
    if (!*is_ascii && utf8_check(*text) >= 0) {
        return fail(reader, STR("a string is not UTF-8"));
    }
    if (escaped) {
        *is_ascii = false;
        if (!unescape(reader, *text, text)) {
            return false;
        }
    }
    reader->at = at + 1;
    return true;
}

/* -- numbers and words ------------------------------------------------------------------------- */

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9') {
        at++;
    }
    return at;
}

/* The end of the fraction and exponent at `at`; NULL: digits are missing. */
static const char *skip_fraction(const char *at, const char *end)
{
    const char *digits;
    if (at < end && *at == '.') {
        digits = ++at;
        at = skip_digits(at, end);
        if (at == digits) {
            return NULL;
        }
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        at += at < end && (*at == '+' || *at == '-');
        digits = at;
        at = skip_digits(at, end);
        if (at == digits) {
            return NULL;
        }
    }
    return at;
}

/* Whether a whole number has more digits than a Double keeps, zeros at its end aside. */
static bool is_rounded(Str text)
{
    int64_t digits = text.len - (text.s[0] == '-');
    while (digits > 0 && text.s[text.len - 1] == '0') {
        text.len--;
        digits--;
    }
    return digits > DOUBLE_DIGITS;
}

static Value make_integer(JsonReader *reader, Str text)
{
    int64_t n = 0;
    bool negative = text.s[0] == '-';
    if (text.len > SAFE_DIGITS) {
        Value value = number_from_integer(text);
        reader->rounded += value.type == T_DOUBLE && is_rounded(text);
        return value;
    }
    for (int64_t i = negative; i < text.len; i++) {
        n = n * 10 + (text.s[i] - '0');
    }
    return val_number(negative ? -n : n);
}

static bool read_number(JsonReader *reader, Value *value)
{
    const char *start = reader->at, *end = reader->end;
    const char *digits = start + (*start == '-');
    const char *whole = skip_digits(digits, end);
    const char *stop = whole > digits ? skip_fraction(whole, end) : NULL;
    if ((stop == NULL || stop == end) && !reader->ended) {
        /* Where digits are missing in the middle, more text does not mend it; it is read again
         * then, and told when all of the line is there. */
        const char *tail = stop ? stop : whole;
        while (tail < end && *tail != '\0' && strchr(".eE+-0123456789", *tail)) {
            tail++;
        }
        if (tail == end) {
            reader->status = JSON_MORE;
            return false;
        }
    }
    if (stop == NULL || (*digits == '0' && whole > digits + 1)) {
        return fail(reader, STR("a number is not as JSON has it"));
    }
    Str text = {start, stop - start};
    double d = 0;
    if (stop == whole) {
        *value = make_integer(reader, text);
    } else if (number_parse_double(text, &d)) {
        *value = val_double(d);
    } else {
        return fail(reader, STR("a number is not as JSON has it"));
    }
    if (value->type == T_DOUBLE && isinf(value->as.number)) {
        return fail(reader, STR("a number is too large for a Double (1.8e308 is the largest)"));
    }
    reader->at = stop;
    return true;
}

static bool read_word(JsonReader *reader, Str word, Value meaning, Value *value)
{
    int64_t there = reader->end - reader->at;
    int64_t compared = there < word.len ? there : word.len;
    if (memcmp(reader->at, word.s, (size_t)compared) != 0) {
        return fail_expected(reader, "a value");
    }
    if (compared < word.len) {
        reader->at = reader->end;
        return fail_expected(reader, "a value");
    }
    reader->at += word.len;
    *value = meaning;
    return true;
}

/* -- containers -------------------------------------------------------------------------------- */

/* An object while its fields are read. As long as all names are those of `expected`, none are on
 * the stack. */
typedef struct Opened {
    int64_t first_value, first_name;
    const Shape *expected;
    uint32_t met; /* names of `expected` that were there */
} Opened;

/* From here on names are not those expected. */
static void give_up_expected(JsonReader *reader, Opened *opened)
{
    for (uint32_t i = 0; i < opened->met; i++) {
        vec_push(&reader->names, &reader->scratch, opened->expected->names[i]);
    }
    opened->expected = NULL;
}

/* Takes the expected name, with its quotes. */
static bool take_expected(JsonReader *reader, Opened *opened)
{
    const Shape *expected = opened->expected;
    if (!expected || opened->met == expected->count) {
        return false;
    }
    Str name = expected->names[opened->met];
    if (reader->end - reader->at < name.len + 2 || reader->at[0] != '"' ||
        reader->at[name.len + 1] != '"' || memcmp(reader->at + 1, name.s, (size_t)name.len) != 0) {
        return false;
    }
    reader->at += name.len + 2;
    opened->met++;
    return true;
}

static bool read_name(JsonReader *reader, Opened *opened)
{
    skip_blanks(reader);
    if (LIKELY(take_expected(reader, opened))) {
        return true;
    }
    if (opened->expected) {
        give_up_expected(reader, opened);
    }
    Str name;
    bool is_ascii;
    if (!take(reader, '"', "a name in double quotes") || !read_string(reader, &name, &is_ascii)) {
        return false;
    }
    vec_push(&reader->names, &reader->scratch, name);
    return true;
}

/* Keeps a value until the array or object that it is in is whole. */
static bool push_item(JsonReader *reader, Value item)
{
    int64_t len = reader->values.len;
    bool has_room = len < reader->values.cap || memory_has(2 * len * (int64_t)sizeof item);
    if (UNLIKELY(!has_room || reader->rt->memory.is_over)) {
        return fail(reader, STR("there is no memory for it"));
    }
    vec_push(&reader->values, &reader->scratch, item);
    return true;
}

static bool read_field(JsonReader *reader, Opened *opened, int depth)
{
    Value value;
    return read_name(reader, opened) && take(reader, ':', "`:`") &&
           read_value(reader, depth, &value) && push_item(reader, value);
}

/* Names are looked for as they are spelled in the text. */
static bool can_be_expected(const Shape *shape)
{
    for (uint32_t i = 0; i < shape->count; i++) {
        for (int64_t k = 0; k < shape->names[i].len; k++) {
            char c = shape->names[i].s[k];
            if (c == '"' || c == '\\' || (unsigned char)c < ' ') {
                return false;
            }
        }
    }
    return shape->shared;
}

static Value make_object(JsonReader *reader, Opened *opened, int depth)
{
    const Shape *expected = opened->expected;
    int64_t count = reader->values.len - opened->first_value;
    const Value *values = count > 0 ? reader->values.at + opened->first_value : NULL;
    if (LIKELY(expected && opened->met == expected->count)) {
        Object *object = object_new(reader->rt->heap, expected);
        memcpy(object->slots, values, (size_t)count * sizeof(Value));
        return val_object(object);
    }
    if (expected) {
        give_up_expected(reader, opened);
    }
    const Str *names = count > 0 ? reader->names.at + opened->first_name : NULL;
    Value made = rt_object(reader->rt, names, values, count);
    const Shape *shape = made.as.object->shape;
    if (depth < EXPECTED_DEPTHS && count > 0 && can_be_expected(shape)) {
        reader->expected[depth] = shape;
    }
    return made;
}

static bool read_object(JsonReader *reader, int depth, Value *value)
{
    Opened opened = {.first_value = reader->values.len,
                     .first_name = reader->names.len,
                     .expected = depth < EXPECTED_DEPTHS ? reader->expected[depth] : NULL};
    skip_blanks(reader);
    bool more = reader->at == reader->end || *reader->at != '}';
    while (more) {
        if (!read_field(reader, &opened, depth + 1)) {
            return false;
        }
        skip_blanks(reader);
        more = reader->at < reader->end && *reader->at == ',';
        reader->at += more;
    }
    if (!take(reader, '}', "`,` or `}`")) {
        return false;
    }
    *value = make_object(reader, &opened, depth);
    reader->values.len = opened.first_value;
    reader->names.len = opened.first_name;
    return true;
}

static bool read_array(JsonReader *reader, int depth, Value *value)
{
    int64_t first = reader->values.len;
    skip_blanks(reader);
    bool more = reader->at == reader->end || *reader->at != ']';
    while (more) {
        Value item;
        if (!read_value(reader, depth + 1, &item) || !push_item(reader, item)) {
            return false;
        }
        skip_blanks(reader);
        more = reader->at < reader->end && *reader->at == ',';
        reader->at += more;
    }
    if (!take(reader, ']', "`,` or `]`")) {
        return false;
    }
    int64_t count = reader->values.len - first;
    if (UNLIKELY(!memory_has(count * (int64_t)sizeof(Value)))) {
        return fail(reader, STR("there is no memory for it"));
    }
    const Value *items = count == 0 ? NULL
                                    : arena_copy(reader->rt->heap, reader->values.at + first,
                                                 arena_array_bytes(count, (int64_t)sizeof(Value)));
    reader->values.len = first;
    *value = val_array(items, count);
    return true;
}

static bool read_text_value(JsonReader *reader, Value *value)
{
    Str text;
    bool is_ascii;
    if (!read_string(reader, &text, &is_ascii)) {
        return false;
    }
    *value = val_str(text);
    value->flags = is_ascii ? VALUE_ASCII : 0;
    return true;
}

static bool read_value(JsonReader *reader, int depth, Value *value)
{
    skip_blanks(reader);
    if (reader->at == reader->end) {
        return fail_expected(reader, "a value");
    }
    char c = *reader->at;
    if ((c >= '0' && c <= '9') || c == '-') {
        return read_number(reader, value);
    }
    if ((c == '{' || c == '[') && depth == JSON_DEPTH_MAX) {
        return fail(reader,
                    str_format(reader->rt->heap, "nested deeper than %d levels", JSON_DEPTH_MAX));
    }
    switch (c) {
    case '"':
        reader->at++;
        return read_text_value(reader, value);
    case '{':
        reader->at++;
        return read_object(reader, depth, value);
    case '[':
        reader->at++;
        return read_array(reader, depth, value);
    case 't':
        return read_word(reader, STR("true"), val_bool(true), value);
    case 'f':
        return read_word(reader, STR("false"), val_bool(false), value);
    case 'n':
        return read_word(reader, STR("null"), val_null(NULL), value);
    default:
        return fail_expected(reader, "a value");
    }
}

/* -- whole texts ------------------------------------------------------------------------------- */

JsonReader *json_reader_open(Rt *rt)
{
    JsonReader *reader = arena_new(rt->session, JsonReader);
    reader->rt = rt;
    arena_init_counted(&reader->scratch, &rt->memory);
    return reader;
}

void json_reader_close(JsonReader *reader)
{
    arena_free(&reader->scratch);
}

JsonStatus json_next(JsonReader *reader, Str text, int64_t *at, bool ended, Value *value)
{
    reader->start = text.s;
    reader->at = text.s + *at;
    reader->end = text.s + text.len;
    reader->ended = ended;
    reader->status = JSON_READ;
    reader->values.len = reader->names.len = 0;
    if (read_value(reader, 0, value)) {
        *at = reader->at - reader->start;
    }
    return reader->status;
}

int64_t json_rounded(const JsonReader *reader)
{
    return reader->rounded;
}

Str json_error(const JsonReader *reader, int64_t *at)
{
    *at = reader->at - reader->start;
    return reader->error;
}

Value json_read(Rt *rt, Str text, JsonFormat format, Str *error)
{
    JsonReader reader = {.rt = rt};
    arena_init_counted(&reader.scratch, &rt->memory);
    Value value = val_fault();
    int64_t at = 0;
    JsonStatus status = json_next(&reader, text, &at, true, &value);
    if (status == JSON_READ) {
        skip_blanks(&reader);
        status = reader.at == reader.end || fail_expected(&reader, "the end of the text")
                     ? JSON_READ
                     : JSON_WRONG;
    }
    if (status != JSON_READ) {
        *error = str_format(rt->heap, "%.*s at byte %lld", STR_ARG(reader.error),
                            (long long)(reader.at - reader.start));
    }
    arena_free(&reader.scratch);
    return status == JSON_READ ? json_retag(rt, value, format, error) : val_fault();
}

/* key: see key.h.
 *
 * Writing appends to a Buf; reading back is only what entries need: where a component ends,
 * and the id at the end.
 */
#include "store/key.h"

#include <math.h>

/* Doubles of this magnitude and above do not tell neighbouring integers apart. */
static const double exact_limit = KEY_EXACT_LIMIT;

static void put_u64(char *to, uint64_t n)
{
    n = __builtin_bswap64(n);
    memcpy(to, &n, 8);
}

static uint64_t flip_sign(int64_t n)
{
    return (uint64_t)n ^ (uint64_t)1 << 63;
}

/* -- numbers ------------------------------------------------------------------------------ */

/* Bits of `d` whose unsigned order is the order of doubles. */
static uint64_t order_double(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

/* Appends a number that is `above` more than the double `floor`. */
static void put_number(Buf *key, double floor, uint64_t above)
{
    char *to = buf_reserve(key, 11);
    to[0] = KEY_KIND_NUMBER;
    put_u64(to + 1, order_double(floor));
    key->len += 9;
    if (!(fabs(floor) < exact_limit)) {
        assert(above < 1024);
        to[9] = (char)(above >> 8);
        to[10] = (char)above;
        key->len += 2;
    }
}

void key_put_int(Buf *key, int64_t n)
{
    double floor = (double)n;
    /* Rounding may have gone up, and at the top out of range: 2^63 - 1 becomes 2^63. */
    if (floor >= 0x1p63 || (int64_t)floor > n) {
        floor = nextafter(floor, -HUGE_VAL);
    }
    put_number(key, floor, (uint64_t)n - (uint64_t)(int64_t)floor);
}

void key_put_double(Buf *key, double d)
{
    if (isnan(d) || d == 0) {
        d = fabs(d);
    }
    put_number(key, d, 0);
}

/* -- the other scalars ---------------------------------------------------------------------- */

/* `s` with zeros escaped, and an end that is less than any continuation. */
static void put_escaped(Buf *key, char kind, Str s)
{
    char *to = buf_reserve(key, 2 * s.len + 3);
    char *start = to;
    *to++ = kind;
    if (s.len > 0 && !memchr(s.s, 0, (size_t)s.len)) {
        memcpy(to, s.s, (size_t)s.len);
        to += s.len;
    } else {
        for (int64_t i = 0; i < s.len; i++) {
            *to++ = s.s[i];
            if (s.s[i] == 0) {
                *to++ = (char)0xff;
            }
        }
    }
    *to++ = 0;
    *to++ = 1;
    key->len += to - start;
}

void key_put_bytes(Buf *key, Str s)
{
    put_escaped(key, KEY_KIND_BYTES, s);
}

void key_put_str(Buf *key, Str s)
{
    put_escaped(key, KEY_KIND_STRING, s);
}

void key_put_name(Buf *key, Str name)
{
    put_escaped(key, KEY_KIND_NAME, name);
}

/* A kind byte and an ordered 64-bit integer. */
static void put_int64(Buf *key, char kind, int64_t n)
{
    char *to = buf_reserve(key, 9);
    to[0] = kind;
    put_u64(to + 1, flip_sign(n));
    key->len += 9;
}

void key_put_id(Buf *key, int64_t id)
{
    put_int64(key, KEY_KIND_ID, id);
}

void key_put_date(Buf *key, int64_t days)
{
    put_int64(key, KEY_KIND_DATE, days);
}

static void put_u32(Buf *key, uint32_t n)
{
    n = __builtin_bswap32(n);
    memcpy(buf_reserve(key, 4), &n, 4);
    key->len += 4;
}

void key_put_ref(Buf *key, DocRef ref)
{
    buf_byte(key, KEY_KIND_REF);
    put_u32(key, ref.collection);
    key_put_entry_id(key, ref.id);
}

void key_put_time(Buf *key, DocTime time)
{
    put_int64(key, KEY_KIND_TIME, time.seconds);
    put_u32(key, time.nanos);
}

void key_put_transaction_time(Buf *key)
{
    buf_byte(key, KEY_KIND_TRANSACTION_TIME);
}

void key_put_uuid(Buf *key, const char bytes[16])
{
    buf_byte(key, KEY_KIND_UUID);
    buf_put(key, (Str){bytes, 16});
}

void key_put_bool(Buf *key, bool b)
{
    buf_byte(key, KEY_KIND_BOOLEAN);
    buf_byte(key, (char)b);
}

void key_put_null(Buf *key)
{
    buf_byte(key, KEY_KIND_NULL);
}

/* -- arrays, objects, document slots ----------------------------------------------------------- */

void key_begin_array(Buf *key)
{
    buf_byte(key, KEY_KIND_ARRAY);
}

void key_begin_object(Buf *key)
{
    buf_byte(key, KEY_KIND_OBJECT);
}

void key_end(Buf *key)
{
    buf_byte(key, KEY_KIND_END);
}

/* The slot whose name is the least above that of slot `last` (-1: the least of all), or -1. */
static int64_t next_by_name(const Shape *shape, int64_t last)
{
    int64_t next = -1;
    for (int64_t i = 0; i < shape->count; i++) {
        if ((last < 0 || str_compare(shape->names[i], shape->names[last]) > 0) &&
            (next < 0 || str_compare(shape->names[i], shape->names[next]) < 0)) {
            next = i;
        }
    }
    return next;
}

static void put_object(Buf *key, const ShapeTable *shapes, const char *block)
{
    const Shape *shape = shape_by_id(shapes, doc_shape_id(block));
    assert(shape && shape->count == doc_count(block));
    key_begin_object(key);
    /* Stops early when the key is too long anyway: the search for names is quadratic. */
    for (int64_t slot = next_by_name(shape, -1); slot >= 0 && key->len <= KEY_BYTES_MAX;
         slot = next_by_name(shape, slot)) {
        key_put_name(key, shape->names[slot]);
        key_put_slot(key, shapes, block, slot);
    }
    key_end(key);
}

static void put_array(Buf *key, const ShapeTable *shapes, const char *block)
{
    key_begin_array(key);
    for (int64_t i = 0; i < doc_count(block); i++) {
        key_put_slot(key, shapes, block, i);
    }
    key_end(key);
}

void key_put_slot(Buf *key, const ShapeTable *shapes, const char *block, int64_t slot)
{
    switch (doc_tag(block, slot)) {
    case TAG_NULL:
        key_put_null(key);
        return;
    case TAG_FALSE:
    case TAG_TRUE:
        key_put_bool(key, doc_tag(block, slot) == TAG_TRUE);
        return;
    case TAG_INT:
    case TAG_LONG:
        key_put_int(key, doc_int(block, slot));
        return;
    case TAG_DOUBLE:
        key_put_double(key, doc_double(block, slot));
        return;
    case TAG_STRING:
        key_put_str(key, doc_str(block, slot));
        return;
    case TAG_BYTES:
        key_put_bytes(key, doc_str(block, slot));
        return;
    case TAG_TIME:
        key_put_time(key, doc_time(block, slot));
        return;
    case TAG_DATE:
        key_put_date(key, doc_int(block, slot));
        return;
    case TAG_UUID:
        key_put_uuid(key, doc_str(block, slot).s);
        return;
    case TAG_REF:
        key_put_ref(key, doc_ref(block, slot));
        return;
    case TAG_ARRAY:
        put_array(key, shapes, doc_nested(block, slot));
        return;
    case TAG_OBJECT:
        put_object(key, shapes, doc_nested(block, slot));
        return;
    case TAG_COUNT:
        break;
    }
    UNREACHABLE();
}

/* -- entries ----------------------------------------------------------------------------------- */

void key_invert(Buf *key, int64_t from)
{
    for (int64_t i = from; i < key->len; i++) {
        key->data[i] = (char)~key->data[i];
    }
}

void key_put_entry_id(Buf *key, int64_t id)
{
    put_u64(buf_reserve(key, KEY_ID_BYTES), flip_sign(id));
    key->len += KEY_ID_BYTES;
}

int64_t key_entry_id(Str entry)
{
    assert(entry.len >= KEY_ID_BYTES);
    uint64_t n;
    memcpy(&n, entry.s + entry.len - KEY_ID_BYTES, KEY_ID_BYTES);
    return (int64_t)(__builtin_bswap64(n) ^ (uint64_t)1 << 63);
}

bool key_is_null(Str component)
{
    return component.len == 1 &&
           (component.s[0] == KEY_KIND_NULL || component.s[0] == (char)~KEY_KIND_NULL);
}

/* A key that is read, all of its bytes inverted when `mask` is 0xff. */
typedef struct KeyReader {
    Str key;
    int64_t at;
    unsigned mask;
} KeyReader;

/* The byte at `at + ahead`, or -1 behind the end. */
static int peek(const KeyReader *reader, int64_t ahead)
{
    int64_t at = reader->at + ahead;
    return at < reader->key.len ? (int)(((unsigned char)reader->key.s[at]) ^ reader->mask) : -1;
}

static bool skip_bytes(KeyReader *reader, int64_t count)
{
    reader->at += count;
    return reader->at <= reader->key.len;
}

/* Skips an escaped text, its kind byte included. */
static bool skip_escaped(KeyReader *reader)
{
    reader->at++;
    for (;; reader->at++) {
        int byte = peek(reader, 0);
        if (byte < 0) {
            return false;
        }
        if (byte == 0) {
            int next = peek(reader, 1);
            if (next == 1) {
                return skip_bytes(reader, 2);
            }
            if (next != 0xff) {
                return false;
            }
            reader->at++;
        }
    }
}

static bool skip_number(KeyReader *reader)
{
    uint64_t bits = 0;
    for (int64_t i = 1; i <= 8; i++) {
        int byte = peek(reader, i);
        if (byte < 0) {
            return false;
        }
        bits = bits << 8 | (uint64_t)byte;
    }
    bits = bits >> 63 ? bits ^ (uint64_t)1 << 63 : ~bits;
    double floor;
    memcpy(&floor, &bits, sizeof floor);
    return skip_bytes(reader, fabs(floor) < exact_limit ? 9 : 11);
}

/* Skips one component or a field's name. Arrays and objects are skipped without recursion:
 * `*depth` counts those that are open. */
static bool skip_piece(KeyReader *reader, int64_t *depth)
{
    switch (peek(reader, 0)) {
    case KEY_KIND_END:
        *depth -= 1;
        return *depth >= 0 && skip_bytes(reader, 1);
    case KEY_KIND_ARRAY:
    case KEY_KIND_OBJECT:
        *depth += 1;
        return skip_bytes(reader, 1);
    case KEY_KIND_NAME:
        return *depth > 0 && skip_escaped(reader);
    case KEY_KIND_BYTES:
    case KEY_KIND_STRING:
        return skip_escaped(reader);
    case KEY_KIND_NUMBER:
        return skip_number(reader);
    case KEY_KIND_ID:
    case KEY_KIND_DATE:
        return skip_bytes(reader, 9);
    case KEY_KIND_REF:
    case KEY_KIND_TIME:
        return skip_bytes(reader, 13);
    case KEY_KIND_UUID:
        return skip_bytes(reader, 17);
    case KEY_KIND_BOOLEAN:
        return skip_bytes(reader, 2);
    case KEY_KIND_TRANSACTION_TIME:
    case KEY_KIND_NULL:
        return skip_bytes(reader, 1);
    default:
        return false;
    }
}

int64_t key_skip(Str key, int64_t offset)
{
    if (offset >= key.len) {
        return -1;
    }
    unsigned mask = (unsigned char)key.s[offset] & 0x80 ? 0xff : 0;
    KeyReader reader = {.key = key, .at = offset, .mask = mask};
    int64_t depth = 0;
    do {
        if (!skip_piece(&reader, &depth)) {
            return -1;
        }
    } while (depth > 0);
    return reader.at;
}

bool key_after_prefix(Buf *key, int64_t from)
{
    while (key->len > from && (unsigned char)key->data[key->len - 1] == 0xff) {
        key->len--;
    }
    if (key->len == from) {
        return false;
    }
    key->data[key->len - 1]++;
    return true;
}

/* codec_key: ordered key bytes back to values. A key does not tell an Int from a Double of the
 * same number: whole numbers come back as integers, where one can hold them.
 */
#include "runtime/document/codec.h"

#include "runtime/document/fields.h"
#include "runtime/document/past.h"
#include "store/key.h"

#include <math.h>

/* A key being read; it is well-formed. */
typedef struct KeyReader {
    Rt *rt;
    Str key;
    int64_t at;
} KeyReader;

static uint64_t read_u64(KeyReader *reader)
{
    uint64_t n;
    memcpy(&n, reader->key.s + reader->at, sizeof n);
    reader->at += (int64_t)sizeof n;
    return __builtin_bswap64(n);
}

static int64_t read_i64(KeyReader *reader)
{
    return (int64_t)(read_u64(reader) ^ (uint64_t)1 << 63);
}

static uint32_t read_u32(KeyReader *reader)
{
    uint32_t n;
    memcpy(&n, reader->key.s + reader->at, sizeof n);
    reader->at += (int64_t)sizeof n;
    return __builtin_bswap32(n);
}

static Value read_number(KeyReader *reader)
{
    uint64_t order = read_u64(reader);
    uint64_t bits = order >> 63 ? order & ~((uint64_t)1 << 63) : ~order;
    double d;
    memcpy(&d, &bits, sizeof d);
    int64_t above = 0;
    if (!(fabs(d) < KEY_EXACT_LIMIT)) {
        const unsigned char *more = (const unsigned char *)reader->key.s + reader->at;
        above = more[0] << 8 | more[1];
        reader->at += 2;
    }
    bool whole = d >= -0x1p63 && d < 0x1p63 && d == floor(d);
    return whole ? val_number((int64_t)d + above) : val_double(d);
}

/* Bytes up to 0001, in which 00ff is a zero. */
static Str read_escaped(KeyReader *reader)
{
    const char *from = reader->key.s + reader->at;
    char *bytes = arena_alloc(reader->rt->heap, reader->key.len - reader->at);
    int64_t len = 0;
    while (from[0] != 0 || from[1] != 1) {
        bytes[len++] = from[0];
        from += from[0] == 0 ? 2 : 1;
    }
    reader->at = from + 2 - reader->key.s;
    return (Str){bytes, len};
}

static bool at_end(KeyReader *reader)
{
    bool end = reader->key.s[reader->at] == KEY_KIND_END;
    reader->at += end;
    return end;
}

static Value read_component(KeyReader *reader);

static Value read_array(KeyReader *reader)
{
    VEC(Value) items = {0};
    while (!at_end(reader)) {
        Value item = read_component(reader);
        vec_push(&items, reader->rt->heap, item);
    }
    return val_array(items.at, items.len);
}

static Value read_object(KeyReader *reader)
{
    Fields fields = {0};
    while (!at_end(reader)) {
        assert(reader->key.s[reader->at] == KEY_KIND_NAME);
        reader->at++;
        Str name = read_escaped(reader);
        Value value = read_component(reader);
        fields_add(reader->rt, &fields, name, value);
    }
    return fields_object(reader->rt, &fields);
}

static Value read_component(KeyReader *reader)
{
    switch (reader->key.s[reader->at++]) {
    case KEY_KIND_NUMBER:
        return read_number(reader);
    case KEY_KIND_BYTES:
        return val_bytes(read_escaped(reader));
    case KEY_KIND_STRING:
        return val_str(read_escaped(reader));
    case KEY_KIND_ARRAY:
        return read_array(reader);
    case KEY_KIND_OBJECT:
        return read_object(reader);
    case KEY_KIND_ID:
        return val_id(read_i64(reader));
    case KEY_KIND_REF: {
        uint32_t collection = read_u32(reader);
        return doc_now(reader->rt, collection, read_i64(reader));
    }
    case KEY_KIND_TIME: {
        int64_t seconds = read_i64(reader);
        return val_time(seconds, read_u32(reader));
    }
    case KEY_KIND_TRANSACTION_TIME:
        return (Value){.type = T_TRANSACTION_TIME};
    case KEY_KIND_DATE:
        return val_date(read_i64(reader));
    case KEY_KIND_UUID: {
        const char *bytes = arena_copy(reader->rt->heap, reader->key.s + reader->at, 16);
        reader->at += 16;
        return val_uuid(bytes);
    }
    case KEY_KIND_BOOLEAN:
        return val_bool(reader->key.s[reader->at++] != 0);
    case KEY_KIND_NULL:
        return val_null(NULL);
    default:
        UNREACHABLE();
    }
}

void codec_read_key(Rt *rt, Str key, int64_t count, Value *values)
{
    KeyReader reader = {.rt = rt, .key = key};
    for (int64_t i = 0; i < count; i++) {
        values[i] = read_component(&reader);
    }
    assert(reader.at == key.len);
}

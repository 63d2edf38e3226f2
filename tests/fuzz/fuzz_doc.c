/* fuzz_doc: doc_check on any bytes; what it lets through must be readable to the last byte,
 * and make keys that tell where they end.
 *
 * The shapes {a} (1), {a, b} (2) and {x} (3) exist, so that inputs can name them.
 */
#include "store/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ShapeTable *make_shapes(void)
{
    ShapeTable *shapes = shape_table_new();
    Arena arena;
    arena_init(&arena);
    Str names[] = {STR("a"), STR("b")};
    Str other = STR("x");
    (void)shape_of(shapes, names, 2, &arena);
    (void)shape_of(shapes, &other, 1, &arena);
    arena_free(&arena);
    return shapes;
}

static uint64_t read_slot(const char *block, int64_t slot);

static uint64_t read_block(const char *block)
{
    uint64_t sum = 0;
    for (int64_t i = 0; i < doc_count(block); i++) {
        sum += read_slot(block, i);
    }
    return sum;
}

static uint64_t read_slot(const char *block, int64_t slot)
{
    switch (doc_tag(block, slot)) {
    case TAG_STRING:
    case TAG_BYTES:
    case TAG_UUID:
        return str_hash(doc_str(block, slot));
    case TAG_TIME:
        return doc_time(block, slot).nanos;
    case TAG_REF:
        return (uint64_t)doc_ref(block, slot).id;
    case TAG_ARRAY:
    case TAG_OBJECT:
        return read_block(doc_nested(block, slot));
    case TAG_NULL:
    case TAG_FALSE:
    case TAG_TRUE:
    case TAG_INT:
    case TAG_LONG:
    case TAG_DOUBLE:
    case TAG_DATE:
        return (uint64_t)doc_int(block, slot);
    case TAG_COUNT:
        break;
    }
    UNREACHABLE();
}

static void write_keys(const ShapeTable *shapes, const char *block)
{
    Buf key = {0};
    for (int64_t i = 0; i < doc_count(block) && i < 100; i++) {
        key.len = 0;
        key_put_slot(&key, shapes, block, i);
        /* An object whose key is too long is cut, and then no key. */
        if (key.len <= KEY_BYTES_MAX) {
            always(key_skip(buf_str(&key), 0) == key.len);
            key_invert(&key, 0);
            always(key_skip(buf_str(&key), 0) == key.len);
        }
    }
    buf_free(&key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ShapeTable *shapes = make_shapes();
    char *bytes = malloc(size + 1); /* aligned, and its end is watched */
    always(bytes);
    if (size > 0) {
        memcpy(bytes, data, size);
    }
    Str doc = {bytes, (int64_t)size};
    if (doc_check(NULL, doc)) {
        volatile uint64_t sum = read_block(bytes);
        (void)sum;
    }
    if (doc_check(shapes, doc)) {
        write_keys(shapes, bytes);
    }
    Str key = {bytes, (int64_t)size};
    int64_t end = size > 0 ? key_skip(key, 0) : -1;
    always(end <= key.len);
    free(bytes);
    shape_table_free(shapes);
    return 0;
}

/* doc: see doc.h. Paths into blocks, far values, and the check of untrusted bytes. Building
 * is in doc_build.c.
 */
#include "store/doc.h"

#include "runtime/base/utf8.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "blocks are read as they lie");

DocTime doc_time(const char *block, int64_t slot)
{
    assert(doc_tag(block, slot) == TAG_TIME);
    DocTime time;
    if ((unsigned char)block[8 + slot] >> 4) {
        int64_t packed = doc_int(block, slot);
        time.nanos = (uint32_t)(packed & ((1 << 30) - 1));
        time.seconds = packed >> 30;
    } else {
        const char *far = doc_str(block, slot).s;
        memcpy(&time.seconds, far, 8);
        memcpy(&time.nanos, far + 8, 4);
    }
    return time;
}

DocRef doc_ref(const char *block, int64_t slot)
{
    assert(doc_tag(block, slot) == TAG_REF);
    const char *far = doc_str(block, slot).s;
    DocRef ref;
    memcpy(&ref.collection, far, 4);
    memcpy(&ref.id, far + 4, 8);
    return ref;
}

/* -- paths ---------------------------------------------------------------------------------- */

/* The number that `step` spells, or -1. */
static int64_t parse_index(Str step)
{
    int64_t n = 0;
    if (step.len == 0 || step.len > 9) {
        return -1;
    }
    for (int64_t i = 0; i < step.len; i++) {
        if (step.s[i] < '0' || step.s[i] > '9') {
            return -1;
        }
        n = n * 10 + (step.s[i] - '0');
    }
    return n;
}

/* The slot of `block` that `step` names, or -1. */
static int64_t find_slot(const ShapeTable *shapes, const char *block, Str step)
{
    uint32_t shape_id = doc_shape_id(block);
    if (shape_id == DOC_SHAPE_ARRAY) {
        int64_t index = parse_index(step);
        return index < doc_count(block) ? index : -1;
    }
    const Shape *shape = shape_by_id(shapes, shape_id);
    return shape ? shape_slot(shape, step) : -1;
}

bool doc_find(const ShapeTable *shapes, const char *block, const Str *steps, int64_t step_count,
              DocSlot *found)
{
    assert(step_count > 0);
    for (int64_t i = 0;; i++) {
        int64_t slot = find_slot(shapes, block, steps[i]);
        if (slot < 0) {
            return false;
        }
        if (i == step_count - 1) {
            *found = (DocSlot){block, slot};
            return true;
        }
        DocTag tag = doc_tag(block, slot);
        if (tag != TAG_ARRAY && tag != TAG_OBJECT) {
            return false;
        }
        block = doc_nested(block, slot);
    }
}

/* -- checking --------------------------------------------------------------------------------- */

static bool check_block(const ShapeTable *shapes, Str bytes, DocTag expected, int depth);

/* Whether the heap piece of a slot lies behind `*heap`, which moves to its end. */
static bool take_piece(Str block, int64_t payload, int64_t *heap, Str *piece)
{
    int64_t offset = doc_u32(block.s, payload);
    int64_t len = doc_u32(block.s, payload + 4);
    if (offset < *heap || offset > block.len || len > block.len - offset) {
        return false;
    }
    *heap = offset + len;
    *piece = (Str){block.s + offset, len};
    return true;
}

static bool check_far(const ShapeTable *shapes, DocTag tag, Str piece, int depth)
{
    switch (tag) {
    case TAG_STRING:
        return utf8_check(piece) < 0;
    case TAG_BYTES:
        return true;
    case TAG_TIME:
        return piece.len == 12 && doc_u32(piece.s, 8) < 1000000000;
    case TAG_UUID:
        return piece.len == 16;
    case TAG_REF:
        return piece.len == 12;
    case TAG_ARRAY:
    case TAG_OBJECT:
        return ((uintptr_t)piece.s & 7) == 0 && check_block(shapes, piece, tag, depth + 1);
    case TAG_NULL:
    case TAG_FALSE:
    case TAG_TRUE:
    case TAG_INT:
    case TAG_LONG:
    case TAG_DOUBLE:
    case TAG_DATE:
    case TAG_COUNT:
        break;
    }
    return false;
}

/* A value that has no bytes in the heap: `near` is above 0, or the tag has no need of any. */
static bool check_near(DocTag tag, int near, const char *payload)
{
    switch (tag) {
    case TAG_STRING:
        return near <= 9 && utf8_check((Str){payload, near - 1}) < 0;
    case TAG_BYTES:
        return near <= 9;
    case TAG_TIME: {
        int64_t packed;
        memcpy(&packed, payload, 8);
        return near == 1 && (packed & ((1 << 30) - 1)) < 1000000000;
    }
    case TAG_INT: {
        int64_t n;
        memcpy(&n, payload, 8);
        return near == 0 && n == (int32_t)n;
    }
    case TAG_NULL:
    case TAG_FALSE:
    case TAG_TRUE:
    case TAG_LONG:
    case TAG_DOUBLE:
    case TAG_DATE:
        return near == 0;
    case TAG_UUID:
    case TAG_REF:
    case TAG_ARRAY:
    case TAG_OBJECT:
    case TAG_COUNT:
        break;
    }
    return false;
}

static bool has_piece(DocTag tag, int near)
{
    return tag >= TAG_UUID || (near == 0 && tag >= TAG_STRING && tag <= TAG_TIME);
}

static bool check_slot(const ShapeTable *shapes, Str block, int64_t slot, int64_t *heap, int depth)
{
    int tag = block.s[8 + slot] & 15;
    int near = (unsigned char)block.s[8 + slot] >> 4;
    int64_t payload = doc_payload_offset(block.s, slot);
    if (tag >= TAG_COUNT) {
        return false;
    }
    if (!has_piece((DocTag)tag, near)) {
        return check_near((DocTag)tag, near, block.s + payload);
    }
    Str piece;
    return near == 0 && take_piece(block, payload, heap, &piece) &&
           check_far(shapes, (DocTag)tag, piece, depth);
}

static bool check_header(const ShapeTable *shapes, Str bytes, DocTag expected)
{
    if (bytes.len < 8 || bytes.len % 8 != 0 || bytes.len > DOC_BYTES_MAX) {
        return false;
    }
    uint32_t shape_id = doc_shape_id(bytes.s);
    if ((shape_id == DOC_SHAPE_ARRAY) != (expected == TAG_ARRAY)) {
        return false;
    }
    if (shapes && expected == TAG_OBJECT) {
        const Shape *shape = shape_by_id(shapes, shape_id);
        if (!shape || shape->count != doc_count(bytes.s)) {
            return false;
        }
    }
    /* Not doc_payload_offset: the count is not known to fit. */
    return doc_count(bytes.s) <= (bytes.len - 8) / 8;
}

static bool check_block(const ShapeTable *shapes, Str bytes, DocTag expected, int depth)
{
    if (depth > DOC_DEPTH_MAX || !check_header(shapes, bytes, expected)) {
        return false;
    }
    int64_t count = doc_count(bytes.s);
    int64_t heap = 8 + ((count + 7) & ~(int64_t)7) + 8 * count;
    if (heap > bytes.len) {
        return false;
    }
    for (int64_t slot = 0; slot < count; slot++) {
        if (!check_slot(shapes, bytes, slot, &heap, depth)) {
            return false;
        }
    }
    return true;
}

bool doc_check(const ShapeTable *shapes, Str bytes)
{
    assert(((uintptr_t)bytes.s & 7) == 0);
    return check_block(shapes, bytes, TAG_OBJECT, 1);
}

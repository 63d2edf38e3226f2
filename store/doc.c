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
    if (doc_near(block, slot)) {
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
static bool take_piece(Str block, int64_t payload, bool wide, int64_t *heap, Str *piece)
{
    *piece = doc_piece(block.s, payload, wide);
    int64_t offset = piece->s - block.s;
    if (offset < *heap || offset > block.len || piece->len > block.len - offset) {
        return false;
    }
    *heap = offset + piece->len;
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
static bool check_near(DocTag tag, int near, const char *payload, bool wide)
{
    switch (tag) {
    case TAG_STRING:
        return near <= (wide ? 9 : 5) && utf8_check((Str){payload, near - 1}) < 0;
    case TAG_BYTES:
        return near <= (wide ? 9 : 5);
    case TAG_TIME: {
        int64_t packed = 0;
        memcpy(&packed, payload, wide ? 8 : 4);
        return near == 1 && wide && (packed & ((1 << 30) - 1)) < 1000000000;
    }
    case TAG_INT: {
        int64_t n = 0;
        memcpy(&n, payload, wide ? 8 : 4);
        return near == 0 && (!wide || n == (int32_t)n);
    }
    case TAG_LONG:
    case TAG_DOUBLE:
        return near == 0 && wide;
    case TAG_NULL:
    case TAG_FALSE:
    case TAG_TRUE:
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

static bool check_slot(const ShapeTable *shapes, Str block, int64_t slot, int64_t *heap, int depth)
{
    DocTag tag = doc_tag(block.s, slot);
    int near = doc_near(block.s, slot);
    uint32_t layout = doc_layout(block.s);
    int64_t payload = doc_payload_offset(layout, slot);
    bool wide = doc_slot_is_wide(layout, slot);
    if (tag >= TAG_COUNT) {
        return false;
    }
    if (!doc_has_piece(tag, near)) {
        return check_near(tag, near, block.s + payload, wide);
    }
    Str piece;
    return near == 0 && take_piece(block, payload, wide, heap, &piece) &&
           check_far(shapes, tag, piece, depth);
}

/* Whether a layout says what it may, and its slots fit a block of `len` bytes. */
static bool check_layout(uint32_t layout, int64_t len)
{
    int64_t count = doc_layout_count(layout);
    if (layout & DOC_PACKED) {
        uint32_t known = DOC_PACKED | (uint32_t)31 << DOC_PACKED_COUNT_BIT;
        uint32_t wide = layout & DOC_PACKED_WIDE;
        return count <= DOC_PACKED_MAX && (layout & ~known) == wide && wide >> count == 0 &&
               doc_payload_offset(layout, count) <= len;
    }
    /* Not doc_payload_offset at once: the count is not known to fit. */
    return count <= len / 8 && doc_payload_offset(layout, count) <= len;
}

static bool check_header(const ShapeTable *shapes, Str bytes, DocTag expected)
{
    if (bytes.len < 8 || bytes.len % 8 != 0 || bytes.len > DOC_BYTES_MAX) {
        return false;
    }
    uint32_t shape_id = doc_shape_id(bytes.s);
    if ((shape_id == DOC_SHAPE_ARRAY) != (expected == TAG_ARRAY) ||
        !check_layout(doc_layout(bytes.s), bytes.len)) {
        return false;
    }
    if (shapes && expected == TAG_OBJECT) {
        const Shape *shape = shape_by_id(shapes, shape_id);
        return shape && shape->count == doc_count(bytes.s);
    }
    return true;
}

static bool check_block(const ShapeTable *shapes, Str bytes, DocTag expected, int depth)
{
    if (depth > DOC_DEPTH_MAX || !check_header(shapes, bytes, expected)) {
        return false;
    }
    int64_t count = doc_count(bytes.s);
    int64_t heap = doc_payload_offset(doc_layout(bytes.s), count);
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

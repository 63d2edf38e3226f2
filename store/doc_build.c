/* doc_build: the builder of doc.h.
 *
 *   frames   [document: start 0] [nested object: start 96] [array in it: start 160]
 *   bytes    header tags slots heap… header tags slots heap… header tags slots heap… <- len
 *
 * B1  The innermost block is at the end of `bytes`, so that its heap grows at the end.
 * B2  A frame's slots below `next_slot` are done; those from it on are null.
 * B3  A block's length is a multiple of 8 when it is ended, and so is its start.
 * B4  A block that is open has wide slots only; when it ends it is packed, unless it is too large.
 */
#include "store/doc.h"

#include <string.h>

/* The slot that is about to be put; NULL when nothing may be put any more. */
static DocFrame *open_slot(DocBuilder *builder, int64_t slot)
{
    if (builder->too_big) {
        return NULL;
    }
    assert(builder->depth > 0);
    DocFrame *frame = &builder->frames[builder->depth - 1];
    assert(slot >= frame->next_slot && "slots are put in rising order");
    assert(slot < doc_count(builder->bytes.data + frame->start));
    frame->next_slot = (int32_t)slot + 1;
    return frame;
}

static void set_slot(DocBuilder *builder, const DocFrame *frame, int64_t slot, DocTag tag, int near,
                     const void *payload, int64_t payload_len)
{
    char *block = builder->bytes.data + frame->start;
    block[doc_tag_offset(slot)] = (char)((unsigned)tag | (unsigned)near << 4);
    memcpy(block + doc_payload_offset(doc_layout(block), slot), payload, (size_t)payload_len);
}

static void put_near(DocBuilder *builder, int64_t slot, DocTag tag, int near, int64_t payload)
{
    DocFrame *frame = open_slot(builder, slot);
    if (frame) {
        set_slot(builder, frame, slot, tag, near, &payload, 8);
    }
}

static bool has_room(DocBuilder *builder, int64_t more)
{
    if (more > DOC_BYTES_MAX - builder->bytes.len) {
        builder->too_big = true;
    }
    return !builder->too_big;
}

static void set_piece(DocBuilder *builder, const DocFrame *frame, int64_t slot, DocTag tag,
                      int64_t offset, int64_t len)
{
    uint32_t piece[2] = {(uint32_t)offset, (uint32_t)len};
    set_slot(builder, frame, slot, tag, 0, piece, sizeof piece);
}

static void put_far(DocBuilder *builder, int64_t slot, DocTag tag, Str piece)
{
    DocFrame *frame = open_slot(builder, slot);
    if (frame && has_room(builder, piece.len)) {
        int64_t offset = builder->bytes.len - frame->start;
        buf_put(&builder->bytes, piece);
        set_piece(builder, frame, slot, tag, offset, piece.len);
    }
}

static void align(DocBuilder *builder)
{
    buf_fill(&builder->bytes, 0, -builder->bytes.len & 7);
}

/* Starts a block at the end of `bytes`. */
static void push_block(DocBuilder *builder, int64_t parent_slot, uint32_t shape_id, int64_t count)
{
    assert(count >= 0);
    int64_t len = 8 + ((count + 7) & ~(int64_t)7) + 8 * count;
    if (count > DOC_BYTES_MAX / 9 || builder->depth == DOC_DEPTH_MAX || !has_room(builder, len)) {
        builder->too_big = true;
        return;
    }
    align(builder);
    builder->frames[builder->depth++] =
        (DocFrame){.start = (uint32_t)builder->bytes.len, .parent_slot = (int32_t)parent_slot};
    uint32_t header[2] = {shape_id, (uint32_t)count};
    char *block = buf_reserve(&builder->bytes, len);
    memset(block, 0, (size_t)len);
    memcpy(block, header, sizeof header);
    builder->bytes.len += len;
}

void builder_start(DocBuilder *builder, uint32_t shape_id, int64_t count)
{
    builder->bytes.len = 0;
    builder->depth = 0;
    builder->too_big = false;
    push_block(builder, 0, shape_id, count);
}

void builder_bool(DocBuilder *builder, int64_t slot, bool b)
{
    put_near(builder, slot, b ? TAG_TRUE : TAG_FALSE, 0, 0);
}

void builder_int(DocBuilder *builder, int64_t slot, int64_t n)
{
    assert(n == (int32_t)n);
    put_near(builder, slot, TAG_INT, 0, n);
}

void builder_long(DocBuilder *builder, int64_t slot, int64_t n)
{
    put_near(builder, slot, TAG_LONG, 0, n);
}

void builder_date(DocBuilder *builder, int64_t slot, int64_t days)
{
    put_near(builder, slot, TAG_DATE, 0, days);
}

void builder_double(DocBuilder *builder, int64_t slot, double d)
{
    int64_t payload;
    memcpy(&payload, &d, sizeof payload);
    put_near(builder, slot, TAG_DOUBLE, 0, payload);
}

static void put_text(DocBuilder *builder, int64_t slot, DocTag tag, Str s)
{
    if (s.len > DOC_NEAR_MAX) {
        put_far(builder, slot, tag, s);
        return;
    }
    int64_t payload = 0;
    if (s.len > 0) {
        memcpy(&payload, s.s, (size_t)s.len);
    }
    put_near(builder, slot, tag, (int)s.len + 1, payload);
}

void builder_str(DocBuilder *builder, int64_t slot, Str s)
{
    put_text(builder, slot, TAG_STRING, s);
}

void builder_bytes(DocBuilder *builder, int64_t slot, Str s)
{
    put_text(builder, slot, TAG_BYTES, s);
}

void builder_time(DocBuilder *builder, int64_t slot, DocTime time)
{
    assert(time.nanos < 1000000000);
    const int64_t limit = (int64_t)1 << 33;
    if (time.seconds >= -limit && time.seconds < limit) {
        put_near(builder, slot, TAG_TIME, 1, time.seconds * (1 << 30) + time.nanos);
        return;
    }
    char far[12];
    memcpy(far, &time.seconds, 8);
    memcpy(far + 8, &time.nanos, 4);
    put_far(builder, slot, TAG_TIME, (Str){far, sizeof far});
}

void builder_uuid(DocBuilder *builder, int64_t slot, const char bytes[16])
{
    put_far(builder, slot, TAG_UUID, (Str){bytes, 16});
}

void builder_ref(DocBuilder *builder, int64_t slot, DocRef ref)
{
    char far[12];
    memcpy(far, &ref.collection, 4);
    memcpy(far + 4, &ref.id, 8);
    put_far(builder, slot, TAG_REF, (Str){far, sizeof far});
}

void builder_nested(DocBuilder *builder, int64_t slot, Str block)
{
    assert(block.len % 8 == 0);
    DocTag tag = doc_shape_id(block.s) == DOC_SHAPE_ARRAY ? TAG_ARRAY : TAG_OBJECT;
    if (has_room(builder, 8)) {
        align(builder);
    }
    put_far(builder, slot, tag, block);
}

void builder_copy(DocBuilder *builder, int64_t slot, const char *from, int64_t from_slot)
{
    DocTag tag = doc_tag(from, from_slot);
    int near = doc_near(from, from_slot);
    if (tag == TAG_ARRAY || tag == TAG_OBJECT) {
        builder_nested(builder, slot, doc_str(from, from_slot));
    } else if (tag == TAG_STRING || tag == TAG_BYTES) {
        put_text(builder, slot, tag, doc_str(from, from_slot));
    } else if (doc_has_piece(tag, near)) {
        put_far(builder, slot, tag, doc_str(from, from_slot));
    } else {
        put_near(builder, slot, tag, near, doc_int(from, from_slot));
    }
}

/* -- packing ------------------------------------------------------------------------------- */

/* Whether a slot of an unpacked block stays wide. Pieces of a large block do. */
static bool stays_wide(const char *block, int64_t slot, bool is_large)
{
    DocTag tag = doc_tag(block, slot);
    if (doc_has_piece(tag, doc_near(block, slot))) {
        return is_large;
    }
    if (tag == TAG_DATE) {
        int64_t days = doc_int(block, slot);
        return days != (int32_t)days;
    }
    return tag == TAG_LONG || tag == TAG_DOUBLE || tag == TAG_TIME;
}

/* Puts slots from `unpacked` into the block at the end of `bytes`, their pieces behind it. */
static void pack_slots(Buf *bytes, int64_t start, const char *unpacked, uint32_t layout)
{
    for (int64_t slot = 0; slot < doc_layout_count(layout); slot++) {
        DocTag tag = doc_tag(unpacked, slot);
        bool wide = doc_slot_is_wide(layout, slot);
        uint32_t payload[2];
        memcpy(payload, unpacked + doc_payload_offset(doc_layout(unpacked), slot), sizeof payload);
        if (doc_has_piece(tag, doc_near(unpacked, slot))) {
            Str piece = doc_str(unpacked, slot);
            if (tag == TAG_ARRAY || tag == TAG_OBJECT) {
                buf_fill(bytes, 0, -bytes->len & 7);
            }
            payload[0] = (uint32_t)(bytes->len - start);
            payload[1] = (uint32_t)piece.len;
            if (!wide) {
                payload[0] |= payload[1] << 16;
            }
            buf_put(bytes, piece);
        }
        char *block = bytes->data + start;
        block[doc_tag_offset(slot)] = unpacked[doc_tag_offset(slot)];
        memcpy(block + doc_payload_offset(layout, slot), payload, wide ? 8 : 4);
    }
}

/* Packs the block from `start` on, the last in `bytes`, which is whole. */
static void pack(DocBuilder *builder, int64_t start)
{
    Buf *bytes = &builder->bytes;
    Str block = {bytes->data + start, bytes->len - start};
    int64_t count = doc_count(block.s);
    if (count > DOC_PACKED_MAX) {
        return;
    }
    uint32_t layout = DOC_PACKED | (uint32_t)count << DOC_PACKED_COUNT_BIT;
    for (int64_t slot = 0; slot < count; slot++) {
        layout |= (uint32_t)stays_wide(block.s, slot, block.len > UINT16_MAX) << slot;
    }
    builder->unpacked.len = 0;
    buf_put(&builder->unpacked, block);
    const char *unpacked = builder->unpacked.data;
    uint32_t header[2] = {doc_shape_id(unpacked), layout};
    int64_t slots_end = doc_payload_offset(layout, count);
    bytes->len = start + slots_end;
    memset(bytes->data + start, 0, (size_t)slots_end);
    memcpy(bytes->data + start, header, sizeof header);
    pack_slots(bytes, start, unpacked, layout);
    align(builder);
}

void builder_begin(DocBuilder *builder, int64_t slot, uint32_t shape_id, int64_t count)
{
    if (open_slot(builder, slot)) {
        push_block(builder, slot, shape_id, count);
    }
}

void builder_begin_array(DocBuilder *builder, int64_t slot, int64_t count)
{
    builder_begin(builder, slot, DOC_SHAPE_ARRAY, count);
}

void builder_end(DocBuilder *builder)
{
    if (builder->too_big) {
        return;
    }
    assert(builder->depth > 1 && "builder_finish ends the document");
    align(builder);
    const DocFrame *ended = &builder->frames[--builder->depth];
    pack(builder, ended->start);
    const DocFrame *parent = &builder->frames[builder->depth - 1];
    DocTag tag = doc_shape_id(builder->bytes.data + ended->start) == DOC_SHAPE_ARRAY ? TAG_ARRAY
                                                                                     : TAG_OBJECT;
    set_piece(builder, parent, ended->parent_slot, tag, ended->start - parent->start,
              builder->bytes.len - ended->start);
}

bool builder_finish(DocBuilder *builder, Str *bytes)
{
    if (builder->too_big) {
        return false;
    }
    assert(builder->depth == 1);
    align(builder);
    builder->depth = 0;
    pack(builder, 0);
    *bytes = buf_str(&builder->bytes);
    return true;
}

void builder_free(DocBuilder *builder)
{
    buf_free(&builder->bytes);
    buf_free(&builder->unpacked);
}

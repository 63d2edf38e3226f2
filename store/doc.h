/* doc: a document as one relocatable block of bytes, built once and read in place.
 *
 * A block is 8-byte aligned; all numbers in it are little-endian; offsets count from its
 * start, so it may be moved, written to a file and read from there as it is:
 *
 *   0        4        8             8 + T          8 + T + P
 *   +--------+--------+-------------+--------------+-------------------------+
 *   | shape  | layout | tags, 1 B   | payloads, 4  | heap: texts, far values,|
 *   | u32    | u32    | a slot      | or 8 B a slot| nested blocks           |
 *   +--------+--------+-------------+--------------+-------------------------+
 *                      T: the tags are filled up with zeros
 *
 *   layout, the top bit 1: a packed block, of at most DOC_PACKED_MAX slots. Bits 24 to 28 are
 *           their number; bit i is 1 where slot i is wide, of 8 bytes; else it has 4. T is a
 *           multiple of 4.
 *   layout, the top bit 0: the number of slots. All are wide; T is a multiple of 8.
 *
 * An array is a block too: its shape is DOC_SHAPE_ARRAY and slot i is element i. A nested
 * object or array is a whole block in the heap, 8-byte aligned, with offsets of its own.
 *
 * A tag byte is a DocTag in the low four bits and `near` in the high four:
 *
 *   tag           payload                                              near
 *   NULL FALSE TRUE   0
 *   INT LONG DATE     the number; days since 1970-01-01. LONG is wide
 *   DOUBLE            IEEE 754; wide
 *   STRING BYTES      a piece: offset and length of bytes in the heap  0
 *                     the bytes themselves, at most 4, wide 8          length + 1
 *   TIME              seconds << 30 | nanoseconds (seconds fit 34 bits); wide   1
 *                     a piece, 12: int64 seconds, u32 nanos            0
 *   UUID              a piece, 16: the bytes as they are spelled
 *   REF               a piece, 12: u32 collection, int64 id
 *   ARRAY OBJECT      a piece: the nested block
 *
 * A piece's offset and length are u16 each, wide u32 each. Pieces lie in the order of their slots
 * and do not overlap. Worked example, the shape {name, stars} being number 7,
 * {name: "Ran", stars: 5}:
 *
 *   07000000 00000082  46 03 0000  52616e00 05000000 00000000
 *   shape    layout    tags        "Ran"    5        up to a multiple of 8
 *
 * Packed blocks keep few different layouts: texts of more than 4 bytes go to the heap, though a
 * wide slot would hold some, so that documents of a collection mostly have their fields in the
 * same places, for scans.
 *
 * Not here: what a shape's names are (runtime/base/shape.h), values (runtime/document/codec.c).
 */
#ifndef FAWN_STORE_DOC_H
#define FAWN_STORE_DOC_H

#include "runtime/base/limits.h"
#include "runtime/base/shape.h"

typedef enum DocTag {
    TAG_NULL,
    TAG_FALSE,
    TAG_TRUE,
    TAG_INT,
    TAG_LONG,
    TAG_DOUBLE,
    TAG_STRING,
    TAG_BYTES,
    TAG_TIME,
    TAG_DATE,
    TAG_UUID,
    TAG_REF,
    TAG_ARRAY,
    TAG_OBJECT,
    TAG_COUNT
} DocTag;

#define DOC_SHAPE_ARRAY UINT32_MAX

enum { DOC_PACKED_MAX = 24, DOC_PACKED_COUNT_BIT = 24 };
#define DOC_PACKED ((uint32_t)1 << 31)
#define DOC_PACKED_WIDE (((uint32_t)1 << DOC_PACKED_MAX) - 1)

typedef struct DocTime {
    int64_t seconds; /* since 1970, floor */
    uint32_t nanos;
} DocTime;

typedef struct DocRef {
    uint32_t collection;
    int64_t id;
} DocRef;

/* -- reading: `block` is well-formed (built here, or passed by doc_check), 0 <= slot < count */

static inline uint32_t doc_u32(const char *block, int64_t offset)
{
    uint32_t n;
    memcpy(&n, block + offset, sizeof n);
    return n;
}

/* Whether a block can have the length of `bytes`. */
static inline bool doc_may_be(Str bytes)
{
    return bytes.len >= 8 && bytes.len % 8 == 0 && bytes.len <= DOC_BYTES_MAX;
}

static inline uint32_t doc_shape_id(const char *block)
{
    return doc_u32(block, 0);
}

static inline uint32_t doc_layout(const char *block)
{
    return doc_u32(block, 4);
}

/* Slots of an object, elements of an array. */
static inline int64_t doc_layout_count(uint32_t layout)
{
    return layout & DOC_PACKED ? layout >> DOC_PACKED_COUNT_BIT & 31 : layout;
}

static inline int64_t doc_count(const char *block)
{
    return doc_layout_count(doc_layout(block));
}

static inline bool doc_slot_is_wide(uint32_t layout, int64_t slot)
{
    return !(layout & DOC_PACKED) || layout >> slot & 1;
}

/* Bits of a word that has at most 24. */
static inline int64_t doc_count_bits(uint32_t bits)
{
    bits -= bits >> 1 & 0x555555;
    bits = (bits & 0x333333) + (bits >> 2 & 0x333333);
    return ((bits + (bits >> 4)) & 0x0f0f0f) * 0x010101 >> 16 & 31;
}

/* Where the payloads begin, and that of `slot`, which may be the number of slots: where they end.
 * Documents of one layout have them in the same places. */
static inline int64_t doc_payload_start(uint32_t layout)
{
    int64_t count = doc_layout_count(layout);
    return 8 + (layout & DOC_PACKED ? (count + 3) & ~(int64_t)3 : (count + 7) & ~(int64_t)7);
}

static inline int64_t doc_payload_offset(uint32_t layout, int64_t slot)
{
    assert(slot >= 0 && slot <= doc_layout_count(layout));
    int64_t start = doc_payload_start(layout);
    if (!(layout & DOC_PACKED)) {
        return start + 8 * slot;
    }
    uint32_t wide = layout & (((uint32_t)1 << slot) - 1);
    return start + 4 * slot + (wide ? 4 * doc_count_bits(wide) : 0);
}

/* Where the tag byte is: numbers have nothing in its high bits. */
static inline int64_t doc_tag_offset(int64_t slot)
{
    return 8 + slot;
}

static inline DocTag doc_tag(const char *block, int64_t slot)
{
    return (DocTag)(block[doc_tag_offset(slot)] & 15);
}

static inline int doc_near(const char *block, int64_t slot)
{
    return (unsigned char)block[doc_tag_offset(slot)] >> 4;
}

/* INT, LONG, DATE. */
static inline int64_t doc_int(const char *block, int64_t slot)
{
    uint32_t layout = doc_layout(block);
    int64_t at = doc_payload_offset(layout, slot);
    if (!doc_slot_is_wide(layout, slot)) {
        return (int32_t)doc_u32(block, at);
    }
    int64_t n;
    memcpy(&n, block + at, sizeof n);
    return n;
}

/* DOUBLE. */
static inline double doc_double(const char *block, int64_t slot)
{
    double d;
    memcpy(&d, block + doc_payload_offset(doc_layout(block), slot), sizeof d);
    return d;
}

/* Whether a value lies in the heap. */
static inline bool doc_has_piece(DocTag tag, int near)
{
    return tag >= TAG_UUID || (near == 0 && tag >= TAG_STRING && tag <= TAG_TIME);
}

/* The piece of a slot whose payload is at `at`. */
static inline Str doc_piece(const char *block, int64_t at, bool wide)
{
    uint32_t first = doc_u32(block, at);
    return wide ? (Str){block + first, doc_u32(block, at + 4)}
                : (Str){block + (first & 0xffff), first >> 16};
}

/* STRING, BYTES, UUID; and the whole nested block of ARRAY, OBJECT. Borrowed. */
static inline Str doc_str(const char *block, int64_t slot)
{
    uint32_t layout = doc_layout(block);
    int64_t at = doc_payload_offset(layout, slot);
    int near = doc_near(block, slot);
    return near ? (Str){block + at, near - 1}
                : doc_piece(block, at, doc_slot_is_wide(layout, slot));
}

/* The nested block of ARRAY, OBJECT. */
static inline const char *doc_nested(const char *block, int64_t slot)
{
    return doc_str(block, slot).s;
}

DocTime doc_time(const char *block, int64_t slot);
DocRef doc_ref(const char *block, int64_t slot);

/* A place in a document. */
typedef struct DocSlot {
    const char *block;
    int64_t slot;
} DocSlot;

/* Follows `steps` from the top: names of fields, and decimal indexes into arrays. False: the
 * path leads nowhere. */
bool doc_find(const ShapeTable *shapes, const char *block, const Str *steps, int64_t step_count,
              DocSlot *found);

/* Whether the untrusted `bytes` are one well-formed block whose shapes are in `shapes` (NULL:
 * shapes are not looked at) and whose texts are UTF-8. Never reads outside `bytes`, which are
 * 8-byte aligned. */
bool doc_check(const ShapeTable *shapes, Str bytes);

/* -- building ---------------------------------------------------------------------------------
 *
 *   DocBuilder builder = {0};
 *   builder_start(&builder, shape->id, 2);
 *   builder_str(&builder, 0, STR("Alien"));
 *   builder_int(&builder, 1, 5);
 *   if (builder_finish(&builder, &bytes)) …
 *   builder_free(&builder);
 *
 * Slots are put in rising order; a slot that is skipped is null. `builder_begin` … `builder_end`
 * puts a nested block, to which all puts in between go. */

/* A packed block without nested ones, times or references is built at once where its size is
 * known: in `len` = doc_flat_bytes bytes that are 8-byte aligned, slot after slot from the first.
 */
typedef struct DocFlatSize {
    int64_t count;     /* slots, at most DOC_PACKED_MAX */
    uint32_t wide;     /* bit i: slot i is */
    int64_t far_bytes; /* of all texts, at most DOC_FLAT_FAR_MAX */
} DocFlatSize;

enum { DOC_FLAT_FAR_MAX = 60000 };

typedef struct DocFlat {
    char *block, *tag;
    char *payload;
    char *far;     /* where the next text goes */
    uint32_t wide; /* bit 0: the next slot is */
} DocFlat;

enum { DOC_NEAR_MAX = 4 }; /* bytes of a text that a slot of a packed block holds */

/* What a text of `len` bytes takes that its slot does not hold. */
static inline int64_t doc_far_bytes(int64_t len)
{
    return len > DOC_NEAR_MAX ? len : 0;
}

static inline uint32_t doc_flat_layout(const DocFlatSize *size)
{
    assert(size->count <= DOC_PACKED_MAX && size->far_bytes <= DOC_FLAT_FAR_MAX);
    return DOC_PACKED | (uint32_t)size->count << DOC_PACKED_COUNT_BIT | size->wide;
}

static inline int64_t doc_flat_bytes(const DocFlatSize *size)
{
    int64_t slots_end = doc_payload_offset(doc_flat_layout(size), size->count);
    return (slots_end + size->far_bytes + 7) & ~(int64_t)7;
}

static inline DocFlat doc_flat_begin(char *block, int64_t len, uint32_t shape_id,
                                     const DocFlatSize *size)
{
    uint32_t header[2] = {shape_id, doc_flat_layout(size)};
    int64_t start = doc_payload_start(header[1]);
    memcpy(block, header, sizeof header);
    if (size->count > 0) { /* the padding of the tags and of the texts is zero */
        memset(block + start - 4, 0, 4);
        memset(block + len - 8, 0, 8);
    }
    return (DocFlat){.block = block,
                     .tag = block + 8,
                     .payload = block + start,
                     .far = block + doc_payload_offset(header[1], size->count),
                     .wide = size->wide};
}

static inline void doc_flat_near(DocFlat *flat, int tag, int64_t payload)
{
    *flat->tag++ = (char)tag;
    int64_t bytes = flat->wide & 1 ? 8 : 4;
    memcpy(flat->payload, &payload, 4);
    if (flat->wide & 1) {
        memcpy(flat->payload, &payload, 8);
    }
    flat->payload += bytes;
    flat->wide >>= 1;
}

/* Its slot is not wide. */
static inline void doc_flat_str(DocFlat *flat, Str s)
{
    uint32_t payload = 0;
    if (s.len > DOC_NEAR_MAX) {
        payload = (uint32_t)(flat->far - flat->block) | (uint32_t)s.len << 16;
        memcpy(flat->far, s.s, (size_t)s.len);
        flat->far += s.len;
        doc_flat_near(flat, TAG_STRING, payload);
        return;
    }
    if (s.len > 0) {
        memcpy(&payload, s.s, (size_t)s.len);
    }
    doc_flat_near(flat, TAG_STRING | (int)(s.len + 1) << 4, payload);
}

typedef struct DocFrame {
    uint32_t start; /* of the block in `bytes` */
    int32_t parent_slot;
    int32_t next_slot; /* slots below are done */
} DocFrame;

typedef struct DocBuilder {
    Buf bytes;
    int32_t depth; /* frames open */
    bool too_big;  /* over DOC_BYTES_MAX or DOC_DEPTH_MAX; all later puts do nothing */
    Buf unpacked;  /* what a block was before it was packed */
    DocFrame frames[DOC_DEPTH_MAX + 1];
} DocBuilder;

/* Forgets what was built and starts a block of `count` slots. */
void builder_start(DocBuilder *builder, uint32_t shape_id, int64_t count);

void builder_bool(DocBuilder *builder, int64_t slot, bool b);
void builder_int(DocBuilder *builder, int64_t slot, int64_t n);  /* TAG_INT */
void builder_long(DocBuilder *builder, int64_t slot, int64_t n); /* TAG_LONG */
void builder_double(DocBuilder *builder, int64_t slot, double d);
void builder_str(DocBuilder *builder, int64_t slot, Str s); /* well-formed UTF-8 */
void builder_bytes(DocBuilder *builder, int64_t slot, Str s);
void builder_time(DocBuilder *builder, int64_t slot, DocTime time);
void builder_date(DocBuilder *builder, int64_t slot, int64_t days);
void builder_uuid(DocBuilder *builder, int64_t slot, const char bytes[16]);
void builder_ref(DocBuilder *builder, int64_t slot, DocRef ref);

/* Puts a copy of an existing object or array block. */
void builder_nested(DocBuilder *builder, int64_t slot, Str block);

/* Puts slot `from_slot` of another block, whatever it is. */
void builder_copy(DocBuilder *builder, int64_t slot, const char *from, int64_t from_slot);

void builder_begin(DocBuilder *builder, int64_t slot, uint32_t shape_id, int64_t count);
void builder_begin_array(DocBuilder *builder, int64_t slot, int64_t count);
void builder_end(DocBuilder *builder);

/* Ends the block that builder_start began. `*bytes` is borrowed until the next start. False:
 * the document is too big or too deep. */
NODISCARD bool builder_finish(DocBuilder *builder, Str *bytes);

void builder_free(DocBuilder *builder);

#endif

/* doc: a document as one relocatable block of bytes, built once and read in place.
 *
 * A block is 8-byte aligned; all numbers in it are little-endian; offsets count from its
 * start, so it may be moved, written to a file and read from there as it is:
 *
 *   0        4        8             8 + T          8 + T + 8 count
 *   +--------+--------+-------------+--------------+-------------------------+
 *   | shape  | count  | tags, 1 B   | payloads,    | heap: texts, far values,|
 *   | u32    | u32    | a slot      | 8 B a slot   | nested blocks           |
 *   +--------+--------+-------------+--------------+-------------------------+
 *                      T = count rounded up to a multiple of 8
 *
 * An array is a block too: its shape is DOC_SHAPE_ARRAY and slot i is element i. A nested
 * object or array is a whole block in the heap, 8-byte aligned, with offsets of its own.
 *
 * A tag byte is a DocTag in the low four bits and `near` in the high four:
 *
 *   tag           payload                                              near
 *   NULL FALSE TRUE   0
 *   INT LONG DATE     int64: the number; days since 1970-01-01
 *   DOUBLE            IEEE 754
 *   STRING BYTES      u32 offset, u32 length of bytes in the heap      0
 *                     the bytes themselves, at most 8                  length + 1
 *   TIME              seconds << 30 | nanoseconds (seconds fit 34 bits) 1
 *                     u32 offset, u32 12: int64 seconds, u32 nanos     0
 *   UUID              u32 offset, u32 16: the bytes as they are spelled
 *   REF               u32 offset, u32 12: u32 collection, int64 id
 *   ARRAY OBJECT      u32 offset, u32 length of the nested block
 *
 * Heap pieces lie in the order of their slots and do not overlap. Worked example, the shape
 * {name, stars} being number 7, {name: "Alien", stars: 5}:
 *
 *   07000000 02000000  66 03 000000000000  416c69656e 000000  0500000000000000
 *   shape    count     tags, padding       "Alien"            5
 *
 * Not here: what a shape's names are (runtime/base/shape.h), values (runtime/codec.c).
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

/* Slots of an object, elements of an array. */
static inline int64_t doc_count(const char *block)
{
    return doc_u32(block, 4);
}

static inline int64_t doc_payload_offset(const char *block, int64_t slot)
{
    assert(slot >= 0 && slot < doc_count(block));
    return 8 + ((doc_count(block) + 7) & ~(int64_t)7) + 8 * slot;
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

/* INT, LONG, DATE. */
static inline int64_t doc_int(const char *block, int64_t slot)
{
    int64_t n;
    memcpy(&n, block + doc_payload_offset(block, slot), sizeof n);
    return n;
}

/* DOUBLE. */
static inline double doc_double(const char *block, int64_t slot)
{
    double d;
    memcpy(&d, block + doc_payload_offset(block, slot), sizeof d);
    return d;
}

/* STRING, BYTES, UUID; and the whole nested block of ARRAY, OBJECT. Borrowed. */
static inline Str doc_str(const char *block, int64_t slot)
{
    int64_t at = doc_payload_offset(block, slot);
    int near = (unsigned char)block[8 + slot] >> 4;
    return near ? (Str){block + at, near - 1}
                : (Str){block + doc_u32(block, at), doc_u32(block, at + 4)};
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

/* A block without nested ones, far times or references is built at once where its size is known:
 * in `len` = doc_flat_bytes bytes that are 8-byte aligned, slot after slot from the first. */
typedef struct DocFlat {
    char *block, *tag;
    char *payload;
    char *far; /* where the next text goes */
} DocFlat;

/* What a text of `len` bytes takes that its slot does not hold. */
static inline int64_t doc_far_bytes(int64_t len)
{
    return len > 8 ? len : 0;
}

static inline int64_t doc_flat_bytes(int64_t count, int64_t far_bytes)
{
    return 8 + ((count + 7) & ~(int64_t)7) + 8 * count + ((far_bytes + 7) & ~(int64_t)7);
}

static inline DocFlat doc_flat_begin(char *block, int64_t len, uint32_t shape_id, int64_t count)
{
    uint32_t header[2] = {shape_id, (uint32_t)count};
    int64_t tags = (count + 7) & ~(int64_t)7;
    memcpy(block, header, sizeof header);
    if (count > 0) { /* the padding of the tags and of the texts is zero */
        memset(block + tags, 0, 8);
        memset(block + len - 8, 0, 8);
    }
    char *payload = block + 8 + tags;
    return (DocFlat){
        .block = block, .tag = block + 8, .payload = payload, .far = payload + 8 * count};
}

static inline void doc_flat_near(DocFlat *flat, int tag, int64_t payload)
{
    *flat->tag++ = (char)tag;
    memcpy(flat->payload, &payload, 8);
    flat->payload += 8;
}

static inline void doc_flat_str(DocFlat *flat, Str s)
{
    int64_t payload = 0;
    if (s.len > 8) {
        uint32_t piece[2] = {(uint32_t)(flat->far - flat->block), (uint32_t)s.len};
        memcpy(&payload, piece, 8);
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

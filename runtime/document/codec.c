/* codec: values to document bytes, to index keys, and back.
 *
 *   { name: "Alien", cast: ["Weaver", null], seen: null }
 *        │  fields that are null are dropped: the shape is that of {name, cast}
 *        ▼
 *   block {name, cast}  ──►  block array  (store/doc.h)
 *
 * Recursion is bounded by DOC_DEPTH_MAX in both directions.
 */
#include "runtime/document/codec.h"

#include "runtime/base/limits.h"
#include "runtime/document/past.h"
#include "runtime/function.h"
#include "store/doc.h"
#include "store/key.h"

/* -- encoding -------------------------------------------------------------------------- */

enum { BUILDER_KEPT_MAX = 1 << 20 }; /* bytes of its memory that are kept for the next document */

/* The way to the value that is encoded, for messages; on the C stack, innermost first. */
typedef struct Step {
    const struct Step *outer; /* NULL: a field of the document */
    Str name;                 /* empty and `index` in an array */
    int64_t index;
    int depth;
} Step;

static bool encode_slot(Rt *rt, int64_t slot, Value v, const Step *step);

static void put_path(Buf *out, const Step *step)
{
    if (step->outer) {
        put_path(out, step->outer);
    }
    if (step->name.s) {
        buf_puts(out, step->outer ? "." : "");
        buf_put(out, step->name);
    } else {
        buf_printf(out, "[%lld]", (long long)step->index);
    }
}

static bool refuse(Rt *rt, Value v, const Step *step)
{
    if (v.type == T_FUNCTION && v.as.function->kind == FUNCTION_LAMBDA) {
        rt_fault(rt, FAULT_invalid_type,
                 "Anonymous functions cannot be stored. Use a string of FQL instead.");
        return false;
    }
    Buf path = {0};
    put_path(&path, step);
    Str type = rt_type_name(rt, v);
    rt_fault(rt, FAULT_invalid_type, "Value at `%.*s` has type %.*s, which cannot be persisted.",
             STR_ARG(buf_str(&path)), STR_ARG(type));
    buf_free(&path);
    return false;
}

static bool refuse_size(Rt *rt)
{
    rt_fault(rt, FAULT_value_too_large,
             "Value too large: a document may have %d bytes and be nested %d deep.", DOC_BYTES_MAX,
             DOC_DEPTH_MAX);
    return false;
}

/* The shared shape of the fields of `object` that are not null. */
static const Shape *find_stored_shape(Rt *rt, const Object *object)
{
    int64_t count = object->shape->count, kept = 0;
    for (int64_t i = 0; i < count; i++) {
        kept += !val_is_null(object->slots[i]);
    }
    if (kept == count) {
        return shape_share(rt->shapes, object->shape);
    }
    Str *names = arena_array(rt->heap, Str, kept);
    kept = 0;
    for (int64_t i = 0; i < count; i++) {
        if (!val_is_null(object->slots[i])) {
            names[kept++] = object->shape->names[i];
        }
    }
    return shape_share(rt->shapes, shape_of(rt->shapes, names, kept, rt->heap));
}

/* Puts the fields into the block that was begun for them. */
static bool encode_fields(Rt *rt, const Object *object, const Step *outer)
{
    int64_t slot = 0;
    for (int64_t i = 0; i < object->shape->count; i++) {
        if (val_is_null(object->slots[i])) {
            continue;
        }
        Step step = {
            .outer = outer, .name = object->shape->names[i], .depth = outer ? outer->depth + 1 : 0};
        if (!encode_slot(rt, slot++, object->slots[i], &step)) {
            return false;
        }
    }
    return true;
}

/* Before each nested value: parts may be shared so often that no block holds them all. */
static bool may_go_on(Rt *rt)
{
    const DocBuilder *builder = rt->builder;
    return builder->too_big ? refuse_size(rt) : rt_tick(rt) && rt_fits(rt, builder->bytes.len);
}

/* Room for a block of so many slots, or for bytes, before they are put; false: a fault. */
static bool has_slots(Rt *rt, int64_t count)
{
    enum { SLOT_BYTES = 16 }; /* at most, with its part of the block's head */
    return rt_extend(rt, &rt->builder->bytes, (count + 4) * SLOT_BYTES);
}

static bool encode_text(Rt *rt, int64_t slot, Value v)
{
    if (!rt_extend(rt, &rt->builder->bytes, (int64_t)v.len + 64)) {
        return false;
    }
    if (v.type == T_STRING) {
        builder_str(rt->builder, slot, val_as_str(v));
    } else {
        builder_bytes(rt->builder, slot, val_as_str(v));
    }
    return true;
}

static bool encode_object(Rt *rt, int64_t slot, const Object *object, const Step *step)
{
    const Shape *shape = find_stored_shape(rt, object);
    if (!has_slots(rt, shape->count)) {
        return false;
    }
    builder_begin(rt->builder, slot, shape->id, shape->count);
    if (!may_go_on(rt) || !encode_fields(rt, object, step)) {
        return false; /* and the block is left as it is */
    }
    builder_end(rt->builder);
    return true;
}

static bool encode_array(Rt *rt, int64_t slot, Value array, const Step *outer)
{
    if (!has_slots(rt, array.len)) {
        return false;
    }
    builder_begin_array(rt->builder, slot, array.len);
    bool encoded = may_go_on(rt);
    for (int64_t i = 0; i < array.len && encoded; i++) {
        Step step = {.outer = outer, .index = i, .depth = outer->depth + 1};
        encoded = encode_slot(rt, i, array.as.items[i], &step);
    }
    if (encoded) {
        builder_end(rt->builder);
    }
    return encoded;
}

static void encode_integer(DocBuilder *builder, int64_t slot, int64_t n)
{
    if (n == (int32_t)n) {
        builder_int(builder, slot, n);
    } else {
        builder_long(builder, slot, n);
    }
}

static bool encode_slot(Rt *rt, int64_t slot, Value v, const Step *step)
{
    DocBuilder *builder = rt->builder;
    switch ((Type)v.type) {
    case T_NULL:
        return true; /* a slot that is skipped is null */
    case T_BOOLEAN:
        builder_bool(builder, slot, v.as.boolean);
        return true;
    case T_INT:
    case T_LONG:
        encode_integer(builder, slot, v.as.integer);
        return true;
    case T_DOUBLE:
        builder_double(builder, slot, v.as.number);
        return true;
    case T_STRING:
    case T_BYTES:
        return encode_text(rt, slot, v);
    case T_UUID:
        builder_uuid(builder, slot, v.as.bytes);
        return true;
    case T_TIME:
        builder_time(builder, slot, (DocTime){.seconds = v.as.integer, .nanos = v.len});
        return true;
    case T_TRANSACTION_TIME:
        return encode_slot(rt, slot, rt_transaction_time(rt), step);
    case T_DATE:
        builder_date(builder, slot, v.as.integer);
        return true;
    case T_DOC:
        if (v.flags == DOC_NAMED) {
            return refuse(rt, v, step);
        }
        builder_ref(builder, slot, (DocRef){.collection = v.len, .id = val_doc_key(v)});
        return true;
    case T_ARRAY:
        return step->depth < DOC_DEPTH_MAX ? encode_array(rt, slot, v, step) : refuse_size(rt);
    case T_OBJECT:
        return step->depth < DOC_DEPTH_MAX ? encode_object(rt, slot, v.as.object, step)
                                           : refuse_size(rt);
    case T_ID:
    case T_MODULE:
    case T_SET:
    case T_CURSOR:
    case T_FUNCTION:
    case T_EVENT_SOURCE:
        return refuse(rt, v, step);
    case T_FAULT:
    case TYPE_COUNT:
        break;
    }
    UNREACHABLE();
}

/* Whether the values of `object` are all of frequent types that nest nothing, and few. */
static bool is_flat(const Object *object, DocFlatSize *size)
{
    const uint32_t flat = 1u << T_INT | 1u << T_LONG | 1u << T_DOUBLE | 1u << T_BOOLEAN |
                          1u << T_DATE | 1u << T_STRING;
    *size = (DocFlatSize){.count = object->shape->count};
    if (size->count > DOC_PACKED_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < object->shape->count; i++) {
        const Value *v = &object->slots[i];
        if (!(flat >> v->type & 1)) {
            return false;
        }
        if (v->type == T_STRING) {
            size->far_bytes += doc_far_bytes(v->len);
        } else {
            bool fits = v->type == T_BOOLEAN ||
                        (v->type != T_DOUBLE && v->as.integer == (int32_t)v->as.integer);
            size->wide |= (uint32_t)!fits << i;
        }
    }
    return size->far_bytes <= DOC_FLAT_FAR_MAX;
}

static void put_flat(DocFlat *flat, Value v)
{
    switch ((Type)v.type) {
    case T_INT:
    case T_LONG:
        doc_flat_near(flat, v.as.integer == (int32_t)v.as.integer ? TAG_INT : TAG_LONG,
                      v.as.integer);
        return;
    case T_DATE:
        doc_flat_near(flat, TAG_DATE, v.as.integer);
        return;
    case T_DOUBLE: {
        int64_t bits;
        memcpy(&bits, &v.as.number, sizeof bits);
        doc_flat_near(flat, TAG_DOUBLE, bits);
        return;
    }
    case T_BOOLEAN:
        doc_flat_near(flat, v.as.boolean ? TAG_TRUE : TAG_FALSE, 0);
        return;
    case T_STRING:
        doc_flat_str(flat, val_as_str(v));
        return;
    case T_NULL:
    case T_ID:
    case T_TIME:
    case T_TRANSACTION_TIME:
    case T_BYTES:
    case T_UUID:
    case T_ARRAY:
    case T_OBJECT:
    case T_DOC:
    case T_MODULE:
    case T_SET:
    case T_CURSOR:
    case T_FUNCTION:
    case T_EVENT_SOURCE:
    case T_FAULT:
    case TYPE_COUNT:
        break;
    }
    UNREACHABLE();
}

/* A document whose shape lasts and whose values nest nothing, as most do: its block is written
 * right where it goes. False: it is another one. */
static bool encode_flat(Arena *arena, const Object *object, Str *bytes)
{
    DocFlatSize size;
    const Shape *shape = object->shape;
    if (!shape->shared || !is_flat(object, &size)) {
        return false;
    }
    int64_t len = doc_flat_bytes(&size);
    DocFlat flat = doc_flat_begin(arena_alloc(arena, len), len, shape->id, &size);
    for (uint32_t i = 0; i < shape->count; i++) {
        put_flat(&flat, object->slots[i]);
    }
    *bytes = (Str){flat.block, len};
    return true;
}

bool codec_encode(Rt *rt, Arena *arena, const Object *fields, Str *bytes)
{
    if (LIKELY(encode_flat(arena, fields, bytes))) {
        return true;
    }
    if (!rt->builder) {
        rt->builder = arena_new(rt->session, DocBuilder);
    }
    const Shape *shape = find_stored_shape(rt, fields);
    builder_start(rt->builder, shape->id, shape->count);
    bool encoded = encode_fields(rt, fields, NULL);
    Str built = {0};
    if (encoded) {
        encoded = builder_finish(rt->builder, &built) || refuse_size(rt);
    }
    *bytes = encoded ? str_copy(arena, built) : (Str){0};
    if (rt->builder->bytes.cap > BUILDER_KEPT_MAX) {
        builder_free(rt->builder);
    }
    return encoded;
}

/* -- decoding -------------------------------------------------------------------------- */

static Value decode_array(Rt *rt, const char *block)
{
    int64_t count = doc_count(block);
    Value *items = arena_alloc(rt->heap, arena_array_bytes(count, (int64_t)sizeof(Value)));
    for (int64_t i = 0; i < count; i++) {
        items[i] = codec_slot(rt, block, i);
    }
    return val_array(items, count);
}

Value codec_slot(Rt *rt, const char *doc, int64_t slot)
{
    switch (doc_tag(doc, slot)) {
    case TAG_NULL:
        return val_null(NULL);
    case TAG_FALSE:
        return val_bool(false);
    case TAG_TRUE:
        return val_bool(true);
    case TAG_INT:
        return val_int(doc_int(doc, slot));
    case TAG_LONG:
        return val_long(doc_int(doc, slot));
    case TAG_DOUBLE:
        return val_double(doc_double(doc, slot));
    case TAG_STRING:
        return val_str(doc_str(doc, slot));
    case TAG_BYTES:
        return val_bytes(doc_str(doc, slot));
    case TAG_TIME: {
        DocTime time = doc_time(doc, slot);
        return val_time(time.seconds, time.nanos);
    }
    case TAG_DATE:
        return val_date(doc_int(doc, slot));
    case TAG_UUID:
        return val_uuid(doc_str(doc, slot).s);
    case TAG_REF: {
        DocRef ref = doc_ref(doc, slot);
        return doc_now(rt, ref.collection, ref.id);
    }
    case TAG_ARRAY:
        return decode_array(rt, doc_nested(doc, slot));
    case TAG_OBJECT:
        return codec_decode(rt, doc_nested(doc, slot));
    case TAG_COUNT:
        break;
    }
    UNREACHABLE();
}

Value codec_decode(Rt *rt, const char *doc)
{
    const Shape *shape = shape_by_id(rt->shapes, doc_shape_id(doc));
    assert(shape && shape->count == doc_count(doc));
    Object *object = object_new(rt->heap, shape);
    for (int64_t i = 0; i < shape->count; i++) {
        object->slots[i] = codec_slot(rt, doc, i);
    }
    return val_object(object);
}

/* -- keys ------------------------------------------------------------------------------ */

/* Far above KEY_BYTES_MAX: no index has such a key, and values that share parts have endless ones. */
enum { KEY_LOOKED_FOR_MAX = 1 << 20 };

static bool put_key(Rt *rt, Buf *key, Value v, int depth);

static bool put_array_key(Rt *rt, Buf *key, Value array, int depth)
{
    key_begin_array(key);
    for (int64_t i = 0; i < array.len; i++) {
        if (key->len > KEY_LOOKED_FOR_MAX || !put_key(rt, key, array.as.items[i], depth + 1)) {
            return false;
        }
    }
    key_end(key);
    return true;
}

static bool put_object_key(Rt *rt, Buf *key, const Object *object, int depth)
{
    const uint32_t *order = object_order(rt->heap, object->shape);
    key_begin_object(key);
    for (int64_t i = 0; i < object->shape->count; i++) {
        key_put_name(key, object->shape->names[order[i]]);
        if (key->len > KEY_LOOKED_FOR_MAX ||
            !put_key(rt, key, object->slots[order[i]], depth + 1)) {
            return false;
        }
    }
    key_end(key);
    return true;
}

static bool put_doc_key(Buf *key, Value doc)
{
    if (doc.flags == DOC_NAMED) {
        return false;
    }
    key_put_ref(key, (DocRef){.collection = doc.len, .id = val_doc_key(doc)});
    return true;
}

static bool put_key(Rt *rt, Buf *key, Value v, int depth)
{
    switch ((Type)v.type) {
    case T_NULL:
        key_put_null(key);
        return true;
    case T_BOOLEAN:
        key_put_bool(key, v.as.boolean);
        return true;
    case T_INT:
    case T_LONG:
        key_put_int(key, v.as.integer);
        return true;
    case T_DOUBLE:
        key_put_double(key, v.as.number);
        return true;
    case T_STRING:
        key_put_str(key, val_as_str(v));
        return true;
    case T_BYTES:
        key_put_bytes(key, val_as_str(v));
        return true;
    case T_UUID:
        key_put_uuid(key, v.as.bytes);
        return true;
    case T_ID:
        key_put_id(key, v.as.integer);
        return true;
    case T_TIME:
        key_put_time(key, (DocTime){.seconds = v.as.integer, .nanos = v.len});
        return true;
    case T_TRANSACTION_TIME:
        key_put_transaction_time(key);
        return true;
    case T_DATE:
        key_put_date(key, v.as.integer);
        return true;
    case T_DOC:
        return put_doc_key(key, v);
    case T_ARRAY:
        return depth < DOC_DEPTH_MAX && put_array_key(rt, key, v, depth);
    case T_OBJECT:
        return depth < DOC_DEPTH_MAX && put_object_key(rt, key, v.as.object, depth);
    case T_MODULE:
    case T_SET:
    case T_CURSOR:
    case T_FUNCTION:
    case T_EVENT_SOURCE:
        return false;
    case T_FAULT:
    case TYPE_COUNT:
        break;
    }
    UNREACHABLE();
}

bool codec_key(Rt *rt, Buf *key, Value v, bool descending)
{
    int64_t start = key->len;
    if (!put_key(rt, key, v, 0)) {
        key->len = start;
        return false;
    }
    if (descending) {
        key_invert(key, start);
    }
    return true;
}

/* index_parts: the parts of indexes: what they name in a document, and its components in a key.
 *
 *   part  .tags mva      doc {tags: ["a", ["b"]]}    components  "a", "b"
 *   part  .stars desc    doc {stars: 5}              component   5 inverted
 */
#include "store/index_int.h"

#include <stdlib.h>

/* Ends the component of `part` that was written from `from` on. */
static void push_component(Components *list, int64_t from, bool descending)
{
    if (descending) {
        key_invert(&list->bytes, from);
    }
    list->at = memory_room(list->at, &list->cap, list->len, 1, sizeof *list->at);
    list->at[list->len++] = (Component){.offset = from, .len = list->bytes.len - from};
}

/* Enters each scalar in an array and in the arrays in it. Depth is bounded by DOC_DEPTH_MAX. */
static void push_elements(Components *list, const Store *store, const char *array, bool descending)
{
    for (int64_t i = 0; i < doc_count(array) && list->len <= INDEX_ENTRIES_MAX; i++) {
        DocTag tag = doc_tag(array, i);
        if (tag == TAG_ARRAY) {
            push_elements(list, store, doc_nested(array, i), descending);
        } else if (tag != TAG_OBJECT) {
            int64_t from = list->bytes.len;
            key_put_slot(&list->bytes, store->shapes, array, i);
            push_component(list, from, descending);
        }
    }
}

/* The slot that a part names in a document. A path of one step is remembered by shape. */
static bool find_part(const Store *store, const KeyPart *part, PartHint *hint, const char *doc,
                      DocSlot *found)
{
    if (part->path_len != 1) {
        return part->path_len > 0 &&
               doc_find(store->shapes, doc, part->path, part->path_len, found);
    }
    uint32_t shape_id = doc_shape_id(doc);
    if (hint->shape_id != shape_id) {
        const Shape *shape = shape_by_id(store->shapes, shape_id);
        *hint = (PartHint){shape_id, shape ? (int32_t)shape_slot(shape, part->path[0]) : -1};
    }
    *found = (DocSlot){doc, hint->slot};
    /* Shape 0 has no fields, and is what an unused hint says. */
    return shape_id != 0 && hint->slot >= 0;
}

/* The block that a part with a path names a value in; NULL: the document has none. */
static const char *block_of(const KeyPart *part, const Version *version)
{
    return part->source == KEY_FROM_DERIVED ? version_derived(version).s : version->doc;
}

bool part_find(const Store *store, const KeyPart *part, PartHint *hint, const Version *version,
               DocSlot *found)
{
    switch (part->source) {
    case KEY_FROM_PATH:
    case KEY_FROM_DERIVED: {
        const char *block = block_of(part, version);
        return block && find_part(store, part, hint, block, found);
    }
    case KEY_FROM_ID:
    case KEY_FROM_TTL:
    case KEY_FROM_TS:
        return false;
    }
    UNREACHABLE();
}

/* Whether a slot of two blocks holds the same bytes. */
static bool same_slots(DocSlot a, DocSlot b)
{
    if (a.block[doc_tag_offset(a.slot)] != b.block[doc_tag_offset(b.slot)]) {
        return false;
    }
    switch (doc_tag(a.block, a.slot)) {
    case TAG_NULL:
    case TAG_FALSE:
    case TAG_TRUE:
        return true;
    case TAG_INT:
    case TAG_LONG:
    case TAG_DOUBLE:
    case TAG_DATE:
        return doc_int(a.block, a.slot) == doc_int(b.block, b.slot);
    case TAG_STRING:
    case TAG_BYTES:
        return str_eq(doc_str(a.block, a.slot), doc_str(b.block, b.slot));
    case TAG_TIME:
    case TAG_UUID:
    case TAG_REF:
    case TAG_ARRAY:
    case TAG_OBJECT:
    case TAG_COUNT:
        break;
    }
    return false; /* or not: their keys tell */
}

bool part_is_same(const Store *store, const KeyPart *part, PartHint *hint, const Version *before,
                  const Version *after)
{
    switch (part->source) {
    case KEY_FROM_ID:
        return true;
    case KEY_FROM_TTL:
        return version_ttl_us(before) == version_ttl_us(after);
    case KEY_FROM_TS:
        return before->time_us == after->time_us;
    case KEY_FROM_PATH:
    case KEY_FROM_DERIVED:
        break;
    }
    const char *old_block = block_of(part, before);
    const char *new_block = block_of(part, after);
    DocSlot old;
    return part->path_len == 1 && old_block && new_block &&
           doc_shape_id(old_block) == doc_shape_id(new_block) &&
           find_part(store, part, hint, old_block, &old) &&
           same_slots(old, (DocSlot){new_block, old.slot});
}

bool index_is_same(const Store *store, const IndexDef *def, const Version *before,
                   const Version *after)
{
    if (!before || !after) {
        return false;
    }
    const IndexSpec *spec = &def->spec;
    for (int64_t i = 0; i < spec->term_count + spec->value_count; i++) {
        const KeyPart *part =
            i < spec->term_count ? &spec->terms[i] : &spec->values[i - spec->term_count];
        if (!part_is_same(store, part, &def->hints[i], before, after)) {
            return false;
        }
    }
    PartHint *hint = &def->hints[spec->term_count + spec->value_count];
    return !def->filter || part_is_same(store, def->filter, hint, before, after);
}

static void put_time(Buf *key, int64_t time_us)
{
    int64_t micros = time_us % 1000000;
    int64_t seconds = time_us / 1000000 - (micros < 0);
    micros += micros < 0 ? 1000000 : 0;
    key_put_time(key, (DocTime){.seconds = seconds, .nanos = (uint32_t)micros * 1000});
}

void part_put(Buf *key, const Store *store, const KeyPart *part, PartHint *hint,
              const Version *version, int64_t new_us)
{
    int64_t from = key->len;
    DocSlot slot;
    switch (part->source) {
    case KEY_FROM_PATH:
    case KEY_FROM_DERIVED:
        if (part_find(store, part, hint, version, &slot)) {
            key_put_slot(key, store->shapes, slot.block, slot.slot);
        } else {
            key_put_null(key);
        }
        break;
    case KEY_FROM_ID:
        key_put_id(key, version->id);
        break;
    case KEY_FROM_TTL:
        if (version_ttl_us(version) != TTL_NEVER) {
            put_time(key, version_ttl_us(version));
        } else {
            key_put_null(key);
        }
        break;
    case KEY_FROM_TS:
        put_time(key, version->time_us != 0 ? version->time_us : new_us);
        break;
    }
    if (part->descending) {
        key_invert(key, from);
    }
}

/* The components of a part that may have several; false: it has none. */
static bool push_several(Components *list, const Store *store, const KeyPart *part, PartHint *hint,
                         const Version *version)
{
    int64_t first = list->len;
    DocSlot slot;
    if (part_find(store, part, hint, version, &slot)) {
        DocTag tag = doc_tag(slot.block, slot.slot);
        if (tag == TAG_ARRAY) {
            push_elements(list, store, doc_nested(slot.block, slot.slot), part->descending);
        } else if (tag != TAG_OBJECT) {
            int64_t from = list->bytes.len;
            key_put_slot(&list->bytes, store->shapes, slot.block, slot.slot);
            push_component(list, from, part->descending);
        }
    }
    return list->len > first;
}

PartRange components_push(Components *list, const Store *store, const KeyPart *part, PartHint *hint,
                          const Version *version, int64_t new_us)
{
    int64_t first = list->len;
    int64_t from = list->bytes.len;
    if (!part_is_mva(part)) {
        part_put(&list->bytes, store, part, hint, version, new_us);
        push_component(list, from, false);
    } else if (!push_several(list, store, part, hint, version)) {
        key_put_null(&list->bytes);
        push_component(list, from, part->descending);
    }
    return (PartRange){first, list->len};
}

void components_clear(Components *list)
{
    list->len = list->bytes.len = 0;
}

void components_free(Components *list)
{
    buf_free(&list->bytes);
    free(list->at);
}

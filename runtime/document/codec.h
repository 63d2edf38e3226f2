/* codec: the only translator between values and the store's bytes.
 *
 * Documents keep their user fields at the top of the block: `doc.stars` is one slot. Decoded
 * strings and bytes borrow from the document; arrays and nested objects are built in rt->heap.
 */
#ifndef FAWN_RUNTIME_DOCUMENT_CODEC_H
#define FAWN_RUNTIME_DOCUMENT_CODEC_H

#include "runtime/rt.h"

/* The user fields `fields` as document bytes, in `arena`. Null fields are left out, at every
 * depth; nulls within arrays stay. A value that cannot be kept (a function, a set, an ID …) is
 * a fault worded as the reference does. On failure returns false with the fault set. */
NODISCARD bool codec_encode(Rt *rt, Arena *arena, const Object *fields, Str *bytes);

/* Slot number `slot` of a document's block, or of a block nested in it, as a value. */
Value codec_slot(Rt *rt, const char *doc, int64_t slot);

/* All fields of a document as an object. */
Value codec_decode(Rt *rt, const char *doc);

/* Appends the ordered key bytes of `v` (see store/key.h): memcmp order is val_compare order,
 * but for -0.0, which is 0.0 here. `descending` inverts. False: a value that cannot be a key;
 * nothing was appended. */
NODISCARD bool codec_key(Rt *rt, Buf *key, Value v, bool descending);

/* The values of the `count` ascending components that `key` consists of, on rt->heap: the opposite
 * of codec_key, but for whole Doubles, which come back as integers (codec_key.c). */
void codec_read_key(Rt *rt, Str key, int64_t count, Value *values);

#endif

/* key: values as bytes whose memcmp order is the order of the values.
 *
 * A key is a row of components. Each component is a kind byte and a payload, and tells where
 * it ends, so that keys of several components compare component by component. The kinds rise
 * as the total order of values does (reference: Value.totalOrderingPosition).
 *
 *   kind            payload                                  example
 *   10 NUMBER       ordered double, 8 bytes [1]              5          10 c014000000000000
 *   18 BYTES        as STRING                                0x00ff     18 00ff ff 0001
 *   20 STRING       UTF-8, 00 written as 00ff, end 0001      "ab"       20 6162 0001
 *   28 ARRAY        components, end 00                       [5]        28 10c014000000000000 00
 *   30 OBJECT       fields by name: 01 name 0001 component;  {a: true}  30 01 61 0001 6801 00
 *                   end 00
 *   38 ID           int64 [2]                                ID(1)      38 8000000000000001
 *   40 REF          u32 collection, int64 id [2]             Movie(1)   40 00000400 800000…0001
 *   48 TIME         int64 seconds [2], u32 nanos             epoch      48 800000…0000 00000000
 *   50 TRANSACTION_TIME                                                 50
 *   58 DATE         int64 days [2]                           1970-01-02 58 8000000000000001
 *   60 UUID         16 bytes
 *   68 BOOLEAN      00 or 01                                 true       68 01
 *   7c NULL                                                             7c
 *
 *   descending      every byte of the component inverted     5          ef 3febffffffffffff
 *
 * [1] The largest double that is not above the number: sign bit flipped when positive, all
 *     bits when negative; -0.0 is written as 0.0, any NaN as the highest. When its magnitude
 *     is 2^53 or more, two bytes follow: number minus that double (below 1024 for 64-bit
 *     integers), so that integers and doubles share one exact order.
 *         2^53 + 1  10 c340000000000000 0001
 * [2] Big-endian with the sign bit flipped.
 *
 * An index entry is its terms, its values, and the document's id as 8 bytes (note 2) without
 * a kind byte.
 */
#ifndef FAWN_STORE_KEY_H
#define FAWN_STORE_KEY_H

#include "store/doc.h"

/* The kinds. */
enum {
    KEY_KIND_NUMBER = 0x10,
    KEY_KIND_BYTES = 0x18,
    KEY_KIND_STRING = 0x20,
    KEY_KIND_ARRAY = 0x28,
    KEY_KIND_OBJECT = 0x30,
    KEY_KIND_ID = 0x38,
    KEY_KIND_REF = 0x40,
    KEY_KIND_TIME = 0x48,
    KEY_KIND_TRANSACTION_TIME = 0x50,
    KEY_KIND_DATE = 0x58,
    KEY_KIND_UUID = 0x60,
    KEY_KIND_BOOLEAN = 0x68,
    KEY_KIND_NULL = 0x7c,
    KEY_KIND_NAME = 0x01, /* of a field, within an object */
    KEY_KIND_END = 0x00,  /* of an array or object */
};

/* Note 1: from 2^53 on. */
#define KEY_EXACT_LIMIT 9007199254740992.0

/* Bytes of the id at the end of an entry. */
#define KEY_ID_BYTES 8

/* Each appends one component. */
void key_put_int(Buf *key, int64_t n);
void key_put_double(Buf *key, double d);
void key_put_bytes(Buf *key, Str s);
void key_put_str(Buf *key, Str s);
void key_put_id(Buf *key, int64_t id);
void key_put_ref(Buf *key, DocRef ref);
void key_put_time(Buf *key, DocTime time);
void key_put_transaction_time(Buf *key);
void key_put_date(Buf *key, int64_t days);
void key_put_uuid(Buf *key, const char bytes[16]);
void key_put_bool(Buf *key, bool b);
void key_put_null(Buf *key);

/* Array: key_begin_array, a component an element, key_end. Object: key_begin_object, for each
 * field in memcmp order of the names key_put_name and a component, key_end. */
void key_begin_array(Buf *key);
void key_begin_object(Buf *key);
void key_put_name(Buf *key, Str name);
void key_end(Buf *key);

/* The component of slot `slot` of a document block. */
void key_put_slot(Buf *key, const ShapeTable *shapes, const char *block, int64_t slot);

/* Makes all that was appended since `key->len` was `from` descending. */
void key_invert(Buf *key, int64_t from);

/* The id at the end of an entry: appending and reading it. */
void key_put_entry_id(Buf *key, int64_t id);
int64_t key_entry_id(Str entry);

/* Whether a whole component is a null, of either direction. */
bool key_is_null(Str component);

/* Offset behind the component at `offset`, or -1 when the bytes are no component. */
int64_t key_skip(Str key, int64_t offset);

/* Turns `key` (its bytes from `from` on) into the least key above all keys that start with it.
 * False, and `key->len == from`: there is none, the range has no end. */
bool key_after_prefix(Buf *key, int64_t from);

#endif

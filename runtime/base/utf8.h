/* utf8: decoding, counting and checking of UTF-8. */
#ifndef FAWN_BASE_UTF8_H
#define FAWN_BASE_UTF8_H

#include "runtime/base/str.h"

/* Offset of the first byte that is not well-formed UTF-8 (surrogates and overlong forms are
 * not), or -1 when all of `s` is. */
int64_t utf8_check(Str s);

/* Whether every byte is below 0x80. */
bool utf8_is_ascii(Str s);

/* Number of code points; number of UTF-16 units. `s` is well-formed. */
int64_t utf8_count(Str s);
int64_t utf8_utf16_count(Str s);

/* The code point at `offset`, which is a boundary before the end; `*width` gets its bytes. */
uint32_t utf8_decode(Str s, int64_t offset, int *width);

/* Byte offset of the code point number `index`; `s.len` when there are only `index` or fewer. */
int64_t utf8_offset(Str s, int64_t index);

#endif

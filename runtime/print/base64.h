/* base64: bytes as text in the standard alphabet, padded with `=`: Bytes values and cursors. */
#ifndef FAWN_RUNTIME_PRINT_BASE64_H
#define FAWN_RUNTIME_PRINT_BASE64_H

#include "runtime/base/str.h"

/* Appends `bytes` as text. */
void base64_encode(Buf *out, Str bytes);

/* Appends the bytes that `text` stands for. Padding may be missing; any other flaw gives false,
 * and then `out` may hold a part. */
NODISCARD bool base64_decode(Buf *out, Str text);

/* The same of the alphabet for URLs, `-` and `_` in place of `+` and `/`. */
NODISCARD bool base64_url_decode(Buf *out, Str text);

#endif

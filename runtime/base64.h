/* base64: the standard alphabet (RFC 4648, 4), padded. */
#ifndef FAWN_RUNTIME_BASE64_H
#define FAWN_RUNTIME_BASE64_H

#include "runtime/base/str.h"

/* Appends the text of `bytes`. */
void base64_encode(Buf *out, Str bytes);

/* The bytes that `text` spells, in `arena`. False: it is no padded base64. */
bool base64_decode(Arena *arena, Str text, Str *bytes);

#endif

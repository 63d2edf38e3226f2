/* base64: three bytes are four letters of six bits; `=` fills up the last four. */
#include "runtime/base64.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(Buf *out, Str bytes)
{
    char *at = buf_reserve(out, (bytes.len + 2) / 3 * 4);
    for (int64_t i = 0; i < bytes.len; i += 3) {
        uint32_t group = 0;
        int64_t count = bytes.len - i < 3 ? bytes.len - i : 3;
        for (int64_t j = 0; j < 3; j++) {
            group = group << 8 | (j < count ? (unsigned char)bytes.s[i + j] : 0);
        }
        *at++ = letters[group >> 18 & 63];
        *at++ = letters[group >> 12 & 63];
        *at++ = count > 1 ? letters[group >> 6 & 63] : '=';
        *at++ = count > 2 ? letters[group & 63] : '=';
    }
    out->len += (bytes.len + 2) / 3 * 4;
}

/* The six bits of a letter, or -1. */
static int32_t letter_bits(char c)
{
    const char *at = c ? strchr(letters, c) : NULL;
    return at ? (int32_t)(at - letters) : -1;
}

static int64_t count_padding(Str text)
{
    int64_t count = 0;
    while (count < 2 && count < text.len && text.s[text.len - 1 - count] == '=') {
        count++;
    }
    return count;
}

bool base64_decode(Arena *arena, Str text, Str *bytes)
{
    if (text.len % 4 != 0) {
        return false;
    }
    int64_t padding = count_padding(text);
    int64_t len = text.len / 4 * 3 - padding;
    char *out = arena_alloc(arena, len);
    uint32_t group = 0;
    for (int64_t i = 0; i < text.len; i++) {
        int32_t bits = i < text.len - padding ? letter_bits(text.s[i]) : 0;
        if (bits < 0) {
            return false;
        }
        group = group << 6 | (uint32_t)bits;
        if (i % 4 == 3) {
            for (int64_t j = 0; j < 3 && i / 4 * 3 + j < len; j++) {
                out[i / 4 * 3 + j] = (char)(group >> (16 - 8 * j) & 255);
            }
            group = 0;
        }
    }
    *bytes = (Str){out, len};
    return true;
}

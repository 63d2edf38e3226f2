/* base64: RFC 4648, section 4. Three bytes are four letters of six bits each:
 *
 *   aaaaaabb bbbbcccc ccdddddd   ◄──►   A(a) A(b) A(c) A(d)
 */
#include "runtime/print/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(Buf *out, Str bytes)
{
    char *to = buf_reserve(out, (bytes.len + 2) / 3 * 4);
    for (int64_t at = 0; at < bytes.len; at += 3) {
        uint32_t bits = 0;
        for (int64_t i = 0; i < 3; i++) {
            bits = bits << 8 | (at + i < bytes.len ? (unsigned char)bytes.s[at + i] : 0);
        }
        for (int shift = 18; shift >= 0; shift -= 6) {
            *to++ = alphabet[bits >> shift & 63];
        }
        for (int64_t missing = at + 3 - bytes.len; missing > 0; missing--) {
            to[-missing] = '=';
        }
    }
    out->len += (bytes.len + 2) / 3 * 4;
}

/* The six bits of a letter, or -1. */
static int letter_bits(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool decode(Buf *out, Str text, bool is_url)
{
    if (text.len % 4 == 0) {
        for (int i = 0; i < 2 && text.len > 0 && text.s[text.len - 1] == '='; i++) {
            text.len--;
        }
    }
    if (text.len % 4 == 1) {
        return false;
    }
    uint32_t bits = 0;
    int count = 0;
    for (int64_t i = 0; i < text.len; i++) {
        char c = text.s[i];
        if (is_url) {
            c = c == '-' ? '+' : c == '_' ? '/' : c == '+' || c == '/' ? '=' : c;
        }
        int letter = letter_bits(c);
        if (letter < 0) {
            return false;
        }
        bits = (bits << 6 | (uint32_t)letter) & 0xffff;
        count += 6;
        if (count >= 8) {
            count -= 8;
            buf_byte(out, (char)(bits >> count & 0xff));
        }
    }
    return true;
}

bool base64_decode(Buf *out, Str text)
{
    return decode(out, text, false);
}

bool base64_url_decode(Buf *out, Str text)
{
    return decode(out, text, true);
}

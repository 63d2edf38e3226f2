/* utf8: see utf8.h. Checking follows table 3-7 of the Unicode standard. */
#include "runtime/base/utf8.h"

/* Length of the well-formed sequence at `p` (at most `left` bytes), or 0. */
static int sequence_len(const unsigned char *p, int64_t left)
{
    if (p[0] < 0x80) {
        return 1;
    }
    int len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || left < len) {
        return 0;
    }
    unsigned low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
    unsigned high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    for (int i = 2; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return len;
}

/* Number of bytes at the front of `s` that are below 0x80, eight at a time. */
static int64_t ascii_prefix(Str s)
{
    int64_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t word;
        memcpy(&word, s.s + i, 8);
        if (word & 0x8080808080808080u) {
            break;
        }
    }
    while (i < s.len && (unsigned char)s.s[i] < 0x80) {
        i++;
    }
    return i;
}

int64_t utf8_check(Str s)
{
    int64_t i = 0;
    while (i < s.len) {
        i += ascii_prefix(str_slice(s, i, s.len));
        if (i == s.len) {
            break;
        }
        int len = sequence_len((const unsigned char *)s.s + i, s.len - i);
        if (len == 0) {
            return i;
        }
        i += len;
    }
    return -1;
}

bool utf8_is_ascii(Str s)
{
    return ascii_prefix(s) == s.len;
}

int64_t utf8_count(Str s)
{
    int64_t count = 0;
    for (int64_t i = 0; i < s.len; i++) {
        count += (s.s[i] & 0xc0) != 0x80;
    }
    return count;
}

int64_t utf8_utf16_count(Str s)
{
    int64_t count = 0;
    for (int64_t i = 0; i < s.len; i++) {
        count += (s.s[i] & 0xc0) != 0x80;
        count += (unsigned char)s.s[i] >= 0xf0;
    }
    return count;
}

uint32_t utf8_decode(Str s, int64_t offset, int *width)
{
    assert(0 <= offset && offset < s.len);
    const unsigned char *p = (const unsigned char *)s.s + offset;
    if (p[0] < 0x80) {
        *width = 1;
        return p[0];
    }
    if (p[0] < 0xe0) {
        *width = 2;
        return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    }
    if (p[0] < 0xf0) {
        *width = 3;
        return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    }
    *width = 4;
    return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
           (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
}

int64_t utf8_offset(Str s, int64_t index)
{
    int64_t offset = 0;
    while (offset < s.len && index > 0) {
        int width;
        utf8_decode(s, offset, &width);
        offset += width;
        index--;
    }
    return offset;
}

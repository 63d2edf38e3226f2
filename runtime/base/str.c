/* str: see str.h. The hash takes eight bytes at a time, and folds the product of 128 bits, so that
 * every byte counts in the lowest bits, by which tables look.
 */
#define _GNU_SOURCE /* memmem, which takes no longer than both texts are long together */
#include "runtime/base/str.h"

#include "runtime/base/memory.h"

Str str_from_c(const char *s)
{
    return (Str){s, s ? (int64_t)strlen(s) : 0};
}

int str_compare(Str a, Str b)
{
    int64_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter ? memcmp(a.s, b.s, (size_t)shorter) : 0;
    if (order != 0) {
        return order < 0 ? -1 : 1;
    }
    return (a.len > b.len) - (a.len < b.len);
}

/* memmem prepares a table first, which takes longer than to look through a short text. */
static const char *find_in_short(Str s, Str needle)
{
    const char *last = s.s + s.len - needle.len;
    for (const char *at = s.s; at <= last; at++) {
        at = memchr(at, needle.s[0], (size_t)(last - at) + 1);
        if (at == NULL || memcmp(at, needle.s, (size_t)needle.len) == 0) {
            return at;
        }
    }
    return NULL;
}

static const char *find(Str s, Str needle)
{
    enum { SHORT_MAX = 256 };
    return needle.len == 1      ? memchr(s.s, needle.s[0], (size_t)s.len)
           : s.len <= SHORT_MAX ? find_in_short(s, needle)
                                : memmem(s.s, (size_t)s.len, needle.s, (size_t)needle.len);
}

int64_t str_find(Str s, Str needle, int64_t from)
{
    assert(from >= 0);
    if (from > s.len || needle.len > s.len - from) {
        return -1;
    }
    if (needle.len == 0) {
        return from;
    }
    const char *found = find(str_slice(s, from, s.len), needle);
    return found ? found - s.s : -1;
}

Str str_slice(Str s, int64_t start, int64_t end)
{
    assert(0 <= start && start <= end && end <= s.len);
    return (Str){s.s ? s.s + start : NULL, end - start};
}

bool str_take_line(Str *rest, Str *line)
{
    if (rest->len == 0) {
        return false;
    }
    int64_t newline = str_find(*rest, STR("\n"), 0);
    int64_t end = newline < 0 ? rest->len : newline;
    *line = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, newline < 0 ? end : end + 1, rest->len);
    return true;
}

#define HASH_PRIME UINT64_C(0x9e3779b97f4a7c15)

__extension__ typedef unsigned __int128 Product;

static uint64_t fold_product(uint64_t word)
{
    Product product = (Product)word * HASH_PRIME;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t str_hash(Str s)
{
    uint64_t hash = (uint64_t)s.len * HASH_PRIME;
    int64_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t word;
        memcpy(&word, s.s + i, 8);
        hash = fold_product(hash ^ word);
    }
    uint64_t word = 0;
    if (s.len > i) {
        memcpy(&word, s.s + i, (size_t)(s.len - i));
    }
    return fold_product(hash ^ word);
}

Str str_copy(Arena *arena, Str s)
{
    return (Str){arena_copy(arena, s.s, s.len), s.len};
}

const char *str_to_c(Arena *arena, Str s)
{
    char *copy = arena_alloc(arena, s.len + 1);
    if (s.len > 0) {
        memcpy(copy, s.s, (size_t)s.len);
    }
    copy[s.len] = 0;
    return copy;
}

Str str_vformat(Arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    assert(len >= 0);
    char *text = arena_alloc(arena, len + 1);
    vsnprintf(text, (size_t)len + 1, format, args);
    return (Str){text, len};
}

Str str_format(Arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str result = str_vformat(arena, format, args);
    va_end(args);
    return result;
}

enum { DISTANCE_LEN_MAX = 64 };

static int min3(int a, int b, int c)
{
    int least = a < b ? a : b;
    return least < c ? least : c;
}

/* Optimal string alignment distance: three rows of the usual table. */
int str_distance(Str a, Str b)
{
    int rows[3][DISTANCE_LEN_MAX + 1];
    int a_len = (int)(a.len < DISTANCE_LEN_MAX ? a.len : DISTANCE_LEN_MAX);
    int b_len = (int)(b.len < DISTANCE_LEN_MAX ? b.len : DISTANCE_LEN_MAX);
    for (int j = 0; j <= b_len; j++) {
        rows[0][j] = j;
    }
    for (int i = 1; i <= a_len; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= b_len; j++) {
            int change = a.s[i - 1] != b.s[j - 1];
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + change);
            bool swapped = i > 1 && j > 1 && a.s[i - 1] == b.s[j - 2] && a.s[i - 2] == b.s[j - 1];
            if (swapped && above2[j - 2] + 1 < row[j]) {
                row[j] = above2[j - 2] + 1;
            }
        }
    }
    return rows[a_len % 3][b_len];
}

char str_escape_letter(uint32_t c)
{
    switch (c) {
    case '\\':
    case '"':
    case '#':
        return (char)c;
    case 0:
        return '0';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\v':
        return 'v';
    case '\t':
        return 't';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    default:
        return 0;
    }
}

void buf_free(Buf *buf)
{
    free(buf->data);
    *buf = (Buf){0};
}

char *buf_grow(Buf *buf, int64_t more)
{
    assert(more >= 0);
    buf->data = memory_widen(buf->data, &buf->cap, buf->len, more + 1, 1);
    return buf->data + buf->len;
}

void buf_fill(Buf *buf, char c, int64_t count)
{
    if (count > 0) {
        memset(buf_reserve(buf, count), c, (size_t)count);
        buf->len += count;
    }
}

void buf_printf(Buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(len >= 0);
    char *text = buf_reserve(buf, len + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += len;
}

Str str_from_int(int64_t n, char text[INT_TEXT_MAX])
{
    char *end = text + INT_TEXT_MAX;
    char *p = end;
    uint64_t magnitude = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do {
        *--p = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude);
    if (n < 0) {
        *--p = '-';
    }
    return (Str){p, end - p};
}

void buf_int(Buf *buf, int64_t n)
{
    char text[INT_TEXT_MAX];
    buf_put(buf, str_from_int(n, text));
}

void buf_codepoint(Buf *buf, uint32_t c)
{
    assert(c <= 0x10ffff);
    if (c < 0x80) {
        buf_byte(buf, (char)c);
    } else if (c < 0x800) {
        buf_byte(buf, (char)(0xc0 | c >> 6));
        buf_byte(buf, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        buf_byte(buf, (char)(0xe0 | c >> 12));
        buf_byte(buf, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_byte(buf, (char)(0x80 | (c & 0x3f)));
    } else {
        buf_byte(buf, (char)(0xf0 | c >> 18));
        buf_byte(buf, (char)(0x80 | (c >> 12 & 0x3f)));
        buf_byte(buf, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_byte(buf, (char)(0x80 | (c & 0x3f)));
    }
}

Str buf_str(const Buf *buf)
{
    return (Str){buf->data, buf->len};
}

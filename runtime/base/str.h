/* str: text as pointer and length, and a growing buffer of it.
 *
 * A Str owns nothing and need not end in NUL. Text is UTF-8 everywhere in Fawn; where bytes
 * come from outside, `utf8_check` (utf8.h) has looked at them first.
 */
#ifndef FAWN_BASE_STR_H
#define FAWN_BASE_STR_H

#include "runtime/base/arena.h"

#include <stdarg.h>
#include <string.h>

typedef struct Str {
    const char *s; /* may be NULL only when len is 0 */
    int64_t len;   /* bytes */
} Str;

/* A Str from a string literal, and printf arguments for "%.*s". */
#define STR(literal) ((Str){("" literal), (int64_t)sizeof(literal) - 1})
#define STR_ARG(str) (int)(str).len, ((str).s ? (str).s : "")

/* A Str over a NUL-ended C string, borrowed. */
Str str_from_c(const char *s);

static inline bool str_eq(Str a, Str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, (size_t)a.len) == 0);
}

/* memcmp order, shorter first: -1, 0 or 1. For UTF-8 this is code point order. */
int str_compare(Str a, Str b);

static inline bool str_starts_with(Str s, Str prefix)
{
    return s.len >= prefix.len &&
           (prefix.len == 0 || memcmp(s.s, prefix.s, (size_t)prefix.len) == 0);
}

static inline bool str_ends_with(Str s, Str suffix)
{
    return s.len >= suffix.len &&
           (suffix.len == 0 ||
            memcmp(s.s + s.len - suffix.len, suffix.s, (size_t)suffix.len) == 0);
}

/* Offset of the first occurrence of `needle` at or after `from`, or -1. */
int64_t str_find(Str s, Str needle, int64_t from);

/* The bytes [start, end), which must lie within `s`. */
Str str_slice(Str s, int64_t start, int64_t end);

/* Takes the first line off `rest`, without its newline. False: nothing is left. */
bool str_take_line(Str *rest, Str *line);

/* A 64-bit hash (not for untrusted persistence: it may change between versions). */
uint64_t str_hash(Str s);

/* A copy in `arena`; `str_to_c` ends it in NUL. */
Str str_copy(Arena *arena, Str s);
const char *str_to_c(Arena *arena, Str s);

/* printf into `arena`. */
Str str_format(Arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
Str str_vformat(Arena *arena, const char *format, va_list args) PRINTF_LIKE(2, 0);

/* Number of single-character edits (insert, delete, replace, swap of neighbours) that turn
 * `a` into `b`, for "did you mean". Looks at the first 64 bytes of each. */
int str_distance(Str a, Str b);

/* The letter that stands behind the backslash for `c` in a string literal of FQL, 0 when `c`
 * needs no escape there: 'n' for a newline, '"' for a quote. */
char str_escape_letter(uint32_t c);

/* A buffer that grows. It owns malloc'd memory: `buf_free` ends it. Zero-initialise. */
typedef struct Buf {
    char *data;
    int64_t len, cap;
} Buf;

void buf_free(Buf *buf);

/* The slow path of `buf_reserve`: a bigger block, with a byte to spare. */
char *buf_grow(Buf *buf, int64_t more);

/* Makes room for `more` bytes behind `len` and returns where they go. */
static ALWAYS_INLINE char *buf_reserve(Buf *buf, int64_t more)
{
    return LIKELY(more < buf->cap - buf->len) ? buf->data + buf->len : buf_grow(buf, more);
}

static inline void buf_put(Buf *buf, Str s)
{
    if (s.len > 0) {
        memcpy(buf_reserve(buf, s.len), s.s, (size_t)s.len);
        buf->len += s.len;
    }
}

static inline void buf_puts(Buf *buf, const char *s)
{
    buf_put(buf, (Str){s, (int64_t)strlen(s)});
}

static inline void buf_byte(Buf *buf, char c)
{
    *buf_reserve(buf, 1) = c;
    buf->len++;
}

void buf_fill(Buf *buf, char c, int64_t count);
void buf_printf(Buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_int(Buf *buf, int64_t n);

enum { INT_TEXT_MAX = 20 };

/* `n` in decimal, at the end of `text`. */
Str str_from_int(int64_t n, char text[INT_TEXT_MAX]);

/* Appends the UTF-8 form of a code point. */
void buf_codepoint(Buf *buf, uint32_t c);

/* The contents, borrowed until the next change. */
Str buf_str(const Buf *buf);

#endif

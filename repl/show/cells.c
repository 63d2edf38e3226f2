/* cells: see cells.h. Where a sign ends Unicode's rules for graphemes say (utf8proc); widths are
 * those of its code points, but that nothing joined to another one has any.
 */
#include "repl/show/cells.h"

#include <utf8proc.h>

enum {
    JOINER = 0x200D,
    PICTURE = 0xFE0F, /* the character before is to be a picture */
    TEXT = 0xFE0E,
    NO_CHARACTER = 0xFFFD,
};

/* The code point at `offset`; bytes that are no UTF-8 are one each. */
static utf8proc_int32_t decode(Str text, int64_t offset, int64_t *bytes)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t length =
        utf8proc_iterate((const utf8proc_uint8_t *)text.s + offset, text.len - offset, &c);
    *bytes = length > 0 ? length : 1;
    return length > 0 ? c : NO_CHARACTER;
}

static int64_t char_width(utf8proc_int32_t c)
{
    if (c < 0x80) {
        return 1;
    }
    if (c >= 0x1160 && c <= 0x11FF) { /* the rest of a Korean syllable */
        return 0;
    }
    bool is_beside = utf8proc_category(c) == UTF8PROC_CATEGORY_MC; /* a vowel beside its letter */
    return is_beside ? 1 : utf8proc_charwidth(c);
}

static bool is_flag_letter(utf8proc_int32_t c)
{
    return c >= 0x1F1E6 && c <= 0x1F1FF;
}

static bool is_skin_tone(utf8proc_int32_t c)
{
    return c >= 0x1F3FB && c <= 0x1F3FF;
}

/* Whether terminals differ in what they do with `c` behind another character of its sign. */
static bool is_doubtful(utf8proc_int32_t c, utf8proc_int32_t before)
{
    return before == JOINER || is_skin_tone(c) || is_flag_letter(c) || c == PICTURE || c == TEXT ||
           char_width(c) > 0;
}

Sign sign_at(Str text, int64_t offset)
{
    Sign sign = {0};
    utf8proc_int32_t state = 0, before = decode(text, offset, &sign.bytes);
    sign.width = char_width(before);
    while (before >= 0x20 && before != 0x7F && offset + sign.bytes < text.len &&
           (unsigned char)text.s[offset + sign.bytes] >= 0x80) {
        int64_t bytes;
        utf8proc_int32_t c = decode(text, offset + sign.bytes, &bytes);
        if (utf8proc_grapheme_break_stateful(before, c, &state)) {
            break;
        }
        sign.width += before == JOINER ? 0 : char_width(c);
        sign.is_doubtful = sign.is_doubtful || is_doubtful(c, before);
        sign.bytes += bytes;
        before = c;
    }
    return sign;
}

int64_t sign_start(Str line, int64_t offset)
{
    int64_t start = 0;
    while (start < line.len) {
        int64_t next = start + sign_at(line, start).bytes;
        if (next > offset) {
            break;
        }
        start = next;
    }
    return start;
}

int64_t text_width(Str text)
{
    int64_t width = 0;
    for (int64_t at = 0; at < text.len;) {
        Sign sign = sign_at(text, at);
        width += sign.width;
        at += sign.bytes;
    }
    return width;
}

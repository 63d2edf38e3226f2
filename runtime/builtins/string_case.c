/* string_case: upper and lower case, and the normal forms of Unicode.
 *
 * utf8proc knows the characters; what it does not do is in here: the characters whose upper
 * case is several characters (ß: SS), and the two rules of lower case that look further than
 * one character. Rules of single languages are not applied.
 */
#include "runtime/builtins/string.h"

#include "runtime/base/utf8.h"

#include <utf8proc.h>

/* Unicode's SpecialCasing.txt, unconditional upper case: code point, UTF-8. In order. */
typedef struct LongUpper {
    uint32_t character;
    const char *upper;
} LongUpper;

/* clang-format off */
static const LongUpper long_uppers[] = {
    {0x00df, "SS"}, {0x0149, "\312\274N"}, {0x01f0, "J\314\214"},
    {0x0390, "\316\231\314\210\314\201"}, {0x03b0, "\316\245\314\210\314\201"},
    {0x0587, "\324\265\325\222"}, {0x1e96, "H\314\261"}, {0x1e97, "T\314\210"},
    {0x1e98, "W\314\212"}, {0x1e99, "Y\314\212"}, {0x1e9a, "A\312\276"},
    {0x1f50, "\316\245\314\223"}, {0x1f52, "\316\245\314\223\314\200"},
    {0x1f54, "\316\245\314\223\314\201"}, {0x1f56, "\316\245\314\223\315\202"},
    {0x1f80, "\341\274\210\316\231"}, {0x1f81, "\341\274\211\316\231"},
    {0x1f82, "\341\274\212\316\231"}, {0x1f83, "\341\274\213\316\231"},
    {0x1f84, "\341\274\214\316\231"}, {0x1f85, "\341\274\215\316\231"},
    {0x1f86, "\341\274\216\316\231"}, {0x1f87, "\341\274\217\316\231"},
    {0x1f88, "\341\274\210\316\231"}, {0x1f89, "\341\274\211\316\231"},
    {0x1f8a, "\341\274\212\316\231"}, {0x1f8b, "\341\274\213\316\231"},
    {0x1f8c, "\341\274\214\316\231"}, {0x1f8d, "\341\274\215\316\231"},
    {0x1f8e, "\341\274\216\316\231"}, {0x1f8f, "\341\274\217\316\231"},
    {0x1f90, "\341\274\250\316\231"}, {0x1f91, "\341\274\251\316\231"},
    {0x1f92, "\341\274\252\316\231"}, {0x1f93, "\341\274\253\316\231"},
    {0x1f94, "\341\274\254\316\231"}, {0x1f95, "\341\274\255\316\231"},
    {0x1f96, "\341\274\256\316\231"}, {0x1f97, "\341\274\257\316\231"},
    {0x1f98, "\341\274\250\316\231"}, {0x1f99, "\341\274\251\316\231"},
    {0x1f9a, "\341\274\252\316\231"}, {0x1f9b, "\341\274\253\316\231"},
    {0x1f9c, "\341\274\254\316\231"}, {0x1f9d, "\341\274\255\316\231"},
    {0x1f9e, "\341\274\256\316\231"}, {0x1f9f, "\341\274\257\316\231"},
    {0x1fa0, "\341\275\250\316\231"}, {0x1fa1, "\341\275\251\316\231"},
    {0x1fa2, "\341\275\252\316\231"}, {0x1fa3, "\341\275\253\316\231"},
    {0x1fa4, "\341\275\254\316\231"}, {0x1fa5, "\341\275\255\316\231"},
    {0x1fa6, "\341\275\256\316\231"}, {0x1fa7, "\341\275\257\316\231"},
    {0x1fa8, "\341\275\250\316\231"}, {0x1fa9, "\341\275\251\316\231"},
    {0x1faa, "\341\275\252\316\231"}, {0x1fab, "\341\275\253\316\231"},
    {0x1fac, "\341\275\254\316\231"}, {0x1fad, "\341\275\255\316\231"},
    {0x1fae, "\341\275\256\316\231"}, {0x1faf, "\341\275\257\316\231"},
    {0x1fb2, "\341\276\272\316\231"}, {0x1fb3, "\316\221\316\231"}, {0x1fb4, "\316\206\316\231"},
    {0x1fb6, "\316\221\315\202"}, {0x1fb7, "\316\221\315\202\316\231"},
    {0x1fbc, "\316\221\316\231"}, {0x1fc2, "\341\277\212\316\231"}, {0x1fc3, "\316\227\316\231"},
    {0x1fc4, "\316\211\316\231"}, {0x1fc6, "\316\227\315\202"},
    {0x1fc7, "\316\227\315\202\316\231"}, {0x1fcc, "\316\227\316\231"},
    {0x1fd2, "\316\231\314\210\314\200"}, {0x1fd3, "\316\231\314\210\314\201"},
    {0x1fd6, "\316\231\315\202"}, {0x1fd7, "\316\231\314\210\315\202"},
    {0x1fe2, "\316\245\314\210\314\200"}, {0x1fe3, "\316\245\314\210\314\201"},
    {0x1fe4, "\316\241\314\223"}, {0x1fe6, "\316\245\315\202"},
    {0x1fe7, "\316\245\314\210\315\202"}, {0x1ff2, "\341\277\272\316\231"},
    {0x1ff3, "\316\251\316\231"}, {0x1ff4, "\316\217\316\231"}, {0x1ff6, "\316\251\315\202"},
    {0x1ff7, "\316\251\315\202\316\231"}, {0x1ffc, "\316\251\316\231"}, {0xfb00, "FF"},
    {0xfb01, "FI"}, {0xfb02, "FL"}, {0xfb03, "FFI"}, {0xfb04, "FFL"}, {0xfb05, "ST"},
    {0xfb06, "ST"}, {0xfb13, "\325\204\325\206"}, {0xfb14, "\325\204\324\265"},
    {0xfb15, "\325\204\324\273"}, {0xfb16, "\325\216\325\206"}, {0xfb17, "\325\204\324\275"},
};
/* clang-format on */

enum {
    SIGMA = 0x3a3,
    SIGMA_SMALL = 0x3c3,
    SIGMA_FINAL = 0x3c2,
    I_DOTTED = 0x130,
    DOT_ABOVE = 0x307,
};

static const char *find_long_upper(uint32_t character)
{
    int64_t low = 0, high = countof(long_uppers);
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (long_uppers[middle].character == character) {
            return long_uppers[middle].upper;
        }
        if (long_uppers[middle].character < character) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

static bool is_letter(uint32_t character)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)character);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

static void put_upper(Buf *out, uint32_t character)
{
    const char *several = find_long_upper(character);
    if (several != NULL) {
        buf_puts(out, several);
    } else {
        buf_codepoint(out, (uint32_t)utf8proc_toupper((utf8proc_int32_t)character));
    }
}

/* `before` is the character in front of it, 0 at the start; `next` the offset behind it. */
static void put_lower(Buf *out, Str text, int64_t next, uint32_t before, uint32_t character)
{
    if (character == SIGMA) {
        int width;
        bool ends_word =
            is_letter(before) && (next == text.len || !is_letter(utf8_decode(text, next, &width)));
        buf_codepoint(out, ends_word ? SIGMA_FINAL : SIGMA_SMALL);
        return;
    }
    buf_codepoint(out, (uint32_t)utf8proc_tolower((utf8proc_int32_t)character));
    if (character == I_DOTTED) {
        buf_codepoint(out, DOT_ABOVE);
    }
}

/* ASCII letters from `first` to `first` + 25 get their other case. */
static Value change_ascii_case(Rt *rt, Str text, char first)
{
    if (!rt_reserve(rt, text.len)) {
        return val_fault();
    }
    char *out = arena_alloc(rt->heap, text.len);
    for (int64_t i = 0; i < text.len; i++) {
        bool changes = text.s[i] >= first && text.s[i] < first + 26;
        out[i] = changes ? (char)(text.s[i] ^ 0x20) : text.s[i];
    }
    Value result = val_str((Str){out, text.len});
    result.flags = VALUE_ASCII;
    return result;
}

static Value change_case(Rt *rt, Str text, bool upper)
{
    Buf out = {0};
    uint32_t before = 0;
    if (!rt_reserve(rt, 3 * text.len)) { /* a buffer that grows, and the string */
        return val_fault();
    }
    for (int64_t at = 0; at < text.len;) {
        int width;
        uint32_t character = utf8_decode(text, at, &width);
        at += width;
        if (upper) {
            put_upper(&out, character);
        } else {
            put_lower(&out, text, at, before, character);
        }
        before = character;
    }
    Value result = rt_string_fits(rt, out.len) ? rt_str(rt, buf_str(&out)) : val_fault();
    buf_free(&out);
    return result;
}

BUILTIN_SHARED(string_to_lower_case, "toLowerCase", PURE, "() => String",
               "The string in lower case.", "\"Straße ΑΣ\".toLowerCase()", "\"straße ας\"")
{
    Str text = val_as_str(call->self);
    return utf8_is_ascii(text) ? change_ascii_case(rt, text, 'A') : change_case(rt, text, false);
}

BUILTIN_SHARED(string_to_upper_case, "toUpperCase", PURE, "() => String",
               "The string in upper case.", "\"Straße\".toUpperCase()", "\"STRASSE\"")
{
    Str text = val_as_str(call->self);
    return utf8_is_ascii(text) ? change_ascii_case(rt, text, 'a') : change_case(rt, text, true);
}

/* -- normal forms ----------------------------------------------------------------------- */

enum {
    NFC = UTF8PROC_STABLE | UTF8PROC_COMPOSE,
    NFD = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE,
    NFKC = NFC | UTF8PROC_COMPAT,
    NFKD = NFD | UTF8PROC_COMPAT,
    NFKC_CASEFOLD = NFKC | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
};

static const struct {
    const char *name;
    int options;
} normal_forms[] = {
    {"NFKCCaseFold", NFKC_CASEFOLD}, {"NFC", NFC}, {"NFD", NFD}, {"NFKC", NFKC}, {"NFKD", NFKD},
};

static Value normalise(Rt *rt, Str text, int options)
{
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.s;
    utf8proc_option_t option = (utf8proc_option_t)options;
    utf8proc_ssize_t count = utf8proc_decompose(bytes, text.len, NULL, 0, option);
    always(count >= 0);
    if (!rt_string_fits(rt, count) ||
        !rt_reserve(rt, (count + 1) * (int64_t)sizeof(utf8proc_int32_t))) {
        return val_fault();
    }
    /* One more place: reencoding ends the text in NUL. */
    utf8proc_int32_t *points = arena_array(rt->heap, utf8proc_int32_t, count + 1);
    utf8proc_decompose(bytes, text.len, points, count, option);
    utf8proc_ssize_t written = utf8proc_reencode(points, count, option);
    always(written >= 0);
    return val_str((Str){(const char *)points, written});
}

BUILTIN_SHARED(string_casefold, "casefold", PURE,
               "() => String\n"
               "(format: String) => String",
               "The string in a form for comparing without regard to case, or in the normal form "
               "`format`: NFKCCaseFold, NFC, NFD, NFKC or NFKD.",
               "\"GRÜẞE\".casefold()", "\"grüsse\"")
{
    int64_t form = 0;
    if (call->argc > 0) {
        while (form < countof(normal_forms) &&
               !str_eq(val_as_str(call->args[0]), str_from_c(normal_forms[form].name))) {
            form++;
        }
    }
    if (form == countof(normal_forms)) {
        return rt_fault_argument(
            rt, STR("format"),
            "expected a casefold format (one of NFKCCaseFold, NFC, NFD, NFKC, or NFKD)");
    }
    return normalise(rt, val_as_str(call->self), normal_forms[form].options);
}

/* regex_java: see regex_java.h. One walk over the pattern, which knows whether it is within a
 * character class. Errors are those of Java's Pattern.java where it has them, with its offsets.
 */
#include "runtime/builtins/regex_java.h"

#include "runtime/base/vec.h"

typedef struct Walk {
    Arena *arena;
    Str java;
    int64_t at;
    int64_t groups; /* that capture, opened so far */
    bool extended;  /* (?x) was met: # begins a comment */
    VEC(char) out;
    VEC(uint32_t) origin;
    const char *error;
    int64_t error_at;
} Walk;

static void fail(Walk *walk, const char *error, int64_t at)
{
    if (!walk->error) {
        walk->error = error;
        walk->error_at = at < 0 ? 0 : at;
    }
}

/* Writes what stands for the part of the pattern that begins at `origin`. */
static void put(Walk *walk, Str text, int64_t origin)
{
    for (int64_t i = 0; i < text.len; i++) {
        vec_push(&walk->out, walk->arena, text.s[i]);
        vec_push(&walk->origin, walk->arena, (uint32_t)origin);
    }
}

/* Copies up to `end` as it is. */
static void copy_to(Walk *walk, int64_t end)
{
    for (; walk->at < end; walk->at++) {
        put(walk, str_slice(walk->java, walk->at, walk->at + 1), walk->at);
    }
}

/* The byte `ahead` from here; 0: the pattern has ended. */
static char peek(const Walk *walk, int64_t ahead)
{
    return walk->at + ahead < walk->java.len ? walk->java.s[walk->at + ahead] : '\0';
}

static void put_code_point(Walk *walk, uint32_t code, int64_t origin)
{
    put(walk, str_format(walk->arena, "\\x{%x}", code), origin);
}

/* -- numbers ----------------------------------------------------------------------------------- */

static int digit_value(char c)
{
    return c >= '0' && c <= '9'                     ? c - '0'
           : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                    : 16;
}

/* Up to `most` digits of `base` that begin `ahead` from here; how many there are. */
static int64_t read_digits(const Walk *walk, int64_t ahead, int base, int64_t most, uint32_t *value)
{
    int64_t count = 0;
    *value = 0;
    while (count < most && digit_value(peek(walk, ahead + count)) < base) {
        *value = *value * (uint32_t)base + (uint32_t)digit_value(peek(walk, ahead + count));
        count++;
    }
    return count;
}

/* \u00e9; two of them for what lies above U+FFFF */
static void take_unicode(Walk *walk)
{
    int64_t start = walk->at;
    uint32_t code, low;
    if (read_digits(walk, 2, 16, 4, &code) < 4) {
        fail(walk, "Illegal Unicode escape sequence", start + 1);
        return;
    }
    walk->at += 6;
    bool is_high = code >= 0xd800 && code < 0xdc00;
    if (is_high && peek(walk, 0) == '\\' && peek(walk, 1) == 'u' &&
        read_digits(walk, 2, 16, 4, &low) == 4 && low >= 0xdc00 && low < 0xe000) {
        walk->at += 6;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xd800 && code < 0xe000) {
        fail(walk, "Half of a character cannot be matched", start + 1);
        return;
    }
    put_code_point(walk, code, start);
}

/* \x41, \x{1F600} */
static void take_hexadecimal(Walk *walk)
{
    uint32_t code;
    bool braces = peek(walk, 2) == '{';
    int64_t count = read_digits(walk, braces ? 3 : 2, 16, braces ? 6 : 2, &code);
    bool whole = braces ? count > 0 && peek(walk, 3 + count) == '}' : count == 2;
    if (!whole) {
        fail(walk, "Illegal hexadecimal escape sequence", walk->at + 1);
        return;
    }
    copy_to(walk, walk->at + (braces ? 4 : 2) + count);
}

/* \07, \077, \0377 */
static void take_octal(Walk *walk)
{
    uint32_t code;
    char first = peek(walk, 2);
    int64_t count = read_digits(walk, 2, 8, first >= '0' && first <= '3' ? 3 : 2, &code);
    if (count == 0) {
        fail(walk, "Illegal octal escape sequence", walk->at + 1);
        return;
    }
    put_code_point(walk, code, walk->at);
    walk->at += 2 + count;
}

/* \12: group 12 if there are as many so far, else group 1 and a 2. */
static void take_reference(Walk *walk)
{
    int64_t start = walk->at;
    int64_t group = peek(walk, 1) - '0';
    walk->at += 2;
    while (peek(walk, 0) >= '0' && peek(walk, 0) <= '9' &&
           group * 10 + (peek(walk, 0) - '0') <= walk->groups) {
        group = group * 10 + (peek(walk, 0) - '0');
        walk->at++;
    }
    put(walk, str_format(walk->arena, "\\g{%lld}", (long long)group), start);
}

/* -- properties -------------------------------------------------------------------------------- */

typedef struct Renaming {
    const char *java, *pcre2;
} Renaming;

/* Classes that are ASCII in Java, and as what PCRE2 has them. */
static const Renaming ascii_classes[] = {
    {"ASCII", "ascii"},   {"Alnum", "alnum"}, {"Alpha", "alpha"}, {"Blank", "blank"},
    {"Cntrl", "cntrl"},   {"Digit", "digit"}, {"Graph", "graph"}, {"Lower", "lower"},
    {"Print", "print"},   {"Punct", "punct"}, {"Space", "space"}, {"Upper", "upper"},
    {"XDigit", "xdigit"},
};

/* What follows Is, and is no script. */
static const Renaming binary_properties[] = {
    {"Alphabetic", "Alphabetic"},
    {"Control", "Cc"},
    {"Digit", "Nd"},
    {"Emoji", "Emoji"},
    {"Hex_Digit", "Hex_Digit"},
    {"Ideographic", "Ideographic"},
    {"Join_Control", "Join_Control"},
    {"Letter", "L"},
    {"Lowercase", "Lowercase"},
    {"Noncharacter_Code_Point", "Noncharacter_Code_Point"},
    {"Punctuation", "P"},
    {"Titlecase", "Lt"},
    {"Uppercase", "Uppercase"},
    {"White_Space", "White_Space"},
};

/* Whether two words are the same but for the case of ASCII letters. */
static bool same_word(Str word, Str other)
{
    bool same = word.len == other.len;
    for (int64_t i = 0; same && i < word.len; i++) {
        same = (word.s[i] | 0x20) == (other.s[i] | 0x20);
    }
    return same;
}

/* The class of this name; NULL: it is none of those. */
static const char *ascii_class(Str name)
{
    for (int64_t i = 0; i < countof(ascii_classes); i++) {
        if (str_eq(name, str_from_c(ascii_classes[i].java))) {
            return ascii_classes[i].pcre2;
        }
    }
    return NULL;
}

/* PCRE2's name of what Java calls IsX. */
static Str property_name(Arena *arena, Str is)
{
    for (int64_t i = 0; i < countof(binary_properties); i++) {
        if (same_word(is, str_from_c(binary_properties[i].java))) {
            return str_from_c(binary_properties[i].pcre2);
        }
    }
    return is.len <= 2 ? is : str_format(arena, "sc:%.*s", STR_ARG(is));
}

/* The same of key=value: of scripts and general categories. Empty: it is neither. */
static Str keyed_name(Arena *arena, Str name, int64_t equals)
{
    Str key = str_slice(name, 0, equals);
    Str value = str_slice(name, equals + 1, name.len);
    if (same_word(key, STR("sc")) || same_word(key, STR("script"))) {
        return str_format(arena, "sc:%.*s", STR_ARG(value));
    }
    bool is_category = same_word(key, STR("gc")) || same_word(key, STR("general_category"));
    return is_category ? value : (Str){0};
}

/* Whether Java has the property, and PCRE2 has not. */
static bool is_missing(Str name)
{
    return str_starts_with(name, STR("In")) || str_starts_with(name, STR("java")) ||
           str_starts_with(name, STR("blk=")) || str_starts_with(name, STR("block="));
}

static Str unicode_name(Walk *walk, Str name)
{
    int64_t equals = str_find(name, STR("="), 0);
    if (equals >= 0) {
        return keyed_name(walk->arena, name, equals);
    }
    if (str_starts_with(name, STR("Is"))) {
        return property_name(walk->arena, str_slice(name, 2, name.len));
    }
    bool refused = is_missing(name) || str_starts_with(name, STR("^")) || str_eq(name, STR("Any"));
    return refused ? (Str){0} : str_eq(name, STR("LC")) ? STR("L&") : name;
}

/* \pL, \p{Lu}, \P{IsGreek} */
static void take_property(Walk *walk, bool in_class)
{
    int64_t start = walk->at;
    bool negated = peek(walk, 1) == 'P';
    int64_t end = str_find(walk->java, STR("}"), start);
    if (peek(walk, 2) != '{') {
        copy_to(walk, walk->at + 3 < walk->java.len ? walk->at + 3 : walk->java.len);
        return;
    }
    if (end < 0) {
        fail(walk, "Unclosed character family", walk->java.len - 1);
        return;
    }
    Str name = str_slice(walk->java, start + 3, end);
    const char *ascii = ascii_class(name);
    if (ascii) {
        Str name_in_class = str_format(walk->arena, "[:%s%s:]", negated ? "^" : "", ascii);
        put(walk,
            in_class ? name_in_class : str_format(walk->arena, "[%.*s]", STR_ARG(name_in_class)),
            start);
    } else {
        Str known = unicode_name(walk, name);
        if (known.len == 0) {
            fail(walk,
                 is_missing(name) ? "Blocks and Java's own properties are not supported"
                                  : "Unknown character property name",
                 end);
            return;
        }
        put(walk, str_format(walk->arena, "\\%c{%.*s}", negated ? 'P' : 'p', STR_ARG(known)),
            start);
    }
    walk->at = end + 1;
}

/* -- escapes ----------------------------------------------------------------------------------- */

/* \Q…\E, to the end when \E is not there. */
static void take_quotation(Walk *walk)
{
    int64_t end = str_find(walk->java, STR("\\E"), walk->at);
    copy_to(walk, end < 0 ? walk->java.len : end + 2);
}

static bool is_listed(const char *list, char c)
{
    for (; *list; list++) {
        if (*list == c) {
            return true;
        }
    }
    return false;
}

static void take_escape(Walk *walk, bool in_class)
{
    char c = peek(walk, 1);
    bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z' && (c & 0x80) == 0;
    if (c == 'u') {
        take_unicode(walk);
    } else if (c == 'x') {
        take_hexadecimal(walk);
    } else if (c == '0') {
        take_octal(walk);
    } else if (c == 'p' || c == 'P') {
        take_property(walk, in_class);
    } else if (c == 'Q') {
        take_quotation(walk);
    } else if (c >= '1' && c <= '9' && !in_class) {
        take_reference(walk);
    } else if ((c >= '1' && c <= '9') || (c == 'k' && peek(walk, 2) != '<') ||
               (is_letter &&
                !is_listed(in_class ? "DHSVWacdefhnrstvw" : "ABDGHRSVWXZabcdefhknrstvwz", c))) {
        fail(walk, "Illegal/unsupported escape sequence", walk->at + 1);
    } else {
        copy_to(walk, walk->at + 1 < walk->java.len ? walk->at + 2 : walk->java.len);
    }
}

/* -- classes ----------------------------------------------------------------------------------- */

/* [a-z], of which PCRE2 has neither unions nor intersections. */
static void take_class(Walk *walk)
{
    copy_to(walk, walk->at + (peek(walk, 1) == '^' ? 2 : 1));
    bool first = true;
    while (!walk->error && walk->at < walk->java.len && (first || peek(walk, 0) != ']')) {
        first = false;
        if (peek(walk, 0) == '\\') {
            take_escape(walk, true);
        } else if (peek(walk, 0) == '[') {
            fail(walk, "Character classes within others are not supported", walk->at);
        } else if (peek(walk, 0) == '&' && peek(walk, 1) == '&') {
            fail(walk, "Intersections of character classes are not supported", walk->at);
        } else {
            copy_to(walk, walk->at + 1);
        }
    }
    copy_to(walk, walk->at < walk->java.len ? walk->at + 1 : walk->at);
}

/* -- groups ------------------------------------------------------------------------------------ */

/* (?i-x) and (?s:…): PCRE2 needs no `u`, as it knows the case of all letters. */
static void take_flags(Walk *walk)
{
    copy_to(walk, walk->at + 2);
    for (; is_listed("imsux-", peek(walk, 0)) && peek(walk, 0) != '\0'; walk->at++) {
        char flag = peek(walk, 0);
        walk->extended = walk->extended || flag == 'x';
        if (flag != 'u') {
            put(walk, str_slice(walk->java, walk->at, walk->at + 1), walk->at);
        }
    }
    if (peek(walk, 0) == 'd' || peek(walk, 0) == 'U') {
        fail(walk, "The flags d and U are not supported", walk->at);
    } else if (peek(walk, 0) != ':' && peek(walk, 0) != ')') {
        fail(walk, "Unknown inline modifier", walk->at);
    }
}

static void take_group(Walk *walk)
{
    if (peek(walk, 1) == '*') {
        fail(walk, "Dangling meta character '*'", walk->at + 1);
    } else if (peek(walk, 1) != '?') {
        walk->groups++;
        copy_to(walk, walk->at + 1);
    } else if (peek(walk, 2) == '<') {
        bool is_look = peek(walk, 3) == '=' || peek(walk, 3) == '!';
        walk->groups += !is_look;
        copy_to(walk, walk->at + (is_look ? 4 : 3));
    } else if (is_listed(":=!>", peek(walk, 2)) && peek(walk, 2) != '\0') {
        copy_to(walk, walk->at + 3);
    } else {
        take_flags(walk);
    }
}

/* {2}, {2,}, {2,3}: a brace is nothing else in Java. */
static void take_repetition(Walk *walk)
{
    int64_t ahead = 1;
    uint32_t number;
    int64_t digits = read_digits(walk, ahead, 10, walk->java.len, &number);
    ahead += digits;
    if (peek(walk, ahead) == ',') {
        ahead++;
        ahead += read_digits(walk, ahead, 10, walk->java.len, &number);
    }
    if (digits == 0) {
        fail(walk, "Illegal repetition", walk->at - 1);
    } else if (peek(walk, ahead) != '}') {
        fail(walk, "Unclosed counted closure", walk->at + ahead);
    } else {
        copy_to(walk, walk->at + ahead + 1);
    }
}

static void take_comment(Walk *walk)
{
    int64_t end = str_find(walk->java, STR("\n"), walk->at);
    copy_to(walk, end < 0 ? walk->java.len : end);
}

JavaRegex regex_from_java(Arena *arena, Str pattern)
{
    Walk walk = {.arena = arena, .java = pattern};
    while (!walk.error && walk.at < pattern.len) {
        char c = peek(&walk, 0);
        if (c == '\\') {
            take_escape(&walk, false);
        } else if (c == '[') {
            take_class(&walk);
        } else if (c == '(') {
            take_group(&walk);
        } else if (c == '{') {
            take_repetition(&walk);
        } else if (c == '#' && walk.extended) {
            take_comment(&walk);
        } else {
            copy_to(&walk, walk.at + 1);
        }
    }
    vec_push(&walk.origin, arena, (uint32_t)pattern.len);
    return (JavaRegex){.pattern = {walk.out.at, walk.out.len},
                       .origin = walk.origin.at,
                       .error = walk.error,
                       .error_at = walk.error_at};
}

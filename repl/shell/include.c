#include "repl/shell/include.h"

static const struct {
    const char *name;
    unsigned bit;
} words[] = {
    {"txnTs", INCLUDE_TXN_TS},         {"schemaVersion", INCLUDE_SCHEMA_VERSION},
    {"summary", INCLUDE_SUMMARY},      {"queryTags", INCLUDE_QUERY_TAGS},
    {"stats", INCLUDE_STATS},          {"all", INCLUDE_ALL},
    {"none", 0},
};

static bool add_word(Str word, unsigned *set)
{
    for (int64_t i = 0; i < countof(words); i++) {
        if (str_eq(word, str_from_c(words[i].name))) {
            *set = words[i].bit != 0 ? *set | words[i].bit : 0;
            return true;
        }
    }
    return false;
}

bool include_read(Str text, unsigned *set, Str *bad)
{
    for (int64_t at = 0; at < text.len;) {
        int64_t end = at;
        while (end < text.len && text.s[end] != ',' && text.s[end] != ' ') {
            end++;
        }
        Str word = str_slice(text, at, end);
        if (word.len > 0 && !add_word(word, set)) {
            *bad = word;
            return false;
        }
        at = end + 1;
    }
    return true;
}

bool include_is_word(const char *text)
{
    unsigned set = 0;
    Str bad;
    return text[0] != '\0' && include_read(str_from_c(text), &set, &bad);
}

void include_put(Buf *out, unsigned set)
{
    if (set == 0 || set == INCLUDE_ALL) {
        buf_puts(out, set == 0 ? "none" : "all");
        return;
    }
    int64_t start = out->len;
    for (int64_t i = 0; i < countof(words); i++) {
        if (words[i].bit != INCLUDE_ALL && (set & words[i].bit)) {
            buf_printf(out, "%s%s", out->len > start ? " " : "", words[i].name);
        }
    }
}

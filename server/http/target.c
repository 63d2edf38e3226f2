/* target: see target.h. */
#include "server/http/target.h"

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

Str target_path(Str target)
{
    bool is_whole = str_starts_with(target, STR("http://")) ||
                    str_starts_with(target, STR("https://"));
    if (!is_whole) {
        return target;
    }
    int64_t path = str_find(target, STR("/"), str_find(target, STR("//"), 0) + 2);
    return path < 0 ? STR("/") : str_slice(target, path, target.len);
}

Str target_decode(Arena *arena, Str text, bool plus_is_blank)
{
    char *decoded = arena_array(arena, char, text.len);
    int64_t len = 0;
    for (int64_t i = 0; i < text.len; i++) {
        bool escaped = text.s[i] == '%' && i + 2 < text.len && hex_digit(text.s[i + 1]) >= 0 &&
                       hex_digit(text.s[i + 2]) >= 0;
        if (escaped) {
            decoded[len++] = (char)(hex_digit(text.s[i + 1]) * 16 + hex_digit(text.s[i + 2]));
            i += 2;
        } else {
            decoded[len++] = plus_is_blank && text.s[i] == '+' ? ' ' : text.s[i];
        }
    }
    return (Str){decoded, len};
}

bool target_parameter(Exchange *exchange, Str name, Str *value)
{
    Str query = exchange->query;
    for (int64_t at = 0; at < query.len;) {
        int64_t end = str_find(query, STR("&"), at);
        end = end < 0 ? query.len : end;
        Str pair = str_slice(query, at, end);
        int64_t equals = str_find(pair, STR("="), 0);
        int64_t key_len = equals < 0 ? pair.len : equals;
        if (str_eq(str_slice(pair, 0, key_len), name)) {
            Str text = equals < 0 ? (Str){0} : str_slice(pair, equals + 1, pair.len);
            *value = target_decode(&exchange->arena, text, true);
            return true;
        }
        at = end + 1;
    }
    return false;
}

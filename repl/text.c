#include "repl/text.h"

#include <string.h>

static bool is_blank(char c)
{
    return c != '\0' && strchr(" \t\r\n", c) != NULL;
}

bool text_take_line(Str *rest, Str *line)
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

Str text_trim_end(Str text)
{
    while (text.len > 0 && is_blank(text.s[text.len - 1])) {
        text.len--;
    }
    return text;
}

Str text_trim(Str text)
{
    while (text.len > 0 && is_blank(text.s[0])) {
        text = str_slice(text, 1, text.len);
    }
    return text_trim_end(text);
}

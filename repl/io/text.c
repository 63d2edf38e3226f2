#include "repl/io/text.h"

#include <string.h>

static bool is_blank(char c)
{
    return c != '\0' && strchr(" \t\r\n", c) != NULL;
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

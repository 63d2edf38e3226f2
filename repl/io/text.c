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

void text_mend_line_ends(Buf *text)
{
    if (text->len == 0 || memchr(text->data, '\n', (size_t)text->len) != NULL) {
        return;
    }
    for (int64_t i = 0; i < text->len; i++) {
        text->data[i] = text->data[i] == '\r' ? '\n' : text->data[i];
    }
}

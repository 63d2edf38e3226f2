/* signature_text: brackets are counted; the `>` of `=>` is none. */
#include "repl/edit/signature_text.h"

#include "repl/io/text.h"

#include <ctype.h>
#include <string.h>

/* How the byte at `at` changes the number of open brackets. */
static int depth_change(Str text, int64_t at)
{
    char c = text.s[at];
    if (strchr("([{<", c) != NULL) {
        return 1;
    }
    bool is_arrow = c == '>' && at > 0 && text.s[at - 1] == '=';
    return strchr(")]}>", c) != NULL && !is_arrow ? -1 : 0;
}

/* Takes what stands before the next `divider` that no bracket holds. */
static bool take_before(Str *rest, Str *part, char divider)
{
    int depth = 0;
    int64_t end = 0;
    if (rest->len == 0) {
        return false;
    }
    while (end < rest->len && !(rest->s[end] == divider && depth == 0)) {
        depth += depth_change(*rest, end);
        end++;
    }
    *part = text_trim(str_slice(*rest, 0, end));
    *rest = str_slice(*rest, end < rest->len ? end + 1 : end, rest->len);
    return true;
}

bool signature_take_part(Str *rest, Str *part)
{
    return take_before(rest, part, ',');
}

bool signature_take_member(Str *rest, Str *member)
{
    return take_before(rest, member, '|');
}

/* The offset of the `)` that closes the parameters; -1: it is no function. */
static int64_t parameters_end(Str signature)
{
    int depth = 0;
    if (signature.len == 0 || signature.s[0] != '(') {
        return -1;
    }
    for (int64_t i = 0; i < signature.len; i++) {
        depth += depth_change(signature, i);
        if (depth == 0) {
            return i;
        }
    }
    return -1;
}

Str signature_result(Str signature)
{
    int64_t end = parameters_end(signature);
    int64_t arrow = end < 0 ? -1 : str_find(signature, STR("=>"), end);
    return arrow < 0 ? signature : text_trim(str_slice(signature, arrow + 2, signature.len));
}

/* Where the first bracket is, or the end. */
static int64_t find_opener(Str text)
{
    int64_t at = 0;
    while (at < text.len && depth_change(text, at) <= 0) {
        at++;
    }
    return at;
}

Str signature_parameter(Str signature, int64_t index)
{
    int64_t end = parameters_end(signature);
    int64_t arrow = end < 0 ? str_find(signature, STR(" =>"), 0) : -1; /* A => B */
    Str rest = end >= 0    ? str_slice(signature, 1, end)
               : arrow > 0 ? str_slice(signature, 0, arrow)
                           : (Str){0},
        part;
    for (int64_t i = 0; signature_take_part(&rest, &part); i++) {
        int64_t colon = str_find(part, STR(":"), 0);
        bool is_named = colon >= 0 && colon < find_opener(part);
        if (i == index || str_starts_with(part, STR("..."))) {
            return is_named ? text_trim(str_slice(part, colon + 1, part.len)) : part;
        }
    }
    return (Str){0};
}

static bool is_word(Str text, int64_t at)
{
    return at >= 0 && at < text.len && (isalnum((unsigned char)text.s[at]) || text.s[at] == '_');
}

Str signature_fill(Arena *arena, Str text, char variable, Str type)
{
    Buf out = {0};
    for (int64_t i = 0; i < text.len; i++) {
        if (text.s[i] == variable && !is_word(text, i - 1) && !is_word(text, i + 1)) {
            buf_put(&out, type);
        } else {
            buf_byte(&out, text.s[i]);
        }
    }
    Str filled = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return filled;
}

/* multipart: see multipart.h. A delimiter is a line of its own, `--BOUNDARY`; the newline before it is
 * its own, not the content's. What stands before the first one and after the last one is passed
 * over, as the standard wants it.
 */
#include "server/endpoint/multipart.h"

#include <strings.h>

enum {
    BOUNDARY_LEN_MAX = 70, /* RFC 2046 */
    PART_HEADERS_MAX = 8 << 10, /* bytes of the headers of one part */
};

/* -- headers ---------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static Str trim(Str text)
{
    while (text.len > 0 && is_blank(text.s[0])) {
        text = str_slice(text, 1, text.len);
    }
    while (text.len > 0 && is_blank(text.s[text.len - 1])) {
        text.len--;
    }
    return text;
}

static bool same_word(Str a, Str word)
{
    return a.len == word.len && strncasecmp(a.s, word.s, (size_t)word.len) == 0;
}

/* Takes a value off `rest`, a word or a quoted string, in `arena`. False: a quote is not closed. */
static bool take_value(Arena *arena, Str *rest, Str *value)
{
    Str text = *rest;
    if (text.len == 0 || text.s[0] != '"') {
        int64_t end = str_find(text, STR(";"), 0);
        end = end < 0 ? text.len : end;
        *value = trim(str_slice(text, 0, end));
        *rest = str_slice(text, end, text.len);
        return true;
    }
    char *decoded = arena_array(arena, char, text.len);
    int64_t len = 0, i = 1;
    for (; i < text.len && text.s[i] != '"'; i++) {
        bool is_escape = text.s[i] == '\\' && i + 1 < text.len &&
                         (text.s[i + 1] == '"' || text.s[i + 1] == '\\');
        i += is_escape;
        decoded[len++] = text.s[i];
    }
    *value = (Str){decoded, len};
    *rest = str_slice(text, i < text.len ? i + 1 : i, text.len);
    return i < text.len;
}

/* The parameter `name` of a header's value, `form-data; name="a"; filename="b"`, whose first word is
 * `kind`. False: it is not that kind, is not well-formed, or has no such parameter. */
static bool find_parameter(Arena *arena, Str header, Str kind, Str name, Str *value)
{
    int64_t end = str_find(header, STR(";"), 0);
    bool found = false;
    if (end < 0 || !same_word(trim(str_slice(header, 0, end)), kind)) {
        return false;
    }
    Str rest = str_slice(header, end, header.len);
    while (rest.len > 0 && rest.s[0] == ';') {
        rest = trim(str_slice(rest, 1, rest.len));
        int64_t equals = str_find(rest, STR("="), 0);
        Str given;
        if (equals < 0) {
            return false;
        }
        Str key = trim(str_slice(rest, 0, equals));
        rest = trim(str_slice(rest, equals + 1, rest.len));
        if (!take_value(arena, &rest, &given)) {
            return false;
        }
        if (same_word(key, name)) {
            *value = given;
            found = true;
        }
        rest = trim(rest);
    }
    return found && rest.len == 0;
}

bool multipart_boundary(Arena *arena, Str content_type, Str *boundary)
{
    return find_parameter(arena, content_type, STR("multipart/form-data"), STR("boundary"),
                          boundary) &&
           boundary->len > 0 && boundary->len <= BOUNDARY_LEN_MAX;
}

/* Reads the headers of a part and takes them off `rest`. False: the part has no name. */
static bool take_headers(Arena *arena, Str *rest, Str *name)
{
    bool has_name = false;
    int64_t taken = 0;
    for (;;) {
        int64_t end = str_find(*rest, STR("\r\n"), 0);
        taken += end + 2;
        if (end < 0 || taken > PART_HEADERS_MAX) {
            return false;
        }
        Str line = str_slice(*rest, 0, end);
        *rest = str_slice(*rest, end + 2, rest->len);
        if (line.len == 0) {
            return has_name;
        }
        int64_t colon = str_find(line, STR(":"), 0);
        Str key = colon < 0 ? (Str){0} : str_slice(line, 0, colon);
        Str value = colon < 0 ? (Str){0} : trim(str_slice(line, colon + 1, line.len));
        if (same_word(key, STR("content-disposition"))) {
            has_name = find_parameter(arena, value, STR("form-data"), STR("name"), name);
        } else if (same_word(key, STR("content-transfer-encoding")) &&
                   !same_word(value, STR("binary")) && !same_word(value, STR("8bit")) &&
                   !same_word(value, STR("7bit"))) {
            return false;
        }
    }
}

/* -- the body --------------------------------------------------------------------------------- */

/* Takes what comes before the next delimiter off `rest`, and the delimiter with what ends its line.
 * `*is_last`: it was the one that ends all. False: there is none. */
static bool take_delimiter(Str *rest, Str delimiter, Str *before, bool *is_last)
{
    for (int64_t from = 0;;) {
        int64_t at = str_find(*rest, delimiter, from);
        if (at < 0) {
            return false;
        }
        from = at + 1;
        bool begins_line = at == 0 || (at >= 2 && rest->s[at - 1] == '\n' && rest->s[at - 2] == '\r');
        Str after = str_slice(*rest, at + delimiter.len, rest->len);
        *is_last = str_starts_with(after, STR("--"));
        after = *is_last ? str_slice(after, 2, after.len) : after;
        while (after.len > 0 && is_blank(after.s[0])) {
            after = str_slice(after, 1, after.len);
        }
        bool ends_line = str_starts_with(after, STR("\r\n"));
        if (begins_line && (ends_line || (*is_last && after.len == 0))) {
            *before = str_slice(*rest, 0, at >= 2 ? at - 2 : 0);
            *rest = str_slice(after, ends_line ? 2 : 0, after.len);
            return true;
        }
    }
}

MultipartStatus multipart_read(Arena *arena, Str body, Str boundary, int64_t max, Parts *parts)
{
    Str delimiter = str_format(arena, "--%.*s", STR_ARG(boundary));
    Str skipped;
    bool is_last;
    if (!take_delimiter(&body, delimiter, &skipped, &is_last)) {
        return MULTIPART_MALFORMED;
    }
    while (!is_last) {
        Part part = {0};
        /* Content that is empty has no newline but that of the headers: it stays for the delimiter. */
        Str headers = body;
        if (!take_headers(arena, &headers, &part.name)) {
            return MULTIPART_MALFORMED;
        }
        body = (Str){headers.s - 2, headers.len + 2};
        if (!take_delimiter(&body, delimiter, &part.content, &is_last)) {
            return MULTIPART_MALFORMED;
        }
        part.content = str_slice(part.content, part.content.len < 2 ? part.content.len : 2,
                                 part.content.len);
        if (parts->len == max) {
            return MULTIPART_TOO_MANY;
        }
        vec_push(parts, arena, part);
    }
    return MULTIPART_OK;
}

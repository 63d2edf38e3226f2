/* fuzz_multipart: any bytes as the body of a form. The first line is its Content-Type. Parts lie in
 * the body, one behind the other; and a form made of them anew has the same.
 */
#include "server/endpoint/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PARTS_MAX = 8 };

static void put_form(Buf *out, const Parts *parts, Str boundary)
{
    for (int64_t i = 0; i < parts->len; i++) {
        const Part *part = &parts->at[i];
        buf_printf(out, "--%.*s\r\nContent-Disposition: form-data; name=\"", STR_ARG(boundary));
        for (int64_t k = 0; k < part->name.len; k++) {
            buf_puts(out, part->name.s[k] == '"' || part->name.s[k] == '\\' ? "\\" : "");
            buf_byte(out, part->name.s[k]);
        }
        buf_puts(out, "\"\r\n\r\n");
        buf_put(out, part->content);
        buf_puts(out, "\r\n");
    }
    buf_printf(out, "--%.*s--\r\n", STR_ARG(boundary));
}

static void check_parts(Arena *arena, const Parts *parts, Str body, Str boundary)
{
    const char *from = body.s;
    Buf form = {0};
    Parts again = {0};
    for (int64_t i = 0; i < parts->len; i++) {
        Str content = parts->at[i].content;
        always(content.s >= from && content.s + content.len <= body.s + body.len);
        from = content.s + content.len;
    }
    put_form(&form, parts, boundary);
    always(multipart_read(arena, buf_str(&form), boundary, PARTS_MAX, &again) == MULTIPART_OK);
    always(again.len == parts->len);
    for (int64_t i = 0; i < again.len; i++) {
        always(str_eq(again.at[i].name, parts->at[i].name));
        always(str_eq(again.at[i].content, parts->at[i].content));
    }
    buf_free(&form);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str body = {(const char *)data, (int64_t)size}, type, boundary;
    Arena arena;
    Parts parts = {0};
    arena_init(&arena);
    if (str_take_line(&body, &type) && multipart_boundary(&arena, type, &boundary) &&
        multipart_read(&arena, body, boundary, PARTS_MAX, &parts) == MULTIPART_OK) {
        check_parts(&arena, &parts, body, boundary);
    }
    arena_free(&arena);
    return 0;
}

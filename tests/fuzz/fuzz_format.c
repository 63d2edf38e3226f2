/* fuzz_format: what a parser takes can be formatted, reads as the same then, and formats to itself.
 *
 * The first byte chooses FQL or FSL; the rest is the text, cut at the first byte that is not UTF-8,
 * as such input is refused before.
 */
#include "grammar/format.h"

#include "runtime/base/utf8.h"

typedef FormatStatus FormatFn(Buf *out, Arena *arena, const Source *source, DiagList *diags);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    FormatFn *format = data[0] % 2 == 0 ? format_script : format_schema;
    Str text = {(const char *)data + 1, (int64_t)size - 1};
    int64_t bad = utf8_check(text);
    Source source = {STR("*text*"), str_slice(text, 0, bad >= 0 ? bad : text.len)};
    Arena arena;
    Buf once = {0}, twice = {0};
    DiagList diags;
    arena_init(&arena);
    FormatStatus status = format(&once, &arena, &source, &diags);
    always(status != FORMAT_UNSAFE);
    if (status == FORMAT_DONE) {
        Source formatted = {source.name, buf_str(&once)};
        always(format(&twice, &arena, &formatted, &diags) == FORMAT_DONE);
        always(str_eq(buf_str(&once), buf_str(&twice)));
    } else {
        always(diags.count > 0);
    }
    buf_free(&once);
    buf_free(&twice);
    arena_free(&arena);
    return 0;
}

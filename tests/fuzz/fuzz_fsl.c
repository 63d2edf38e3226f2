/* fuzz_fsl: no text may crash the reader of schemas, and what it takes shows as a text that is
 * read as the same schema again.
 *
 * The text is cut at the first byte that is not UTF-8, as such input is refused before.
 */
#include "grammar/schema.h"

#include "runtime/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void display(Buf *out, const SchemaResult *schema)
{
    for (int64_t i = 0; i < schema->items.len; i++) {
        schema_display(out, schema->items.at[i]);
    }
}

static void check_display(Arena *arena, const SchemaResult *first)
{
    Buf shown = {0};
    display(&shown, first);
    Source source = {STR("*shown*"), buf_str(&shown)};
    const Source *sources = &source;
    SchemaResult second = parse_schema(arena, &sources, 1);
    always(second.ok);
    Buf again = {0};
    display(&again, &second);
    always(str_eq(buf_str(&shown), buf_str(&again)));
    buf_free(&again);
    buf_free(&shown);
}

static void check_errors(const SchemaResult *schema)
{
    always(schema->diags.count > 0);
    Buf rendered = {0};
    diag_render_list(&rendered, &schema->diags);
    buf_free(&rendered);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, (int64_t)size};
    int64_t bad = utf8_check(text);
    Source source = {STR("main.fsl"), str_slice(text, 0, bad >= 0 ? bad : text.len)};
    const Source *sources = &source;
    Arena arena;
    arena_init(&arena);
    SchemaResult schema = parse_schema(&arena, &sources, 1);
    if (schema.ok) {
        check_display(&arena, &schema);
    } else {
        check_errors(&schema);
    }
    arena_free(&arena);
    return 0;
}

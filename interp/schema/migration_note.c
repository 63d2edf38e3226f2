/* migration_note: see migration_note.h. */
#include "interp/schema/migration_note.h"

#include <stdarg.h>

Diag *note_error(const Notes *notes, Span place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str message = str_vformat(notes->arena, format, args);
    va_end(args);
    return diag_add(notes->errors, DIAG_ERROR, place, message);
}

void note_hint(const Notes *notes, Diag *error, Span place, const char *message)
{
    (void)diag_hint(error, notes->arena, DIAG_HINT, place, str_from_c(message));
}

void note_suggest(const Notes *notes, Diag *error, Span place, Str message, Str text)
{
    Diag *hint = diag_hint(error, notes->arena, DIAG_HINT, place, message);
    hint->has_suggestion = true;
    hint->suggestion = text;
}

void note_suggest_migration(const Notes *notes, Diag *error, const char *message, Str steps)
{
    Span block = notes->item->u.collection.migrations_span;
    bool has_block = block.source != NULL;
    Str text = str_format(notes->arena, has_block ? "  %.*s\n" : "migrations {\n    %.*s\n  }\n",
                          STR_ARG(steps));
    note_suggest(notes, error, span_within_end(has_block ? block : notes->item->span),
                 str_from_c(message), text);
}

Str note_path(const Notes *notes, const SchemaPath *path)
{
    Buf text = {0};
    schema_display_path(&text, path);
    Str copy = str_copy(notes->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

Str note_migration(const Notes *notes, const SchemaMigration *migration)
{
    Buf text = {0};
    schema_display_migration(&text, migration);
    Str kept = str_copy(notes->arena, buf_str(&text));
    buf_free(&text);
    return kept;
}

Span span_before(Span span)
{
    span.end = span.start;
    return span;
}

Span span_behind(Span span)
{
    span.start = span.end;
    return span;
}

Span span_within_end(Span span)
{
    span.end -= span.end > span.start;
    span.start = span.end;
    return span;
}

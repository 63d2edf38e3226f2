/* migration_note: errors about the migrations of a collection, and the hints that go with them.
 * Wordings and places are the reference's (MigrationValidator.scala).
 */
#ifndef FAWN_INTERP_SCHEMA_MIGRATION_NOTE_H
#define FAWN_INTERP_SCHEMA_MIGRATION_NOTE_H

#include "grammar/schema.h"

/* Where errors about one collection go. */
typedef struct Notes {
    Arena *arena;
    DiagList *errors;
    const SchemaItem *item; /* the collection as it is to be */
} Notes;

Diag *note_error(const Notes *notes, Span place, const char *format, ...) PRINTF_LIKE(3, 4);

/* A hint; one that suggests `text` in the place of the span. */
void note_hint(const Notes *notes, Diag *error, Span place, const char *message);
void note_suggest(const Notes *notes, Diag *error, Span place, Str message, Str text);

/* Suggests to add steps to the migrations, one a line, where they belong. */
void note_suggest_migration(const Notes *notes, Diag *error, const char *message, Str steps);

/* `.address.city`, and `move .a -> .b`, in the notes' arena. */
Str note_path(const Notes *notes, const SchemaPath *path);
Str note_migration(const Notes *notes, const SchemaMigration *migration);

/* The empty places before and behind a span. */
Span span_before(Span span);
Span span_behind(Span span);

/* The place before the last byte of a span, which is a `}`. */
Span span_within_end(Span span);

#endif

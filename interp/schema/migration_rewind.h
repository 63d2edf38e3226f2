/* migration_rewind: what the files that trace fields back through migrations share. */
#ifndef FAWN_INTERP_SCHEMA_MIGRATION_REWIND_H
#define FAWN_INTERP_SCHEMA_MIGRATION_REWIND_H

#include "interp/schema/migration.h"

typedef struct Rewind {
    const Notes *notes;
    CollectionForm *form;
    MigrationSteps *steps;
    bool has_conflicts; /* a later move_conflicts takes what `add` finds in its way */
} Rewind;

/* Undo one migration. */
void rewind_move(const Rewind *rewind, const SchemaMigration *move);
void rewind_split(const Rewind *rewind, const SchemaMigration *split);

void rewind_put(const Rewind *rewind, const SchemaPath *path, FormField field);
void rewind_add_step(const Rewind *rewind, MigrationStep step);

/* A copy of `target` for a step that has no others. */
StepTarget *rewind_one_target(const Rewind *rewind, StepTarget target);

/* The value that a field gets when a migration makes it; an error when it has none and needs
 * one. Where the value, or else the field's type, is written. */
DefaultValue *rewind_take_value(const Rewind *rewind, const FormField *field,
                                const SchemaPath *path);
Span rewind_value_place(const FormField *field, const DefaultValue *value);

/* A hint to take a migration away. */
void rewind_suggest_removal(const Rewind *rewind, Diag *error, const char *message,
                            const SchemaMigration *migration);

#endif

/* migration_rewind: what the files that trace fields back through migrations share. */
#ifndef FAWN_INTERP_SCHEMA_MIGRATION_REWIND_H
#define FAWN_INTERP_SCHEMA_MIGRATION_REWIND_H

#include "interp/schema/migration.h"

typedef struct Rewind {
    Rt *rt;
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

/* A field at `path` that a migration makes, with the value that it gets; an error when it has none
 * and needs one. */
StepTarget rewind_target(const Rewind *rewind, const FormField *field, const SchemaPath *path);

/* Where a path leads into a field that is no object in every document, a hint that tells so. */
void rewind_hint_path(const Rewind *rewind, Diag *error, const SchemaPath *path);

/* A hint to take a migration away. */
void rewind_suggest_removal(const Rewind *rewind, Diag *error, const char *message,
                            const SchemaMigration *migration);

#endif

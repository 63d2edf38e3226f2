/* migration: what a changed schema asks of the documents that are there. In three steps:
 *
 *   submitted fields ◄── traced back through its new migrations (migration_rewind.c)
 *        │                            └─► steps, in the order in which documents take them
 *        ▼
 *   fields before them ─── compared with the live ones: else told why not (migration_explain.c)
 *
 *   steps ─► their values worked out ─► Migrations, as the runtime applies them (migration_plan.c)
 *
 * Reference: MigrationValidator.scala, MigrationConverter.scala.
 */
#ifndef FAWN_INTERP_SCHEMA_MIGRATION_H
#define FAWN_INTERP_SCHEMA_MIGRATION_H

#include "interp/schema/migration_form.h"
#include "interp/schema/migration_note.h"
#include "runtime/schema/migration.h"

/* A field that a step makes, and what is known of it. */
typedef struct StepTarget {
    const SchemaPath *path;
    const SchemaType *type;
    DefaultValue *value; /* NULL: null */
    Span place;          /* of a backfill's value, else of the type */
    bool is_literal;     /* a backfill's value that needs no evaluation */
} StepTarget;

typedef struct MigrationStep {
    FslKind
        verb; /* FSL_ADD, FSL_DROP, FSL_MOVE, FSL_SPLIT, FSL_MOVE_CONFLICTS, FSL_MOVE_WILDCARD */
    const SchemaPath *path; /* dropped, moved, split; what conflicts and wildcards move into */
    StepTarget *targets;    /* ADD, MOVE: one; SPLIT */
    int64_t count;
    const Str *kept; /* MOVE_WILDCARD: top-level fields that stay */
    int64_t kept_count;
} MigrationStep;

typedef struct MigrationSteps {
    MigrationStep *at;
    int64_t len, cap;
} MigrationSteps;

/* Traces `form` back through `count` migrations, from the last to the first, and adds the steps
 * that they mean, the last first. What makes no sense is noted. */
void migration_rewind(Rt *rt, const Notes *notes, CollectionForm *form,
                      const SchemaMigration *migrations, int64_t count, MigrationSteps *steps);

/* Notes why `form`, traced back, is not compatible with `live`; `submitted` is `form` before
 * that. At least one error. */
void migration_explain(const Notes *notes, const CollectionForm *submitted,
                       const CollectionForm *form, const CollectionForm *live);

/* RtUp.plan_migrations */
bool migration_plan(Rt *rt, const Object *before, const Object *after, Migrations *migrations);

#endif

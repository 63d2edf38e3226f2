/* migration: bringing documents to changed fields of their collection.
 *
 *   migrations { split .size -> .width, .note  backfill .width = 0 }
 *
 *   { size: 3 }        ─► { width: 3 }
 *   { size: "large" }  ─► { width: 0, note: "large" }
 *
 * Which migrations there are to be applied, and whether they lead from the old fields to the new
 * ones, is found out by the interpreter (RtUp.plan_migrations): the definition has their texts.
 * Reference: Migration.scala, MigrationConverter.scala.
 */
#ifndef FAWN_RUNTIME_SCHEMA_MIGRATION_H
#define FAWN_RUNTIME_SCHEMA_MIGRATION_H

#include "runtime/schema/catalog.h"
#include "runtime/schema/schema_type.h"

typedef enum MigrationKind {
    MIGRATION_ADD,            /* `value` at `field`; what is there and not of `type` conflicts */
    MIGRATION_DROP,           /* what is at `field` goes */
    MIGRATION_MOVE,           /* from `field` to `to` */
    MIGRATION_SPLIT,          /* what is at `field` goes to `to` unless it is of `type` */
    MIGRATION_MOVE_CONFLICTS, /* what conflicted goes into the object at `to` */
    MIGRATION_MOVE_WILDCARD,  /* all top-level fields but `kept` go into the object at `to` */
} MigrationKind;

/* Names of fields from the top; at least one. */
typedef struct FieldPath {
    const Str *steps;
    int64_t count;
} FieldPath;

typedef struct Migration {
    MigrationKind kind;
    FieldPath field, to;
    const SchemaType *type;
    Value value; /* SPLIT: what `field` has when its value goes to `to`, or there is none */
    Value spill; /* SPLIT: what `to` has when its value stays, or there is none */
    const Str *kept;
    int64_t kept_count;
} Migration;

typedef struct Migrations {
    const Migration *at;
    int64_t count;
} Migrations;

/* A document's own `fields` migrated, on rt->heap. NULL: a value would be lost; `problem` tells
 * where. */
const Object *migration_apply(Rt *rt, const Migrations *migrations, const Object *fields,
                              Str *problem);

/* Migrates all documents of a collection, whose definition is the new one by now. Their times
 * stay, their derived blocks follow, triggers do not fire. False: a fault that names the first
 * document that cannot be migrated. */
NODISCARD bool migration_run(Rt *rt, const Collection *collection, const Migrations *migrations);

#endif

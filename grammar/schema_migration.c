/* schema_migration: the steps of a collection's migrations. See schema_build.h. */
#include "grammar/schema_advice.h"

/* A migration moves fields: it cannot reach into arrays. */
static void check_path(SchemaBuild *b, const SchemaPath *path)
{
    if (path->count == 0) {
        schema_error(b, path->span, "Field path cannot be empty");
    }
    for (int64_t i = 0; i < path->count; i++) {
        if (path->steps[i].index >= 0) {
            schema_error(b, path->span, "Cannot index into an item in a migration path");
        }
    }
}

static bool has_duplicates(const SchemaPath *paths, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        for (int64_t k = 0; k < i; k++) {
            bool same = paths[i].count == paths[k].count;
            for (int64_t s = 0; s < paths[i].count && same; s++) {
                same = str_eq(paths[i].steps[s].name, paths[k].steps[s].name);
            }
            if (same) {
                return true;
            }
        }
    }
    return false;
}

/* Whether what a field is split into makes sense; its first path is what is split. */
static bool check_split(SchemaBuild *b, const SchemaMigration *split)
{
    if (split->count < 3) {
        schema_error(b, split->span, "Expected at least two fields to split into");
        return false;
    }
    if (has_duplicates(split->paths + 1, split->count - 1)) {
        schema_error(b, span_join(split->paths[1].span, split->paths[split->count - 1].span),
                     "Expected list of fields with no duplicates");
        return false;
    }
    return true;
}

static void add_migration(SchemaBuild *b, const FslNode *node, SchemaCollection *collection)
{
    schema_no_annotations(b, node);
    schema_no_name(b, node);
    if (node->value.kind != FSL_MIGRATION) {
        bool nothing = node->value.kind == FSL_NOTHING;
        Diag *error = schema_error(b, nothing ? node->span : node->value.span,
                                   nothing ? "Expected a migration"
                                           : "Only migrations are allowed in migration blocks");
        schema_advise(b, error, "Migrations are " FSL_MIGRATION_FORMS);
        return;
    }
    SchemaMigration migration = {.verb = node->kind,
                                 .count = node->value.u.migration.count,
                                 .value = node->value.u.migration.value,
                                 .span = node->value.span};
    migration.paths = arena_array(b->arena, SchemaPath, migration.count);
    for (int64_t i = 0; i < migration.count; i++) {
        if (!schema_path(b, node->value.u.migration.paths[i], &migration.paths[i])) {
            return;
        }
        check_path(b, &migration.paths[i]);
    }
    if (migration.verb != FSL_SPLIT || check_split(b, &migration)) {
        vec_push(&collection->migrations, b->arena, migration);
    }
}

void schema_build_migrations(SchemaBuild *b, const FslNode *node, SchemaCollection *collection)
{
    if (node->value.kind != FSL_BLOCK) {
        schema_error(b, node->value.span, "Expected a migration block");
        return;
    }
    if (node->value.u.block.count == 0) {
        schema_error(b, node->span, "Empty migration blocks are not allowed");
    }
    collection->migrations_span = node->span;
    for (int64_t i = 0; i < node->value.u.block.count; i++) {
        add_migration(b, node->value.u.block.at[i], collection);
    }
}

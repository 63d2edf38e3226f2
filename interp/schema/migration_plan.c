/* migration_plan: see migration.h. A definition becomes the FSL that it is written as, or, while a
 * schema is pushed, the item of the file that it was read from, so that errors have their places
 * there.
 */
#include "interp/machine.h"
#include "interp/schema/migration.h"
#include "interp/schema/schema_text.h"
#include "runtime/document/fields.h"
#include "runtime/document/reference.h"
#include "runtime/schema/default_value.h"
#include "runtime/schema/schema_report.h"

typedef struct Plan {
    Rt *rt;
    Notes notes;
    MigrationSteps steps; /* the last first */
    bool rehearses;       /* there are no documents that get the values */
    VEC(Migration) made;
} Plan;

/* -- items ------------------------------------------------------------------------------------- */

static const SchemaItem *item_of_definition(Plan *plan, const Object *definition)
{
    Arena *arena = plan->notes.arena;
    Buf text = {0};
    schema_text(plan->rt, &text, FSL_COLLECTION, definition);
    Source *source = arena_new(arena, Source);
    Str name = val_as_str(field_or_null(definition, STR("name")));
    source->name = str_format(arena, "*collection:%.*s*", STR_ARG(name));
    source->text = str_copy(arena, buf_str(&text));
    buf_free(&text);
    const Source *sources[1] = {source};
    SchemaResult parsed = parse_schema(arena, sources, 1);
    if (!parsed.ok) {
        *plan->notes.errors = parsed.diags;
    }
    return parsed.ok ? parsed.items.at[0] : NULL;
}

/* How many of the last migrations are new: those before them are the last ones of `live`, as many
 * as there can be. */
static int64_t count_new(const Plan *plan, const SchemaCollection *live,
                         const SchemaCollection *submitted)
{
    int64_t count = submitted->migrations.len, old_count = live->migrations.len;
    Str *texts = arena_array(plan->notes.arena, Str, count);
    Str *old = arena_array(plan->notes.arena, Str, old_count);
    for (int64_t i = 0; i < count; i++) {
        texts[i] = note_migration(&plan->notes, &submitted->migrations.at[i]);
    }
    for (int64_t i = 0; i < old_count; i++) {
        old[i] = note_migration(&plan->notes, &live->migrations.at[i]);
    }
    for (int64_t known = count; known > 0; known--) {
        bool same = known <= old_count;
        for (int64_t i = 0; i < known && same; i++) {
            same = str_eq(texts[i], old[old_count - known + i]);
        }
        if (same) {
            return count - known;
        }
    }
    return count;
}

/* -- values ------------------------------------------------------------------------------------ */

static FieldPath field_path(const Plan *plan, const SchemaPath *path)
{
    Str *steps = arena_array(plan->rt->heap, Str, path->count);
    for (int64_t i = 0; i < path->count; i++) {
        steps[i] = path->steps[i].name;
    }
    return (FieldPath){steps, path->count};
}

/* Notes what is wrong with the value of a field that a migration makes. */
static void note_failures(const Plan *plan, Span place, const Failures *failures)
{
    Buf text = {0};
    buf_puts(&text, "Failed to convert backfill value.\nconstraint failures:");
    for (const ConstraintFailure *failure = failures->first; failure; failure = failure->next) {
        buf_printf(&text, "\n  %.*s: %.*s", STR_ARG(failure->label), STR_ARG(failure->message));
    }
    (void)note_error(&plan->notes, place, "%.*s", STR_ARG(buf_str(&text)));
    buf_free(&text);
}

/* What a step puts into a field. Without documents only literals are looked at: others may call
 * functions that have gone since. */
static Value target_value(const Plan *plan, const StepTarget *target)
{
    Rt *rt = plan->rt;
    Failures failures = {.rt = rt};
    FieldPath path = field_path(plan, target->path);
    Value value = val_null(NULL);
    if (plan->rehearses && !target->is_literal) {
        return value;
    }
    if (target->value) {
        Str problem;
        value = default_value(rt, rt->query, target->value, &problem);
        if (problem.len > 0) {
            failure_add(&failures, path.steps, path.count, problem);
        }
    }
    if (!failures.first && !schema_type_accepts(rt, target->type, value)) {
        schema_report_value(&failures, target->type, path.steps, path.count, value);
    }
    if (failures.first) {
        note_failures(plan, target->place, &failures);
    }
    return value;
}

/* -- steps ------------------------------------------------------------------------------------- */

static void make(Plan *plan, Migration migration)
{
    vec_push(&plan->made, plan->rt->heap, migration);
}

/* A split in pairs: what does not stay in one field goes to the next, and is split there. */
static void make_split(Plan *plan, const MigrationStep *step)
{
    FieldPath from = field_path(plan, step->path);
    FieldPath first = field_path(plan, step->targets[0].path);
    bool in_place = from.count == first.count;
    for (int64_t i = 0; i < from.count && in_place; i++) {
        in_place = str_eq(from.steps[i], first.steps[i]);
    }
    if (!in_place) {
        make(plan, (Migration){.kind = MIGRATION_MOVE, .field = from, .to = first});
    }
    Value value = target_value(plan, &step->targets[0]);
    for (int64_t i = 0; i + 1 < step->count; i++) {
        Value spill = target_value(plan, &step->targets[i + 1]);
        make(plan, (Migration){.kind = MIGRATION_SPLIT,
                               .field = field_path(plan, step->targets[i].path),
                               .to = field_path(plan, step->targets[i + 1].path),
                               .type = step->targets[i].type,
                               .value = value,
                               .spill = spill});
        value = spill;
    }
}

static void make_step(Plan *plan, const MigrationStep *step)
{
    Migration made = {.field = field_path(plan, step->path)};
    if (step->verb == FSL_SPLIT) {
        make_split(plan, step);
        return;
    }
    if (step->verb == FSL_ADD) {
        made.kind = MIGRATION_ADD;
        made.type = step->targets[0].type;
        made.value = target_value(plan, &step->targets[0]);
    } else if (step->verb == FSL_DROP) {
        made.kind = MIGRATION_DROP;
    } else if (step->verb == FSL_MOVE) {
        made.kind = MIGRATION_MOVE;
        made.to = field_path(plan, step->targets[0].path);
    } else {
        made.kind =
            step->verb == FSL_MOVE_CONFLICTS ? MIGRATION_MOVE_CONFLICTS : MIGRATION_MOVE_WILDCARD;
        made.to = made.field;
        made.kept = step->kept;
        made.kept_count = step->kept_count;
    }
    make(plan, made);
}

/* -- planning ---------------------------------------------------------------------------------- */

/* `before` NULL: there are no documents, so that the migrations only have to make sense. */
static void plan_items(Plan *plan, const SchemaItem *before, const SchemaItem *after)
{
    const SchemaCollection *submitted = &after->u.collection;
    Arena *arena = plan->notes.arena;
    CollectionForm form = form_of_collection(plan->rt, arena, after);
    int64_t count =
        before ? count_new(plan, &before->u.collection, submitted) : submitted->migrations.len;
    migration_rewind(plan->rt, &plan->notes, &form,
                     submitted->migrations.at + (submitted->migrations.len - count), count,
                     &plan->steps);
    if (plan->notes.errors->errors > 0) {
        return;
    }
    plan->rehearses = before == NULL;
    CollectionForm live = before ? form_of_collection(plan->rt, arena, before) : form;
    if (before && !form_is_compatible(arena, &form, &live)) {
        CollectionForm as_submitted = form_of_collection(plan->rt, arena, after);
        migration_explain(&plan->notes, &as_submitted, &form, &live);
        return;
    }
    for (int64_t i = plan->steps.len - 1; i >= 0; i--) {
        make_step(plan, &plan->steps.at[i]);
    }
}

static bool fail(Plan *plan, bool pushed)
{
    if (pushed) {
        (void)rt_fault(plan->rt, FAULT_invalid_schema, "%.*s",
                       STR_ARG(plan->notes.errors->first->message));
        plan->rt->fault->check = *plan->notes.errors;
    } else {
        (void)fault_schema_diags(plan->rt, plan->notes.errors);
    }
    return false;
}

bool migration_plan(Rt *rt, const Object *before, const Object *after, Migrations *migrations)
{
    DiagList errors;
    diag_list_init(&errors, rt->query);
    const SchemaItem *pushed = machine_of(rt)->pushed;
    Plan plan = {.rt = rt, .notes = {.arena = rt->query, .errors = &errors}};
    const SchemaItem *item = pushed ? pushed : item_of_definition(&plan, after);
    const SchemaItem *live = before ? item_of_definition(&plan, before) : NULL;
    if (errors.errors == 0) {
        plan.notes.item = item;
        plan_items(&plan, live, item);
    }
    if (pushed && live) {
        MigrationSteps *steps = arena_new(rt->query, MigrationSteps);
        *steps = plan.steps;
        machine_of(rt)->pushed_steps = steps;
    }
    *migrations = (Migrations){plan.made.at, plan.made.len};
    return errors.errors == 0 || fail(&plan, pushed != NULL);
}

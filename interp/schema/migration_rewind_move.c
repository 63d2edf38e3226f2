/* migration_rewind_move: undoing `move` and `split`, which make other fields of one. See
 * migration_rewind.h.
 */
#include "interp/schema/migration_rewind.h"

static bool same_path(const SchemaPath *a, const SchemaPath *b)
{
    bool same = a->count == b->count;
    for (int64_t i = 0; i < a->count && same; i++) {
        same = str_eq(a->steps[i].name, b->steps[i].name);
    }
    return same;
}

/* -- move -------------------------------------------------------------------------------------- */

/* Looks at what is in the place that a field moves out of: it is there after the move. */
static void look_at_moved(const Rewind *rewind, const SchemaPath *from, const SchemaPath *to)
{
    const Notes *notes = rewind->notes;
    Str shown = note_path(notes, from);
    FormField field;
    FormFind found = form_find(&rewind->form->top, from, &field);
    if (found == FORM_BESIDE_WILDCARD) {
        (void)note_error(notes, from->span,
                         "Cannot move field `%.*s` out of a struct with a wildcard definition",
                         STR_ARG(shown));
    }
    if (found != FORM_FOUND || !form_is_present(&field)) {
        return;
    }
    if (form_is_optional(&field)) {
        if (field.source == FORM_DEFINED && field.value) {
            StepTarget target = {.path = from,
                                 .type = form_type(notes->arena, &field),
                                 .value = field.value,
                                 .place = field.type_span};
            rewind_add_step(rewind, (MigrationStep){.verb = FSL_ADD,
                                                    .path = from,
                                                    .targets = rewind_one_target(rewind, target),
                                                    .count = 1});
        }
        return;
    }
    Diag *error =
        note_error(notes, from->span, "Cannot move field `%.*s`, as it is in the submitted schema",
                   STR_ARG(shown));
    Str target = note_path(notes, to);
    note_hint(notes, error, field.name.span, "Field defined here");
    note_suggest(notes, error, span_behind(to->span),
                 str_format(notes->arena,
                            "To move `%.*s` to `%.*s` and add a new field named `%.*s`, add an "
                            "`add` migration",
                            STR_ARG(shown), STR_ARG(target), STR_ARG(field.name.text)),
                 str_format(notes->arena, "\n    add %.*s", STR_ARG(shown)));
}

/* Whether the place that a field moves out of can have had it. */
static bool could_move(const Rewind *rewind, const SchemaPath *from)
{
    SchemaPath parent;
    FormField outer;
    if (!form_parent_path(from, &parent)) {
        return true;
    }
    bool found = form_find(&rewind->form->top, &parent, &outer) == FORM_FOUND;
    bool fits = found && (outer.record || outer.source == FORM_DROPPED);
    if (!fits) {
        Str shown = note_path(rewind->notes, from);
        (void)note_error(rewind->notes, from->span,
                         found ? "Cannot move field `%.*s`, as the parent value is not an object."
                               : "Cannot move field `%.*s`, as the parent object was removed.",
                         STR_ARG(shown));
    }
    return fits;
}

static void rewind_found_move(const Rewind *rewind, const SchemaMigration *move, FormField field)
{
    const SchemaPath *from = &move->paths[0], *to = &move->paths[1];
    if (same_path(from, to)) {
        Diag *error = note_error(rewind->notes, from->span, "Cannot move a field to itself");
        rewind_suggest_removal(rewind, error, "Remove the futile `move`", move);
        return;
    }
    look_at_moved(rewind, from, to);
    if (could_move(rewind, from)) {
        StepTarget target = {.path = to};
        rewind_add_step(rewind, (MigrationStep){.verb = FSL_MOVE,
                                                .path = from,
                                                .targets = rewind_one_target(rewind, target),
                                                .count = 1});
        FormField before = field;
        before.name = form_last_name(from);
        rewind_put(rewind, from, before);
    }
    field.source = FORM_MOVED_INTO;
    field.by = move;
    rewind_put(rewind, to, field);
}

void rewind_move(const Rewind *rewind, const SchemaMigration *move)
{
    const SchemaPath *from = &move->paths[0], *to = &move->paths[1];
    FormField field;
    Diag *error;
    Str shown;
    switch (form_find(&rewind->form->top, to, &field)) {
    case FORM_FOUND:
        rewind_found_move(rewind, move, field);
        return;
    case FORM_MISSING:
        shown = note_path(rewind->notes, from);
        error =
            note_error(rewind->notes, from->span,
                       "Cannot move field `%.*s`, as it is not in the live schema", STR_ARG(shown));
        rewind_hint_path(rewind, error, to);
        return;
    case FORM_BESIDE_WILDCARD:
        shown = note_path(rewind->notes, to);
        (void)note_error(rewind->notes, to->span,
                         "Cannot move field `%.*s` into a struct with a wildcard definition",
                         STR_ARG(shown));
        return;
    }
    UNREACHABLE();
}

/* -- split ------------------------------------------------------------------------------------- */

static bool is_target(const SchemaMigration *split, const SchemaPath *path)
{
    for (int64_t i = 1; i < split->count; i++) {
        if (same_path(&split->paths[i], path)) {
            return true;
        }
    }
    return false;
}

/* A field that is split cannot be there afterwards, unless the split makes it. */
static void refuse_split(const Rewind *rewind, const SchemaMigration *split, const FormField *field)
{
    const Notes *notes = rewind->notes;
    Span place = split->paths[0].span;
    Diag *error;
    switch (field->source) {
    case FORM_DEFINED:
    case FORM_BACKFILLED:
        error = note_error(notes, place,
                           "Cannot split field: field is still present in submitted schema");
        note_hint(notes, error, field->name.span, "Field defined here");
        return;
    case FORM_SPLIT:
        error = note_error(notes, field->by->paths[0].span, "Cannot split field twice");
        note_hint(notes, error, place, "Field is also split here");
        rewind_suggest_removal(rewind, error, "Remove this split", split);
        rewind_suggest_removal(rewind, error, "Remove the later split", field->by);
        return;
    case FORM_DROPPED:
        error = note_error(notes, place, "Cannot drop field that was split");
        rewind_suggest_removal(rewind, error, "Remove the `drop`", field->by);
        return;
    case FORM_SPLIT_INTO:
    case FORM_ADDED:
    case FORM_MOVED_INTO:
        return; /* not there */
    }
    UNREACHABLE();
}

static void look_at_split(const Rewind *rewind, const SchemaMigration *split)
{
    const SchemaPath *source = &split->paths[0];
    FormField field;
    FormFind found = form_find(&rewind->form->top, source, &field);
    if (found == FORM_FOUND && form_is_present(&field) && !is_target(split, source)) {
        refuse_split(rewind, split, &field);
    } else if (found == FORM_BESIDE_WILDCARD) {
        Str shown = note_path(rewind->notes, source);
        (void)note_error(rewind->notes, source->span,
                         "Cannot split field `%.*s`, which is in a struct with a wildcard "
                         "definition",
                         STR_ARG(shown));
    }
}

/* What a later migration did to a field that the split makes may clash with that. */
static void look_at_target(const Rewind *rewind, const SchemaPath *target, const FormField *field)
{
    const Notes *notes = rewind->notes;
    Diag *error;
    if (field->source == FORM_ADDED) {
        error =
            note_error(notes, target->span, "Cannot add a field that is also created by a split");
        note_hint(notes, error, field->by->paths[0].span, "Field is added here");
        rewind_suggest_removal(rewind, error, "Remove the add", field->by);
    } else if (field->source == FORM_SPLIT_INTO) {
        error = note_error(notes, field->target->span,
                           "Cannot split into a field that is already split into");
        note_hint(notes, error, target->span, "Field is also split into here");
        rewind_suggest_removal(rewind, error, "Remove the later split", field->by);
    } else if (field->source == FORM_MOVED_INTO) {
        (void)note_error(notes, field->by->span,
                         "Cannot move into a field that is also a split target");
    }
}

/* Takes one of the fields that a split makes away; false: it cannot be made. */
static bool take_target(const Rewind *rewind, const SchemaMigration *split, const SchemaPath *path,
                        StepTarget *target)
{
    FormField field;
    FormFind found = form_find(&rewind->form->top, path, &field);
    if (found != FORM_FOUND) {
        Str shown = note_path(rewind->notes, path);
        Diag *error = note_error(
            rewind->notes, path->span,
            found == FORM_MISSING ? "Cannot split field, as `%.*s` is not in the submitted schema"
                                  : "Cannot split into field `%.*s`, which is in a struct with a "
                                    "wildcard definition",
            STR_ARG(shown));
        rewind_hint_path(rewind, error, path);
        return false;
    }
    look_at_target(rewind, path, &field);
    *target = rewind_target(rewind, &field, path);
    field.source = FORM_SPLIT_INTO;
    field.by = split;
    field.target = path;
    rewind_put(rewind, path, field);
    return true;
}

/* The type of a field before it is split into others, or null. */
static const SchemaType *split_type(Arena *arena, const StepTarget *targets, int64_t count,
                                    Span span)
{
    SchemaType *null = arena_new(arena, SchemaType);
    *null = (SchemaType){
        .kind = SCHEMA_SCALAR, .types = 1u << T_NULL, .name = STR("Null"), .span = span};
    SchemaType *type = arena_new(arena, SchemaType);
    type->kind = SCHEMA_UNION;
    type->span = span;
    type->members = arena_array(arena, const SchemaType *, count + 1);
    for (int64_t i = 0; i < count; i++) {
        type->members[i] = targets[i].type;
    }
    type->members[count] = null;
    type->count = count + 1;
    return type;
}

static bool has_records_above(const Rewind *rewind, const SchemaPath *path)
{
    SchemaPath parent = *path;
    FormField outer;
    while (form_parent_path(&parent, &parent)) {
        if (form_find(&rewind->form->top, &parent, &outer) != FORM_FOUND || !outer.record) {
            return false;
        }
    }
    return true;
}

void rewind_split(const Rewind *rewind, const SchemaMigration *split)
{
    Arena *arena = rewind->notes->arena;
    const SchemaPath *source = &split->paths[0];
    StepTarget *targets = arena_array(arena, StepTarget, split->count - 1);
    int64_t count = 0;
    look_at_split(rewind, split);
    for (int64_t i = 1; i < split->count; i++) {
        count += take_target(rewind, split, &split->paths[i], &targets[count]);
    }
    rewind_add_step(
        rewind,
        (MigrationStep){.verb = FSL_SPLIT, .path = source, .targets = targets, .count = count});
    if (has_records_above(rewind, source)) {
        rewind_put(rewind, source,
                   (FormField){.name = form_last_name(source),
                               .type = split_type(arena, targets, count, source->span),
                               .type_span = source->span,
                               .source = FORM_SPLIT,
                               .by = split});
    }
}

/* migration_rewind: see migration.h. Each verb has a function that undoes it on the form: those
 * that add, drop and fill in fields here, those that make others of them in
 * migration_rewind_move.c.
 */
#include "interp/schema/migration_rewind.h"

#include "interp/schema/field_type.h"
#include "interp/typer/typer.h"

void rewind_put(const Rewind *rewind, const SchemaPath *path, FormField field)
{
    form_put(&rewind->form->top, rewind->notes->arena, path, field);
}

void rewind_add_step(const Rewind *rewind, MigrationStep step)
{
    vec_push(rewind->steps, rewind->notes->arena, step);
}

StepTarget *rewind_one_target(const Rewind *rewind, StepTarget target)
{
    StepTarget *made = arena_new(rewind->notes->arena, StepTarget);
    *made = target;
    return made;
}

void rewind_suggest_removal(const Rewind *rewind, Diag *error, const char *message,
                            const SchemaMigration *migration)
{
    note_suggest(rewind->notes, error, migration->span, str_from_c(message), STR(""));
}

void rewind_hint_path(const Rewind *rewind, Diag *error, const SchemaPath *path)
{
    Arena *arena = rewind->notes->arena;
    for (SchemaPath outer = *path; form_parent_path(&outer, &outer);) {
        FormField field;
        if (form_find(&rewind->form->top, &outer, &field) != FORM_FOUND || field.record) {
            continue;
        }
        Str shown = note_path(rewind->notes, &outer);
        Buf type = {0};
        schema_type_put(&type, field.type);
        (void)diag_hint(error, arena, DIAG_ADVICE, field.type_span,
                        str_format(arena,
                                   "`%.*s` is of type `%.*s`: a path leads only through objects "
                                   "that every document has",
                                   STR_ARG(shown), STR_ARG(buf_str(&type))));
        buf_free(&type);
        return;
    }
}

/* A field that no backfill fills must do with its default, or with null. */
static void need_value(const Rewind *rewind, const FormField *field, const SchemaPath *path)
{
    if (field->value || form_takes_null(field)) {
        return;
    }
    Str shown = note_path(rewind->notes, path);
    Diag *error = note_error(rewind->notes, path->span,
                             "Cannot declare non-nullable field `%.*s`: it has no default and "
                             "no backfill value",
                             STR_ARG(shown));
    Span behind = span_behind(field->type_span);
    note_suggest(rewind->notes, error, behind, STR("Make the field nullable"), STR("?"));
    note_suggest(rewind->notes, error, behind, STR("Add a default value to this field"),
                 STR(" = <expr>"));
    note_suggest_migration(
        rewind->notes, error, "Add a `backfill` migration",
        str_format(rewind->notes->arena, "backfill %.*s = <expr>", STR_ARG(shown)));
}

StepTarget rewind_target(const Rewind *rewind, const FormField *field, const SchemaPath *path)
{
    StepTarget target = {
        .path = path, .type = form_type(rewind->notes->arena, field), .place = field->type_span};
    if (field->source == FORM_BACKFILLED) {
        target.value = field->value;
        target.place = field->by->value->span;
        target.is_literal = field->by->value->kind == NODE_LITERAL;
    } else if (field->source == FORM_DEFINED) {
        need_value(rewind, field, path);
        target.value = field->value;
    }
    return target;
}

/* -- backfill ---------------------------------------------------------------------------------- */

/* A field whose value is known already, or that is there no more. */
static void refuse_backfill(const Rewind *rewind, const SchemaMigration *backfill,
                            const FormField *field)
{
    const Notes *notes = rewind->notes;
    const SchemaPath *path = &backfill->paths[0];
    Str shown = note_path(notes, path);
    if (field->source == FORM_BACKFILLED) {
        Diag *error = note_error(notes, field->by->paths[0].span,
                                 "Cannot backfill field `%.*s` multiple times", STR_ARG(shown));
        note_hint(notes, error, path->span, "Earlier backfill defined here");
        rewind_suggest_removal(rewind, error, "Delete the later backfill", field->by);
    } else if (field->source == FORM_SPLIT_INTO) {
        Diag *error = note_error(notes, path->span,
                                 "Cannot split field `%.*s`: cannot split into a field after "
                                 "it's backfilled",
                                 STR_ARG(shown));
        note_hint(notes, error, field->target->span, "Field is an output of a split");
        note_suggest(notes, error, field->by->span, STR("Move the backfill after the split"),
                     note_migration(notes, backfill));
        rewind_suggest_removal(rewind, error, "Remove the backfill", backfill);
        rewind_suggest_removal(rewind, error, "Remove the split", field->by);
    } else if (field->source == FORM_ADDED) {
        Diag *error = note_error(notes, field->by->span,
                                 "Cannot add field `%.*s` after it's backfilled", STR_ARG(shown));
        note_hint(notes, error, backfill->span, "Field backfilled here");
    } else {
        (void)note_error(notes, path->span,
                         "Cannot backfill field `%.*s`, as it is not in the submitted schema",
                         STR_ARG(shown));
    }
}

/* Whether a field has the type that is written, as nothing has come into it or gone from it since. */
static bool is_as_written(const FormField *field)
{
    bool is = field->written != NULL;
    for (int64_t i = 0; is && field->record && i < field->record->fields.len; i++) {
        const FormField *inner = &field->record->fields.at[i];
        is = inner->source == FORM_DEFINED && is_as_written(inner);
    }
    return is;
}

/* Notes that the value can be none of the field's type. */
static void check_value(const Rewind *rewind, const SchemaMigration *backfill,
                        const FormField *field)
{
    const Notes *notes = rewind->notes;
    DiagList found;
    diag_list_init(&found, notes->arena);
    if (is_as_written(field)) {
        typer_check_value(rewind->rt, notes->item, backfill->value, field->written, &found);
    }
    if (found.first != NULL) {
        (void)diag_hint(found.first, notes->arena, DIAG_HINT, field->type_span,
                        STR("Field type defined here"));
    }
    for (const Diag *error = found.first; error != NULL; error = error->next) {
        diag_add(notes->errors, error->kind, error->span, error->message)->hints = error->hints;
    }
}

static void rewind_backfill(const Rewind *rewind, const SchemaMigration *backfill)
{
    const SchemaPath *path = &backfill->paths[0];
    Str shown = note_path(rewind->notes, path);
    FormField field;
    Diag *error;
    switch (form_find(&rewind->form->top, path, &field)) {
    case FORM_FOUND:
        check_value(rewind, backfill, &field);
        if (field.source == FORM_BACKFILLED || !form_is_present(&field)) {
            refuse_backfill(rewind, backfill, &field);
            return;
        }
        field.source = FORM_BACKFILLED;
        field.by = backfill;
        field.value = field_type_default(rewind->notes->arena, backfill->value);
        rewind_put(rewind, path, field);
        return;
    case FORM_MISSING:
        error = note_error(rewind->notes, path->span,
                           "Cannot backfill field `%.*s`, as it is not in the submitted schema",
                           STR_ARG(shown));
        rewind_hint_path(rewind, error, path);
        return;
    case FORM_BESIDE_WILDCARD:
        (void)note_error(rewind->notes, path->span,
                         "Cannot backfill field, as there is a wildcard in the same struct as "
                         "`%.*s`",
                         STR_ARG(shown));
        return;
    }
    UNREACHABLE();
}

/* -- drop -------------------------------------------------------------------------------------- */

/* Whether a dropped field had a place to be. */
static bool has_parent(const Rewind *rewind, const SchemaPath *path)
{
    SchemaPath parent;
    FormField outer;
    if (!form_parent_path(path, &parent)) {
        return true;
    }
    bool found = form_find(&rewind->form->top, &parent, &outer) == FORM_FOUND;
    if (!found || !outer.record) {
        Str shown = note_path(rewind->notes, path);
        (void)note_error(rewind->notes, path->span,
                         found ? "Cannot drop field `%.*s`, as the parent is not an object"
                               : "Cannot drop field `%.*s`, as the parent object was removed",
                         STR_ARG(shown));
    }
    return found && outer.record;
}

static void rewind_drop(const Rewind *rewind, const SchemaMigration *drop)
{
    static const SchemaType any = {.kind = SCHEMA_ANY};
    const SchemaPath *path = &drop->paths[0];
    FormField field;
    rewind_add_step(rewind, (MigrationStep){.verb = FSL_DROP, .path = path});
    if (form_find(&rewind->form->top, path, &field) == FORM_FOUND && form_is_present(&field)) {
        Str shown = note_path(rewind->notes, path);
        Diag *error = note_error(rewind->notes, path->span,
                                 "Cannot drop field `%.*s`. Dropped fields must be removed from "
                                 "schema",
                                 STR_ARG(shown));
        note_hint(rewind->notes, error, field.name.span, "Field defined here");
    } else if (has_parent(rewind, path)) {
        rewind_put(rewind, path,
                   (FormField){.name = form_last_name(path),
                               .type = &any,
                               .type_span = path->span,
                               .source = FORM_DROPPED,
                               .by = drop});
    }
}

/* -- add --------------------------------------------------------------------------------------- */

/* Whether a later migration made the field already. */
static bool refuse_add(const Rewind *rewind, const SchemaMigration *add, const FormField *field)
{
    const Notes *notes = rewind->notes;
    const SchemaPath *path = &add->paths[0];
    Str shown = note_path(notes, path);
    Diag *error;
    if (field->source == FORM_SPLIT_INTO) {
        error = note_error(notes, path->span,
                           "Cannot split field: field `%.*s` cannot both be added and be a split "
                           "output",
                           STR_ARG(shown));
        note_hint(notes, error, field->target->span, "Field is an output of a split");
        rewind_suggest_removal(rewind, error, "Remove the add", add);
        rewind_suggest_removal(rewind, error, "Remove the split", field->by);
        return true;
    }
    if (field->source == FORM_ADDED) {
        error = note_error(notes, field->by->paths[0].span, "Cannot add field `%.*s` twice",
                           STR_ARG(shown));
        note_hint(notes, error, path->span, "Field added here");
        rewind_suggest_removal(rewind, error, "Remove the extra add", field->by);
        return true;
    }
    if (field->source == FORM_MOVED_INTO) {
        error = note_error(notes, field->by->span,
                           "Cannot move into field `%.*s` as it was also added", STR_ARG(shown));
        note_hint(notes, error, field->by->paths[1].span, "Field moved into here");
        rewind_suggest_removal(rewind, error, "Remove the add", add);
        rewind_suggest_removal(rewind, error, "Remove the move", field->by);
        return true;
    }
    return false;
}

/* Whether a type takes every value, null among them: Any, Any?, Int | Any. */
static bool takes_all(const SchemaType *type)
{
    static const SchemaType any = {.kind = SCHEMA_ANY};
    return schema_type_is_subtype(&any, type);
}

/* What documents do when a field is added. Where they may have any field already, values that do
 * not fit need a place to go to. */
static void add_field(const Rewind *rewind, const SchemaMigration *add, const FormField *field)
{
    const SchemaPath *path = &add->paths[0];
    bool beside_wildcard = rewind->form->wildcard != WILDCARD_NONE && path->count == 1;
    StepTarget target = rewind_target(rewind, field, path);
    if (!beside_wildcard || rewind->has_conflicts) {
        rewind_add_step(rewind, (MigrationStep){.verb = FSL_ADD,
                                                .path = path,
                                                .targets = rewind_one_target(rewind, target),
                                                .count = 1});
    } else if (!takes_all(target.type)) {
        Str shown = note_path(rewind->notes, path);
        Diag *error =
            note_error(rewind->notes, path->span,
                       "Cannot add field, as `%.*s` conflicts with the wildcard", STR_ARG(shown));
        note_suggest(rewind->notes, error, span_behind(add->span),
                     STR("Add a `move_conflicts` migration"),
                     STR("\n    move_conflicts .conflicts"));
    }
}

static void rewind_add(const Rewind *rewind, const SchemaMigration *add)
{
    const SchemaPath *path = &add->paths[0];
    Str shown = note_path(rewind->notes, path);
    FormField field;
    Diag *error;
    switch (form_find(&rewind->form->top, path, &field)) {
    case FORM_FOUND:
        if (!refuse_add(rewind, add, &field)) {
            add_field(rewind, add, &field);
            field.source = FORM_ADDED;
            field.by = add;
            rewind_put(rewind, path, field);
        }
        return;
    case FORM_MISSING:
        error = note_error(rewind->notes, path->span,
                           "Cannot add field, as `%.*s` is not in the submitted schema",
                           STR_ARG(shown));
        rewind_hint_path(rewind, error, path);
        return;
    case FORM_BESIDE_WILDCARD:
        (void)note_error(rewind->notes, path->span,
                         "Cannot add field, as there is a wildcard in the same struct as `%.*s`",
                         STR_ARG(shown));
        return;
    }
    UNREACHABLE();
}

/* -- wildcards --------------------------------------------------------------------------------- */

/* { *: Any } | Null */
static bool takes_leftovers(const FormField *field)
{
    const SchemaType *type = field->type;
    if (!type || type->kind != SCHEMA_UNION || type->count != 2) {
        return false;
    }
    const SchemaType *object = type->members[0], *null = type->members[1];
    if (object->kind != SCHEMA_OBJECT) {
        object = type->members[1];
        null = type->members[0];
    }
    return object->kind == SCHEMA_OBJECT && object->count == 0 && object->wildcard &&
           object->wildcard->kind == SCHEMA_ANY && null->kind == SCHEMA_SCALAR &&
           null->types == 1u << T_NULL;
}

/* Looks at the field that leftovers move into. */
static void look_at_into(const Rewind *rewind, const SchemaPath *into)
{
    Str shown = note_path(rewind->notes, into);
    FormField field;
    FormFind found = form_find(&rewind->form->top, into, &field);
    if (found == FORM_BESIDE_WILDCARD) {
        (void)note_error(rewind->notes, into->span,
                         "Cannot move wildcard conflicts to field, as there is a wildcard in the "
                         "same struct as `%.*s`",
                         STR_ARG(shown));
    } else if (found == FORM_MISSING || !form_is_present(&field)) {
        (void)note_error(rewind->notes, into->span,
                         "Cannot move wildcard conflicts to field `%.*s`, as it is not in the "
                         "submitted schema",
                         STR_ARG(shown));
    } else if (field.source != FORM_DROPPED && !takes_leftovers(&field)) {
        (void)note_error(rewind->notes, into->span,
                         "Wildcard conflicts field must have the type `{ *: Any } | Null`");
    }
}

static void refuse_move_conflicts(const Rewind *rewind, const SchemaPath *into)
{
    const Notes *notes = rewind->notes;
    const SchemaCollection *collection = &notes->item->u.collection;
    Str shown = note_path(notes, into);
    Diag *error = note_error(notes, into->span,
                             "Cannot move wildcard conflicts, as there is no wildcard in the "
                             "submitted schema");
    if (collection->fields.len > 0) {
        note_suggest(notes, error,
                     span_behind(collection->fields.at[collection->fields.len - 1].span),
                     STR("Add a wildcard constraint"), STR("\n  *: Any"));
    }
    note_suggest_migration(notes, error,
                           "Move the extra fields into a conflicts field with `move_wildcard`",
                           str_format(notes->arena, "move_wildcard %.*s", STR_ARG(shown)));
}

static void rewind_move_conflicts(Rewind *rewind, const SchemaMigration *move)
{
    const SchemaPath *into = &move->paths[0];
    if (!form_has_wildcard(rewind->form)) {
        refuse_move_conflicts(rewind, into);
        return;
    }
    look_at_into(rewind, into);
    rewind->has_conflicts = true;
    rewind_add_step(rewind, (MigrationStep){.verb = FSL_MOVE_CONFLICTS, .path = into});
}

static void rewind_move_wildcard(const Rewind *rewind, const SchemaMigration *move)
{
    const SchemaPath *into = &move->paths[0];
    const Form *top = &rewind->form->top;
    if (form_has_wildcard(rewind->form)) {
        (void)note_error(rewind->notes, into->span,
                         "Cannot move wildcard, as there is still a wildcard in the submitted "
                         "schema");
        return;
    }
    look_at_into(rewind, into);
    Str *kept = arena_array(rewind->notes->arena, Str, top->fields.len);
    int64_t count = 0;
    for (int64_t i = 0; i < top->fields.len; i++) {
        if (form_is_present(&top->fields.at[i])) {
            kept[count++] = top->fields.at[i].name.text;
        }
    }
    rewind_add_step(
        rewind, (MigrationStep){
                    .verb = FSL_MOVE_WILDCARD, .path = into, .kept = kept, .kept_count = count});
    rewind->form->wildcard = WILDCARD_MOVED;
    rewind->form->wildcard_span = (Span){0};
}

static void rewind_add_wildcard(const Rewind *rewind, const SchemaMigration *add)
{
    CollectionForm *form = rewind->form;
    if (form->wildcard == WILDCARD_NONE) {
        (void)note_error(rewind->notes, add->span,
                         "Cannot add wildcard, as the submitted schema lacks a wildcard");
    } else if (form->wildcard == WILDCARD_ADDED) {
        Diag *error = note_error(rewind->notes, form->wildcard_span, "Cannot add a wildcard twice");
        note_suggest(rewind->notes, error, form->wildcard_span,
                     STR("Remove the duplicate `add_wildcard` migration"), STR(""));
    } else {
        form->wildcard = WILDCARD_ADDED;
        form->wildcard_span = add->span;
    }
}

/* -- all --------------------------------------------------------------------------------------- */

static void rewind_one(Rewind *rewind, const SchemaMigration *migration)
{
    if (migration->verb == FSL_BACKFILL) {
        rewind_backfill(rewind, migration);
    } else if (migration->verb == FSL_DROP) {
        rewind_drop(rewind, migration);
    } else if (migration->verb == FSL_MOVE) {
        rewind_move(rewind, migration);
    } else if (migration->verb == FSL_SPLIT) {
        rewind_split(rewind, migration);
    } else if (migration->verb == FSL_ADD) {
        rewind_add(rewind, migration);
    } else if (migration->verb == FSL_MOVE_CONFLICTS) {
        rewind_move_conflicts(rewind, migration);
    } else if (migration->verb == FSL_MOVE_WILDCARD) {
        rewind_move_wildcard(rewind, migration);
    } else {
        assert(migration->verb == FSL_ADD_WILDCARD);
        rewind_add_wildcard(rewind, migration);
    }
}

/* Nothing may be left backfilled that no earlier migration adds. */
static void check_backfills(const Rewind *rewind, const SchemaMigration *migrations, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        FormField field;
        if (migrations[i].verb == FSL_BACKFILL &&
            form_find(&rewind->form->top, &migrations[i].paths[0], &field) == FORM_FOUND &&
            field.source == FORM_BACKFILLED) {
            Str shown = note_path(rewind->notes, &migrations[i].paths[0]);
            (void)note_error(rewind->notes, migrations[i].span,
                             "Field `%.*s` is backfilled without being declared by an `add` or "
                             "`split` migration",
                             STR_ARG(shown));
        }
    }
}

void migration_rewind(Rt *rt, const Notes *notes, CollectionForm *form,
                      const SchemaMigration *migrations, int64_t count, MigrationSteps *steps)
{
    Rewind rewind = {.rt = rt, .notes = notes, .form = form, .steps = steps};
    for (int64_t i = count - 1; i >= 0; i--) {
        rewind_one(&rewind, &migrations[i]);
    }
    check_backfills(&rewind, migrations, count);
}

/* migration_explain: see migration.h. */
#include "interp/schema/migration.h"

typedef struct Explanation {
    const Notes *notes;
    const CollectionForm *submitted, *form, *live;
} Explanation;

static Str type_text(const Explanation *all, const SchemaType *type)
{
    Buf text = {0};
    schema_type_put(&text, type);
    Str copy = str_copy(all->notes->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

/* A field as migrations left it, else as it was submitted; NULL: there is none. */
static const FormField *target_field(const Explanation *all, Str name)
{
    const FormField *field = form_field(&all->form->top, name);
    return field ? field : form_field(&all->submitted->top, name);
}

/* -- fields that documents have ---------------------------------------------------------------- */

/* The members of `live` that `type` does not take. */
static Str leftover_text(const Explanation *all, const SchemaType *live, const SchemaType *type)
{
    Buf text = {0};
    if (live->kind != SCHEMA_UNION) {
        schema_type_put(&text, live);
    }
    for (int64_t i = 0; live->kind == SCHEMA_UNION && i < live->count; i++) {
        if (!schema_type_is_subtype(live->members[i], type)) {
            buf_puts(&text, text.len > 0 ? " | " : "");
            schema_type_put(&text, live->members[i]);
        }
    }
    Str copy = str_copy(all->notes->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

/* Where a field is that was submitted under the name of `field`, else where the first one is. */
static Span place_of_fields(const Explanation *all, const FormField *field)
{
    const Form *submitted = &all->submitted->top;
    const FormField *declared = form_field(submitted, field->name.text);
    bool is_empty = submitted->fields.len == 0;
    return declared   ? declared->name.span
           : is_empty ? field->name.span
                      : submitted->fields.at[0].name.span;
}

static void explain_mismatch(const Explanation *all, const FormField *live, const SchemaType *from,
                             const FormField *field)
{
    const Notes *notes = all->notes;
    const SchemaType *type = form_type(notes->arena, field);
    Str name = live->name.text;
    Str now = type_text(all, type), before = type_text(all, from);
    Str rest = leftover_text(all, from, type);
    Diag *error = note_error(notes, field->type_span,
                             "Field `.%.*s` of type `%.*s` does not match the live type `%.*s`",
                             STR_ARG(name), STR_ARG(now), STR_ARG(before));
    note_suggest(notes, error, span_before(place_of_fields(all, field)),
                 STR("Add a migration to split the invalid types into another field"),
                 str_format(notes->arena,
                            "tmp: %.*s\n  migrations {\n    split .%.*s -> .%.*s, .tmp\n  }\n",
                            STR_ARG(rest), STR_ARG(name), STR_ARG(name)));
}

static void explain_missing(const Explanation *all, Str name)
{
    Diag *error = note_error(all->notes, all->notes->item->span,
                             "Field `.%.*s` is missing from the submitted schema", STR_ARG(name));
    note_suggest_migration(all->notes, error, "Drop the field and its data with a `drop` migration",
                           str_format(all->notes->arena, "drop .%.*s", STR_ARG(name)));
}

static void explain_live(const Explanation *all, const FormField *live)
{
    const FormField *field = target_field(all, live->name.text);
    if (!field) {
        explain_missing(all, live->name.text);
        return;
    }
    bool backfilled = field->source == FORM_BACKFILLED;
    if (!form_is_present(field) || backfilled) {
        (void)note_error(all->notes, backfilled ? field->by->span : field->name.span,
                         "Field `.%.*s` is in the live schema, so it cannot be added or backfilled",
                         STR_ARG(live->name.text));
        return;
    }
    const SchemaType *from = form_type(all->notes->arena, live);
    if (!schema_type_is_subtype(from, form_type(all->notes->arena, field))) {
        explain_mismatch(all, live, from, field);
    }
}

/* -- fields that documents do not have --------------------------------------------------------- */

/* The one part of a field that no migration adds; NULL: there are several, or none. */
typedef struct Unadded {
    const FormField *field;
    Str path;
    int64_t count;
} Unadded;

static void find_unadded(const Explanation *all, Unadded *found, Str outer, const FormField *field)
{
    Str path =
        str_format(all->notes->arena, "%.*s.%.*s", STR_ARG(outer), STR_ARG(field->name.text));
    if (field->source == FORM_ADDED) {
        return;
    }
    if (field->source == FORM_DEFINED && field->record) {
        for (int64_t i = 0; !field->record->wildcard && i < field->record->fields.len; i++) {
            find_unadded(all, found, path, &field->record->fields.at[i]);
        }
        return;
    }
    found->field = field;
    found->path = path;
    found->count++;
}

static void suggest_values(const Explanation *all, Diag *error, const FormField *field)
{
    const Notes *notes = all->notes;
    Str name = field->name.text;
    note_suggest(notes, error, span_before(field->name.span),
                 STR("Provide an `add` migration for this field"),
                 str_format(notes->arena,
                            "migrations {\n    add .%.*s\n    backfill .%.*s = <expr>\n  }\n",
                            STR_ARG(name), STR_ARG(name)));
    Span behind = span_behind(field->type_span);
    note_suggest(notes, error, behind, STR("Add a default value to this field"), STR(" = <expr>"));
    note_suggest(notes, error, behind, STR("Make the field nullable"), STR("?"));
}

/* Only `add` makes the objects around a field; `move` and `split` need them to be there. */
static void suggest_outer(const Explanation *all, Diag *error, const FormField *outer,
                          const SchemaMigration *by)
{
    Str name = outer->name.text;
    note_suggest(
        all->notes, error, span_before(by->span),
        str_format(all->notes->arena, "Add `.%.*s` before fields move into it", STR_ARG(name)),
        str_format(all->notes->arena, "add .%.*s\n    backfill .%.*s = {}\n    ", STR_ARG(name),
                   STR_ARG(name)));
}

static void explain_new(const Explanation *all, const FormField *field)
{
    const Notes *notes = all->notes;
    Str name = field->name.text;
    if (field->source == FORM_DROPPED) {
        (void)note_error(notes, field->name.span,
                         "Field `.%.*s` was dropped but it doesn't exist in the live schema",
                         STR_ARG(name));
        return;
    }
    if (field->source != FORM_DEFINED) {
        return;
    }
    if (form_takes_null(field) || field->value) {
        Diag *error = note_error(notes, field->name.span,
                                 "Field `.%.*s` is not present in the live schema", STR_ARG(name));
        note_suggest_migration(notes, error, "Provide an `add` migration for this field",
                               str_format(notes->arena, "add .%.*s", STR_ARG(name)));
        return;
    }
    Unadded found = {0};
    find_unadded(all, &found, STR(""), field);
    const FormField *unadded = found.field;
    if (found.count != 1) {
        found.field = field;
        found.path = str_format(notes->arena, ".%.*s", STR_ARG(name));
    }
    Diag *error = note_error(notes, found.field->name.span,
                             "Field `%.*s` is not present in the live schema", STR_ARG(found.path));
    if (unadded && unadded->source != FORM_DEFINED) {
        suggest_outer(all, error, field, unadded->by);
    } else {
        suggest_values(all, error, found.field);
    }
}

/* -- wildcards --------------------------------------------------------------------------------- */

static void explain_lost_wildcard(const Explanation *all)
{
    const Notes *notes = all->notes;
    Diag *error = note_error(notes, notes->item->span, "Missing wildcard definition");
    Span place = span_before(all->submitted->top.fields.at[0].name.span);
    if (all->live->wildcard == WILDCARD_IMPLICIT) {
        note_suggest(notes, error, place,
                     STR("Collections with no fields defined allow arbitrary fields by default. To "
                         "keep this behavior, add a wildcard declaration to the schema definition"),
                     STR("*: Any\n"));
        return;
    }
    note_suggest(notes, error, place, STR("Add the wildcard back"), STR("*: Any\n"));
    note_suggest_migration(notes, error, "Move the extra fields with a `move_wildcard` migration",
                           STR("move_wildcard .conflicts"));
    note_suggest_migration(notes, error,
                           "Drop the extra fields with a `move_wildcard` and `drop` migration",
                           STR("move_wildcard .conflicts\n    drop .conflicts"));
}

static void explain_wildcard(const Explanation *all)
{
    bool has = all->submitted->wildcard != WILDCARD_NONE;
    bool had = all->live->wildcard != WILDCARD_NONE;
    if (had && !has) {
        explain_lost_wildcard(all);
    } else if (has && !had && all->submitted->wildcard == WILDCARD_IMPLICIT) {
        (void)note_error(all->notes, all->notes->item->span,
                         "All fields from the live schema are dropped, reintroducing the implicit "
                         "wildcard that requires an `add_wildcard` migration. Are you sure you "
                         "meant to do this?");
    } else if (has && !had) {
        Diag *error = note_error(all->notes, all->submitted->wildcard_span,
                                 "Wildcard was not present in the live schema");
        note_suggest_migration(all->notes, error,
                               "Add the wildcard with an `add_wildcard` migration",
                               STR("add_wildcard"));
    }
}

/* -- all --------------------------------------------------------------------------------------- */

void migration_explain(const Notes *notes, const CollectionForm *submitted,
                       const CollectionForm *form, const CollectionForm *live)
{
    Explanation all = {notes, submitted, form, live};
    int64_t errors = notes->errors->errors;
    for (int64_t i = 0; i < live->top.fields.len; i++) {
        explain_live(&all, &live->top.fields.at[i]);
    }
    for (int64_t i = 0; i < form->top.fields.len; i++) {
        const FormField *field = &form->top.fields.at[i];
        if (!form_field(&live->top, field->name.text)) {
            explain_new(&all, field);
        }
    }
    explain_wildcard(&all);
    if (notes->errors->errors == errors) {
        (void)note_error(notes, notes->item->span,
                         "Submitted schema is not compatible with the live schema");
    }
}

/* migration_form: see migration_form.h. */
#include "interp/schema/migration_form.h"

#include "interp/schema/field_type.h"

/* -- from a collection ------------------------------------------------------------------------- */

typedef struct Former {
    Rt *rt;
    Arena *arena;
} Former;

static Form *form_object(const Former *former, const TypeNode *type);

static DefaultValue *default_of(const Former *former, const Node *node)
{
    return node ? field_type_default(former->arena, node) : NULL;
}

static FormField make_field(const Former *former, Name name, const TypeNode *type,
                            const Node *fallback)
{
    FormField field = {
        .name = name, .written = type, .type_span = type->span, .value = default_of(former, fallback)};
    if (type->kind == TYPE_OBJECT && !type->u.object.interface) {
        field.record = form_object(former, type);
    } else {
        field.type = field_type_make(former->rt, former->arena, type);
    }
    return field;
}

static Form *form_object(const Former *former, const TypeNode *type)
{
    Form *form = arena_new(former->arena, Form);
    for (int64_t i = 0; i < type->u.object.count; i++) {
        const TypeField *given = &type->u.object.fields[i];
        if (given->name.text.len == 0) {
            form->wildcard = field_type_make(former->rt, former->arena, given->type);
        } else {
            vec_push(&form->fields, former->arena,
                     make_field(former, given->name, given->type, given->default_));
        }
    }
    return form;
}

CollectionForm form_of_collection(Rt *rt, Arena *arena, const SchemaItem *item)
{
    Former former = {rt, arena};
    CollectionForm form = {0};
    for (int64_t i = 0; i < item->u.collection.fields.len; i++) {
        const SchemaField *given = &item->u.collection.fields.at[i];
        if (given->kind == FSL_WILDCARD) {
            form.wildcard = WILDCARD_DEFINED;
            form.wildcard_span = given->span;
        } else if (given->kind == FSL_DEFINED) {
            vec_push(&form.top.fields, arena,
                     make_field(&former, given->name, given->type, given->value));
        }
    }
    if (form.wildcard == WILDCARD_NONE && form.top.fields.len == 0) {
        form.wildcard = WILDCARD_IMPLICIT;
    }
    return form;
}

/* -- finding and putting ----------------------------------------------------------------------- */

static FormField *field_in(const Form *form, Str name)
{
    for (int64_t i = 0; i < form->fields.len; i++) {
        if (str_eq(form->fields.at[i].name.text, name)) {
            return &form->fields.at[i];
        }
    }
    return NULL;
}

const FormField *form_field(const Form *form, Str name)
{
    return field_in(form, name);
}

FormFind form_find(const Form *form, const SchemaPath *path, FormField *field)
{
    for (int64_t i = 0; i < path->count - 1; i++) {
        const FormField *outer = field_in(form, path->steps[i].name);
        if (!outer || !outer->record || outer->source != FORM_DEFINED) {
            return FORM_MISSING;
        }
        form = outer->record;
        if (form->wildcard) {
            return FORM_BESIDE_WILDCARD;
        }
    }
    const FormField *found = field_in(form, path->steps[path->count - 1].name);
    if (found) {
        *field = *found;
    }
    return found ? FORM_FOUND : FORM_MISSING;
}

void form_put(Form *form, Arena *arena, const SchemaPath *path, FormField field)
{
    for (int64_t i = 0; i < path->count - 1; i++) {
        const FormField *outer = field_in(form, path->steps[i].name);
        if (!outer || !outer->record) {
            return;
        }
        form = outer->record;
    }
    FormField *before = field_in(form, field.name.text);
    if (before) {
        *before = field;
    } else {
        vec_push(&form->fields, arena, field);
    }
}

bool form_parent_path(const SchemaPath *path, SchemaPath *parent)
{
    *parent = *path;
    parent->count--;
    return parent->count > 0;
}

Name form_last_name(const SchemaPath *path)
{
    Name name = {.text = path->steps[path->count - 1].name, .span = path->span};
    int64_t start = name.span.end - name.text.len;
    if (str_eq(str_slice(name.span.source->text, start, name.span.end), name.text)) {
        name.span.start = (uint32_t)start; /* not in brackets: without what leads to it */
    }
    return name;
}

/* -- what a field is --------------------------------------------------------------------------- */

bool form_is_present(const FormField *field)
{
    return field->source != FORM_SPLIT_INTO && field->source != FORM_ADDED &&
           field->source != FORM_MOVED_INTO;
}

bool form_has_wildcard(const CollectionForm *form)
{
    return form->wildcard != WILDCARD_NONE && form->wildcard != WILDCARD_ADDED;
}

const SchemaType *form_type(Arena *arena, const FormField *field)
{
    if (!field->record) {
        return field->type;
    }
    SchemaType *type = arena_new(arena, SchemaType);
    TypedField *fields = arena_array(arena, TypedField, field->record->fields.len);
    type->kind = SCHEMA_OBJECT;
    type->span = field->type_span;
    type->wildcard = field->record->wildcard;
    type->fields = fields;
    for (int64_t i = 0; i < field->record->fields.len; i++) {
        const FormField *inner = &field->record->fields.at[i];
        if (form_is_present(inner)) {
            fields[type->count++] =
                (TypedField){.name = inner->name.text, .type = form_type(arena, inner)};
        }
    }
    return type;
}

static bool takes_null(const SchemaType *type)
{
    if (type->kind == SCHEMA_UNION) {
        for (int64_t i = 0; i < type->count; i++) {
            if (takes_null(type->members[i])) {
                return true;
            }
        }
        return false;
    }
    return type->kind == SCHEMA_ANY ||
           (type->kind == SCHEMA_SCALAR && (type->types & (1u << T_NULL)) != 0) ||
           (type->kind == SCHEMA_DOC && str_starts_with(type->name, STR("Null")));
}

bool form_takes_null(const FormField *field)
{
    return !field->record && takes_null(field->type);
}

bool form_is_optional(const FormField *field)
{
    if (field->source == FORM_DROPPED) {
        return false;
    }
    bool has_default = field->source == FORM_DEFINED && field->value != NULL;
    return !form_is_present(field) || has_default || form_takes_null(field);
}

/* -- comparing --------------------------------------------------------------------------------- */

/* Whether a field that documents do not have is one that migrations add, in whole or in parts. */
static bool is_all_added(const FormField *field)
{
    if (field->source == FORM_ADDED) {
        return true;
    }
    if (field->source != FORM_DEFINED || !field->record || field->record->wildcard) {
        return false;
    }
    for (int64_t i = 0; i < field->record->fields.len; i++) {
        if (!is_all_added(&field->record->fields.at[i])) {
            return false;
        }
    }
    return true;
}

/* `live`: the same field of the documents, NULL: they have none. */
static bool is_compatible_field(Arena *arena, const CollectionForm *form, const FormField *field,
                                const FormField *live)
{
    if (field->source == FORM_BACKFILLED) {
        return false;
    }
    if (live) {
        return form_is_present(field) &&
               schema_type_is_subtype(form_type(arena, live), form_type(arena, field));
    }
    return field->source == FORM_SPLIT_INTO || field->source == FORM_MOVED_INTO ||
           field->source == FORM_ADDED ||
           (field->source == FORM_DEFINED && form->wildcard == WILDCARD_NONE &&
            is_all_added(field));
}

bool form_is_compatible(Arena *arena, const CollectionForm *form, const CollectionForm *live)
{
    for (int64_t i = 0; i < form->top.fields.len; i++) {
        const FormField *field = &form->top.fields.at[i];
        if (!is_compatible_field(arena, form, field, field_in(&live->top, field->name.text))) {
            return false;
        }
    }
    for (int64_t i = 0; i < live->top.fields.len; i++) {
        if (!field_in(&form->top, live->top.fields.at[i].name.text)) {
            return false;
        }
    }
    return live->wildcard == WILDCARD_NONE
               ? form->wildcard == WILDCARD_NONE || form->wildcard == WILDCARD_ADDED
               : form->wildcard != WILDCARD_NONE;
}

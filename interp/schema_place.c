/* schema_place: see schema_place.h. Types are kept in canonical form: where the file has it in
 * another one, the whole type is the place.
 */
#include "interp/schema_place.h"

/* Whether `name` is *field:COLLECTION:FIELD*. */
static bool names_field(Str name, Str collection, Str field)
{
    const Str head = STR("*field:");
    int64_t colon = head.len + collection.len;
    return name.len == colon + field.len + 2 && str_starts_with(name, head) &&
           str_eq(str_slice(name, head.len, colon), collection) && name.s[colon] == ':' &&
           str_eq(str_slice(name, colon + 1, name.len - 1), field);
}

/* The type that the source called `name` is a copy of, or NULL. */
static const TypeNode *find_type(const SchemaItems *items, Str name)
{
    for (int64_t i = 0; i < items->len; i++) {
        const SchemaItem *item = items->at[i];
        if (item->kind != FSL_COLLECTION) {
            continue;
        }
        for (int64_t k = 0; k < item->u.collection.fields.len; k++) {
            const SchemaField *field = &item->u.collection.fields.at[k];
            Str shown = field->kind == FSL_WILDCARD ? STR("<wildcard>") : field->name.text;
            if (field->kind != FSL_COMPUTED && names_field(name, item->name.text, shown)) {
                return field->type;
            }
        }
    }
    return NULL;
}

static void move(const SchemaItems *items, Span *span)
{
    const TypeNode *type = span->source ? find_type(items, span->source->name) : NULL;
    if (!type) {
        return;
    }
    Span whole = type->span;
    Str written = str_slice(whole.source->text, whole.start, whole.end);
    if (str_eq(written, span->source->text)) {
        *span = (Span){whole.source, whole.start + span->start, whole.start + span->end};
    } else {
        *span = whole;
    }
}

void schema_place_types(const SchemaItems *items, DiagList *diags)
{
    for (Diag *diag = diags->first; diag; diag = diag->next) {
        move(items, &diag->span);
        for (Diag *hint = diag->hints; hint; hint = hint->next) {
            move(items, &hint->span);
        }
    }
}

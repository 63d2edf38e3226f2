/* definition_body: what the parts of a collection's definition that are functions must look
 * like: computed fields and check constraints. The wordings and paths are the reference's
 * (Validators.scala, CollectionValidators.scala, CollectionSchemaHooks.scala).
 */
#include "runtime/schema/definition.h"

#include "runtime/builtins/types.h"
#include "runtime/document/fields.h"

enum {
    ONE_ARGUMENT = 1 << 1, /* as place_check_lambda takes arities */
};

Str definition_text(const Place *place, const Object *object, Str name, bool optional)
{
    Value value = field_or_null(object, name);
    Place field = place_in(place, name);
    if (value.type == T_STRING) {
        return val_as_str(value);
    }
    if (!val_is_null(value)) {
        place_mismatch(&field, optional ? "String | Null" : "String", value);
    } else if (!optional) {
        place_fail(&field, STR("Missing required field of type String"));
    }
    return (Str){0};
}

void definition_check_lambda(const Place *place, const Object *object, Str name, bool optional)
{
    Str text = definition_text(place, object, name, optional);
    if (text.s) {
        Place at = place_in(place, name);
        place_check_lambda(&at, text, ONE_ARGUMENT, true);
    }
}

/* -- computed fields -------------------------------------------------------------------------- */

void definition_check_signature(const Place *place, Str signature)
{
    Rt *rt = place->failures->rt;
    if (!rt->up->check_type(rt, place_source(place, signature))) {
        place_fail_unparsed(place, PLACE_NO_TYPE, &rt->fault->check);
        rt->fault = NULL;
    }
}

static void check_signature(const Place *place, const Object *field)
{
    Str signature = definition_text(place, field, STR("signature"), true);
    if (signature.s) {
        Place at = place_in(place, STR("signature"));
        definition_check_signature(&at, signature);
    }
}

void definition_check_field_name(const Place *place, Str name)
{
    if (!definition_is_identifier(name)) {
        place_fail(place, STR("Invalid identifier."));
    } else if (field_is_special(name) || builtin_find(document_type.methods, name)) {
        place_fail(place, str_format(place->failures->rt->query, "The name '%.*s' is reserved.",
                                     STR_ARG(name)));
    }
}

static void check_computed_field(const Place *place, Value field)
{
    static const char *const known[] = {"body", "signature"};
    if (field.type != T_OBJECT) {
        place_mismatch(place, "{ body: String, signature: String | Null }", field);
        return;
    }
    place_check_known(place, field.as.object, known, countof(known));
    definition_check_lambda(place, field.as.object, STR("body"), false);
    check_signature(place, field.as.object);
}

void definition_check_computed(const Place *place, Value fields)
{
    if (fields.type != T_OBJECT) {
        place_mismatch(place, "{ *: { body: String, signature: String | Null } } | Null", fields);
        return;
    }
    const Object *object = fields.as.object;
    for (int64_t i = 0; i < object->shape->count; i++) {
        if (!val_is_null(object->slots[i])) {
            Place field = place_in(place, object->shape->names[i]);
            definition_check_field_name(place, object->shape->names[i]);
            check_computed_field(&field, object->slots[i]);
        }
    }
}

/* -- check constraints ------------------------------------------------------------------------ */

void definition_check_check(const Place *place, Value check)
{
    static const char *const known[] = {"name", "body"};
    if (check.type != T_OBJECT) {
        place_mismatch(place, "{ name: String, body: String }", check);
        return;
    }
    place_check_known(place, check.as.object, known, countof(known));
    Str name = definition_text(place, check.as.object, STR("name"), false);
    if (name.s && !definition_is_identifier(name)) {
        Place at = place_in(place, STR("name"));
        place_fail(&at, STR("Invalid identifier."));
    }
    definition_check_lambda(place, check.as.object, STR("body"), false);
}

static int compare_texts(const void *a, const void *b)
{
    return str_compare(*(const Str *)a, *(const Str *)b);
}

void definition_check_check_names(const Place *place, Value constraints)
{
    Rt *rt = place->failures->rt;
    Str *names = arena_array(rt->heap, Str, constraints.len);
    int64_t count = 0;
    for (int64_t i = 0; i < constraints.len; i++) {
        Value check = field_or_null(constraints.as.items[i].as.object, STR("check"));
        if (!val_is_null(check)) {
            names[count++] = val_as_str(field_or_null(check.as.object, STR("name")));
        }
    }
    if (count == 0) {
        return;
    }
    qsort(names, (size_t)count, sizeof(Str), compare_texts);
    for (int64_t i = 1; i < count; i++) {
        bool again = i >= 2 && str_eq(names[i], names[i - 2]);
        if (str_eq(names[i], names[i - 1]) && !again) {
            place_fail(place, str_format(rt->query, "Duplicate check constraint name '%.*s'",
                                         STR_ARG(names[i])));
        }
    }
}

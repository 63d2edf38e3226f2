/* definition_fields: what the typed fields of a collection's definition must look like. The
 * wordings and paths are the reference's (NativeCollection.scala, Validators.scala,
 * DefaultFieldHooks.scala). What types may name is looked at when the transaction ends
 * (field_rules.c), as collections may come later.
 */
#include "runtime/document/fields.h"
#include "runtime/schema/default_value.h"
#include "runtime/schema/definition.h"

/* -- texts ------------------------------------------------------------------------------------- */

static void check_type_text(const Place *place, Str text)
{
    Rt *rt = place->failures->rt;
    if (!rt->up->compile_type(rt, rt->query, place_source(place, text))) {
        place_fail_unparsed(place, PLACE_NO_TYPE, &rt->fault->check);
        rt->fault = NULL;
    }
}

void definition_check_expression(const Place *place, Str text)
{
    Rt *rt = place->failures->rt;
    if (val_is_fault(rt->up->compile_expression(rt, rt->query, place_source(place, text)))) {
        place_fail_unparsed(place, PLACE_NO_CODE, &rt->fault->check);
        rt->fault = NULL;
    }
}

/* -- fields ------------------------------------------------------------------------------------ */

static void check_field(const Place *place, Value field)
{
    static const char *const known[] = {"signature", "default"};
    if (field.type != T_OBJECT) {
        place_mismatch(place, "{ signature: String, default: String | Null }", field);
        return;
    }
    place_check_known(place, field.as.object, known, countof(known));
    Value signature = field_or_null(field.as.object, STR("signature"));
    Value fallback = field_or_null(field.as.object, STR("default"));
    Place at = place_in(place, STR("signature"));
    if (signature.type == T_STRING) {
        check_type_text(&at, val_as_str(signature));
    } else if (val_is_null(signature)) {
        place_fail(&at, STR("Missing required field of type String"));
    } else {
        place_mismatch(&at, "String", signature);
    }
    at = place_in(place, STR("default"));
    if (fallback.type == T_STRING) {
        definition_check_expression(&at, val_as_str(fallback));
    } else if (!val_is_null(fallback)) {
        place_mismatch(&at, "String | Null", fallback);
    }
}

void definition_check_fields(const Place *place, Value fields)
{
    if (fields.type != T_OBJECT) {
        place_mismatch(place, "{ *: { signature: String, default: String | Null } } | Null",
                       fields);
        return;
    }
    const Object *object = fields.as.object;
    for (int64_t i = 0; i < object->shape->count; i++) {
        if (!val_is_null(object->slots[i])) {
            Place field = place_in(place, object->shape->names[i]);
            definition_check_field_name(place, object->shape->names[i]);
            check_field(&field, object->slots[i]);
        }
    }
}

void definition_check_wildcard(const Place *place, Value wildcard)
{
    if (wildcard.type != T_STRING) {
        place_mismatch(place, "String | Null", wildcard);
    } else {
        check_type_text(place, val_as_str(wildcard));
    }
}

/* -- what takes several parts into view -------------------------------------------------------- */

/* The default has a value now; the place of what fails is *field:NAME*. */
static void check_default(Failures *failures, Str name, Str text)
{
    Rt *rt = failures->rt;
    DefaultValue *fallback = arena_new(rt->query, DefaultValue);
    fallback->fn = val_null(NULL);
    fallback->source.name = str_format(rt->query, "*field:%.*s*", STR_ARG(name));
    fallback->source.text = str_copy(rt->query, text);
    Str problem;
    (void)default_value(rt, rt->query, fallback, &problem);
    if (problem.len > 0) {
        failure_add_field(
            failures, name,
            str_format(rt->query, "Default field evaluation failed.\n%.*s", STR_ARG(problem)));
    }
}

void definition_check_field_values(Failures *failures, const Object *definition)
{
    Value fields = field_or_null(definition, STR("fields"));
    Value computed = field_or_null(definition, STR("computed_fields"));
    const Object *object = fields.type == T_OBJECT ? fields.as.object : NULL;
    for (int64_t i = 0; object && i < object->shape->count; i++) {
        Str name = object->shape->names[i];
        if (val_is_null(object->slots[i])) {
            continue;
        }
        if (computed.type == T_OBJECT && !val_is_null(field_or_null(computed.as.object, name))) {
            failure_add_field(failures, STR("computed_fields"),
                              str_format(failures->rt->query,
                                         "Computed field '%.*s' collides with a defined field",
                                         STR_ARG(name)));
        }
        Value fallback = field_or_null(object->slots[i].as.object, STR("default"));
        if (!val_is_null(fallback)) {
            check_default(failures, name, val_as_str(fallback));
        }
    }
}

#include "runtime/schema/rule.h"

#include "runtime/document/fields.h"

void rule_check_lambda(const Place *place, const Rule *rule, Value value)
{
    if (value.type == T_STRING) {
        place_check_lambda(place, val_as_str(value), rule->arities, true);
    }
}

static void check_fields(const Place *place, const Rule *rules, const Object *object,
                         const Object *before);

/* A value that is no array of values. */
static void check_one(const Place *place, const Rule *rule, Value value, const char *expected)
{
    if (!(rule->types & TYPE_BIT(value.type))) {
        place_mismatch(place, expected, value);
        return;
    }
    const ConstraintFailure *last = place->failures->last;
    if (value.type == T_OBJECT && rule->fields) {
        check_fields(place, rule->fields, value.as.object, NULL);
    }
    if (rule->check && !rule->element && place->failures->last == last) {
        rule->check(place, rule, value);
    }
}

static void check_present(const Place *place, const Rule *rule, Value value)
{
    const ConstraintFailure *last = place->failures->last;
    if (value.type != T_ARRAY || !rule->element) {
        check_one(place, rule, value, rule->expected);
    } else {
        for (int64_t i = 0; i < value.len; i++) {
            Place item = place_at(place, i);
            check_one(&item, rule, value.as.items[i], rule->element);
        }
    }
    if (rule->check && rule->element && place->failures->last == last) {
        rule->check(place, rule, value);
    }
}

static void check_field(const Place *place, const Rule *rule, Value value, Value before)
{
    if (val_is_null(value)) {
        if (rule->required) {
            place_fail(place, str_format(place->failures->rt->query,
                                         "Missing required field of type %s", rule->expected));
        }
    } else if (rule->read_only && !val_equal(value, before)) {
        place_fail(place, STR("Failed to update field because it is readonly"));
    } else {
        check_present(place, rule, value);
    }
}

static bool has_rule(const Rule *rules, Str name)
{
    for (; rules->name; rules++) {
        if (str_eq(str_from_c(rules->name), name)) {
            return true;
        }
    }
    return false;
}

static void check_unknown(const Place *place, Str name)
{
    Place field = place_in(place, name);
    place_fail(&field, place->len == 0 && field_is_special(name)
                           ? STR("Is a reserved field and cannot be used")
                           : STR("Unexpected field provided"));
}

static void check_fields(const Place *place, const Rule *rules, const Object *object,
                         const Object *before)
{
    for (int64_t i = 0; i < object->shape->count; i++) {
        Str name = object->shape->names[i];
        if (!has_rule(rules, name) && !val_is_null(object->slots[i])) {
            check_unknown(place, name);
        }
    }
    for (; rules->name; rules++) {
        Str name = str_from_c(rules->name);
        Place field = place_in(place, name);
        check_field(&field, rules, field_or_null(object, name),
                    before ? field_or_null(before, name) : val_null(NULL));
    }
}

void rules_check(Failures *failures, const Rule *rules, const Object *object, const Object *before)
{
    Place top = {.failures = failures};
    check_fields(&top, rules, object, before);
}

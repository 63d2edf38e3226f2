/* definition_aggregate: what the aggregates of a collection's definition must look like, and how
 * the names of its parts go together.
 *
 *   aggregates: { rating: { terms: [{ field: ".movie" }], where: "doc => doc.published",
 *                           values: { count: { count: true }, best: { top: ".stars", n: 3 } } } }
 */
#include "runtime/schema/definition.h"

#include "runtime/document/fields.h"

#define VALUE                                                                   \
    "{ count: true } | { sum: String } | { mean: String } | { min: String } | " \
    "{ max: String } | { top: String, n: Int } | { countDistinct: String }"
#define AGGREGATE "{ terms: Array | Null, where: String | Null, values: { *: " VALUE " } }"

/* -- values ----------------------------------------------------------------------------------- */

static void check_path(const Place *place, Value value)
{
    Rt *rt = place->failures->rt;
    KeyPart part;
    if (value.type != T_STRING) {
        place_mismatch(place, "String", value);
    } else if (!definition_part(rt->query, value, NULL, &part)) {
        place_fail_path(place, val_as_str(value));
    } else if (part.source == KEY_FROM_TS ||
               (part.path_len == 1 && str_eq(part.path[0], STR("coll")))) {
        place_fail(place, str_format(rt->query, "`%.*s` is not supported in aggregates.",
                                     STR_ARG(part.path[0])));
    }
}

static void check_n(const Place *place, const Object *total)
{
    Value n = field_or_null(total, STR("n"));
    Place field = place_in(place, STR("n"));
    if (!val_is_integer(n)) {
        place_mismatch(&field, "Int", n);
    } else if (n.as.integer < 1 || n.as.integer > FOLD_TOP_MAX) {
        place_fail(&field, str_format(place->failures->rt->query,
                                      "Expected a number from 1 to %d, provided %lld", FOLD_TOP_MAX,
                                      (long long)n.as.integer));
    }
}

/* { mean: ".stars" } */
static void check_total(const Place *place, Value value)
{
    const Object *total = value.type == T_OBJECT ? value.as.object : NULL;
    int64_t kinds = 0;
    TotalKind kind = TOTAL_COUNT;
    for (int i = 0; total && i < TOTAL_KINDS; i++) {
        if (!val_is_null(field_or_null(total, total_text((TotalKind)i)))) {
            kind = (TotalKind)i;
            kinds++;
        }
    }
    if (kinds != 1 || total->shape->count != (kind == TOTAL_TOP ? 2 : 1)) {
        place_mismatch(place, VALUE, value);
        return;
    }
    Place field = place_in(place, total_text(kind));
    Value argument = field_or_null(total, total_text(kind));
    if (kind != TOTAL_COUNT) {
        check_path(&field, argument);
    } else if (argument.type != T_BOOLEAN || !argument.as.boolean) {
        place_fail(&field, STR("Expected `true`"));
    }
    if (kind == TOTAL_TOP) {
        check_n(place, total);
    }
}

static void check_totals(const Place *place, const Object *aggregate)
{
    Value values = field_or_null(aggregate, STR("values"));
    Place field = place_in(place, STR("values"));
    const Object *object = values.type == T_OBJECT ? values.as.object : NULL;
    if (!object) {
        place_mismatch(&field, "{ *: " VALUE " }", values);
        return;
    }
    if (object->shape->count == 0 || object->shape->count > AGGREGATE_FOLDS_MAX) {
        place_fail(&field,
                   str_format(place->failures->rt->query,
                              "An aggregate must have from 1 to %d values", AGGREGATE_FOLDS_MAX));
    }
    for (int64_t i = 0; i < object->shape->count; i++) {
        Place total = place_in(&field, object->shape->names[i]);
        if (!definition_is_identifier(object->shape->names[i])) {
            place_fail(&total, STR("Invalid identifier."));
        }
        check_total(&total, object->slots[i]);
    }
}

/* -- aggregates ------------------------------------------------------------------------------- */

/* The terms and the totals are fields of one object. */
static void check_field_names(const Place *place, const Object *aggregate)
{
    Rt *rt = place->failures->rt;
    const KeyPart *terms;
    const Object *values = field_or_null(aggregate, STR("values")).as.object;
    int64_t count =
        definition_parts(rt->query, field_or_null(aggregate, STR("terms")), NULL, &terms);
    for (int64_t i = 0; i < count; i++) {
        Str name = terms[i].path[terms[i].path_len - 1];
        bool taken = object_get(values, name) != NULL;
        for (int64_t k = 0; k < i && !taken; k++) {
            taken = str_eq(terms[k].path[terms[k].path_len - 1], name);
        }
        if (taken) {
            Place list = place_in(place, STR("terms"));
            Place term = place_at(&list, i);
            place_fail(&term, str_format(rt->query,
                                         "Groups would have two fields called `%.*s`: rename "
                                         "the value, or take another field as the term",
                                         STR_ARG(name)));
        }
    }
}

static void check_aggregate(const Place *place, Value value)
{
    static const char *const known[] = {"terms", "where", "values"};
    if (value.type != T_OBJECT) {
        place_mismatch(place, AGGREGATE, value);
        return;
    }
    const ConstraintFailure *last = place->failures->last;
    const Object *aggregate = value.as.object;
    place_check_known(place, aggregate, known, countof(known));
    definition_check_terms(place, aggregate);
    definition_check_lambda(place, aggregate, STR("where"), true);
    check_totals(place, aggregate);
    if (place->failures->last == last) {
        check_field_names(place, aggregate);
    }
}

void definition_check_aggregates(const Place *place, Value aggregates)
{
    if (aggregates.type != T_OBJECT) {
        place_mismatch(place, "{ *: " AGGREGATE " } | Null", aggregates);
        return;
    }
    const Object *object = aggregates.as.object;
    for (int64_t i = 0; i < object->shape->count; i++) {
        if (!val_is_null(object->slots[i])) {
            Place at = place_in(place, object->shape->names[i]);
            definition_check_member_name(place, object->shape->names[i]);
            check_aggregate(&at, object->slots[i]);
        }
    }
}

/* -- between the parts ------------------------------------------------------------------------ */

/* Whether the object called `part` in `definition` has a field `name`. */
static bool has_part(const Object *definition, Str part, Str name)
{
    Value parts = field_or_null(definition, part);
    return parts.type == T_OBJECT && !val_is_null(field_or_null(parts.as.object, name));
}

static void check_trigger_on(const Place *top, const Object *definition, Str name, Value trigger)
{
    Value on = field_or_null(trigger.as.object, STR("on"));
    if (on.type == T_STRING && !has_part(definition, STR("aggregates"), val_as_str(on))) {
        Place triggers = place_in(top, STR("triggers"));
        Place at = place_in(&triggers, name);
        Place field = place_in(&at, STR("on"));
        place_fail(&field,
                   str_format(top->failures->rt->query,
                              "There is no aggregate `%.*s`: expected the name of one, or an "
                              "Array of \"create\", \"update\" and \"delete\"",
                              STR_ARG(val_as_str(on))));
    }
}

void definition_check_names_of_parts(const Place *top, const Object *definition)
{
    Value aggregates = field_or_null(definition, STR("aggregates"));
    const Object *object = aggregates.type == T_OBJECT ? aggregates.as.object : NULL;
    for (int64_t i = 0; object && i < object->shape->count; i++) {
        Str name = object->shape->names[i];
        if (!val_is_null(object->slots[i]) && has_part(definition, STR("indexes"), name)) {
            Place list = place_in(top, STR("aggregates"));
            Place at = place_in(&list, name);
            place_fail(&at, str_format(top->failures->rt->query, "There is an index `%.*s` already",
                                       STR_ARG(name)));
        }
    }
    Value triggers = field_or_null(definition, STR("triggers"));
    object = triggers.type == T_OBJECT ? triggers.as.object : NULL;
    for (int64_t i = 0; object && i < object->shape->count; i++) {
        if (!val_is_null(object->slots[i])) {
            check_trigger_on(top, definition, object->shape->names[i], object->slots[i]);
        }
    }
}

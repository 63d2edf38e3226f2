/* definition_rules: what a collection's definition must look like. Each broken rule is one
 * failure, with the path to the place; the wordings and paths are the reference's
 * (NativeCollection.scala, GlobalNamespaceValidator.scala, IndexFieldValidator.scala).
 */
#include "runtime/builtins/types.h"
#include "runtime/schema/definition.h"
#include "runtime/schema/place.h"

#include "runtime/base/vec.h"

/* Words that cannot be names. */
static const char *const keywords[] = {"if",   "else",  "at",  "match", "case", "let", "null",
                                       "true", "false", "isa", "join",  "on",   "of"};

/* Names that would hide a type or a module that always exists. */
static const char *const reserved[] = {"FQL",       "_",       "Any",      "Never",      "struct",
                                       "interface", "type",    "function", "collection", "Schema",
                                       "Ref",       "NullDoc", "Page",     "Stream"};

static bool is_listed(const char *const *list, int64_t count, Str name)
{
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(str_from_c(list[i]), name)) {
            return true;
        }
    }
    return false;
}

bool definition_is_identifier(Str name)
{
    for (int64_t i = 0; i < name.len; i++) {
        char c = name.s[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9')) {
            return false;
        }
    }
    return name.len > 0 && !is_listed(keywords, countof(keywords), name);
}

static bool is_reserved(Str name, bool is_collection)
{
    return is_listed(keywords, countof(keywords), name) ||
           is_listed(reserved, countof(reserved), name) ||
           (builtin_module(name) && !(is_collection && builtin_module_yields(name))) ||
           builtin_find(builtin_globals, name);
}

/* "A Function already exists with the name `double`"; empty: none does. */
static Str function_problem(Rt *rt, Str name)
{
    int64_t id;
    if (!catalog_function_id(rt->catalog, name, &id)) {
        return (Str){0};
    }
    Value own = doc_field(rt, val_doc_id(COLLECTION_FUNCTION, id), STR("name"));
    bool by_name = own.type == T_STRING && str_eq(val_as_str(own), name);
    return str_format(rt->query, "A Function already exists with the %s `%.*s`",
                      by_name ? "name" : "alias", STR_ARG(name));
}

/* The message for a name that is taken or cannot be one; empty: it is fine. */
static Str name_problem(Rt *rt, Str name, bool is_collection)
{
    if (is_reserved(name, is_collection)) {
        return str_format(rt->query, "The identifier `%.*s` is reserved.", STR_ARG(name));
    }
    if (!definition_is_identifier(name)) {
        return STR("Invalid identifier.");
    }
    const Collection *taken = catalog_collection(rt->catalog, name);
    if (taken) {
        return str_format(rt->query, "A Collection already exists with the %s `%.*s`",
                          str_eq(taken->name, name) ? "name" : "alias", STR_ARG(name));
    }
    return function_problem(rt, name);
}

static void check_name(Failures *failures, Str field, Value value, Str before, bool is_collection)
{
    bool same = before.len > 0 && value.type == T_STRING && str_eq(val_as_str(value), before);
    if (value.type != T_STRING || same) {
        return;
    }
    Str problem = name_problem(failures->rt, val_as_str(value), is_collection);
    if (problem.len > 0) {
        failure_add_field(failures, field, problem);
    }
}

void definition_check_name(Failures *failures, Str field, Value value, Str before)
{
    check_name(failures, field, value, before, false);
}

/* -- indexes ----------------------------------------------------------------------------------- */

/* What a field path may not name, and why. */
typedef struct Disallowed {
    const char *name, *reason;
} Disallowed;

static const Disallowed disallowed_terms[] = {
    {"id", "`id` is not supported as an index term, use the native byId method to look up a "
           "document by its id."},
    {"coll", "`coll` is not supported as an index term."},
    {"ts", "`ts` may only be used as an index value, not as an index term."},
    {NULL, NULL},
};

static const Disallowed disallowed_values[] = {
    {"coll", "`coll` is not supported as a specified index value."},
    {NULL, NULL},
};

static const Disallowed disallowed_uniques[] = {
    {"id", "`id` is not supported as a unique constraint value."},
    {"coll", "`coll` is not supported as a unique constraint value."},
    {"ts", "`ts` is not supported as a unique constraint value."},
    {NULL, NULL},
};

static void check_path(const Place *place, Str text, const Disallowed *disallowed)
{
    Rt *rt = place->failures->rt;
    IndexTerm part;
    if (text.len == 0) {
        place_fail(place, STR("Value cannot be empty."));
        return;
    }
    if (!definition_part(rt->query, val_str(text), NULL, &part)) {
        place_fail_path(place, text);
        return;
    }
    Str head = part.source == KEY_FROM_ID ? STR("id") : part.path[0];
    for (; disallowed->name; disallowed++) {
        if (str_eq(str_from_c(disallowed->name), head) && part.path_len == 1) {
            place_fail(place, str_from_c(disallowed->reason));
        }
    }
}

static void check_boolean(const Place *place, const Object *object, Str name)
{
    const Value *value = object_get(object, name);
    if (value && value->type != T_BOOLEAN && !val_is_null(*value)) {
        Place field = place_in(place, name);
        place_mismatch(&field, "Boolean | Null", *value);
    }
}

static void check_order(const Place *place, const Object *object)
{
    const Value *order = object_get(object, STR("order"));
    bool text = order && order->type == T_STRING;
    if (!order || val_is_null(*order) || (text && str_eq(val_as_str(*order), STR("asc"))) ||
        (text && str_eq(val_as_str(*order), STR("desc")))) {
        return;
    }
    Place field = place_in(place, STR("order"));
    place_mismatch(&field, "\"asc\" | \"desc\" | Null", *order);
}

/* One term or value: { field, mva, order }. */
static void check_part(const Place *place, Value part, bool is_value, const Disallowed *disallowed)
{
    static const char *const allowed[] = {"field", "mva", "order"};
    if (part.type != T_OBJECT) {
        place_mismatch(
            place,
            is_value ? "{ field: String, order: \"asc\" | \"desc\" | Null, mva: Boolean | Null }"
                     : "{ field: String, mva: Boolean | Null }",
            part);
        return;
    }
    place_check_known(place, part.as.object, allowed, is_value ? 3 : 2);
    Place field = place_in(place, STR("field"));
    const Value *path = object_get(part.as.object, STR("field"));
    if (!path || val_is_null(*path)) {
        place_fail(&field, STR("Missing required field of type String"));
    } else if (path->type != T_STRING) {
        place_mismatch(&field, "String", *path);
    } else {
        check_path(&field, val_as_str(*path), disallowed);
    }
    check_boolean(place, part.as.object, STR("mva"));
    if (is_value) {
        check_order(place, part.as.object);
    }
}

static void check_parts(const Place *place, const Object *index, Str name, bool is_value)
{
    const Value *parts = object_get(index, name);
    if (!parts || val_is_null(*parts)) {
        return;
    }
    Place list = place_in(place, name);
    if (parts->type != T_ARRAY) {
        place_mismatch(
            &list,
            is_value
                ? "Array<{ field: String, order: \"asc\" | \"desc\" | Null, mva: Boolean | Null }>"
                : "Array<{ field: String, mva: Boolean | Null }>",
            *parts);
        return;
    }
    for (int64_t i = 0; i < parts->len; i++) {
        Place item = place_at(&list, i);
        check_part(&item, parts->as.items[i], is_value,
                   is_value ? disallowed_values : disallowed_terms);
    }
}

void definition_check_terms(const Place *place, const Object *object)
{
    check_parts(place, object, STR("terms"), false);
}

static bool has_field(const Object *object, Str name)
{
    const Value *value = object_get(object, name);
    return value && !val_is_null(*value);
}

static void check_index(const Place *place, Value index)
{
    static const char *const allowed[] = {"terms", "values", "queryable", "status"};
    if (index.type != T_OBJECT) {
        place_mismatch(place, "{ terms: Array<{ field: String, mva: Boolean | Null }> }", index);
        return;
    }
    const Object *object = index.as.object;
    place_check_known(place, object, allowed, countof(allowed));
    if (!has_field(object, STR("terms")) && !has_field(object, STR("values"))) {
        place_fail(place, STR("Union requires fields [terms], [values], or [terms, values]"));
    }
    check_parts(place, object, STR("terms"), false);
    check_parts(place, object, STR("values"), true);
    check_boolean(place, object, STR("queryable"));
}

void definition_check_member_name(const Place *place, Str name)
{
    if (!definition_is_identifier(name)) {
        place_fail(place, STR("Invalid identifier."));
    } else if (builtin_find(collection_rows, name) || str_eq(name, STR("createAll"))) {
        place_fail(place, str_format(place->failures->rt->query, "The name '%.*s' is reserved.",
                                     STR_ARG(name)));
    }
}

static void check_indexes(const Place *place, Value indexes)
{
    if (indexes.type != T_OBJECT) {
        place_mismatch(place,
                       "{ *: { terms: Array<{ field: String, mva: Boolean | Null }> } } | Null",
                       indexes);
        return;
    }
    const Object *object = indexes.as.object;
    for (int64_t i = 0; i < object->shape->count; i++) {
        if (!val_is_null(object->slots[i])) {
            definition_check_member_name(place, object->shape->names[i]);
            Place index = place_in(place, object->shape->names[i]);
            check_index(&index, object->slots[i]);
        }
    }
}

/* -- constraints ------------------------------------------------------------------------------- */

static void check_unique(const Place *place, Value fields)
{
    if (fields.type != T_ARRAY) {
        place_mismatch(place, "Array<String> | Array<{ field: String, mva: Boolean | Null }>",
                       fields);
        return;
    }
    for (int64_t i = 0; i < fields.len; i++) {
        Value field = fields.as.items[i];
        if (field.type == T_STRING) {
            check_path(place, val_as_str(field), disallowed_uniques);
        } else {
            Place item = place_at(place, i);
            check_part(&item, field, false, disallowed_uniques);
        }
    }
    if (fields.len == 0) {
        failure_add_field(place->failures, STR("constraints"),
                          STR("Unique constraints must have at least one term"));
    }
}

static void check_constraint(const Place *place, Value constraint)
{
    static const char *const checks[] = {"check"};
    static const char *const uniques[] = {"unique", "status"};
    const Object *object = constraint.type == T_OBJECT ? constraint.as.object : NULL;
    if (object && has_field(object, STR("check"))) {
        Place check = place_in(place, STR("check"));
        place_check_known(place, object, checks, countof(checks));
        definition_check_check(&check, *object_get(object, STR("check")));
    } else if (!object || !has_field(object, STR("unique"))) {
        place_fail(place, STR("Union requires fields [check] or [unique]"));
    } else {
        place_check_known(place, object, uniques, countof(uniques));
        Place unique = place_in(place, STR("unique"));
        check_unique(&unique, *object_get(object, STR("unique")));
    }
}

static bool same_parts(Arena *arena, Value a, Value b)
{
    const IndexTerm *left, *right;
    int64_t count = definition_parts(arena, a, NULL, &left);
    if (definition_parts(arena, b, NULL, &right) != count) {
        return false;
    }
    bool same = true;
    for (int64_t i = 0; i < count && same; i++) {
        same = left[i].path_len == right[i].path_len;
        for (int64_t k = 0; k < left[i].path_len && same; k++) {
            same = str_eq(left[i].path[k], right[i].path[k]);
        }
    }
    return same;
}

/* "[.name, .address.city]" */
static Str parts_text(Arena *arena, Value parts)
{
    const IndexTerm *terms;
    int64_t count = definition_parts(arena, parts, NULL, &terms);
    Buf text = {0};
    for (int64_t i = 0; i < count; i++) {
        buf_puts(&text, i > 0 ? ", " : "[");
        for (int64_t k = 0; k < terms[i].path_len; k++) {
            buf_printf(&text, ".%.*s", STR_ARG(terms[i].path[k]));
        }
    }
    buf_puts(&text, "]");
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

/* No two unique constraints are on the same fields. */
static void check_duplicates(const Place *place, Value constraints)
{
    Arena *arena = place->failures->rt->query;
    for (int64_t i = 1; i < constraints.len; i++) {
        const Value *unique = object_get(constraints.as.items[i].as.object, STR("unique"));
        for (int64_t k = 0; k < i && unique; k++) {
            const Value *other = object_get(constraints.as.items[k].as.object, STR("unique"));
            if (other && same_parts(arena, *unique, *other)) {
                Str paths = parts_text(arena, *unique);
                place_fail(place, str_format(arena, "Duplicate unique constraint on path %.*s",
                                             STR_ARG(paths)));
                break;
            }
        }
    }
}

static void check_constraints(const Place *place, Value constraints)
{
    if (constraints.type != T_ARRAY) {
        place_mismatch(place,
                       "Array<{ check: { name: String, body: String } } | { unique: "
                       "Array<String> | Array<{ field: String, mva: Boolean | Null }> }> | Null",
                       constraints);
        return;
    }
    const ConstraintFailure *before = place->failures->last;
    for (int64_t i = 0; i < constraints.len; i++) {
        Place constraint = place_at(place, i);
        check_constraint(&constraint, constraints.as.items[i]);
    }
    if (place->failures->last == before) {
        definition_check_check_names(place, constraints);
        check_duplicates(place, constraints);
    }
}

/* -- simple fields ----------------------------------------------------------------------------- */

static void check_days(const Place *place, Value days)
{
    if (!val_is_integer(days)) {
        place_mismatch(place, "Long | Null", days);
    } else if (days.as.integer < 0) {
        place_fail(place, STR("Non-negative value required."));
    }
}

static void check_type(const Place *place, Value value, Type type, const char *expected)
{
    if (value.type != type) {
        place_mismatch(place, expected, value);
    }
}

static void check_field(const Place *place, Str name, Value value)
{
    if (str_eq(name, STR("name"))) {
        check_type(place, value, T_STRING, "String");
    } else if (str_eq(name, STR("alias"))) {
        check_type(place, value, T_STRING, "String | Null");
    } else if (str_eq(name, STR("history_days")) || str_eq(name, STR("ttl_days"))) {
        check_days(place, value);
    } else if (str_eq(name, STR("document_ttls"))) {
        check_type(place, value, T_BOOLEAN, "Boolean | Null");
    } else if (str_eq(name, STR("data"))) {
        check_type(place, value, T_OBJECT, "{ *: Any } | Null");
    } else if (str_eq(name, STR("indexes"))) {
        check_indexes(place, value);
    } else if (str_eq(name, STR("constraints"))) {
        check_constraints(place, value);
    } else if (str_eq(name, STR("computed_fields"))) {
        definition_check_computed(place, value);
    } else if (str_eq(name, STR("aggregates"))) {
        definition_check_aggregates(place, value);
    } else if (str_eq(name, STR("triggers"))) {
        definition_check_triggers(place, value);
    } else if (str_eq(name, STR("fields"))) {
        definition_check_fields(place, value);
    } else if (str_eq(name, STR("wildcard"))) {
        definition_check_wildcard(place, value);
    } else if (str_eq(name, STR("migrations"))) {
        definition_check_migrations(place, value);
    } else if (field_is_special(name) && !str_eq(name, STR("ttl"))) {
        place_fail(place, STR("Is a reserved field and cannot be used"));
    } else {
        place_fail(place, STR("Unexpected field provided"));
    }
}

void definition_check(Failures *failures, const Object *definition, const Collection *before)
{
    Place top = {.failures = failures};
    if (!has_field(definition, STR("name"))) {
        failure_add_field(failures, STR("name"), STR("Missing required field of type String"));
    }
    for (int64_t i = 0; i < definition->shape->count; i++) {
        Str name = definition->shape->names[i];
        if (!val_is_null(definition->slots[i])) {
            Place field = place_in(&top, name);
            check_field(&field, name, definition->slots[i]);
        }
    }
    const Value *name = object_get(definition, STR("name"));
    const Value *alias = object_get(definition, STR("alias"));
    if (name) {
        check_name(failures, STR("name"), *name, before ? before->name : (Str){0}, true);
    }
    if (alias) {
        definition_check_name(failures, STR("alias"), *alias, before ? before->alias : (Str){0});
    }
    if (!failures->first) {
        definition_check_names_of_parts(&top, definition);
        definition_check_field_values(failures, definition);
    }
}

/* -- what only Fawn writes --------------------------------------------------------------------- */

static const char read_only[] = "Failed to update field because it is readonly";

/* `status` in `given` is missing, or what it is in `before`. */
static void check_status(const Place *place, Value given, const Value *before)
{
    const Value *status =
        given.type == T_OBJECT ? object_get(given.as.object, STR("status")) : NULL;
    const Value *old =
        before && before->type == T_OBJECT ? object_get(before->as.object, STR("status")) : NULL;
    if (status && !val_is_null(*status) && !(old && val_equal(*status, *old))) {
        Place field = place_in(place, STR("status"));
        place_fail(&field, str_from_c(read_only));
    }
}

void definition_check_read_only(Failures *failures, const Object *given, const Object *before)
{
    Place top = {.failures = failures};
    const Value *indexes = object_get(given, STR("indexes"));
    if (indexes && indexes->type == T_OBJECT) {
        Place place = place_in(&top, STR("indexes"));
        const Value *old = before ? object_get(before, STR("indexes")) : NULL;
        const Object *object = indexes->as.object;
        for (int64_t i = 0; i < object->shape->count; i++) {
            Place index = place_in(&place, object->shape->names[i]);
            check_status(&index, object->slots[i],
                         old ? object_get(old->as.object, object->shape->names[i]) : NULL);
        }
    }
    const Value *constraints = object_get(given, STR("constraints"));
    if (constraints && constraints->type == T_ARRAY) {
        Place place = place_in(&top, STR("constraints"));
        const Value *old = before ? object_get(before, STR("constraints")) : NULL;
        for (int64_t i = 0; i < constraints->len; i++) {
            Place constraint = place_at(&place, i);
            check_status(&constraint, constraints->as.items[i],
                         old && i < old->len ? &old->as.items[i] : NULL);
        }
    }
}

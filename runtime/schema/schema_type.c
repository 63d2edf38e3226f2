/* schema_type: what values a type takes, and how types compare. See schema_type.h.
 *
 * Not here: telling what is wrong with a value (schema_report.c), filling in what it lacks
 * (field_rules.c).
 */
#include "runtime/schema/schema_type.h"

#include "runtime/print/print.h"
#include "runtime/schema/definition.h"

/* -- as text ---------------------------------------------------------------------------------- */

static void put_name(Buf *out, Str name)
{
    if (definition_is_identifier(name)) {
        buf_put(out, name);
    } else {
        print_fql_string(out, name);
    }
}

static void put_object(Buf *out, const SchemaType *type)
{
    if (type->count == 0 && !type->wildcard) {
        buf_puts(out, "{}");
        return;
    }
    buf_puts(out, "{ ");
    for (int64_t i = 0; i < type->count; i++) {
        buf_puts(out, i > 0 ? ", " : "");
        put_name(out, type->fields[i].name);
        buf_puts(out, ": ");
        schema_type_put(out, type->fields[i].type);
    }
    if (type->wildcard) {
        buf_puts(out, type->count > 0 ? ", *: " : "*: ");
        schema_type_put(out, type->wildcard);
    }
    buf_puts(out, " }");
}

static void put_members(Buf *out, const SchemaType *type, const char *separator)
{
    for (int64_t i = 0; i < type->count; i++) {
        buf_puts(out, i > 0 ? separator : "");
        schema_type_put(out, type->members[i]);
    }
}

void schema_type_put(Buf *out, const SchemaType *type)
{
    switch (type->kind) {
    case SCHEMA_ANY:
        buf_puts(out, "Any");
        return;
    case SCHEMA_SCALAR:
    case SCHEMA_LITERAL:
    case SCHEMA_DOC:
    case SCHEMA_OTHER:
    case SCHEMA_WRONG:
        buf_put(out, type->name);
        return;
    case SCHEMA_OBJECT:
        put_object(out, type);
        return;
    case SCHEMA_ARRAY:
        buf_puts(out, "Array<");
        put_members(out, type, "");
        buf_puts(out, ">");
        return;
    case SCHEMA_TUPLE:
        buf_puts(out, "[");
        put_members(out, type, ", ");
        buf_puts(out, "]");
        return;
    case SCHEMA_UNION:
        put_members(out, type, " | ");
        return;
    }
    UNREACHABLE();
}

/* -- values ------------------------------------------------------------------------------------ */

uint32_t schema_type_collection(const Rt *rt, const SchemaType *type)
{
    const Str null = STR("Null");
    const Collection *found = catalog_collection(rt->catalog, type->name);
    if (!found && str_starts_with(type->name, null) && type->name.len > null.len) {
        found = catalog_collection(rt->catalog, str_slice(type->name, null.len, type->name.len));
    }
    for (uint32_t i = COLLECTION_KEY; !found && i <= COLLECTION_CREDENTIAL; i++) {
        found = str_eq(catalog_system(i)->name, type->name) ? catalog_system(i) : NULL;
    }
    return found ? found->number : 0;
}

const TypedField *schema_type_field(const SchemaType *type, Str name)
{
    assert(type->kind == SCHEMA_OBJECT);
    for (int64_t i = 0; i < type->count; i++) {
        if (str_eq(type->fields[i].name, name)) {
            return &type->fields[i];
        }
    }
    return NULL;
}

/* 1 and 1.0 are equal, but not the same literal. */
static bool is_literal(Value literal, Value value)
{
    bool alike = val_is_integer(literal) ? val_is_integer(value) : literal.type == value.type;
    return alike && val_equal(literal, value);
}

static bool accepts_scalar(const SchemaType *type, Value value)
{
    bool narrow = value.type == T_LONG && value.as.integer == (int32_t)value.as.integer;
    uint32_t bit = 1u << (narrow ? T_INT : value.type);
    return (type->types & bit) != 0;
}

/* The fields that are there, and then, as missing ones are null, the others. */
static bool accepts_object(const Rt *rt, const SchemaType *type, const Object *object)
{
    int64_t known = 0;
    for (int64_t i = 0; i < type->count; i++) {
        const Value *value = object_get(object, type->fields[i].name);
        known += value != NULL;
        if (!schema_type_accepts(rt, type->fields[i].type, value ? *value : val_null(NULL))) {
            return false;
        }
    }
    bool all_known = known == object->shape->count;
    if (all_known || (type->wildcard && type->wildcard->kind == SCHEMA_ANY)) {
        return true;
    }
    for (int64_t i = 0; i < object->shape->count; i++) {
        if (val_is_null(object->slots[i]) || schema_type_field(type, object->shape->names[i])) {
            continue;
        }
        if (!type->wildcard || !schema_type_accepts(rt, type->wildcard, object->slots[i])) {
            return false;
        }
    }
    return true;
}

/* Elements of an array; of a tuple when there is a type for each. */
static bool accepts_items(const Rt *rt, const SchemaType *type, Value array)
{
    bool is_tuple = type->kind == SCHEMA_TUPLE;
    if (is_tuple && array.len != type->count) {
        return false;
    }
    for (int64_t i = 0; i < array.len; i++) {
        if (!schema_type_accepts(rt, type->members[is_tuple ? i : 0], array.as.items[i])) {
            return false;
        }
    }
    return true;
}

static bool accepts_some(const Rt *rt, const SchemaType *type, Value value)
{
    for (int64_t i = 0; i < type->count; i++) {
        if (schema_type_accepts(rt, type->members[i], value)) {
            return true;
        }
    }
    return false;
}

bool schema_type_accepts(const Rt *rt, const SchemaType *type, Value value)
{
    switch (type->kind) {
    case SCHEMA_ANY:
        return true;
    case SCHEMA_SCALAR:
        return accepts_scalar(type, value);
    case SCHEMA_LITERAL:
        return is_literal(type->literal, value);
    case SCHEMA_DOC:
        return value.type == T_DOC && value.len == schema_type_collection(rt, type);
    case SCHEMA_OBJECT:
        return value.type == T_OBJECT && accepts_object(rt, type, value.as.object);
    case SCHEMA_ARRAY:
    case SCHEMA_TUPLE:
        return value.type == T_ARRAY && accepts_items(rt, type, value);
    case SCHEMA_UNION:
        return accepts_some(rt, type, value);
    case SCHEMA_OTHER:
    case SCHEMA_WRONG:
        return val_is_null(value);
    }
    UNREACHABLE();
}

/* -- subtypes ---------------------------------------------------------------------------------- */

static bool all_members_are(const SchemaType *a, const SchemaType *b)
{
    for (int64_t i = 0; i < a->count; i++) {
        if (!schema_type_is_subtype(a->members[i], b)) {
            return false;
        }
    }
    return true;
}

static bool is_some_member(const SchemaType *a, const SchemaType *b)
{
    for (int64_t i = 0; i < b->count; i++) {
        if (schema_type_is_subtype(a, b->members[i])) {
            return true;
        }
    }
    return false;
}

/* Each field of either is in the other, or may be missing there, and of a narrower type. */
static bool is_object_subtype(const SchemaType *a, const SchemaType *b)
{
    static const SchemaType null = {.kind = SCHEMA_SCALAR, .types = 1u << T_NULL};
    for (int64_t i = 0; i < b->count; i++) {
        const TypedField *own = schema_type_field(a, b->fields[i].name);
        if (!schema_type_is_subtype(own ? own->type : &null, b->fields[i].type) ||
            (!own && a->wildcard && !schema_type_is_subtype(a->wildcard, b->fields[i].type))) {
            return false;
        }
    }
    for (int64_t i = 0; i < a->count; i++) {
        bool known = schema_type_field(b, a->fields[i].name) != NULL;
        if (!known && !(b->wildcard && schema_type_is_subtype(a->fields[i].type, b->wildcard))) {
            return false;
        }
    }
    return !a->wildcard || (b->wildcard && schema_type_is_subtype(a->wildcard, b->wildcard));
}

static bool is_literal_subtype(const SchemaType *a, const SchemaType *b)
{
    return b->kind == SCHEMA_LITERAL ? is_literal(b->literal, a->literal)
                                     : b->kind == SCHEMA_SCALAR && accepts_scalar(b, a->literal);
}

bool schema_type_is_subtype(const SchemaType *a, const SchemaType *b)
{
    if (b->kind == SCHEMA_ANY) {
        return true;
    }
    if (a->kind == SCHEMA_UNION) {
        return all_members_are(a, b);
    }
    if (b->kind == SCHEMA_UNION) {
        return is_some_member(a, b);
    }
    if (a->kind == SCHEMA_LITERAL) {
        return is_literal_subtype(a, b);
    }
    if (a->kind == SCHEMA_TUPLE && b->kind == SCHEMA_ARRAY) {
        return all_members_are(a, b->members[0]);
    }
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case SCHEMA_SCALAR:
        return (a->types & ~b->types) == 0;
    case SCHEMA_OBJECT:
        return is_object_subtype(a, b);
    case SCHEMA_ARRAY:
        return schema_type_is_subtype(a->members[0], b->members[0]);
    case SCHEMA_TUPLE: {
        bool same = a->count == b->count;
        for (int64_t i = 0; i < a->count && same; i++) {
            same = schema_type_is_subtype(a->members[i], b->members[i]);
        }
        return same;
    }
    case SCHEMA_DOC:
    case SCHEMA_OTHER:
    case SCHEMA_WRONG:
        return str_eq(a->name, b->name);
    case SCHEMA_ANY:
    case SCHEMA_LITERAL:
    case SCHEMA_UNION:
        break; /* seen to above */
    }
    return false;
}

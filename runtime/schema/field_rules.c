/* field_rules: see field_rules.h. Reference: Collection.scala (lookupFieldSchema), Schema.scala
 * (insertDefaultFields).
 */
#include "runtime/schema/field_rules.h"

#include "runtime/document/fields.h"
#include "runtime/document/reference.h"
#include "runtime/schema/catalog_int.h"
#include "runtime/schema/default_value.h"
#include "runtime/schema/definition.h"
#include "runtime/schema/schema_report.h"

/* -- from definitions -------------------------------------------------------------------------- */

static const SchemaType *compile(Rt *rt, Arena *arena, Str name, Str text)
{
    Source *source = arena_new(arena, Source);
    *source = (Source){.name = name, .text = str_copy(arena, text)};
    const SchemaType *type = rt->up->compile_type(rt, arena, source);
    always(type); /* the definition's rules refuse what is no type */
    return type;
}

static TypedField make_field(Rt *rt, Arena *arena, Str collection, Str name, Value field)
{
    Str place = str_format(arena, "*field:%.*s:%.*s*", STR_ARG(collection), STR_ARG(name));
    Str signature = val_as_str(field_or_null(field.as.object, STR("signature")));
    Value fallback = field_or_null(field.as.object, STR("default"));
    TypedField made = {.name = str_copy(arena, name), .signature = str_copy(arena, signature)};
    made.type = compile(rt, arena, place, signature);
    if (!val_is_null(fallback)) {
        made.fallback = arena_new(arena, DefaultValue);
        made.fallback->source =
            (Source){.name = place, .text = str_copy(arena, val_as_str(fallback))};
        made.fallback->fn = val_null(NULL);
    }
    return made;
}

const SchemaType *field_rules_make(Rt *rt, Arena *arena, Str collection, Value fields,
                                   Value wildcard)
{
    const Object *object = fields.type == T_OBJECT ? fields.as.object : NULL;
    int64_t count = object ? object->shape->count : 0;
    if (count == 0 && val_is_null(wildcard)) {
        return NULL;
    }
    SchemaType *type = arena_new(arena, SchemaType);
    TypedField *made = arena_array(arena, TypedField, count);
    type->kind = SCHEMA_OBJECT;
    type->count = count;
    type->fields = made;
    for (int64_t i = 0; i < count; i++) {
        made[i] = make_field(rt, arena, collection, object->shape->names[i], object->slots[i]);
        type->fills |=
            made[i].fallback || made[i].type->fills || made[i].type->kind == SCHEMA_OBJECT;
    }
    if (!val_is_null(wildcard)) {
        Str place = str_format(arena, "*field:%.*s:<wildcard>*", STR_ARG(collection));
        type->wildcard = compile(rt, arena, place, val_as_str(wildcard));
    }
    return type;
}

/* -- filling in -------------------------------------------------------------------------------- */

/* Values being filled in; `path` leads to the one at hand. */
typedef struct Filler {
    Failures *failures;
    VEC(Str) path;
} Filler;

static Value fill_value(Filler *filler, const SchemaType *type, Value value);

static void enter(Filler *filler, Str name)
{
    vec_push(&filler->path, filler->failures->rt->query, name);
}

static Value fill_default(Filler *filler, DefaultValue *fallback)
{
    Rt *rt = filler->failures->rt;
    Str problem;
    Value value = default_value(rt, &rt->catalog->kept, fallback, &problem);
    if (problem.len > 0) {
        failure_add(
            filler->failures, filler->path.at, filler->path.len,
            str_format(rt->query, "Default field evaluation failed.\n%.*s", STR_ARG(problem)));
    }
    return value;
}

/* Whether a field that is not there is filled in: by its default, or as an empty object whose
 * own fields may have some. */
static bool has_filling(const TypedField *field)
{
    return field->fallback || field->type->kind == SCHEMA_OBJECT;
}

static bool needs_filling(const SchemaType *type, const Object *object)
{
    for (int64_t i = 0; i < type->count; i++) {
        const TypedField *field = &type->fields[i];
        if ((field->type->fills || has_filling(field)) &&
            (field->type->fills || !object_get(object, field->name))) {
            return true;
        }
    }
    return type->wildcard && type->wildcard->fills;
}

static Value fill_missing(Filler *filler, const TypedField *field)
{
    if (field->fallback) {
        return fill_default(filler, field->fallback);
    }
    Rt *rt = filler->failures->rt;
    return fill_value(filler, field->type, rt_object(rt, NULL, NULL, 0));
}

static const Object *fill_object(Filler *filler, const SchemaType *type, const Object *object)
{
    Rt *rt = filler->failures->rt;
    Fields filled = {0};
    if (!needs_filling(type, object)) {
        return object;
    }
    for (int64_t i = 0; i < object->shape->count; i++) {
        Str name = object->shape->names[i];
        const TypedField *field = schema_type_field(type, name);
        const SchemaType *own = field ? field->type : type->wildcard;
        enter(filler, name);
        fields_add(rt, &filled, name,
                   own ? fill_value(filler, own, object->slots[i]) : object->slots[i]);
        filler->path.len--;
    }
    for (int64_t i = 0; i < type->count; i++) {
        const TypedField *field = &type->fields[i];
        if (has_filling(field) && !object_get(object, field->name)) {
            enter(filler, field->name);
            fields_add(rt, &filled, field->name, fill_missing(filler, field));
            filler->path.len--;
        }
    }
    return fields_object(rt, &filled).as.object;
}

static Value fill_value(Filler *filler, const SchemaType *type, Value value)
{
    if (!type->fills) {
        return value;
    }
    if (type->kind == SCHEMA_OBJECT && value.type == T_OBJECT) {
        return val_object(fill_object(filler, type, value.as.object));
    }
    bool is_tuple = type->kind == SCHEMA_TUPLE && value.len == type->count;
    if ((type->kind != SCHEMA_ARRAY && !is_tuple) || value.type != T_ARRAY) {
        return value;
    }
    Value *items = arena_array(filler->failures->rt->heap, Value, value.len);
    for (int64_t i = 0; i < value.len; i++) {
        items[i] = fill_value(filler, type->members[is_tuple ? i : 0], value.as.items[i]);
    }
    return val_array(items, value.len);
}

bool field_rules_apply(Failures *failures, const SchemaType *rules, const Object **fields,
                       bool fill)
{
    Rt *rt = failures->rt;
    if (fill && rules->fills) {
        Filler filler = {.failures = failures};
        *fields = fill_object(&filler, rules, *fields);
    }
    if (failures->first || LIKELY(schema_type_accepts(rt, rules, val_object(*fields)))) {
        return true;
    }
    if (!definition_is_persistable(rt, *fields)) {
        return false;
    }
    schema_report(failures, rules, *fields);
    return true;
}

/* -- wholeness --------------------------------------------------------------------------------- */

/* The look at one field's type. */
typedef struct Look {
    Rt *rt;
    DiagList *errors; /* of names and of numbers of arguments */
    Diag *causes;     /* an error's: parts that no document holds; NULL: none was met */
    Str field, collection;
    Span span;
    const char *refusal; /* why objects here have no defaults; NULL: they may */
    Span refusal_span;
} Look;

/* The name of the collection whose documents `type` means. */
static Str owner_name(const Look *look, const SchemaType *type)
{
    bool own = catalog_collection(look->rt->catalog, type->name) ||
               !str_starts_with(type->name, STR("Null"));
    return own ? type->name : str_slice(type->name, 4, type->name.len);
}

/* A part that no document holds, called `name`. */
static Diag *add_cause(Look *look, const SchemaType *type, Str name)
{
    Arena *arena = look->rt->query;
    if (!look->causes) {
        look->causes =
            diag_add(look->errors, DIAG_ERROR, look->span,
                     str_format(arena, "Field `%.*s` in collection %.*s is not persistable",
                                STR_ARG(look->field), STR_ARG(look->collection)));
    }
    return diag_hint(look->causes, arena, DIAG_CAUSE, type->span,
                     str_format(arena, "Type %.*s is not persistable", STR_ARG(name)));
}

/* The type that other languages call `name`, or one whose name is near to it; empty: there is none.
 */
static Str meant_type(const Rt *rt, Str name)
{
    static const char *const others[][2] = {
        {"Integer", "Int"},    {"Bool", "Boolean"},      {"Text", "String"},
        {"Str", "String"},     {"Decimal", "Double"},    {"DateTime", "Time"},
        {"Timestamp", "Time"}, {"Object", "{ *: Any }"},
    };
    static const char *const own[] = {"Any", "Boolean", "Bytes",  "Date",   "Double",
                                      "Int", "Long",    "Number", "String", "Time"};
    for (int64_t i = 0; i < countof(others); i++) {
        if (str_eq(str_from_c(others[i][0]), name)) {
            return str_from_c(others[i][1]);
        }
    }
    int best = name.len > 4 ? 3 : 2;
    Str found = {0};
    int64_t collections = catalog_count(rt->catalog);
    for (int64_t i = 0; i < countof(own) + collections; i++) {
        Str offered =
            i < countof(own) ? str_from_c(own[i]) : catalog_at(rt->catalog, i - countof(own))->name;
        int distance = str_distance(offered, name);
        if (distance < best && distance < name.len / 2) {
            best = distance;
            found = offered;
        }
    }
    return found;
}

static void tell_unknown(Look *look, const SchemaType *type)
{
    Arena *arena = look->rt->query;
    Diag *error = diag_add(look->errors, DIAG_ERROR, type->span,
                           str_format(arena, "Unknown type `%.*s`", STR_ARG(type->name)));
    Str meant = meant_type(look->rt, type->name);
    if (meant.len > 0) {
        Diag *hint = diag_hint(error, arena, DIAG_HINT, type->span,
                               str_format(arena, "Did you mean `%.*s`?", STR_ARG(meant)));
        hint->has_suggestion = true;
        hint->suggestion = str_copy(arena, meant);
    }
}

static void look_at_doc(Look *look, const SchemaType *type, bool has_partner)
{
    Arena *arena = look->rt->query;
    if (schema_type_collection(look->rt, type) == 0) {
        tell_unknown(look, type);
    } else if (!has_partner && type->is_ref) {
        Str owner = owner_name(look, type);
        (void)add_cause(look, type, str_format(arena, "EmptyRef<%.*s>", STR_ARG(owner)));
    } else if (!has_partner) {
        Str owner = owner_name(look, type);
        (void)add_cause(look, type, type->name);
        Diag *hint = diag_hint(
            look->causes, arena, DIAG_HINT, type->span,
            str_format(arena, "Use Ref<%.*s> as the type of a reference to a %.*s document",
                       STR_ARG(owner), STR_ARG(owner)));
        hint->has_suggestion = true;
        hint->suggestion = str_format(arena, "Ref<%.*s>", STR_ARG(owner));
    }
}

/* Whether a union has both Bar and NullBar. */
static bool has_partner(const Look *look, const SchemaType *type, const SchemaType *member)
{
    Str owner = owner_name(look, member);
    for (int64_t i = 0; i < type->count; i++) {
        const SchemaType *other = type->members[i];
        if (other->kind == SCHEMA_DOC && !str_eq(other->name, member->name) &&
            str_eq(owner_name(look, other), owner)) {
            return true;
        }
    }
    return false;
}

static void look_at(Look *look, const SchemaType *type);

/* Looks at what stands within something for which objects have no defaults: the outermost counts.
 */
static void look_within(Look *look, const SchemaType *type, const char *refusal, Span span)
{
    const char *outer = look->refusal;
    if (!outer) {
        look->refusal = refusal;
        look->refusal_span = span;
    }
    look_at(look, type);
    look->refusal = outer;
}

static void look_at_field(Look *look, const TypedField *field)
{
    Arena *arena = look->rt->query;
    if (field->fallback && look->refusal) {
        Diag *error = diag_add(look->errors, DIAG_ERROR, field->fallback->span,
                               STR("Default values are not allowed here"));
        (void)diag_hint(error, arena, DIAG_HINT, look->refusal_span, str_from_c(look->refusal));
    }
    if (field->fallback) {
        look_within(look, field->type, "Parent has a conflicting default value",
                    field->fallback->span);
    } else {
        look_at(look, field->type);
    }
}

/* Ref<X>, or EmptyRef<X> where X is no name of a collection. */
static void look_at_ref(Look *look, const SchemaType *type)
{
    const SchemaType *of = type->members[0];
    bool is_doc = of->kind == SCHEMA_DOC;
    bool is_known = is_doc && schema_type_collection(look->rt, of) != 0;
    if (of->kind == SCHEMA_WRONG || of->kind == SCHEMA_UNION || (is_doc && !is_known)) {
        look_at(look, of);
    }
    if (!is_known || !str_eq(owner_name(look, of), of->name)) {
        (void)diag_add(look->errors, DIAG_ERROR, type->span,
                       STR("Reference type must refer to a doc type"));
    }
}

static void look_at_union(Look *look, const SchemaType *type)
{
    Span mark = {type->span.source, type->span.end - 1, type->span.end};
    for (int64_t i = 0; i < type->count; i++) {
        const SchemaType *member = type->members[i];
        if (member->kind == SCHEMA_DOC) {
            look_at_doc(look, member, has_partner(look, type, member));
        } else if (type->nullable) {
            look_within(look, member, "Parent is nullable", mark);
        } else {
            look_within(look, member, "Parent is a union", type->span);
        }
    }
}

static void look_at(Look *look, const SchemaType *type)
{
    switch (type->kind) {
    case SCHEMA_ANY:
    case SCHEMA_SCALAR:
    case SCHEMA_LITERAL:
        return;
    case SCHEMA_DOC:
        look_at_doc(look, type, false);
        return;
    case SCHEMA_OTHER:
        (void)add_cause(look, type, type->name);
        return;
    case SCHEMA_WRONG:
        (void)diag_add(look->errors, DIAG_ERROR, type->span, type->name);
        return;
    case SCHEMA_OBJECT:
        for (int64_t i = 0; i < type->count; i++) {
            look_at_field(look, &type->fields[i]);
        }
        if (type->wildcard) {
            look_at(look, type->wildcard);
        }
        return;
    case SCHEMA_ARRAY:
    case SCHEMA_TUPLE:
        for (int64_t i = 0; i < type->count; i++) {
            look_at(look, type->members[i]);
        }
        return;
    case SCHEMA_UNION:
        if (type->is_ref) {
            look_at_ref(look, type);
        } else {
            look_at_union(look, type);
        }
        return;
    }
    UNREACHABLE();
}

void field_rules_look(Rt *rt, DiagList *errors, Str collection, const TypedField *field)
{
    Look look = {.rt = rt,
                 .errors = errors,
                 .field = field->name,
                 .collection = collection,
                 .span = field->type->span};
    look_at_field(&look, field);
}

void field_rules_look_at_wildcard(DiagList *errors, const SchemaType *type)
{
    if (type->kind != SCHEMA_ANY) {
        (void)diag_add(errors, DIAG_ERROR, type->span,
                       STR("Top-level wildcard must have type `Any`"));
    }
}

static void look_at_rules(Rt *rt, DiagList *errors, const Collection *collection)
{
    const SchemaType *rules = collection->fields;
    for (int64_t i = 0; i < rules->count; i++) {
        field_rules_look(rt, errors, collection->name, &rules->fields[i]);
    }
    if (rules->wildcard) {
        field_rules_look_at_wildcard(errors, rules->wildcard);
    }
}

bool field_rules_are_whole(Rt *rt)
{
    DiagList errors;
    diag_list_init(&errors, rt->query);
    for (int64_t i = 0; i < catalog_count(rt->catalog); i++) {
        const Collection *collection = catalog_at(rt->catalog, i);
        if (collection->fields) {
            look_at_rules(rt, &errors, collection);
        }
    }
    return errors.errors == 0;
}

/* import_value: what the values of a file stand for.
 *
 *   tags         {"@int":"1"} {"@time":…} {"@ref":…}; those of FQL 4: @ts @obj
 *   stubs        {"isoString":…} {"dateString":…} {"id":…,"coll":…}, only in Fauna's documents
 *   typed fields the text of a Time, Date, UUID or of bytes, of a Double that JSON has no number
 *                for, whole numbers for Doubles, ids for documents, where the collection's schema
 *                says so
 *
 * Objects that only look alike stay as they are. JSON_DEPTH_MAX bounds the recursion.
 */
#include "interp/transfer/import_int.h"

#include "runtime/base/utf8.h"
#include "runtime/calendar.h"
#include "runtime/document/document.h"
#include "runtime/number.h"
#include "runtime/print/base64.h"
#include "runtime/print/json.h"

enum { SHOWN_MAX = 40 }; /* characters of a text that an error shows */

typedef struct Reading {
    Import *import;
    Rt *rt;
    unsigned meanings; /* ImportMeaning */
} Reading;

static Value read_value(Reading *reading, Value v, const SchemaType *type);

/* -- looking at objects ------------------------------------------------------------------------ */

/* The value of the only field, when it has this name. */
const Value *import_tagged(Value v, Str tag)
{
    return v.type == T_OBJECT && v.as.object->shape->count == 1 &&
                   str_eq(v.as.object->shape->names[0], tag)
               ? &v.as.object->slots[0]
               : NULL;
}

static Value field(Value v, Str name)
{
    const Value *found = v.type == T_OBJECT ? object_get(v.as.object, name) : NULL;
    return found ? *found : val_null(NULL);
}

Value import_time(Value v)
{
    static const Str tags[] = {{"@time", 5}, {"@ts", 3}, {"isoString", 9}};
    for (int64_t i = 0; i < countof(tags); i++) {
        const Value *held = import_tagged(v, tags[i]);
        v = held ? *held : v;
    }
    if (v.type == T_STRING) {
        return calendar_parse_time(val_as_str(v));
    }
    /* FQL 4 counts microseconds. */
    return v.type == T_LONG ? val_time_us(v.as.integer) : val_null(NULL);
}

/* The collection of a reference of FQL 4. */
static Value old_collection(Value ref)
{
    Value collection = field(ref, STR("collection"));
    return val_is_null(collection) ? field(ref, STR("class")) : collection;
}

Str import_collection_name(Value v)
{
    const Value *held = import_tagged(v, STR("@mod"));
    held = held ? held : import_tagged(v, STR("name"));
    if (held) {
        v = *held;
    } else if ((held = import_tagged(v, STR("@ref"))) != NULL &&
               !val_is_null(old_collection(*held))) {
        v = field(*held, STR("id"));
    }
    return v.type == T_STRING ? val_as_str(v) : (Str){0};
}

/* -- references -------------------------------------------------------------------------------- */

static Value refuse(Reading *reading, const char *what)
{
    reading->import->error = str_format(reading->rt->query, "%s", what);
    return val_fault();
}

static Value make_reference(Reading *reading, Str collection, int64_t id)
{
    ImportTarget *recent = reading->import->recent;
    const ImportTarget *target = import_target(reading->import, collection);
    reading->import->recent = recent;
    return target ? val_doc_id(target->number, id) : val_fault();
}

/* A document that is known by its name: { name: "reader", coll: "Role" }. */
static Value read_named_reference(Reading *reading, const Collection *system, Str name)
{
    DocName *doc_name = arena_new(reading->rt->heap, DocName);
    doc_name->name = name;
    const Version *found = doc_version(reading->rt, val_doc_named(system->number, doc_name));
    if (found) {
        return val_doc_id(system->number, found->id);
    }
    reading->import->error =
        str_format(reading->rt->query,
                   "there is no %.*s `%.*s`, which a reference names: the schema comes first",
                   STR_ARG(system->name), STR_ARG(name));
    return val_fault();
}

/* The system collection of a reference by name, or NULL. */
static const Collection *named_system(Value held)
{
    const Collection *system =
        catalog_system_named(import_collection_name(field(held, STR("coll"))));
    return system && collection_has_names(system->number) &&
                   field(held, STR("name")).type == T_STRING
               ? system
               : NULL;
}

/* { id, coll }, { name, coll }, or { id, collection } as FQL 4 has it. */
static Value read_reference(Reading *reading, Value held)
{
    int64_t id;
    const Collection *system = named_system(held);
    if (system) {
        return read_named_reference(reading, system, val_as_str(field(held, STR("name"))));
    }
    Value coll = field(held, STR("coll"));
    Str name = import_collection_name(val_is_null(coll) ? old_collection(held) : coll);
    if (name.len == 0 || !doc_id_from_value(field(held, STR("id")), &id)) {
        return refuse(reading, "a reference lacks the id or the collection of a document");
    }
    return make_reference(reading, name, id);
}

static bool has_fields(Value v, int64_t count, Str a, Str b)
{
    return v.as.object->shape->count == count && object_get(v.as.object, a) &&
           object_get(v.as.object, b);
}

/* {"id":"1","coll":"Movie"}, {"id":"1","coll":{"name":"Movie"}}, {"name":"reader","coll":"Role"} */
static bool is_stub_reference(Value v)
{
    int64_t id;
    if (has_fields(v, 2, STR("name"), STR("coll"))) {
        return named_system(v) != NULL;
    }
    if (!has_fields(v, 2, STR("id"), STR("coll"))) {
        return false;
    }
    Str name = import_collection_name(field(v, STR("coll")));
    return name.len > 0 && doc_id_from_value(field(v, STR("id")), &id);
}

/* -- tags -------------------------------------------------------------------------------------- */

static Value read_uuid(Reading *reading, Value held)
{
    char *bytes = arena_alloc(reading->rt->heap, 16);
    Str text = held.type == T_STRING ? val_as_str(held) : (Str){0};
    int64_t digits = 0;
    for (int64_t i = 0; i < text.len && digits < 32; i++) {
        char c = text.s[i];
        bool is_digit = c >= '0' && c <= '9', is_letter = (c | 32) >= 'a' && (c | 32) <= 'f';
        if (is_digit || is_letter) {
            int nibble = is_digit ? c - '0' : (c | 32) - 'a' + 10;
            bytes[digits / 2] = (char)(digits % 2 ? (bytes[digits / 2] << 4) | nibble : nibble);
            digits++;
        } else if (c != '-') {
            break;
        }
    }
    return digits == 32 && text.len == 36 ? val_uuid(bytes) : refuse(reading, "invalid uuid");
}

static Value read_fields(Reading *reading, const Object *fields, const SchemaType *type)
{
    Object *object = object_new(reading->rt->heap, fields->shape);
    bool typed = type && type->kind == SCHEMA_OBJECT;
    for (int64_t i = 0; i < fields->shape->count; i++) {
        const TypedField *known = typed ? schema_type_field(type, fields->shape->names[i]) : NULL;
        Value read = read_value(reading, fields->slots[i],
                                known   ? known->type
                                : typed ? type->wildcard
                                        : NULL);
        if (val_is_fault(read)) {
            return read;
        }
        object->slots[i] = read;
    }
    return val_object(object);
}

/* A tag that is as it is in Fauna's requests. */
static Value read_wire(Reading *reading, Value v)
{
    Str error = {0};
    Value read = json_retag(reading->rt, v, JSON_TAGGED, &error);
    Value held = v.as.object->slots[0];
    if (val_is_fault(read) && held.type == T_STRING) {
        Str text = val_as_str(held);
        Str shown = str_slice(text, 0, utf8_offset(text, SHOWN_MAX));
        reading->import->error = str_format(reading->rt->query, "%.*s `%.*s%s`", STR_ARG(error),
                                            STR_ARG(shown), shown.len < text.len ? "…" : "");
    } else if (val_is_fault(read)) {
        reading->import->error = str_copy(reading->rt->query, error);
    }
    return read;
}

/* The value of a tagged object; false: it is none. */
static bool read_tag(Reading *reading, Value v, Value *value)
{
    static const char *const wire[] = {"@int", "@long", "@double", "@time", "@date", "@bytes"};
    static const char *const sets[] = {"@set", "@query", "@stream"};
    const Object *object = v.as.object;
    if (object->shape->count != 1 || !str_starts_with(object->shape->names[0], STR("@"))) {
        return false;
    }
    Str tag = object->shape->names[0];
    Value held = object->slots[0];
    for (int64_t i = 0; i < countof(wire); i++) {
        if (str_eq(tag, str_from_c(wire[i]))) {
            *value = read_wire(reading, v);
            return true;
        }
    }
    for (int64_t i = 0; i < countof(sets); i++) {
        if (str_eq(tag, str_from_c(sets[i]))) {
            *value = refuse(reading, "sets and queries of Fauna cannot be kept in documents");
            return true;
        }
    }
    if (str_eq(tag, STR("@ref")) || str_eq(tag, STR("@doc"))) {
        *value = read_reference(reading, held);
    } else if (str_eq(tag, STR("@ts"))) {
        Value time = import_time(held);
        *value = val_is_null(time) ? refuse(reading, "invalid time") : time;
    } else if (str_eq(tag, STR("@uuid"))) {
        *value = read_uuid(reading, held);
    } else if ((str_eq(tag, STR("@object")) || str_eq(tag, STR("@obj"))) && held.type == T_OBJECT) {
        *value = read_fields(reading, held.as.object, NULL);
    } else {
        return false;
    }
    return true;
}

/* The same of what Fauna's drivers made of times and dates. */
static bool read_stub_time(Value v, Value *value)
{
    const Value *held = import_tagged(v, STR("isoString"));
    if (held) {
        *value = import_time(v);
        return !val_is_null(*value);
    }
    held = import_tagged(v, STR("dateString"));
    if (held && held->type == T_STRING) {
        *value = calendar_parse_date(val_as_str(*held));
        return !val_is_null(*value);
    }
    return false;
}

/* The value that an object stands for; false: it stands for itself. */
static bool read_meaning(Reading *reading, Value v, Value *value)
{
    if ((reading->meanings & IMPORT_TAGS && read_tag(reading, v, value)) ||
        (reading->meanings & IMPORT_TIMES && read_stub_time(v, value))) {
        return true;
    }
    bool is_stub = reading->meanings & IMPORT_STUBS && is_stub_reference(v);
    if (is_stub) {
        *value = read_reference(reading, v);
    }
    return is_stub;
}

/* -- typed fields ------------------------------------------------------------------------------ */

/* `v`, a String, as another type that has a text; null: it spells none. */
static Value from_text(Reading *reading, Value v, Type type)
{
    Str text = val_as_str(v);
    Value made = val_null(NULL);
    double d;
    if (type == T_TIME) {
        made = calendar_parse_time(text);
    } else if (type == T_DATE) {
        made = calendar_parse_date(text);
    } else if (type == T_BYTES) {
        Buf bytes = {0};
        if (base64_decode(&bytes, text)) {
            made = val_bytes(str_copy(reading->rt->heap, buf_str(&bytes)));
        }
        buf_free(&bytes);
    } else if (type == T_UUID && text.len == 36) {
        made = read_uuid(reading, v);
    } else if (type == T_DOUBLE &&
               (str_eq(text, STR("NaN")) || str_ends_with(text, STR("Infinity"))) &&
               number_parse_double(text, &d)) {
        made = val_double(d);
    }
    return val_is_fault(made) ? val_null(NULL) : made;
}

static Value fit_scalar(Reading *reading, Value v, const SchemaType *type)
{
    static const Type texts[] = {T_TIME, T_DATE, T_UUID, T_BYTES, T_DOUBLE};
    if (val_is_integer(v) && type->types >> T_DOUBLE & 1) {
        return val_double((double)v.as.integer);
    }
    for (int64_t i = 0; v.type == T_STRING && i < countof(texts); i++) {
        if (type->types >> texts[i] & 1) {
            return from_text(reading, v, texts[i]);
        }
    }
    return val_null(NULL);
}

/* What a field of `type`, which does not take `v`, may take in its place; null: nothing. */
static Value fit(Reading *reading, Value v, const SchemaType *type)
{
    int64_t id;
    if (type->kind == SCHEMA_SCALAR) {
        return fit_scalar(reading, v, type);
    }
    if (type->kind == SCHEMA_DOC && doc_id_from_value(v, &id)) {
        uint32_t number = schema_type_collection(reading->rt, type);
        return number != 0 ? val_doc_id(number, id) : val_null(NULL);
    }
    for (int64_t i = 0; type->kind == SCHEMA_UNION && i < type->count; i++) {
        Value made = fit(reading, v, type->members[i]);
        if (!val_is_null(made)) {
            return made;
        }
    }
    return val_null(NULL);
}

/* The type among a union's that objects or arrays have. */
static const SchemaType *part_of_kind(const SchemaType *type, SchemaKind kind)
{
    if (type && type->kind == SCHEMA_UNION) {
        for (int64_t i = 0; i < type->count; i++) {
            if (type->members[i]->kind == kind) {
                return type->members[i];
            }
        }
    }
    return type && type->kind == kind ? type : NULL;
}

static Value read_array(Reading *reading, Value array, const SchemaType *type)
{
    const SchemaType *list = part_of_kind(type, SCHEMA_ARRAY);
    Value *items = arena_array(reading->rt->heap, Value, array.len);
    for (int64_t i = 0; i < array.len; i++) {
        TRY(item, read_value(reading, array.as.items[i], list ? list->members[0] : NULL));
        items[i] = item;
    }
    return val_array(items, array.len);
}

static Value read_value(Reading *reading, Value v, const SchemaType *type)
{
    Value value;
    if (v.type == T_ARRAY) {
        return read_array(reading, v, type);
    }
    if (v.type == T_OBJECT) {
        if (read_meaning(reading, v, &value)) {
            return value;
        }
        return read_fields(reading, v.as.object, part_of_kind(type, SCHEMA_OBJECT));
    }
    if (!type || schema_type_accepts(reading->rt, type, v)) {
        return v;
    }
    Value fitting = fit(reading, v, type);
    return val_is_null(fitting) ? v : fitting;
}

Value import_value(Import *import, Value v, const SchemaType *type, unsigned meanings)
{
    if (LIKELY(!type && v.type != T_OBJECT && v.type != T_ARRAY)) {
        return v;
    }
    Reading reading = {.import = import, .rt = import->rt, .meanings = meanings};
    return read_value(&reading, v, type);
}

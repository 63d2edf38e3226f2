/* json_tag: what tagged JSON means: {"@int":"1"} is 1.
 *
 * Works on values that json.c has read as they stand. The reasons for refusing are Fauna's,
 * word for word (reference: UndecidedValue.scala).
 */
#include "runtime/print/json.h"

#include "runtime/calendar.h"
#include "runtime/document/document.h"
#include "runtime/number.h"
#include "runtime/print/base64.h"

typedef struct Reading {
    Rt *rt;
    Str *error;
} Reading;

static Value read_value(Reading *reading, Value v);

static Value refuse(Reading *reading, Str reason)
{
    *reading->error = reason;
    return val_fault();
}

static Value refuse_tag(Reading *reading, Str tag, const char *what)
{
    return refuse(reading, str_format(reading->rt->heap, "%.*s %s", STR_ARG(tag), what));
}

static Value refuse_name(Reading *reading, const char *what, Str name)
{
    return refuse(reading, str_format(reading->rt->heap, "%s '%.*s'", what, STR_ARG(name)));
}

/* -- scalars: `text` is what the tag holds -------------------------------------------------- */

static Value read_int(Reading *reading, Str text)
{
    int32_t n;
    return number_parse_int(text, &n) ? val_int(n) : refuse(reading, STR("invalid integer"));
}

static Value read_long(Reading *reading, Str text)
{
    int64_t n;
    return number_parse_long(text, &n) ? val_long(n) : refuse(reading, STR("invalid long"));
}

static Value read_double(Reading *reading, Str text)
{
    double d;
    return number_parse_double(text, &d) ? val_double(d) : refuse(reading, STR("invalid double"));
}

static Value read_time(Reading *reading, Str text)
{
    Value time = calendar_parse_time(text);
    return val_is_null(time) ? refuse(reading, STR("invalid time")) : time;
}

static Value read_date(Reading *reading, Str text)
{
    Value date = calendar_parse_date(text);
    return val_is_null(date) ? refuse(reading, STR("invalid date")) : date;
}

static Value read_bytes(Reading *reading, Str text)
{
    Buf bytes = {0};
    Value v = base64_decode(&bytes, text) ? val_bytes(str_copy(reading->rt->heap, buf_str(&bytes)))
                                          : refuse(reading, STR("invalid bytes"));
    buf_free(&bytes);
    return v;
}

/* -- modules and documents ------------------------------------------------------------------ */

static const Module *find_module(Rt *rt, Str name)
{
    const Collection *collection = rt->catalog ? catalog_collection(rt->catalog, name) : NULL;
    return collection ? &collection->module : builtin_module(name);
}

static Value read_module(Reading *reading, Str name)
{
    const Module *module = find_module(reading->rt, name);
    return module ? val_module(module) : refuse_name(reading, "no such module", name);
}

static Value named_doc(Reading *reading, const Collection *collection, Str name)
{
    DocName *doc_name = arena_new(reading->rt->heap, DocName);
    doc_name->name = name;
    return val_doc_named(collection->number, doc_name);
}

static Value find_named(Reading *reading, const Collection *collection, Str name, const char *what)
{
    const Version *found = doc_version(reading->rt, named_doc(reading, collection, name));
    return found ? val_doc_id(collection->number, found->id) : refuse_name(reading, what, name);
}

static Value read_name_ref(Reading *reading, Str tag, const Collection *collection,
                           const Object *fields)
{
    const Value *name = object_get(fields, STR("name"));
    if (!name) {
        return refuse_tag(reading, tag, "field 'name' is required");
    }
    if (name->type != T_STRING) {
        return refuse_tag(reading, tag, "field 'name' requires a string value");
    }
    const Value *exists = object_get(fields, STR("exists"));
    if (exists && exists->type == T_BOOLEAN && !exists->as.boolean) { /* it was a null, and comes back as one */
        return named_doc(reading, collection, val_as_str(*name));
    }
    return find_named(reading, collection, val_as_str(*name), "no such schema object");
}

static Value read_id_ref(Reading *reading, Str tag, const Collection *collection,
                         const Object *fields)
{
    const Value *id = object_get(fields, STR("id"));
    int64_t n;
    if (!id) {
        return refuse_tag(reading, tag, "field 'id' is required");
    }
    if (id->type != T_STRING) {
        return refuse_tag(reading, tag, "field 'id' requires a string value");
    }
    if (!number_parse_long(val_as_str(*id), &n)) {
        return refuse_tag(reading, tag, "field 'id' must be an integer");
    }
    return val_doc_id(collection->number, n);
}

/* The form of old: "User:123". */
static Value read_text_ref(Reading *reading, Str text)
{
    int64_t colon = str_find(text, STR(":"), 0);
    if (colon < 0 || str_find(text, STR(":"), colon + 1) >= 0) {
        return refuse(reading, STR("doc id must be in the format <coll>:<id>"));
    }
    Str name = str_slice(text, 0, colon);
    Str id = str_slice(text, colon + 1, text.len);
    const Module *module = find_module(reading->rt, name);
    if (!module || !module->collection) {
        return refuse_name(reading, "no such collection", name);
    }
    if (collection_has_names(module->collection->number)) {
        return find_named(reading, module->collection, id, "no such schema definition document");
    }
    int64_t n;
    return number_parse_long(id, &n) ? val_doc_id(module->collection->number, n)
                                     : refuse_name(reading, "invalid document id", id);
}

static Value read_ref(Reading *reading, Str tag, Value held)
{
    TRY(inner, read_value(reading, held));
    if (inner.type == T_STRING) {
        return read_text_ref(reading, val_as_str(inner));
    }
    if (inner.type != T_OBJECT) {
        return refuse_tag(reading, tag, "requires an object value");
    }
    const Object *fields = inner.as.object;
    const Value *module = object_get(fields, STR("coll"));
    if (!module) {
        return refuse_tag(reading, tag, "field 'coll' is required");
    }
    if (module->type != T_MODULE || !module->as.module->collection) {
        return refuse_tag(reading, tag, "field 'coll' requires a module value");
    }
    const Collection *collection = module->as.module->collection;
    return collection_has_names(collection->number)
               ? read_name_ref(reading, tag, collection, fields)
               : read_id_ref(reading, tag, collection, fields);
}

/* -- containers -------------------------------------------------------------------------- */

static Value read_fields(Reading *reading, const Object *fields)
{
    Object *object = object_new(reading->rt->heap, fields->shape);
    for (int64_t i = 0; i < fields->shape->count; i++) {
        TRY(field, read_value(reading, fields->slots[i]));
        object->slots[i] = field;
    }
    return val_object(object);
}

static Value read_array(Reading *reading, Value array)
{
    Value *items =
        arena_alloc(reading->rt->heap, arena_array_bytes(array.len, (int64_t)sizeof(Value)));
    for (int64_t i = 0; i < array.len; i++) {
        TRY(item, read_value(reading, array.as.items[i]));
        items[i] = item;
    }
    return val_array(items, array.len);
}

static Value read_tag(Reading *reading, Str tag, Value held)
{
    static const struct {
        const char *tag;
        Value (*read)(Reading *reading, Str text);
    } scalars[] = {
        {"@int", read_int},    {"@long", read_long}, {"@double", read_double},
        {"@time", read_time},  {"@date", read_date}, {"@bytes", read_bytes},
        {"@mod", read_module},
    };
    for (int64_t i = 0; i < countof(scalars); i++) {
        if (str_eq(tag, str_from_c(scalars[i].tag))) {
            return held.type == T_STRING ? scalars[i].read(reading, val_as_str(held))
                                         : refuse_tag(reading, tag, "requires a string value");
        }
    }
    if (str_eq(tag, STR("@object"))) {
        return held.type == T_OBJECT ? read_fields(reading, held.as.object)
                                     : refuse_tag(reading, tag, "requires an object value");
    }
    if (str_eq(tag, STR("@ref")) || str_eq(tag, STR("@doc"))) {
        return read_ref(reading, tag, held);
    }
    return refuse_name(reading, "invalid tag", tag);
}

static Value read_object(Reading *reading, const Object *object)
{
    for (int64_t i = 0; i < object->shape->count; i++) {
        if (str_starts_with(object->shape->names[i], STR("@"))) {
            return object->shape->count == 1
                       ? read_tag(reading, object->shape->names[0], object->slots[0])
                       : refuse(reading, STR("too many keys in tagged value"));
        }
    }
    return read_fields(reading, object);
}

/* JSON_DEPTH_MAX bounds the recursion. */
static Value read_value(Reading *reading, Value v)
{
    if (val_is_number(v)) {
        return refuse(reading, STR("numbers must be tagged"));
    }
    if (v.type == T_ARRAY) {
        return read_array(reading, v);
    }
    return v.type == T_OBJECT ? read_object(reading, v.as.object) : v;
}

Value json_retag(Rt *rt, Value plain, JsonFormat format, Str *error)
{
    Reading reading = {.rt = rt, .error = error};
    return format == JSON_TAGGED ? read_value(&reading, plain) : plain;
}

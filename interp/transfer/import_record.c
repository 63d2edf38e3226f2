/* import_record: records to documents.
 *
 *   page        {"data":[…],"after":…}  {"@set":{"data":[…]}}, also within an answer of Fauna's
 *   document    `id`, `ts` and `ttl` are what Fauna means by them; `data` holds the fields whose
 *               names are taken
 *   anything    `id` is a document's id if it can be one; other names are fields, those that are
 *               taken under `.data`
 */
#include "interp/transfer/import_int.h"

#include "runtime/document/document.h"
#include "runtime/schema/computed.h"

/* -- pages ------------------------------------------------------------------------------------- */

static bool is_one_of(Str name, const char *const *names, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(name, str_from_c(names[i]))) {
            return true;
        }
    }
    return false;
}

/* Whether all fields but `data` have one of these names. */
static bool has_only(const Object *object, const char *const *names, int64_t count)
{
    for (uint32_t i = 0; i < object->shape->count; i++) {
        Str name = object->shape->names[i];
        if (!str_eq(name, STR("data")) && !is_one_of(name, names, count)) {
            return false;
        }
    }
    return true;
}

static bool holds_objects(Value list)
{
    return list.type == T_ARRAY && (list.len == 0 || list.as.items[0].type == T_OBJECT);
}

bool import_is_page(Value record, Value *elements)
{
    static const char *const page[] = {"after", "before", "cursor"};
    static const char *const answer[] = {"summary",        "txn_ts",     "stats",
                                         "schema_version", "query_tags", "static_type"};
    const Value *held = import_tagged(record, STR("@set"));
    held = held ? held : import_tagged(record, STR("resource"));
    const Object *object = held && held->type == T_OBJECT ? held->as.object : record.as.object;
    const Value *data = object_get(object, STR("data"));
    if (!data) {
        return false;
    }
    if (holds_objects(*data) && has_only(object, page, countof(page))) {
        *elements = *data;
        return true;
    }
    return data->type == T_OBJECT && object->shape->count > 1 &&
           has_only(object, answer, countof(answer)) && import_is_page(*data, elements);
}

/* -- documents --------------------------------------------------------------------------------- */

/* The fields of a record that may be wrapped up as a document, or as one that has names of tags
 * among its own. */
static const Object *unwrap(Value record)
{
    const Value *held = import_tagged(record, STR("@doc"));
    held = held ? held : import_tagged(record, STR("@object"));
    return held && held->type == T_OBJECT ? held->as.object : record.as.object;
}

/* A document of FQL 4: what its `ref` holds, else NULL. Those of FQL 10 may have a field `ref`. */
static const Value *old_reference(const Object *record)
{
    if (object_get(record, STR("coll"))) {
        return NULL;
    }
    const Value *ref = object_get(record, STR("ref"));
    const Value *data = object_get(record, STR("data"));
    const Value *held = ref && object_get(record, STR("ts")) && (!data || data->type == T_OBJECT)
                            ? import_tagged(*ref, STR("@ref"))
                            : NULL;
    return held && held->type == T_OBJECT ? held : NULL;
}

static Str old_collection(Value ref)
{
    const Value *collection = object_get(ref.as.object, STR("collection"));
    collection = collection ? collection : object_get(ref.as.object, STR("class"));
    return collection ? import_collection_name(*collection) : (Str){0};
}

Str import_own_collection(Value record)
{
    const Object *object = unwrap(record);
    const Value *ref = old_reference(object);
    if (ref) {
        return old_collection(*ref);
    }
    const Value *coll = object_get(object, STR("coll"));
    return coll && object_get(object, STR("id")) ? import_collection_name(*coll) : (Str){0};
}

/* A record while it is taken apart. */
typedef struct Taking {
    Import *import;
    const Collection *collection;
    bool is_fauna;
    unsigned meanings; /* of its values: ImportMeaning */
    ImportDoc *doc;
    Fields fields;
} Taking;

static bool take_field(Taking *taking, Str name, Value v)
{
    const Collection *collection = taking->collection;
    if (doc_functions_find(&collection->computed, name)) {
        return true; /* it is worked out anew */
    }
    const TypedField *known =
        collection->fields ? schema_type_field(collection->fields, name) : NULL;
    Value value = import_value(taking->import, v, known ? known->type : NULL, taking->meanings);
    if (val_is_fault(value)) {
        return false;
    }
    fields_add(taking->import->rt, &taking->fields, name, value);
    return true;
}

static bool take_fields(Taking *taking, const Object *fields)
{
    for (uint32_t i = 0; i < fields->shape->count; i++) {
        if (!take_field(taking, fields->shape->names[i], fields->slots[i])) {
            return false;
        }
    }
    return true;
}

static void take_time(Taking *taking, Value v)
{
    Value time = import_time(v);
    if (!val_is_null(time)) {
        taking->doc->origin.time_us = time_to_us(time);
    }
}

/* Whether `v` is an end of life; it is kept then. */
static bool take_ttl(Taking *taking, Value v)
{
    Value time = import_time(v);
    taking->doc->origin.has_ttl = !val_is_null(time);
    if (!val_is_null(time)) {
        taking->doc->origin.ttl_us = time_to_us(time);
    }
    return !val_is_null(time) || val_is_null(v);
}

/* Whether `v` is an id; it is kept then. */
static bool take_id(Taking *taking, Value v)
{
    DocOrigin *origin = &taking->doc->origin;
    origin->has_id = doc_id_from_value(v, &origin->id) && origin->id >= 0;
    return origin->has_id;
}

/* A field of Fauna's document, or of anything, that may mean more than itself. */
static bool take_special(Taking *taking, Str name, Value v)
{
    bool is_fauna = taking->is_fauna;
    if (str_eq(name, STR("id"))) {
        if (take_id(taking, v)) {
            return true;
        }
        taking->doc->keeps_id = !val_is_null(v);
    } else if (str_eq(name, STR("ttl")) && take_ttl(taking, v)) {
        return true;
    } else if (is_fauna && str_eq(name, STR("ts"))) {
        take_time(taking, v);
        return true;
    } else if (is_fauna && str_eq(name, STR("coll"))) {
        return true;
    } else if (is_fauna && str_eq(name, STR("data")) && v.type == T_OBJECT) {
        return take_fields(taking, v.as.object);
    }
    return take_field(taking, name, v);
}

static bool take_old(Taking *taking, const Object *record, const Value *ref)
{
    const Value *id = object_get(ref->as.object, STR("id"));
    const Value *ttl = object_get(record, STR("ttl"));
    const Value *data = object_get(record, STR("data"));
    if (!id || !take_id(taking, *id)) {
        taking->import->error = STR("its reference has no id");
        return false;
    }
    take_time(taking, *object_get(record, STR("ts")));
    if (ttl) {
        (void)take_ttl(taking, *ttl);
    }
    return !data || take_fields(taking, data->as.object);
}

/* Whether the fields are what Fauna says of a document: else `ts` and `coll` are the user's. */
static bool is_fauna_document(const Object *record)
{
    int64_t id;
    const Value *given = object_get(record, STR("id"));
    const Value *ts = object_get(record, STR("ts"));
    const Value *coll = object_get(record, STR("coll"));
    return given && doc_id_from_value(*given, &id) &&
           ((coll && import_collection_name(*coll).len > 0) ||
            (ts && ts->type != T_LONG && !val_is_null(import_time(*ts))));
}

/* What objects in a record may mean. Exports have one shape throughout: the tagged ones have no
 * stubs, and the simple ones no tags. */
static unsigned meanings_of(const Object *record, bool is_fauna)
{
    const Value *coll = object_get(record, STR("coll"));
    const Value *ts = object_get(record, STR("ts"));
    if (!is_fauna || (coll && import_tagged(*coll, STR("@mod")))) {
        return IMPORT_TAGS;
    }
    bool is_simple = coll && coll->type == T_STRING && ts && ts->type == T_STRING;
    return is_simple ? IMPORT_STUBS : IMPORT_TAGS | IMPORT_STUBS | IMPORT_TIMES;
}

/* Whether the record's fields are the user's own, all of them, and need no second look. */
static bool is_plain(Import *import, const Collection *collection, const Object *record)
{
    const Shape *shape = record->shape;
    if (collection->fields || collection->computed.count > 0) {
        return false;
    }
    for (uint32_t i = 0; i < shape->count; i++) {
        if (record->slots[i].type == T_OBJECT || record->slots[i].type == T_ARRAY) {
            return false;
        }
    }
    if (shape == import->plain) {
        return true;
    }
    for (uint32_t i = 0; i < shape->count; i++) {
        if (field_is_special(shape->names[i])) {
            return false;
        }
    }
    import->plain = shape->shared ? shape : NULL;
    return true;
}

bool import_read_document(Import *import, ImportTarget *target, Value record, ImportDoc *doc)
{
    const Collection *collection = import_target_now(import, target);
    if (LIKELY(is_plain(import, collection, record.as.object))) {
        doc->fields = record.as.object;
        return true;
    }
    const Object *object = unwrap(record);
    const Value *ref = old_reference(object);
    Taking taking = {.import = import,
                     .collection = collection,
                     .is_fauna = ref || object != record.as.object || is_fauna_document(object),
                     .doc = doc};
    taking.meanings = meanings_of(object, taking.is_fauna);
    if (ref) {
        if (!take_old(&taking, object, ref)) {
            return false;
        }
    } else {
        for (uint32_t i = 0; i < object->shape->count; i++) {
            if (!take_special(&taking, object->shape->names[i], object->slots[i])) {
                return false;
            }
        }
    }
    doc->fields = fields_object(import->rt, &taking.fields).as.object;
    return true;
}

/* document: reading documents, whichever way a value names them.
 *
 * What users see of a document is its own fields together with a few that it has besides:
 *
 *   { id: "1", coll: Movie, ts: Time(…), ttl: Time(…),   from the version
 *     title: "Alien", stars: 5,                          the document's slots
 *     data: { ts: 3 } }                                  slots whose names are taken
 *
 * Definitions, roles and access providers have a `name` in place of the id. Slots of system
 * documents that begin with `internal_` are not shown.
 *
 * Not here: writing (document_write.c), what the bytes mean (codec.c).
 */
#include "runtime/document/document.h"

#include "runtime/builtins/types.h"
#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/document/past.h"
#include "runtime/document/system_document.h"
#include "runtime/schema/computed.h"
#include "store/doc.h"

enum { ID_OF_NONE = -1 }; /* no document has it */

/* Field names that mean something else than a user's field. */
static const Str special_names[] = {
    {"id", 2},      {"ts", 2},          {"ttl", 3},          {"coll", 4},
    {"data", 4},    {"delete", 6},      {"update", 6},       {"exists", 6},
    {"replace", 7}, {"updateData", 10}, {"replaceData", 11},
};

/* Whether a name of this length and first letter may be special: most names are told apart
 * here, as every field of every write is looked at. */
static bool may_be_special(Str name)
{
    const uint32_t lengths = 1u << 2 | 1u << 3 | 1u << 4 | 1u << 6 | 1u << 7 | 1u << 10 | 1u << 11;
    if (name.len > 11 || !(lengths >> name.len & 1)) {
        return false;
    }
    char first = name.s[0];
    return first == 'c' || first == 'd' || first == 'e' || first == 'i' || first == 'r' ||
           first == 't' || first == 'u';
}

bool field_is_special(Str name)
{
    if (!may_be_special(name)) {
        return false;
    }
    for (int64_t i = 0; i < countof(special_names); i++) {
        if (str_eq(special_names[i], name)) {
            return true;
        }
    }
    return false;
}

static bool is_internal(Str name)
{
    return str_starts_with(name, STR("internal_"));
}

bool doc_id_from_str(Str text, int64_t *id)
{
    if (text.len == 0 || text.len > 19) {
        return false;
    }
    uint64_t n = 0;
    for (int64_t i = 0; i < text.len; i++) {
        if (text.s[i] < '0' || text.s[i] > '9') {
            return false;
        }
        n = n * 10 + (uint64_t)(text.s[i] - '0');
    }
    *id = (int64_t)n;
    return n <= INT64_MAX;
}

bool doc_id_from_value(Value value, int64_t *id)
{
    if (value.type == T_ID || val_is_integer(value)) {
        *id = value.as.integer;
        return true;
    }
    return value.type == T_STRING && doc_id_from_str(val_as_str(value), id);
}

int64_t rt_new_id(Rt *rt)
{
    /* As Fauna made them, of 18 digits: milliseconds since a day of 2012 above 20 bits. Here these
     * count, and more ids than one millisecond holds borrow from the next. */
    const int64_t epoch_us = 1336258850000000;
    int64_t now_ms = (rt->now_us - epoch_us) / 1000;
    uint64_t from_clock = now_ms > 0 ? (uint64_t)now_ms << 20 : 0;
    rt->looked_further = true;
    rt->id_state = from_clock > rt->id_state ? from_clock : rt->id_state + 1;
    return (int64_t)rt->id_state;
}

int64_t doc_new_id(Rt *rt, uint32_t collection)
{
    int64_t id;
    do {
        id = rt_new_id(rt);
    } while (txn_get(rt->txn, collection, id) != NULL);
    return id;
}

/* -- finding --------------------------------------------------------------------------------- */

/* The definition of a system document by its name. */
static const Version *find_named(Rt *rt, Value doc)
{
    int64_t id;
    return catalog_find_named(rt, doc.len, doc.as.doc_name->name, &id)
               ? txn_get(rt->txn, doc.len, id)
               : NULL;
}

/* The time at which a document is read; 0: now. */
static int64_t reading_time(const Rt *rt, Value doc)
{
    if (collection_is_system(doc.len)) {
        return 0;
    }
    return doc.flags == DOC_PAST ? doc.as.past->time_us : rt->valid_time_us;
}

/* Whether the query has made this key or token, and got it to show the secret. */
static bool is_new_secret(Rt *rt, Value doc)
{
    return doc.aux == DOC_NEW && !val_is_null(system_secret(rt, doc));
}

static bool may_read(Rt *rt, Value doc, int64_t id)
{
    return LIKELY(rt->permission.role == ROLE_ADMIN) || is_new_secret(rt, doc) ||
           permission_reads(rt, doc.len, id, reading_time(rt, doc));
}

/* The version of a document of which it is not known that the one at hand is the present one. */
static const Version *find_present(Rt *rt, Value doc)
{
    if ((doc.flags == DOC_GIVEN && rt->valid_time_us == 0) ||
        (doc.flags == DOC_VERSION && doc.as.version == rt->derived_from)) {
        return doc.as.version;
    }
    rt->looked_further = true;
    if (doc.flags == DOC_NAMED) {
        const Version *named = find_named(rt, doc);
        return may_read(rt, doc, named ? named->id : ID_OF_NONE) ? named : NULL;
    }
    if (!may_read(rt, doc, val_doc_key(doc))) {
        return NULL;
    }
    int64_t time_us = reading_time(rt, doc);
    const Version *version = time_us != 0 ? past_version(rt, doc.len, val_doc_key(doc), time_us)
                                          : txn_get(rt->txn, doc.len, val_doc_key(doc));
    rt->stats.read_ops++;
    rt->stats.storage_bytes_read += version ? version->doc_len : 0;
    return version;
}

const Version *doc_version(Rt *rt, Value doc)
{
    assert(doc.type == T_DOC);
    if (doc.aux == DOC_DELETED) {
        return NULL;
    }
    return LIKELY(doc.flags == DOC_VERSION && rt->valid_time_us == 0 &&
                  (!txn_has_written(rt->txn) || txn_writes(rt->txn, doc.len) == 0))
               ? doc.as.version
               : find_present(rt, doc);
}

/* The id of a document, whichever way it is named. */
static int64_t id_of(Rt *rt, Value doc)
{
    if (doc.flags != DOC_NAMED) {
        return val_doc_key(doc);
    }
    const Version *version = find_named(rt, doc);
    return version ? version->id : ID_OF_NONE;
}

const Version *doc_stored_version(Rt *rt, Value doc)
{
    if (doc.aux == DOC_DELETED) {
        return NULL;
    }
    return doc.flags == DOC_NAMED ? find_named(rt, doc)
                                  : txn_get(rt->txn, doc.len, val_doc_key(doc));
}

Value doc_null(Rt *rt, Value doc, Span span)
{
    const Collection *collection = catalog_collection_by_number(rt->catalog, doc.len);
    if (!collection) {
        return val_null_because(rt->heap, NULL_COLLECTION_DELETED, span, (Str){0}, doc);
    }
    NullKind kind = doc.aux == DOC_DELETED                ? NULL_DOC_DELETED
                    : !may_read(rt, doc, id_of(rt, doc)) ? NULL_NOT_PERMITTED
                                                          : NULL_DOC_NOT_FOUND;
    return val_null_because(rt->heap, kind, span, collection->name, doc);
}

/* -- fields ------------------------------------------------------------------------------------ */

static Span present_site(const Rt *rt)
{
    return rt->site ? *rt->site : (Span){0};
}

/* The value of a slot by name; a null with its cause when there is none. */
static Value read_slot(Rt *rt, Value doc, const Version *version, Str name)
{
    const Shape *shape = shape_by_id(rt->shapes, doc_shape_id(version->doc));
    int64_t slot = shape_slot(shape, name);
    if (slot < 0 || (collection_is_system(doc.len) && is_internal(name))) {
        return val_null_because(rt->heap, NULL_MISSING_FIELD, present_site(rt), name, doc);
    }
    return codec_slot(rt, version->doc, slot);
}

Value doc_coll(Rt *rt, Value doc)
{
    const Collection *collection = catalog_collection_by_number(rt->catalog, doc.len);
    if (!collection) {
        return val_module(&catalog_deleted_module);
    }
    return val_module(&collection->module);
}

static Value read_ts(Rt *rt, const Version *version)
{
    rt->looked_further = true;
    return version->time_us ? val_time_us(version->time_us) : (Value){.type = T_TRANSACTION_TIME};
}

/* The name of a system document. */
static Value read_name(Rt *rt, Value doc)
{
    if (doc.flags == DOC_NAMED) {
        return val_str(doc.as.doc_name->name);
    }
    const Version *version =
        doc.flags == DOC_VERSION && doc.aux == DOC_DELETED ? doc.as.version : doc_version(rt, doc);
    return version ? read_slot(rt, doc, version, STR("name")) : doc_null(rt, doc, present_site(rt));
}

/* Fields that only an existing document has, but no slot holds. T_FAULT: it is none of them. */
static Value read_meta(Rt *rt, Value doc, const Version *version, Str name)
{
    if (str_eq(name, STR("ts"))) {
        return read_ts(rt, version);
    }
    if (str_eq(name, STR("ttl")) && version->flags & VERSION_TTL) {
        return val_time_us(version_ttl_us(version));
    }
    if (str_eq(name, STR("data")) && !collection_is_system(doc.len)) {
        return codec_decode(rt, version->doc);
    }
    if (str_eq(name, STR("id")) || str_eq(name, STR("ttl"))) {
        return val_null_because(rt->heap, NULL_MISSING_FIELD, present_site(rt), name, doc);
    }
    return val_fault();
}

static Value read_field(Rt *rt, Value doc, Str name)
{
    bool has_name = collection_has_names(doc.len);
    if (str_eq(name, STR("coll"))) {
        return doc_coll(rt, doc);
    }
    if (!has_name && str_eq(name, STR("id"))) {
        return val_id(val_doc_key(doc));
    }
    if (has_name && str_eq(name, STR("name"))) {
        return read_name(rt, doc);
    }
    const Version *version = doc_version(rt, doc);
    if (!version) {
        return doc_null(rt, doc, present_site(rt));
    }
    DocFunction *computed = computed_find(rt, doc.len, name);
    if (computed) {
        return computed_read(rt, computed, doc);
    }
    if (doc.aux == DOC_NEW && str_eq(name, STR("secret"))) {
        return system_secret(rt, doc);
    }
    Value meta = name.len <= 4 ? read_meta(rt, doc, version, name) : val_fault();
    return val_is_fault(meta) ? read_slot(rt, doc, version, name) : meta;
}

Value doc_field(Rt *rt, Value doc, Str name)
{
    int64_t before_us = past_begin(rt, doc);
    Value value = read_field(rt, doc, name);
    rt->valid_time_us = before_us;
    return value;
}

/* -- the whole document ----------------------------------------------------------------------- */

/* Adds the slots of a document; those whose names are taken go to `hidden`. */
static void add_slots(Rt *rt, Value doc, const Version *version, Fields *shown, Fields *hidden)
{
    bool is_system = collection_is_system(doc.len);
    const Shape *shape = shape_by_id(rt->shapes, doc_shape_id(version->doc));
    for (int64_t i = 0; i < shape->count; i++) {
        Str name = shape->names[i];
        if (is_system && (is_internal(name) || str_eq(name, STR("name")))) {
            continue;
        }
        bool taken = !is_system && (field_is_special(name) || computed_find(rt, doc.len, name));
        fields_add(rt, taken ? hidden : shown, name, codec_slot(rt, version->doc, i));
    }
}

/* The document as an object, with or without what is worked out when it is read. */
static Value make_object(Rt *rt, Value doc, bool computed)
{
    if (!rt_may(rt, READS, "Reading a document")) {
        return val_fault();
    }
    const Version *version = doc_version(rt, doc);
    if (!version) {
        return doc_null(rt, doc, present_site(rt));
    }
    Fields shown = {0};
    Fields hidden = {0};
    if (collection_has_names(doc.len)) {
        fields_add(rt, &shown, STR("name"), read_name(rt, doc));
    } else {
        fields_add(rt, &shown, STR("id"), val_id(version->id));
    }
    fields_add(rt, &shown, STR("coll"), doc_coll(rt, doc));
    fields_add(rt, &shown, STR("ts"), read_ts(rt, version));
    if (version->flags & VERSION_TTL) {
        fields_add(rt, &shown, STR("ttl"), val_time_us(version_ttl_us(version)));
    }
    if (computed && !computed_add_all(rt, doc, &shown)) {
        return val_fault();
    }
    add_slots(rt, doc, version, &shown, &hidden);
    if (doc.aux == DOC_NEW) {
        fields_add(rt, &shown, STR("secret"), system_secret(rt, doc));
    }
    if (hidden.names.len > 0) {
        fields_add(rt, &shown, STR("data"), fields_object(rt, &hidden));
    }
    return fields_object(rt, &shown);
}

static Value make_object_at(Rt *rt, Value doc, bool computed)
{
    int64_t before_us = past_begin(rt, doc);
    Value object = make_object(rt, doc, computed);
    rt->valid_time_us = before_us;
    return object;
}

Value doc_object(Rt *rt, Value doc)
{
    return make_object_at(rt, doc, true);
}

Value doc_stored_object(Rt *rt, Value doc)
{
    return make_object_at(rt, doc, false);
}

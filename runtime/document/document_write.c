/* document_write: creating, changing and deleting documents.
 *
 *   fields ─► rules (reserved names, id, ttl) ─► merged with what is there ─► bytes ─► txn_put
 *               │                                                                       │
 *               └───────────────► constraint_failure ◄──────────────────────────────────┘
 *
 * A write is refused as a whole: nothing is put when a rule is broken. The reference's
 * WriteBroker.scala decides what the rules are, and the order in which they are looked at.
 *
 * Not here: the rules of definitions (definition.c).
 */
#include "runtime/document/document.h"

#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/document/separate.h"
#include "runtime/document/system_document.h"
#include "runtime/schema/check.h"
#include "runtime/schema/computed.h"
#include "runtime/schema/derived.h"
#include "runtime/schema/field_rules.h"

/* -- rules -------------------------------------------------------------------------------- */

bool write_is_allowed(Rt *rt, const char *action)
{
    if (!rt_may(rt, WRITES, action)) {
        return false;
    }
    if (rt->valid_time_us != 0) {
        (void)rt_fault(rt, FAULT_invalid_write, "Cannot write at a snapshot time in the past.");
        return false;
    }
    return true;
}

/* What a write of a user's document is made of. */
typedef struct Write {
    Rt *rt;
    const Collection *collection;
    DataMode mode;
    bool is_new;
    bool has_id; /* the id was given */
    int64_t id;
    bool has_ttl; /* `ttl` was given, perhaps as null */
    int64_t ttl_us;
    int64_t time_us;      /* that the document keeps, or 0 */
    const Object *fields; /* the user's own */
    Failures failures;
} Write;

static void add_mismatch(Write *write, Str field, const char *expected, Value got)
{
    Str provided = rt_type_name(write->rt, got);
    failure_add_field(
        &write->failures, field,
        str_format(write->rt->query, "Expected %s, provided %.*s", expected, STR_ARG(provided)));
}

static void take_id(Write *write, Value value)
{
    const char *const expected = "ID | String | Long";
    if (val_is_null(value)) {
        failure_add_field(
            &write->failures, STR("id"),
            str_format(write->rt->query, "Missing required field of type %s", expected));
        return;
    }
    if (!doc_id_from_value(value, &write->id)) {
        add_mismatch(write, STR("id"), expected, value);
        return;
    }
    write->has_id = true;
    if (write->id < 0) {
        failure_add_field(&write->failures, STR("id"), STR("id must be nonnegative"));
    }
}

int64_t time_to_us(Value time)
{
    int64_t us;
    bool fits = !__builtin_mul_overflow(time.as.integer, (int64_t)1000000, &us) &&
                !__builtin_add_overflow(us, (int64_t)(time.len / 1000), &us);
    return fits ? us : time.as.integer < 0 ? INT64_MIN : INT64_MAX;
}

/* More days than there are: it does not end. */
static int64_t ttl_us_in_days(int64_t from_us, int64_t days)
{
    int64_t us;
    bool is_never = __builtin_mul_overflow(days, DAY_US, &us) ||
                    __builtin_add_overflow(from_us, us, &us);
    return is_never ? TTL_NEVER : us;
}

static void take_ttl(Write *write, Value value)
{
    write->has_ttl = true;
    write->ttl_us = TTL_NEVER;
    if (val_is_null(value)) {
        return;
    }
    if (write->collection->no_ttls) {
        failure_add_field(&write->failures, STR("ttl"), STR("Unexpected field provided"));
    } else if (value.type != T_TIME) {
        add_mismatch(write, STR("ttl"), "Time | Null", value);
    } else {
        write->ttl_us = time_to_us(value);
    }
}

/* Sorts out id, ttl and names that may not be used; the rest are the user's own fields. */
static void sort_fields(Write *write, const Object *given)
{
    Rt *rt = write->rt;
    Fields fields = {0};
    for (int64_t i = 0; i < given->shape->count; i++) {
        Str name = given->shape->names[i];
        Value value = given->slots[i];
        if (str_eq(name, STR("ttl"))) {
            take_ttl(write, value);
        } else if (write->is_new && str_eq(name, STR("id"))) {
            take_id(write, value);
        } else if (field_is_special(name)) {
            failure_add_field(&write->failures, name,
                              STR("Is a reserved field and cannot be used"));
        } else {
            fields_add(rt, &fields, name, value);
        }
    }
    write->fields = fields_object(rt, &fields).as.object;
}

static bool has_special_field(const Object *given)
{
    for (int64_t i = 0; i < given->shape->count; i++) {
        if (field_is_special(given->shape->names[i])) {
            return true;
        }
    }
    return false;
}

/* What the names of a shape are to new documents of collections without computed fields. */
struct CreatePlan {
    const Shape *given; /* shared; only `id` of its names is special */
    const Shape *own;   /* the same without `id` */
    int64_t id;         /* slot of `id` in `given`, or -1 */
};

/* The plan for `given`, or NULL: its fields must be looked at one by one. The plan made last is
 * kept, since documents are created in rows. */
static const struct CreatePlan *find_plan(Rt *rt, const Shape *given)
{
    struct CreatePlan *plan = rt->create_plan;
    if (plan && plan->given == given) {
        return plan;
    }
    if (!given->shared) {
        return NULL;
    }
    const Shape *own = shape_empty(rt->shapes);
    for (uint32_t i = 0; i < given->count; i++) {
        Str name = given->names[i];
        if (!str_eq(name, STR("id"))) {
            if (field_is_special(name)) {
                return NULL;
            }
            own = shape_add(own, name, rt->heap);
        }
    }
    if (!own->shared) {
        return NULL;
    }
    if (!plan) {
        plan = rt->create_plan = arena_new(rt->session, struct CreatePlan);
    }
    *plan = (struct CreatePlan){.given = given, .own = own, .id = shape_slot(given, STR("id"))};
    return plan;
}

static void follow_plan(Write *write, const struct CreatePlan *plan, const Object *given)
{
    if (plan->id < 0) {
        return;
    }
    Object *own = object_new(write->rt->heap, plan->own);
    memcpy(own->slots, given->slots, (size_t)plan->id * sizeof(Value));
    memcpy(own->slots + plan->id, given->slots + plan->id + 1,
           (size_t)(plan->own->count - plan->id) * sizeof(Value));
    write->fields = own;
    take_id(write, given->slots[plan->id]);
}

/* Looks at each field that the user gave. */
static void read_fields(Write *write, const Object *given)
{
    computed_refuse_writes(&write->failures, write->collection, given);
    if (!write->failures.first && has_special_field(given)) {
        sort_fields(write, given);
    }
}

/* Fills `write` from what the user gave. */
static void read_given(Write *write, const Object *given)
{
    write->failures.rt = write->rt;
    write->fields = given;
    if (write->mode == DATA_DEFAULT) {
        bool plannable = write->is_new && write->collection->computed.count == 0;
        const struct CreatePlan *plan = plannable ? find_plan(write->rt, given->shape) : NULL;
        if (LIKELY(plan)) {
            follow_plan(write, plan, given);
        } else {
            read_fields(write, given);
        }
        if (write->failures.first) {
            return;
        }
    }
    if (!write->has_ttl && write->collection->ttl_days > 0) {
        write->has_ttl = true;
        write->ttl_us = ttl_us_in_days(write->rt->now_us, write->collection->ttl_days);
    }
}

/* -- putting ----------------------------------------------------------------------------------- */

static Value fault_from_status(Write *write, StoreStatus status)
{
    Rt *rt = write->rt;
    if (status == STORE_NOT_UNIQUE) {
        return fault_not_unique(rt, write->collection);
    }
    if (status == STORE_EXISTS) {
        return rt_fault(rt, FAULT_document_id_exists,
                        "Collection `%.*s` already contains document with id %lld.",
                        STR_ARG(write->collection->name), (long long)write->id);
    }
    return rt_store_fault(rt, status);
}

/* Puts the document `object`; the value of the document, or a fault. */
static Value put_document(Write *write, const Object *object)
{
    Rt *rt = write->rt;
    ArenaMark mark = arena_mark(rt->heap);
    Put put = {.ttl_us = write->has_ttl ? write->ttl_us : TTL_NEVER,
               .time_us = write->time_us,
               .expect_new = write->is_new};
    if (!codec_encode(rt, rt->heap, object, &put.doc)) {
        return val_fault();
    }
    const Version *version;
    StoreStatus status;
    do {
        if (write->is_new && !write->has_id) {
            write->id = rt_new_id(rt);
        }
        if (UNLIKELY(write->collection->derived.count > 0) &&
            !derived_fill(rt, write->collection, write->id, &put)) {
            return val_fault();
        }
        if (!rt_fits(rt, txn_held_bytes(rt->txn) + put.doc.len)) {
            return val_fault();
        }
        status = txn_put(rt->txn, write->collection->number, write->id, &put, &version);
    } while (status == STORE_EXISTS && !write->has_id);
    arena_rewind(rt->heap, mark);
    if (status != STORE_OK) {
        return fault_from_status(write, status);
    }
    rt->stats.write_ops++;
    rt->stats.storage_bytes_write += version->doc_len;
    return val_doc(write->collection->number, version);
}

static Value fault_refused(Write *write)
{
    Rt *rt = write->rt;
    Str name = write->collection->name;
    Str message =
        write->is_new
            ? str_format(rt->query, "Failed to create document in collection `%.*s`.",
                         STR_ARG(name))
            : str_format(rt->query, "Failed to update document with id %lld in collection `%.*s`.",
                         (long long)write->id, STR_ARG(name));
    return failure_fault(&write->failures, message);
}

/* Puts the document and looks whether it satisfies its collection's checks: they may read the
 * collection, the document included. */
static Value put_checked(Write *write, const Object *object)
{
    TRY(doc, put_document(write, object));
    if (LIKELY(write->collection->checks.count == 0)) {
        return doc;
    }
    Value written = doc;
    written.flags = DOC_GIVEN; /* what a check says does not depend on who may read it */
    if (!checks_run(&write->failures, write->collection, written)) {
        return val_fault();
    }
    return write->failures.first ? fault_refused(write) : doc;
}

/* Writes the document on trial, to learn which groups of aggregates it will count in; a new one
 * keeps its id. False: a fault. */
static bool foresee_groups(Write *write, const Object *object, TriggerEvent *event)
{
    Rt *rt = write->rt;
    RtStats stats = rt->stats;
    TxnMark mark = txn_mark(rt->txn);
    Value doc = put_document(write, object);
    if (val_is_fault(doc)) {
        return false;
    }
    trigger_event_expect(event, doc.as.version);
    txn_rewind(rt->txn, &mark);
    rt->stats = stats;
    write->has_id = true;
    trigger_event_read(event);
    return true;
}

/* The same, and then runs the triggers of the collection. `old` is the document of before, null
 * when it is new. */
static Value put_and_fire(Write *write, const Object *object, Value old)
{
    const Collection *collection = write->collection;
    if (LIKELY(collection->triggers.count == 0)) {
        return put_checked(write, object);
    }
    TriggerEvent event;
    TriggerAction action = write->is_new ? TRIGGER_CREATE : TRIGGER_UPDATE;
    trigger_event_begin(&event, write->rt, collection, action, old);
    if (collection->triggers.on_aggregates && !foresee_groups(write, object, &event)) {
        return val_fault();
    }
    TRY(doc, put_checked(write, object));
    return trigger_event_fire(&event, write->id, doc) ? doc : val_fault();
}

/* Sees to the collection's typed fields, if it has any. False: a fault. */
static bool obey_fields(Write *write, bool fill)
{
    const SchemaType *rules = write->collection->fields;
    return LIKELY(!rules) || field_rules_apply(&write->failures, rules, &write->fields, fill);
}

/* Whether who asks may create the document. Predicates see it with an id, which one that was not
 * given is not going to keep. */
static bool may_create(Write *write)
{
    if (LIKELY(write->rt->permission.role == ROLE_ADMIN)) {
        return true;
    }
    bool is_given = write->has_id;
    if (!is_given) {
        write->id = rt_new_id(write->rt);
    }
    return permission_check_write(write->rt, &(WriteAsked){.action = ACTION_CREATE,
                                                           .collection = write->collection->number,
                                                           .id = write->id,
                                                           .has_id = is_given,
                                                           .after = write->fields});
}

static Value create_document(Write *write, const Object *fields)
{
    read_given(write, fields);
    if (!write->failures.first && !obey_fields(write, true)) {
        return val_fault();
    }
    if (write->failures.first) {
        return fault_refused(write);
    }
    return may_create(write) ? put_and_fire(write, write->fields, val_null(NULL)) : val_fault();
}

Value doc_create(Rt *rt, const Collection *collection, const Object *fields, DataMode mode)
{
    if (!write_is_allowed(rt, "`create`")) {
        return val_fault();
    }
    if (UNLIKELY(rt->separate != NULL) && !separate_document(rt, collection->number)) {
        return val_fault();
    }
    Write write = {.rt = rt, .collection = collection, .mode = mode, .is_new = true};
    return create_document(&write, fields);
}

Value doc_import(Rt *rt, const Collection *collection, const Object *fields,
                 const DocOrigin *origin)
{
    if (!write_is_allowed(rt, "`import`")) {
        return val_fault();
    }
    Write write = {.rt = rt,
                   .collection = collection,
                   .mode = DATA_PLAIN,
                   .is_new = true,
                   .has_id = origin->has_id,
                   .id = origin->id};
    if (origin->time_us > 0 && origin->time_us < txn_time_us(rt->txn)) {
        write.time_us = origin->time_us;
    }
    if (origin->has_ttl) {
        take_ttl(&write, val_time_us(origin->ttl_us));
    }
    return create_document(&write, fields);
}

/* -- merging ----------------------------------------------------------------------------------- */

static Value merge_field(Rt *rt, Value base, Value patch)
{
    if (base.type == T_OBJECT && patch.type == T_OBJECT) {
        return object_merge(rt, base.as.object, patch.as.object);
    }
    return patch;
}

/* The same where `base` has all fields of `patch`, as with most changes: the shape stays. NULL: it
 * has not. */
static const Object *merge_slots(Rt *rt, const Object *base, const Object *patch)
{
    Object *merged = object_new(rt->heap, base->shape);
    memcpy(merged->slots, base->slots, (size_t)base->shape->count * sizeof(Value));
    for (int64_t i = 0; i < patch->shape->count; i++) {
        int64_t slot =
            shape_slot_hashed(base->shape, patch->shape->names[i], patch->shape->hashes[i]);
        if (slot < 0) {
            return NULL;
        }
        merged->slots[slot] = merge_field(rt, base->slots[slot], patch->slots[i]);
    }
    return merged;
}

Value object_merge(Rt *rt, const Object *base, const Object *patch)
{
    const Object *merged = merge_slots(rt, base, patch);
    if (LIKELY(merged)) {
        return val_object(merged);
    }
    Fields fields = {0};
    for (int64_t i = 0; i < base->shape->count; i++) {
        Str name = base->shape->names[i];
        const Value *change = object_get(patch, name);
        fields_add(rt, &fields, name,
                   change ? merge_field(rt, base->slots[i], *change) : base->slots[i]);
    }
    for (int64_t i = 0; i < patch->shape->count; i++) {
        if (!object_get(base, patch->shape->names[i])) {
            fields_add(rt, &fields, patch->shape->names[i], patch->slots[i]);
        }
    }
    return fields_object(rt, &fields);
}

/* -- changing ---------------------------------------------------------------------------------- */

Value fault_doc_not_found(Rt *rt, Value doc)
{
    const Collection *collection = catalog_collection_by_number(rt->catalog, doc.len);
    Str name = collection ? collection->name : STR("");
    if (doc.flags == DOC_NAMED) {
        return rt_fault(rt, FAULT_document_not_found, "%.*s `%.*s` not found.", STR_ARG(name),
                        STR_ARG(doc.as.doc_name->name));
    }
    return rt_fault(rt, FAULT_document_not_found,
                    "Collection `%.*s` does not contain document with id %lld.", STR_ARG(name),
                    (long long)val_doc_key(doc));
}

/* What is written to is a document as it is, also if it was read as it had been. */
static const Version *present_version(Rt *rt, Value doc)
{
    if (doc.flags == DOC_PAST) {
        doc = val_doc_id(doc.len, val_doc_key(doc));
    }
    return doc_version(rt, doc);
}

static Value change_document(Rt *rt, Value doc, const Object *given, DataMode mode, bool replace)
{
    const Collection *collection = catalog_collection_by_number(rt->catalog, doc.len);
    const Version *old = collection ? present_version(rt, doc) : NULL;
    if (!old) {
        return fault_doc_not_found(rt, doc);
    }
    if (UNLIKELY(rt->separate != NULL) && !separate_document(rt, collection->number)) {
        return val_fault();
    }
    Write write = {.rt = rt, .collection = collection, .mode = mode, .has_id = true, .id = old->id};
    read_given(&write, given);
    if (write.failures.first) {
        return fault_refused(&write);
    }
    if (!replace) {
        if (!write.has_ttl && old->flags & VERSION_TTL) {
            write.has_ttl = true;
            write.ttl_us = version_ttl_us(old);
        }
        write.fields =
            object_merge(rt, codec_decode(rt, old->doc).as.object, write.fields).as.object;
    }
    if (!obey_fields(&write, replace)) {
        return val_fault();
    }
    if (write.failures.first) {
        return fault_refused(&write);
    }
    WriteAsked asked = {.action = ACTION_WRITE,
                        .collection = doc.len,
                        .id = old->id,
                        .after = write.fields};
    return permission_check_write(rt, &asked)
               ? put_and_fire(&write, write.fields, val_doc(doc.len, old))
               : val_fault();
}

Value doc_update(Rt *rt, Value doc, const Object *fields, DataMode mode)
{
    if (!write_is_allowed(rt, "`update`")) {
        return val_fault();
    }
    if (doc.len == COLLECTION_COLLECTION) {
        return definition_update(rt, doc, fields);
    }
    if (doc.len == COLLECTION_FUNCTION) {
        return function_definition_update(rt, doc, fields);
    }
    if (collection_is_system(doc.len)) {
        return system_change(rt, doc, fields, false);
    }
    return change_document(rt, doc, fields, mode, false);
}

Value doc_replace(Rt *rt, Value doc, const Object *fields, DataMode mode)
{
    if (!write_is_allowed(rt, "`replace`")) {
        return val_fault();
    }
    if (doc.len == COLLECTION_COLLECTION) {
        return definition_replace(rt, doc, fields);
    }
    if (doc.len == COLLECTION_FUNCTION) {
        return function_definition_replace(rt, doc, fields);
    }
    if (collection_is_system(doc.len)) {
        return system_change(rt, doc, fields, true);
    }
    return change_document(rt, doc, fields, mode, true);
}

static Value delete_version(Rt *rt, uint32_t collection, const Version *old)
{
    StoreStatus status = txn_delete(rt->txn, collection, old->id);
    if (status != STORE_OK) {
        return rt_store_fault(rt, status);
    }
    rt->stats.write_ops++;
    Value deleted = val_doc_id(collection, old->id);
    deleted.aux = DOC_DELETED;
    return deleted;
}

static Value delete_and_fire(Rt *rt, const Collection *collection, const Version *old)
{
    TriggerEvent event;
    Value doc = val_doc(collection->number, old);
    trigger_event_begin(&event, rt, collection, TRIGGER_DELETE, doc);
    TRY(deleted, delete_version(rt, collection->number, old));
    return trigger_event_fire(&event, old->id, val_null(NULL)) ? deleted : val_fault();
}

Value doc_delete(Rt *rt, Value doc)
{
    if (!write_is_allowed(rt, "`delete`")) {
        return val_fault();
    }
    if (doc.len == COLLECTION_COLLECTION) {
        return definition_delete(rt, doc);
    }
    if (doc.len == COLLECTION_FUNCTION) {
        return function_definition_delete(rt, doc);
    }
    if (collection_is_system(doc.len)) {
        return system_delete(rt, doc);
    }
    if (!permission_check_write(rt, &(WriteAsked){.action = ACTION_DELETE,
                                                  .collection = doc.len,
                                                  .id = val_doc_key(doc)})) {
        return val_fault();
    }
    const Version *old = doc_stored_version(rt, doc);
    if (!old) {
        return fault_doc_not_found(rt, doc);
    }
    if (UNLIKELY(rt->separate != NULL) && !separate_document(rt, doc.len)) {
        return val_fault();
    }
    if (UNLIKELY(rt->has_triggers)) {
        const Collection *collection = catalog_collection_by_number(rt->catalog, doc.len);
        if (collection && collection->triggers.count > 0) {
            return delete_and_fire(rt, collection, old);
        }
    }
    return delete_version(rt, doc.len, old);
}

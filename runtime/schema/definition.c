/* definition: creating, changing and deleting collections. A collection is a document of
 * COLLECTION_COLLECTION, and what the store keeps for it: documents and indexes.
 *
 *   given ─► merged with the old ─► rules ─► completed ─► migrations ─► put: definition_store.c
 *                                            (order, queryable, status)
 *
 * Numbers of collections are never used twice, as documents may still refer to a collection
 * that was deleted: the next number is kept in a document of its own.
 */
#include "runtime/schema/definition.h"

#include "runtime/document/codec.h"
#include "runtime/document/reference.h"
#include "runtime/document/separate.h"
#include "runtime/schema/database.h"
#include "runtime/schema/definition_store.h"
#include "runtime/schema/derived_type.h"
#include "store/history.h"

enum {
    /* Its document 1: { next: the next collection's number }. */
    COLLECTION_COUNTER = COLLECTION_UNCOUNTED,
};

/* -- completing --------------------------------------------------------------------------- */

/* A value of an index with its order written out. */
static Value complete_value(Rt *rt, Value part)
{
    Fields fields = {0};
    const Object *given = part.as.object;
    Value order = field_or_null(given, STR("order"));
    fields_keep(rt, &fields, given, STR("field"));
    fields_add(rt, &fields, STR("order"), val_is_null(order) ? VAL_STR("asc") : order);
    fields_keep(rt, &fields, given, STR("mva"));
    return fields_object(rt, &fields);
}

static Value complete_index(Rt *rt, const Object *given)
{
    Fields fields = {0};
    fields_keep(rt, &fields, given, STR("terms"));
    Value values = field_or_null(given, STR("values"));
    if (!val_is_null(values)) {
        Value *items = arena_array(rt->heap, Value, values.len);
        for (int64_t i = 0; i < values.len; i++) {
            items[i] = complete_value(rt, values.as.items[i]);
        }
        fields_add(rt, &fields, STR("values"), val_array(items, values.len));
    }
    Value queryable = field_or_null(given, STR("queryable"));
    fields_add(rt, &fields, STR("queryable"), val_is_null(queryable) ? val_bool(true) : queryable);
    fields_add(rt, &fields, STR("status"), VAL_STR("complete"));
    return fields_object(rt, &fields);
}

static Value complete_indexes(Rt *rt, const Object *given)
{
    Fields fields = {0};
    for (int64_t i = 0; i < given->shape->count; i++) {
        if (!val_is_null(given->slots[i])) {
            fields_add(rt, &fields, given->shape->names[i],
                       complete_index(rt, given->slots[i].as.object));
        }
    }
    return fields_object(rt, &fields);
}

/* Adds the constraints of `given` that have field `kind`; returns how many there are by now. */
static int64_t gather_constraints(Rt *rt, Value given, Str kind, Value *items, int64_t count)
{
    bool unique = str_eq(kind, STR("unique"));
    for (int64_t i = 0; i < given.len; i++) {
        Str names[2] = {kind, STR("status")};
        Value values[2] = {field_or_null(given.as.items[i].as.object, kind), VAL_STR("active")};
        if (!val_is_null(values[0])) {
            items[count++] = rt_object(rt, names, values, unique ? 2 : 1);
        }
    }
    return count;
}

/* Unique constraints, in the order of internal_uniques, come before checks. */
static Value complete_constraints(Rt *rt, Value given)
{
    Value *items = arena_array(rt->heap, Value, given.len);
    int64_t count = gather_constraints(rt, given, STR("unique"), items, 0);
    count = gather_constraints(rt, given, STR("check"), items, count);
    return val_array(items, count);
}

/* `given` without what is null in it. */
static Value without_nulls(Rt *rt, const Object *given)
{
    Fields fields = {0};
    for (int64_t i = 0; i < given->shape->count; i++) {
        fields_keep(rt, &fields, given, given->shape->names[i]);
    }
    return fields_object(rt, &fields);
}

/* The same, with what is null in its fields left out too: fields, triggers, aggregates. */
static Value without_inner_nulls(Rt *rt, const Object *given)
{
    Fields fields = {0};
    for (int64_t i = 0; i < given->shape->count; i++) {
        if (!val_is_null(given->slots[i])) {
            fields_add(rt, &fields, given->shape->names[i],
                       without_nulls(rt, given->slots[i].as.object));
        }
    }
    return fields_object(rt, &fields);
}

static Value complete_migrations(Rt *rt, Value given)
{
    Value *items = arena_array(rt->heap, Value, given.len);
    for (int64_t i = 0; i < given.len; i++) {
        items[i] = without_nulls(rt, given.as.items[i].as.object);
    }
    return val_array(items, given.len);
}

/* All fields of a definition that obeys the rules, with what users may leave out. */
static Fields complete(Rt *rt, const Object *given, bool is_update)
{
    Fields fields = {0};
    fields_keep(rt, &fields, given, STR("name"));
    fields_keep(rt, &fields, given, STR("alias"));
    Value history_days = field_or_null(given, STR("history_days"));
    if (!val_is_null(history_days) || !is_update) {
        fields_add(rt, &fields, STR("history_days"),
                   val_is_null(history_days) ? val_int(0) : history_days);
    }
    fields_keep(rt, &fields, given, STR("ttl_days"));
    fields_keep(rt, &fields, given, STR("document_ttls"));
    Value indexes = field_or_null(given, STR("indexes"));
    if (!val_is_null(indexes)) {
        fields_add(rt, &fields, STR("indexes"), complete_indexes(rt, indexes.as.object));
    }
    Value constraints = field_or_null(given, STR("constraints"));
    if (!val_is_null(constraints)) {
        fields_add(rt, &fields, STR("constraints"), complete_constraints(rt, constraints));
    }
    Value computed = field_or_null(given, STR("computed_fields"));
    if (!val_is_null(computed)) {
        fields_add(rt, &fields, STR("computed_fields"), without_nulls(rt, computed.as.object));
    }
    const Str nested[] = {STR("fields"), STR("aggregates"), STR("triggers")};
    for (int64_t i = 0; i < countof(nested); i++) {
        Value value = field_or_null(given, nested[i]);
        if (!val_is_null(value)) {
            fields_add(rt, &fields, nested[i], without_inner_nulls(rt, value.as.object));
        }
    }
    fields_keep(rt, &fields, given, STR("wildcard"));
    Value migrations = field_or_null(given, STR("migrations"));
    if (!val_is_null(migrations)) {
        fields_add(rt, &fields, STR("migrations"), complete_migrations(rt, migrations));
    }
    fields_keep(rt, &fields, given, STR("data"));
    return fields;
}

/* -- numbers ----------------------------------------------------------------------------------- */

bool definition_ensure_collection(Rt *rt, uint32_t number)
{
    StoreStatus status = txn_create_collection(rt->txn, number);
    return (status == STORE_EXISTS || definition_store_ok(rt, status)) &&
           system_make_indexes(rt, number);
}

/* The number of the next collection. False: a fault. */
static bool take_number(Rt *rt, uint32_t *number)
{
    if (!definition_ensure_collection(rt, COLLECTION_COUNTER) ||
        !definition_ensure_collection(rt, COLLECTION_COLLECTION)) {
        return false;
    }
    const Version *counter = txn_get(rt->txn, COLLECTION_COUNTER, 1);
    Value next = counter ? field_or_null(codec_decode(rt, counter->doc).as.object, STR("next"))
                         : val_int(COLLECTION_USER_FIRST);
    assert(val_is_integer(next));
    *number = (uint32_t)next.as.integer;
    Str name = STR("next");
    Value after = val_number(next.as.integer + 1);
    Put put = {.ttl_us = TTL_NEVER};
    return codec_encode(rt, rt->heap, rt_object(rt, &name, &after, 1).as.object, &put.doc) &&
           definition_store_ok(rt, txn_put(rt->txn, COLLECTION_COUNTER, 1, &put, NULL)) &&
           definition_store_ok(rt, txn_create_collection(rt->txn, *number));
}

/* -- creating, changing, deleting -------------------------------------------------------------- */

static bool has_documents(Rt *rt, uint32_t number)
{
    StoreCursor *cursor = cursor_documents(rt->txn, number, INT64_MIN, INT64_MAX, false);
    const Version *version;
    bool found = cursor_next(cursor, &version, NULL);
    cursor_close(cursor);
    return found;
}

static bool same_part(const Object *before, const Object *after, Str name)
{
    return val_equal(field_or_null(before, name), field_or_null(after, name));
}

/* Whether migrations have to be looked at. `before` NULL: there are no documents. */
static bool needs_plan(const Object *before, const Object *after)
{
    Value migrations = field_or_null(after, STR("migrations"));
    return before ? !same_part(before, after, STR("fields")) ||
                        !same_part(before, after, STR("wildcard")) ||
                        !same_part(before, after, STR("migrations"))
                  : !val_is_null(migrations) && migrations.len > 0;
}

/* The migrations that bring the documents of `before` (NULL: it is new), whose definition was
 * `old`, to the new one. False: a fault. */
static bool plan_migrations(Rt *rt, const Collection *before, const Object *old,
                            const Fields *fields, Migrations *migrations)
{
    const Object *now = fields_object(rt, fields).as.object;
    const Object *filled = before && has_documents(rt, before->number) ? old : NULL;
    *migrations = (Migrations){0};
    return !needs_plan(filled, now) || rt->up->plan_migrations(rt, filled, now, migrations);
}

bool definition_is_persistable(Rt *rt, const Object *given)
{
    Str bytes;
    return codec_encode(rt, rt->heap, given, &bytes);
}

Value definition_create(Rt *rt, const Object *given)
{
    if (!write_is_allowed(rt, "`create`") || !definition_is_persistable(rt, given)) {
        return val_fault();
    }
    if (!permission_check_write(rt, &(WriteAsked){.action = ACTION_CREATE,
                                                  .collection = COLLECTION_COLLECTION,
                                                  .id = rt_new_id(rt),
                                                  .after = given})) {
        return val_fault();
    }
    Failures failures = {.rt = rt};
    definition_check(&failures, given, NULL);
    definition_check_read_only(&failures, given, NULL);
    if (failures.first) {
        return failure_fault(&failures, STR("Failed to create Collection."));
    }
    Fields fields = complete(rt, given, false);
    Migrations migrations;
    uint32_t number;
    if (!plan_migrations(rt, NULL, NULL, &fields, &migrations) || !take_number(rt, &number)) {
        return val_fault();
    }
    TRY(created, definition_put(rt, number, NULL, &fields, &migrations));
    references_check_late(rt, created, (Str){0});
    return derived_types_are_free(rt, number, NULL) ? created : val_fault();
}

/* The definition's document, and the collection as it is now; NULL: there is none. */
static const Collection *find_defined(Rt *rt, Value doc, const Version **version)
{
    *version = doc_version(rt, doc);
    return *version ? catalog_collection_by_number(rt->catalog, (uint32_t)(*version)->id) : NULL;
}

static Value fault_not_found(Rt *rt, Value doc)
{
    if (doc.flags == DOC_NAMED) {
        return rt_fault(rt, FAULT_document_not_found, "Collection `%.*s` not found.",
                        STR_ARG(doc.as.doc_name->name));
    }
    return rt_fault(rt, FAULT_document_not_found,
                    "Collection `Collection` does not contain document with id %lld.",
                    (long long)val_doc_key(doc));
}

const Object *definition_visible(Rt *rt, const Version *version)
{
    Fields fields = {0};
    const Object *all = codec_decode(rt, version->doc).as.object;
    for (int64_t i = 0; i < all->shape->count; i++) {
        if (!str_starts_with(all->shape->names[i], STR("internal_"))) {
            fields_add(rt, &fields, all->shape->names[i], all->slots[i]);
        }
    }
    return fields_object(rt, &fields).as.object;
}

#define PROTECTED ": destructive change forbidden because database is in protected mode."

/* What a protected database refuses: the past and the documents of a collection to be kept for
 * less long than before. */
static void check_protected(Failures *failures, const Object *old, const Object *merged)
{
    if (!database_is_protected(failures->rt)) {
        return;
    }
    Value history_before = field_or_null(old, STR("history_days"));
    Value history = field_or_null(merged, STR("history_days"));
    if (val_is_integer(history_before) && history_before.as.integer > 0 && val_is_null(history)) {
        failure_add_plain(failures, STR("Cannot remove `history_days` field" PROTECTED));
    } else if (val_is_integer(history_before) && val_is_integer(history) &&
               history.as.integer < history_before.as.integer) {
        failure_add_plain(failures, STR("Cannot decrease `history_days` field" PROTECTED));
    }
    Value ttl_before = field_or_null(old, STR("ttl_days"));
    Value ttl = field_or_null(merged, STR("ttl_days"));
    if (val_is_null(ttl_before) && val_is_integer(ttl)) {
        failure_add_plain(failures, STR("Cannot add `ttl_days` field" PROTECTED));
    } else if (val_is_integer(ttl_before) && val_is_integer(ttl) &&
               ttl.as.integer < ttl_before.as.integer) {
        failure_add_plain(failures, STR("Cannot decrease `ttl_days` field" PROTECTED));
    }
}

static Value change_definition(Rt *rt, Value doc, const Object *given, bool replace)
{
    const Version *version;
    const Collection *before = find_defined(rt, doc, &version);
    if (!before) {
        return fault_not_found(rt, doc);
    }
    if (!definition_is_persistable(rt, given)) {
        return val_fault();
    }
    const Object *old = definition_visible(rt, version);
    const Object *merged = replace ? given : object_merge(rt, old, given).as.object;
    if (!permission_check_write(rt, &(WriteAsked){.action = ACTION_WRITE,
                                                  .collection = COLLECTION_COLLECTION,
                                                  .id = version->id,
                                                  .after = merged})) {
        return val_fault();
    }
    Failures failures = {.rt = rt};
    definition_check(&failures, merged, before);
    definition_check_read_only(&failures, given, old);
    check_protected(&failures, old, merged);
    if (failures.first) {
        return failure_fault(&failures, str_format(rt->query, "Failed to update Collection `%.*s`.",
                                                   STR_ARG(before->name)));
    }
    Fields fields = complete(rt, merged, !replace);
    Migrations migrations;
    if (!plan_migrations(rt, before, old, &fields, &migrations)) {
        return val_fault();
    }
    TRY(changed, definition_put(rt, before->number, before, &fields, &migrations));
    Str name = val_as_str(field_or_null(merged, STR("name")));
    references_check_late(rt, changed, (Str){0});
    bool ok = derived_types_are_free(rt, before->number, before) &&
              references_follow(rt, COLLECTION_COLLECTION, before->name, name);
    return ok ? changed : val_fault();
}

Value definition_update(Rt *rt, Value doc, const Object *fields)
{
    return change_definition(rt, doc, fields, false);
}

Value definition_replace(Rt *rt, Value doc, const Object *fields)
{
    return change_definition(rt, doc, fields, true);
}

Value definition_delete(Rt *rt, Value doc)
{
    const Version *version = doc_stored_version(rt, doc);
    if (!permission_check_write(rt, &(WriteAsked){.action = ACTION_DELETE,
                                                  .collection = COLLECTION_COLLECTION,
                                                  .id = version ? version->id : -1})) {
        return val_fault();
    }
    const Collection *before =
        version ? catalog_collection_by_number(rt->catalog, (uint32_t)version->id) : NULL;
    if (!before) {
        return fault_not_found(rt, doc);
    }
    if (database_is_protected(rt)) {
        Failures failures = {.rt = rt};
        failure_add_plain(&failures, STR("Cannot delete collection" PROTECTED));
        return failure_fault(&failures, str_format(rt->query, "Failed to delete Collection `%.*s`.",
                                                   STR_ARG(before->name)));
    }
    if (rt->separate != NULL && !separate_definition(rt, before->number)) {
        return val_fault();
    }
    separate_keep_names(rt);
    Value deleted = val_doc(COLLECTION_COLLECTION, version);
    deleted.aux = DOC_DELETED;
    uint32_t number = before->number;
    if (!catalog_write(rt, COLLECTION_COLLECTION, number, NULL) ||
        !definition_store_ok(rt, txn_drop_collection(rt->txn, number))) {
        return val_fault();
    }
    references_check_late(rt, deleted, (Str){0});
    return deleted;
}

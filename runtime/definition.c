/* definition: creating, changing and deleting collections. A collection is a document of
 * COLLECTION_COLLECTION, and what the store keeps for it: documents and indexes.
 *
 *   given ─► merged with the old ─► rules ─► completed ─► store: indexes made and dropped
 *                                            (order, queryable,      │
 *                                             status)                ▼
 *                                                       document put, catalog loaded again
 *
 * An index whose terms and values stay the same is kept, whatever else changes.
 *
 * Numbers of collections are never used twice, as documents may still refer to a collection
 * that was deleted: the next number is kept in a document of its own.
 */
#include "runtime/definition.h"

#include "runtime/codec.h"
#include "runtime/derived.h"
#include "runtime/derived_type.h"
#include "runtime/fields.h"
#include "runtime/reference.h"

enum {
    /* Its document 1: { next: the next collection's number }. */
    COLLECTION_COUNTER = COLLECTION_UNCOUNTED,
};

static bool store_ok(Rt *rt, StoreStatus status)
{
    if (status != STORE_OK) {
        (void)rt_store_fault(rt, status);
    }
    return status == STORE_OK;
}

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
    fields_keep(rt, &fields, given, STR("data"));
    return fields;
}

/* -- indexes in the store --------------------------------------------------------------------- */

/* An index that a definition asks for. */
typedef struct Wanted {
    Str name; /* empty: it is that of a unique constraint */
    IndexSpec spec;
    uint32_t number; /* 0: it is to be made */
} Wanted;

/* The change of one collection under way. */
typedef struct Change {
    Rt *rt;
    uint32_t number;
    const Collection *before; /* NULL: it is new */
    bool *kept;               /* which indexes of `before` go on */
    const Object *computed;   /* computed fields of the new definition; NULL: none */
    VEC(Wanted) wanted;       /* unique constraints' last */
    Aggregate *aggregates;    /* of the new definition; number 0: it is to be made */
    int64_t aggregate_count;
    bool *aggregates_kept; /* which of `before` go on */
} Change;

/* Whether an indexed computed field has the body that it had. */
static bool same_body(const Change *change, Str field)
{
    const DocFunction *old = doc_functions_find(&change->before->computed, field);
    Value now = field_or_null(change->computed, field);
    return old && str_eq(old->source.text, val_as_str(field_or_null(now.as.object, STR("body"))));
}

static bool same_parts(const Change *change, const IndexTerm *a, int64_t a_count,
                       const IndexTerm *b, int64_t b_count)
{
    bool same = a_count == b_count;
    for (int64_t i = 0; i < a_count && same; i++) {
        same = definition_same_part(&a[i], &b[i]) &&
               (a[i].source != KEY_FROM_DERIVED || same_body(change, a[i].path[0]));
    }
    return same;
}

/* The number of an index of before that has the same entries, or 0. */
static uint32_t find_same_index(Change *change, const IndexSpec *spec)
{
    const Collection *before = change->before;
    for (int64_t i = 0; before && i < before->index_count; i++) {
        const Index *index = &before->indexes[i];
        if (!change->kept[i] && index->unique == spec->unique &&
            same_parts(change, index->terms, index->term_count, spec->terms, spec->term_count) &&
            same_parts(change, index->values, index->value_count, spec->values,
                       spec->value_count)) {
            change->kept[i] = true;
            return index->number;
        }
    }
    return 0;
}

static void want_index(Change *change, Str name, Value terms, Value values)
{
    Arena *heap = change->rt->heap;
    Wanted wanted = {.name = name, .spec = {.unique = name.len == 0}};
    IndexSpec *spec = &wanted.spec;
    spec->term_count = definition_parts(heap, terms, change->computed, &spec->terms);
    spec->value_count = definition_parts(heap, values, change->computed, &spec->values);
    wanted.number = find_same_index(change, spec);
    vec_push(&change->wanted, heap, wanted);
}

/* Lists the indexes that `definition` asks for. */
static void want_indexes(Change *change, const Object *definition)
{
    Value computed = field_or_null(definition, STR("computed_fields"));
    change->computed = val_is_null(computed) ? NULL : computed.as.object;
    Value indexes = field_or_null(definition, STR("indexes"));
    for (int64_t i = 0; !val_is_null(indexes) && i < indexes.as.object->shape->count; i++) {
        const Object *index = indexes.as.object->slots[i].as.object;
        want_index(change, indexes.as.object->shape->names[i], field_or_null(index, STR("terms")),
                   field_or_null(index, STR("values")));
    }
    Value constraints = field_or_null(definition, STR("constraints"));
    for (int64_t i = 0; !val_is_null(constraints) && i < constraints.len; i++) {
        Value terms = field_or_null(constraints.as.items[i].as.object, STR("unique"));
        if (val_is_null(terms)) {
            break; /* only checks follow */
        }
        want_index(change, (Str){0}, terms, val_null(NULL));
    }
}

static bool same_folds(const Change *change, const AggregateSpec *a, const AggregateSpec *b)
{
    bool same = a->fold_count == b->fold_count;
    for (int64_t i = 0; i < a->fold_count && same; i++) {
        const FoldSpec *fold = &a->folds[i];
        const FoldSpec *other = &b->folds[i];
        same = fold->kind == other->kind && fold->n == other->n &&
               (fold->kind == FOLD_COUNT || same_parts(change, &fold->part, 1, &other->part, 1));
    }
    return same;
}

/* The number of an aggregate of before that keeps the same, or 0. Its name must be the same when
 * it has a condition, as that is kept with documents under the name. */
static uint32_t find_same_aggregate(Change *change, const Aggregate *wanted)
{
    const Collection *before = change->before;
    for (int64_t i = 0; before && i < before->aggregates.count; i++) {
        const Aggregate *old = &before->aggregates.at[i];
        const AggregateSpec *a = &old->spec;
        const AggregateSpec *b = &wanted->spec;
        if (!change->aggregates_kept[i] && str_eq(old->name, wanted->name) &&
            str_eq(old->where.source.text, wanted->where.source.text) &&
            same_parts(change, a->terms, a->term_count, b->terms, b->term_count) &&
            same_folds(change, a, b)) {
            change->aggregates_kept[i] = true;
            return old->number;
        }
    }
    return 0;
}

/* Lists the aggregates that `definition` asks for. */
static void want_aggregates(Change *change, const Object *definition)
{
    Arena *heap = change->rt->heap;
    Value aggregates = field_or_null(definition, STR("aggregates"));
    if (val_is_null(aggregates)) {
        return;
    }
    Str collection = val_as_str(field_or_null(definition, STR("name")));
    const Object *object = aggregates.as.object;
    change->aggregates = arena_array(heap, Aggregate, object->shape->count);
    for (int64_t i = 0; i < object->shape->count; i++) {
        Aggregate wanted = aggregate_from_definition(heap, collection, object->shape->names[i],
                                                     object->slots[i].as.object, change->computed);
        wanted.number = find_same_aggregate(change, &wanted);
        change->aggregates[change->aggregate_count++] = wanted;
    }
}

static bool drop_unused_aggregates(Change *change)
{
    const Collection *before = change->before;
    for (int64_t i = 0; before && i < before->aggregates.count; i++) {
        uint32_t number = before->aggregates.at[i].number;
        if (!change->aggregates_kept[i] &&
            !store_ok(change->rt, txn_drop_aggregate(change->rt->txn, number))) {
            return false;
        }
    }
    return true;
}

static bool make_aggregates(Change *change)
{
    Rt *rt = change->rt;
    for (int64_t i = 0; i < change->aggregate_count; i++) {
        Aggregate *aggregate = &change->aggregates[i];
        if (aggregate->number == 0 &&
            !store_ok(rt, txn_create_aggregate(rt->txn, change->number, &aggregate->spec,
                                               &aggregate->number))) {
            return false;
        }
    }
    return true;
}

static bool drop_unused_indexes(Change *change)
{
    const Collection *before = change->before;
    for (int64_t i = 0; before && i < before->index_count; i++) {
        if (!change->kept[i] &&
            !store_ok(change->rt, txn_drop_index(change->rt->txn, before->indexes[i].number))) {
            return false;
        }
    }
    return true;
}

/* The clash of existing documents with a new unique constraint. */
static Value fault_existing_clash(Rt *rt, const IndexSpec *spec)
{
    Failures failures = {.rt = rt};
    failure_add(&failures, spec->terms[0].path, spec->terms[0].path_len,
                STR("Failed unique constraint"));
    return failure_fault(&failures, STR("Failed unique constraint."));
}

/* Makes the indexes that are wanted and not there. */
static bool make_indexes(Change *change)
{
    Rt *rt = change->rt;
    for (int64_t i = 0; i < change->wanted.len; i++) {
        Wanted *wanted = &change->wanted.at[i];
        if (wanted->number != 0) {
            continue;
        }
        StoreStatus status =
            txn_create_index(rt->txn, change->number, &wanted->spec, &wanted->number);
        if (status == STORE_NOT_UNIQUE) {
            (void)fault_existing_clash(rt, &wanted->spec);
            return false;
        }
        if (!store_ok(rt, status)) {
            return false;
        }
    }
    return true;
}

/* Adds internal_indexes, the store's number of each index by name, and internal_uniques, that of
 * each unique constraint's. */
static void add_numbers(const Change *change, const Object *definition, Fields *fields)
{
    Rt *rt = change->rt;
    Fields numbers = {0};
    Value *uniques = arena_array(rt->heap, Value, change->wanted.len);
    int64_t count = 0;
    for (int64_t i = 0; i < change->wanted.len; i++) {
        const Wanted *wanted = &change->wanted.at[i];
        if (wanted->name.len > 0) {
            fields_add(rt, &numbers, wanted->name, val_long(wanted->number));
        } else {
            uniques[count++] = val_long(wanted->number);
        }
    }
    if (!val_is_null(field_or_null(definition, STR("indexes")))) {
        fields_add(rt, fields, STR("internal_indexes"), fields_object(rt, &numbers));
    }
    if (!val_is_null(field_or_null(definition, STR("constraints")))) {
        fields_add(rt, fields, STR("internal_uniques"), val_array(uniques, count));
    }
}

/* Adds internal_aggregates: the store's number of each aggregate by name. */
static void add_aggregate_numbers(const Change *change, Fields *fields)
{
    Rt *rt = change->rt;
    Fields numbers = {0};
    for (int64_t i = 0; i < change->aggregate_count; i++) {
        fields_add(rt, &numbers, change->aggregates[i].name,
                   val_long(change->aggregates[i].number));
    }
    if (change->aggregates) {
        fields_add(rt, fields, STR("internal_aggregates"), fields_object(rt, &numbers));
    }
}

/* Writes the definition with the numbers that its indexes have by now, and loads it. */
static bool put_numbered(const Change *change, const Fields *fields, bool is_new)
{
    Rt *rt = change->rt;
    Fields numbered = {0};
    for (int64_t i = 0; i < fields->names.len; i++) {
        fields_add(rt, &numbered, fields->names.at[i], fields->values.at[i]);
    }
    add_numbers(change, fields_object(rt, fields).as.object, &numbered);
    add_aggregate_numbers(change, &numbered);
    Put put = {.ttl_us = TTL_NEVER, .expect_new = is_new};
    return codec_encode(rt, rt->heap, fields_object(rt, &numbered).as.object, &put.doc) &&
           store_ok(rt, txn_put(rt->txn, COLLECTION_COLLECTION, change->number, &put, NULL)) &&
           catalog_load(rt);
}

/* Works out what documents must hold for the new indexes. Their fields are computed under the new
 * definition, whose new indexes have no number yet. */
static bool renew_documents(const Change *change, const Fields *fields)
{
    Rt *rt = change->rt;
    if (!change->before || (!change->computed && change->aggregate_count == 0) ||
        txn_count(rt->txn, change->number) == 0) {
        return true;
    }
    if (!put_numbered(change, fields, false)) {
        return false;
    }
    const Collection *now = catalog_collection_by_number(rt->catalog, change->number);
    return !derived_changed(change->before, now) || derived_renew(rt, now);
}

/* Puts the definition and its indexes into the store. */
static Value put_definition(Change *change, Fields *fields)
{
    Rt *rt = change->rt;
    const Collection *before = change->before;
    change->kept = arena_array(rt->heap, bool, before ? before->index_count : 0);
    change->aggregates_kept = arena_array(rt->heap, bool, before ? before->aggregates.count : 0);
    want_indexes(change, fields_object(rt, fields).as.object);
    want_aggregates(change, fields_object(rt, fields).as.object);
    bool ok = drop_unused_indexes(change) && drop_unused_aggregates(change) &&
              renew_documents(change, fields) && make_indexes(change) && make_aggregates(change) &&
              put_numbered(change, fields, change->before == NULL);
    return ok ? val_doc_id(COLLECTION_COLLECTION, change->number) : val_fault();
}

/* -- numbers ----------------------------------------------------------------------------------- */

bool definition_ensure_collection(Rt *rt, uint32_t number)
{
    StoreStatus status = txn_create_collection(rt->txn, number);
    return status == STORE_EXISTS || store_ok(rt, status);
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
           store_ok(rt, txn_put(rt->txn, COLLECTION_COUNTER, 1, &put, NULL)) &&
           store_ok(rt, txn_create_collection(rt->txn, *number));
}

/* -- creating, changing, deleting
 * ------------------------------------------------------------------ */

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
    Failures failures = {.rt = rt};
    definition_check(&failures, given, NULL);
    definition_check_read_only(&failures, given, NULL);
    if (failures.first) {
        return failure_fault(&failures, STR("Failed to create Collection."));
    }
    Change change = {.rt = rt};
    if (!take_number(rt, &change.number)) {
        return val_fault();
    }
    Fields fields = complete(rt, given, false);
    TRY(created, put_definition(&change, &fields));
    references_check_late(rt, created, (Str){0});
    return derived_types_are_free(rt, change.number, NULL) ? created : val_fault();
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
    Failures failures = {.rt = rt};
    definition_check(&failures, merged, before);
    definition_check_read_only(&failures, given, old);
    if (failures.first) {
        return failure_fault(&failures, str_format(rt->query, "Failed to update Collection `%.*s`.",
                                                   STR_ARG(before->name)));
    }
    Change change = {.rt = rt, .number = before->number, .before = before};
    Fields fields = complete(rt, merged, !replace);
    TRY(changed, put_definition(&change, &fields));
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
    const Version *version;
    const Collection *before = find_defined(rt, doc, &version);
    if (!before) {
        return fault_not_found(rt, doc);
    }
    Value deleted = val_doc(COLLECTION_COLLECTION, version);
    deleted.aux = DOC_DELETED;
    if (!store_ok(rt, txn_delete(rt->txn, COLLECTION_COLLECTION, before->number)) ||
        !store_ok(rt, txn_drop_collection(rt->txn, before->number)) || !catalog_load(rt)) {
        return val_fault();
    }
    references_check_late(rt, deleted, (Str){0});
    return deleted;
}

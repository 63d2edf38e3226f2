/* definition_store: what the store keeps for a collection's definition: indexes, aggregates, the
 * documents as the definition wants them, and the definition's own document.
 *
 *   definition ─► indexes wanted ─► unused ones dropped ─► documents migrated, ─► new ones made
 *                 those of before                          derived blocks           │
 *                 that stay the same                                                ▼
 *                                                          definition put with their numbers
 *
 * An index whose terms and values stay the same is kept, whatever else changes. Only migrations
 * make all of them anew: that is quicker than following each document, and documents that are
 * migrated may clash with those that are not yet.
 */
#include "runtime/schema/definition_store.h"

#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/document/separate.h"
#include "runtime/schema/check.h"
#include "runtime/schema/database.h"
#include "runtime/schema/definition.h"
#include "runtime/schema/derived.h"
#include "store/history.h"
#include "store/index.h"

bool definition_store_ok(Rt *rt, StoreStatus status)
{
    if (status != STORE_OK) {
        (void)rt_store_fault(rt, status);
    }
    return status == STORE_OK;
}

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
    const Migrations *migrations;
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
        same = key_part_is_same(&a[i], &b[i]) &&
               (a[i].source != KEY_FROM_DERIVED || same_body(change, a[i].path[0]));
    }
    return same;
}

/* The collection whose indexes and aggregates may go on, or NULL. */
static const Collection *source_of_parts(const Change *change)
{
    return change->migrations->count == 0 ? change->before : NULL;
}

/* The number of an index of before that has the same entries, or 0. */
static uint32_t find_same_index(Change *change, const IndexSpec *spec)
{
    const Collection *before = source_of_parts(change);
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
    const Collection *before = source_of_parts(change);
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
            !definition_store_ok(change->rt, txn_drop_aggregate(change->rt->txn, number))) {
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
            !definition_store_ok(rt, txn_create_aggregate(rt->txn, change->number, &aggregate->spec,
                                                          &aggregate->number))) {
            return false;
        }
    }
    return true;
}

static bool fault_protected_index(const Change *change)
{
    Rt *rt = change->rt;
    Failures failures = {.rt = rt};
    failure_add_plain(&failures, STR("Cannot cause deletion of backing index: destructive change "
                                     "forbidden because database is in protected mode."));
    (void)failure_fault(&failures, str_format(rt->query, "Failed to update Collection `%.*s`.",
                                              STR_ARG(change->before->name)));
    return false;
}

static bool drop_unused_indexes(Change *change)
{
    const Collection *before = change->before;
    for (int64_t i = 0; before && i < before->index_count; i++) {
        if (!change->kept[i] && database_is_protected(change->rt)) {
            return fault_protected_index(change);
        }
        if (!change->kept[i] &&
            !definition_store_ok(change->rt,
                                 txn_drop_index(change->rt->txn, before->indexes[i].number))) {
            return false;
        }
    }
    return true;
}

/* The clash of existing documents with a new unique constraint. */
static Value fault_existing_clash(Rt *rt, const IndexSpec *spec)
{
    Failures failures = {.rt = rt};
    int64_t count;
    const TxnConflict *clash = txn_conflicts(rt->txn, &count);
    assert(count == 1);
    failure_add(&failures, spec->terms[0].path, spec->terms[0].path_len,
                str_format(rt->query,
                           "Failed unique constraint: documents %lld and %lld have the same values",
                           (long long)clash->id, (long long)clash->other_id));
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
        if (!definition_store_ok(rt, status)) {
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
           catalog_write(rt, COLLECTION_COLLECTION, change->number, &put);
}

/* Makes documents what the new definition wants them to be: migrated, and with what new indexes
 * are made of. Both are worked out under the new definition, whose new indexes have no number yet.
 */
static bool renew_documents(const Change *change, const Fields *fields)
{
    Rt *rt = change->rt;
    bool derives = change->computed || change->aggregate_count > 0;
    if (!change->before || (!derives && change->migrations->count == 0) ||
        txn_count(rt->txn, change->number) == 0) {
        return true;
    }
    if (!put_numbered(change, fields, false)) {
        return false;
    }
    const Collection *now = catalog_collection_by_number(rt->catalog, change->number);
    if (change->migrations->count > 0) {
        return migration_run(rt, now, change->migrations);
    }
    return !derived_changed(change->before, now) || derived_renew(rt, now);
}

/* Tells the store how long the past of the collection is to be kept. */
static bool keep_history(const Change *change, const Object *definition)
{
    Value days = field_or_null(definition, STR("history_days"));
    int64_t wanted = val_is_integer(days) ? days.as.integer : 0;
    int64_t keep_us = wanted < HISTORY_KEEP_MAX_US / DAY_US ? wanted * DAY_US : HISTORY_KEEP_MAX_US;
    return definition_store_ok(change->rt,
                               txn_keep_history(change->rt->txn, change->number, keep_us));
}

/* Whether documents that exist satisfy checks that are new, migrated ones all of them. */
static bool still_holds(const Change *change)
{
    const Catalog *catalog = change->rt->catalog;
    return !change->before || checks_hold(change->rt, change->before,
                                          catalog_collection_by_number(catalog, change->number),
                                          change->migrations->count > 0);
}

Value definition_put(Rt *rt, uint32_t number, const Collection *before, const Fields *fields,
                     const Migrations *migrations)
{
    if (rt->separate != NULL && !separate_definition(rt, number)) {
        return val_fault();
    }
    separate_keep_names(rt);
    Change change = {.rt = rt, .number = number, .before = before, .migrations = migrations};
    const Object *definition = fields_object(rt, fields).as.object;
    change.kept = arena_array(rt->heap, bool, before ? before->index_count : 0);
    change.aggregates_kept = arena_array(rt->heap, bool, before ? before->aggregates.count : 0);
    want_indexes(&change, definition);
    want_aggregates(&change, definition);
    bool ok = drop_unused_indexes(&change) && drop_unused_aggregates(&change) &&
              renew_documents(&change, fields) && make_indexes(&change) &&
              make_aggregates(&change) && put_numbered(&change, fields, before == NULL) &&
              keep_history(&change, definition) && still_holds(&change);
    return ok ? val_doc_id(COLLECTION_COLLECTION, number) : val_fault();
}

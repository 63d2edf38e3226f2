/* aggregate: definitions of aggregates, and reading groups of them.
 *
 *   totals   count   sum .stars   mean .stars   max .stars
 *              │          └────┬────────┘            │
 *   folds    COUNT         SUM .stars            MAX .stars       each once
 *
 * What a definition of one must look like is checked in definition_aggregate.c.
 */
#include "runtime/document/aggregate.h"

#include "runtime/access/permission.h"
#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/schema/definition.h"
#include "store/index.h"

/* -- definitions ------------------------------------------------------------------------------ */

static const FoldKind folds_of[TOTAL_KINDS] = {
    [TOTAL_COUNT] = FOLD_COUNT,
    [TOTAL_SUM] = FOLD_SUM,
    [TOTAL_MEAN] = FOLD_SUM,
    [TOTAL_MIN] = FOLD_MIN,
    [TOTAL_MAX] = FOLD_MAX,
    [TOTAL_TOP] = FOLD_TOP,
    [TOTAL_COUNT_DISTINCT] = FOLD_DISTINCT,
};

static bool same_fold(const FoldSpec *a, const FoldSpec *b)
{
    return a->kind == b->kind && a->n == b->n &&
           (a->kind == FOLD_COUNT || key_part_is_same(&a->part, &b->part));
}

/* The place of `fold` among the first `count`, where it is put if it is not there. */
static int64_t place_fold(FoldSpec *folds, int64_t *count, FoldSpec fold)
{
    for (int64_t i = 0; i < *count; i++) {
        if (same_fold(&folds[i], &fold)) {
            return i;
        }
    }
    folds[*count] = fold;
    return (*count)++;
}

/* { mean: ".stars" } */
static Total read_total(Arena *arena, const Object *definition, const Object *computed,
                        FoldSpec *folds, int64_t *count)
{
    Total total = {0};
    FoldSpec fold = {0};
    for (int i = 0; i < TOTAL_KINDS; i++) {
        Value field = field_or_null(definition, total_text((TotalKind)i));
        if (!val_is_null(field)) {
            total.kind = (TotalKind)i;
            fold.kind = folds_of[i];
            (void)(field.type == T_STRING && definition_part(arena, field, computed, &fold.part));
        }
    }
    if (total.kind == TOTAL_TOP) {
        fold.n = field_or_null(definition, STR("n")).as.integer;
    }
    total.fold = place_fold(folds, count, fold);
    return total;
}

static void read_totals(Arena *arena, const Object *values, const Object *computed,
                        Aggregate *aggregate)
{
    int64_t count = values->shape->count;
    FoldSpec *folds = arena_array(arena, FoldSpec, count);
    Total *totals = arena_array(arena, Total, count);
    for (int64_t i = 0; i < count; i++) {
        totals[i] = read_total(arena, values->slots[i].as.object, computed, folds,
                               &aggregate->spec.fold_count);
    }
    aggregate->spec.folds = folds;
    aggregate->totals = totals;
    aggregate->total_count = count;
}

static const Str *name_fields(Arena *arena, const Aggregate *aggregate, const Object *values)
{
    int64_t terms = aggregate->spec.term_count;
    Str *names = arena_array(arena, Str, terms + aggregate->total_count);
    for (int64_t i = 0; i < terms; i++) {
        const KeyPart *term = &aggregate->spec.terms[i];
        names[i] = term->path[term->path_len - 1];
    }
    for (int64_t i = 0; i < aggregate->total_count; i++) {
        names[terms + i] = str_copy(arena, values->shape->names[i]);
    }
    return names;
}

/* The documents that count are those whose derived block has true in a field of its own. */
static void read_where(Arena *arena, Str collection, Value text, Aggregate *aggregate)
{
    Str name = str_format(arena, "where %.*s", STR_ARG(aggregate->name));
    aggregate->where = (DocFunction){.name = name, .fn = val_null(NULL)};
    if (val_is_null(text)) {
        return;
    }
    aggregate->where.source = (Source){
        .name = str_format(arena, "*aggregate:%.*s.%.*s*", STR_ARG(collection),
                           STR_ARG(aggregate->name)),
        .text = str_copy(arena, val_as_str(text)),
    };
    KeyPart *filter = arena_new(arena, KeyPart);
    *filter = (KeyPart){.source = KEY_FROM_DERIVED,
                        .path = arena_copy(arena, &name, (int64_t)sizeof name),
                        .path_len = 1};
    aggregate->spec.filter = filter;
}

Aggregate aggregate_from_definition(Arena *arena, Str collection, Str name,
                                    const Object *definition, const Object *computed)
{
    const Object *values = field_or_null(definition, STR("values")).as.object;
    Aggregate aggregate = {.name = str_copy(arena, name)};
    aggregate.spec.term_count = definition_parts(arena, field_or_null(definition, STR("terms")),
                                                 computed, &aggregate.spec.terms);
    read_totals(arena, values, computed, &aggregate);
    aggregate.names = name_fields(arena, &aggregate, values);
    read_where(arena, collection, field_or_null(definition, STR("where")), &aggregate);
    return aggregate;
}

Aggregates aggregates_from_definition(Arena *arena, Str collection, Value aggregates, Value numbers,
                                      const Object *computed)
{
    Aggregates list = {0};
    if (aggregates.type != T_OBJECT) {
        return list;
    }
    const Object *object = aggregates.as.object;
    Aggregate *made = arena_array(arena, Aggregate, object->shape->count);
    for (int64_t i = 0; i < object->shape->count; i++) {
        Str name = object->shape->names[i];
        made[i] = aggregate_from_definition(arena, collection, name, object->slots[i].as.object,
                                            computed);
        Value number =
            numbers.type == T_OBJECT ? field_or_null(numbers.as.object, name) : val_null(NULL);
        made[i].number = val_is_integer(number) ? (uint32_t)number.as.integer : 0;
    }
    list.at = made;
    list.count = object->shape->count;
    return list;
}

const Aggregate *collection_aggregate(const Collection *collection, Str name)
{
    for (int64_t i = 0; i < collection->aggregates.count; i++) {
        if (str_eq(collection->aggregates.at[i].name, name)) {
            return &collection->aggregates.at[i];
        }
    }
    return NULL;
}

const Aggregate *collection_aggregate_now(Rt *rt, const Collection *collection, Str name)
{
    const Collection *now = catalog_collection_by_number(rt->catalog, collection->number);
    const Aggregate *aggregate = now ? collection_aggregate(now, name) : NULL;
    if (!aggregate) {
        (void)rt_fault(rt, FAULT_invalid_index_invocation, "The aggregate `%.*s` no longer exists.",
                       STR_ARG(name));
    }
    return aggregate;
}

/* -- totals as values -------------------------------------------------------------------------- */

static Value sum_value(const FoldResult *result)
{
    bool integer = result->doubles == 0 && result->total >= INT64_MIN && result->total <= INT64_MAX;
    return integer ? val_number((int64_t)result->total) : val_double(result->sum);
}

static Value fold_value(Rt *rt, const KeyPart *part, const FoldValue *value)
{
    if (value->slot.block) {
        return codec_slot(rt, value->slot.block, value->slot.slot);
    }
    return part->source == KEY_FROM_ID ? val_id(value->version->id)
                                       : val_time_us(version_ttl_us(value->version));
}

static Value fold_values(Rt *rt, const FoldSpec *fold, const FoldResult *result)
{
    Value *items = arena_array(rt->heap, Value, result->count);
    for (int64_t i = 0; i < result->count; i++) {
        items[i] = fold_value(rt, &fold->part, &result->values[i]);
    }
    return val_array(items, result->count);
}

static Value total_value(Rt *rt, const Total *total, const FoldSpec *fold, const FoldResult *result)
{
    switch (total->kind) {
    case TOTAL_COUNT:
    case TOTAL_COUNT_DISTINCT:
        return val_number(result->count);
    case TOTAL_SUM:
        return sum_value(result);
    case TOTAL_MEAN:
        return result->count == 0 ? val_null(NULL)
                                  : val_double(result->sum / (double)result->count);
    case TOTAL_MIN:
    case TOTAL_MAX:
        return result->count == 0 ? val_null(NULL)
                                  : fold_value(rt, &fold->part, &result->values[0]);
    case TOTAL_TOP:
        return fold_values(rt, fold, result);
    case TOTAL_KINDS:
        break;
    }
    UNREACHABLE();
}

void aggregate_totals(Rt *rt, const Aggregate *aggregate, const FoldResult *results, Value *values)
{
    for (int64_t i = 0; i < aggregate->total_count; i++) {
        const Total *total = &aggregate->totals[i];
        values[i] =
            total_value(rt, total, &aggregate->spec.folds[total->fold], &results[total->fold]);
    }
}

/* The totals of a group, which may be none, in `values`. */
static void group_totals(Rt *rt, const Aggregate *aggregate, Str terms, PastTotals *past,
                         Value *values)
{
    FoldResult results[AGGREGATE_FOLDS_MAX];
    bool found = past ? past_totals_get(past, terms, FOLDS_ALL, results)
                      : txn_get_group(rt->txn, aggregate->number, terms, FOLDS_ALL, results);
    if (!found) {
        memset(results, 0, (size_t)aggregate->spec.fold_count * sizeof *results);
    }
    aggregate_totals(rt, aggregate, results, values);
}

Value aggregate_group(Rt *rt, const Aggregate *aggregate, Str terms, PastTotals *past)
{
    Value *values = arena_array(rt->heap, Value, aggregate->total_count);
    group_totals(rt, aggregate, terms, past, values);
    return rt_object(rt, aggregate->names + aggregate->spec.term_count, values,
                     aggregate->total_count);
}

Value aggregate_element(Rt *rt, const Aggregate *aggregate, Str terms, PastTotals *past)
{
    int64_t term_count = aggregate->spec.term_count;
    int64_t count = term_count + aggregate->total_count;
    Value *values = arena_array(rt->heap, Value, count);
    codec_read_key(rt, terms, term_count, values);
    group_totals(rt, aggregate, terms, past, values + term_count);
    return rt_object(rt, aggregate->names, values, count);
}

/* The same object, with the set of its group behind its fields. */
static Value with_set(Rt *rt, Value group, uint32_t collection, const Aggregate *aggregate,
                      Str terms)
{
    const Object *object = group.as.object;
    int64_t count = object->shape->count;
    Object *made = arena_alloc(rt->heap,
                               (int64_t)sizeof *made + (count + 1) * (int64_t)sizeof(Value));
    made->shape = object->shape;
    memcpy(made->slots, object->slots, (size_t)count * sizeof(Value));
    GroupSet *set = set_group_node(rt, collection, aggregate);
    /* From its key to the least one above. */
    char *key = arena_zero(rt->heap, terms.len + 1);
    if (terms.len > 0) {
        memcpy(key, terms.s, (size_t)terms.len);
    }
    set->from = (Str){key, terms.len};
    set->to = (Str){key, terms.len + 1};
    made->slots[count] = val_set(&set->head);
    Value v = val_object(made);
    v.flags = OBJECT_GROUP;
    return v;
}

const Set *aggregate_group_set(Value group)
{
    assert(group.type == T_OBJECT && group.flags & OBJECT_GROUP);
    return group.as.object->slots[group.as.object->shape->count].as.set;
}

/* -- calling ----------------------------------------------------------------------------------- */

static Value fault_arity(Rt *rt, int64_t terms, int64_t argc)
{
    Str expected = terms == 0 ? STR("no arguments")
                              : str_format(rt->query, "0 or %lld arguments", (long long)terms);
    return rt_fault(rt, FAULT_invalid_function_invocation,
                    "callee function expects %.*s, but %lld %s provided.", STR_ARG(expected),
                    (long long)argc, argc == 1 ? "was" : "were");
}

Value aggregate_call(Rt *rt, const Collection *collection, const Aggregate *aggregate,
                     const Value *args, int64_t argc)
{
    int64_t terms = aggregate->spec.term_count;
    if (!permission_check_all(rt, collection->number)) {
        return val_fault();
    }
    if (argc == 0 && terms > 0) {
        return val_set(&set_group_node(rt, collection->number, aggregate)->head);
    }
    if (argc != terms) {
        return fault_arity(rt, terms, argc);
    }
    Buf key = {0};
    Value group = val_null(NULL);
    for (int64_t i = 0; i < argc && !val_is_fault(group); i++) {
        if (!codec_key(rt, &key, args[i], false)) {
            Str name = str_format(rt->heap, "term%lld", (long long)i + 1);
            group = rt_fault_argument(rt, name, "Argument cannot be used as lookup term");
        }
    }
    if (!val_is_fault(group)) {
        rt->stats.read_ops++;
        PastTotals *past;
        group = aggregate_past(rt, collection->number, aggregate, rt->valid_time_us, &past)
                    ? aggregate_group(rt, aggregate, buf_str(&key), past)
                    : val_fault();
    }
    if (group.type == T_OBJECT) {
        group = with_set(rt, group, collection->number, aggregate, buf_str(&key));
    }
    buf_free(&key);
    return group;
}

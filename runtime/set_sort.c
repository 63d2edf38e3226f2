/* set_sort: order and distinct, which read their whole source when they are opened and go on
 * as an array; and `backwards`, the reversal of sets that can only be read forwards.
 *
 * Sorting is a merge sort over rows of key values; equal rows keep the order of the source.
 */
#include "runtime/set_node.h"

#include "runtime/base/vec.h"

typedef struct Sorter {
    const Value *elements;
    const Value *keys; /* `key_count` for each element */
    const SetKey *orders;
    int64_t key_count;
} Sorter;

static int compare_rows(const Sorter *sorter, int64_t a, int64_t b)
{
    for (int64_t k = 0; k < sorter->key_count; k++) {
        int order = val_compare(sorter->keys[a * sorter->key_count + k],
                                sorter->keys[b * sorter->key_count + k]);
        if (order != 0) {
            return sorter->orders[k].descending ? -order : order;
        }
    }
    return 0;
}

static void merge(const Sorter *sorter, const int64_t *from, int64_t *to, int64_t start,
                  int64_t middle, int64_t end)
{
    int64_t left = start;
    int64_t right = middle;
    for (int64_t i = start; i < end; i++) {
        bool take_left =
            left < middle && (right >= end || compare_rows(sorter, from[left], from[right]) <= 0);
        to[i] = take_left ? from[left++] : from[right++];
    }
}

/* The numbers of the rows in order; the array lies in `arena`. */
static int64_t *sort_rows(const Sorter *sorter, Arena *arena, int64_t count)
{
    int64_t *from = arena_array(arena, int64_t, count);
    int64_t *to = arena_array(arena, int64_t, count);
    for (int64_t i = 0; i < count; i++) {
        from[i] = i;
    }
    for (int64_t width = 1; width < count; width *= 2) {
        for (int64_t start = 0; start < count; start += 2 * width) {
            int64_t middle = start + width < count ? start + width : count;
            int64_t end = middle + width < count ? middle + width : count;
            merge(sorter, from, to, start, middle, end);
        }
        int64_t *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

/* -- order --------------------------------------------------------------------------------- */

/* The keys of all elements. False: a fault. */
static bool make_keys(Rt *rt, const SetNode *node, const ValueList *list, Value *keys)
{
    Loop loop;
    loop_begin(&loop, rt);
    Value key = val_null(NULL);
    for (int64_t i = 0; i < list->len && !val_is_fault(key); i++) {
        for (int64_t k = 0; k < node->key_count && !val_is_fault(key); k++) {
            const SetKey *order = &node->keys[k];
            key = val_is_null(order->fn) ? list->at[i]
                                         : set_call(rt, order->fn, list->at[i], node->span);
            keys[i * node->key_count + k] = val_copy(loop.outer, key, rt->heap);
        }
        loop_step(&loop, NULL);
    }
    return !val_is_fault(loop_end(&loop, val_is_fault(key) ? key : val_null(NULL)));
}

static SetReader *order_open(Rt *rt, const Set *set)
{
    const SetNode *node = (const SetNode *)set;
    ValueList list = {0};
    if (!set_collect_all(rt, set->source, &list)) {
        return NULL;
    }
    Value *keys = arena_array(rt->heap, Value, list.len * node->key_count);
    if (!make_keys(rt, node, &list, keys)) {
        return NULL;
    }
    Sorter sorter = {list.at, keys, node->keys, node->key_count};
    const int64_t *rows = sort_rows(&sorter, rt->heap, list.len);
    Value *sorted = arena_array(rt->heap, Value, list.len);
    for (int64_t i = 0; i < list.len; i++) {
        sorted[i] = list.at[rows[i]];
    }
    return set_items_reader(rt, sorted, list.len);
}

static const Set *order_reverse(Rt *rt, const Set *set)
{
    const SetNode *node = (const SetNode *)set;
    SetNode *reversed = set_node(rt, &set_order_ops, set->source);
    SetKey *keys = arena_array(rt->heap, SetKey, node->key_count);
    for (int64_t i = 0; i < node->key_count; i++) {
        keys[i] = (SetKey){.fn = node->keys[i].fn, .descending = !node->keys[i].descending};
    }
    reversed->keys = keys;
    reversed->key_count = node->key_count;
    reversed->span = node->span;
    return &reversed->head;
}

static int64_t source_count(Rt *rt, const Set *set)
{
    const Set *source = set->source;
    return source->ops->count ? source->ops->count(rt, source) : -1;
}

const SetOps set_order_ops = {
    .name = "order", .open = order_open, .reverse = order_reverse, .copy = set_node_copy};

/* -- distinct: in order of value, as the reference gives it ---------------------------------- */

static SetReader *distinct_open(Rt *rt, const Set *set)
{
    ValueList list = {0};
    if (!set_collect_all(rt, set->source, &list)) {
        return NULL;
    }
    SetKey by_value = {.fn = val_null(NULL)};
    Sorter sorter = {list.at, list.at, &by_value, 1};
    const int64_t *rows = sort_rows(&sorter, rt->heap, list.len);
    ValueList unique = {0};
    for (int64_t i = 0; i < list.len; i++) {
        Value element = list.at[rows[i]];
        if (unique.len == 0 || !val_equal(unique.at[unique.len - 1], element)) {
            vec_push(&unique, rt->heap, element);
        }
    }
    return set_items_reader(rt, unique.at, unique.len);
}

static const Set *distinct_reverse(Rt *rt, const Set *set)
{
    return &set_node(rt, &set_distinct_ops, set_reverse(rt, set->source))->head;
}

const SetOps set_distinct_ops = {
    .name = "distinct", .open = distinct_open, .reverse = distinct_reverse, .copy = set_node_copy};

/* -- backwards ----------------------------------------------------------------------------------
 */

static SetReader *backwards_open(Rt *rt, const Set *set)
{
    ValueList list = {0};
    if (!set_collect_all(rt, set->source, &list)) {
        return NULL;
    }
    for (int64_t i = 0; i < list.len / 2; i++) {
        Value swap = list.at[i];
        list.at[i] = list.at[list.len - 1 - i];
        list.at[list.len - 1 - i] = swap;
    }
    return set_items_reader(rt, list.at, list.len);
}

static const Set *backwards_reverse(Rt *rt, const Set *set)
{
    (void)rt;
    return set->source;
}

const SetOps set_backwards_ops = {.name = "reverse",
                                  .open = backwards_open,
                                  .reverse = backwards_reverse,
                                  .count = source_count,
                                  .copy = set_node_copy};

const Set *set_reverse_by_reading(Rt *rt, const Set *set)
{
    return &set_node(rt, &set_backwards_ops, set)->head;
}

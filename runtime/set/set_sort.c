/* set_sort: order and distinct, which read their whole source when they are opened and go on
 * as an array; and `backwards`, the reversal of sets that can only be read forwards.
 */
#include "runtime/set/set_node.h"

/* The elements of the source, in order. False: a fault. */
static bool read_sorted(Rt *rt, const Set *set, const Order *order, ValueList *sorted)
{
    ValueList list = {0};
    if (!set_collect_all(rt, set->source, &list)) {
        return false;
    }
    *sorted = (ValueList){.at = rt_items(rt, list.len), .len = list.len};
    EffectLimit before = rt_limit_effects(rt, READS, "set functions");
    bool ok = sorted->at != NULL && order_sort(rt, order, list.at, list.len, sorted->at);
    rt->effects = before;
    if (!ok) {
        (void)set_trace(rt, (const SetNode *)set);
    }
    return ok;
}

/* -- order --------------------------------------------------------------------------------- */

static SetReader *order_open(Rt *rt, const Set *set)
{
    ValueList sorted;
    bool ok = read_sorted(rt, set, &((const SetNode *)set)->order, &sorted);
    return ok ? set_items_reader(rt, sorted.at, sorted.len, set, 0) : NULL;
}

const Set *set_order(Rt *rt, const Set *source, Order order, Span span)
{
    SetNode *node = set_node(rt, &set_order_ops, source);
    node->order = order;
    node->span = span;
    return &node->head;
}

static const Set *order_reverse(Rt *rt, const Set *set)
{
    const SetNode *node = (const SetNode *)set;
    if (node->order.count == 0) {
        return set_reverse_by_reading(rt, set);
    }
    OrderKey *keys =
        arena_copy(rt->heap, node->order.keys, node->order.count * (int64_t)sizeof(OrderKey));
    for (int64_t i = 0; i < node->order.count; i++) {
        keys[i].descending = !keys[i].descending;
    }
    return set_order(rt, set->source, (Order){keys, node->order.count}, node->span);
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
    ValueList sorted;
    if (!read_sorted(rt, set, &(Order){0}, &sorted)) {
        return NULL;
    }
    int64_t unique = 0;
    for (int64_t i = 0; i < sorted.len; i++) {
        if (unique == 0 || !val_equal(sorted.at[unique - 1], sorted.at[i])) {
            sorted.at[unique++] = sorted.at[i];
        }
    }
    return set_items_reader(rt, sorted.at, unique, set, 0);
}

static const Set *distinct_reverse(Rt *rt, const Set *set)
{
    return &set_node(rt, &set_distinct_ops, set_reverse(rt, set->source))->head;
}

const SetOps set_distinct_ops = {
    .name = "distinct", .open = distinct_open, .reverse = distinct_reverse, .copy = set_node_copy};

/* -- backwards --------------------------------------------------------------------------------- */

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
    return set_items_reader(rt, list.at, list.len, set, 0);
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

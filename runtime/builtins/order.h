/* order: what `order(…)` sorts by, for arrays and for sets.
 *
 * An ordering is a function, or the object that `asc` or `desc` wraps one in. Keys are computed
 * once for each element; sorting is stable.
 */
#ifndef FAWN_RUNTIME_BUILTINS_ORDER_H
#define FAWN_RUNTIME_BUILTINS_ORDER_H

#include "runtime/builtin.h"

/* One function to sort by. */
typedef struct OrderKey {
    Value function;
    bool descending;
} OrderKey;

/* What to sort by: the first key decides first. No keys: the elements themselves, ascending. */
typedef struct Order {
    const OrderKey *keys;
    int64_t count;
} Order;

/* The order that the arguments of a call of `order` say, on the heap. False: a fault. */
NODISCARD bool order_from_args(Rt *rt, const Call *call, Order *order);

/* Puts the `count` elements at `items` in order to `sorted` (which is not `items`); those that
 * compare equal keep their order. False: a fault. */
NODISCARD bool order_sort(Rt *rt, const Order *order, const Value *items, int64_t count,
                          Value *sorted);

#endif

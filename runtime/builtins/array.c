/* array: the type Array, all but the methods that take functions (array_function.c).
 *
 * Arrays are immutable: parts of one borrow its elements, anything else is a new one. What is
 * equal is what `==` says.
 */
#include "runtime/builtins/array.h"

#include "runtime/base/limits.h"
#include "runtime/builtins/order.h"
#include "runtime/set/set.h"

bool array_check_index(Rt *rt, Value array, Value index)
{
    if (index.as.integer < 0 || index.as.integer >= array.len) {
        rt_fault(rt, FAULT_index_out_of_bounds, "index %lld out of bounds for length %u",
                 (long long)index.as.integer, array.len);
        return false;
    }
    return true;
}

static int64_t clamp(int64_t n, int64_t max)
{
    return n < 0 ? 0 : n > max ? max : n;
}

Value array_slice(Value array, int64_t from, int64_t until)
{
    from = clamp(from, array.len);
    until = clamp(until, array.len);
    return until <= from ? val_array(NULL, 0) : val_array(array.as.items + from, until - from);
}

/* Copies an array's elements and returns where the next go. */
static Value *put_items(Value *to, Value array)
{
    if (array.len > 0) {
        memcpy(to, array.as.items, array.len * sizeof *to);
    }
    return to + array.len;
}

Value array_flatten(Rt *rt, const Value *arrays, int64_t count)
{
    int64_t total = 0;
    for (int64_t i = 0; i < count; i++) {
        total += arrays[i].len;
    }
    Value *items = rt_items(rt, total);
    if (items == NULL) {
        return val_fault();
    }
    Value *to = items;
    for (int64_t i = 0; i < count; i++) {
        to = put_items(to, arrays[i]);
    }
    return val_array(items, total);
}

/* The position of the first element in [from, len) that equals `element`, or -1. */
static int64_t find_element(Value array, Value element, int64_t from)
{
    for (int64_t i = from; i < array.len; i++) {
        if (val_equal(array.as.items[i], element)) {
            return i;
        }
    }
    return -1;
}

static Value index_or_null(Rt *rt, const Call *call, int64_t index)
{
    return index < 0 ? builtin_null(rt, call, STR("no element found")) : val_number(index);
}

/* -- elements ---------------------------------------------------------------------------- */

BUILTIN(array_at, "at", PURE, "(index: Int) => A", "The element at `index`, counted from 0.",
        "[\"a\", \"b\"].at(1)", "\"b\"")
{
    return array_check_index(rt, call->self, call->args[0])
               ? call->self.as.items[call->args[0].as.integer]
               : val_fault();
}

BUILTIN(array_first, "first", PURE, "() => A | Null", "The first element; null when there is none.",
        "[1, 2].first()", "1")
{
    return call->self.len > 0 ? call->self.as.items[0] : builtin_null(rt, call, STR("empty array"));
}

BUILTIN(array_last, "last", PURE, "() => A | Null", "The last element; null when there is none.",
        "[1, 2].last()", "2")
{
    return call->self.len > 0 ? call->self.as.items[call->self.len - 1]
                              : builtin_null(rt, call, STR("empty array"));
}

BUILTIN(array_length, "length", PURE, "Number", "The number of elements.", "[1, 2].length", "2")
{
    (void)rt;
    return val_number(call->self.len);
}

BUILTIN(array_is_empty, "isEmpty", PURE, "() => Boolean", "Whether there is no element.",
        "[].isEmpty()", "true")
{
    (void)rt;
    return val_bool(call->self.len == 0);
}

BUILTIN(array_non_empty, "nonEmpty", PURE, "() => Boolean",
        "Whether there is at least one element.", "[].nonEmpty()", "false")
{
    (void)rt;
    return val_bool(call->self.len > 0);
}

BUILTIN(array_includes, "includes", PURE, "(element: A) => Boolean",
        "Whether an element equals `element`.", "[1, 2].includes(2)", "true")
{
    (void)rt;
    return val_bool(find_element(call->self, call->args[0], 0) >= 0);
}

BUILTIN(array_index_of, "indexOf", PURE,
        "(element: A) => Int | Null\n"
        "(element: A, start: Int) => Int | Null",
        "Position of the first element, at or after `start`, that equals `element`; null when "
        "there is none.",
        "[1, 2, 1].indexOf(1, 1)", "2")
{
    int64_t from = 0;
    if (call->argc > 1) {
        if (!array_check_index(rt, call->self, call->args[1])) {
            return val_fault();
        }
        from = call->args[1].as.integer;
    }
    return index_or_null(rt, call, find_element(call->self, call->args[0], from));
}

BUILTIN(array_last_index_of, "lastIndexOf", PURE,
        "(element: A) => Int | Null\n"
        "(element: A, end: Int) => Int | Null",
        "Position of the last element, at or before `end`, that equals `element`; null when "
        "there is none.",
        "[1, 2, 1].lastIndexOf(1)", "2")
{
    int64_t at = (int64_t)call->self.len - 1;
    if (call->argc > 1) {
        if (!array_check_index(rt, call->self, call->args[1])) {
            return val_fault();
        }
        at = call->args[1].as.integer;
    }
    while (at >= 0 && !val_equal(call->self.as.items[at], call->args[0])) {
        at--;
    }
    return index_or_null(rt, call, at);
}

/* -- parts -------------------------------------------------------------------------------- */

BUILTIN(array_drop, "drop", PURE, "(amount: Int) => Array<A>",
        "The array without its first `amount` elements.", "[1, 2, 3].drop(2)", "[\n  3\n]")
{
    (void)rt;
    return array_slice(call->self, call->args[0].as.integer, call->self.len);
}

BUILTIN(array_slice_of, "slice", PURE,
        "(from: Int) => Array<A>\n"
        "(from: Int, until: Int) => Array<A>",
        "The elements from `from` up to, but without, `until`; positions outside of the array "
        "count as its nearest end.",
        "[1, 2, 3].slice(1, 2)", "[\n  2\n]")
{
    (void)rt;
    return array_slice(call->self, call->args[0].as.integer,
                       call->argc > 1 ? call->args[1].as.integer : call->self.len);
}

BUILTIN(array_take, "take", PURE, "(limit: Int) => Array<A>", "The first `limit` elements.",
        "[1, 2, 3].take(1)", "[\n  1\n]")
{
    (void)rt;
    return array_slice(call->self, 0, call->args[0].as.integer);
}

/* -- new arrays ----------------------------------------------------------------------------- */

BUILTIN(array_append, "append", PURE, "(element: A) => Array<A>",
        "The array with `element` added at the end.", "[1].append(2)", "[\n  1,\n  2\n]")
{
    Value *items = rt_items(rt, (int64_t)call->self.len + 1);
    if (items == NULL) {
        return val_fault();
    }
    *put_items(items, call->self) = call->args[0];
    return val_array(items, (int64_t)call->self.len + 1);
}

BUILTIN(array_prepend, "prepend", PURE, "(element: A) => Array<A>",
        "The array with `element` added in front.", "[1].prepend(2)", "[\n  2,\n  1\n]")
{
    Value *items = rt_items(rt, (int64_t)call->self.len + 1);
    if (items == NULL) {
        return val_fault();
    }
    items[0] = call->args[0];
    put_items(items + 1, call->self);
    return val_array(items, (int64_t)call->self.len + 1);
}

BUILTIN(array_concat, "concat", PURE, "(other: Array<B>) => Array<A | B>",
        "The elements of the array and then those of `other`.", "[1].concat([2])",
        "[\n  1,\n  2\n]")
{
    Value both[] = {call->self, call->args[0]};
    return array_flatten(rt, both, 2);
}

/* The slot of `element` in an open-addressed table of positions (plus 1; 0 is free). */
static uint32_t *find_slot(uint32_t *table, uint64_t mask, const Value *items, Value element)
{
    uint64_t at = val_hash(element) & mask;
    while (table[at] != 0 && !val_equal(items[table[at] - 1], element)) {
        at = (at + 1) & mask;
    }
    return &table[at];
}

BUILTIN(array_distinct, "distinct", PURE, "() => Array<A>",
        "The elements without those that equal an earlier one.", "[1, 2, 1].distinct()",
        "[\n  1,\n  2\n]")
{
    uint64_t places = 16;
    while (places < 2 * (uint64_t)call->self.len) {
        places *= 2;
    }
    Value *items = rt_items(rt, call->self.len);
    if (items == NULL || !rt_reserve(rt, (int64_t)(places * sizeof(uint32_t)))) {
        return val_fault();
    }
    uint32_t *table = arena_array(rt->heap, uint32_t, (int64_t)places);
    uint32_t count = 0;
    for (int64_t i = 0; i < call->self.len; i++) {
        Value element = call->self.as.items[i];
        uint32_t *slot = find_slot(table, places - 1, items, element);
        if (*slot == 0) {
            items[count++] = element;
            *slot = count;
        }
    }
    return val_array(items, count);
}

BUILTIN(array_entries, "entries", PURE, "() => Array<[Number, A]>",
        "Each element with its position in front, as a pair.", "[\"a\"].entries()",
        "[\n  [\n    0,\n    \"a\"\n  ]\n]")
{
    int64_t count = call->self.len;
    Value *items = rt_items(rt, count);
    Value *pairs = items != NULL ? rt_items(rt, 2 * count) : NULL;
    if (pairs == NULL) {
        return val_fault();
    }
    for (int64_t i = 0; i < count; i++) {
        pairs[2 * i] = val_number(i);
        pairs[2 * i + 1] = call->self.as.items[i];
        items[i] = val_array(&pairs[2 * i], 2);
    }
    return val_array(items, count);
}

BUILTIN(array_flatten_one, "flatten", PURE, "() => Array<Any>",
        "The elements of the elements, which are arrays.", "[[1], [2, [3]]].flatten()",
        "[\n  1,\n  2,\n  [\n    3\n  ]\n]")
{
    for (int64_t i = 0; i < call->self.len; i++) {
        if (call->self.as.items[i].type != T_ARRAY) {
            return rt_fault_type(rt, STR("Array<Any>"), call->self.as.items[i]);
        }
    }
    return array_flatten(rt, call->self.as.items, call->self.len);
}

BUILTIN(array_order, "order", PURE, "(...ordering: Ordering<A>) => Array<A>",
        "The elements in order of what each `ordering` makes of them, the first one deciding "
        "first: a function, or one wrapped in `asc` or `desc`. Without any, in their own order. "
        "Elements that are equal in all of them keep their places.",
        "[{ a: 1 }, { a: 2 }].order(desc(.a)).first()!.a", "2")
{
    Order order;
    if (!order_from_args(rt, call, &order)) {
        return val_fault();
    }
    Value *sorted = rt_items(rt, call->self.len);
    if (sorted == NULL || !order_sort(rt, &order, call->self.as.items, call->self.len, sorted)) {
        return val_fault();
    }
    return val_array(sorted, call->self.len);
}

BUILTIN(array_reverse, "reverse", PURE, "() => Array<A>", "The elements from last to first.",
        "[1, 2].reverse()", "[\n  2,\n  1\n]")
{
    int64_t count = call->self.len;
    Value *items = rt_items(rt, count);
    if (items == NULL) {
        return val_fault();
    }
    for (int64_t i = 0; i < count; i++) {
        items[i] = call->self.as.items[count - 1 - i];
    }
    return val_array(items, count);
}

BUILTIN(array_to_set, "toSet", PURE, "() => Set<A>", "The elements as a Set.",
        "[1, 2].toSet().count()", "2")
{
    return set_from_array(rt, call->self);
}

/* -- the module ------------------------------------------------------------------------------ */

BUILTIN(array_sequence, "sequence", PURE, "(from: Int, until: Int) => Array<Number>",
        "The whole numbers from `from` up to, but without, `until`.", "Array.sequence(1, 3)",
        "[\n  1,\n  2\n]")
{
    int64_t from = call->args[0].as.integer, count = call->args[1].as.integer - from;
    if (count <= 0) {
        return val_array(NULL, 0);
    }
    if (count > rt->limits->elements) {
        return rt_fault(rt, FAULT_value_too_large,
                        "Value too large: range size %lld exceeds limit %lld.", (long long)count,
                        (long long)rt->limits->elements);
    }
    Value *items = rt_items(rt, count);
    if (items == NULL) {
        return val_fault();
    }
    for (int64_t i = 0; i < count; i++) {
        items[i] = val_int(from + i);
    }
    return val_array(items, count);
}

BUILTIN_ROWS(array_methods, &array_aggregate_row, &array_any_row, &array_append_row, &array_at_row,
             &array_concat_row, &array_distinct_row, &array_drop_row, &array_entries_row,
             &array_every_row, &array_filter_row, &array_first_row, &array_first_where_row,
             &array_flat_map_row, &array_flatten_one_row, &array_fold_row, &array_fold_right_row,
             &array_for_each_row, &array_includes_row, &array_index_of_row, &array_index_where_row,
             &array_is_empty_row, &array_last_row, &array_last_index_of_row,
             &array_last_index_where_row, &array_last_where_row, &array_length_row, &array_map_row,
             &array_non_empty_row, &array_order_row, &array_prepend_row, &array_reduce_row,
             &array_reduce_right_row, &array_reverse_row, &array_slice_of_row, &array_take_row,
             &array_to_set_row, &value_to_string_row, &array_where_row);

BUILTIN_ROWS(array_functions, &array_sequence_row);

static bool is_array(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_ARRAY;
}

const BuiltinType array_type = {
    .name = "Array",
    .doc = "A list of values of any types.",
    .methods = array_methods,
    .statics = array_functions,
    .contains = is_array,
};

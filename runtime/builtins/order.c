/* order: see order.h.
 *
 *   elements ──► keys, once each ──► entries {first key, position} ──► merge sort ──► elements
 *
 * An entry holds the first key itself, so that most comparisons touch nothing else. When all
 * first keys are whole numbers or all strings, a comparison made for these is used.
 */
#include "runtime/builtins/order.h"

#include "runtime/builtins/types.h"
#include "runtime/function.h"

/* -- reading the arguments ------------------------------------------------------------------ */

static bool fault_ordering(Rt *rt, int64_t i, Value got)
{
    rt_fault_argument_type(rt, str_format(rt->query, "ordering%lld", (long long)i), STR("Function"),
                           got);
    return false;
}

static bool read_ordering(Rt *rt, int64_t i, Value arg, OrderKey *key)
{
    *key = (OrderKey){.function = arg};
    if (arg.type == T_OBJECT && arg.as.object->shape->count == 1) {
        Str name = arg.as.object->shape->names[0];
        key->descending = str_eq(name, STR("desc"));
        if (key->descending || str_eq(name, STR("asc"))) {
            key->function = arg.as.object->slots[0];
        }
    }
    if (key->function.type != T_FUNCTION) {
        return fault_ordering(rt, i, arg);
    }
    return builtin_check_arity(rt, str_format(rt->query, "ordering%lld", (long long)i),
                               key->function, 1);
}

bool order_from_args(Rt *rt, const Call *call, Order *order)
{
    OrderKey *keys = arena_array(rt->heap, OrderKey, call->argc);
    *order = (Order){.keys = keys, .count = call->argc};
    for (int64_t i = 0; i < call->argc; i++) {
        if (!read_ordering(rt, i, call->args[i], &keys[i])) {
            return false;
        }
    }
    return true;
}

/* -- keys -------------------------------------------------------------------------------------- */

bool order_element_keys(Rt *rt, const Order *order, Value element, Value *keys)
{
    if (order->count == 0) {
        keys[0] = element;
        return true;
    }
    for (int64_t i = 0; i < order->count; i++) {
        keys[i] = rt_call1(rt, order->keys[i].function, element);
        if (val_is_fault(keys[i])) {
            return false;
        }
    }
    return true;
}

int order_compare(const Order *order, const Value *a, const Value *b)
{
    if (order->count == 0) {
        return val_compare(a[0], b[0]);
    }
    for (int64_t i = 0; i < order->count; i++) {
        int result = val_compare(a[i], b[i]);
        if (result != 0) {
            return order->keys[i].descending ? -result : result;
        }
    }
    return 0;
}

/* -- sorting -------------------------------------------------------------------------------------
 */

typedef struct Entry {
    Value key; /* the first key */
    int64_t position;
} Entry;

typedef struct Sorting Sorting;

/* Compares two entries by their first key, ascending. */
typedef int CompareFirst(Value a, Value b);

struct Sorting {
    const Order *order;
    const Value *keys; /* `width` to an element */
    int64_t width;
    bool descending; /* the first key's */
    CompareFirst *compare_first;
};

static int compare_integers(Value a, Value b)
{
    return (a.as.integer > b.as.integer) - (a.as.integer < b.as.integer);
}

static int compare_strings(Value a, Value b)
{
    return str_compare(val_as_str(a), val_as_str(b));
}

/* The quickest comparison that suits all first keys. */
static CompareFirst *choose_compare(const Entry *entries, int64_t count)
{
    bool integers = true, strings = true;
    for (int64_t i = 0; i < count; i++) {
        integers &= val_is_integer(entries[i].key);
        strings &= entries[i].key.type == T_STRING;
    }
    return integers ? compare_integers : strings ? compare_strings : val_compare;
}

/* Whether `b`, which came later, must go before `a`. */
static bool out_of_order(const Sorting *sorting, const Entry *a, const Entry *b)
{
    int result = sorting->compare_first(a->key, b->key);
    if (result != 0) {
        return sorting->descending ? result < 0 : result > 0;
    }
    return sorting->width > 1 &&
           order_compare(sorting->order, sorting->keys + a->position * sorting->width,
                         sorting->keys + b->position * sorting->width) > 0;
}

enum { RUN_LENGTH = 12 }; /* runs that are sorted by insertion before merging */

static void sort_run(const Sorting *sorting, Entry *entries, int64_t count)
{
    for (int64_t i = 1; i < count; i++) {
        Entry entry = entries[i];
        int64_t at = i;
        for (; at > 0 && out_of_order(sorting, &entries[at - 1], &entry); at--) {
            entries[at] = entries[at - 1];
        }
        entries[at] = entry;
    }
}

static void merge(const Sorting *sorting, const Entry *from, int64_t middle, int64_t count,
                  Entry *to)
{
    int64_t left = 0, right = middle;
    if (middle == count || !out_of_order(sorting, &from[middle - 1], &from[middle])) {
        memcpy(to, from, (size_t)count * sizeof *to);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        bool take_right =
            left == middle || (right < count && out_of_order(sorting, &from[left], &from[right]));
        to[i] = take_right ? from[right++] : from[left++];
    }
}

/* Sorts `entries` with the help of `other`, as long; returns the one that holds the result. */
static Entry *sort_entries(const Sorting *sorting, Entry *entries, Entry *other, int64_t count)
{
    for (int64_t at = 0; at < count; at += RUN_LENGTH) {
        sort_run(sorting, entries + at, count - at < RUN_LENGTH ? count - at : RUN_LENGTH);
    }
    for (int64_t run = RUN_LENGTH; run < count; run *= 2) {
        for (int64_t at = 0; at < count; at += 2 * run) {
            int64_t rest = count - at;
            merge(sorting, entries + at, rest < run ? rest : run, rest < 2 * run ? rest : 2 * run,
                  other + at);
        }
        Entry *swap = entries;
        entries = other;
        other = swap;
    }
    return entries;
}

/* The keys of all elements, `width` to each; NULL: a fault. Key functions may not write. */
static const Value *make_keys(Rt *rt, const Order *order, const Value *items, int64_t count,
                              int64_t width)
{
    if (order->count == 0) {
        return items;
    }
    Value *keys = arena_alloc(rt->heap, arena_array_bytes(count * width, sizeof(Value)));
    const char *ban = rt->write_ban;
    rt->write_ban = ban ? ban : "set functions";
    bool made = true;
    for (int64_t i = 0; made && i < count; i++) {
        made = order_element_keys(rt, order, items[i], keys + i * width);
    }
    rt->write_ban = ban;
    return made ? keys : NULL;
}

bool order_sort(Rt *rt, const Order *order, const Value *items, int64_t count, Value *sorted)
{
    if (count == 0) {
        return true;
    }
    int64_t width = order->count == 0 ? 1 : order->count;
    const Value *keys = make_keys(rt, order, items, count, width);
    if (keys == NULL) {
        return false;
    }
    Entry *entries = arena_alloc(rt->heap, arena_array_bytes(count, sizeof(Entry)));
    Entry *other = arena_alloc(rt->heap, arena_array_bytes(count, sizeof(Entry)));
    for (int64_t i = 0; i < count; i++) {
        entries[i] = (Entry){.key = keys[i * width], .position = i};
    }
    Sorting sorting = {
        .order = order,
        .keys = keys,
        .width = width,
        .descending = order->count > 0 && order->keys[0].descending,
        .compare_first = choose_compare(entries, count),
    };
    entries = sort_entries(&sorting, entries, other, count);
    for (int64_t i = 0; i < count; i++) {
        sorted[i] = items[entries[i].position];
    }
    return true;
}

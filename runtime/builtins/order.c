/* order: see order.h.
 *
 *   elements ──► keys, once each ──► sorted by the last key, …, by the first ──► elements
 *
 * Every sort is stable, so sorting by each key in turn, the one that decides first last, gives
 * the order by all of them. Keys that are all whole numbers, or all Doubles, become ranks of 64
 * bits and are dealt out byte by byte without a comparison (radix sort); other keys, and short
 * lists, are merge sorted.
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

/* The keys of one element. False: a fault. */
static bool make_element_keys(Rt *rt, const Order *order, Value element, Value *keys)
{
    for (int64_t i = 0; i < order->count; i++) {
        keys[i] = rt_call1(rt, order->keys[i].function, element);
        if (val_is_fault(keys[i])) {
            return false;
        }
    }
    return true;
}

/* -- stopping ------------------------------------------------------------------------------------ */

enum { LOOK_EVERY = 1 << 16 }; /* elements that are moved until a Ctrl-C is looked for */

/* Counts elements that were moved as steps of work. False: a fault. */
static bool look_after(Rt *rt, int64_t moved)
{
    rt->ticks -= moved;
    return LIKELY(rt->ticks > 0) || rt_look(rt);
}

/* -- merge sort ------------------------------------------------------------------------------- */

/* Compares two keys, ascending. */
typedef int CompareKeys(Value a, Value b);

typedef struct Entry {
    Value key;
    int64_t position;
} Entry;

typedef struct MergeSort {
    CompareKeys *compare;
    bool descending;
} MergeSort;

static int compare_integers(Value a, Value b)
{
    return (a.as.integer > b.as.integer) - (a.as.integer < b.as.integer);
}

static int compare_strings(Value a, Value b)
{
    return str_compare(val_as_str(a), val_as_str(b));
}

/* Whether `b`, which came later, must go before `a`. */
static bool out_of_order(const MergeSort *sort, const Entry *a, const Entry *b)
{
    int result = sort->compare(a->key, b->key);
    return sort->descending ? result < 0 : result > 0;
}

enum { RUN_LENGTH = 12 }; /* runs that are sorted by insertion before merging */

static void sort_run(const MergeSort *sort, Entry *entries, int64_t count)
{
    for (int64_t i = 1; i < count; i++) {
        Entry entry = entries[i];
        int64_t at = i;
        for (; at > 0 && out_of_order(sort, &entries[at - 1], &entry); at--) {
            entries[at] = entries[at - 1];
        }
        entries[at] = entry;
    }
}

/* False: a fault, as with all that sorts. */
static bool merge(Rt *rt, const MergeSort *sort, const Entry *from, int64_t middle, int64_t count,
                  Entry *to)
{
    int64_t left = 0, right = middle;
    if (middle == count || !out_of_order(sort, &from[middle - 1], &from[middle])) {
        memcpy(to, from, (size_t)count * sizeof *to);
        return look_after(rt, count);
    }
    for (int64_t i = 0; i < count;) {
        int64_t end = count - i < LOOK_EVERY ? count : i + LOOK_EVERY, begin = i;
        for (; i < end; i++) {
            bool take_right =
                left == middle || (right < count && out_of_order(sort, &from[left], &from[right]));
            to[i] = take_right ? from[right++] : from[left++];
        }
        if (!look_after(rt, end - begin)) {
            return false;
        }
    }
    return true;
}

/* Sorts `entries` with the help of `other`, as long; returns the one that holds the result, or NULL
 * for a fault. */
static Entry *merge_runs(Rt *rt, const MergeSort *sort, Entry *entries, Entry *other, int64_t count)
{
    for (int64_t at = 0; at < count; at += RUN_LENGTH) {
        sort_run(sort, entries + at, count - at < RUN_LENGTH ? count - at : RUN_LENGTH);
        if (!look_after(rt, RUN_LENGTH)) {
            return NULL;
        }
    }
    for (int64_t run = RUN_LENGTH; run < count; run *= 2) {
        for (int64_t at = 0; at < count; at += 2 * run) {
            int64_t rest = count - at;
            if (!merge(rt, sort, entries + at, rest < run ? rest : run,
                       rest < 2 * run ? rest : 2 * run, other + at)) {
                return NULL;
            }
        }
        Entry *swap = entries;
        entries = other;
        other = swap;
    }
    return entries;
}

/* -- radix sort -------------------------------------------------------------------------------- */

enum {
    RANK_BYTES = 8,
    RADIX_COUNT_MIN = 256, /* below, comparing is quicker than counting */
};

typedef struct Ranked {
    uint64_t rank;
    int64_t position;
} Ranked;

/* A number as bits whose unsigned order is the order of numbers: of whole numbers, or of Doubles
 * as Java has it (-0.0 before 0.0, NaN last). */
static uint64_t rank_of(Value number)
{
    const uint64_t sign = UINT64_C(1) << 63;
    if (number.type != T_DOUBLE) {
        return (uint64_t)number.as.integer ^ sign;
    }
    uint64_t bits;
    double d = number.as.number == number.as.number ? number.as.number : __builtin_nan("");
    memcpy(&bits, &d, sizeof bits);
    return bits & sign ? ~bits : bits | sign;
}

/* Deals the entries out by the byte of their rank at `shift`; `places` is where each digit's go. False:
 * a fault. */
static bool deal_byte(Rt *rt, const Ranked *entries, Ranked *other, int64_t count, int shift,
                      int64_t *places)
{
    for (int64_t i = 0; i < count;) {
        int64_t end = count - i < LOOK_EVERY ? count : i + LOOK_EVERY, begin = i;
        for (; i < end; i++) {
            other[places[entries[i].rank >> shift & 0xff]++] = entries[i];
        }
        if (!look_after(rt, end - begin)) {
            return false;
        }
    }
    return true;
}

/* Deals the entries out by each byte of their rank, lowest first. Returns the one of the two
 * lists that holds the result, or NULL for a fault. */
static Ranked *deal_out(Rt *rt, Ranked *entries, Ranked *other, int64_t count)
{
    int64_t counts[RANK_BYTES][256] = {{0}};
    for (int64_t i = 0; i < count; i++) {
        for (int byte = 0; byte < RANK_BYTES; byte++) {
            counts[byte][entries[i].rank >> (8 * byte) & 0xff]++;
        }
    }
    for (int byte = 0; byte < RANK_BYTES; byte++) {
        int shift = 8 * byte;
        if (counts[byte][entries[0].rank >> shift & 0xff] == count) {
            continue; /* all the same */
        }
        int64_t place = 0;
        for (int digit = 0; digit < 256; digit++) {
            int64_t next = place + counts[byte][digit];
            counts[byte][digit] = place;
            place = next;
        }
        if (!deal_byte(rt, entries, other, count, shift, counts[byte])) {
            return NULL;
        }
        Ranked *swap = entries;
        entries = other;
        other = swap;
    }
    return entries;
}

/* -- sorting by one key ------------------------------------------------------------------------ */

/* One key of every element: that of element `i` is `at[i * stride]`. */
typedef struct KeyColumn {
    const Value *at;
    int64_t stride;
    bool descending;
} KeyColumn;

typedef struct KeyTypes {
    bool integers, doubles, strings; /* all keys are */
} KeyTypes;

static KeyTypes look_at_types(const KeyColumn *column, int64_t count)
{
    KeyTypes all = {true, true, true};
    for (int64_t i = 0; i < count; i++) {
        Value key = column->at[i * column->stride];
        all.integers &= val_is_integer(key);
        all.doubles &= key.type == T_DOUBLE;
        all.strings &= key.type == T_STRING;
    }
    return all;
}

static bool radix_sort(Rt *rt, const KeyColumn *column, int64_t *positions, int64_t count)
{
    int64_t bytes = arena_array_bytes(count, sizeof(Ranked));
    if (!rt_reserve(rt, 2 * bytes)) {
        return false;
    }
    Ranked *entries = arena_alloc(rt->heap, bytes), *other = arena_alloc(rt->heap, bytes);
    for (int64_t i = 0; i < count; i++) {
        uint64_t rank = rank_of(column->at[positions[i] * column->stride]);
        entries[i] = (Ranked){.rank = column->descending ? ~rank : rank, .position = positions[i]};
    }
    entries = deal_out(rt, entries, other, count);
    for (int64_t i = 0; entries != NULL && i < count; i++) {
        positions[i] = entries[i].position;
    }
    return entries != NULL;
}

static bool merge_sort(Rt *rt, const KeyColumn *column, CompareKeys *compare, int64_t *positions,
                       int64_t count)
{
    int64_t bytes = arena_array_bytes(count, sizeof(Entry));
    if (!rt_reserve(rt, 2 * bytes)) {
        return false;
    }
    Entry *entries = arena_alloc(rt->heap, bytes), *other = arena_alloc(rt->heap, bytes);
    for (int64_t i = 0; i < count; i++) {
        entries[i] =
            (Entry){.key = column->at[positions[i] * column->stride], .position = positions[i]};
    }
    MergeSort sort = {.compare = compare, .descending = column->descending};
    entries = merge_runs(rt, &sort, entries, other, count);
    for (int64_t i = 0; entries != NULL && i < count; i++) {
        positions[i] = entries[i].position;
    }
    return entries != NULL;
}

/* Puts positions in the order of one key; equal ones keep theirs. */
static bool sort_by(Rt *rt, const KeyColumn *column, int64_t *positions, int64_t count)
{
    KeyTypes all = look_at_types(column, count);
    if ((all.integers || all.doubles) && count >= RADIX_COUNT_MIN) {
        return radix_sort(rt, column, positions, count);
    }
    return merge_sort(rt, column,
                      all.integers  ? compare_integers
                      : all.strings ? compare_strings
                                    : val_compare,
                      positions, count);
}

/* The keys of all elements, `width` to each; NULL: a fault. Key functions may not write. */
static const Value *make_keys(Rt *rt, const Order *order, const Value *items, int64_t count,
                              int64_t width)
{
    if (order->count == 0) {
        return items;
    }
    Value *keys = rt_items(rt, count * width);
    if (keys == NULL) {
        return NULL;
    }
    EffectLimit before = rt_limit_effects(rt, READS, "set functions");
    bool made = true;
    for (int64_t i = 0; made && i < count; i++) {
        made = make_element_keys(rt, order, items[i], keys + i * width);
    }
    rt->effects = before;
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
    int64_t bytes = arena_array_bytes(count, sizeof(int64_t));
    if (!rt_reserve(rt, bytes)) {
        return false;
    }
    int64_t *positions = arena_alloc(rt->heap, bytes);
    for (int64_t i = 0; i < count; i++) {
        positions[i] = i;
    }
    for (int64_t k = width - 1; k >= 0; k--) {
        KeyColumn column = {.at = keys + k,
                            .stride = width,
                            .descending = order->count > 0 && order->keys[k].descending};
        if (!sort_by(rt, &column, positions, count)) {
            return false;
        }
    }
    for (int64_t i = 0; i < count; i++) {
        sorted[i] = items[positions[i]];
    }
    return true;
}

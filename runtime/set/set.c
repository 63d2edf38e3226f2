/* set: what all sets share, and the sets that need no store and no function: of an array, of
 * one element, of a row of numbers.
 *
 * A set never changes. Reading is pulling: set_open makes a reader for each operator from the
 * last to the source, and each `next` pulls from the reader below.
 *
 * Not here: operators with functions (set_filter.c), those that join sets (set_join.c) or sort
 * (set_sort.c), documents (set_index.c), what consumes a set (set_fold.c), pages (set_page.c).
 */
#include "runtime/set/set_batch.h"
#include "runtime/set/set_node.h"

#include "runtime/base/limits.h"
#include "runtime/base/vec.h"

/* Below this many elements, take() makes a set small enough to give no hints. */
#define SMALL_TAKE 100

void set_add_parts(Set *set, const Set *source)
{
    if (source) {
        set->parts = source->parts + 1 > set->parts ? source->parts + 1 : set->parts;
        set->all_parts += source->all_parts + 1;
    }
}

SetNode *set_node(Rt *rt, const SetOps *ops, const Set *source)
{
    SetNode *node = arena_new(rt->heap, SetNode);
    node->head = (Set){.ops = ops,
                       .source = source,
                       .page_size = source ? source->page_size : 0,
                       .valid_time_us = rt->valid_time_us};
    set_add_parts(&node->head, source);
    node->depth = rt->depth;
    return node;
}

SetNode *set_node_over(Rt *rt, const SetNode *node, const Set *source)
{
    SetNode *copy = arena_copy(rt->heap, node, (int64_t)sizeof *node);
    copy->head.source = source;
    copy->head.page_size = source->page_size;
    copy->head.parts = copy->head.all_parts = 0;
    set_add_parts(&copy->head, source);
    set_add_parts(&copy->head, node->other);
    return copy;
}

const Set *set_with_function(Rt *rt, const SetOps *ops, const Set *source, Value fn, Span span)
{
    SetNode *node = set_node(rt, ops, source);
    node->value = fn;
    node->span = span;
    return &node->head;
}

const Set *set_with_count(Rt *rt, const SetOps *ops, const Set *source, int64_t n)
{
    assert(n >= 0);
    SetNode *node = set_node(rt, ops, source);
    node->from = n;
    return &node->head;
}

Value set_value(Rt *rt, const Set *set)
{
    if (UNLIKELY(set->parts > SET_PARTS_MAX)) {
        return rt_fault(rt, FAULT_value_too_large,
                        "Value too large: a set made of more than %d sets.", SET_PARTS_MAX);
    }
    if (UNLIKELY(set->all_parts > SET_ALL_PARTS_MAX)) {
        return rt_fault(rt, FAULT_value_too_large,
                        "Value too large: a set made of more than %d sets.", SET_ALL_PARTS_MAX);
    }
    return val_set(set);
}

Value set_from_array(Rt *rt, Value array)
{
    assert(array.type == T_ARRAY);
    SetNode *node = set_node(rt, &set_array_ops, NULL);
    node->value = array;
    return val_set(&node->head);
}

bool set_is_node(const Set *set)
{
    return set->ops->copy == set_node_copy;
}

bool set_is_unbounded(const Set *set)
{
    for (; set; set = set->source) {
        if (set->ops == &set_documents_ops) {
            return true;
        }
        if (set->ops == &set_take_ops && ((const SetNode *)set)->from < SMALL_TAKE) {
            return false;
        }
        if (set->ops == &set_concat_ops && set_is_unbounded(((const SetNode *)set)->other)) {
            return true;
        }
    }
    return false;
}

/* -- where sets come from ---------------------------------------------------------------------- */

/* Whether all that is to be known of where a set came from is noted, or nothing is. */
static bool is_settled(const SetNode *node, int64_t depth)
{
    return node->depth <= depth || (node->calls && node->calls->count == TRACE_SHOWN_MAX);
}

const Set *set_after_call(Rt *rt, const Set *set, Span span)
{
    const Set *first = set;
    const Set **place = &first;
    while (*place && set_is_node(*place) && !is_settled((const SetNode *)*place, rt->depth)) {
        SetNode *copy = arena_copy(rt->heap, *place, (int64_t)sizeof *copy);
        SetCalls *calls = arena_new(rt->heap, SetCalls);
        *calls = (SetCalls){span, copy->calls ? copy->calls->count + 1 : 1, copy->calls};
        copy->calls = calls;
        copy->depth = rt->depth;
        if (copy->other) {
            copy->other = set_after_call(rt, copy->other, span);
        }
        *place = &copy->head;
        place = &copy->head.source;
    }
    return first;
}

static void trace_calls(Rt *rt, const SetCalls *calls)
{
    if (calls) {
        trace_calls(rt, calls->inner);
        (void)rt_trace(rt, calls->span);
    }
}

Value set_trace(Rt *rt, const SetNode *node)
{
    (void)rt_trace(rt, node->span);
    trace_calls(rt, node->calls);
    return val_fault();
}

static const SetCalls *copy_calls(Arena *dst, const SetCalls *calls)
{
    if (!calls) {
        return NULL;
    }
    SetCalls *copy = arena_copy(dst, calls, (int64_t)sizeof *copy);
    copy->inner = copy_calls(dst, calls->inner);
    return copy;
}

/* -- copying ----------------------------------------------------------------------------------- */

static const OrderKey *copy_keys(Arena *dst, const Order *order, const Arena *from)
{
    OrderKey *keys = arena_array(dst, OrderKey, order->count);
    for (int64_t i = 0; i < order->count; i++) {
        keys[i] = order->keys[i];
        keys[i].function = val_copy(dst, order->keys[i].function, from);
    }
    return keys;
}

const Set *set_node_copy(Arena *dst, const Set *set, const Arena *from)
{
    SetNode *copy = arena_copy(dst, set, (int64_t)sizeof(SetNode));
    copy->value = val_copy(dst, copy->value, from);
    copy->calls = copy_calls(dst, copy->calls);
    if (copy->head.source) {
        copy->head.source = set_copy(dst, copy->head.source, from);
    }
    if (copy->other) {
        copy->other = set_copy(dst, copy->other, from);
    }
    if (copy->order.count > 0) {
        copy->order.keys = copy_keys(dst, &copy->order, from);
    }
    return &copy->head;
}

/* -- collecting ------------------------------------------------------------------------- */

/* Adds an element to the list, in the heap around the loop. False: a fault, it is too long. */
static ALWAYS_INLINE bool collect_element(Rt *rt, const Loop *loop, ValueList *list, Value element)
{
    if (UNLIKELY(list->len == rt->limits->elements)) {
        (void)rt_fault(rt, FAULT_value_too_large,
                       "Value too large: exceeded maximum number of elements (limit=%lld).",
                       (long long)rt->limits->elements);
        return false;
    }
    if (list->len == list->cap &&
        !rt_reserve(rt, arena_array_bytes(2 * list->cap, (int64_t)sizeof(Value)))) {
        return false;
    }
    vec_push(list, loop->outer,
             val_is_flat(element) ? element : val_copy(loop->outer, element, rt->heap));
    return true;
}

bool set_collect(Rt *rt, SetReader *reader, int64_t limit, ValueList *list)
{
    Loop loop;
    loop_begin(&loop, rt);
    int got = 0;
    Value element;
    for (int64_t n = 0; n < limit && (got = set_next(reader, rt, &element)) > 0; n++) {
        if (!collect_element(rt, &loop, list, element)) {
            got = -1;
            break;
        }
        loop_step(&loop, NULL);
    }
    return !val_is_fault(loop_end(&loop, got < 0 ? val_fault() : val_null(NULL)));
}

/* Collects as long as there are batches. 1: the rest comes singly; 0: it was all; -1: a fault. */
static int collect_batches(Rt *rt, SetReader *reader, ValueList *list)
{
    Batch *batch = arena_alloc(rt->heap, (int64_t)sizeof *batch);
    Loop loop;
    loop_begin(&loop, rt);
    int got;
    while ((got = set_fill(reader, rt, batch)) == 1) {
        for (int64_t i = 0; i < batch->count && got == 1; i++) {
            got = collect_element(rt, &loop, list, batch_value(batch, i)) ? 1 : -1;
        }
        if (got < 0) {
            break;
        }
        loop_step(&loop, NULL);
    }
    (void)loop_end(&loop, got < 0 ? val_fault() : val_null(NULL));
    return got == SET_SINGLY ? 1 : got;
}

bool set_collect_all(Rt *rt, const Set *set, ValueList *list)
{
    SetReader *reader = set_open(rt, set);
    if (!reader) {
        return false;
    }
    int64_t known = set->ops->count && list->cap == 0 ? set->ops->count(rt, set) : -1;
    int64_t bytes = known > 0 ? arena_array_bytes(known, (int64_t)sizeof(Value)) : 0;
    if (known > 0 && known <= rt->limits->elements && memory_has(bytes)) {
        list->at = arena_alloc(rt->heap, bytes);
        list->cap = known;
    }
    int got = reader->fill != NULL ? collect_batches(rt, reader, list) : 1;
    bool ok = got == 1 ? set_collect(rt, reader, INT64_MAX, list) : got == 0;
    set_close(reader);
    return ok;
}

Value set_to_array(Rt *rt, const Set *set)
{
    ValueList list = {0};
    return set_collect_all(rt, set, &list) ? val_array(list.at, list.len) : val_fault();
}

/* -- of an array --------------------------------------------------------------------------- */

typedef struct ItemsReader {
    SetReader head;
    const Value *items;
    int64_t at, count;
    const Set *whole;
    int64_t passed;
} ItemsReader;

static int items_next(SetReader *reader, Rt *rt, Value *out)
{
    ItemsReader *items = (ItemsReader *)reader;
    if (items->at == items->count) {
        return 0;
    }
    *out = items->items[items->at++];
    return rt_tick(rt) ? 1 : -1;
}

static const Set *items_rest(SetReader *reader, Rt *rt)
{
    const ItemsReader *items = (const ItemsReader *)reader;
    SetNode *left = set_node(rt, &set_array_ops, NULL);
    left->value = val_array(items->items + items->at, items->count - items->at);
    left->other = items->whole;
    left->from = items->passed + items->at;
    return &left->head;
}

SetReader *set_items_reader(Rt *rt, const Value *items, int64_t count, const Set *whole,
                            int64_t passed)
{
    ItemsReader *reader = arena_new(rt->heap, ItemsReader);
    reader->head = (SetReader){.next = items_next, .rest = items_rest};
    reader->items = items;
    reader->count = count;
    reader->whole = whole;
    reader->passed = passed;
    return &reader->head;
}

static SetReader *array_open(Rt *rt, const Set *set)
{
    const SetNode *node = (const SetNode *)set;
    return set_items_reader(rt, node->value.as.items, node->value.len, node->other, node->from);
}

static const Set *array_reverse(Rt *rt, const Set *set)
{
    Value array = ((const SetNode *)set)->value;
    Value *items = arena_array(rt->heap, Value, array.len);
    for (int64_t i = 0; i < array.len; i++) {
        items[i] = array.as.items[array.len - 1 - i];
    }
    return set_from_array(rt, val_array(items, array.len)).as.set;
}

static int64_t array_count(Rt *rt, const Set *set)
{
    (void)rt;
    return ((const SetNode *)set)->value.len;
}

const SetOps set_array_ops = {.name = "array",
                              .open = array_open,
                              .reverse = array_reverse,
                              .count = array_count,
                              .copy = set_node_copy};

/* -- of one element -------------------------------------------------------------------------- */

static SetReader *single_open(Rt *rt, const Set *set)
{
    return set_items_reader(rt, &((const SetNode *)set)->value, 1, NULL, 0);
}

static const Set *single_reverse(Rt *rt, const Set *set)
{
    (void)rt;
    return set;
}

static int64_t single_count(Rt *rt, const Set *set)
{
    (void)rt;
    (void)set;
    return 1;
}

const SetOps set_single_ops = {.name = "single",
                               .open = single_open,
                               .reverse = single_reverse,
                               .count = single_count,
                               .copy = set_node_copy};

/* -- of a row of numbers: from `from` up to, not including, `until` ---------------------------- */

typedef struct SequenceReader {
    SetReader head;
    int64_t from, until;
    bool reversed;
} SequenceReader;

static int sequence_next(SetReader *reader, Rt *rt, Value *out)
{
    SequenceReader *sequence = (SequenceReader *)reader;
    if (sequence->from >= sequence->until) {
        return 0;
    }
    *out = val_number(sequence->reversed ? --sequence->until : sequence->from++);
    return rt_tick(rt) ? 1 : -1;
}

static int sequence_fill(SetReader *reader, Rt *rt, Batch *batch)
{
    SequenceReader *sequence = (SequenceReader *)reader;
    int64_t left = sequence->until - sequence->from;
    if (left <= 0) {
        return 0;
    }
    int64_t count = left < BATCH_MAX ? left : BATCH_MAX, *to = batch_of_integers(batch, count);
    if (sequence->reversed) {
        for (int64_t i = 0; i < count; i++) {
            to[i] = sequence->until - 1 - i;
        }
        sequence->until -= count;
    } else {
        for (int64_t i = 0; i < count; i++) {
            to[i] = sequence->from + i;
        }
        sequence->from += count;
    }
    return rt_tick(rt) ? 1 : -1;
}

static const Set *make_sequence(Rt *rt, int64_t from, int64_t until, bool reversed)
{
    SetNode *node = set_node(rt, &set_sequence_ops, NULL);
    node->from = from;
    node->until = until;
    node->reversed = reversed;
    return &node->head;
}

static const Set *sequence_rest(SetReader *reader, Rt *rt)
{
    const SequenceReader *sequence = (const SequenceReader *)reader;
    return make_sequence(rt, sequence->from, sequence->until, sequence->reversed);
}

static SetReader *sequence_open(Rt *rt, const Set *set)
{
    const SetNode *node = (const SetNode *)set;
    SequenceReader *reader = arena_new(rt->heap, SequenceReader);
    reader->head = (SetReader){.next = sequence_next, .rest = sequence_rest, .fill = sequence_fill};
    reader->from = node->from;
    reader->until = node->until;
    reader->reversed = node->reversed;
    return &reader->head;
}

static const Set *sequence_reverse(Rt *rt, const Set *set)
{
    const SetNode *node = (const SetNode *)set;
    return make_sequence(rt, node->from, node->until, !node->reversed);
}

static int64_t sequence_count(Rt *rt, const Set *set)
{
    (void)rt;
    const SetNode *node = (const SetNode *)set;
    return node->until > node->from ? node->until - node->from : 0;
}

const SetOps set_sequence_ops = {.name = "sequence",
                                 .open = sequence_open,
                                 .reverse = sequence_reverse,
                                 .count = sequence_count,
                                 .copy = set_node_copy};

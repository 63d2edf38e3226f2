/* set_filter: operators that pass the elements of their source on one by one: where, map, take,
 * drop, and pageSize, which changes nothing but the size of pages.
 *
 * Their readers hold no values, so they run in whatever memory their consumer gives them.
 */
#include "runtime/set/set_batch.h"
#include "runtime/set/set_node.h"
#include "runtime/set/set_predicate.h"

/* Batches in a row for which a function's program may have no answer before it is given up. */
#define MISSES_MAX 4

/* For reading in batches: the program of the node's function, and a batch for which it had no
 * answer, whose elements are taken one by one. */
typedef struct Ahead {
    BatchProgram program;
    Batch batch;
    int64_t at; /* of `batch`: what was taken */
    int misses;
} Ahead;

typedef struct FilterReader {
    SetReader head;
    SetReader *source;
    const SetNode *node;
    int64_t left; /* take: how many may still come; drop: how many are still to be skipped */
    Arena *home;  /* where the reader lives, and its program */
    Ahead *ahead; /* where, map; NULL: there is none yet */
} FilterReader;

static void filter_close(SetReader *reader)
{
    set_close(((FilterReader *)reader)->source);
}

/* A reader of `node` over its open source; that is NULL, and so is this, after a fault. */
static SetReader *open_over(Rt *rt, const Set *set, SetReader *source, SetReader head)
{
    if (!source) {
        return NULL;
    }
    FilterReader *reader = arena_new(rt->heap, FilterReader);
    reader->head = head;
    reader->head.close = filter_close;
    reader->source = source;
    reader->node = (const SetNode *)set;
    reader->left = reader->node->from;
    reader->home = rt->heap;
    return &reader->head;
}

static SetReader *open_filter(Rt *rt, const Set *set, SetReader head)
{
    return open_over(rt, set, set_open(rt, set->source), head);
}

/* The node of a reader again, over what its source has left. */
static const Set *function_rest(SetReader *reader, Rt *rt)
{
    FilterReader *filter = (FilterReader *)reader;
    const Set *left = filter->source->rest(filter->source, rt);
    return left ? &set_node_over(rt, filter->node, left)->head : NULL;
}

static const Set *function_reverse(Rt *rt, const Set *set)
{
    return &set_node_over(rt, (const SetNode *)set, set_reverse(rt, set->source))->head;
}

/* -- batches ------------------------------------------------------------------------------ */

/* The next element of the source, for where and map. */
static ALWAYS_INLINE int pull(FilterReader *filter, Rt *rt, Value *out)
{
    Ahead *ahead = filter->ahead;
    if (UNLIKELY(ahead != NULL) && ahead->at < ahead->batch.count) {
        *out = batch_value(&ahead->batch, ahead->at++);
        return 1;
    }
    return set_next(filter->source, rt, out);
}

/* Makes the program. False: the function is none that has one. */
static NOINLINE bool look_ahead(FilterReader *filter, const Rt *rt)
{
    BatchProgram program;
    if (!rt->up->batch_program ||
        !rt->up->batch_program(filter->node->value.as.function, &program)) {
        return false;
    }
    filter->ahead = arena_alloc(filter->home, (int64_t)sizeof *filter->ahead);
    filter->ahead->program = program;
    filter->ahead->batch.count = filter->ahead->at = 0;
    filter->ahead->misses = 0;
    return true;
}

/* The program has no answer for this batch. */
static int put_by(FilterReader *filter, const Batch *batch)
{
    filter->ahead->batch = *batch;
    filter->ahead->at = 0;
    if (++filter->ahead->misses == MISSES_MAX) {
        filter->head.fill = NULL;
    }
    return SET_SINGLY;
}

/* Fills `batch` from the source, and `column` with what the node's function gives for it. */
static int fill_column(FilterReader *filter, Rt *rt, Batch *batch, Column *column)
{
    if (filter->ahead == NULL &&
        (filter->source->fill == NULL || filter->node->head.valid_time_us != 0 ||
         !look_ahead(filter, rt))) {
        filter->head.fill = NULL;
        return SET_SINGLY;
    }
    Ahead *ahead = filter->ahead;
    if (ahead->at < ahead->batch.count) {
        return SET_SINGLY;
    }
    int got = set_fill(filter->source, rt, batch);
    if (got != 1) {
        return got;
    }
    return batch_compute(rt, &ahead->program, batch, column) ? 1 : put_by(filter, batch);
}

/* -- where ------------------------------------------------------------------------------- */

static int where_next(SetReader *reader, Rt *rt, Value *out)
{
    FilterReader *filter = (FilterReader *)reader;
    const SetNode *node = filter->node;
    int got;
    while ((got = pull(filter, rt, out)) > 0) {
        Value holds = set_call(rt, node, *out);
        if (UNLIKELY(val_is_fault(holds))) {
            return -1;
        }
        int truth = rt_truth(rt, holds);
        if (UNLIKELY(truth < 0)) {
            (void)set_trace(rt, node);
            return -1;
        }
        if (truth) {
            return 1;
        }
    }
    return got;
}

static int where_fill(SetReader *reader, Rt *rt, Batch *batch)
{
    FilterReader *filter = (FilterReader *)reader;
    Column condition;
    do {
        int got = fill_column(filter, rt, batch, &condition);
        if (got != 1) {
            return got;
        }
        if (!batch_keep(batch, &condition)) {
            return put_by(filter, batch);
        }
        filter->ahead->misses = 0;
    } while (batch->count == 0);
    return 1;
}

static SetReader *where_open(Rt *rt, const Set *set)
{
    SetReader *source = set_predicate_open(rt, (const SetNode *)set);
    return open_over(rt, set, source ? source : set_open(rt, set->source),
                     (SetReader){.next = where_next, .rest = function_rest, .fill = where_fill});
}

const SetOps set_where_ops = {
    .name = "where", .open = where_open, .reverse = function_reverse, .copy = set_node_copy};

/* -- map -------------------------------------------------------------------------------------- */

static int map_next(SetReader *reader, Rt *rt, Value *out)
{
    FilterReader *filter = (FilterReader *)reader;
    Value element;
    int got = pull(filter, rt, &element);
    if (got <= 0) {
        return got;
    }
    *out = set_call(rt, filter->node, element);
    return UNLIKELY(val_is_fault(*out)) ? -1 : 1;
}

static int map_skip(SetReader *reader, Rt *rt)
{
    return set_skip(((FilterReader *)reader)->source, rt);
}

static int map_fill(SetReader *reader, Rt *rt, Batch *batch)
{
    FilterReader *filter = (FilterReader *)reader;
    Column column;
    int got = fill_column(filter, rt, batch, &column);
    if (got != 1) {
        return got;
    }
    if (column.known != batch->elements.known) {
        return put_by(filter, batch);
    }
    filter->ahead->misses = 0;
    batch_copy_column(&batch->elements, &column, batch->count);
    return 1;
}

static SetReader *map_open(Rt *rt, const Set *set)
{
    return open_filter(
        rt, set,
        (SetReader){.next = map_next, .skip = map_skip, .rest = function_rest, .fill = map_fill});
}

const SetOps set_map_ops = {
    .name = "map", .open = map_open, .reverse = function_reverse, .copy = set_node_copy};

/* -- take ----------------------------------------------------------------------------------- */

static int take_next(SetReader *reader, Rt *rt, Value *out)
{
    FilterReader *filter = (FilterReader *)reader;
    if (filter->left == 0) {
        return 0;
    }
    filter->left--;
    return set_next(filter->source, rt, out);
}

static int take_skip(SetReader *reader, Rt *rt)
{
    FilterReader *filter = (FilterReader *)reader;
    if (filter->left == 0) {
        return 0;
    }
    filter->left--;
    return set_skip(filter->source, rt);
}

static const Set *take_rest(SetReader *reader, Rt *rt)
{
    FilterReader *filter = (FilterReader *)reader;
    const Set *left = filter->source->rest(filter->source, rt);
    return left ? set_with_count(rt, &set_take_ops, left, filter->left) : NULL;
}

static SetReader *take_open(Rt *rt, const Set *set)
{
    return open_filter(rt, set,
                       (SetReader){.next = take_next, .skip = take_skip, .rest = take_rest});
}

static int64_t take_count(Rt *rt, const Set *set)
{
    int64_t all = set->source->ops->count ? set->source->ops->count(rt, set->source) : -1;
    int64_t limit = ((const SetNode *)set)->from;
    return all < limit ? all : limit;
}

const SetOps set_take_ops = {.name = "take",
                             .open = take_open,
                             .reverse = set_reverse_by_reading,
                             .count = take_count,
                             .copy = set_node_copy};

/* -- drop -------------------------------------------------------------------------------------- */

/* Skips what is to be dropped, once. 1: there may be more; 0: the end; -1: a fault. */
static int drop_first(FilterReader *filter, Rt *rt)
{
    while (filter->left > 0) {
        int got = set_skip(filter->source, rt);
        if (got <= 0) {
            return got;
        }
        filter->left--;
    }
    return 1;
}

static int drop_next(SetReader *reader, Rt *rt, Value *out)
{
    FilterReader *filter = (FilterReader *)reader;
    int got = drop_first(filter, rt);
    return got <= 0 ? got : set_next(filter->source, rt, out);
}

static int drop_skip(SetReader *reader, Rt *rt)
{
    FilterReader *filter = (FilterReader *)reader;
    int got = drop_first(filter, rt);
    return got <= 0 ? got : set_skip(filter->source, rt);
}

static const Set *drop_rest(SetReader *reader, Rt *rt)
{
    FilterReader *filter = (FilterReader *)reader;
    const Set *left = filter->source->rest(filter->source, rt);
    return left && filter->left > 0 ? set_with_count(rt, &set_drop_ops, left, filter->left) : left;
}

static SetReader *drop_open(Rt *rt, const Set *set)
{
    return open_filter(rt, set,
                       (SetReader){.next = drop_next, .skip = drop_skip, .rest = drop_rest});
}

static int64_t drop_count(Rt *rt, const Set *set)
{
    int64_t all = set->source->ops->count ? set->source->ops->count(rt, set->source) : -1;
    int64_t dropped = ((const SetNode *)set)->from;
    return all < 0 ? -1 : all > dropped ? all - dropped : 0;
}

const SetOps set_drop_ops = {.name = "drop",
                             .open = drop_open,
                             .reverse = set_reverse_by_reading,
                             .count = drop_count,
                             .copy = set_node_copy};

/* -- pageSize --------------------------------------------------------------------------------- */

static SetReader *paged_open(Rt *rt, const Set *set)
{
    return set_open(rt, set->source);
}

static const Set *paged_reverse(Rt *rt, const Set *set)
{
    SetNode *node = set_node(rt, &set_paged_ops, set_reverse(rt, set->source));
    node->head.page_size = set->page_size;
    return &node->head;
}

static int64_t paged_count(Rt *rt, const Set *set)
{
    return set->source->ops->count ? set->source->ops->count(rt, set->source) : -1;
}

const SetOps set_paged_ops = {.name = "pageSize",
                              .open = paged_open,
                              .reverse = paged_reverse,
                              .count = paged_count,
                              .copy = set_node_copy};

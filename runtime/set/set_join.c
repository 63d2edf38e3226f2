/* set_join: concat and flatMap, which read several sets one after the other.
 *
 *   flatMap   spline:  a ─────────── b ─────────── c
 *                      │ fn          │ fn
 *             leaves:  a1 a2 a3      b1 b2
 *
 * A later set is opened when the one before it is at its end: by then rt->heap is a region of
 * the consumer's loop, which forgets between two steps. So such a set and its reader live in
 * an arena of their own (Late), and elements are copied out of it.
 */
#include "runtime/set/set_node.h"

/* A set that is opened while others are being read. */
typedef struct Late {
    Arena arena;
    SetReader *reader; /* NULL: none is open */
} Late;

static void late_close(Late *late)
{
    if (late->reader) {
        set_close(late->reader);
        late->reader = NULL;
    }
    arena_free(&late->arena);
}

/* The next element of the open set, on rt->heap. */
static int late_next(Late *late, Rt *rt, Value *out)
{
    int got = set_next(late->reader, rt, out);
    if (got > 0) {
        *out = val_copy(rt->heap, *out, &late->arena);
    }
    return got;
}

/* What the open set has left, on rt->heap. */
static const Set *late_rest(Late *late, Rt *rt)
{
    const Set *rest = late->reader->rest(late->reader, rt);
    return rest ? set_copy(rt->heap, rest, &late->arena) : NULL;
}

/* -- concat ---------------------------------------------------------------------------------- */

typedef struct ConcatReader {
    SetReader head;
    const SetNode *node;
    SetReader *first; /* NULL: at its end */
    Late second;
} ConcatReader;

static void concat_close(SetReader *reader)
{
    ConcatReader *concat = (ConcatReader *)reader;
    if (concat->first) {
        set_close(concat->first);
    }
    late_close(&concat->second);
}

/* Closes the first set and opens the second. False: a fault. */
static bool enter_second(ConcatReader *concat, Rt *rt)
{
    set_close(concat->first);
    concat->first = NULL;
    Arena *heap = rt->heap;
    rt->heap = &concat->second.arena;
    concat->second.reader = set_open(rt, concat->node->other);
    rt->heap = heap;
    return concat->second.reader != NULL;
}

static int concat_next(SetReader *reader, Rt *rt, Value *out)
{
    ConcatReader *concat = (ConcatReader *)reader;
    if (concat->first) {
        int got = set_next(concat->first, rt, out);
        if (got != 0) {
            return got;
        }
        if (!enter_second(concat, rt)) {
            return -1;
        }
    }
    return concat->second.reader ? late_next(&concat->second, rt, out) : 0;
}

static const Set *concat_rest(SetReader *reader, Rt *rt)
{
    ConcatReader *concat = (ConcatReader *)reader;
    if (!concat->first) {
        return late_rest(&concat->second, rt);
    }
    const Set *left = concat->first->rest(concat->first, rt);
    return left ? set_concat(rt, left, concat->node->other) : NULL;
}

static SetReader *concat_open(Rt *rt, const Set *set)
{
    SetReader *first = set_open(rt, set->source);
    if (!first) {
        return NULL;
    }
    ConcatReader *reader = arena_new(rt->heap, ConcatReader);
    reader->head = (SetReader){.next = concat_next, .close = concat_close, .rest = concat_rest};
    reader->node = (const SetNode *)set;
    reader->first = first;
    arena_init_counted(&reader->second.arena, &rt->memory);
    return &reader->head;
}

const Set *set_concat(Rt *rt, const Set *first, const Set *second)
{
    SetNode *node = set_node(rt, &set_concat_ops, first);
    node->head.page_size = 0;
    set_add_parts(&node->head, second);
    node->other = second;
    return &node->head;
}

static const Set *concat_reverse(Rt *rt, const Set *set)
{
    const Set *last = set_reverse(rt, ((const SetNode *)set)->other);
    return set_concat(rt, last, set_reverse(rt, set->source));
}

static int64_t concat_count(Rt *rt, const Set *set)
{
    const Set *first = set->source;
    const Set *second = ((const SetNode *)set)->other;
    int64_t a = first->ops->count ? first->ops->count(rt, first) : -1;
    int64_t b = second->ops->count ? second->ops->count(rt, second) : -1;
    return a < 0 || b < 0 ? -1 : a + b;
}

const SetOps set_concat_ops = {.name = "concat",
                               .open = concat_open,
                               .reverse = concat_reverse,
                               .count = concat_count,
                               .copy = set_node_copy};

/* -- flatMap ---------------------------------------------------------------------------------- */

typedef struct FlatReader {
    SetReader head;
    const SetNode *node;
    SetReader *spline;
    Late leaf;
} FlatReader;

static void flat_close(SetReader *reader)
{
    FlatReader *flat = (FlatReader *)reader;
    late_close(&flat->leaf);
    set_close(flat->spline);
}

/* Makes the leaf of `element` in the leaf's arena, and opens it. */
static bool open_leaf(FlatReader *flat, Rt *rt, Value element)
{
    const SetNode *node = flat->node;
    Value leaf = set_call(rt, node, element);
    if (val_is_fault(leaf)) {
        return false;
    }
    if (leaf.type != T_SET) {
        (void)rt_fault_type(rt, STR("Set<Any>"), leaf);
        (void)set_trace(rt, node);
        return false;
    }
    const Set *set = node->reversed ? set_reverse(rt, leaf.as.set) : leaf.as.set;
    flat->leaf.reader = set_open(rt, set);
    return flat->leaf.reader != NULL;
}

/* 1: a leaf is open; 0: the spline is at its end; -1: a fault. */
static int enter_leaf(FlatReader *flat, Rt *rt)
{
    Arena *heap = rt->heap;
    rt->heap = &flat->leaf.arena;
    Value element;
    int got = set_next(flat->spline, rt, &element);
    if (got > 0 && !open_leaf(flat, rt, element)) {
        got = -1;
    }
    rt->heap = heap;
    return got;
}

static int flat_next(SetReader *reader, Rt *rt, Value *out)
{
    FlatReader *flat = (FlatReader *)reader;
    for (;;) {
        if (!flat->leaf.reader) {
            int got = enter_leaf(flat, rt);
            if (got <= 0) {
                return got;
            }
        }
        int got = late_next(&flat->leaf, rt, out);
        if (got != 0) {
            return got;
        }
        set_close(flat->leaf.reader);
        flat->leaf.reader = NULL;
        arena_reset(&flat->leaf.arena);
    }
}

static const Set *make_flat(Rt *rt, const SetNode *node, const Set *spline, bool reversed)
{
    SetNode *made = set_node_over(rt, node, spline);
    made->reversed = reversed;
    return &made->head;
}

static const Set *flat_rest(SetReader *reader, Rt *rt)
{
    FlatReader *flat = (FlatReader *)reader;
    const Set *spline = flat->spline->rest(flat->spline, rt);
    if (!spline) {
        return NULL;
    }
    const Set *later = make_flat(rt, flat->node, spline, flat->node->reversed);
    if (!flat->leaf.reader) {
        return later;
    }
    const Set *leaf = late_rest(&flat->leaf, rt);
    return leaf ? set_concat(rt, leaf, later) : NULL;
}

static SetReader *flat_open(Rt *rt, const Set *set)
{
    SetReader *spline = set_open(rt, set->source);
    if (!spline) {
        return NULL;
    }
    FlatReader *reader = arena_new(rt->heap, FlatReader);
    reader->head = (SetReader){.next = flat_next, .close = flat_close, .rest = flat_rest};
    reader->node = (const SetNode *)set;
    reader->spline = spline;
    arena_init_counted(&reader->leaf.arena, &rt->memory);
    return &reader->head;
}

static const Set *flat_reverse(Rt *rt, const Set *set)
{
    const SetNode *node = (const SetNode *)set;
    return make_flat(rt, node, set_reverse(rt, set->source), !node->reversed);
}

const SetOps set_flat_map_ops = {
    .name = "flatMap", .open = flat_open, .reverse = flat_reverse, .copy = set_node_copy};

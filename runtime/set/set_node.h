/* set_node: the kinds of sets and how they are made. For set_*.c and the builtins of sets;
 * everybody else uses set.h.
 *
 * Nearly all operators share one struct, SetNode, as they need the same few things: a function,
 * a count, a second set. Documents and index entries have IndexSet.
 */
#ifndef FAWN_RUNTIME_SET_SET_NODE_H
#define FAWN_RUNTIME_SET_SET_NODE_H

#include "runtime/builtins/order.h"
#include "runtime/schema/catalog.h"
#include "runtime/set/set.h"

/* The calls by which a set came from where it was made, outermost first. */
typedef struct SetCalls {
    Span span;
    int64_t count; /* of this one and those within */
    const struct SetCalls *inner;
} SetCalls;

typedef struct SetNode {
    Set head;
    Value value;      /* where, map, flatMap: the function; array: the Array; single: the element */
    const Set *other; /* concat: the second set; array: NULL, or what it is left of (set_items_reader) */
    int64_t from, until; /* sequence: its bounds; take and drop: `from` is how many; array: passed */
    bool reversed;       /* sequence: downwards; flatMap: the leaves are reversed */
    Span span;           /* the call that made it: a fault of its function is traced to here … */
    const SetCalls *calls; /* … and to these; NULL: none */
    int64_t depth;         /* calls within calls where it was made or came to */
    Order order;
} SetNode;

/* Documents of a collection by id, or entries of an index by key. */
typedef struct IndexSet {
    Set head;
    uint32_t collection;
    const Index *index;     /* NULL: all documents */
    int64_t from_id, to_id; /* documents: both included */
    Str from, to;           /* index: [from, to); an empty `to` has no end */
    Span span;              /* the call that made it */
    bool reversed;
    bool is_range; /* narrowed by an argument { from, to } */
} IndexSet;

extern const SetOps set_array_ops, set_single_ops, set_sequence_ops; /* set.c */
extern const SetOps set_where_ops, set_map_ops, set_take_ops, set_drop_ops, set_paged_ops;
extern const SetOps set_flat_map_ops, set_concat_ops;                   /* set_join.c */
extern const SetOps set_order_ops, set_distinct_ops, set_backwards_ops; /* set_sort.c */
extern const SetOps set_documents_ops;                                  /* set_index.c */
extern const SetOps set_groups_ops;                                     /* set_group.c */

/* -- making, on rt->heap ------------------------------------------------------------------ */

/* A node of `ops` over `source` (or NULL), with the page size of `source`. */
SetNode *set_node(Rt *rt, const SetOps *ops, const Set *source);

/* Counts the parts of `source` (NULL: there are none) to those of `set`, which is made of it. */
void set_add_parts(Set *set, const Set *source);

/* A copy of `node`, of the same time, over another source. */
SetNode *set_node_over(Rt *rt, const SetNode *node, const Set *source);

/* All of a collection or (not NULL) an index, to be narrowed. */
IndexSet *set_index_node(Rt *rt, uint32_t collection, const Index *index);

/* Whether sets of an index, or of all documents (NULL), may be made now; false: a fault. */
bool set_index_may_read(Rt *rt, const Index *index);

/* All documents of `set`, a set of documents, behind `last`; NULL: the whole. */
const Set *set_documents_behind(Rt *rt, const IndexSet *set, const Version *last);

/* A node with a function: where, map, flatMap. */
const Set *set_with_function(Rt *rt, const SetOps *ops, const Set *source, Value fn, Span span);

/* take(n) and drop(n). `n` >= 0. */
const Set *set_with_count(Rt *rt, const SetOps *ops, const Set *source, int64_t n);

const Set *set_order(Rt *rt, const Set *source, Order order, Span span);

const Set *set_concat(Rt *rt, const Set *first, const Set *second);

/* Whether `set` is a SetNode. */
bool set_is_node(const Set *set);

/* Whether reading all of `set` reads an index or a collection without a small limit: then
 * performance hints are given. */
bool set_is_unbounded(const Set *set);

/* SetOps.copy of every SetNode. */
const Set *set_node_copy(Arena *dst, const Set *set, const Arena *from);

/* The same as a copy function for both kinds. */
static inline const Set *set_copy(Arena *dst, const Set *set, const Arena *from)
{
    return set->ops->copy(dst, set, from);
}

/* SetOps.reverse by reading everything first. */
const Set *set_reverse_by_reading(Rt *rt, const Set *set);

/* -- reading -------------------------------------------------------------------------------- */

/* Traces the fault of a function of `node` to where the set was made and came from. */
NOINLINE Value set_trace(Rt *rt, const SetNode *node);

/* Calls the function of `node` with an element, writes being refused meanwhile, at the time at
 * which the set was made. */
static ALWAYS_INLINE Value set_call(Rt *rt, const SetNode *node, Value element)
{
    EffectLimit before = rt_limit_effects(rt, READS, "set functions");
    int64_t valid_time_us = rt->valid_time_us;
    rt->valid_time_us = node->head.valid_time_us;
    Value result = rt_call1(rt, node->value, element);
    rt->valid_time_us = valid_time_us;
    rt->effects = before;
    return UNLIKELY(val_is_fault(result)) ? set_trace(rt, node) : result;
}

typedef struct ValueList {
    Value *at;
    int64_t len, cap;
} ValueList;

/* Reads up to `limit` elements to the end of `list`, keeping nothing else on the heap. False: a
 * fault. */
NODISCARD bool set_collect(Rt *rt, SetReader *reader, int64_t limit, ValueList *list);

/* The same for a whole set, from opening to closing. */
NODISCARD bool set_collect_all(Rt *rt, const Set *set, ValueList *list);

/* A reader over `count` values; what is left is an array set. They are the elements of `whole` (NULL:
 * of no other set) behind the first `passed` ones: a cursor says so, when many are left. */
SetReader *set_items_reader(Rt *rt, const Value *items, int64_t count, const Set *whole,
                            int64_t passed);

/* -- consuming (set_fold.c) ------------------------------------------------------------------- */

Value set_fold(Rt *rt, const Set *set, Value seed, Value fn);
Value set_reduce(Rt *rt, const Set *set, Value fn);
Value set_aggregate(Rt *rt, const Set *set, Value seed, Value fn);
Value set_for_each(Rt *rt, const Set *set, Value fn);
Value set_count(Rt *rt, const Set *set);

/* The sum of the elements, and how many they are; T_NULL: one is no number. */
Value set_sum(Rt *rt, const Set *set, int64_t *count);
Value set_includes(Rt *rt, const Set *set, Value element);

/* Whether `fn` holds for some element (`all` false), or for each (`all` true). */
Value set_any(Rt *rt, const Set *set, Value fn, bool all);

/* The first element, or the null of an empty set. */
Value set_first(Rt *rt, const Set *set);

/* True, false, or a fault. */
Value set_is_empty(Rt *rt, const Set *set);

#endif

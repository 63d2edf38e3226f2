/* set_group: the set of all groups of an aggregate, in order of their terms. An element is an
 * object of the terms and the totals; what is left after it is the same set with one bound moved.
 */
#include "runtime/document/aggregate.h"

#include "runtime/access/permission.h"
#include "runtime/document/codec.h"
#include "runtime/set/set_node.h"

typedef struct GroupReader {
    SetReader head;
    const GroupSet *set;
    StoreCursor *cursor;
    int64_t time_us; /* 0: the present */
    bool any;       /* something was read */
    Str last_terms; /* borrowed from the cursor */
    FoldResult results[AGGREGATE_FOLDS_MAX];
} GroupReader;

static int group_next(SetReader *reader, Rt *rt, Value *out)
{
    GroupReader *groups = (GroupReader *)reader;
    const Aggregate *aggregate = groups->set->aggregate;
    int64_t terms = aggregate->spec.term_count;
    if (!cursor_next_group(groups->cursor, &groups->last_terms, FOLDS_ALL, groups->results)) {
        return 0;
    }
    groups->any = true;
    rt->stats.read_ops++;
    Value *values = arena_array(rt->heap, Value, terms + aggregate->total_count);
    int64_t before_us = rt->valid_time_us;
    rt->valid_time_us = groups->time_us; /* that of the documents among terms and totals */
    codec_read_key(rt, groups->last_terms, terms, values);
    aggregate_totals(rt, aggregate, groups->results, values + terms);
    rt->valid_time_us = before_us;
    *out = rt_object(rt, aggregate->names, values, terms + aggregate->total_count);
    return rt_tick(rt) ? 1 : -1;
}

static int group_skip(SetReader *reader, Rt *rt)
{
    GroupReader *groups = (GroupReader *)reader;
    if (!cursor_next_group(groups->cursor, &groups->last_terms, 0, groups->results)) {
        return 0;
    }
    groups->any = true;
    return rt_tick(rt) ? 1 : -1;
}

static void group_close(SetReader *reader)
{
    cursor_close(((GroupReader *)reader)->cursor);
}

static const Set *group_rest(SetReader *reader, Rt *rt)
{
    const GroupReader *groups = (const GroupReader *)reader;
    GroupSet *rest = arena_copy(rt->heap, groups->set, (int64_t)sizeof(GroupSet));
    if (!groups->any) {
        return &rest->head;
    }
    if (rest->reversed) {
        rest->to = str_copy(rt->heap, groups->last_terms);
        return &rest->head;
    }
    /* The least key above `last_terms` is these and a zero byte. */
    char *key = arena_zero(rt->heap, groups->last_terms.len + 1);
    memcpy(key, groups->last_terms.s, (size_t)groups->last_terms.len);
    rest->from = (Str){key, groups->last_terms.len + 1};
    return &rest->head;
}

static SetReader *group_open(Rt *rt, const Set *set)
{
    const GroupSet *groups = (const GroupSet *)set;
    if (!permission_check_all(rt, groups->collection)) {
        return NULL;
    }
    const Collection *now = catalog_collection_by_number(rt->catalog, groups->collection);
    const Aggregate *aggregate = now ? collection_aggregate(now, groups->aggregate->name) : NULL;
    if (!aggregate || aggregate->number != groups->aggregate->number) {
        (void)rt_fault(rt, FAULT_invalid_index_invocation, "The aggregate `%.*s` no longer exists.",
                       STR_ARG(groups->aggregate->name));
        return NULL;
    }
    int64_t time_us = set->valid_time_us != 0 ? set->valid_time_us : rt->valid_time_us;
    PastTotals *past;
    if (!aggregate_past(rt, groups->collection, aggregate, time_us, &past)) {
        return NULL;
    }
    GroupReader *reader = arena_new(rt->heap, GroupReader);
    reader->head = (SetReader){
        .next = group_next, .skip = group_skip, .close = group_close, .rest = group_rest};
    reader->set = groups;
    reader->time_us = time_us;
    reader->cursor =
        past
            ? cursor_groups_at(rt->txn, past, groups->from, groups->to, groups->reversed)
            : cursor_groups(rt->txn, aggregate->number, groups->from, groups->to, groups->reversed);
    return &reader->head;
}

static const Set *group_reverse(Rt *rt, const Set *set)
{
    GroupSet *reversed = arena_copy(rt->heap, set, (int64_t)sizeof(GroupSet));
    reversed->reversed = !reversed->reversed;
    return &reversed->head;
}

static const Set *group_copy(Arena *dst, const Set *set, const Arena *from)
{
    (void)from;
    GroupSet *copy = arena_copy(dst, set, (int64_t)sizeof(GroupSet));
    copy->from = str_copy(dst, copy->from);
    copy->to = str_copy(dst, copy->to);
    return &copy->head;
}

const SetOps set_groups_ops = {
    .name = "groups", .open = group_open, .reverse = group_reverse, .copy = group_copy};

GroupSet *set_group_node(Rt *rt, uint32_t collection, const Aggregate *aggregate)
{
    GroupSet *set = arena_new(rt->heap, GroupSet);
    set->head.ops = &set_groups_ops;
    set->head.valid_time_us = rt->valid_time_us;
    set->collection = collection;
    set->aggregate = aggregate;
    return set;
}

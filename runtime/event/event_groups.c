/* event_groups: see event_groups.h. */
#include "runtime/event/event_groups.h"

#include "runtime/access/permission.h"
#include "runtime/base/map.h"
#include "runtime/base/vec.h"

#include <stdlib.h>

typedef struct ChangedGroup {
    Str terms;
    EventPosition last; /* change of it */
    int64_t joined;     /* documents that came, less those that left, behind the position */
} ChangedGroup;

struct EventGroups {
    Rt *rt;
    const GroupSet *set;
    EventPosition after, at; /* `at`: the change of a group that is looked at */
    Map by_terms;
    VEC(ChangedGroup *) changed;
    int64_t next;
};

static bool is_behind(EventPosition a, EventPosition b)
{
    return a.time_us != b.time_us ? a.time_us > b.time_us : a.ordinal > b.ordinal;
}

static bool is_in_set(const GroupSet *set, Str terms)
{
    return str_compare(terms, set->from) >= 0 && (set->to.len == 0 || str_compare(terms, set->to) < 0);
}

/* Every change of a group has a number within its transaction, whether it is wanted or not: so
 * that a position means the same to each reader. */
static void note(EventGroups *groups, Str terms, int64_t joined)
{
    groups->at.ordinal++;
    if (!is_behind(groups->at, groups->after) || !is_in_set(groups->set, terms)) {
        return;
    }
    ChangedGroup *group = map_find(&groups->by_terms, terms);
    if (!group) {
        group = arena_new(groups->rt->heap, ChangedGroup);
        group->terms = str_copy(groups->rt->heap, terms);
        map_put(&groups->by_terms, group->terms, group);
        vec_push(&groups->changed, groups->rt->heap, group);
    }
    group->last = groups->at;
    group->joined += joined;
}

/* The terms of a version's groups, copied; ascending. */
static int64_t copy_groups(EventGroups *groups, const Version *version, Str **copied)
{
    Rt *rt = groups->rt;
    const Str *terms;
    int64_t count =
        version ? version_groups(rt->txn, groups->set->aggregate->number, version, &terms) : 0;
    *copied = arena_array(rt->heap, Str, count);
    for (int64_t i = 0; i < count; i++) {
        (*copied)[i] = str_copy(rt->heap, terms[i]);
    }
    return count;
}

/* Notes the groups of before and of after, in order of their terms. */
static void note_change(EventGroups *groups, const DocChange *change)
{
    uint32_t aggregate = groups->set->aggregate->number;
    if (change->time_us != groups->at.time_us) {
        groups->at = (EventPosition){.time_us = change->time_us};
    }
    bool alike = change->before && change->after &&
                 versions_weigh_alike(groups->rt->txn, aggregate, change->before, change->after);
    Str *left;
    Str *joined;
    int64_t left_count = copy_groups(groups, change->before, &left);
    int64_t joined_count = copy_groups(groups, change->after, &joined);
    for (int64_t i = 0, k = 0; i < left_count || k < joined_count;) {
        int order = i == left_count     ? 1
                    : k == joined_count ? -1
                                        : str_compare(left[i], joined[k]);
        if (order != 0 || !alike) {
            note(groups, order <= 0 ? left[i] : joined[k], (order >= 0) - (order <= 0));
        }
        i += order <= 0;
        k += order >= 0;
    }
}

static int compare_last(const void *a, const void *b)
{
    const ChangedGroup *const *left = a;
    const ChangedGroup *const *right = b;
    return is_behind((*left)->last, (*right)->last) ? 1 : -1;
}

EventGroups *event_groups_find(Rt *rt, const GroupSet *set, EventPosition after)
{
    DocChange change;
    if (!permission_check_all(rt, set->collection)) {
        return NULL;
    }
    EventGroups *groups = arena_new(rt->heap, EventGroups);
    *groups = (EventGroups){.rt = rt, .set = set, .after = after};
    map_init(&groups->by_terms, rt->heap);
    /* Some of a transaction's changes may be wanted: those have their numbers only if all do. */
    int64_t from_us = after.ordinal == EVENT_ALL ? after.time_us : after.time_us - 1;
    ChangeCursor cursor = change_cursor(rt->txn, set->collection, from_us);
    while (change_next(&cursor, &change)) {
        if (!rt_tick(rt)) {
            return NULL;
        }
        note_change(groups, &change);
    }
    if (groups->changed.len > 1) {
        qsort(groups->changed.at, (size_t)groups->changed.len, sizeof *groups->changed.at,
              compare_last);
    }
    return groups;
}

int event_groups_next(EventGroups *groups, Event *event, EventPosition *position)
{
    Rt *rt = groups->rt;
    const Aggregate *aggregate = groups->set->aggregate;
    while (groups->next < groups->changed.len) {
        const ChangedGroup *group = groups->changed.at[groups->next++];
        int64_t now = txn_group_documents(rt->txn, aggregate->number, group->terms);
        bool was = now - group->joined > 0;
        *position = group->last;
        if (!was && now == 0) {
            continue; /* it came and went */
        }
        event->kind = now == 0 ? EVENT_REMOVE : was ? EVENT_UPDATE : EVENT_ADD;
        event->data = aggregate_element(rt, aggregate, group->terms);
        rt->stats.read_ops++;
        return 1;
    }
    return 0;
}

/* event_groups: see event_groups.h. */
#include "runtime/event/event_groups.h"

#include "runtime/access/permission.h"
#include "runtime/base/map.h"
#include "runtime/base/vec.h"

#include <stdlib.h>

typedef struct ChangedGroup {
    Str terms;
    EventPosition first, last; /* change of it, behind the position */
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
        group->first = groups->at;
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

/* Each transaction, and each time at which something ended, numbers its changes from 1. */
static void go_to(EventGroups *groups, int64_t time_us)
{
    if (time_us != groups->at.time_us) {
        groups->at = (EventPosition){.time_us = time_us};
    }
}

/* Notes the groups of before and of after, in order of their terms. */
static void note_change(EventGroups *groups, const DocChange *change)
{
    uint32_t aggregate = groups->set->aggregate->number;
    go_to(groups, change->time_us);
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

/* -- documents that ended ---------------------------------------------------------------------- */

typedef struct Endings {
    VEC(const Version *) all;
    int64_t next;
} Endings;

static int compare_endings(const void *a, const void *b)
{
    const Version *const *left = a;
    const Version *const *right = b;
    int64_t left_us = version_ttl_us(*left);
    int64_t right_us = version_ttl_us(*right);
    return left_us != right_us ? (left_us > right_us) - (left_us < right_us)
                               : ((*left)->id > (*right)->id) - ((*left)->id < (*right)->id);
}

/* Finds the documents that ended by themselves behind a time: those that nothing has replaced, and
 * those in whose place there is another. False: a fault. */
static bool find_endings(const EventGroups *groups, int64_t from_us, int64_t until_us,
                         Endings *endings)
{
    Rt *rt = groups->rt;
    uint32_t collection = groups->set->collection;
    const Version **found;
    DocChange change;
    *endings = (Endings){.next = 0};
    int64_t count = txn_list_ended(rt->txn, collection, from_us + 1, until_us, rt->heap, &found);
    for (int64_t i = 0; i < count; i++) {
        vec_push(&endings->all, rt->heap, found[i]);
    }
    ChangeCursor cursor = change_cursor(rt->txn, collection, from_us);
    while (change_next(&cursor, &change)) {
        if (!rt_tick(rt)) {
            return false;
        }
        if (change.ended && version_ttl_us(change.ended) > from_us) {
            vec_push(&endings->all, rt->heap, change.ended);
        }
    }
    if (endings->all.len > count) {
        qsort(endings->all.at, (size_t)endings->all.len, sizeof *endings->all.at, compare_endings);
    }
    return true;
}

/* Notes those that ended up to a time. */
static void note_endings(EventGroups *groups, Endings *endings, int64_t until_us)
{
    for (; endings->next < endings->all.len; endings->next++) {
        const Version *version = endings->all.at[endings->next];
        if (version_ttl_us(version) > until_us) {
            return;
        }
        Str *left;
        int64_t count = copy_groups(groups, version, &left);
        go_to(groups, version_ttl_us(version));
        for (int64_t i = 0; i < count; i++) {
            note(groups, left[i], -1);
        }
    }
}

/* -- finding ----------------------------------------------------------------------------------- */

static int compare_last(const void *a, const void *b)
{
    const ChangedGroup *const *left = a;
    const ChangedGroup *const *right = b;
    return is_behind((*left)->last, (*right)->last) ? 1 : -1;
}

EventGroups *event_groups_find(Rt *rt, const GroupSet *set, EventPosition after, int64_t until_us)
{
    DocChange change;
    Endings endings;
    if (!permission_check_all(rt, set->collection)) {
        return NULL;
    }
    EventGroups *groups = arena_new(rt->heap, EventGroups);
    *groups = (EventGroups){.rt = rt, .set = set, .after = after};
    map_init(&groups->by_terms, rt->heap);
    /* Some of a transaction's changes may be wanted: those have their numbers only if all do. */
    int64_t from_us = after.ordinal == EVENT_ALL ? after.time_us : after.time_us - 1;
    if (!find_endings(groups, from_us, until_us, &endings)) {
        return NULL;
    }
    ChangeCursor cursor = change_cursor(rt->txn, set->collection, from_us);
    while (change_next(&cursor, &change)) {
        if (!rt_tick(rt)) {
            return NULL;
        }
        note_endings(groups, &endings, change.time_us);
        note_change(groups, &change);
    }
    note_endings(groups, &endings, until_us);
    if (groups->changed.len > 1) {
        qsort(groups->changed.at, (size_t)groups->changed.len, sizeof *groups->changed.at,
              compare_last);
    }
    return groups;
}

/* -- telling ----------------------------------------------------------------------------------- */

bool event_groups_next(EventGroups *groups, GroupNews *news)
{
    const Aggregate *aggregate = groups->set->aggregate;
    while (groups->next < groups->changed.len) {
        const ChangedGroup *group = groups->changed.at[groups->next++];
        int64_t now = txn_group_documents(groups->rt->txn, aggregate->number, group->terms);
        bool was = now - group->joined > 0;
        if (was || now > 0) {
            /* Of a transaction that the position is within, all counts. */
            bool is_within = group->first.time_us == groups->after.time_us;
            *news = (GroupNews){.terms = group->terms,
                                .last = group->last,
                                .before_us = groups->after.time_us - is_within,
                                .was = was,
                                .is = now > 0};
            return true;
        }
        /* It came and went. */
    }
    return false;
}

Value event_groups_now(EventGroups *groups, const GroupNews *news)
{
    groups->rt->stats.read_ops++;
    return aggregate_element(groups->rt, groups->set->aggregate, news->terms, NULL);
}

Value event_groups_before(EventGroups *groups, const GroupNews *news)
{
    Rt *rt = groups->rt;
    PastTotals *past;
    if (!aggregate_past(rt, groups->set->collection, groups->set->aggregate, news->before_us,
                        &past)) {
        return val_fault();
    }
    int64_t valid_time_us = rt->valid_time_us;
    rt->valid_time_us = news->before_us; /* that of the documents among terms and totals */
    Value element = aggregate_element(rt, groups->set->aggregate, news->terms, past);
    rt->valid_time_us = valid_time_us;
    return element;
}

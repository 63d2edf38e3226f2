/* event_groups: the groups of an aggregate that changed behind a position, for event_feed.
 *
 *   changes of documents    ─►  groups that each changed   ─►  each group once,
 *   1 A      2 B    3 A         1 A     2 A B    3 A           at its last change:  2 B   3 A
 *
 * A group is told of at its last change, with its totals of now, which are those since then: what
 * changed several times between two looks is one event. That way an event costs what it costs to
 * read a group, however many documents there are, and a client that comes back late is told of
 * the present, not of each step to it.
 *
 * A document that ends by its ttl changes its groups at that time, though nobody writes:
 *
 *   commit ts 10   ttl 12, ttl 12   commit ts 12   ttl 15        position: the time, and the
 *   1 A  2 B       1 A      2 A     3 C            1 B           number at that time
 */
#ifndef FAWN_RUNTIME_EVENT_EVENT_GROUPS_H
#define FAWN_RUNTIME_EVENT_EVENT_GROUPS_H

#include "runtime/document/aggregate.h"
#include "runtime/event/event_feed.h"

typedef struct EventGroups EventGroups;

/* A group that changed. */
typedef struct GroupNews {
    Str terms;
    EventPosition last; /* its last change */
    int64_t before_us;  /* a time at which it was as it was at the position */
    bool was, is;       /* it had documents at the position; it has some now */
} GroupNews;

/* Finds the groups of `set` that changed behind a position, which is not before
 * txn_changes_since_us, and up to the transaction's horizon `until_us`; on rt->heap. NULL: a
 * fault. */
EventGroups *event_groups_find(Rt *rt, const GroupSet *set, EventPosition after, int64_t until_us);

/* The next of them, in the order of their last changes. False: the end. */
bool event_groups_next(EventGroups *groups, GroupNews *news);

/* The element of the set that the group is now; without documents: its totals are those of
 * nothing. */
Value event_groups_now(EventGroups *groups, const GroupNews *news);

/* What it was at the position: that takes as long as the collection is large, unless it is known
 * for another group already. A fault when it is not kept. */
Value event_groups_before(EventGroups *groups, const GroupNews *news);

#endif

/* event_groups: the groups of an aggregate that changed behind a position, for event_feed.
 *
 *   changes of documents    ─►  groups that each changed   ─►  each group once,
 *   1 A      2 B    3 A         1 A     2 A B    3 A           at its last change:  2 B   3 A
 *
 * A group is told of at its last change, with its totals of now, which are those since then: what
 * changed several times between two looks is one event. That way an event costs what it costs to
 * read a group, however many documents there are, and a client that comes back late is told of
 * the present, not of each step to it.
 */
#ifndef FAWN_RUNTIME_EVENT_EVENT_GROUPS_H
#define FAWN_RUNTIME_EVENT_EVENT_GROUPS_H

#include "runtime/document/aggregate.h"
#include "runtime/event/event_feed.h"

typedef struct EventGroups EventGroups;

/* Finds the groups of `set` that changed behind a position, which is not before
 * txn_changes_since_us; on rt->heap. NULL: a fault. */
EventGroups *event_groups_find(Rt *rt, const GroupSet *set, EventPosition after);

/* The next of them, in the order of their last changes. Event.data is the element of the set. 1:
 * there is one; 0: the end. */
int event_groups_next(EventGroups *groups, Event *event, EventPosition *position);

#endif

/* event_feed: the events of a source, read out of what the store knows of changes.
 *
 *   change of a document ─► was it an element before, is it one now ─► its value through where, map
 *
 *   before  now      event
 *     no     yes     add, with the value now
 *     yes    yes     update, with the value now, if something that is watched has changed
 *     yes    no      remove, with the value before
 *
 * Where fields are watched, also what comes and goes must have one of them.
 *
 * What happened before is worked out at the time before the change, what is now at its time.
 * Changes of groups of aggregates are another matter: event_groups.h.
 */
#ifndef FAWN_RUNTIME_EVENT_EVENT_FEED_H
#define FAWN_RUNTIME_EVENT_EVENT_FEED_H

#include "runtime/event/event_source.h"
#include "store/history.h"

/* A place between changes: behind the change of this number, from 1 on, within the transaction. */
typedef struct EventPosition {
    int64_t time_us;
    int64_t ordinal; /* EVENT_ALL: behind all of that transaction */
} EventPosition;

#define EVENT_ALL INT64_MAX

/* A position as text, for cursors; it holds in other processes as well. */
void event_position_print(Buf *out, EventPosition position);
NODISCARD bool event_position_read(Str text, EventPosition *position);

typedef enum EventKind { EVENT_ADD, EVENT_UPDATE, EVENT_REMOVE } EventKind;

typedef struct Event {
    EventKind kind;
    Value data;
} Event;

typedef struct EventReader {
    Rt *rt;
    const EventSource *source;
    uint32_t collection;
    ChangeCursor changes;
    EventPosition position; /* behind the change that was looked at last */
    EventPosition after;
    int64_t until_us; /* what is committed, or ends, up to this time is all known */
    bool is_of_groups, is_filtered;
    struct EventGroups *groups; /* NULL: to find them failed */
} EventReader;

/* Opens a reader of the events behind a position. False: that is longer ago than changes are
 * known. What it finds lives on rt->heap. */
NODISCARD bool event_reader_open(EventReader *reader, Rt *rt, const EventSource *source,
                                 EventPosition after);

/* When something ends by itself, so that there may be an event though nobody writes; TTL_NEVER:
 * nothing does. */
int64_t event_reader_next_us(const EventReader *reader);

/* The next event. 1: there is one; 0: the end; -1: a fault of a function of the source. */
int event_next(EventReader *reader, Event *event);

#endif

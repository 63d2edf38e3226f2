/* events: what event sources tell, in the form in which Fauna's clients are told.
 *
 *   {"type":"add","data":…,"txn_ts":17…,"cursor":"…","stats":{…}}
 *   {"type":"error","error":{"code":…,"message":…},"stats":{…}}
 */
#ifndef FAWN_INTERP_SESSION_EVENTS_H
#define FAWN_INTERP_SESSION_EVENTS_H

#include "interp/session/session.h"

/* What is wrong with a request for events; its words are the caller's. */
typedef enum EventsProblem {
    EVENTS_FINE,
    EVENTS_BAD_SOURCE,
    EVENTS_BAD_CURSOR,
    EVENTS_START_BEFORE_SOURCE, /* a stream's start must not be */
} EventsProblem;

/* Which event tells no change, but where the reader stands. */
typedef enum EventsStatus {
    EVENTS_NO_STATUS,
    EVENTS_STATUS_FIRST, /* where it begins */
    EVENTS_STATUS_LAST,  /* where it ends, unless there are more */
} EventsStatus;

typedef struct EventsRequest {
    Str token;
    Str cursor;       /* empty: none */
    bool has_start;
    int64_t start_us; /* if it has one */
    int64_t most;     /* events */
    bool is_stream;   /* one whose events are lines; else they are elements of an array */
    EventsStatus status;
    int64_t timeout_ms, memory_bytes;
    const Limits *limits;
} EventsRequest;

typedef struct Events {
    EventsProblem problem;
    Str cursor;      /* of the position behind the last event, or of now when there are no more */
    int64_t next_us; /* when there will be an event though nobody writes; TTL_NEVER: it is not known
                        of any */
    int64_t count;   /* of events, the error among them */
    RtStats stats;   /* of all of the reading */
    bool has_more;
    bool has_failed; /* the last event is an error */
} Events;

/* Appends events behind a position to `out`. The outcome tells only of what fails outside of the
 * source's functions. What `events` borrows lives until the session's next run. */
Outcome session_events(Session *session, const EventsRequest *request, Buf *out, Events *events);

/* Appends the member `stats` of what was counted from `before` on, and the object's end. */
void events_put_stats(Buf *out, const RtStats *before, const RtStats *now, int64_t time_ms);

/* Appends an error event. */
void events_put_error(Buf *out, Str code, Str message, bool is_stream);

#endif

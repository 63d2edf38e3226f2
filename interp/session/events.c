/* events: see events.h. All of one call is read in one state of the database. */
#include "interp/session/events.h"

#include "interp/session/answer_error.h"
#include "interp/session/session_int.h"
#include "runtime/event/event_feed.h"

typedef struct Reading {
    Session *session;
    const EventsRequest *request;
    Buf *out;
    Events *events;
    EventReader reader;
    RtStats before;   /* of the event under way */
    int64_t begun_us; /* … and when it was */
} Reading;

static const char line_end[] = "\r\n";

/* -- writing ---------------------------------------------------------------------------------- */

/* What is counted from here on is the next event's. */
static void count_from_here(Reading *reading)
{
    reading->before = session_rt(reading->session)->stats;
    reading->begun_us = clock_us(CLOCK_MONOTONIC);
}

static void begin_event(Reading *reading)
{
    if (!reading->request->is_stream && reading->events->count > 0) {
        buf_byte(reading->out, ',');
    }
}

void events_put_stats(Buf *out, const RtStats *before, const RtStats *now, int64_t time_ms)
{
    int64_t ops = now->compute_ops - before->compute_ops;
    buf_printf(out,
               ",\"stats\":{\"read_ops\":%lld,\"storage_bytes_read\":%lld,\"compute_ops\":%lld,"
               "\"processing_time_ms\":%lld,\"rate_limits_hit\":[]}}",
               (long long)(now->read_ops - before->read_ops),
               (long long)(now->storage_bytes_read - before->storage_bytes_read),
               (long long)(ops > 0 ? ops : 1), (long long)time_ms);
}

static void end_event(Reading *reading)
{
    int64_t time_us = clock_us(CLOCK_MONOTONIC) - reading->begun_us;
    events_put_stats(reading->out, &reading->before, &session_rt(reading->session)->stats,
                     time_us / 1000);
    buf_puts(reading->out, reading->request->is_stream ? line_end : "");
}

static void put_position(Buf *out, EventPosition position)
{
    buf_printf(out, ",\"txn_ts\":%lld,\"cursor\":\"", (long long)position.time_us);
    event_position_print(out, position);
    buf_byte(out, '"');
}

static void put_status(Reading *reading, EventPosition position)
{
    begin_event(reading);
    buf_puts(reading->out, "{\"type\":\"status\"");
    put_position(reading->out, position);
    end_event(reading);
}

/* The event of the fault under way. */
static void put_failure(Reading *reading)
{
    Outcome outcome = {0};
    outcome_from_fault(reading->session, &outcome);
    begin_event(reading);
    buf_puts(reading->out, "{\"type\":\"error\",\"error\":");
    answer_put_failure(reading->out, &outcome, PRINT_TAGGED);
    end_event(reading);
    session_rt(reading->session)->fault = NULL;
    reading->events->has_failed = true;
    reading->events->has_more = true;
    reading->events->count++;
}

void events_put_error(Buf *out, Str code, Str message, bool is_stream)
{
    static const RtStats none;
    buf_puts(out, "{\"type\":\"error\",\"error\":");
    answer_put_error(out, code, message);
    buf_byte(out, '}');
    events_put_stats(out, &none, &none, 0);
    buf_puts(out, is_stream ? line_end : "");
}

/* False: its value cannot be written, which is a fault. */
static bool put_event(Reading *reading, const Event *event)
{
    static const char *const names[] = {
        [EVENT_ADD] = "add", [EVENT_UPDATE] = "update", [EVENT_REMOVE] = "remove"};
    Rt *rt = session_rt(reading->session);
    PrintOptions print = {.format = PRINT_TAGGED};
    int64_t start = reading->out->len;
    begin_event(reading);
    buf_printf(reading->out, "{\"type\":\"%s\",\"data\":", names[event->kind]);
    if (val_is_fault(print_value(rt, reading->out, event->data, &print))) {
        reading->out->len = start;
        return false;
    }
    put_position(reading->out, reading->reader.position);
    end_event(reading);
    reading->events->count++;
    return true;
}

/* -- reading ---------------------------------------------------------------------------------- */

static void set_cursor(Reading *reading, EventPosition position)
{
    Buf text = {0};
    event_position_print(&text, position);
    reading->events->cursor = str_copy(&reading->session->query, buf_str(&text));
    buf_free(&text);
}

/* Events up to the most that are asked for, or the end. */
static void read_events(Reading *reading)
{
    Rt *rt = session_rt(reading->session);
    Events *events = reading->events;
    EventPosition last = reading->reader.after;
    Event event;
    int got = 1;
    while (events->count < reading->request->most) {
        ArenaMark mark = arena_mark(rt->heap);
        count_from_here(reading);
        got = event_next(&reading->reader, &event);
        if (got < 0 || (got > 0 && !put_event(reading, &event))) {
            put_failure(reading);
            set_cursor(reading, reading->reader.position);
            return;
        }
        arena_rewind(rt->heap, mark);
        if (got == 0) {
            break;
        }
        last = reading->reader.position;
    }
    /* Whether there are more is known when the next one is, and what it fails with comes then. */
    if (got > 0 && (got = event_next(&reading->reader, &event)) != 0) {
        rt->fault = NULL;
        events->has_more = true;
        set_cursor(reading, last);
        return;
    }
    /* A cursor that moves on where nothing happens does not grow too old. */
    int64_t until_us = reading->reader.until_us;
    EventPosition now = {until_us > last.time_us ? until_us : last.time_us, EVENT_ALL};
    set_cursor(reading, now);
    events->next_us = event_reader_next_us(&reading->reader);
    if (reading->request->status == EVENTS_STATUS_LAST) {
        put_status(reading, now);
    }
}

static void put_too_early(Reading *reading, EventPosition after)
{
    Str message =
        str_format(&reading->session->query,
                   "Stream start time %lld is too far in the past. Recreate the stream and try "
                   "again.",
                   (long long)after.time_us);
    events_put_error(reading->out, STR("invalid_stream_start_time"), message,
                     reading->request->is_stream);
    reading->events->count++;
    reading->events->has_failed = true;
    set_cursor(reading, after);
}

/* Where the request wants to begin. False: it is wrong. */
static bool find_start(Reading *reading, const EventSource *source, EventPosition *after)
{
    const EventsRequest *request = reading->request;
    *after = (EventPosition){source->start_us, EVENT_ALL};
    if (request->cursor.len > 0) {
        reading->events->problem =
            event_position_read(request->cursor, after) ? EVENTS_FINE : EVENTS_BAD_CURSOR;
    } else if (request->has_start) {
        bool early = request->is_stream && request->start_us < source->start_us;
        reading->events->problem = early ? EVENTS_START_BEFORE_SOURCE : EVENTS_FINE;
        *after = (EventPosition){request->start_us, EVENT_ALL};
    }
    return reading->events->problem == EVENTS_FINE;
}

static bool work(Session *session, void *context, Outcome *outcome)
{
    Reading *reading = context;
    Rt *rt = session_rt(session);
    EventPosition after;
    count_from_here(reading);
    rt->reads_events = true;
    const EventSource *source = event_source_read(rt, reading->request->token);
    (void)outcome;
    if (!source) {
        rt->fault = NULL;
        reading->events->problem = EVENTS_BAD_SOURCE;
        return true;
    }
    if (!find_start(reading, source, &after)) {
        return true;
    }
    if (reading->request->status == EVENTS_STATUS_FIRST) {
        put_status(reading, after);
    }
    if (event_reader_open(&reading->reader, rt, source, after)) {
        reading->reader.after = after;
        read_events(reading);
    } else {
        put_too_early(reading, after);
    }
    return true;
}

Outcome session_events(Session *session, const EventsRequest *request, Buf *out, Events *events)
{
    Reading reading = {.session = session, .request = request, .out = out, .events = events};
    RunOptions options = {.query = true,
                          .read_only = true,
                          .timeout_ms = request->timeout_ms,
                          .memory_bytes = request->memory_bytes,
                          .limits = request->limits,
                          .print = {.format = PRINT_TAGGED}};
    *events = (Events){.next_us = TTL_NEVER};
    Outcome outcome = session_transact(session, &options, work, &reading);
    events->stats = outcome.stats;
    return outcome;
}

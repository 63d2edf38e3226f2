/* stream: POST /stream/1: the events of a source as they come, until the client goes.
 *
 *   request ─► job: status, replay ─► open ──┐
 *                                     ▲      ▼ a commit, or five minutes
 *                                     ╰── job: what is new
 *
 * A stream has at most one job under way: what is committed meanwhile, the next one tells. The
 * stream remembers the cursor behind what it has told, as its client does.
 */
#include "server/endpoint/endpoints.h"
#include "server/endpoint/events.h"
#include "server/endpoint/events_request.h"
#include "server/work/job_answer.h"

#include "runtime/base/memory.h"

#include <stdlib.h>

enum {
    REPLAY_MAX = 128,       /* events between the token and now, as the service had it */
    EVENTS_AT_ONCE = 1000,  /* that one job tells */
    STATUS_SECONDS = 5 * 60 /* between two events at most */
};

typedef struct Stream {
    struct Stream *before, *next; /* in server->streams */
    Exchange *exchange;           /* held */
    Str token;                    /* in the arena of the exchange */
    Buf cursor;                   /* behind what was told */
    int64_t status_us;            /* when its client was told last where it stands */
    int64_t next_us;              /* when there is news though nobody writes, wall clock */
    int64_t expires_us;           /* when what its client logged in with ends, wall clock */
    uint64_t rights;              /* what that lets it do */
    bool is_asking;               /* a job is under way */
    bool is_behind;               /* something was committed since it began */
    bool wants_status;
    bool is_over;
} Stream;

/* What a job asks, and what comes of it. */
typedef struct StreamJob {
    Stream *stream; /* NULL: the request that is to open one */
    EventsRequest request;
    uint64_t rights; /* of the stream */
    Events events;
    Str cursor;   /* a copy of what it begins behind; of where it ended */
    bool is_good; /* `job->answer` has events */
} StreamJob;

/* -- life ------------------------------------------------------------------------------------- */

static void unlink_stream(Stream *stream)
{
    Server *server = stream->exchange->server;
    if (stream->before) {
        stream->before->next = stream->next;
    } else {
        server->streams = stream->next;
    }
    if (stream->next) {
        stream->next->before = stream->before;
    }
    server->counters.streams--;
}

static void free_stream(Stream *stream)
{
    exchange_release(stream->exchange);
    buf_free(&stream->cursor);
    free(stream);
}

/* Takes the stream out of the list; a job that is under way frees it. */
static void end_stream(Stream *stream)
{
    if (stream->is_over) {
        return;
    }
    stream->is_over = true;
    unlink_stream(stream);
    if (!stream->is_asking) {
        free_stream(stream);
    }
}

static void on_gone(Exchange *exchange)
{
    end_stream(exchange->listener);
}

/* Ends the response as well. */
static void close_stream(Stream *stream)
{
    Exchange *exchange = stream->exchange;
    exchange_hold(exchange);
    exchange->on_gone = NULL;
    end_stream(stream);
    exchange_end(exchange);
    exchange_release(exchange);
}

/* -- asking ----------------------------------------------------------------------------------- */

static void ask(Stream *stream);

static void keep_cursor(Stream *stream, Str cursor)
{
    stream->cursor.len = 0;
    buf_put(&stream->cursor, cursor);
}

static void tell(Stream *stream, Job *job, const StreamJob *details)
{
    Exchange *exchange = stream->exchange;
    exchange->server->counters.events += details->events.count;
    keep_cursor(stream, details->cursor);
    stream->next_us = details->events.next_us;
    if (details->request.status != EVENTS_NO_STATUS) {
        stream->status_us = server_now_us();
    }
    exchange_hold(exchange);
    if (job->answer.len > 0) {
        exchange_put(exchange, buf_str(&job->answer));
    }
    bool is_slow = exchange_unsent(exchange).len > STREAM_BEHIND_MAX;
    if (is_slow && !stream->is_over) {
        Buf last = {0};
        events_put_error(&last, STR("stream_overflow"), STR("Too many events to process."), true);
        exchange_put(exchange, buf_str(&last));
        buf_free(&last);
    }
    if (!stream->is_over && (is_slow || details->events.has_failed)) {
        close_stream(stream);
    }
    exchange_release(exchange);
}

static void done_asking(Job *job)
{
    StreamJob *details = job->details;
    Stream *stream = details->stream;
    if (stream->is_over) {
        free_stream(stream);
        return;
    }
    /* It stays marked: when telling ends the stream it is freed below. */
    stream->exchange->on_gone = on_gone;
    stream->exchange->listener = stream;
    stream->expires_us = job->expires_us;
    if (details->is_good) {
        tell(stream, job, details);
    } else {
        exchange_put(stream->exchange, buf_str(&job->answer));
        close_stream(stream);
    }
    stream->is_asking = false;
    if (stream->is_over) {
        free_stream(stream);
    } else if (stream->is_behind || details->events.has_more) {
        ask(stream);
    }
}

static void put_end(Job *job, Str code, Str message)
{
    job->answer.len = 0;
    events_put_error(&job->answer, code, message, true);
}

/* The stream ends: what it would tell may be lost. */
static void lose_asking(Job *job, Str why)
{
    StreamJob *details = job->details;
    details->is_good = false;
    put_end(job, STR("internal_error"), why);
}

/* Whether the client may do what it could when the stream began: no more, and no less. What was read
 * may be of a later state than that in which it was let in, so that is looked at again. */
static bool has_its_rights(Job *job, Worker *worker)
{
    const StreamJob *details = job->details;
    bool is_later = !details->is_good || job->state_us > job->seen_us;
    return job->rights == details->rights &&
           (!is_later || (job_session(job, worker) && job->rights == details->rights));
}

static JobEnd run_asking(Job *job, Worker *worker)
{
    StreamJob *details = job->details;
    details->is_good = events_request_run(job, worker, &details->request, &details->events);
    details->cursor = str_copy(&job->arena, details->events.cursor);
    if (!has_its_rights(job, worker)) {
        details->is_good = false;
        put_end(job, STR("permission_loss"), STR("Stream authentication is no longer valid."));
    } else if (!details->is_good) {
        put_end(job, STR("internal_error"), STR("The stream cannot be continued."));
    }
    return JOB_DONE;
}

/* Asks for what is new. The exchange tells the stream, not the job, when the client goes. */
static void ask(Stream *stream)
{
    const ServerOptions *options = stream->exchange->server->options;
    Job *job = job_new(stream->exchange);
    stream->exchange->on_gone = on_gone;
    stream->exchange->listener = stream;
    StreamJob *details = arena_new(&job->arena, StreamJob);
    details->stream = stream;
    details->rights = stream->rights;
    details->request =
        (EventsRequest){.token = stream->token,
                        .cursor = str_copy(&job->arena, buf_str(&stream->cursor)),
                        .most = EVENTS_AT_ONCE,
                        .is_stream = true,
                        .status = stream->wants_status ? EVENTS_STATUS_LAST : EVENTS_NO_STATUS,
                        .limits = options->limits,
                        .timeout_ms = options->query_timeout_ms,
                        .memory_bytes = options->max_query_bytes};
    job->details = details;
    job->run = run_asking;
    job->done = done_asking;
    job->lose = lose_asking;
    stream->is_asking = true;
    stream->is_behind = stream->wants_status = false;
    stream->next_us = TTL_NEVER;
    work_submit_always(job);
}

static void look(Stream *stream)
{
    if (stream->is_asking) {
        stream->is_behind = true;
    } else {
        ask(stream);
    }
}

void streams_wake(Server *server)
{
    for (Stream *stream = server->streams; stream; stream = stream->next) {
        look(stream);
    }
}

void streams_tick(Server *server)
{
    int64_t now = server_now_us();
    int64_t wall_us = server_wall_us();
    for (Stream *stream = server->streams; stream; stream = stream->next) {
        if (stream->expires_us <= wall_us) {
            look(stream); /* it will not be let in again */
        }
        if (stream->next_us <= wall_us) {
            look(stream);
        }
        if (now - stream->status_us >= (int64_t)STATUS_SECONDS * 1000000) {
            stream->wants_status = true;
            look(stream);
        }
    }
}

void streams_stop(Server *server)
{
    while (server->streams) {
        close_stream(server->streams);
    }
}

/* -- opening ---------------------------------------------------------------------------------- */

static void open_stream(Job *job)
{
    const StreamJob *details = job->details;
    Exchange *exchange = job->exchange;
    Server *server = exchange->server;
    if (exchange->is_gone) {
        return;
    }
    Stream *stream = memory_zero(sizeof *stream);
    exchange_hold(exchange);
    stream->exchange = exchange;
    stream->expires_us = job->expires_us;
    stream->rights = job->rights;
    stream->token = str_copy(&exchange->arena, details->request.token);
    stream->next = server->streams;
    if (stream->next) {
        stream->next->before = stream;
    }
    server->streams = stream;
    server->counters.streams++;
    exchange->listener = stream;
    exchange->on_gone = on_gone;
    exchange_answer_header(
        exchange, "x-fauna-stream-id",
        str_format(&exchange->arena, "%lld", (long long)++server->last_stream_id));
    /* Marked as if it asked, so that it is not freed when the client goes meanwhile. */
    stream->is_asking = true;
    exchange_begin(exchange, 200);
    if (!stream->is_over) {
        tell(stream, job, details);
    }
    stream->is_asking = false;
    if (stream->is_over) {
        free_stream(stream);
    } else {
        ask(stream); /* what was committed since the job looked */
    }
}

static void done_opening(Job *job)
{
    const StreamJob *details = job->details;
    if (details->is_good) {
        open_stream(job);
    } else {
        job_respond(job);
    }
}

static void lose_opening(Job *job, Str why)
{
    StreamJob *details = job->details;
    details->is_good = false;
    job_lose(job, why);
}

static JobEnd open_behind(Job *job, Worker *worker)
{
    StreamJob *details = job->details;
    EventsRequest *request = &details->request;
    details->is_good = false;
    job->answer.len = 0;
    if (!events_request_read(job, true, request)) {
        return JOB_DONE;
    }
    request->most = REPLAY_MAX;
    request->status = EVENTS_STATUS_FIRST;
    request->timeout_ms = job->exchange->server->options->query_timeout_ms;
    details->is_good = events_request_run(job, worker, request, &details->events);
    details->cursor = str_copy(&job->arena, details->events.cursor);
    if (details->is_good && details->events.has_more && !details->events.has_failed) {
        events_put_error(&job->answer, STR("stream_replay_volume_exceeded"),
                         STR("Too many events to replay. Recreate the stream and try again."),
                         true);
        details->events.has_failed = true;
    }
    return JOB_DONE;
}

static JobEnd run_opening(Job *job, Worker *worker)
{
    return job_run_within_rights(job, worker, open_behind);
}

void stream_answer(Exchange *exchange)
{
    Job *job = job_new(exchange);
    job->details = arena_new(&job->arena, StreamJob);
    job->run = run_opening;
    job->done = done_opening;
    job->lose = lose_opening;
    (void)work_submit(job);
}

/* feed: POST /feed/1: a page of the events of a source. */
#include "server/endpoint/endpoints.h"
#include "server/endpoint/events_request.h"
#include "server/endpoint/params.h"
#include "server/work/job_answer.h"

#include "runtime/print/print.h"

static void put_page(Job *job, const Events *events)
{
    Buf page = {0};
    buf_puts(&page, "{\"events\":[");
    buf_put(&page, buf_str(&job->answer));
    buf_puts(&page, "],\"cursor\":");
    print_json_string(&page, events->cursor);
    static const RtStats none;
    buf_puts(&page, events->has_more ? ",\"has_next\":true" : ",\"has_next\":false");
    events_put_stats(&page, &none, &events->stats,
                     (server_now_us() - job->exchange->begun_us) / 1000);
    buf_free(&job->answer);
    job->answer = page;
    job->status = 200;
}

static JobEnd read_page(Job *job, Worker *worker)
{
    const Params *params = job->details;
    const ServerOptions *options = job->exchange->server->options;
    EventsRequest request;
    Events events;
    job->answer.len = 0;
    int64_t timeout_ms = params->timeout_ms ? params->timeout_ms : options->query_timeout_ms;
    if (events_request_read(job, false, &request) &&
        (request.timeout_ms = job_time_left(job, timeout_ms)) > 0 &&
        events_request_run(job, worker, &request, &events)) {
        put_page(job, &events);
    }
    return JOB_DONE;
}

static JobEnd run(Job *job, Worker *worker)
{
    return job_run_within_rights(job, worker, read_page);
}

void feed_answer(Exchange *exchange)
{
    Params params;
    Str error;
    if (!params_read(exchange, true, &params, &error)) {
        exchange_respond_error(exchange, 400, "invalid_request", error);
        return;
    }
    Job *job = job_new(exchange);
    Params *kept = arena_new(&job->arena, Params);
    *kept = params;
    job->details = kept;
    job->run = run;
    job->done = job_respond;
    job->lose = job_lose;
    (void)work_submit(job);
}

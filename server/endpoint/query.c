/* query: POST /query/1. The order in which a request is looked at is Fauna's: headers, body, who
 * asks, arguments, the query itself.
 */
#include "interp/session/answer.h"
#include "server/endpoint/endpoints.h"
#include "server/endpoint/events.h"
#include "server/endpoint/params.h"
#include "server/work/job_answer.h"

enum {
    HASTY_MS = 1,           /* that a query may keep the loop waiting */
    HASTY_BODY_MAX = 4096,  /* what is longer takes longer to be parsed */
    DATA_KEPT_MAX = 1 << 20, /* bytes of a worker's memory for texts */
};

typedef struct QueryJob {
    Params params;
    int64_t timeout_ms;
} QueryJob;

/* What a query seems to do. This only chooses where it is tried first. */
typedef struct Guess {
    bool writes;
    bool is_slow; /* takes long in one step: to compare a password, which no deadline cuts short, to
                     build or drop indexes */
} Guess;

/* Looks at the names on both sides of the dots in its text. */
static Guess guess(Str body)
{
    Guess found = {0};
    for (int64_t at = str_find(body, STR("."), 0); at >= 0; at = str_find(body, STR("."), at + 1)) {
        Str of = str_slice(body, 0, at), name = str_slice(body, at + 1, body.len);
        found.writes |= str_starts_with(name, STR("create")) ||
                        str_starts_with(name, STR("update")) ||
                        str_starts_with(name, STR("replace")) ||
                        str_starts_with(name, STR("delete"));
        found.is_slow |= str_starts_with(name, STR("login")) ||
                         str_starts_with(name, STR("verify")) ||
                         str_ends_with(of, STR("Collection")) || str_ends_with(of, STR("Database"));
    }
    return found;
}

/* -- on a worker ------------------------------------------------------------------------------ */

/* The body: `query`, and `arguments` or not. */
static bool read_body(Job *job, Query *query)
{
    Members members;
    Str error;
    if (!job_read_members(job, &members)) {
        return false;
    }
    for (int64_t i = 0; i < members.count; i++) {
        Str name = members.at[i].name;
        if (str_eq(name, STR("query"))) {
            query->text = &members.at[i];
        } else if (str_eq(name, STR("arguments"))) {
            query->arguments = &members.at[i];
        } else {
            return job_refuse(job, STR("Invalid request body"));
        }
    }
    if (!query->text) {
        return job_refuse(job, STR("Invalid request body"));
    }
    return query_read(&job->arena, query, &error) || job_refuse(job, error);
}

/* A long text is not kept for the next one. */
static void keep_small(Buf *data)
{
    if (data->cap > DATA_KEPT_MAX) {
        buf_free(data);
    }
}

static JobEnd finish(Job *job, Worker *worker, const Query *query, const Outcome *outcome)
{
    const QueryJob *details = job->details;
    job->state_us = outcome->state_us;
    if (outcome->kind == OUTCOME_STORE && !job->writes && str_eq(outcome->code, STR("read_only"))) {
        return JOB_MUST_WRITE;
    }
    if (outcome->kind == OUTCOME_TIMEOUT && job->is_hasty) {
        return JOB_TAKES_LONG;
    }
    if (!job_answer_outcome(job, outcome, details->timeout_ms)) {
        AnswerExtra extra = {.query_tags = details->params.tags};
        answer_put(&job->answer, outcome, buf_str(&worker->data), query->print.format, &extra);
        job->status = outcome->kind == OUTCOME_OK ? 200 : 400;
    }
    return JOB_DONE;
}

static JobEnd run_query(Job *job, Worker *worker, Session *session, Query *query)
{
    Outcome outcome;
    Str error;
    if (!worker_begin(job, session)) {
        return JOB_DONE; /* nobody waits for it */
    }
    bool understood =
        query_run(session, &job->arena, query, &worker->data, &outcome, &error);
    worker_end(job);
    if (!understood) {
        (void)job_refuse(job, error);
        return JOB_DONE;
    }
    JobEnd end = finish(job, worker, query, &outcome);
    keep_small(&worker->data);
    return end;
}

static void choose_options(Job *job, Query *query)
{
    const QueryJob *details = job->details;
    const ServerOptions *options = job->exchange->server->options;
    query->print.format = details->params.format;
    query->tagged = details->params.format != PRINT_SIMPLE;
    query->run.limits = options->limits;
    query->run.performance_hints = details->params.performance_hints;
    query->run.typecheck = details->params.typecheck < 0 ? TYPECHECK_AS_DATABASE
                           : details->params.typecheck  ? TYPECHECK_YES
                                                        : TYPECHECK_NO;
    query->run.read_only = !job->writes;
    query->run.memory_bytes = options->max_query_bytes;
}

static JobEnd ask(Job *job, Worker *worker)
{
    const QueryJob *details = job->details;
    Query query = {0};
    job->answer.len = 0;
    if (!read_body(job, &query)) {
        return JOB_DONE;
    }
    Session *session = job_session(job, worker);
    if (session == NULL) {
        job_fail(job, 401, "unauthorized", STR("Access token required"));
        return JOB_DONE;
    }
    choose_options(job, &query);
    query.run.timeout_ms = job_time_left(job, details->timeout_ms);
    if (query.run.timeout_ms == 0) {
        return JOB_DONE;
    }
    if (job->is_hasty) {
        query.run.timeout_ms = HASTY_MS;
    }
    return run_query(job, worker, session, &query);
}

static JobEnd run(Job *job, Worker *worker)
{
    return job_run_within_rights(job, worker, ask);
}

/* -- on the loop's thread --------------------------------------------------------------------- */

static void done(Job *job)
{
    Server *server = job->exchange->server;
    bool may_have_written = job->writes && job->status == 200;
    job_respond(job);
    if (may_have_written) {
        streams_wake(server);
    }
}

static void submit(Job *job, Str body)
{
    Guess seen = guess(body);
    bool is_short = body.len <= HASTY_BODY_MAX && !seen.is_slow;
    job->writes = seen.writes;
    (void)(!is_short     ? work_submit(job)
           : job->writes ? work_submit_write(job)
                         : work_submit_short(job));
}

void query_answer(Exchange *exchange)
{
    Params params;
    Str error;
    if (!params_read(exchange, false, &params, &error)) {
        exchange_respond_error(exchange, 400, "invalid_request", error);
        return;
    }
    Job *job = job_new(exchange);
    QueryJob *details = arena_new(&job->arena, QueryJob);
    *details = (QueryJob){.params = params, .timeout_ms = params.timeout_ms};
    if (details->timeout_ms == 0) {
        details->timeout_ms = exchange->server->options->query_timeout_ms;
    }
    job->details = details;
    job->run = run;
    job->done = done;
    job->lose = job_lose;
    submit(job, buf_str(&exchange->body));
}

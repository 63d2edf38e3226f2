/* query: POST /query/1. The order in which a request is looked at is Fauna's: headers, body, who
 * asks, arguments, the query itself.
 */
#include "interp/answer.h"
#include "server/auth.h"
#include "server/endpoints.h"
#include "server/params.h"

/* Shorter times than any query takes: they have passed when they begin. */
enum { AGGRESSIVE_MS = 1, DEADLINE_SOON_US = 1000000 };

typedef struct QueryJob {
    Params params;
    int64_t begun_us;
} QueryJob;

static const char *const write_names[] = {".create", ".update", ".replace", ".delete"};

/* Whether the text of a query looks as if it wrote. This only chooses where it is tried first. */
static bool seems_to_write(Str body)
{
    for (int64_t i = 0; i < countof(write_names); i++) {
        if (str_find(body, str_from_c(write_names[i]), 0) >= 0) {
            return true;
        }
    }
    return false;
}

/* -- on a worker ------------------------------------------------------------------------------ */

static void put_error(Job *job, int status, const char *code, Str message)
{
    buf_puts(&job->answer, "{\"error\":");
    answer_put_error(&job->answer, str_from_c(code), message);
    buf_puts(&job->answer, "}}");
    job->status = status;
}

static bool refuse(Job *job, Str message)
{
    put_error(job, 400, "invalid_request", message);
    return false;
}

/* The body: `query`, and `arguments` or not. */
static bool read_body(Job *job, Query *query)
{
    Members members;
    Str error;
    Str body = buf_str(&job->exchange->body);
    if (body.len == 0) {
        return refuse(job, STR("No request body provided"));
    }
    if (!request_read(&job->arena, body, &members, &error)) {
        return refuse(job,
                      str_format(&job->arena, "Invalid request body: %.*s", STR_ARG(error)));
    }
    if (members.is_array) {
        return refuse(job, STR("Invalid request body: expected a JSON object"));
    }
    for (int64_t i = 0; i < members.count; i++) {
        Str name = members.at[i].name;
        if (str_eq(name, STR("query"))) {
            query->text = &members.at[i];
        } else if (str_eq(name, STR("arguments"))) {
            query->arguments = &members.at[i];
        } else {
            return refuse(job, STR("Invalid request body"));
        }
    }
    bool good = query->text && (query->text->kind == MEMBER_STRING ||
                                query->text->kind == MEMBER_OBJECT);
    return good || refuse(job, STR("Invalid request body"));
}

static void put_time_out(Job *job, int64_t timeout_ms, int64_t elapsed_us)
{
    if (elapsed_us >= DEADLINE_SOON_US) {
        put_error(job, 503, "time_out", STR("Read timed out"));
        return;
    }
    put_error(job, 440, "time_out",
              str_format(&job->arena,
                         "Client set aggressive deadline: query needs more time, timed out "
                         "within %lld ms",
                         (long long)timeout_ms));
}

/* Why the database, not the query, failed. */
static void put_store_failure(Job *job, const Outcome *outcome)
{
    put_error(job, 500, "internal_error", outcome->message);
}

static JobEnd finish(Job *job, Worker *worker, const Query *query, const Outcome *outcome)
{
    const QueryJob *details = job->details;
    if (outcome->kind == OUTCOME_STORE && !job->writes && str_eq(outcome->code, STR("read_only"))) {
        return JOB_MUST_WRITE;
    }
    if (outcome->kind == OUTCOME_TIMEOUT || outcome->kind == OUTCOME_INTERRUPTED) {
        put_time_out(job, query->run.timeout_ms, server_now_us() - details->begun_us);
    } else if (outcome->kind == OUTCOME_STORE) {
        put_store_failure(job, outcome);
    } else {
        AnswerExtra extra = {.query_tags = details->params.tags,
                             .schema_us = outcome->schema_us};
        answer_put(&job->answer, outcome, buf_str(&worker->data), query->print.format, &extra);
        job->status = outcome->kind == OUTCOME_OK ? 200 : 400;
    }
    return JOB_DONE;
}

static JobEnd run_query(Job *job, Worker *worker, Query *query)
{
    Session *session = worker_session(worker);
    Outcome outcome;
    Str error;
    if (!worker_begin(job, session)) {
        return JOB_DONE; /* nobody waits for it */
    }
    bool understood =
        query_run(session, &job->arena, query, &worker->data, &outcome, &error);
    worker_end(job);
    if (!understood) {
        refuse(job, error);
        return JOB_DONE;
    }
    return finish(job, worker, query, &outcome);
}

static void choose_options(Job *job, Query *query)
{
    const QueryJob *details = job->details;
    const ServerOptions *options = job->exchange->server->options;
    query->print.format = details->params.format;
    query->tagged = details->params.format != PRINT_SIMPLE;
    query->run.limits = options->limits;
    query->run.performance_hints = details->params.performance_hints;
    query->run.read_only = !job->writes;
    query->run.memory_bytes = options->max_query_bytes;
    query->run.timeout_ms =
        details->params.timeout_ms ? details->params.timeout_ms : options->query_timeout_ms;
}

static bool is_known(Job *job)
{
    Str token;
    AuthScope scope;
    return auth_token(job->exchange, &job->arena, &token) && auth_scope(token, &scope) &&
           auth_same_secret(scope.secret, job->exchange->server->options->secret);
}

static JobEnd run(Job *job, Worker *worker)
{
    const QueryJob *details = job->details;
    Query query = {0};
    job->answer.len = 0;
    if (!read_body(job, &query)) {
        return JOB_DONE;
    }
    if (!is_known(job)) {
        put_error(job, 401, "unauthorized", STR("Access token required"));
        return JOB_DONE;
    }
    choose_options(job, &query);
    int64_t left_ms =
        query.run.timeout_ms - (server_now_us() - details->begun_us) / 1000;
    if (query.run.timeout_ms <= AGGRESSIVE_MS || left_ms <= 0) {
        put_time_out(job, query.run.timeout_ms, server_now_us() - details->begun_us);
        return JOB_DONE;
    }
    query.run.timeout_ms = left_ms;
    return run_query(job, worker, &query);
}

/* -- on the loop's thread --------------------------------------------------------------------- */

static void done(Job *job)
{
    Exchange *exchange = job->exchange;
    buf_free(&exchange->answer);
    exchange->answer = job->answer;
    job->answer = (Buf){0};
    if (job->status == 401) {
        exchange_answer_header(exchange, "www-authenticate", STR("Bearer"));
    }
    exchange_respond(exchange, job->status);
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
    *details = (QueryJob){.params = params, .begun_us = exchange->begun_us};
    job->details = details;
    job->run = run;
    job->done = done;
    job->writes = seems_to_write(buf_str(&exchange->body));
    (void)work_submit(job);
}

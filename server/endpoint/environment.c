/* environment: GET /environment/1: what queries may name, and of what types it is, for editors. Errors have
 * no `error` around them here, as in Fauna.
 */
#include "server/endpoint/endpoints.h"
#include "server/work/job_answer.h"

static void fail(Job *job, int status, const char *code, const char *message)
{
    job->answer.len = 0;
    buf_printf(&job->answer, "{\"code\":\"%s\",\"message\":\"%s\"}", code, message);
    job->status = status;
}

static void lose(Job *job, Str why)
{
    (void)why;
    fail(job, 500, "internal_error", "The database could not be read.");
}

static void answer(Job *job, Session *session)
{
    const ServerOptions *options = job->exchange->server->options;
    RunOptions run = {.query = true,
                      .read_only = true,
                      .timeout_ms = options->query_timeout_ms,
                      .limits = options->limits};
    Buf text = {0};
    if (!worker_begin(job, session)) {
        return; /* nobody waits for it */
    }
    Outcome outcome = session_environment(session, &run, &text);
    worker_end(job);
    job->state_us = outcome.state_us;
    if (outcome.kind == OUTCOME_OK) {
        buf_printf(&job->answer, "{\"schema_version\":%lld,\"environment\":",
                   (long long)outcome.schema_us);
        buf_put(&job->answer, buf_str(&text));
        buf_byte(&job->answer, '}');
        job->status = 200;
    } else if (outcome.kind == OUTCOME_TIMEOUT || outcome.kind == OUTCOME_INTERRUPTED) {
        fail(job, 503, "time_out", "Read timed out");
    } else {
        lose(job, outcome.message);
    }
    buf_free(&text);
}

static JobEnd run(Job *job, Worker *worker)
{
    Session *session = job_session(job, worker);
    if (session == NULL) {
        fail(job, 401, "unauthorized", "Invalid token, unable to authenticate request");
    } else if (!session_may_see_environment(session)) {
        fail(job, 403, "forbidden", "A valid admin/server key must be provided to use this endpoint");
    } else {
        answer(job, session);
    }
    return JOB_DONE;
}

void environment_answer(Exchange *exchange)
{
    Job *job = job_new(exchange);
    job->run = run;
    job->done = job_respond;
    job->lose = lose;
    (void)work_submit(job);
}

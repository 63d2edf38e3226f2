/* job_answer: see job_answer.h. */
#include "server/work/job_answer.h"

#include "interp/session/answer.h"
#include "runtime/base/memory.h"
#include "server/auth/auth.h"

/* A deadline that was missed by then was too short for any query. */
enum { DEADLINE_SOON_US = 1000000 };

/* What is made of a body before its query counts what it takes: copies of its texts, its arguments. */
enum { BODY_TAKES = 8 };

void job_fail(Job *job, int status, const char *code, Str message)
{
    job->answer.len = 0;
    buf_puts(&job->answer, "{\"error\":");
    answer_put_error(&job->answer, str_from_c(code), message);
    buf_puts(&job->answer, "}}");
    job->status = status;
}

void job_lose(Job *job, Str why)
{
    job_fail(job, 500, "internal_error", why);
}

bool job_refuse(Job *job, Str message)
{
    job_fail(job, 400, "invalid_request", message);
    return false;
}

bool job_read_members(Job *job, Members *members)
{
    Str error;
    Str body = buf_str(&job->exchange->body);
    if (body.len == 0) {
        return job_refuse(job, STR("No request body provided"));
    }
    if (!memory_has(BODY_TAKES * body.len)) {
        job_fail(job, 429, "limit_exceeded", STR("There is not enough memory for this request"));
        return false;
    }
    if (!request_read(&job->arena, body, members, &error)) {
        return job_refuse(job,
                          str_format(&job->arena, "Invalid request body: %.*s", STR_ARG(error)));
    }
    return !members->is_array ||
           job_refuse(job, STR("Invalid request body: expected a JSON object"));
}

Session *job_session(Job *job, Worker *worker)
{
    LoginFound found;
    if (!auth_find(job->exchange, &job->arena, worker_any_session(worker), &found)) {
        return NULL;
    }
    Session *session = worker_session(worker, &found);
    job->expires_us = found.expires_us;
    job->seen_us = found.seen_us;
    job->rights = session ? session_rights(session, &found) : 0;
    return session;
}

JobEnd job_run_within_rights(Job *job, Worker *worker, JobEnd (*run)(Job *job, Worker *worker))
{
    for (;;) {
        job->state_us = job->seen_us = 0;
        JobEnd end = run(job, worker);
        uint64_t rights = job->rights;
        if (end != JOB_DONE || job->writes || job->state_us <= job->seen_us ||
            (job_session(job, worker) && job->rights == rights)) {
            return end;
        }
    }
}

void job_time_out(Job *job, int64_t timeout_ms)
{
    if (server_now_us() - job->exchange->begun_us >= DEADLINE_SOON_US) {
        job_fail(job, 503, "time_out", STR("Read timed out"));
        return;
    }
    job_fail(job, 440, "time_out",
             str_format(&job->arena,
                        "Client set aggressive deadline: query needs more time, timed out within "
                        "%lld ms",
                        (long long)timeout_ms));
}

int64_t job_time_left(Job *job, int64_t timeout_ms)
{
    int64_t left_ms = timeout_ms - (server_now_us() - job->exchange->begun_us) / 1000;
    if (timeout_ms <= AGGRESSIVE_MS || left_ms <= 0) {
        job_time_out(job, timeout_ms);
        return 0;
    }
    return left_ms;
}

bool job_answer_outcome(Job *job, const Outcome *outcome, int64_t timeout_ms)
{
    if (outcome->kind == OUTCOME_TIMEOUT || outcome->kind == OUTCOME_INTERRUPTED) {
        job_time_out(job, timeout_ms);
        return true;
    }
    if (outcome->kind == OUTCOME_STORE) {
        job_fail(job, 500, "internal_error", outcome->message);
        return true;
    }
    return false;
}

void job_respond(Job *job)
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

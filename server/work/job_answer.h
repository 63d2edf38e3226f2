/* job_answer: the answers that jobs of all endpoints give, and who may have others. */
#ifndef FAWN_SERVER_WORK_JOB_ANSWER_H
#define FAWN_SERVER_WORK_JOB_ANSWER_H

#include "interp/session/request.h"
#include "interp/session/session.h"
#include "server/work/work.h"

/* Shorter times than anything takes: they have passed when they begin. */
enum { AGGRESSIVE_MS = 1 };

/* Answers `{"error":{"code","message"}}`. */
void job_fail(Job *job, int status, const char *code, Str message);

/* Answers that what was done may be lost. The `lose` of jobs that are answered as a whole. */
void job_lose(Job *job, Str why);

/* Answers that a request makes no sense. Returns false. */
bool job_refuse(Job *job, Str message);

/* Reads the members of the body; false: it is no JSON object, and has that answer. */
bool job_read_members(Job *job, Members *members);

/* The session of who asks, on the database that the secret is for. NULL: the secret is not known,
 * or its scope. */
Session *job_session(Job *job, Worker *worker);

/* Runs a job by `run`, which calls job_session. What a job reads may be of a later state than that
 * in which who asks was let in: when that has other rights there, all is done again. So it may what
 * it may in the state that it reads. (No one commits while a job that writes logs in and begins.) */
JobEnd job_run_within_rights(Job *job, Worker *worker, JobEnd (*run)(Job *job, Worker *worker));

/* The time that is left of `timeout_ms` since the request came. 0: none is, and the job has that
 * answer. */
int64_t job_time_left(Job *job, int64_t timeout_ms);

/* Answers that the time is over. */
void job_time_out(Job *job, int64_t timeout_ms);

/* Answers for an outcome that is no fault of the query: time is over, the database fails. False:
 * it is none of these. */
bool job_answer_outcome(Job *job, const Outcome *outcome, int64_t timeout_ms);

/* On the loop's thread: responds with what a job has. The `done` of jobs. */
void job_respond(Job *job);

#endif

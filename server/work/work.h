/* work: jobs, and the threads that run them.
 *
 *   work_submit ─► readers' queue ─► any reader ──┬──────────────────────┬─► done ─► loop's thread:
 *             ╰──► writer's queue ─► the writer ──┤                      │           job->done
 *                        ▲                        ├─► unsynced ─► a sync ╯
 *                        ╰── it has to write ◄────╯
 *
 * A job begins as a reader, on a snapshot, unless it is known to write. One that turns out to write
 * is begun again by the writer: only that thread ever waits for the store's one place for a
 * writer, so readers never wait for writers, and writers run in the order in which they came.
 *
 * While a client has much to take of what it was answered (backlog.h), or all together have, jobs are
 * put aside.
 *
 * What is short is tried on the loop's thread before that, for a millisecond at most; so are the
 * writes of a client that has the server for itself, and their syncs.
 *
 * What a job saw or wrote may not be on disk yet. Then it waits, and one sync (store_sync) does for
 * all that wait: the writer's own when it has nothing else to do, or that of a thread for this, so
 * that no query holds up the answers of those before it.
 */
#ifndef FAWN_SERVER_WORK_WORK_H
#define FAWN_SERVER_WORK_WORK_H

#include "interp/session/login.h"
#include "server/server_int.h"

#include <pthread.h>

typedef struct Job Job;
typedef struct Worker Worker;

/* What came of running a job. */
typedef enum JobEnd { JOB_DONE, JOB_MUST_WRITE, JOB_TAKES_LONG } JobEnd;

struct Job {
    Job *next;
    Exchange *exchange; /* held while the job is under way; its request does not change */
    JobEnd (*run)(Job *job, Worker *worker); /* on the worker's thread */
    void (*done)(Job *job);                  /* on the loop's thread; frees nothing */
    void (*lose)(Job *job, Str why);         /* what it saw cannot be kept: it tells that instead */
    Arena arena;                             /* lives as long as the job */
    Buf answer;
    int status;
    int64_t state_us; /* the newest state that it saw or made; 0: none */
    bool is_aside; /* it waits for its client; under the lock of the work */
    bool writes; /* it is, or must be, run by the writer */
    bool is_hasty; /* it keeps the loop waiting: soon it must end, if with JOB_TAKES_LONG */
    int64_t deadline_us;
    int64_t expires_us; /* when what the client logged in with ends, wall clock; TTL_NEVER */
    uint64_t rights;    /* what it may do, as session_rights has it … */
    int64_t seen_us;    /* … and the state in which that was found */
    Work *work;
    Session *running; /* under the lock of the work: what runs it, to be interrupted */
    bool is_cancelled;
    void *details; /* of whoever made it; in the arena */
};

struct Worker {
    Work *work;
    pthread_t thread;
    bool is_writer;
    Session *first;                 /* runs nothing: the others are opened beside it */
    struct WorkerSession *sessions; /* the one used last comes first */
    int64_t session_count;
    Buf data; /* texts of values, used again */
};

/* Starts the threads; stops them when all jobs are done. */
Work *work_start(Server *server);
void work_stop(Work *work);

/* A new job for an exchange, which it holds. */
Job *job_new(Exchange *exchange);

/* Queues it. False: there are too many, and the exchange was refused. */
bool work_submit(Job *job);

/* The same of a job that reads, and probably not much. When the loop has little to do it runs at
 * once, on the loop's thread: to wake another one takes longer than to find a document. */
bool work_submit_short(Job *job);

/* The same of a job that writes: it runs there if its client has the server for itself and a sync
 * is short. */
bool work_submit_write(Job *job);

/* A new turn of the loop begins. */
void work_begin_turn(Work *work);

/* The same of what was begun already: it is never refused. */
void work_submit_always(Job *job);

/* Some client has taken so much of its answers that its requests need not wait any longer. */
void work_resume(Work *work);

/* The client has gone: what runs for it stops soon. */
void work_cancel(Job *job);

/* The session of this worker on the database of who was found, which runs as that. NULL: it is
 * nobody any more. It is good until the next call. */
Session *worker_session(Worker *worker, const LoginFound *found);

/* Some session of this worker, for finding out who asks; likewise. */
Session *worker_any_session(Worker *worker);

/* Tells, or tells no more, what runs a job. False: it has been cancelled. */
bool worker_begin(Job *job, Session *session);
void worker_end(Job *job);

/* Jobs that wait or run. */
int64_t work_pending(const Work *work);

#endif

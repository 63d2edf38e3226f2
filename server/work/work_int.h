/* work_int: what the files of work share.
 *
 *   work.c  the queues, and the threads that take jobs out of them
 *   here.c  jobs that run on the loop's thread
 *   sync.c  jobs that wait until what they saw or wrote is on disk
 */
#ifndef FAWN_SERVER_WORK_WORK_INT_H
#define FAWN_SERVER_WORK_WORK_INT_H

#include "server/work/work.h"

/* Jobs that run on the loop's thread in one turn: the rest is shared out. */
enum { HERE_MAX = 8 };

typedef struct Queue {
    Job *first, *last;
    pthread_cond_t filled;
    bool is_ending; /* nothing more comes */
} Queue;

/* What syncs did lately, which tells what the next will do. */
typedef struct SyncPast {
    int64_t last_group, group_before; /* jobs that the last two did for */
    int64_t last_us;                  /* that the last one took */
    int64_t slow_us;                  /* that a slow one took, if lately */
} SyncPast;

struct Work {
    Server *server;
    pthread_mutex_t lock;

    /* under the lock */
    Queue readers, writers;
    Queue aside; /* jobs whose clients have to take answers before more are made */
    bool is_ending;
    Job *unsynced; /* jobs that wait for a sync, the last one first */
    int64_t unsynced_count;
    int64_t unsynced_since_us; /* when the first of them came */
    SyncPast past;
    bool is_syncing; /* somebody is at it */
    pthread_cond_t must_sync;
    bool syncer_is_ending;
    Job *done; /* to be told to the loop's thread, the last one first */

    _Atomic int64_t aside_count;
    pthread_t syncer;
    uv_async_t wake;
    Worker *workers;
    int64_t worker_count;

    /* the loop's thread's */
    int64_t pending;
    Worker here;
    int64_t here_left;          /* jobs that may run there in this turn */
    const Backlog *last_client; /* whose job was the last one; only compared */
};

/* -- work.c ------------------------------------------------------------------------------------ */

/* Whether no further job is taken of this client. */
bool work_is_full(const Work *work, const Job *job);

/* Whether a job has to wait for clients to take their answers. Under the lock, or on the loop's
 * thread. */
bool work_must_wait(const Work *work, const Job *job);

/* Counts a job that comes. On the loop's thread. */
void work_count(Work *work, const Job *job);

/* After a job of this worker: gives back what its session needs no more. */
void worker_rest(Worker *worker);

/* Queues a job that was run for who can do it, or for a sync, or for the loop's thread. */
void work_pass_on(Worker *worker, Job *job, JobEnd end);

/* A job is over. On the loop's thread. */
void work_complete(Job *job);

/* Tells the loop's thread of a job that is over, once `wake` is sent. Under the lock. */
void work_put_done(Work *work, Job *job);

/* -- sync.c ------------------------------------------------------------------------------------ */

/* The thread for what the writer has no time to sync. */
void sync_start(Work *work);
void sync_stop(Work *work);

/* Whether what a job saw or made is on disk, or need not be. */
bool sync_is_durable(const Job *job);

/* Lets a job wait for a sync. Under the lock. */
void sync_put(Work *work, Job *job);

/* Before the writer takes its next job, or waits for one. Under the lock, which it may give back
 * meanwhile. */
void sync_settle(Work *work);

/* Whether a sync will probably be short, and do for one job only. */
bool sync_is_small(Work *work);

/* Syncs for this one job, and completes it. On the loop's thread; nobody else writes. */
void sync_here(Work *work, Job *job);

#endif

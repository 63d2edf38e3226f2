/* sync: jobs that wait until what they saw or wrote is on disk; one sync does for all that wait.
 *
 *   the writer has no other job ─► its own sync, for a group           sync_settle
 *   it has others for too long  ─► a thread's                          run_syncs
 *   a client is alone           ─► on the loop's thread, at once       sync_here
 */
#include "server/work/work_int.h"

/* That a job waits for the writer to sync, while it has others to do. */
enum { UNSYNCED_US_MAX = 1000 };

bool sync_is_durable(const Job *job)
{
    return job->state_us <= store_durable_us(job->work->server->store);
}

void sync_put(Work *work, Job *job)
{
    if (!work->unsynced) {
        work->unsynced_since_us = server_now_us();
    }
    job->next = work->unsynced;
    work->unsynced = job;
    work->unsynced_count++;
}

/* A slow one is soon forgotten, but not by the next. Under the lock. */
static void note(SyncPast *past, int64_t took_us, int64_t group)
{
    enum { FORGOTTEN_PART = 4 };
    int64_t falling_us = past->slow_us - past->slow_us / FORGOTTEN_PART;
    past->last_us = took_us;
    past->slow_us = took_us > falling_us ? took_us : falling_us;
    past->group_before = past->last_group;
    past->last_group = group;
}

static StoreStatus sync_store(const Work *work, StoreNotice *notice, int64_t *took_us)
{
    int64_t begun_us = server_now_us();
    StoreStatus status = store_sync(work->server->store, notice);
    *took_us = server_now_us() - begun_us;
    return status;
}

static void lose(Job *job, const StoreNotice *notice)
{
    job->lose(job, str_copy(&job->arena, str_from_c(notice->text)));
}

/* After a sync, or one that failed: jobs need not wait for it any longer. Returns their number.
 * Under the lock. */
static int64_t end_waiting(Work *work, StoreStatus status, const StoreNotice *notice)
{
    Job *waiting = work->unsynced;
    int64_t before = work->unsynced_count;
    work->unsynced = NULL;
    work->unsynced_count = 0;
    while (waiting) {
        Job *job = waiting;
        waiting = job->next;
        if (status != STORE_OK) {
            lose(job, notice);
        } else if (!sync_is_durable(job)) {
            sync_put(work, job);
            continue;
        }
        work_put_done(work, job);
    }
    return before - work->unsynced_count;
}

/* One sync for all jobs that wait for one. Under the lock, which it gives back meanwhile; nobody
 * else is at it. */
static void sync_jobs(Work *work)
{
    StoreNotice notice;
    work->is_syncing = true;
    pthread_mutex_unlock(&work->lock);
    int64_t took_us;
    StoreStatus status = sync_store(work, &notice, &took_us);
    pthread_mutex_lock(&work->lock);
    work->is_syncing = false;
    note(&work->past, took_us, end_waiting(work, status, &notice));
    if (work->unsynced) {
        pthread_cond_signal(&work->must_sync);
    }
    uv_async_send(&work->wake);
}

/* Waits for a condition, but not for longer than up to a time on the monotonic clock. */
static void wait_until(pthread_cond_t *condition, Work *work, int64_t until_us)
{
    struct timespec until = {.tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000};
    (void)pthread_cond_timedwait(condition, &work->lock, &until);
}

/* Syncs what has waited for too long: the writer has no time for it. */
static void *run_syncs(void *context)
{
    Work *work = context;
    pthread_mutex_lock(&work->lock);
    while (work->unsynced || !work->syncer_is_ending) {
        int64_t due_us = work->unsynced_since_us + UNSYNCED_US_MAX;
        if (!work->unsynced || work->is_syncing) {
            pthread_cond_wait(&work->must_sync, &work->lock);
        } else if (server_now_us() < due_us && !work->syncer_is_ending) {
            wait_until(&work->must_sync, work, due_us);
        } else {
            sync_jobs(work);
        }
    }
    pthread_mutex_unlock(&work->lock);
    return NULL;
}

/* Those who got their answers from the sync before are about to write again, while others' writes
 * wait already. To sync for these few alone would split the clients into two halves that wait for
 * each other's syncs: so the writer waits for as many jobs as a sync did for lately, but not for
 * longer than a part of what a sync takes. Under the lock. */
static void wait_for_group(Work *work)
{
    enum { PART = 4, WAIT_US_MIN = 100, WAIT_US_MAX = 1000 };
    const SyncPast *past = &work->past;
    int64_t expected =
        past->last_group > past->group_before ? past->last_group : past->group_before;
    int64_t wait_us = past->last_us / PART < WAIT_US_MAX ? past->last_us / PART : WAIT_US_MAX;
    if (work->unsynced_count >= expected || wait_us < WAIT_US_MIN || work->writers.is_ending) {
        return;
    }
    int64_t until_us = server_now_us() + wait_us;
    while (!work->writers.first && !work->writers.is_ending && server_now_us() < until_us) {
        wait_until(&work->writers.filled, work, until_us);
    }
}

void sync_settle(Work *work)
{
    if (work->unsynced && !work->is_syncing && !work->writers.first) {
        wait_for_group(work);
    }
    if (work->unsynced && !work->is_syncing && !work->writers.first) {
        sync_jobs(work);
    } else if (work->unsynced_count == 1) { /* the first of those that wait */
        pthread_cond_signal(&work->must_sync);
    }
}

/* -- on the loop's thread ---------------------------------------------------------------------- */

bool sync_is_small(Work *work)
{
    enum { SHORT_US = 1000 }; /* as long as a query may keep the loop waiting */
    pthread_mutex_lock(&work->lock);
    const SyncPast *past = &work->past;
    bool is_small = past->slow_us <= SHORT_US && past->last_group <= 1 && past->group_before <= 1;
    pthread_mutex_unlock(&work->lock);
    return is_small;
}

void sync_here(Work *work, Job *job)
{
    StoreNotice notice;
    int64_t took_us;
    StoreStatus status = sync_store(work, &notice, &took_us);
    pthread_mutex_lock(&work->lock);
    note(&work->past, took_us, 1);
    pthread_mutex_unlock(&work->lock);
    if (status != STORE_OK) {
        lose(job, &notice);
    }
    work_complete(job);
}

/* -- the thread -------------------------------------------------------------------------------- */

void sync_start(Work *work)
{
    pthread_condattr_t monotonic;
    always(pthread_condattr_init(&monotonic) == 0);
    always(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
    always(pthread_cond_init(&work->must_sync, &monotonic) == 0);
    pthread_condattr_destroy(&monotonic);
    store_defer_syncs(work->server->store);
    always(pthread_create(&work->syncer, NULL, run_syncs, work) == 0);
}

void sync_stop(Work *work)
{
    pthread_mutex_lock(&work->lock);
    work->syncer_is_ending = true;
    pthread_cond_signal(&work->must_sync);
    pthread_mutex_unlock(&work->lock);
    pthread_join(work->syncer, NULL);
    pthread_cond_destroy(&work->must_sync);
}

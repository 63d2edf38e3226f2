/* here: jobs that run on the loop's thread, since to wake another one takes longer than they do.
 *
 *   reads    a few in each turn of the loop
 *   writes   of a client that has the server for itself, with their sync: each wake of a thread
 *            takes as long as half a sync (scripts/bench serve: creates of one connection)
 */
#include "server/work/work_int.h"

void work_begin_turn(Work *work)
{
    work->here_left = HERE_MAX;
}

/* Runs a job that is counted from now on. */
static JobEnd run_here(Work *work, Job *job)
{
    work->here_left--;
    work_count(work, job);
    job->is_hasty = true;
    JobEnd end = job->run(job, &work->here);
    worker_rest(&work->here);
    job->is_hasty = false;
    return end;
}

static void end_here(Work *work, Job *job, JobEnd end)
{
    if (end == JOB_DONE && sync_is_durable(job)) {
        work_complete(job);
    } else {
        work_pass_on(&work->here, job, end);
    }
}

bool work_submit_short(Job *job)
{
    Work *work = job->work;
    if (work->here_left == 0 || work_is_full(work, job) || work_must_wait(work, job)) {
        return work_submit(job);
    }
    end_here(work, job, run_here(work, job));
    return true;
}

/* Whether nobody but this client asks for anything, so that nobody waits while the loop does; and
 * the loop need not wait for another who writes. */
static bool is_alone(Work *work, const Job *job)
{
    bool has_turn = work->pending == 0 && work->here_left == HERE_MAX &&
                    work->last_client == job->exchange->backlog;
    return has_turn && !work_must_wait(work, job) && !store_has_writer(work->server->store);
}

bool work_submit_write(Job *job)
{
    Work *work = job->work;
    if (!is_alone(work, job) || !sync_is_small(work)) {
        return work_submit(job);
    }
    JobEnd end = run_here(work, job);
    if (end == JOB_DONE && !sync_is_durable(job)) {
        sync_here(work, job);
    } else {
        end_here(work, job, end);
    }
    return true;
}

/* work: see work.h. One lock guards the queues; jobs are far longer than it is ever held. */
#include "server/work/work_int.h"

#include "runtime/base/memory.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    JOBS_MAX = 8192, /* that wait; more are refused */
    READERS_MAX = 64,
    SESSIONS_MAX = 32, /* databases that a worker keeps at hand */
};

static void push(Queue *queue, Job *job)
{
    job->next = NULL;
    if (queue->last) {
        queue->last->next = job;
    } else {
        queue->first = job;
    }
    queue->last = job;
}

/* Wakes a thread for what was pushed. A single job is best told of after the lock was given back:
 * woken before, the thread would only wait again, for the lock. The loop, which pushes many in a turn,
 * tells of them under the lock: threads that take each at once make it wait for every push. */
static void wake(Queue *queue)
{
    pthread_cond_signal(&queue->filled);
}

static Job *pop(Queue *queue)
{
    Job *job = queue->first;
    if (job) {
        queue->first = job->next;
        queue->last = queue->first ? queue->last : NULL;
    }
    return job;
}

/* -- jobs that are put aside ------------------------------------------------------------------- */

bool work_must_wait(const Work *work, const Job *job)
{
    bool is_much = backlog_is_large(job->exchange->backlog) || server_has_much(work->server);
    return is_much && !job->is_cancelled && !work->is_ending;
}

static Queue *queue_of(Work *work, const Job *job)
{
    return job->writes ? &work->writers : &work->readers;
}

/* The first job of a queue that need not wait; those that must are put aside. Under the lock. */
static Job *pop_ready(Work *work, Queue *queue)
{
    Job *job;
    while ((job = pop(queue)) != NULL && work_must_wait(work, job)) {
        push(&work->aside, job);
        job->is_aside = true;
        work->aside_count++;
    }
    return job;
}

/* Queues again what was put aside and need not wait any longer. Under the lock. */
static void resume(Work *work)
{
    Job *next = work->aside.first;
    work->aside.first = work->aside.last = NULL;
    while (next) {
        Job *job = next;
        next = job->next;
        job->is_aside = work_must_wait(work, job);
        work->aside_count -= !job->is_aside;
        Queue *queue = job->is_aside ? &work->aside : queue_of(work, job);
        push(queue, job);
        wake(queue);
    }
}

void work_resume(Work *work)
{
    pthread_mutex_lock(&work->lock);
    resume(work);
    pthread_mutex_unlock(&work->lock);
}

/* -- jobs ------------------------------------------------------------------------------------ */

static void on_exchange_gone(Exchange *exchange)
{
    work_cancel(exchange->listener);
}

Job *job_new(Exchange *exchange)
{
    Job *job = memory_zero(sizeof *job);
    arena_init(&job->arena);
    job->exchange = exchange;
    job->work = exchange->server->work;
    exchange_hold(exchange);
    exchange->listener = job;
    exchange->on_gone = on_exchange_gone;
    return job;
}

static void free_job(Job *job)
{
    buf_free(&job->answer);
    arena_free(&job->arena);
    free(job);
}

void work_count(Work *work, const Job *job)
{
    work->pending++;
    work->last_client = job->exchange->backlog;
}

void work_submit_always(Job *job)
{
    Work *work = job->work;
    work_count(work, job);
    pthread_mutex_lock(&work->lock);
    Queue *queue = queue_of(work, job);
    push(queue, job);
    wake(queue);
    pthread_mutex_unlock(&work->lock);
}

bool work_is_full(const Work *work, const Job *job)
{
    int64_t aside = work->aside_count;
    return work->pending - aside >= JOBS_MAX || (aside >= JOBS_MAX && work_must_wait(work, job));
}

bool work_submit(Job *job)
{
    Work *work = job->work;
    if (work_is_full(work, job)) {
        Exchange *exchange = job->exchange;
        exchange->on_gone = NULL;
        free_job(job);
        exchange_respond_error(exchange, 429, "limit_exceeded", STR("Too many pending requests"));
        exchange_release(exchange);
        return false;
    }
    work_submit_always(job);
    return true;
}

void work_cancel(Job *job)
{
    pthread_mutex_lock(&job->work->lock);
    job->is_cancelled = true;
    if (job->running) {
        session_interrupt(job->running);
    }
    if (job->is_aside) {
        resume(job->work);
    }
    pthread_mutex_unlock(&job->work->lock);
}

bool worker_begin(Job *job, Session *session)
{
    pthread_mutex_lock(&job->work->lock);
    bool good = !job->is_cancelled;
    job->running = good ? session : NULL;
    pthread_mutex_unlock(&job->work->lock);
    return good;
}

void worker_end(Job *job)
{
    pthread_mutex_lock(&job->work->lock);
    if (job->running) {
        session_forget_interrupt(job->running);
    }
    job->running = NULL;
    pthread_mutex_unlock(&job->work->lock);
}

int64_t work_pending(const Work *work)
{
    return work->pending;
}

void work_complete(Job *job)
{
    Exchange *exchange = job->exchange;
    exchange->on_gone = NULL;
    job->work->pending--;
    job->done(job);
    free_job(job);
    exchange_release(exchange);
}

/* On the loop's thread: hands back what is done. */
static void on_wake(uv_async_t *wake)
{
    Work *work = wake->data;
    pthread_mutex_lock(&work->lock);
    Job *job = work->done;
    work->done = NULL;
    pthread_mutex_unlock(&work->lock);
    Job *in_order = NULL;
    while (job) {
        Job *next = job->next;
        job->next = in_order;
        in_order = job;
        job = next;
    }
    while (in_order) {
        job = in_order;
        in_order = job->next;
        work_complete(job);
    }
}

/* -- threads ---------------------------------------------------------------------------------- */

/* A session that a worker keeps for the next query of the same database. */
typedef struct WorkerSession {
    struct WorkerSession *next;
    Session *session;
    uint32_t database; /* the store's number, which may be given again … */
    int64_t database_id; /* … and the document that stands for it */
} WorkerSession;

static void close_session(Worker *worker, WorkerSession *kept)
{
    worker->session_count--;
    session_close(kept->session);
    free(kept);
}

/* Takes the session of a database out of those that are kept; NULL: there is none. */
static WorkerSession *take_session(Worker *worker, const LoginFound *found)
{
    WorkerSession **at = &worker->sessions;
    while (*at && ((*at)->database != found->database || (*at)->database_id != found->database_id)) {
        at = &(*at)->next;
    }
    WorkerSession *taken = *at;
    if (taken) {
        *at = taken->next;
    }
    return taken;
}

static void keep_session(Worker *worker, WorkerSession *kept)
{
    kept->next = worker->sessions;
    worker->sessions = kept;
    if (worker->session_count > SESSIONS_MAX) {
        WorkerSession **last = &worker->sessions;
        while ((*last)->next) {
            last = &(*last)->next;
        }
        WorkerSession *oldest = *last;
        *last = NULL;
        close_session(worker, oldest);
    }
}

static WorkerSession *open_session(Worker *worker, const LoginFound *found)
{
    WorkerSession *made = memory_zero(sizeof *made);
    made->session = session_open_beside(worker->first);
    made->database = found->database;
    made->database_id = found->database_id;
    session_enter_found(made->session, found);
    session_typecheck_root(made->session, worker->work->server->options->typechecks_root);
    worker->session_count++;
    return made;
}

Session *worker_session(Worker *worker, const LoginFound *found)
{
    WorkerSession *kept = take_session(worker, found);
    kept = kept ? kept : open_session(worker, found);
    keep_session(worker, kept);
    return session_log_in(kept->session, found) ? kept->session : NULL;
}

Session *worker_any_session(Worker *worker)
{
    if (!worker->sessions) {
        static const LoginFound root = {.database = DATABASE_ROOT};
        keep_session(worker, open_session(worker, &root));
    }
    return worker->sessions->session;
}

void worker_rest(Worker *worker)
{
    if (worker->sessions) {
        session_rest(worker->sessions->session);
    }
}

/* -- running ----------------------------------------------------------------------------------- */

static Job *wait_for_job(Worker *worker)
{
    Work *work = worker->work;
    Queue *queue = worker->is_writer ? &work->writers : &work->readers;
    pthread_mutex_lock(&work->lock);
    if (worker->is_writer) {
        sync_settle(work);
    }
    Job *job;
    while ((job = pop_ready(work, queue)) == NULL && !queue->is_ending) {
        pthread_cond_wait(&queue->filled, &work->lock);
    }
    pthread_mutex_unlock(&work->lock);
    return job;
}

void work_put_done(Work *work, Job *job)
{
    job->next = work->done;
    work->done = job;
}

void work_pass_on(Worker *worker, Job *job, JobEnd end)
{
    Work *work = worker->work;
    bool is_over = end == JOB_DONE && sync_is_durable(job);
    Queue *queue = NULL;
    pthread_mutex_lock(&work->lock);
    if (end != JOB_DONE) {
        job->writes = job->writes || end == JOB_MUST_WRITE;
        queue = queue_of(work, job);
        push(queue, job);
    } else if (is_over) {
        work_put_done(work, job);
    } else {
        sync_put(work, job);
        if (!worker->is_writer) { /* the writer looks before its next job */
            pthread_cond_signal(&work->must_sync);
        }
    }
    pthread_mutex_unlock(&work->lock);
    if (queue) {
        wake(queue);
    } else if (is_over) {
        uv_async_send(&work->wake);
    }
}

static void end_worker(Worker *worker)
{
    while (worker->sessions) {
        WorkerSession *kept = worker->sessions;
        worker->sessions = kept->next;
        close_session(worker, kept);
    }
    session_close(worker->first);
    buf_free(&worker->data);
}

static void *run_jobs(void *context)
{
    Worker *worker = context;
    Job *job;
    while ((job = wait_for_job(worker)) != NULL) {
        JobEnd end = job->run(job, worker);
        worker_rest(worker);
        work_pass_on(worker, job, end);
    }
    end_worker(worker);
    return NULL;
}

/* A thread with the stack that a Session takes its own to be. */
static void start_thread(Worker *worker)
{
    pthread_attr_t attributes;
    always(pthread_attr_init(&attributes) == 0);
    always(pthread_attr_setstacksize(&attributes, (size_t)rt_c_stack_bytes()) == 0);
    always(pthread_create(&worker->thread, &attributes, run_jobs, worker) == 0);
    pthread_attr_destroy(&attributes);
}

static int64_t count_readers(const Server *server)
{
    int64_t count = server->options->threads;
    if (count == 0) {
        count = (int64_t)uv_available_parallelism();
    }
    count = count < 2 ? 2 : count;
    return count < READERS_MAX ? count : READERS_MAX;
}

Work *work_start(Server *server)
{
    Work *work = memory_zero(sizeof *work);
    work->server = server;
    always(pthread_mutex_init(&work->lock, NULL) == 0);
    always(pthread_cond_init(&work->readers.filled, NULL) == 0);
    always(pthread_cond_init(&work->aside.filled, NULL) == 0);
    pthread_condattr_t monotonic;
    always(pthread_condattr_init(&monotonic) == 0);
    always(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
    always(pthread_cond_init(&work->writers.filled, &monotonic) == 0);
    pthread_condattr_destroy(&monotonic);
    always(uv_async_init(&server->loop, &work->wake, on_wake) == 0);
    work->wake.data = work;
    work->worker_count = count_readers(server) + 1;
    work->workers = memory_zero(work->worker_count * (int64_t)sizeof *work->workers);
    work->here = (Worker){.work = work, .first = session_open(server->store)};
    sync_start(work);
    for (int64_t i = 0; i < work->worker_count; i++) {
        work->workers[i] =
            (Worker){.work = work, .is_writer = i == 0, .first = session_open(server->store)};
        start_thread(&work->workers[i]);
    }
    return work;
}

static void on_wake_closed(uv_handle_t *handle)
{
    free(handle->data);
}

/* Lets the threads of a queue do what is in it, and waits for their end. */
static void end_threads(Work *work, Queue *queue, int64_t first, int64_t end)
{
    pthread_mutex_lock(&work->lock);
    queue->is_ending = true;
    pthread_cond_broadcast(&queue->filled);
    pthread_mutex_unlock(&work->lock);
    for (int64_t i = first; i < end; i++) {
        pthread_join(work->workers[i].thread, NULL);
    }
    pthread_cond_destroy(&queue->filled);
}

void work_stop(Work *work)
{
    pthread_mutex_lock(&work->lock);
    work->is_ending = true;
    resume(work);
    pthread_mutex_unlock(&work->lock);
    /* Readers first: they may have something for the writer. */
    end_threads(work, &work->readers, 1, work->worker_count);
    end_threads(work, &work->writers, 0, 1);
    sync_stop(work);
    pthread_cond_destroy(&work->aside.filled);
    on_wake(&work->wake);
    end_worker(&work->here);
    pthread_mutex_destroy(&work->lock);
    free(work->workers);
    uv_close((uv_handle_t *)&work->wake, on_wake_closed);
}

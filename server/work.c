/* work: see work.h. One lock guards the queues; jobs are far longer than it is ever held. */
#include "server/work.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    JOBS_MAX = 8192, /* that wait; more are refused */
    READERS_MAX = 64,
    SESSIONS_MAX = 32, /* databases that a worker keeps at hand */
};

typedef struct Queue {
    Job *first, *last;
    pthread_cond_t filled;
    bool is_ending; /* nothing more comes */
} Queue;

struct Work {
    Server *server;
    pthread_mutex_t lock;
    Queue readers, writers;
    Job *done; /* to be told to the loop's thread, the last one first */
    uv_async_t wake;
    Worker *workers;
    int64_t worker_count;
    int64_t pending; /* the loop's thread's */
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

/* -- jobs ------------------------------------------------------------------------------------ */

static void on_exchange_gone(Exchange *exchange)
{
    work_cancel(exchange->listener);
}

Job *job_new(Exchange *exchange)
{
    Job *job = calloc(1, sizeof *job);
    always(job);
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

void work_submit_always(Job *job)
{
    Work *work = job->work;
    work->pending++;
    pthread_mutex_lock(&work->lock);
    push(job->writes ? &work->writers : &work->readers, job);
    pthread_mutex_unlock(&work->lock);
}

bool work_submit(Job *job)
{
    Work *work = job->work;
    if (work->pending >= JOBS_MAX) {
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
        Exchange *exchange = job->exchange;
        exchange->on_gone = NULL;
        work->pending--;
        job->done(job);
        free_job(job);
        exchange_release(exchange);
    }
}

/* -- threads ---------------------------------------------------------------------------------- */

/* A session that a worker keeps for the next query of the same database. */
typedef struct WorkerSession {
    struct WorkerSession *next;
    Session *session;
    Buf path;
} WorkerSession;

static void close_session(Worker *worker, WorkerSession *kept)
{
    worker->session_count--;
    session_close(kept->session);
    buf_free(&kept->path);
    free(kept);
}

/* Takes the session of a database out of those that are kept; NULL: there is none. */
static WorkerSession *take_session(Worker *worker, Str path)
{
    WorkerSession **at = &worker->sessions;
    while (*at && !str_eq(buf_str(&(*at)->path), path)) {
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

static WorkerSession *open_session(Worker *worker, Str path)
{
    Str error;
    WorkerSession *made = calloc(1, sizeof *made);
    always(made);
    made->session = session_open(worker->work->server->store);
    buf_put(&made->path, path);
    worker->session_count++;
    if (!session_enter(made->session, path, &error)) {
        close_session(worker, made);
        return NULL;
    }
    return made;
}

Session *worker_session(Worker *worker, Str path, Str role)
{
    WorkerSession *kept = take_session(worker, path);
    if (kept && session_act_as(kept->session, role)) {
        keep_session(worker, kept);
        return kept->session;
    }
    if (kept) { /* the database may be another one of the same name by now */
        close_session(worker, kept);
    }
    kept = open_session(worker, path);
    if (kept && !session_act_as(kept->session, role)) {
        close_session(worker, kept);
        return NULL;
    }
    if (kept) {
        keep_session(worker, kept);
    }
    return kept ? kept->session : NULL;
}

static Job *wait_for_job(Worker *worker)
{
    Work *work = worker->work;
    Queue *queue = worker->is_writer ? &work->writers : &work->readers;
    pthread_mutex_lock(&work->lock);
    Job *job;
    while ((job = pop(queue)) == NULL && !queue->is_ending) {
        pthread_cond_wait(&queue->filled, &work->lock);
    }
    pthread_mutex_unlock(&work->lock);
    return job;
}

static void hand_back(Work *work, Job *job, JobEnd end)
{
    pthread_mutex_lock(&work->lock);
    if (end == JOB_MUST_WRITE) {
        job->writes = true;
        push(&work->writers, job);
    } else {
        job->next = work->done;
        work->done = job;
    }
    pthread_mutex_unlock(&work->lock);
    if (end == JOB_DONE) {
        uv_async_send(&work->wake);
    }
}

static void *run_jobs(void *context)
{
    Worker *worker = context;
    Work *work = worker->work;
    Job *job;
    while ((job = wait_for_job(worker)) != NULL) {
        hand_back(work, job, job->run(job, worker));
    }
    while (worker->sessions) {
        WorkerSession *kept = worker->sessions;
        worker->sessions = kept->next;
        close_session(worker, kept);
    }
    buf_free(&worker->data);
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
    Work *work = calloc(1, sizeof *work);
    always(work);
    work->server = server;
    always(pthread_mutex_init(&work->lock, NULL) == 0);
    always(pthread_cond_init(&work->readers.filled, NULL) == 0);
    always(pthread_cond_init(&work->writers.filled, NULL) == 0);
    always(uv_async_init(&server->loop, &work->wake, on_wake) == 0);
    work->wake.data = work;
    work->worker_count = count_readers(server) + 1;
    work->workers = calloc((size_t)work->worker_count, sizeof *work->workers);
    always(work->workers);
    for (int64_t i = 0; i < work->worker_count; i++) {
        work->workers[i] = (Worker){.work = work, .is_writer = i == 0};
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
    /* Readers first: they may have something for the writer. */
    end_threads(work, &work->readers, 1, work->worker_count);
    end_threads(work, &work->writers, 0, 1);
    on_wake(&work->wake);
    pthread_mutex_destroy(&work->lock);
    free(work->workers);
    uv_close((uv_handle_t *)&work->wake, on_wake_closed);
}

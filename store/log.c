/* log: appending records; see log.h.
 *
 * A record is encoded in `buffer`. One that is longer than a piece is written piece by piece,
 * its header at last: until then it is a torn record.
 *
 *   SYNC_ALWAYS   write, sync; or, when syncs are deferred, write: log_sync does the rest
 *   SYNC_BATCH    write; a thread syncs when it finds something written
 *   SYNC_OFF      records gather in `buffer`; written when it is full
 */
#include "store/log.h"

#include "store/compact.h"
#include "store/record.h"

#include <errno.h>
#include <string.h>
#include <time.h>

enum { OPS_BUFFERED_MAX = 4096 };

struct Log {
    Store *store;
    LogDevice device;
    SyncMode mode;
    int64_t end;       /* where the next record goes */
    int64_t written;   /* records below it are in the file; the rest is in `buffer` */
    int64_t allocated; /* the file's size: zeros from `written` on */
    int64_t commits;
    int64_t records;
    ShapeSet shapes;
    Buf buffer;
    bool broken;   /* what is on disk is not known: nothing may be appended */
    bool inherits; /* what the file had when it was opened may not be on disk */

    bool defers; /* SYNC_ALWAYS: log_sync syncs, not log_append */

    /* Syncs apart from appending: of SYNC_BATCH, and deferred ones. Under `flush_lock`: */
    pthread_mutex_t flush_lock;
    pthread_cond_t flush_wake;
    pthread_t flusher;
    bool has_flusher, stops;
    bool dirty;   /* something was written since the last sync began */
    bool syncing; /* somebody is at it */
    bool sync_failed;
    int64_t synced;     /* bytes known to be on disk */
    int64_t to_sync;    /* bytes written */
    int64_t synced_us;  /* deferring: commit time of the last record on disk */
    int64_t to_sync_us; /* likewise of the last that was written */
    int64_t syncs;      /* that were done */
};

/* -- syncing -------------------------------------------------------------------------------- */

/* Syncs what is written, with `flush_lock` given back meanwhile. Returns what the device said. */
static int sync_written(Log *log)
{
    int64_t bytes = log->to_sync;
    int64_t time_us = log->to_sync_us;
    LogDevice device = log->device;
    log->dirty = false;
    log->syncing = true;
    pthread_mutex_unlock(&log->flush_lock);
    int failed = device.sync(device.self);
    pthread_mutex_lock(&log->flush_lock);
    log->syncing = false;
    pthread_cond_broadcast(&log->flush_wake);
    log->syncs++;
    log->sync_failed = log->sync_failed || failed != 0;
    if (!failed) {
        log->synced = bytes;
        log->synced_us = time_us;
    }
    return failed;
}

static void *flush_regularly(void *self)
{
    Log *log = self;
    pthread_mutex_lock(&log->flush_lock);
    while (!log->stops) {
        if (!log->dirty) {
            pthread_cond_wait(&log->flush_wake, &log->flush_lock);
            continue;
        }
        /* What is written while this thread waits goes to disk with the rest. */
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += (long)LOG_FLUSH_MS * 1000000 / 2;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        while (!log->stops &&
               pthread_cond_timedwait(&log->flush_wake, &log->flush_lock, &until) != ETIMEDOUT) {
        }
        (void)sync_written(log);
    }
    pthread_mutex_unlock(&log->flush_lock);
    return NULL;
}

/* Tells the thread that there is something to sync; starts it the first time. False: there can
 * be no thread. */
static bool note_dirty(Log *log)
{
    pthread_mutex_lock(&log->flush_lock);
    log->to_sync = log->written;
    if (!log->dirty) {
        log->dirty = true;
        pthread_cond_broadcast(&log->flush_wake);
    }
    bool starts = !log->has_flusher;
    log->has_flusher = true;
    pthread_mutex_unlock(&log->flush_lock);
    if (starts && pthread_create(&log->flusher, NULL, flush_regularly, log) != 0) {
        log->has_flusher = false;
        return false;
    }
    return true;
}

static void stop_flusher(Log *log)
{
    pthread_mutex_lock(&log->flush_lock);
    log->stops = true;
    pthread_cond_broadcast(&log->flush_wake);
    pthread_mutex_unlock(&log->flush_lock);
    if (log->has_flusher) {
        pthread_join(log->flusher, NULL);
        log->has_flusher = false;
    }
}

static int sync_now(Log *log)
{
    int failed = log->device.sync(log->device.self);
    if (!failed) {
        pthread_mutex_lock(&log->flush_lock);
        log->synced = log->written;
        log->syncs++;
        pthread_mutex_unlock(&log->flush_lock);
    }
    return failed;
}

/* A record was written that log_sync is to put on disk. */
static void note_deferred(Log *log, int64_t time_us)
{
    pthread_mutex_lock(&log->flush_lock);
    log->to_sync = log->written;
    log->to_sync_us = time_us;
    pthread_mutex_unlock(&log->flush_lock);
}

void log_defer_syncs(Log *log)
{
    log->defers = true;
}

StoreStatus log_sync(Log *log, StoreNotice *notice)
{
    pthread_mutex_lock(&log->flush_lock);
    while (log->syncing) {
        pthread_cond_wait(&log->flush_wake, &log->flush_lock);
    }
    int failed = log->sync_failed ? -EIO : 0;
    if (!failed && log->synced < log->to_sync) {
        failed = sync_written(log);
    }
    pthread_mutex_unlock(&log->flush_lock);
    return failed == 0 ? STORE_OK
                       : notice_set(notice, status_of_errno(failed), -1,
                                    "Syncing %s failed: %s. Whether the last transactions are on "
                                    "disk is known when the database is opened again.",
                                    log->store->path, strerror(-failed));
}

int64_t log_durable_us(Log *log)
{
    pthread_mutex_lock(&log->flush_lock);
    bool waits = log->defers && log->synced < log->to_sync;
    int64_t time_us = waits ? log->synced_us : INT64_MAX;
    pthread_mutex_unlock(&log->flush_lock);
    return time_us;
}

int64_t log_syncs(Log *log)
{
    pthread_mutex_lock(&log->flush_lock);
    int64_t syncs = log->syncs;
    pthread_mutex_unlock(&log->flush_lock);
    return syncs;
}

/* -- failing ----------------------------------------------------------------------------------- */

static StoreStatus fail(Log *log, const char *what, int error)
{
    const char *path = log->store->path;
    StoreNotice *notice = &log->store->error;
    if (error == -EAGAIN || error == -EEXIST) {
        return notice_set(notice, STORE_LOCKED, -1,
                          "%s was made by another process since this store was opened.", path);
    }
    if (error == -ESTALE) {
        return notice_set(notice, STORE_IO, log->end,
                          "%s has been made shorter by another program: what was committed is not "
                          "there any more, and nothing is written behind it. It is all in memory: "
                          "save it to another file.",
                          path);
    }
    StoreStatus status = status_of_errno(error);
    return notice_set(notice, status, log->end, "%s %s failed at offset %lld: %s.%s", what, path,
                      (long long)log->end, strerror(-error),
                      status == STORE_NO_SPACE ? " Nothing of this transaction was kept; what is "
                                                 "there can be read, and written to when there "
                                                 "is room."
                                               : "");
}

/* After a failed sync nobody knows what is on disk: also a sync that succeeds later does not tell,
 * for the system may have dropped what it could not write. */
static StoreStatus fail_sync(Log *log, int error)
{
    log->broken = true;
    return notice_set(
        &log->store->error, status_of_errno(error), log->end,
        "Syncing %s failed at offset %lld: %s. Whether this transaction is on disk is "
        "known when the database is opened again.",
        log->store->path, (long long)log->end, strerror(-error));
}

static void take_back(Log *log, int64_t end)
{
    log->end = log->written = log->allocated = end;
    if (log->device.truncate(log->device.self, end) != 0) {
        log->broken = true;
    }
}

/* -- writing ----------------------------------------------------------------------------------- */

/* Keeps zeros ahead of the records, so that a sync only overwrites. Failing does no harm: the
 * next record that does not fit tells. */
static void write_ahead(Log *log, int64_t end)
{
    if (log->mode != SYNC_ALWAYS || log->commits < LOG_AHEAD_AFTER || end < log->allocated) {
        return;
    }
    Buf zeros = {0};
    buf_fill(&zeros, 0, LOG_AHEAD_BYTES);
    if (log->device.append(log->device.self, buf_str(&zeros), end) == 0) {
        log->allocated = end + LOG_AHEAD_BYTES;
    }
    buf_free(&zeros);
}

/* A record that is being written. */
typedef struct Writing {
    Log *log;
    int64_t start;    /* of the record in the file */
    int64_t buffered; /* offset in the log's buffer at which the record's body goes on */
    int64_t flushed;  /* bytes of the body that are in the file */
    uint64_t hash;    /* of these */
    int failed;
} Writing;

/* Writes the full pieces that are in the buffer. */
static void flush_pieces(Writing *writing)
{
    Log *log = writing->log;
    while (!writing->failed && log->buffer.len - writing->buffered >= RECORD_PIECE_BYTES) {
        Str piece = {log->buffer.data + writing->buffered, RECORD_PIECE_BYTES};
        int64_t at = writing->start + RECORD_HEADER_BYTES + writing->flushed;
        writing->hash = record_hash(writing->hash, piece);
        writing->failed = log->device.append(log->device.self, piece, at);
        writing->flushed += piece.len;
        int64_t rest = log->buffer.len - writing->buffered - piece.len;
        memmove(log->buffer.data + writing->buffered, piece.s + piece.len, (size_t)rest);
        log->buffer.len -= piece.len;
    }
}

static RecordHeader make_header(const Writing *writing, int64_t body_len, int64_t time_us,
                                uint64_t hash)
{
    Log *log = writing->log;
    pthread_mutex_lock(&log->flush_lock);
    int64_t synced = log->synced;
    pthread_mutex_unlock(&log->flush_lock);
    RecordHeader header = {
        .mark = RECORD_MARK, .body_len = body_len, .time_us = time_us, .synced = synced};
    header.checksum = record_checksum(&header, hash, writing->start);
    return header;
}

/* Encodes and, but for SYNC_OFF, writes a record at log->end. */
static int write_record(Log *log, const Txn *txn, int64_t time_us)
{
    Writing writing = {.log = log, .start = log->end};
    int64_t header_at = log->buffer.len;
    buf_fill(&log->buffer, 0, RECORD_HEADER_BYTES);
    writing.buffered = log->buffer.len;
    Op op;
    for (OpReader reader = ops_from(&txn->ops, 0); !writing.failed && ops_next(&reader, &op);) {
        record_put_op(&log->buffer, log->store->shapes, &log->shapes, &op);
        if (log->buffer.len - writing.buffered >= RECORD_PIECE_BYTES && header_at == 0) {
            flush_pieces(&writing);
        }
    }
    Str rest = {log->buffer.data + writing.buffered, log->buffer.len - writing.buffered};
    int64_t body_len = writing.flushed + rest.len;
    uint64_t hash = writing.hash;
    for (int64_t at = 0; at < rest.len; at += RECORD_PIECE_BYTES) {
        int64_t to = at + RECORD_PIECE_BYTES < rest.len ? at + RECORD_PIECE_BYTES : rest.len;
        hash = record_hash(hash, str_slice(rest, at, to));
    }
    RecordHeader header = make_header(&writing, body_len, time_us, hash);
    memcpy(log->buffer.data + header_at, &header, sizeof header);
    log->end = writing.start + RECORD_HEADER_BYTES + body_len;
    if (writing.flushed > 0 && !writing.failed) {
        int64_t rest_at = writing.start + RECORD_HEADER_BYTES + writing.flushed;
        Str last = {(const char *)&header, sizeof header};
        writing.failed = log->device.append(log->device.self, rest, rest_at);
        if (!writing.failed) {
            writing.failed = log->device.append(log->device.self, last, writing.start);
        }
        log->buffer.len = 0;
        log->written = log->end;
    }
    return writing.failed;
}

/* Writes the records that are in the buffer, where they stay when that fails: the next try
 * writes over what the failed one left in the file. */
static int flush_buffer(Log *log)
{
    if (log->buffer.len > 0) {
        int failed = log->device.append(log->device.self, buf_str(&log->buffer), log->written);
        if (failed) {
            return failed;
        }
    }
    log->buffer.len = 0;
    if (log->buffer.cap > 4 * LOG_BUFFER_BYTES) {
        buf_free(&log->buffer);
    }
    log->written = log->end;
    log->allocated = log->allocated > log->end ? log->allocated : log->end;
    return 0;
}

static StoreStatus check_usable(Log *log)
{
    pthread_mutex_lock(&log->flush_lock);
    log->broken = log->broken || log->sync_failed;
    pthread_mutex_unlock(&log->flush_lock);
    if (!log->broken) {
        return STORE_OK;
    }
    return notice_set(&log->store->error, STORE_IO, -1,
                      "Writing %s failed before; what is on disk is not known. Open it again.",
                      log->store->path);
}

/* Before the first record of a session: a session before may have been killed before it synced,
 * or this one may have cut a torn record off, which must not come back behind the new one. Then
 * the records may say that all before them is on disk. */
static StoreStatus sync_inherited(Log *log)
{
    int failed = log->inherits ? sync_now(log) : 0;
    if (failed) {
        log->broken = true;
        return fail(log, "Syncing", failed);
    }
    log->inherits = false;
    return STORE_OK;
}

StoreStatus log_append(Log *log, const Txn *txn, int64_t time_us)
{
    StoreStatus status = check_usable(log);
    if (status == STORE_OK) {
        status = sync_inherited(log);
    }
    if (status != STORE_OK) {
        return status;
    }
    int64_t start = log->end;
    /* A long record is written piece by piece, and so first in the buffer. */
    if (log->buffer.len >= LOG_BUFFER_BYTES || txn->ops.len > OPS_BUFFERED_MAX) {
        int failed = flush_buffer(log);
        if (failed) {
            return fail(log, "Writing", failed);
        }
    }
    int failed = write_record(log, txn, time_us);
    if (!failed && log->mode != SYNC_OFF) {
        failed = flush_buffer(log);
    }
    if (failed) {
        status = fail(log, "Writing", failed);
        shapes_forget(&log->shapes);
        log->buffer.len = 0;
        take_back(log, start);
        return status;
    }
    if (log->mode == SYNC_BATCH && !note_dirty(log)) {
        /* Without a thread every record is synced when it is written. */
        log->mode = SYNC_ALWAYS;
    }
    if (log->mode == SYNC_ALWAYS) {
        write_ahead(log, log->end);
        if (log->defers) {
            note_deferred(log, time_us);
        } else {
            failed = sync_now(log);
        }
        if (failed) {
            status = fail_sync(log, failed);
            take_back(log, start);
            return status;
        }
    }
    log->commits++;
    log->records++;
    shapes_keep(&log->shapes);
    compactor_look(log->store);
    return STORE_OK;
}

/* -- opening and closing ----------------------------------------------------------------------- */

static Log *make_log(Store *store, SyncMode mode)
{
    Log *log = memory_zero(sizeof *log);
    log->store = store;
    log->mode = mode;
    log->end = log->written = log->allocated = LOG_HEADER_BYTES;
    always(pthread_mutex_init(&log->flush_lock, NULL) == 0);
    /* A clock that nobody sets: the time to the next sync does not change with the hour. */
    pthread_condattr_t monotonic;
    always(pthread_condattr_init(&monotonic) == 0);
    always(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
    always(pthread_cond_init(&log->flush_wake, &monotonic) == 0);
    pthread_condattr_destroy(&monotonic);
    return log;
}

/* Cuts a torn tail off, or writes the rest of a torn header. */
static StoreStatus mend(Log *log, int64_t size, int64_t end, StoreNotice *notice)
{
    int failed = 0;
    if (notice->cut_bytes > 0) {
        failed = log->device.truncate(log->device.self, end < LOG_HEADER_BYTES ? 0 : end);
        size = end;
    }
    if (!failed && size < LOG_HEADER_BYTES) {
        char header[LOG_HEADER_BYTES];
        log_header(header);
        failed = log->device.append(log->device.self, (Str){header, sizeof header}, 0);
        end = size = LOG_HEADER_BYTES;
    }
    if (failed) {
        return notice_set(notice, status_of_errno(failed), end, "Cannot mend %s: %s.",
                          log->store->path, strerror(-failed));
    }
    log->end = log->written = end;
    log->allocated = size;
    log->inherits = true;
    return STORE_OK;
}

StoreStatus log_open(Store *store, const StoreOptions *options, StoreNotice *notice)
{
    Log *log = store->log = make_log(store, options->sync);
    int64_t size;
    StoreStatus status = log_file_open(store, options->must_exist, &log->device, &size, notice);
    if (status != STORE_OK || size < 0) {
        return status;
    }
    Replayed replayed;
    status = log_replay(store, &log->device, size, &replayed, notice);
    log->end = log->written = replayed.end;
    log->records = replayed.records;
    if (status == STORE_OK && !store->read_only) {
        status = mend(log, size, replayed.end, notice);
    }
    return status;
}

void log_abandon(Log *log)
{
    (void)log->device.close(log->device.self);
    shapes_free(&log->shapes);
    buf_free(&log->buffer);
    pthread_mutex_destroy(&log->flush_lock);
    pthread_cond_destroy(&log->flush_wake);
    free(log);
}

StoreStatus log_close(Log *log)
{
    StoreStatus status = STORE_OK;
    stop_flusher(log);
    if (log->commits > 0 && log->synced < log->end) {
        status = check_usable(log);
        int failed = status == STORE_OK ? flush_buffer(log) : 0;
        if (status == STORE_OK && !failed) {
            failed = sync_now(log);
        }
        status = failed ? fail(log, "Closing", failed) : status;
    }
    if (log->commits > 0 && log->allocated > log->end && status == STORE_OK && !log->broken) {
        /* Zeros that stay there do no harm. */
        (void)log->device.truncate(log->device.self, log->end);
    }
    log_abandon(log);
    return status;
}

int64_t log_bytes(const Log *log)
{
    return log->end;
}

int64_t log_records(const Log *log)
{
    return log->records;
}

ShapeSet *log_shapes(Log *log)
{
    return &log->shapes;
}

/* -- for compaction ---------------------------------------------------------------------------- */

StoreStatus log_settle(Log *log, StoreNotice *notice)
{
    StoreStatus status = check_usable(log);
    if (status == STORE_OK) {
        int failed = flush_buffer(log);
        if (failed) {
            /* As in log_append: transactions that were told to be committed are lost. */
            log->broken = true;
            status = fail(log, "Writing", failed);
        }
    }
    if (status != STORE_OK) {
        *notice = log->store->error;
    }
    return status;
}

void log_define_shapes_anew(Log *log)
{
    shapes_free(&log->shapes);
    log->shapes = (ShapeSet){.added = {0}};
}

const LogDevice *log_device(const Log *log)
{
    return &log->device;
}

void log_replace(Log *log, const LogDevice *device, int64_t end, int64_t records,
                 const ShapeSet *shapes, bool sync_failed)
{
    pthread_mutex_lock(&log->flush_lock);
    while (log->syncing) {
        pthread_cond_wait(&log->flush_wake, &log->flush_lock);
    }
    LogDevice old = log->device;
    log->device = *device;
    log->dirty = false;
    log->synced = log->to_sync = end;
    log->synced_us = log->to_sync_us;
    pthread_mutex_unlock(&log->flush_lock);
    (void)old.close(old.self);
    log->end = log->written = log->allocated = end;
    log->records = records;
    log->broken = log->broken || sync_failed;
    for (int64_t id = 0; id < shapes->bits.len; id++) {
        if (shapes->bits.data[id]) {
            (void)shapes_add(&log->shapes, (uint32_t)id);
        }
    }
    shapes_keep(&log->shapes);
}

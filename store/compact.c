/* compact: writes the log anew without what nobody needs any more; see store/store.h.
 *
 *   writer    … commit ── [A] ── commit ── commit ── commit ─────────── [B] ── commit …
 *   snapshot               └─ saved ──────────► tail copied ─► sync ─► └─ rest of the tail, sync,
 *                                                                         rename, sync the folder
 *   PATH             old file ─────────────────────────────────────────────► new file
 *   PATH.compacting            new file ──────────────────────────────────►
 *
 * At A the compaction is the writer for as long as it takes to note where the log ends and to
 * begin a reading transaction. That state is saved (save.c) while others read and commit. What
 * they commit, the tail of the old file, is copied: entries mean the same in another place, only
 * the checksums are made with the new one. At B it is the writer again, for what is left.
 *
 *   C1  a tail can be read behind the saved state: from A on the log defines its shapes anew
 *   C2  before the rename all of the new file is on disk, and its folder before the next commit is:
 *       a crash at any time leaves PATH one of two whole files with all that was committed
 *   C3  the new file is locked before it has the name, so that no second writer comes between;
 *       who opened the old file and then gets its lock finds that PATH is another (log_file.c)
 *   C4  who only reads the old file keeps it: it has no name any more, but does not change
 *
 * A crash before the rename leaves PATH.compacting; the next who opens PATH for writing removes it.
 */
#include "store/compact.h"

#include "store/save.h"

#include <errno.h>
#include <string.h>

enum {
    TAIL_ENOUGH_BYTES = 1 << 20, /* a tail that is shorter is copied while writers wait */
    TAIL_ROUNDS_MAX = 10,        /* so is the rest when they are faster than the copying */
    COPY_BYTES = 1 << 20,
    LOOK_EVERY_BYTES = 1 << 20, /* how often a growing log is looked at */
};

typedef struct Compaction {
    Store *store;
    char *path, *temporary; /* behind symbolic links */
    LogDevice device;       /* the new file */
    bool has_file;
    int64_t copied; /* the old file is in the new one up to here */
    Saved saved;    /* the new file, tail included */
    Buf buffer;
} Compaction;

/* -- copying the tail -------------------------------------------------------------------------- */

/* Reads exactly `len` bytes of the old file. */
static int read_old(const Compaction *compaction, void *bytes, int64_t len, int64_t offset)
{
    const LogDevice *old = log_device(compaction->store->log);
    int64_t got = old->read(old->self, bytes, len, offset);
    return got == len ? 0 : got < 0 ? (int)got : -EIO;
}

/* The header that a record of the old file has at `to` in the new one. */
static RecordHeader move_header(const RecordHeader *old, uint64_t hash, int64_t to)
{
    RecordHeader header = *old;
    header.synced = to;
    header.checksum = record_checksum(&header, hash, to);
    return header;
}

/* Copies a record that is longer than the buffer, its header at last. */
static int copy_long_record(Compaction *compaction, const RecordHeader *old)
{
    LogDevice *device = &compaction->device;
    int64_t from = compaction->copied + RECORD_HEADER_BYTES;
    int64_t to = compaction->saved.end + RECORD_HEADER_BYTES;
    char *piece = buf_reserve(&compaction->buffer, RECORD_PIECE_BYTES);
    uint64_t hash = 0;
    int failed = 0;
    for (int64_t at = 0; at < old->body_len && !failed; at += RECORD_PIECE_BYTES) {
        int64_t left = old->body_len - at;
        int64_t len = left < RECORD_PIECE_BYTES ? left : RECORD_PIECE_BYTES;
        failed = read_old(compaction, piece, len, from + at);
        if (!failed) {
            hash = record_hash(hash, (Str){piece, len});
            failed = device->append(device->self, (Str){piece, len}, to + at);
        }
    }
    if (!failed && record_checksum(old, hash, compaction->copied) != old->checksum) {
        failed = -EBADMSG;
    }
    if (!failed) {
        RecordHeader header = move_header(old, hash, compaction->saved.end);
        failed = device->append(device->self, (Str){(const char *)&header, sizeof header},
                                compaction->saved.end);
    }
    return failed;
}

/* Gives the whole records at the start of `bytes` the headers that they have in the new file.
 * Returns how many bytes they are; -EBADMSG: one is damaged. */
static int64_t move_records(Compaction *compaction, char *bytes, int64_t len, int64_t *records)
{
    int64_t at = 0;
    while (len - at >= RECORD_HEADER_BYTES) {
        RecordHeader header;
        memcpy(&header, bytes + at, sizeof header);
        if (header.mark != RECORD_MARK || header.body_len < 0) {
            return -EBADMSG;
        }
        if (header.body_len > len - at - RECORD_HEADER_BYTES) {
            break;
        }
        uint64_t hash = record_hash_body((Str){bytes + at + RECORD_HEADER_BYTES, header.body_len});
        if (record_checksum(&header, hash, compaction->copied + at) != header.checksum) {
            return -EBADMSG;
        }
        header = move_header(&header, hash, compaction->saved.end + at);
        memcpy(bytes + at, &header, sizeof header);
        at += RECORD_HEADER_BYTES + header.body_len;
        ++*records;
    }
    return at;
}

/* Copies as many records as there are in the buffer's worth of bytes, at least one. */
static int copy_some(Compaction *compaction, int64_t end)
{
    LogDevice *device = &compaction->device;
    int64_t left = end - compaction->copied;
    int64_t len = left < COPY_BYTES ? left : COPY_BYTES;
    char *bytes = buf_reserve(&compaction->buffer, COPY_BYTES);
    int64_t records = 0;
    int failed = read_old(compaction, bytes, len, compaction->copied);
    int64_t moved = failed ? failed : move_records(compaction, bytes, len, &records);
    if (moved > 0) {
        failed = device->append(device->self, (Str){bytes, moved}, compaction->saved.end);
    } else if (moved == 0) {
        RecordHeader header;
        always(len >= RECORD_HEADER_BYTES);
        memcpy(&header, bytes, sizeof header);
        moved = RECORD_HEADER_BYTES + header.body_len;
        records = 1;
        failed = moved > left ? -EBADMSG : copy_long_record(compaction, &header);
    } else {
        failed = (int)moved;
    }
    compaction->copied += moved;
    compaction->saved.end += moved;
    compaction->saved.records += records;
    return failed;
}

/* Copies what the old file has up to `end`. */
static int copy_tail(Compaction *compaction, int64_t end)
{
    int failed = 0;
    while (!failed && compaction->copied < end) {
        failed = copy_some(compaction, end);
    }
    return failed;
}

/* -- the steps --------------------------------------------------------------------------------- */

static StoreStatus fail(const Compaction *compaction, int error, StoreNotice *notice)
{
    const char *path = compaction->store->path;
    if (error == -ESTALE) {
        return notice_set(notice, STORE_IO, -1,
                          "%s was moved or replaced since it was opened: it was not compacted.",
                          path);
    }
    if (error == -EBADMSG) {
        return notice_set(notice, STORE_CORRUPT, compaction->copied,
                          "%s is damaged behind offset %lld: it was not compacted.", path,
                          (long long)compaction->copied);
    }
    return notice_set(notice, status_of_errno(error), -1,
                      "Compacting %s failed: %s. It is as it was.", path, strerror(-error));
}

/* A: a reader of the newest state, and where the log ends then. On failure, and when the log is
 * empty, there is none. */
static StoreStatus begin(Compaction *compaction, Txn **reader, StoreNotice *notice)
{
    Store *store = compaction->store;
    Txn *writer = txn_begin(store, TXN_WRITE);
    StoreStatus status = log_settle(store->log, notice);
    bool is_empty = log_bytes(store->log) <= LOG_HEADER_BYTES;
    if (status == STORE_OK && !is_empty) {
        /* Only now: the file is made when something is written. */
        compaction->path = store->os->real_path(store->os->self, store->path);
        status = compaction->path ? STORE_OK : fail(compaction, -ESTALE, notice);
    }
    if (status == STORE_OK && !is_empty) {
        compaction->temporary = path_beside(compaction->path, COMPACT_SUFFIX);
        log_define_shapes_anew(store->log);
        compaction->copied = log_bytes(store->log);
        *reader = txn_begin(store, TXN_READ);
    }
    txn_rollback(writer);
    return status;
}

/* Writes the state to the new file. */
static int save(Compaction *compaction, Txn *reader)
{
    Store *store = compaction->store;
    const Os *os = store->os;
    (void)os->remove(os->self, compaction->temporary);
    int failed =
        log_file_make(store, compaction->temporary, log_device(store->log), &compaction->device);
    compaction->has_file = !failed;
    return failed ? failed
                  : save_state(store, reader->state, &compaction->device, &compaction->saved);
}

/* Copies what is committed meanwhile, until little is left, and syncs. */
static StoreStatus catch_up(Compaction *compaction, StoreNotice *notice)
{
    Store *store = compaction->store;
    int failed = 0;
    int64_t left = TAIL_ENOUGH_BYTES;
    for (int round = 0; round < TAIL_ROUNDS_MAX && left >= TAIL_ENOUGH_BYTES && !failed; round++) {
        Txn *writer = txn_begin(store, TXN_WRITE);
        StoreStatus status = log_settle(store->log, notice);
        int64_t end = log_bytes(store->log);
        txn_rollback(writer);
        if (status != STORE_OK) {
            return status;
        }
        left = end - compaction->copied;
        failed = copy_tail(compaction, end);
    }
    if (!failed) {
        failed = compaction->device.sync(compaction->device.self);
    }
    return failed ? fail(compaction, failed, notice) : STORE_OK;
}

/* Gives the new file the name, and the log the new file. The caller is the writer. */
static int swap(Compaction *compaction)
{
    Store *store = compaction->store;
    const Os *os = store->os;
    int failed = copy_tail(compaction, log_bytes(store->log));
    if (!failed) {
        failed = compaction->device.sync(compaction->device.self);
    }
    if (!failed) {
        failed = log_file_check_place(log_device(store->log), store->path);
    }
    if (!failed) {
        failed = os->rename(os->self, compaction->temporary, compaction->path);
    }
    if (failed) {
        return failed;
    }
    int sync_failed = os->sync_folder(os->self, compaction->path);
    const Saved *saved = &compaction->saved;
    log_replace(store->log, &compaction->device, saved->end, saved->records, &saved->shapes,
                sync_failed != 0);
    compaction->has_file = false;
    return 0;
}

/* B */
static StoreStatus finish(Compaction *compaction, StoreNotice *notice)
{
    Store *store = compaction->store;
    Txn *writer = txn_begin(store, TXN_WRITE);
    StoreStatus status = log_settle(store->log, notice);
    if (status == STORE_OK) {
        int failed = swap(compaction);
        status = failed ? fail(compaction, failed, notice) : STORE_OK;
    }
    txn_rollback(writer);
    return status;
}

static void clean_up(Compaction *compaction)
{
    const Os *os = compaction->store->os;
    if (compaction->has_file) {
        /* Removed while it is locked. */
        (void)os->remove(os->self, compaction->temporary);
        (void)compaction->device.close(compaction->device.self);
    }
    shapes_free(&compaction->saved.shapes);
    buf_free(&compaction->buffer);
    free(compaction->temporary);
    free(compaction->path);
}

static StoreStatus compact(Store *store, StoreNotice *notice)
{
    Compaction compaction = {.store = store};
    Txn *reader = NULL;
    StoreStatus status = begin(&compaction, &reader, notice);
    if (reader) {
        int failed = save(&compaction, reader);
        txn_rollback(reader);
        status = failed ? fail(&compaction, failed, notice) : catch_up(&compaction, notice);
    }
    if (reader && status == STORE_OK) {
        status = finish(&compaction, notice);
    }
    clean_up(&compaction);
    return status;
}

/* -- when -------------------------------------------------------------------------------------- */

StoreStatus store_compact(Store *store, StoreNotice *notice)
{
    *notice = (StoreNotice){.offset = -1};
    if (!store->log) {
        return STORE_OK;
    }
    if (store->read_only) {
        return notice_set(notice, STORE_READ_ONLY, -1, "%s is open for reading only.", store->path);
    }
    Compactor *compactor = &store->compactor;
    pthread_mutex_lock(&compactor->alone);
    StoreStatus status = compact(store, notice);
    pthread_mutex_unlock(&compactor->alone);
    return status;
}

static void *compact_quietly(void *self)
{
    Store *store = self;
    StoreNotice notice;
    /* When it fails everything is as it was, and it is tried again when the log has grown. */
    (void)!store_compact(store, &notice);
    atomic_store(&store->compactor.is_done, true);
    return NULL;
}

void compactor_start(Compactor *compactor, int64_t least_dead)
{
    always(pthread_mutex_init(&compactor->alone, NULL) == 0);
    compactor->least_dead = least_dead ? least_dead : COMPACT_DEAD_BYTES;
}

void compactor_wait(Compactor *compactor)
{
    if (compactor->has_thread) {
        pthread_join(compactor->thread, NULL);
        compactor->has_thread = false;
    }
}

void compactor_look(Store *store)
{
    Compactor *compactor = &store->compactor;
    int64_t bytes = log_bytes(store->log);
    int64_t step =
        compactor->least_dead < LOOK_EVERY_BYTES ? compactor->least_dead : LOOK_EVERY_BYTES;
    if (compactor->least_dead < 0 || (bytes < compactor->look_at && bytes > compactor->looked_at)) {
        return;
    }
    compactor->looked_at = bytes;
    compactor->look_at = bytes + step;
    /* In memory a version takes about what its entry takes in the file. */
    int64_t live = slab_bytes(store->versions);
    int64_t dead = bytes - live;
    bool is_due = dead > live && dead >= compactor->least_dead;
    if (!is_due || (compactor->has_thread && !atomic_load(&compactor->is_done))) {
        return;
    }
    compactor_wait(compactor);
    atomic_store(&compactor->is_done, false);
    compactor->has_thread = pthread_create(&compactor->thread, NULL, compact_quietly, store) == 0;
    compactor->look_at = bytes + compactor->least_dead;
}

void compactor_end(Compactor *compactor)
{
    assert(!compactor->has_thread);
    pthread_mutex_destroy(&compactor->alone);
}

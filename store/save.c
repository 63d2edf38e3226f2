/* save: the present state as a new file, and as little else as it takes.
 *
 *   PATH.saving   header, records of about SAVE_RECORD_BYTES: collections, documents with
 *                 the shapes that they have, then the indexes and aggregates
 *   sync, rename to PATH unless somebody has made that meanwhile, sync the folder
 *
 * A crash leaves PATH.saving, or the whole file. PATH.saving is locked while it is written: what is not
 * was left.
 */
#include "store/save.h"

#include "store/aggregate_int.h"
#include "store/history_int.h"

#include <errno.h>
#include <string.h>

enum { SAVE_RECORD_BYTES = RECORD_PIECE_BYTES - 65536 };

typedef struct Saving {
    Store *store;
    const LogDevice *to;
    Saved *saved;
    int64_t time_us;
    Buf record; /* header and body */
    int failed;
} Saving;

static void start_record(Saving *saving)
{
    saving->record.len = 0;
    buf_fill(&saving->record, 0, RECORD_HEADER_BYTES);
}

/* Writes the record, if there is anything in it, and starts the next. */
static void end_record(Saving *saving)
{
    Str body = str_slice(buf_str(&saving->record), RECORD_HEADER_BYTES, saving->record.len);
    if (body.len == 0 || saving->failed) {
        return;
    }
    Saved *saved = saving->saved;
    RecordHeader header = {.mark = RECORD_MARK,
                           .body_len = body.len,
                           .time_us = saving->time_us,
                           .synced = saved->end};
    header.checksum = record_checksum(&header, record_hash_body(body), saved->end);
    memcpy(saving->record.data, &header, sizeof header);
    saving->failed = saving->to->append(saving->to->self, buf_str(&saving->record), saved->end);
    saved->end += saving->record.len;
    saved->records++;
    start_record(saving);
}

static void put_op(Saving *saving, OpKind kind, uint32_t collection, void *what)
{
    Op op = {.kind = kind, .collection = collection, .what = what};
    record_put_op(&saving->record, saving->store->shapes, &saving->saved->shapes, &op);
}

static void put_version(Saving *saving, uint32_t collection, const Version *version)
{
    if (version->flags & VERSION_DELETED) {
        record_put_tombstone(&saving->record, collection, version);
    } else {
        record_put_document(&saving->record, saving->store->shapes, &saving->saved->shapes,
                            collection, version, version->time_us);
    }
    if (saving->record.len >= SAVE_RECORD_BYTES) {
        end_record(saving);
    }
}

/* Writes what the documents of a tree, or of its tombstones, were before all listed changes. */
static void put_base(Saving *saving, const CollectionState *collection, const Tree *heads)
{
    const History *history = &collection->history;
    TreeCursor cursor;
    tree_cursor_start(&cursor, heads, (TreeKey){0}, (TreeKey){0}, false, false);
    while (!saving->failed && tree_cursor_next(&cursor)) {
        const Version *head = (const Version *)(uintptr_t)tree_cursor_payload(&cursor);
        const Version *base = history_at(history, head, history->changes_us);
        if (base && !(base->flags & VERSION_DELETED)) {
            put_version(saving, collection->number, base);
        }
    }
}

/* Writes the documents as they were, then their changes in order. */
static void put_documents(Saving *saving, const CollectionState *collection)
{
    const History *history = &collection->history;
    put_base(saving, collection, &collection->documents);
    put_base(saving, collection, &history->deleted);
    for (int64_t i = history->first; !saving->failed && i < history->end; i++) {
        const Version *version = history_change(history, i);
        if (version->time_us > history->changes_us) {
            put_version(saving, collection->number, version);
        }
    }
}

static void put_collection(Saving *saving, const CollectionState *collection)
{
    put_op(saving, OP_CREATE_COLLECTION, collection->number, NULL);
    record_put_history(&saving->record, collection->number, &collection->history);
    put_documents(saving, collection);
    for (int32_t i = 0; i < collection->index_count; i++) {
        put_op(saving, OP_CREATE_INDEX, collection->number, collection->indexes[i].def);
    }
    for (int64_t i = 0; collection->aggregates && i < collection->aggregates->count; i++) {
        put_op(saving, OP_CREATE_AGGREGATE, collection->number, collection->aggregates->at[i]->def);
    }
}

int save_state(Store *store, const State *state, const LogDevice *to, Saved *saved)
{
    Saving saving = {.store = store, .to = to, .saved = saved, .time_us = state->time_us};
    char header[LOG_HEADER_BYTES];
    log_header(header);
    *saved = (Saved){.end = sizeof header};
    saving.failed = to->append(to->self, (Str){header, sizeof header}, 0);
    start_record(&saving);
    for (const CollectionState *at = roots_from(state->roots, 0); at;
         at = roots_from(state->roots, (int64_t)at->number + 1)) {
        put_collection(&saving, at);
    }
    end_record(&saving);
    buf_free(&saving.record);
    return saving.failed;
}

static bool exists(const Os *os, const char *path)
{
    int file = os->open(os->self, path, OS_READ);
    if (file >= 0) {
        (void)os->close(os->self, file);
    }
    return file != -ENOENT;
}

char *path_beside(const char *path, const char *suffix)
{
    size_t bytes = strlen(path) + strlen(suffix) + 1;
    char *beside = memory_new((int64_t)bytes);
    (void)snprintf(beside, bytes, "%s%s", path, suffix);
    return beside;
}

/* Removes what an earlier save left that did not end. -EBUSY: it has not ended yet. */
static int remove_leftover(const Os *os, const char *temporary)
{
    int holder_pid;
    int file = os->open(os->self, temporary, OS_WRITE);
    if (file < 0) {
        return file == -ENOENT ? 0 : file;
    }
    int failed = os->lock(os->self, file, &holder_pid);
    if (!failed && os->is_at(os->self, file, temporary) > 0) {
        failed = os->remove(os->self, temporary);
    }
    (void)os->close(os->self, file);
    return failed == -EAGAIN ? -EBUSY : failed;
}

/* Makes the file `temporary`, locked until its device is closed. */
static int make_file(Store *store, const char *temporary, LogDevice *device)
{
    int failed = remove_leftover(store->os, temporary);
    if (!failed) {
        failed = log_file_make(store, temporary, NULL, device);
        /* Another one was faster. */
        failed = failed == -EEXIST || failed == -EAGAIN ? -EBUSY : failed;
    }
    return failed;
}

/* Fills the file, and gives it its name. */
static int write_and_rename(Store *store, const State *state, const LogDevice *device,
                            const char *temporary, const char *path)
{
    const Os *os = store->os;
    Saved saved;
    int failed = save_state(store, state, device, &saved);
    shapes_free(&saved.shapes);
    if (!failed) {
        failed = device->sync(device->self);
    }
    if (!failed) {
        failed = log_file_check_place(device, temporary);
    }
    return failed ? failed : os->rename_new(os->self, temporary, path);
}

static int save_to(Store *store, const State *state, const char *temporary, const char *path)
{
    const Os *os = store->os;
    LogDevice device;
    int failed = make_file(store, temporary, &device);
    if (failed) {
        return failed;
    }
    failed = write_and_rename(store, state, &device, temporary, path);
    if (failed) {
        (void)os->remove(os->self, temporary);
        (void)device.close(device.self);
        return failed;
    }
    failed = device.close(device.self);
    if (!failed) {
        failed = os->sync_folder(os->self, path);
    }
    if (failed) {
        (void)os->remove(os->self, path);
    }
    return failed;
}

/* Why it failed: what the system says of -EBUSY and -EEXIST would not help. */
static StoreStatus tell_failed(StoreNotice *notice, const char *path, int failed)
{
    if (failed == -EEXIST) {
        return notice_set(notice, STORE_EXISTS, -1, "%s exists already.", path);
    }
    return notice_set(notice, status_of_errno(failed), -1, "Saving to %s failed: %s.", path,
                      failed == -EBUSY || failed == -ESTALE ? "another save to it is under way"
                                                            : strerror(-failed));
}

StoreStatus store_save(Store *store, const char *path, StoreNotice *notice)
{
    *notice = (StoreNotice){.offset = -1};
    if (exists(store->os, path)) {
        return tell_failed(notice, path, -EEXIST);
    }
    char *temporary = path_beside(path, ".saving");
    Txn *txn = txn_begin(store, TXN_READ);
    int failed = save_to(store, txn->state, temporary, path);
    txn_rollback(txn);
    free(temporary);
    return failed ? tell_failed(notice, path, failed) : STORE_OK;
}

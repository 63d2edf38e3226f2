/* save: the present state as a new file, and as little else as it takes.
 *
 *   PATH.saving   header, records of about SAVE_RECORD_BYTES: collections, documents with
 *                 the shapes that they have, then the indexes and aggregates
 *   sync, rename to PATH, sync the folder
 *
 * A crash leaves PATH.saving, or the whole file.
 */
#include "store/aggregate_int.h"
#include "store/log.h"
#include "store/record.h"

#include <errno.h>
#include <string.h>

enum { SAVE_RECORD_BYTES = RECORD_PIECE_BYTES - 65536 };

typedef struct Saving {
    Store *store;
    int file;
    int64_t end;
    int64_t time_us;
    Buf record; /* header and body */
    ShapeSet shapes;
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
    RecordHeader header = {.mark = RECORD_MARK,
                           .body_len = body.len,
                           .time_us = saving->time_us,
                           .synced = saving->end};
    uint64_t hash = 0;
    for (int64_t at = 0; at < body.len; at += RECORD_PIECE_BYTES) {
        int64_t to = at + RECORD_PIECE_BYTES < body.len ? at + RECORD_PIECE_BYTES : body.len;
        hash = record_hash(hash, str_slice(body, at, to));
    }
    header.checksum = record_checksum(&header, hash, saving->end);
    memcpy(saving->record.data, &header, sizeof header);
    saving->failed =
        os_write_all(saving->store->os, saving->file, buf_str(&saving->record), saving->end);
    saving->end += saving->record.len;
    start_record(saving);
}

static void put_op(Saving *saving, OpKind kind, uint32_t collection, void *what)
{
    Op op = {.kind = kind, .collection = collection, .what = what};
    record_put_op(&saving->record, saving->store->shapes, &saving->shapes, &op);
}

static void put_collection(Saving *saving, const CollectionState *collection)
{
    put_op(saving, OP_CREATE_COLLECTION, collection->number, NULL);
    TreeCursor cursor;
    tree_cursor_start(&cursor, &collection->documents, (TreeKey){0}, (TreeKey){0}, false, false);
    while (!saving->failed && tree_cursor_next(&cursor)) {
        const Version *version = (const Version *)(uintptr_t)tree_cursor_payload(&cursor);
        record_put_document(&saving->record, saving->store->shapes, &saving->shapes,
                            collection->number, version, version->time_us);
        if (saving->record.len >= SAVE_RECORD_BYTES) {
            end_record(saving);
        }
    }
    for (int32_t i = 0; i < collection->index_count; i++) {
        put_op(saving, OP_CREATE_INDEX, collection->number, collection->indexes[i].def);
    }
    for (int64_t i = 0; collection->aggregates && i < collection->aggregates->count; i++) {
        put_op(saving, OP_CREATE_AGGREGATE, collection->number, collection->aggregates->at[i]->def);
    }
}

static void write_state(Saving *saving, const State *state)
{
    char header[LOG_HEADER_BYTES];
    log_header(header);
    saving->failed = os_write_all(saving->store->os, saving->file, (Str){header, sizeof header}, 0);
    saving->end = sizeof header;
    saving->time_us = state->time_us;
    start_record(saving);
    for (int64_t i = 0; i < state->roots->count; i++) {
        put_collection(saving, state->roots->collections[i]);
    }
    end_record(saving);
}

/* Writes the file `path`, which must not exist. */
static int write_file(Store *store, const State *state, const char *path)
{
    const Os *os = store->os;
    Saving saving = {.store = store};
    saving.file = os->open(os->self, path, OS_CREATE_NEW);
    if (saving.file < 0) {
        return saving.file;
    }
    write_state(&saving, state);
    if (!saving.failed) {
        saving.failed = os->sync(os->self, saving.file);
    }
    int closed = os->close(os->self, saving.file);
    buf_free(&saving.record);
    shapes_free(&saving.shapes);
    return saving.failed ? saving.failed : closed;
}

static bool exists(const Os *os, const char *path)
{
    int file = os->open(os->self, path, OS_READ);
    if (file >= 0) {
        (void)os->close(os->self, file);
    }
    return file != -ENOENT;
}

static int write_and_rename(Store *store, const State *state, const char *path)
{
    const Os *os = store->os;
    Buf temporary = {0};
    buf_printf(&temporary, "%s.saving", path);
    buf_byte(&temporary, 0);
    /* What an earlier save left that did not end. */
    (void)os->remove(os->self, temporary.data);
    int failed = write_file(store, state, temporary.data);
    if (!failed) {
        failed = os->rename(os->self, temporary.data, path);
    }
    if (failed) {
        (void)os->remove(os->self, temporary.data);
    } else {
        failed = os->sync_folder(os->self, path);
        if (failed) {
            (void)os->remove(os->self, path);
        }
    }
    buf_free(&temporary);
    return failed;
}

StoreStatus store_save(Store *store, const char *path, StoreNotice *notice)
{
    *notice = (StoreNotice){.offset = -1};
    if (exists(store->os, path)) {
        return notice_set(notice, STORE_EXISTS, -1, "%s exists already.", path);
    }
    Txn *txn = txn_begin(store, TXN_READ);
    int failed = write_and_rename(store, txn->state, path);
    txn_rollback(txn);
    if (failed) {
        return notice_set(notice, status_of_errno(failed), -1, "Saving to %s failed: %s.", path,
                          strerror(-failed));
    }
    return STORE_OK;
}

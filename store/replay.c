/* replay: reading a log into an empty store, and telling a torn tail from damage; see log.h.
 *
 *   good record, good record, bad bytes …
 *                             │ all zeros                                  end
 *                             │ no good record behind them                 torn
 *                             │ a good one, but a sector of zeros between,
 *                             │ in a place that it does not say was synced lost
 *                             └ else                                       damaged
 */
#include "store/log.h"

#include "store/index_int.h"
#include "store/log_read.h"

#include <string.h>

enum { SECTOR_BYTES = 512 };

typedef struct Replay {
    Store *store;
    LogReader reader;
} Replay;

/* -- records --------------------------------------------------------------------------------- */

static bool is_zero(Str bytes)
{
    return bytes.len == 0 ||
           (bytes.s[0] == 0 && memcmp(bytes.s, bytes.s + 1, (size_t)bytes.len - 1) == 0);
}

/* Whether all bytes from `offset` to the end are zeros. */
static bool ends_in_zeros(Replay *replay, int64_t offset)
{
    while (offset < replay->reader.size) {
        int64_t rest = replay->reader.size - offset;
        int64_t len = rest < LOG_WINDOW_BYTES ? rest : LOG_WINDOW_BYTES;
        Str bytes = log_read_at(&replay->reader, offset, len);
        if (bytes.len == 0 || !is_zero(bytes)) {
            return false;
        }
        offset += len;
    }
    return true;
}

/* Finds the first good record from `from` on. */
static bool find_good_record(Replay *replay, int64_t from, int64_t *found, RecordHeader *header)
{
    for (int64_t at = from; at <= replay->reader.size - RECORD_HEADER_BYTES; at += 8) {
        Str mark = log_read_at(&replay->reader, at, 8);
        uint32_t value = 0;
        if (mark.len > 0) {
            memcpy(&value, mark.s, sizeof value);
        }
        Str body;
        if (value == RECORD_MARK && log_read_record(&replay->reader, at, header, &body)) {
            *found = at;
            return true;
        }
    }
    return false;
}

/* Whether a whole sector between two offsets is zeros, or what lies in the first one: its
 * beginning may have been on disk with the record before. */
static bool has_zero_sector(Replay *replay, int64_t from, int64_t to)
{
    int64_t at = (from + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
    Str first = at < to ? log_read_at(&replay->reader, from, at - from) : (Str){0};
    if (first.len > 0 && is_zero(first)) {
        return true;
    }
    for (; at + SECTOR_BYTES <= to; at += SECTOR_BYTES) {
        Str sector = log_read_at(&replay->reader, at, SECTOR_BYTES);
        if (sector.len > 0 && is_zero(sector)) {
            return true;
        }
    }
    return false;
}

static StoreStatus report_damage(const Replay *replay, int64_t offset, StoreNotice *notice)
{
    return notice_set(notice, STORE_CORRUPT, offset,
                      "%s is damaged at offset %lld: the record there is not what was written, and "
                      "others follow it.",
                      replay->store->path, (long long)offset);
}

static StoreStatus report_cut(const Replay *replay, int64_t offset, StoreNotice *notice)
{
    notice->cut_bytes = replay->reader.size - offset;
    const char *done = replay->store->read_only ? "is not read" : "was cut off";
    return notice_set(notice, STORE_OK, offset,
                      "%s ends in a transaction that was not written whole: %lld bytes at offset "
                      "%lld; that part %s.",
                      replay->store->path, (long long)notice->cut_bytes, (long long)offset, done);
}

static StoreStatus report_memory(const Replay *replay, StoreNotice *notice)
{
    return notice_set(notice, STORE_NO_MEMORY, -1,
                      "There is not enough memory to open %s, a file of %lld bytes.",
                      replay->store->path, (long long)replay->reader.size);
}

/* Judges the bytes from `offset` on, where no good record stands. */
static StoreStatus judge_tail(Replay *replay, int64_t offset, StoreNotice *notice)
{
    if (ends_in_zeros(replay, offset)) {
        return STORE_OK;
    }
    int64_t first, at;
    RecordHeader header;
    if (find_good_record(replay, offset + 8, &first, &header)) {
        /* Any record may tell that the bad one was on disk: those of later sessions do. */
        bool was_synced = header.synced > offset;
        at = first;
        while (!was_synced &&
               find_good_record(replay, at + RECORD_HEADER_BYTES + header.body_len, &at, &header)) {
            was_synced = header.synced > offset;
        }
        if (was_synced || !has_zero_sector(replay, offset, first)) {
            return report_damage(replay, offset, notice);
        }
    }
    return report_cut(replay, offset, notice);
}

/* -- replaying --------------------------------------------------------------------------------- */

/* Loads what the short records from `offset` on will replace. Returns the offset behind them.
 * Only what is in the window is looked at. */
static int64_t load_ahead(const Replay *replay, Txn *txn, int64_t offset)
{
    Lookahead ahead = {.count = 0};
    int64_t end = replay->reader.window_at + replay->reader.window.len;
    int64_t from = offset;
    while (ahead.count < LOOKAHEAD_COUNT && offset >= replay->reader.window_at &&
           offset + RECORD_HEADER_BYTES <= end) {
        const char *at = replay->reader.window.data + (offset - replay->reader.window_at);
        RecordHeader header;
        memcpy(&header, at, sizeof header);
        offset += RECORD_HEADER_BYTES;
        if (header.mark != RECORD_MARK || header.body_len <= 0 ||
            header.body_len > LOOKAHEAD_BODY_MAX || header.body_len % 8 != 0 ||
            header.body_len > end - offset) {
            break;
        }
        (void)lookahead_add(&ahead, txn, (Str){at + RECORD_HEADER_BYTES, header.body_len}, 0);
        offset += header.body_len;
    }
    lookahead_load(&ahead);
    return offset > from ? offset : from + 1;
}

static StoreStatus apply_records(Replay *replay, Txn *txn, Replayed *replayed, StoreNotice *notice)
{
    RecordHeader header;
    Str body;
    int64_t offset = LOG_HEADER_BYTES;
    int64_t loaded = 0;
    while (log_read_record(&replay->reader, offset, &header, &body)) {
        txn->replay_time_us = txn->record_time_us = header.time_us;
        if (offset >= loaded) {
            loaded = load_ahead(replay, txn, offset);
        }
        bool applied = record_apply(txn, log_shapes(replay->store->log), body);
        if (txn_check_memory(txn) != STORE_OK) {
            return report_memory(replay, notice);
        }
        if (!applied) {
            return notice_set(notice, STORE_CORRUPT, offset,
                              "%s is damaged at offset %lld: the record there makes no sense.",
                              replay->store->path, (long long)offset);
        }
        offset += RECORD_HEADER_BYTES + header.body_len;
        replayed->end = offset;
        replayed->records++;
    }
    return STORE_OK;
}

StoreStatus log_replay(Store *store, const LogDevice *device, int64_t size, Replayed *replayed,
                       StoreNotice *notice)
{
    Replay replay = {.store = store, .reader = {.device = device, .size = size}};
    *replayed = (Replayed){.end = LOG_HEADER_BYTES};
    if (size < LOG_HEADER_BYTES) {
        /* log_file_open found the beginning of a header. */
        replayed->end = 0;
        return size > 0 ? report_cut(&replay, 0, notice) : STORE_OK;
    }
    Txn *txn = txn_begin(store, TXN_WRITE);
    bool read_only = store->read_only;
    store->read_only = false;
    txn->replaying = true;
    StoreStatus status = apply_records(&replay, txn, replayed, notice);
    StoreStatus built = status == STORE_OK ? index_build_all(txn) : STORE_OK;
    if (built == STORE_NO_MEMORY) {
        status = report_memory(&replay, notice);
    } else if (built != STORE_OK) {
        status = notice_set(notice, STORE_CORRUPT, replayed->end,
                            "%s is damaged: a document in it does not fit an index.", store->path);
    }
    store->clock_us = txn->replay_time_us;
    always(txn_commit(txn, NULL) == STORE_OK);
    store->read_only = read_only;
    shapes_keep(log_shapes(store->log));
    if (status == STORE_OK && !replay.reader.error) {
        status = judge_tail(&replay, replayed->end, notice);
        if (status == STORE_CORRUPT && store->salvages) {
            notice->is_damaged = true;
            notice->cut_bytes = size - replayed->end;
            status = STORE_OK;
        }
    }
    if (replay.reader.error) {
        notice->cut_bytes = 0;
        status = notice_set(notice, STORE_IO, replayed->end, "Cannot read %s: %s.", store->path,
                            strerror(-replay.reader.error));
    }
    log_reader_free(&replay.reader);
    return status;
}

/* changes_log: what the transactions of a log's file did. The file is gone through twice: once to
 * find the records that are wanted and the documents that they write, and once to see what those
 * documents were before. Their bytes are read at the end, and only where they are wanted.
 *
 * A file that was saved or compacted begins with records of the state at that time, which are no
 * transactions; they all have its time.
 */
#include "store/changes_int.h"

#include "store/database_int.h"
#include "store/log_read.h"

#include <string.h>

typedef struct DocKey {
    int64_t id;
    uint32_t collection, zero;
} DocKey;

/* A document that some wanted transaction writes. */
typedef struct Tracked {
    DocKey key;
    DocState state; /* so far */
    int64_t number; /* of the wanted transaction that changed it last, from 1 */
    int64_t change; /* its place in that one's list */
} Tracked;

typedef struct Wanted {
    int64_t time_us, offset;
    ChangeList changes;
} Wanted;

typedef struct Scan {
    const Txn *txn;
    LogReader reader;
    Arena *arena;
    Map tracked;
    VEC(Wanted) wanted;
    int64_t saved_us; /* time of the records that a saved file begins with */
    bool is_cut;      /* more records were wanted than `wanted` has */
} Scan;

/* -- entries --------------------------------------------------------------------------------- */

/* The entry at `*at` of the body that stands at `start` of the file; false: the end. `*state` is
 * what it makes of a document. */
static bool next_entry(Str body, int64_t start, int64_t record_us, int64_t *at, EntryHeader *header,
                       DocState *state)
{
    if (*at + ENTRY_BYTES > body.len) {
        return false;
    }
    memcpy(header, body.s + *at, sizeof *header);
    int64_t to = *at + ENTRY_BYTES + entry_rest_bytes(header);
    int64_t from = *at + ENTRY_BYTES;
    if (to > body.len) {
        return false;
    }
    *at = to;
    *state = (DocState){.exists = header->kind == OP_PUT,
                        .ttl_us = TTL_NEVER,
                        .time_us = record_us,
                        .doc_len = header->len,
                        .derived_len = header->derived_len};
    if (header->flags & ENTRY_TTL) {
        memcpy(&state->ttl_us, body.s + from, sizeof state->ttl_us);
        from += 8;
    }
    if (header->flags & ENTRY_TIME) {
        memcpy(&state->time_us, body.s + from, sizeof state->time_us);
        from += 8;
    }
    state->place = start + from;
    return true;
}

static bool is_write(const EntryHeader *header)
{
    return header->kind == OP_PUT || header->kind == OP_DELETE;
}

/* Whether a record is of a saved file: only there the past's beginning is told. */
static bool is_saved(Str body)
{
    EntryHeader header;
    DocState state;
    int64_t at = 0;
    while (next_entry(body, 0, 0, &at, &header, &state)) {
        if (header.kind == OP_KEEP_HISTORY && header.len > 0) {
            return true;
        }
    }
    return false;
}

/* -- which ----------------------------------------------------------------------------------- */

static Tracked *find_tracked(Scan *scan, const EntryHeader *header)
{
    DocKey key = {.id = header->id, .collection = header->number};
    return map_find(&scan->tracked, (Str){(const char *)&key, sizeof key});
}

static void track(Scan *scan, Str body)
{
    EntryHeader header;
    DocState state;
    int64_t at = 0;
    while (next_entry(body, 0, 0, &at, &header, &state)) {
        if (is_write(&header) && find_tracked(scan, &header) == NULL) {
            Tracked *tracked = arena_new(scan->arena, Tracked);
            tracked->key = (DocKey){.id = header.id, .collection = header.number};
            tracked->state.ttl_us = TTL_NEVER;
            map_put(&scan->tracked, (Str){(const char *)&tracked->key, sizeof tracked->key},
                    tracked);
        }
    }
}

/* Whether a record may change documents of the transaction's database. One that makes the database
 * makes those before it another's, which had the number and was dropped. */
static bool is_of_database(Scan *scan, Str body)
{
    const Txn *txn = scan->txn;
    EntryHeader header;
    DocState state;
    int64_t at = 0;
    bool is_of = false;
    while (next_entry(body, 0, 0, &at, &header, &state)) {
        if (header.kind == OP_CREATE_COLLECTION && header.number == txn->base &&
            txn->database != DATABASE_ROOT) {
            scan->wanted.len = 0;
        }
        is_of = is_of || (is_write(&header) && database_has(txn, header.number) &&
                          header.number - txn->base != COLLECTION_UNCOUNTED);
    }
    return is_of;
}

/* Finds the records that are wanted, at most `max`, and what they write. */
static void choose(Scan *scan, const PastWanted *wanted, int64_t max)
{
    RecordHeader header;
    Str body;
    int64_t offset = LOG_HEADER_BYTES;
    while (log_read_record(&scan->reader, offset, &header, &body)) {
        if (offset == LOG_HEADER_BYTES && is_saved(body)) {
            scan->saved_us = header.time_us;
        }
        if (header.time_us != scan->saved_us && is_of_database(scan, body) &&
            header.time_us >= wanted->from_us) {
            Wanted found = {.time_us = header.time_us, .offset = offset};
            vec_push(&scan->wanted, scan->arena, found);
        }
        offset += RECORD_HEADER_BYTES + header.body_len;
    }
    if (scan->wanted.len > max) {
        scan->wanted.at += scan->wanted.len - max;
        scan->wanted.len = max;
        scan->is_cut = true;
    }
    for (int64_t i = 0; i < scan->wanted.len; i++) {
        if (log_read_record(&scan->reader, scan->wanted.at[i].offset, &header, &body)) {
            track(scan, body);
        }
    }
}

/* -- what -------------------------------------------------------------------------------------- */

static void forget_collection(Scan *scan, uint32_t number)
{
    for (int64_t i = 0; i < scan->tracked.cap; i++) {
        Tracked *tracked = scan->tracked.slots[i].value;
        if (tracked != NULL && tracked->key.collection == number) {
            tracked->state = (DocState){.ttl_us = TTL_NEVER};
        }
    }
}

static void note_change(Scan *scan, Tracked *tracked, const DocState *after, int64_t number)
{
    ChangeList *changes = &scan->wanted.at[number - 1].changes;
    if (tracked->number != number) {
        TxnChange change = {
            .collection = tracked->key.collection, .id = tracked->key.id, .before = tracked->state};
        tracked->number = number;
        tracked->change = changes->len;
        vec_push(changes, scan->arena, change);
    }
    changes->at[tracked->change].after = *after;
}

/* Follows the tracked documents through a record; `number` 0: it is not wanted. */
static void follow(Scan *scan, Str body, int64_t offset, int64_t time_us, int64_t number)
{
    EntryHeader header;
    DocState state;
    int64_t at = 0;
    while (next_entry(body, offset + RECORD_HEADER_BYTES, time_us, &at, &header, &state)) {
        if (header.kind == OP_DROP_COLLECTION) {
            forget_collection(scan, header.number);
        }
        Tracked *tracked = is_write(&header) ? find_tracked(scan, &header) : NULL;
        if (tracked != NULL) {
            if (number > 0) {
                note_change(scan, tracked, &state, number);
            }
            tracked->state = state;
        }
    }
}

static void follow_all(Scan *scan)
{
    RecordHeader header;
    Str body;
    int64_t offset = LOG_HEADER_BYTES, number = 0;
    while (number < scan->wanted.len && log_read_record(&scan->reader, offset, &header, &body)) {
        bool is_wanted = scan->wanted.at[number].offset == offset;
        number += is_wanted;
        follow(scan, body, offset, header.time_us, is_wanted ? number : 0);
        offset += RECORD_HEADER_BYTES + header.body_len;
    }
}

/* -- documents --------------------------------------------------------------------------------- */

/* Reads the bytes of a document. False: that failed. */
static bool load(Scan *scan, DocState *state)
{
    int64_t len = state->doc_len + state->derived_len;
    if (!state->exists) {
        return true;
    }
    char *bytes = arena_alloc(scan->arena, len);
    const LogDevice *device = scan->reader.device;
    int64_t got = device->read(device->self, bytes, len, state->place);
    if (got != len) {
        scan->reader.error = got < 0 ? (int)got : scan->reader.error;
        return false;
    }
    state->doc = (Str){bytes, state->doc_len};
    state->derived = (Str){bytes + state->doc_len, state->derived_len};
    return true;
}

static bool load_documents(Scan *scan, const ChangeList *changes)
{
    bool loaded = true;
    for (int64_t i = 0; loaded && i < changes->len; i++) {
        loaded = load(scan, &changes->at[i].before) && load(scan, &changes->at[i].after);
    }
    return loaded;
}

/* Lists what the last `max` records that may be wanted changed. `*is_cut`: there are more. */
static StoreStatus list_some(Txn *txn, Arena *arena, const PastWanted *wanted, int64_t max,
                             PastList *list, bool *is_cut)
{
    Store *store = txn->store;
    Scan scan = {.txn = txn,
                 .reader = {.device = log_device(store->log), .size = log_bytes(store->log)},
                 .arena = arena,
                 .saved_us = INT64_MIN};
    StoreStatus status = STORE_OK;
    bool loaded = true;
    list->len = 0;
    map_init(&scan.tracked, arena);
    choose(&scan, wanted, max);
    follow_all(&scan);
    for (int64_t i = 0; loaded && i < scan.wanted.len; i++) {
        Wanted *found = &scan.wanted.at[i];
        changes_tidy(txn, found->time_us, &found->changes);
        loaded = found->time_us != wanted->documents_us || load_documents(&scan, &found->changes);
        PastTxn past = {found->time_us, found->changes.at, found->changes.len};
        if (past.count > 0) {
            vec_push(list, arena, past);
        }
    }
    *is_cut = scan.is_cut;
    if (!loaded || scan.reader.error) {
        status = notice_set(&store->error, STORE_IO, -1, "Cannot read %s: %s.", store->path,
                            scan.reader.error ? strerror(-scan.reader.error) : "it is too short");
    }
    log_reader_free(&scan.reader);
    return status;
}

/* Some records turn out to have changed nothing: then it looks at more. */
StoreStatus changes_from_log(Txn *txn, Arena *arena, const PastWanted *wanted, PastList *list)
{
    Store *store = txn->store;
    StoreStatus status = log_settle(store->log, &store->error);
    bool is_cut = status == STORE_OK;
    for (int64_t max = wanted->max; is_cut && status == STORE_OK && list->len < wanted->max;
         max = max > INT64_MAX / 2 ? INT64_MAX : 2 * max) {
        status = list_some(txn, arena, wanted, max, list, &is_cut);
    }
    return status;
}

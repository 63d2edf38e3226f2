/* fuzz_log: opens any bytes as a database file. It is refused, or what is in it is sound, can
 * be written to (its documents are put once more, and others deleted, so that its indexes and
 * aggregates are changed), and is there again when it is opened anew.
 *
 * The first byte tells what the rest is: even, a whole file; odd, the body of a record whose
 * header and checksum are made here, so that the reader of entries is reached.
 */
#include "store/log.h"
#include "store/record.h"

#include "tests/unit/store/fake_os.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* COLLECTION: the one that the seeds have. */
enum { COLLECTION = 1024, WRITES_MAX = 16 };

static const char path[] = "fuzz.fawn";

static void put_record(Buf *file, Str body)
{
    char header[LOG_HEADER_BYTES];
    log_header(header);
    buf_put(file, (Str){header, sizeof header});
    int64_t padded = (body.len + 7) & ~(int64_t)7;
    RecordHeader record = {.mark = RECORD_MARK, .body_len = padded, .time_us = 1};
    int64_t at = file->len;
    buf_fill(file, 0, sizeof record);
    buf_put(file, body);
    buf_fill(file, 0, padded - body.len);
    uint64_t hash = 0;
    if (padded > 0) {
        hash = record_hash(0, (Str){file->data + at + RECORD_HEADER_BYTES, padded});
    }
    record.checksum = record_checksum(&record, hash, at);
    memcpy(file->data + at, &record, sizeof record);
}

static Store *open_file(FakeOs *fake, StoreNotice *notice)
{
    Store *store;
    StoreOptions options = {.path = path, .os = &fake->os};
    return store_open(&options, &store, notice) == STORE_OK ? store : NULL;
}

/* Puts documents again, in the place of others and under new ids, and deletes some. */
static void write_again(Txn *txn)
{
    int64_t ids[WRITES_MAX];
    int64_t count = 0;
    StoreCursor *cursor = cursor_documents(txn, COLLECTION, INT64_MIN, INT64_MAX, false);
    const Version *version;
    while (count < WRITES_MAX && cursor_next(cursor, &version, NULL)) {
        ids[count++] = version->id;
    }
    cursor_close(cursor);
    for (int64_t i = 0; i < count; i++) {
        version = txn_get(txn, COLLECTION, ids[i]);
        if (!version) {
            continue; /* it was deleted */
        }
        Put put = {.doc = {version->doc, version->doc_len},
                   .derived = version_derived(version),
                   .ttl_us = version_ttl_us(version)};
        int64_t id = i % 2 ? ids[i] ^ (1 << 20) : ids[i / 2];
        (void)!txn_put(txn, COLLECTION, id, &put, NULL);
        if (i % 3 == 0) {
            (void)!txn_delete(txn, COLLECTION, ids[count - 1 - i / 3]);
        }
    }
}

static void use_store(Store *store)
{
    StoreNotice notice;
    always(store_verify(store, &notice) == STORE_OK);
    Txn *txn = txn_begin(store, TXN_WRITE);
    (void)!txn_create_collection(txn, 4000000000);
    write_again(txn);
    always(txn_commit(txn, NULL) == STORE_OK);
    always(store_verify(store, &notice) == STORE_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > RECORD_PIECE_BYTES / 2) {
        return 0;
    }
    static FakeOs fake;
    fake_start(&fake);
    Str rest = {(const char *)data + 1, (int64_t)size - 1};
    Buf file = {0};
    if (data[0] % 2) {
        put_record(&file, rest);
    } else {
        buf_put(&file, rest);
    }
    (void)fake_put(&fake, path, buf_str(&file));
    StoreNotice notice;
    Store *store = open_file(&fake, &notice);
    always(store || notice.text[0]);
    if (store) {
        use_store(store);
        StoreStats before = store_stats(store);
        always(store_close(store) == STORE_OK);
        store = open_file(&fake, &notice);
        always(store && notice.cut_bytes == 0);
        always(store_stats(store).documents == before.documents);
        always(store_close(store) == STORE_OK);
    }
    buf_free(&file);
    fake_end(&fake);
    return 0;
}

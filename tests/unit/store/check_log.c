/* check_log: what a store has after it was closed, killed, cut off, damaged, or written on a
 * disk that fails.
 */
#include "store/doc.h"
#include "store/log.h"

#include "fake_os.h"

#include <check.h>
#include <sys/wait.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { NOTES = 1024 };

static const char *path = "notes.fawn";

/* -- notes: documents {text, n} whose n is the number of the transaction that wrote them; those of
 * even numbers have a derived block {twice} ------------------------------------------------------
 */

static StoreStatus try_open(FakeOs *fake, bool read_only, Store **store, StoreNotice *notice)
{
    StoreOptions options = {.path = path, .read_only = read_only, .os = &fake->os};
    return store_open(&options, store, notice);
}

static Store *open_store(FakeOs *fake)
{
    Store *store;
    StoreNotice notice;
    ck_assert_msg(try_open(fake, false, &store, &notice) == STORE_OK, "%s", notice.text);
    return store;
}

/* The block {twice: 2 n}, borrowed from the builder. */
static Str derived_note(Store *store, DocBuilder *builder, int64_t n)
{
    Arena unused;
    arena_init(&unused);
    Str name = STR("twice");
    builder_start(builder, shape_of(store_shapes(store), &name, 1, &unused)->id, 1);
    builder_int(builder, 0, 2 * n);
    Str block;
    ck_assert(builder_finish(builder, &block));
    return block;
}

static StoreStatus put_note(Txn *txn, Store *store, int64_t id, int64_t n, int64_t text_len)
{
    Arena unused;
    arena_init(&unused);
    Str names[] = {STR("text"), STR("n")};
    const Shape *shape = shape_of(store_shapes(store), names, 2, &unused);
    Buf text = {0};
    buf_fill(&text, 'a', text_len);
    DocBuilder builder = {0};
    builder_start(&builder, shape->id, 2);
    builder_str(&builder, 0, buf_str(&text));
    builder_int(&builder, 1, n);
    Put put = {.ttl_us = TTL_NEVER};
    ck_assert(builder_finish(&builder, &put.doc));
    DocBuilder derived = {0};
    if (n % 2 == 0) {
        put.derived = derived_note(store, &derived, n);
    }
    StoreStatus status = txn_put(txn, NOTES, id, &put, NULL);
    builder_free(&builder);
    builder_free(&derived);
    buf_free(&text);
    return status;
}

static void make_index(Txn *txn, KeySource source, Str field)
{
    KeyPart term = {.source = source, .path = &field, .path_len = 1};
    IndexSpec spec = {.terms = &term, .term_count = 1};
    uint32_t index;
    ck_assert_int_eq(txn_create_index(txn, NOTES, &spec, &index), STORE_OK);
}

/* Transaction number `n`: 0 makes the collection and its indexes; the others write note n, change
 * note 1, and delete note n - 3. */
static StoreStatus commit_number(Store *store, int64_t n)
{
    Txn *txn = txn_begin(store, TXN_WRITE);
    if (n == 0) {
        ck_assert_int_eq(txn_create_collection(txn, NOTES), STORE_OK);
        make_index(txn, KEY_FROM_PATH, STR("n"));
        make_index(txn, KEY_FROM_DERIVED, STR("twice"));
        make_index(txn, KEY_FROM_TS, STR("ts"));
    } else {
        ck_assert_int_eq(put_note(txn, store, n, n, n * 7 % 50), STORE_OK);
        ck_assert_int_eq(put_note(txn, store, 1, n, 3), STORE_OK);
        if (n > 4) {
            ck_assert_int_eq(txn_delete(txn, NOTES, n - 3), STORE_OK);
        }
    }
    return txn_commit(txn, NULL);
}

static bool is_note(const Version *version, int64_t n)
{
    Str derived = version_derived(version);
    return doc_int(version->doc, 1) == n && (derived.len > 0) == (n % 2 == 0) &&
           (derived.len == 0 || doc_int(derived.s, 0) == 2 * n);
}

/* The number of the last transaction that the store has, -1 for none. The state must be that
 * after exactly the transactions up to it. */
static int64_t check_state(Store *store)
{
    StoreNotice notice;
    ck_assert_msg(store_verify(store, &notice) == STORE_OK, "%s", notice.text);
    int64_t last = store_stats(store).collections == 0 ? -1 : 0;
    Txn *txn = txn_begin(store, TXN_READ);
    const Version *first = txn_get(txn, NOTES, 1);
    if (first) {
        last = doc_int(first->doc, 1);
        ck_assert(is_note(first, last));
    }
    int64_t count = 0;
    for (int64_t n = 2; n <= last; n++) {
        const Version *version = txn_get(txn, NOTES, n);
        ck_assert_int_eq(version != NULL, n > last - 3);
        ck_assert(!version || is_note(version, n));
        count += version != NULL;
    }
    ck_assert_int_eq(txn_count(txn, NOTES), count + (first != NULL));
    txn_rollback(txn);
    return last;
}

/* A file after transactions 0 to `last`; `ends[n]` gets where the record of n ends. */
static void make_file(FakeOs *fake, int64_t last, int64_t *ends)
{
    Store *store = open_store(fake);
    for (int64_t n = 0; n <= last; n++) {
        ck_assert_int_eq(commit_number(store, n), STORE_OK);
        ends[n] = store_stats(store).log_bytes;
    }
    ck_assert_int_eq(store_close(store), STORE_OK);
}

/* -- closing and opening ----------------------------------------------------------------------- */

START_TEST(a_closed_store_opens_with_all_that_was_committed)
{
    static FakeOs fake;
    fake_start(&fake);
    fake.short_writes = true;
    int64_t times[2];
    for (int64_t n = 0; n <= 60; n++) {
        StoreOptions options = {.path = path, .sync = (SyncMode)(n % 3), .os = &fake.os};
        Store *store;
        StoreNotice notice;
        ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
        ck_assert_int_eq(check_state(store), n - 1);
        ck_assert_int_eq(commit_number(store, n), STORE_OK);
        times[0] = store_last_time_us(store);
        ck_assert_int_eq(store_close(store), STORE_OK);
        store = open_store(&fake);
        times[1] = store_last_time_us(store);
        ck_assert_int_eq(times[0], times[1]);
        ck_assert_int_eq(store_close(store), STORE_OK);
    }
    fake_end(&fake);
}
END_TEST

START_TEST(no_file_is_made_before_the_first_commit)
{
    static FakeOs fake;
    fake_start(&fake);
    Store *store = open_store(&fake);
    Txn *txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(txn_create_collection(txn, NOTES), STORE_OK);
    txn_rollback(txn);
    ck_assert_int_eq(store_close(store), STORE_OK);
    ck_assert_ptr_null(fake_find(&fake, path));
    StoreNotice notice;
    ck_assert_int_eq(try_open(&fake, true, &store, &notice), STORE_NO_FILE);
    ck_assert_str_eq(notice.text, "There is no file notes.fawn.");
    fake_end(&fake);
}
END_TEST

START_TEST(zeros_that_were_written_ahead_are_a_clean_end)
{
    static FakeOs fake;
    fake_start(&fake);
    Store *store = open_store(&fake);
    for (int64_t n = 0; n <= 40; n++) {
        ck_assert_int_eq(commit_number(store, n), STORE_OK);
    }
    Str bytes = buf_str(&fake_find(&fake, path)->bytes);
    ck_assert_int_gt(bytes.len, store_stats(store).log_bytes);
    static FakeOs killed;
    fake_start(&killed);
    fake_put(&killed, path, bytes);
    ck_assert_int_eq(store_close(store), STORE_OK);
    store = open_store(&killed);
    ck_assert_int_eq(check_state(store), 40);
    ck_assert_int_eq(commit_number(store, 41), STORE_OK);
    ck_assert_int_eq(store_close(store), STORE_OK);
    store = open_store(&killed);
    ck_assert_int_eq(check_state(store), 41);
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
    fake_end(&killed);
}
END_TEST

START_TEST(a_long_transaction_is_written_in_pieces)
{
    static FakeOs fake;
    fake_start(&fake);
    StoreOptions options = {.path = path, .sync = (SyncMode)_i, .os = &fake.os};
    Store *store;
    StoreNotice notice;
    ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
    ck_assert_int_eq(commit_number(store, 0), STORE_OK);
    Txn *txn = txn_begin(store, TXN_WRITE);
    for (int64_t id = 1; id <= 30000; id++) {
        ck_assert_int_eq(put_note(txn, store, id, id, 60), STORE_OK);
    }
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(txn_delete(txn, NOTES, 30000), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    ck_assert_int_eq(store_close(store), STORE_OK);
    store = open_store(&fake);
    ck_assert_int_eq(store_stats(store).documents, 29999);
    ck_assert_int_eq(store_verify(store, &notice), STORE_OK);
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}
END_TEST

/* -- files that were cut or damaged ------------------------------------------------------------ */

START_TEST(a_file_cut_at_any_byte_has_the_transactions_before)
{
    enum { LAST = 12 };
    static FakeOs fake;
    static int64_t ends[LAST + 1];
    fake_start(&fake);
    make_file(&fake, LAST, ends);
    Str whole = buf_str(&fake_find(&fake, path)->bytes);
    for (int64_t len = 0; len <= whole.len; len++) {
        static FakeOs cut;
        fake_start(&cut);
        fake_put(&cut, path, str_slice(whole, 0, len));
        int64_t expected = -1;
        while (expected < LAST && ends[expected + 1] <= len) {
            expected++;
        }
        Store *store;
        StoreNotice notice;
        ck_assert_int_eq(try_open(&cut, false, &store, &notice), STORE_OK);
        ck_assert_int_eq(check_state(store), expected);
        int64_t clean = expected < 0 ? 64 : ends[expected];
        ck_assert_int_eq(notice.cut_bytes, len == 0 ? 0 : len < 64 ? len : len - clean);
        ck_assert_int_eq(notice.text[0] != 0, notice.cut_bytes > 0);
        /* It goes on from there. */
        ck_assert_int_eq(commit_number(store, expected + 1), STORE_OK);
        ck_assert_int_eq(store_close(store), STORE_OK);
        store = open_store(&cut);
        ck_assert_int_eq(check_state(store), expected + 1);
        ck_assert_int_eq(store_close(store), STORE_OK);
        fake_end(&cut);
    }
    fake_end(&fake);
}
END_TEST

START_TEST(a_flipped_bit_is_refused_or_cuts_the_last_transaction)
{
    enum { LAST = 8 };
    static FakeOs fake;
    static int64_t ends[LAST + 1];
    fake_start(&fake);
    make_file(&fake, LAST, ends);
    Str whole = buf_str(&fake_find(&fake, path)->bytes);
    for (int64_t at = 0; at < whole.len; at++) {
        static FakeOs damaged;
        fake_start(&damaged);
        Buf *bytes = &fake_put(&damaged, path, whole)->bytes;
        bytes->data[at] = (char)(bytes->data[at] ^ 1 << at % 8);
        Store *store;
        StoreNotice notice;
        StoreStatus status = try_open(&damaged, false, &store, &notice);
        if (at < 16) {
            ck_assert_int_eq(status, STORE_NOT_A_DATABASE);
        } else if (at < ends[LAST - 1]) {
            ck_assert_int_eq(status, STORE_CORRUPT);
            int64_t record = at < 64 ? 0 : 64;
            for (int64_t n = 0; record && ends[n] <= at; n++) {
                record = ends[n];
            }
            ck_assert_int_eq(notice.offset, record);
            ck_assert(str_eq(buf_str(bytes), buf_str(bytes)));
        } else {
            ck_assert_int_eq(status, STORE_OK);
            ck_assert_int_gt(notice.cut_bytes, 0);
            ck_assert_int_eq(check_state(store), LAST - 1);
            ck_assert_int_eq(store_close(store), STORE_OK);
        }
        fake_end(&damaged);
    }
    fake_end(&fake);
}
END_TEST

START_TEST(a_file_of_format_1_opens_and_is_renewed_by_the_first_write)
{
    static FakeOs fake;
    static int64_t ends[6];
    fake_start(&fake);
    make_file(&fake, 5, ends);
    Buf *bytes = &fake_find(&fake, path)->bytes;
    char present[LOG_HEADER_BYTES];
    memcpy(present, bytes->data, sizeof present);
    uint32_t format = 1;
    memcpy(bytes->data + 16, &format, sizeof format);
    uint64_t checksum = XXH3_64bits(bytes->data, LOG_HEADER_BYTES - 8);
    memcpy(bytes->data + LOG_HEADER_BYTES - 8, &checksum, sizeof checksum);
    Store *store = open_store(&fake);
    ck_assert_int_eq(check_state(store), 5);
    ck_assert_int_eq(bytes->data[16], 1);
    ck_assert_int_eq(commit_number(store, 6), STORE_OK);
    ck_assert_int_eq(store_close(store), STORE_OK);
    ck_assert_mem_eq(fake_find(&fake, path)->bytes.data, present, sizeof present);
    store = open_store(&fake);
    ck_assert_int_eq(check_state(store), 6);
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}
END_TEST

START_TEST(another_derived_block_leaves_the_time_as_it_was)
{
    static FakeOs fake;
    static int64_t ends[4];
    fake_start(&fake);
    make_file(&fake, 3, ends);
    Store *store = open_store(&fake);
    Txn *txn = txn_begin(store, TXN_WRITE);
    int64_t time_us = txn_get(txn, NOTES, 2)->time_us;
    DocBuilder builder = {0};
    for (int64_t n = 10; n < 12; n++) {
        Str derived = derived_note(store, &builder, n);
        ck_assert_int_eq(txn_put_derived(txn, NOTES, 2, derived), STORE_OK);
    }
    ck_assert_int_eq(txn_put_derived(txn, NOTES, 99, (Str){0}), STORE_NOT_FOUND);
    ck_assert_int_eq(txn_changes(txn).updated, 0);
    ck_assert_int_eq(txn_get(txn, NOTES, 2)->time_us, time_us);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    for (int round = 0; round < 2; round++) {
        StoreNotice notice;
        ck_assert_int_eq(store_verify(store, &notice), STORE_OK);
        txn = txn_begin(store, TXN_READ);
        const Version *version = txn_get(txn, NOTES, 2);
        ck_assert_int_eq(version->time_us, time_us);
        ck_assert_int_eq(doc_int(version_derived(version).s, 0), 22);
        txn_rollback(txn);
        ck_assert_int_eq(store_close(store), STORE_OK);
        store = open_store(&fake);
    }
    ck_assert_int_eq(store_close(store), STORE_OK);
    builder_free(&builder);
    fake_end(&fake);
}
END_TEST

START_TEST(sectors_that_were_never_synced_may_be_lost)
{
    static FakeOs fake;
    fake_start(&fake);
    StoreOptions options = {.path = path, .sync = SYNC_OFF, .os = &fake.os};
    Store *store;
    StoreNotice notice;
    ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
    int64_t ends[40];
    for (int64_t n = 0; n < 40; n++) {
        ck_assert_int_eq(commit_number(store, n), STORE_OK);
        ends[n] = store_stats(store).log_bytes;
    }
    ck_assert_int_eq(store_close(store), STORE_OK);
    memset(fake_find(&fake, path)->bytes.data + 2048, 0, 512);
    int64_t kept = 0;
    while (ends[kept + 1] <= 2048) {
        kept++;
    }
    ck_assert_int_eq(try_open(&fake, false, &store, &notice), STORE_OK);
    ck_assert_int_eq(check_state(store), kept);
    ck_assert_int_eq(notice.offset, ends[kept]);
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}
END_TEST

START_TEST(other_files_are_refused)
{
    const char *contents[] = {"\xff\xd8\xff\xe0 a picture", "a text", "Fawn databaze and more",
                              "\0\1"};
    for (int64_t i = 0; i < countof(contents); i++) {
        static FakeOs fake;
        fake_start(&fake);
        Str bytes = i == 3 ? (Str){contents[i], 2} : str_from_c(contents[i]);
        fake_put(&fake, path, bytes);
        Store *store;
        StoreNotice notice;
        ck_assert_int_eq(try_open(&fake, false, &store, &notice), STORE_NOT_A_DATABASE);
        ck_assert_str_eq(notice.text, "notes.fawn is not a Fawn database.");
        ck_assert(str_eq(buf_str(&fake_find(&fake, path)->bytes), bytes));
        fake_end(&fake);
    }
}
END_TEST

/* -- several at once --------------------------------------------------------------------------- */

START_TEST(a_second_writer_is_refused_and_a_reader_is_not)
{
    static FakeOs fake;
    fake_start(&fake);
    Store *store = open_store(&fake);
    ck_assert_int_eq(commit_number(store, 0), STORE_OK);
    Store *other;
    StoreNotice notice;
    ck_assert_int_eq(try_open(&fake, false, &other, &notice), STORE_LOCKED);
    ck_assert_int_eq(notice.holder_pid, 4711);
    ck_assert_str_eq(notice.text, "notes.fawn is in use by another process (4711).");
    fake_find(&fake, path)->locked = true;
    ck_assert_int_eq(try_open(&fake, true, &other, &notice), STORE_OK);
    Txn *txn = txn_begin(other, TXN_WRITE);
    ck_assert_int_eq(put_note(txn, other, 1, 1, 1), STORE_READ_ONLY);
    txn_rollback(txn);
    ck_assert_int_eq(store_close(other), STORE_OK);
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}
END_TEST

START_TEST(two_stores_cannot_both_make_the_file)
{
    static FakeOs fake;
    fake_start(&fake);
    Store *first = open_store(&fake);
    Store *second = open_store(&fake);
    ck_assert_int_eq(commit_number(second, 0), STORE_OK);
    ck_assert_int_eq(commit_number(first, 0), STORE_LOCKED);
    ck_assert_int_eq(check_state(first), -1);
    ck_assert_int_eq(store_close(second), STORE_OK);
    ck_assert_int_eq(commit_number(first, 0), STORE_LOCKED);
    ck_assert_int_eq(store_close(first), STORE_OK);
    Store *third = open_store(&fake);
    ck_assert_int_eq(check_state(third), 0);
    ck_assert_int_eq(store_close(third), STORE_OK);
    fake_end(&fake);
}
END_TEST

/* -- a disk that fails ------------------------------------------------------------------------- */

/* Runs transactions 0 to `last` until one fails; the number of the last that was committed. */
static int64_t run_until_failure(FakeOs *fake, int64_t last)
{
    Store *store;
    StoreNotice notice;
    if (try_open(fake, false, &store, &notice) != STORE_OK) {
        ck_assert(notice.text[0]);
        return -1;
    }
    int64_t done = -1;
    while (done < last) {
        StoreStatus status = commit_number(store, done + 1);
        if (status != STORE_OK) {
            ck_assert(store_error(store)->text[0]);
            ck_assert_int_eq(status, fake->error == ENOSPC ? STORE_NO_SPACE : STORE_IO);
            break;
        }
        done++;
    }
    ck_assert_int_eq(check_state(store), done);
    (void)store_close(store);
    return done;
}

START_TEST(whatever_call_fails_no_commit_is_lost)
{
    enum { LAST = 12 };
    int64_t calls = INT64_MAX;
    for (int64_t k = 1; k <= calls; k++) {
        static FakeOs fake;
        fake_start(&fake);
        fake.fail_at = k;
        fake.fails_on = _i & 1;
        fake.error = _i & 2 ? ENOSPC : EIO;
        int64_t done = run_until_failure(&fake, LAST);
        calls = fake.calls >= k ? INT64_MAX : 0;
        fake.fail_at = 0;
        Store *store = open_store(&fake);
        int64_t found = check_state(store);
        /* The one that failed may be there when it could not be taken back. */
        ck_assert_int_ge(found, done);
        ck_assert_int_le(found, fake.fails_on ? done + 1 : done);
        ck_assert_int_eq(store_close(store), STORE_OK);
        fake_end(&fake);
    }
}
END_TEST

START_TEST(a_full_disk_fails_until_there_is_room)
{
    static FakeOs fake;
    fake_start(&fake);
    Store *store = open_store(&fake);
    ck_assert_int_eq(commit_number(store, 0), STORE_OK);
    for (int64_t n = 1; n < 6; n++) {
        fake.error = ENOSPC;
        fake.fail_at = fake.calls + 1;
        ck_assert_int_eq(commit_number(store, n), STORE_NO_SPACE);
        ck_assert_int_eq(check_state(store), n - 1);
        ck_assert_int_eq(commit_number(store, n), STORE_OK);
    }
    ck_assert_int_eq(store_close(store), STORE_OK);
    store = open_store(&fake);
    ck_assert_int_eq(check_state(store), 5);
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}
END_TEST

/* By another program, while it is open: nothing is acknowledged that could not be read again. */
START_TEST(a_file_that_was_made_shorter_is_not_written_to)
{
    static FakeOs fake;
    fake_start(&fake);
    Store *store = open_store(&fake);
    for (int64_t n = 0; n < 3; n++) {
        ck_assert_int_eq(commit_number(store, n), STORE_OK);
    }
    Buf *bytes = &fake_find(&fake, path)->bytes;
    int64_t whole = bytes->len;
    bytes->len = whole - 1;
    ck_assert_int_eq(commit_number(store, 3), STORE_IO);
    ck_assert_ptr_nonnull(strstr(store_error(store)->text, "made shorter"));
    ck_assert_int_eq(check_state(store), 2);
    ck_assert_int_eq(bytes->len, whole - 1);
    ck_assert_int_eq(commit_number(store, 3), STORE_IO);
    ck_assert_int_eq(bytes->len, whole - 1);
    (void)store_close(store);
    store = open_store(&fake);
    ck_assert_int_eq(check_state(store), 1);
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}
END_TEST

START_TEST(a_first_commit_that_fails_leaves_no_file)
{
    /* Behind opening, locking, the size; and behind syncing the header. */
    enum { HEADER_WRITE = 4, RECORD_WRITE = 6 };
    for (int64_t call = HEADER_WRITE; call <= RECORD_WRITE; call++) {
        static FakeOs fake;
        fake_start(&fake);
        Store *store = open_store(&fake);
        fake.error = ENOSPC;
        fake.fail_at = fake.calls + call;
        ck_assert_int_eq(commit_number(store, 0), STORE_NO_SPACE);
        ck_assert_ptr_null(fake_find(&fake, path));
        ck_assert_int_eq(commit_number(store, 0), STORE_OK);
        ck_assert_int_eq(store_close(store), STORE_OK);
        store = open_store(&fake);
        ck_assert_int_eq(check_state(store), 0);
        ck_assert_int_eq(store_close(store), STORE_OK);
        fake_end(&fake);
    }
}
END_TEST

/* -- saving ------------------------------------------------------------------------------------ */

START_TEST(a_saved_file_has_the_same_state)
{
    static FakeOs fake;
    static int64_t ends[31];
    fake_start(&fake);
    make_file(&fake, 30, ends);
    Store *store = open_store(&fake);
    StoreNotice notice;
    ck_assert_int_eq(store_save(store, "saved.fawn", &notice), STORE_OK);
    ck_assert_int_eq(store_save(store, "saved.fawn", &notice), STORE_EXISTS);
    ck_assert_ptr_null(fake_find(&fake, "saved.fawn.saving"));
    int64_t time_us = store_last_time_us(store);
    Txn *txn = txn_begin(store, TXN_READ);
    int64_t written_us = txn_get(txn, NOTES, 28)->time_us;
    txn_rollback(txn);
    ck_assert_int_eq(store_close(store), STORE_OK);
    path = "saved.fawn";
    ck_assert_int_lt(fake_find(&fake, path)->bytes.len, ends[30]);
    store = open_store(&fake);
    path = "notes.fawn";
    ck_assert_int_eq(check_state(store), 30);
    ck_assert_int_eq(store_last_time_us(store), time_us);
    txn = txn_begin(store, TXN_READ);
    ck_assert_int_eq(txn_get(txn, NOTES, 28)->time_us, written_us);
    txn_rollback(txn);
    ck_assert_int_eq(commit_number(store, 31), STORE_OK);
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}
END_TEST

START_TEST(a_save_that_fails_leaves_nothing)
{
    static FakeOs fake;
    static int64_t ends[11];
    fake_start(&fake);
    make_file(&fake, 10, ends);
    Store *store = open_store(&fake);
    StoreStatus status = STORE_IO;
    for (int64_t k = 2; status != STORE_OK; k++) {
        fake.fail_at = fake.calls + k;
        fake.error = ENOSPC;
        StoreNotice notice;
        status = store_save(store, "saved.fawn", &notice);
        if (status != STORE_OK) {
            fake.fail_at = 0;
            ck_assert(notice.text[0]);
            (void)fake_remove(&fake, "saved.fawn");
        }
    }
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}
END_TEST

/* Its file was made by another while this save was under way: at its sync. */
static int (*plain_sync)(void *self, int file);

static int make_saved_then_sync(void *self, int file)
{
    (void)fake_put(self, "saved.fawn", STR("another's"));
    return plain_sync(self, file);
}

START_TEST(a_save_replaces_no_file_that_came_meanwhile)
{
    static FakeOs fake;
    static int64_t ends[11];
    StoreNotice notice;
    fake_start(&fake);
    make_file(&fake, 10, ends);
    Store *store = open_store(&fake);
    plain_sync = fake.os.sync;
    fake.os.sync = make_saved_then_sync;
    ck_assert_int_eq(store_save(store, "saved.fawn", &notice), STORE_EXISTS);
    ck_assert_str_eq(notice.text, "saved.fawn exists already.");
    fake.os.sync = plain_sync;
    ck_assert(str_eq(buf_str(&fake_find(&fake, "saved.fawn")->bytes), STR("another's")));
    ck_assert_ptr_null(fake_find(&fake, "saved.fawn.saving"));
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}
END_TEST

START_TEST(what_an_unfinished_save_left_is_removed_unless_it_goes_on)
{
    static FakeOs fake;
    static int64_t ends[11];
    StoreNotice notice;
    fake_start(&fake);
    make_file(&fake, 10, ends);
    Store *store = open_store(&fake);
    fake_put(&fake, "saved.fawn.saving", STR("half of it"))->locked = true;
    ck_assert_int_eq(store_save(store, "saved.fawn", &notice), STORE_IO);
    ck_assert_str_eq(notice.text, "Saving to saved.fawn failed: another save to it is under way.");
    ck_assert(str_eq(buf_str(&fake_find(&fake, "saved.fawn.saving")->bytes), STR("half of it")));
    fake_find(&fake, "saved.fawn.saving")->locked = false;
    ck_assert_int_eq(store_save(store, "saved.fawn", &notice), STORE_OK);
    ck_assert_ptr_null(fake_find(&fake, "saved.fawn.saving"));
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}
END_TEST

/* -- the real operating system ----------------------------------------------------------------- */

START_TEST(a_killed_process_loses_no_commit_that_it_reported)
{
    char folder[] = "/tmp/fawn-check-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char file[64];
    (void)snprintf(file, sizeof file, "%s/notes.fawn", folder);
    int64_t reported = -1;
    for (int round = 0; round < 10; round++) {
        int pipes[2];
        ck_assert_int_eq(pipe(pipes), 0);
        pid_t child = fork();
        StoreOptions options = {.path = file, .sync = round % 2 ? SYNC_BATCH : SYNC_ALWAYS};
        Store *store;
        StoreNotice notice;
        if (child == 0) {
            if (store_open(&options, &store, &notice) == STORE_OK) {
                for (int64_t n = reported + 1; commit_number(store, n) == STORE_OK; n++) {
                    if (write(pipes[1], &n, sizeof n) != sizeof n) {
                        break;
                    }
                }
            }
            _exit(1);
        }
        for (int i = 0; i < 20 + 13 * round; i++) {
            ck_assert_int_eq(read(pipes[0], &reported, sizeof reported), sizeof reported);
        }
        ck_assert_int_eq(store_open(&options, &store, &notice), STORE_LOCKED);
        ck_assert_int_eq(notice.holder_pid, child);
        ck_assert_int_eq(kill(child, SIGKILL), 0);
        ck_assert_int_eq(waitpid(child, NULL, 0), child);
        close(pipes[1]);
        while (read(pipes[0], &reported, sizeof reported) == sizeof reported) {
        }
        close(pipes[0]);
        ck_assert_msg(store_open(&options, &store, &notice) == STORE_OK, "%s", notice.text);
        int64_t found = check_state(store);
        ck_assert_int_ge(found, reported);
        reported = found;
        ck_assert_int_eq(store_close(store), STORE_OK);
    }
    ck_assert_int_eq(unlink(file), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("log");
    TCase *tests = tcase_create("log");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_closed_store_opens_with_all_that_was_committed);
    tcase_add_test(tests, no_file_is_made_before_the_first_commit);
    tcase_add_test(tests, zeros_that_were_written_ahead_are_a_clean_end);
    tcase_add_loop_test(tests, a_long_transaction_is_written_in_pieces, 0, 3);
    tcase_add_test(tests, a_file_cut_at_any_byte_has_the_transactions_before);
    tcase_add_test(tests, a_flipped_bit_is_refused_or_cuts_the_last_transaction);
    tcase_add_test(tests, a_file_of_format_1_opens_and_is_renewed_by_the_first_write);
    tcase_add_test(tests, another_derived_block_leaves_the_time_as_it_was);
    tcase_add_test(tests, sectors_that_were_never_synced_may_be_lost);
    tcase_add_test(tests, other_files_are_refused);
    tcase_add_test(tests, a_second_writer_is_refused_and_a_reader_is_not);
    tcase_add_test(tests, two_stores_cannot_both_make_the_file);
    tcase_add_loop_test(tests, whatever_call_fails_no_commit_is_lost, 0, 4);
    tcase_add_test(tests, a_full_disk_fails_until_there_is_room);
    tcase_add_test(tests, a_file_that_was_made_shorter_is_not_written_to);
    tcase_add_test(tests, a_first_commit_that_fails_leaves_no_file);
    tcase_add_test(tests, a_saved_file_has_the_same_state);
    tcase_add_test(tests, a_save_that_fails_leaves_nothing);
    tcase_add_test(tests, a_save_replaces_no_file_that_came_meanwhile);
    tcase_add_test(tests, what_an_unfinished_save_left_is_removed_unless_it_goes_on);
    tcase_add_test(tests, a_killed_process_loses_no_commit_that_it_reported);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

/* check_faults: every call to the system fails in turn, the disk is full, the machine crashes: the
 * store has what it said was committed, and says what it does not have.
 *
 *   session 1   transactions 0 to LAST - 2, a save in between, closing
 *   then        half a record is left behind the last, as by a crash
 *   session 2   opening, transactions up to LAST, closing
 *
 * The fault may strike anywhere. A call that failed is made once more where a user would; the
 * session ends when that fails as well.
 */
#include "store/log.h"

#include "tests/unit/store/fake_os.h"
#include "tests/unit/store/workload.h"

enum { LAST = 15 };

static const char path[] = "things.fawn";
static const char saved[] = "saved.fawn";

typedef struct Run {
    FakeOs fake;
    SyncMode sync;
    int64_t last, long_one;
    int64_t acknowledged; /* the last transaction that was committed, or -1 */
    int64_t on_disk;      /* the last that is on disk as well, by what was promised */
    bool is_open;         /* whether one more is there is known when it is opened again */
} Run;

static uint64_t digests[LAST + 2];

static StoreStatus open_things(FakeOs *fake, SyncMode sync, Store **store)
{
    StoreOptions options = {.path = path, .sync = sync, .os = &fake->os};
    StoreNotice notice;
    StoreStatus status = store_open(&options, store, &notice);
    ck_assert_msg(status == STORE_OK || notice.text[0], "a failure without a message");
    ck_assert_msg(status == STORE_OK || status == STORE_IO || status == STORE_NO_SPACE, "%d: %s",
                  status, notice.text);
    return status;
}

/* Commits transaction n, which may fail. */
static StoreStatus commit(Run *run, Store *store, int64_t n)
{
    StoreStatus status = workload_commit(store, n, run->long_one);
    if (status == STORE_OK) {
        run->acknowledged = n;
        run->on_disk = run->sync == SYNC_ALWAYS ? n : run->on_disk;
        return status;
    }
    const char *text = store_error(store)->text;
    ck_assert_msg(status == STORE_IO || status == STORE_NO_SPACE, "%d: %s", status, text);
    run->is_open = run->is_open || strstr(text, "is known when") != NULL;
    ck_assert_uint_eq(workload_digest(store), digests[run->acknowledged + 1]);
    return status;
}

static void save(Run *run, Store *store)
{
    StoreNotice notice;
    StoreStatus status = store_save(store, saved, &notice);
    if (status == STORE_OK) {
        StoreOptions options = {.path = saved, .os = &run->fake.os};
        int64_t fail_at = run->fake.fail_at;
        run->fake.fail_at = 0;
        Store *copy;
        ck_assert_int_eq(store_open(&options, &copy, &notice), STORE_OK);
        ck_assert_uint_eq(workload_digest(copy), digests[run->acknowledged + 1]);
        ck_assert_int_eq(store_close(copy), STORE_OK);
        run->fake.fail_at = fail_at;
    } else {
        ck_assert(notice.text[0]);
    }
}

/* A session with transactions up to `last`. False: it could not be opened, or a transaction failed
 * twice. */
static bool session(Run *run, int64_t last)
{
    Store *store;
    if (open_things(&run->fake, run->sync, &store) != STORE_OK &&
        open_things(&run->fake, run->sync, &store) != STORE_OK) {
        return false;
    }
    /* What was not known is known now. */
    int64_t there = workload_last(store, digests, run->last);
    ck_assert_int_ge(there, run->acknowledged);
    ck_assert_int_le(there, run->acknowledged + run->is_open);
    run->acknowledged = there;
    run->is_open = false;
    bool good = true;
    for (int64_t n = there + 1; n <= last && good; n++) {
        good = commit(run, store, n) == STORE_OK ||
               (!run->is_open && commit(run, store, n) == STORE_OK);
        if (n == 5) {
            save(run, store);
        }
    }
    if (store_close(store) == STORE_OK && !run->is_open) {
        run->on_disk = run->acknowledged > there ? run->acknowledged : run->on_disk;
    } else if (run->sync != SYNC_ALWAYS) {
        /* It said that the last ones may be lost; those in the buffer are. */
        good = false;
    }
    return good;
}

/* What a crash leaves of a record: the beginning of one. */
static void tear_record(Run *run)
{
    FakeFile *file = fake_find(&run->fake, path);
    int64_t end = file->bytes.len;
    Buf half = {0};
    buf_put(&half, str_slice(buf_str(&file->bytes), LOG_HEADER_BYTES, LOG_HEADER_BYTES + 60));
    buf_put(&file->bytes, buf_str(&half));
    fake_dirty(file, end, file->bytes.len);
    buf_free(&half);
}

/* Opens what is left, and returns the last transaction that it has. It can be written to. */
static int64_t look(Run *run, FakeOs *left)
{
    Store *store;
    StoreNotice notice;
    StoreOptions options = {.path = path, .os = &left->os};
    StoreStatus status = store_open(&options, &store, &notice);
    ck_assert_msg(status == STORE_OK, "%d: %s", status, notice.text);
    int64_t there = workload_last(store, digests, run->last);
    ck_assert_int_ge(there, -1);
    if (there < run->last) {
        ck_assert_int_eq(workload_commit(store, there + 1, run->long_one), STORE_OK);
        ck_assert_int_eq(store_close(store), STORE_OK);
        ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
        ck_assert_uint_eq(workload_digest(store), digests[there + 2]);
    }
    ck_assert_int_eq(store_close(store), STORE_OK);
    return there;
}

/* Whether everything that was acknowledged is there, after the death of the process and after that
 * of the machine. `closed`: so was the store, in order. */
static void check_what_is_left(Run *run, bool closed)
{
    static FakeOs left;
    int64_t most = run->acknowledged + run->is_open;
    fake_copy(&left, &run->fake);
    int64_t there = look(run, &left);
    ck_assert_int_le(there, most);
    ck_assert_int_ge(there, run->sync == SYNC_OFF && !closed ? run->on_disk : run->acknowledged);
    fake_end(&left);
    fake_copy(&left, &run->fake);
    fake_crash(&left, run->fake.luck);
    there = look(run, &left);
    ck_assert_int_le(there, most);
    ck_assert_int_ge(there, run->on_disk);
    fake_end(&left);
}

/* Runs both sessions with the k-th call failing. False: there was no such call. */
static bool run_with_fault(Run *run, int64_t k)
{
    run->fake.fail_at = k;
    run->acknowledged = run->on_disk = -1;
    run->is_open = false;
    bool closed = session(run, run->last - 2);
    if (closed) {
        tear_record(run);
        closed = session(run, run->last);
    }
    bool struck = run->fake.calls >= k;
    run->fake.fail_at = 0;
    check_what_is_left(run, closed);
    return struck;
}

/* The loop's number: the mode of syncing (three), whether all later calls fail as well. */
START_TEST(whatever_call_fails_what_was_acknowledged_is_there)
{
    static Run run;
    workload_expect(digests, LAST, -1);
    bool struck = true;
    for (int64_t k = 1; struck; k++) {
        fake_start(&run.fake);
        run.fake.luck = (uint64_t)k;
        run.fake.fails_on = _i >= 3;
        run.fake.error = k % 3 == 0 ? ENOSPC : EIO;
        run.fake.short_writes = k % 2 == 0;
        run.sync = (SyncMode)(_i % 3);
        run.last = LAST;
        run.long_one = -1;
        struck = run_with_fault(&run, k);
        fake_end(&run.fake);
    }
}
END_TEST

START_TEST(so_it_is_with_a_transaction_that_is_written_in_pieces)
{
    static Run run;
    workload_expect(digests, 4, 2);
    bool struck = true;
    for (int64_t k = 1; struck; k++) {
        fake_start(&run.fake);
        run.fake.luck = (uint64_t)k;
        run.fake.fails_on = k % 2 == 0;
        run.sync = (SyncMode)_i;
        run.last = 4;
        run.long_one = 2;
        struck = run_with_fault(&run, k);
        fake_end(&run.fake);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("faults");
    TCase *tests = tcase_create("faults");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, whatever_call_fails_what_was_acknowledged_is_there, 0,
                        STORE_STRESS ? 3 : 6);
    tcase_add_loop_test(tests, so_it_is_with_a_transaction_that_is_written_in_pieces, 0, 3);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

/* check_memory: every request for memory fails in turn: the store has what it said was committed,
 * says what it does not have, and goes on when there is memory again.
 *
 *   session 1   transactions 0 to LAST - 2, a save and a compaction in between, closing
 *   session 2   opening, transactions up to LAST, closing
 *
 * A request may fail alone, or with it all that come after it, until what was under way has been given
 * up (ration.h).
 */
#include "store/compact.h"

#include "tests/unit/store/ration.h"
#include "tests/unit/store/workload.h"

#include <unistd.h>

enum { LAST = 13 };

/* What was under way has been given up, and other programs have ended: there is memory again. */
static void relieve(void)
{
    if (has_struck()) {
        ration.fail_at = 0;
    }
}

/* -- sessions ---------------------------------------------------------------------------------- */

static char folder[] = "/tmp/fawn-memory-XXXXXX";
static char path[64], saved[64];
static uint64_t digests[LAST + 2];

/* The real one; but the machine does not crash here, so nothing need be synced. */
static Os os;

static int sync_nothing(void *self, int file)
{
    (void)self;
    (void)file;
    return 0;
}

static int sync_no_folder(void *self, const char *name)
{
    (void)self;
    (void)name;
    return 0;
}

/* Opens a file, which is refused once at most. */
static Store *open_file(const char *name)
{
    StoreOptions options = {.path = name, .os = &os};
    StoreNotice notice;
    Store *store;
    StoreStatus status = store_open(&options, &store, &notice);
    if (status == STORE_NO_MEMORY) {
        ck_assert(has_struck() && notice.text[0]);
        relieve();
        status = store_open(&options, &store, &notice);
    }
    ck_assert_msg(status == STORE_OK, "%d: %s", status, notice.text);
    return store;
}

/* Commits transaction n, which is refused once, or until there is memory again, and then not
 * there. */
static void commit(Store *store, int64_t n)
{
    StoreStatus status = workload_commit(store, n, -1);
    bool struck = has_struck();
    for (int refused = 1; status == STORE_NO_MEMORY && refused <= 2; refused++) {
        ck_assert(has_struck() && store_error(store)->text[0]);
        ck_assert_uint_eq(workload_digest(store), digests[n]);
        if (refused == 2 || !ration.fails_on) {
            relieve();
        }
        status = workload_commit(store, n, -1);
    }
    ck_assert_msg(status == STORE_OK, "%d: %s", status, store_error(store)->text);
    relieve();
    if (struck) {
        ck_assert_uint_eq(workload_digest(store), digests[n + 1]);
    }
}

static void save_and_compact(Store *store)
{
    StoreNotice notice;
    ck_assert_msg(store_save(store, saved, &notice) == STORE_OK, "%s", notice.text);
    ck_assert_msg(store_compact(store, &notice) == STORE_OK, "%s", notice.text);
    relieve();
    Store *copy = open_file(saved);
    ck_assert_uint_eq(workload_digest(copy), workload_digest(store));
    ck_assert_int_eq(store_close(copy), STORE_OK);
    ck_assert_int_eq(unlink(saved), 0);
}

static void run_session(int64_t first, int64_t last)
{
    Store *store = open_file(path);
    ck_assert_int_eq(workload_last(store, digests, LAST), first - 1);
    for (int64_t n = first; n <= last; n++) {
        commit(store, n);
        if (n == 5) {
            save_and_compact(store);
        }
    }
    ck_assert_int_eq(store_close(store), STORE_OK);
    relieve();
}

/* False: there was no such request. */
static bool run_with_fault(int64_t k, bool fails_on)
{
    ration_start(k, fails_on);
    run_session(0, LAST - 2);
    run_session(LAST - 1, LAST);
    bool struck = ration.requests >= k;
    ration.fail_at = 0;
    ck_assert_int_eq(unlink(path), 0);
    return struck;
}

/* The loop's number: whether all later requests fail as well. */
START_TEST(whatever_request_fails_what_was_acknowledged_is_there)
{
    os = *os_posix();
    os.sync = sync_nothing;
    os.sync_folder = sync_no_folder;
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/things.fawn", folder);
    (void)snprintf(saved, sizeof saved, "%s/saved.fawn", folder);
    workload_expect(digests, LAST, -1);
    int64_t k = 1;
    while (run_with_fault(k, _i == 1)) {
        k++;
    }
    ck_assert_int_gt(k, 100);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* Every request of a check fails in turn. It says so, and does not take what it could not work out
 * for damage. */
static void check_with_faults(Store *store, bool fails_on)
{
    StoreStatus status = STORE_NO_MEMORY;
    for (int64_t k = 1; status != STORE_OK || has_struck(); k++) {
        StoreNotice notice;
        ration_start(k, fails_on);
        status = store_verify(store, &notice);
        ck_assert_msg(status == STORE_OK || (status == STORE_NO_MEMORY && has_struck()), "%d: %s",
                      status, notice.text);
    }
    ration.fail_at = 0;
}

START_TEST(a_check_without_memory_finds_no_damage)
{
    Store *store;
    StoreNotice notice;
    ck_assert_int_eq(store_open(&(StoreOptions){0}, &store, &notice), STORE_OK);
    for (int64_t n = 0; n <= LAST; n++) {
        ck_assert_int_eq(workload_commit(store, n, -1), STORE_OK);
        check_with_faults(store, _i == 1);
    }
    ck_assert_int_eq(store_close(store), STORE_OK);
}
END_TEST

/* A document, an index, a file that there is no memory for: refused by themselves. */
START_TEST(what_is_too_large_is_refused)
{
    enum { TOO_LARGE = 4 << 20 };
    Store *store;
    StoreNotice notice;
    ck_assert_int_eq(store_open(&(StoreOptions){0}, &store, &notice), STORE_OK);
    ck_assert_int_eq(workload_commit(store, 0, -1), STORE_OK);
    uint64_t before = workload_digest(store);
    Buf text = {0};
    DocBuilder builder = {0};
    buf_fill(&text, 'x', TOO_LARGE);
    builder_start(&builder, workload_shape(store, 4)->id, 4);
    builder_str(&builder, 3, buf_str(&text));
    Put put = {.ttl_us = TTL_NEVER};
    ck_assert(builder_finish(&builder, &put.doc));
    Txn *txn = txn_begin(store, TXN_WRITE);
    ration.requests = 0;
    ration.fail_at = 1;
    ration.fails_on = true;
    ck_assert_int_eq(txn_put(txn, THINGS, 1, &put, NULL), STORE_NO_MEMORY);
    ration.fail_at = 0;
    ck_assert_int_eq(txn_put(txn, THINGS, 2, &put, NULL), STORE_OK);
    txn_rollback(txn);
    ck_assert_uint_eq(workload_digest(store), before);
    builder_free(&builder);
    buf_free(&text);
    ck_assert_int_eq(store_close(store), STORE_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory");
    TCase *tests = tcase_create("memory");
    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, whatever_request_fails_what_was_acknowledged_is_there, 0, 2);
    tcase_add_loop_test(tests, a_check_without_memory_finds_no_damage, 0, 2);
    tcase_add_test(tests, what_is_too_large_is_refused);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

/* check_deferred_sync: commits that return before their record is on disk, and the sync that puts
 * many of them there at once.
 */
#include "store/doc.h"
#include "store/store.h"

#include "fake_os.h"

#include <check.h>

enum { NOTES = 1024 };

static Store *open_store(FakeOs *fake)
{
    StoreOptions options = {.path = "notes.fawn", .os = &fake->os};
    StoreNotice notice;
    Store *store;
    ck_assert_msg(store_open(&options, &store, &notice) == STORE_OK, "%s", notice.text);
    return store;
}

/* Commits the document {n} with the id `n`. */
static StoreStatus commit_note(Store *store, int64_t n, int64_t *time_us)
{
    Arena unused;
    arena_init(&unused);
    Str name = STR("n");
    Txn *txn = txn_begin(store, TXN_WRITE);
    if (n == 1) {
        ck_assert_int_eq(txn_create_collection(txn, NOTES), STORE_OK);
    }
    DocBuilder builder = {0};
    builder_start(&builder, shape_of(store_shapes(store), &name, 1, &unused)->id, 1);
    builder_long(&builder, 0, n);
    Put put = {.ttl_us = TTL_NEVER};
    ck_assert(builder_finish(&builder, &put.doc));
    StoreStatus status = txn_put(txn, NOTES, n, &put, NULL);
    builder_free(&builder);
    ck_assert_int_eq(status, STORE_OK);
    return txn_commit(txn, time_us);
}

static int64_t count_notes(Store *store)
{
    Txn *txn = txn_begin(store, TXN_READ);
    int64_t count = txn_count(txn, NOTES);
    txn_rollback(txn);
    return count;
}

/* The notes that are there after the machine lost its power. */
static int64_t count_after_crash(FakeOs *fake)
{
    fake_crash(fake, 0);
    Store *store = open_store(fake);
    int64_t count = count_notes(store);
    ck_assert_int_eq(store_close(store), STORE_OK);
    return count;
}

START_TEST(one_sync_does_for_all_commits_before_it)
{
    static FakeOs fake, crashed;
    int64_t times[4];
    StoreNotice notice;
    fake_start(&fake);
    Store *store = open_store(&fake);
    ck_assert_int_eq(commit_note(store, 1, &times[1]), STORE_OK);
    store_defer_syncs(store);
    ck_assert_int_eq(store_durable_us(store), INT64_MAX);
    int64_t syncs = store_syncs(store);
    ck_assert_int_eq(commit_note(store, 2, &times[2]), STORE_OK);
    ck_assert_int_eq(commit_note(store, 3, &times[3]), STORE_OK);
    /* Others see them, and are told that they are not safe. */
    ck_assert_int_eq(count_notes(store), 3);
    ck_assert_int_lt(store_durable_us(store), times[2]);
    fake_copy(&crashed, &fake);
    ck_assert_int_eq(count_after_crash(&crashed), 1);
    fake_end(&crashed);

    ck_assert_int_eq(store_sync(store, &notice), STORE_OK);
    ck_assert_int_eq(store_durable_us(store), INT64_MAX);
    ck_assert_int_eq(store_syncs(store), syncs + 1);
    ck_assert_int_eq(store_sync(store, &notice), STORE_OK);
    ck_assert_int_eq(store_syncs(store), syncs + 1); /* there was nothing to do */
    fake_copy(&crashed, &fake);
    ck_assert_int_eq(count_after_crash(&crashed), 3);
    fake_end(&crashed);
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}
END_TEST

START_TEST(closing_syncs_what_was_deferred)
{
    static FakeOs fake;
    fake_start(&fake);
    Store *store = open_store(&fake);
    store_defer_syncs(store);
    ck_assert_int_eq(commit_note(store, 1, NULL), STORE_OK);
    ck_assert_int_eq(commit_note(store, 2, NULL), STORE_OK);
    ck_assert_int_eq(store_close(store), STORE_OK);
    ck_assert_int_eq(count_after_crash(&fake), 2);
    fake_end(&fake);
}
END_TEST

START_TEST(after_a_sync_that_failed_nothing_is_promised)
{
    static FakeOs fake;
    int64_t time_us;
    StoreNotice notice;
    fake_start(&fake);
    Store *store = open_store(&fake);
    ck_assert_int_eq(commit_note(store, 1, NULL), STORE_OK);
    store_defer_syncs(store);
    ck_assert_int_eq(commit_note(store, 2, &time_us), STORE_OK);
    fake.fail_at = fake.calls + 1;
    ck_assert_int_eq(store_sync(store, &notice), STORE_IO);
    ck_assert_ptr_nonnull(strstr(notice.text, "Syncing notes.fawn failed: "));
    ck_assert_int_lt(store_durable_us(store), time_us);
    /* The disk works again; but what it has is not known. */
    ck_assert_int_eq(store_sync(store, &notice), STORE_IO);
    ck_assert_int_eq(commit_note(store, 3, NULL), STORE_IO);
    ck_assert_int_lt(store_durable_us(store), time_us);
    ck_assert_int_eq(store_close(store), STORE_IO);
    fake_end(&fake);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("deferred_sync");
    TCase *tests = tcase_create("deferred_sync");
    tcase_add_test(tests, one_sync_does_for_all_commits_before_it);
    tcase_add_test(tests, closing_syncs_what_was_deferred);
    tcase_add_test(tests, after_a_sync_that_failed_nothing_is_promised);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

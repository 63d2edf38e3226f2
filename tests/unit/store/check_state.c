/* The horizon of a transaction that reads: nothing of that time or before is committed that it does
 * not see, whoever has settled the time of its commit already.
 */
#include "store/doc.h"
#include "store/store.h"
#include "tests/unit/store/fake_os.h"

#include <check.h>

enum { THINGS = 1024, SECOND = 1000000 };

static FakeOs fake;
static Store *store;

static void set_up(void)
{
    StoreNotice notice;
    fake_start(&fake);
    StoreOptions options = {.os = &fake.os};
    ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
    Txn *txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(txn_create_collection(txn, THINGS), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    fake.time_us += SECOND;
}

static void tear_down(void)
{
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}

static void put(Txn *txn, int64_t id)
{
    DocBuilder builder = {0};
    Str block;
    builder_start(&builder, shape_of(store_shapes(store), NULL, 0, NULL)->id, 0);
    ck_assert(builder_finish(&builder, &block));
    Put put = {.doc = block, .ttl_us = TTL_NEVER};
    ck_assert_int_eq(txn_put(txn, THINGS, id, &put, NULL), STORE_OK);
    builder_free(&builder);
}

static int64_t commit(Txn *txn)
{
    int64_t time_us;
    ck_assert_int_eq(txn_commit(txn, &time_us), STORE_OK);
    return time_us;
}

static int64_t horizon_of_now(void)
{
    Txn *reader = txn_begin(store, TXN_READ);
    int64_t horizon_us = txn_horizon_us(reader);
    txn_rollback(reader);
    return horizon_us;
}

START_TEST(the_horizon_is_now_when_nobody_writes)
{
    ck_assert_int_eq(horizon_of_now(), fake.time_us);
    fake.time_us += SECOND;
    ck_assert_int_eq(horizon_of_now(), fake.time_us);
}
END_TEST

START_TEST(who_settles_a_time_later_gets_a_later_one)
{
    Txn *writer = txn_begin(store, TXN_WRITE);
    put(writer, 1);
    int64_t horizon_us = horizon_of_now();
    ck_assert_int_eq(horizon_us, fake.time_us);
    ck_assert_int_gt(commit(writer), horizon_us);
}
END_TEST

START_TEST(the_horizon_is_before_a_time_that_is_settled)
{
    Txn *writer = txn_begin(store, TXN_WRITE);
    put(writer, 1);
    int64_t settled_us = txn_time_us(writer);
    fake.time_us += SECOND;
    ck_assert_int_eq(horizon_of_now(), settled_us - 1);
    ck_assert_int_eq(commit(writer), settled_us);
    ck_assert_int_eq(horizon_of_now(), fake.time_us);
}
END_TEST

START_TEST(the_horizon_is_before_the_next_state)
{
    Txn *reader = txn_begin(store, TXN_READ);
    Txn *writer = txn_begin(store, TXN_WRITE);
    put(writer, 1);
    int64_t committed_us = commit(writer);
    fake.time_us += SECOND;
    ck_assert_int_eq(txn_horizon_us(reader), committed_us - 1);
    txn_rollback(reader);
}
END_TEST

START_TEST(what_has_expired_is_settled_with_the_horizon)
{
    Txn *reader = txn_begin(store, TXN_READ);
    int64_t horizon_us = txn_horizon_us(reader);
    fake.time_us += SECOND;
    ck_assert_int_eq(txn_horizon_us(reader), horizon_us);
    txn_rollback(reader);
}
END_TEST

START_TEST(a_reader_with_a_time_before_the_horizon_does_not_become_the_writer)
{
    Txn *early = txn_begin(store, TXN_READ);
    Txn *late = txn_begin(store, TXN_READ);
    int64_t early_us = txn_time_us(early);
    ck_assert_int_ge(horizon_of_now(), early_us);
    ck_assert_int_eq(txn_upgrade(early), STORE_CHANGED);
    ck_assert_int_gt(txn_time_us(late), early_us);
    ck_assert_int_eq(txn_upgrade(late), STORE_OK);
    put(late, 1);
    txn_rollback(early);
    (void)commit(late);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("state");
    TCase *tests = tcase_create("state");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, the_horizon_is_now_when_nobody_writes);
    tcase_add_test(tests, who_settles_a_time_later_gets_a_later_one);
    tcase_add_test(tests, the_horizon_is_before_a_time_that_is_settled);
    tcase_add_test(tests, the_horizon_is_before_the_next_state);
    tcase_add_test(tests, what_has_expired_is_settled_with_the_horizon);
    tcase_add_test(tests, a_reader_with_a_time_before_the_horizon_does_not_become_the_writer);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

/* check_changes: what a transaction changed so far, and what those before it did: in memory, in a
 * file, in a database within the root, after a compaction, and when reading fails.
 *
 * Each test runs twice, for a store in memory (_i 0) and one in a file (_i 1).
 */
#include "store/changes.h"

#include "store/doc.h"
#include "store/history.h"
#include "tests/unit/store/fake_os.h"

#include <check.h>

enum { PEOPLE = 1024, PLACES = 1025 };

typedef struct World {
    FakeOs fake;
    const char *path;
    Store *store;
    Arena arena;
    DocBuilder builder;
    uint32_t database; /* that transactions begin in */
} World;

static World world;

static void open_store(void)
{
    StoreNotice notice;
    StoreOptions options = {.path = world.path, .os = &world.fake.os};
    ck_assert_msg(store_open(&options, &world.store, &notice) == STORE_OK, "%s", notice.text);
}

static Txn *begin(void)
{
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    txn_enter(txn, world.database);
    return txn;
}

/* Later than all before: times of transactions differ. */
static int64_t commit(Txn *txn)
{
    int64_t time_us;
    world.fake.time_us += 1000000;
    ck_assert_int_eq(txn_commit(txn, &time_us), STORE_OK);
    return time_us;
}

static void start(bool in_file)
{
    memset(&world, 0, sizeof world);
    fake_start(&world.fake);
    arena_init(&world.arena);
    world.path = in_file ? "changes.fawn" : NULL;
    open_store();
    Txn *txn = begin();
    ck_assert_int_eq(txn_create_collection(txn, PEOPLE), STORE_OK);
    ck_assert_int_eq(txn_create_collection(txn, PLACES), STORE_OK);
    commit(txn);
}

static void finish(void)
{
    ck_assert_int_eq(store_close(world.store), STORE_OK);
    builder_free(&world.builder);
    arena_free(&world.arena);
    fake_end(&world.fake);
}

/* The bytes of {n}, valid until the next. */
static Str block(int64_t n)
{
    Str name = STR("n");
    Str bytes;
    builder_start(&world.builder, shape_of(store_shapes(world.store), &name, 1, &world.arena)->id,
                  1);
    builder_int(&world.builder, 0, n);
    ck_assert(builder_finish(&world.builder, &bytes));
    return bytes;
}

static void put(Txn *txn, uint32_t collection, int64_t id, int64_t n)
{
    Put what = {.doc = block(n), .ttl_us = TTL_NEVER};
    ck_assert_int_eq(txn_put(txn, collection, id, &what, NULL), STORE_OK);
}

static void delete (Txn *txn, uint32_t collection, int64_t id)
{
    ck_assert_int_eq(txn_delete(txn, collection, id), STORE_OK);
}

enum { NONE = -1, UNREAD = -2 };

static int64_t number_of(const DocState *state)
{
    return !state->exists ? NONE : state->doc.len == 0 ? UNREAD : doc_int(state->doc.s, 0);
}

/* Looks at a change; NONE: the document was, or is, not there. */
static void expect(const TxnChange *change, uint32_t collection, int64_t id, int64_t before,
                   int64_t after)
{
    ck_assert_uint_eq(change->collection, collection);
    ck_assert_int_eq(change->id, id);
    ck_assert_int_eq(number_of(&change->before), before);
    ck_assert_int_eq(number_of(&change->after), after);
}

static int64_t list_past(const PastWanted *wanted, const PastTxn **past)
{
    int64_t count;
    Txn *txn = begin();
    ck_assert_int_eq(txn_list_past(txn, &world.arena, wanted, past, &count), STORE_OK);
    txn_rollback(txn);
    return count;
}

START_TEST(a_transaction_tells_what_it_changed_so_far)
{
    start(_i);
    Txn *txn = begin();
    const TxnChange *changes;
    for (int64_t id = 1; id <= 4; id++) {
        put(txn, PEOPLE, id, id);
    }
    commit(txn);
    txn = begin();
    ck_assert_int_eq(txn_list_changes(txn, &world.arena, &changes), 0);
    put(txn, PLACES, 9, 90);
    put(txn, PEOPLE, 2, 20);
    put(txn, PEOPLE, 2, 21);
    delete (txn, PEOPLE, 1);
    put(txn, PEOPLE, 5, 50); /* comes and goes */
    delete (txn, PEOPLE, 5);
    Put rewritten = {.doc = block(30), .ttl_us = TTL_NEVER};
    ck_assert_int_eq(txn_rewrite(txn, PEOPLE, 3, &rewritten), STORE_OK);
    TxnMark mark = txn_mark(txn);
    put(txn, PEOPLE, 4, 40);
    ck_assert_int_eq(txn_list_changes(txn, &world.arena, &changes), 4);
    txn_rewind(txn, &mark);
    ck_assert_int_eq(txn_list_changes(txn, &world.arena, &changes), 3);
    expect(&changes[0], PEOPLE, 1, 1, NONE);
    expect(&changes[1], PEOPLE, 2, 2, 21);
    expect(&changes[2], PLACES, 9, NONE, 90);
    txn_rollback(txn);
    finish();
}
END_TEST

START_TEST(the_newest_transactions_come_first)
{
    start(_i);
    int64_t times[5];
    for (int64_t i = 0; i < 5; i++) {
        Txn *txn = begin();
        put(txn, PEOPLE, 1, i);
        put(txn, PLACES, i, i);
        times[i] = commit(txn);
    }
    const PastTxn *past;
    PastWanted all = {.max = 100, .documents_us = times[3]};
    ck_assert_int_eq(list_past(&all, &past), 5);
    for (int64_t i = 0; i < 5; i++) {
        ck_assert_int_eq(past[i].time_us, times[4 - i]);
        ck_assert_int_eq(past[i].count, 2);
    }
    expect(&past[1].changes[0], PEOPLE, 1, 2, 3);
    expect(&past[1].changes[1], PLACES, 3, NONE, 3);
    /* Documents that were not asked for are not read from a file. */
    expect(&past[0].changes[0], PEOPLE, 1, _i ? UNREAD : 3, _i ? UNREAD : 4);
    PastWanted two = {.max = 2};
    ck_assert_int_eq(list_past(&two, &past), 2);
    ck_assert_int_eq(past[1].time_us, times[3]);
    PastWanted recent = {.max = 100, .from_us = times[2]};
    ck_assert_int_eq(list_past(&recent, &past), 3);
    ck_assert_int_eq(past[2].time_us, times[2]);
    finish();
}
END_TEST

START_TEST(ends_of_life_and_derived_blocks_are_told)
{
    start(_i);
    const int64_t end_us = world.fake.time_us + INT64_C(1000000) * 86400;
    Txn *txn = begin();
    Str derived = str_copy(&world.arena, block(77));
    Put what = {.doc = block(7), .derived = derived, .ttl_us = end_us};
    ck_assert_int_eq(txn_put(txn, PEOPLE, 1, &what, NULL), STORE_OK);
    PastWanted wanted = {.max = 1, .documents_us = commit(txn)};
    const PastTxn *past;
    ck_assert_int_eq(list_past(&wanted, &past), 1);
    const DocState *after = &past[0].changes[0].after;
    expect(&past[0].changes[0], PEOPLE, 1, NONE, 7);
    ck_assert_int_eq(after->ttl_us, end_us);
    ck_assert_int_eq(after->time_us, past[0].time_us);
    ck_assert(str_eq(after->derived, derived));
    ck_assert_int_eq(past[0].changes[0].before.ttl_us, TTL_NEVER);
    finish();
}
END_TEST

/* Changes of a database within the root, then of the root, with the same numbers. */
START_TEST(databases_have_changes_of_their_own)
{
    start(_i);
    Txn *txn = begin();
    ck_assert_int_eq(txn_create_database(txn, &world.database), STORE_OK);
    txn_enter(txn, world.database);
    ck_assert_int_eq(txn_create_collection(txn, PEOPLE), STORE_OK);
    put(txn, PEOPLE, 1, 10);
    commit(txn);
    txn = begin();
    put(txn, PEOPLE, 1, 11);
    const TxnChange *changes;
    ck_assert_int_eq(txn_list_changes(txn, &world.arena, &changes), 1);
    expect(&changes[0], PEOPLE, 1, 10, 11);
    txn_enter(txn, DATABASE_ROOT);
    put(txn, PEOPLE, 1, 1);
    ck_assert_int_eq(txn_list_changes(txn, &world.arena, &changes), 1);
    expect(&changes[0], PEOPLE, 1, NONE, 1);
    PastWanted wanted = {.max = 1, .documents_us = commit(txn)};
    const PastTxn *past;
    ck_assert_int_eq(list_past(&wanted, &past), 1);
    ck_assert_int_eq(past[0].count, 1);
    expect(&past[0].changes[0], PEOPLE, 1, 10, 11);
    world.database = DATABASE_ROOT;
    ck_assert_int_eq(list_past(&wanted, &past), 1);
    ck_assert_int_eq(past[0].count, 1);
    expect(&past[0].changes[0], PEOPLE, 1, NONE, 1);
    finish();
}
END_TEST

/* Neither transactions of other databases, nor those that only wrote documents anew, count as some
 * of the last; those that are left are as many as were asked for. */
START_TEST(what_changed_no_document_is_not_listed)
{
    start(_i);
    int64_t times[3];
    uint32_t inner;
    for (int64_t i = 0; i < 3; i++) {
        Txn *txn = begin();
        put(txn, PEOPLE, 1, i);
        times[i] = commit(txn);
        txn = begin();
        Put rewritten = {.doc = block(i + 10), .ttl_us = TTL_NEVER};
        ck_assert_int_eq(txn_rewrite(txn, PEOPLE, 1, &rewritten), STORE_OK);
        commit(txn);
        txn = begin();
        ck_assert_int_eq(txn_create_database(txn, &inner), STORE_OK);
        txn_enter(txn, inner);
        ck_assert_int_eq(txn_create_collection(txn, PEOPLE), STORE_OK);
        put(txn, PEOPLE, 1, 100);
        commit(txn);
    }
    const PastTxn *past;
    PastWanted two = {.max = 2};
    ck_assert_int_eq(list_past(&two, &past), 2);
    ck_assert_int_eq(past[0].time_us, times[2]);
    ck_assert_int_eq(past[1].time_us, times[1]);
    PastWanted all = {.max = 100, .documents_us = times[1]};
    ck_assert_int_eq(list_past(&all, &past), 3);
    expect(&past[1].changes[0], PEOPLE, 1, 10, 1);
    finish();
}
END_TEST

/* The numbers of databases are given again: the new one has no past. */
START_TEST(what_a_dropped_database_did_is_no_past_of_the_next)
{
    start(_i);
    for (int64_t turn = 0; turn < 2; turn++) {
        Txn *txn = begin();
        ck_assert_int_eq(txn_create_database(txn, &world.database), STORE_OK);
        commit(txn);
        txn = begin();
        ck_assert_int_eq(txn_create_collection(txn, PEOPLE), STORE_OK);
        put(txn, PEOPLE, 1, 7 + turn);
        PastWanted all = {.max = 100, .documents_us = commit(txn)};
        const PastTxn *past;
        ck_assert_int_eq(list_past(&all, &past), 1);
        ck_assert_int_eq(past[0].count, 1);
        expect(&past[0].changes[0], PEOPLE, 1, NONE, 7 + turn);
        uint32_t ended = world.database;
        world.database = DATABASE_ROOT;
        txn = begin();
        ck_assert_int_eq(txn_drop_database(txn, ended), STORE_OK);
        commit(txn);
    }
    finish();
}
END_TEST

START_TEST(what_had_ended_was_not_there_before)
{
    start(_i);
    Txn *txn = begin();
    Put what = {.doc = block(1), .ttl_us = world.fake.time_us + 5000000};
    ck_assert_int_eq(txn_put(txn, PEOPLE, 1, &what, NULL), STORE_OK);
    commit(txn);
    world.fake.time_us += 10000000;
    txn = begin();
    put(txn, PEOPLE, 1, 2);
    const TxnChange *changes;
    ck_assert_int_eq(txn_list_changes(txn, &world.arena, &changes), 1);
    expect(&changes[0], PEOPLE, 1, NONE, 2);
    PastWanted wanted = {.max = 1, .documents_us = commit(txn)};
    const PastTxn *past;
    ck_assert_int_eq(list_past(&wanted, &past), 1);
    expect(&past[0].changes[0], PEOPLE, 1, NONE, 2);
    finish();
}
END_TEST

START_TEST(what_a_dropped_collection_had_is_not_there_before)
{
    start(_i);
    Txn *txn = begin();
    put(txn, PEOPLE, 1, 1);
    commit(txn);
    txn = begin();
    ck_assert_int_eq(txn_drop_collection(txn, PEOPLE), STORE_OK);
    commit(txn);
    txn = begin();
    ck_assert_int_eq(txn_create_collection(txn, PEOPLE), STORE_OK);
    put(txn, PEOPLE, 1, 2);
    PastWanted wanted = {.max = 1, .documents_us = commit(txn)};
    const PastTxn *past;
    ck_assert_int_eq(list_past(&wanted, &past), 1);
    expect(&past[0].changes[0], PEOPLE, 1, NONE, 2);
    finish();
}
END_TEST

/* What a compacted file begins with is no transaction; those behind it are told, before and after
 * the file is opened again. */
START_TEST(a_compacted_file_tells_what_came_later)
{
    start(true);
    StoreNotice notice;
    Txn *txn = begin();
    put(txn, PEOPLE, 1, 1);
    commit(txn);
    ck_assert_int_eq(store_compact(world.store, &notice), STORE_OK);
    txn = begin();
    put(txn, PEOPLE, 1, 2);
    PastWanted wanted = {.max = 100, .documents_us = commit(txn)};
    for (int turn = 0; turn < 2; turn++) {
        const PastTxn *past;
        ck_assert_int_eq(list_past(&wanted, &past), 1);
        ck_assert_int_eq(past[0].count, 1);
        expect(&past[0].changes[0], PEOPLE, 1, 1, 2);
        ck_assert_int_eq(store_close(world.store), STORE_OK);
        open_store();
    }
    finish();
}
END_TEST

/* Every call that listing makes is failed once: then it says so, and tells nothing wrong. */
START_TEST(a_file_that_cannot_be_read_is_told)
{
    start(true);
    Txn *txn = begin();
    put(txn, PEOPLE, 1, 1);
    PastWanted wanted = {.max = 100, .documents_us = commit(txn)};
    int64_t failures = 0;
    for (int64_t k = 1;; k++) {
        const PastTxn *past;
        int64_t count;
        txn = begin();
        world.fake.calls = 0;
        world.fake.fail_at = k;
        world.fake.error = EIO;
        StoreStatus status = txn_list_past(txn, &world.arena, &wanted, &past, &count);
        bool was_reached = world.fake.calls >= k;
        world.fake.fail_at = 0;
        txn_rollback(txn);
        if (!was_reached) {
            ck_assert_int_eq(status, STORE_OK);
            expect(&past[0].changes[0], PEOPLE, 1, NONE, 1);
            break;
        }
        ck_assert_int_eq(status, STORE_IO);
        ck_assert(strstr(store_error(world.store)->text, "Cannot read changes.fawn: ") != NULL);
        failures++;
    }
    ck_assert_int_gt(failures, 1);
    finish();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("changes");
    TCase *tests = tcase_create("changes");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_transaction_tells_what_it_changed_so_far, 0, 2);
    tcase_add_loop_test(tests, the_newest_transactions_come_first, 0, 2);
    tcase_add_loop_test(tests, ends_of_life_and_derived_blocks_are_told, 0, 2);
    tcase_add_loop_test(tests, databases_have_changes_of_their_own, 0, 2);
    tcase_add_loop_test(tests, what_changed_no_document_is_not_listed, 0, 2);
    tcase_add_loop_test(tests, what_a_dropped_database_did_is_no_past_of_the_next, 0, 2);
    tcase_add_loop_test(tests, what_had_ended_was_not_there_before, 0, 2);
    tcase_add_loop_test(tests, what_a_dropped_collection_had_is_not_there_before, 0, 2);
    tcase_add_test(tests, a_compacted_file_tells_what_came_later);
    tcase_add_test(tests, a_file_that_cannot_be_read_is_told);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

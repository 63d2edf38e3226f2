/* check_database: databases of one store keep apart, come and go with their transaction, and are
 * there again after a reopening and a compaction. */
#include "store/aggregate.h"
#include "store/history.h"
#include "store/key.h"

#include "tests/unit/store/fake_os.h"

#include <check.h>

enum { PEOPLE = 1024 };

static const char path[] = "databases.fawn";

typedef struct World {
    FakeOs fake;
    Store *store;
} World;

static void open_store(World *world)
{
    StoreNotice notice;
    StoreOptions options = {.path = path, .os = &world->fake.os};
    ck_assert_msg(store_open(&options, &world->store, &notice) == STORE_OK, "%s", notice.text);
}

static void start(World *world)
{
    fake_start(&world->fake);
    open_store(world);
}

static void reopen(World *world, bool compacted)
{
    StoreNotice notice;
    ck_assert_msg(store_verify(world->store, &notice) == STORE_OK, "%s", notice.text);
    if (compacted) {
        ck_assert_msg(store_compact(world->store, &notice) == STORE_OK, "%s", notice.text);
    }
    ck_assert_int_eq(store_close(world->store), STORE_OK);
    open_store(world);
    ck_assert_msg(store_verify(world->store, &notice) == STORE_OK, "%s", notice.text);
}

static void finish(World *world)
{
    ck_assert_int_eq(store_close(world->store), STORE_OK);
    fake_end(&world->fake);
}

/* Person `id` with an age, of the database that the transaction is in. */
static void put_person(const World *world, Txn *txn, int64_t id, int64_t age)
{
    Arena scratch;
    arena_init(&scratch);
    Str name = STR("age");
    const Shape *shape = shape_of(store_shapes(world->store), &name, 1, &scratch);
    DocBuilder builder = {0};
    builder_start(&builder, shape->id, 1);
    builder_int(&builder, 0, age);
    Put put = {.ttl_us = TTL_NEVER};
    ck_assert(builder_finish(&builder, &put.doc));
    ck_assert_int_eq(txn_put(txn, PEOPLE, id, &put, NULL), STORE_OK);
    builder_free(&builder);
    arena_free(&scratch);
}

static int64_t age_of(const Version *version)
{
    return version ? doc_int(version->doc, 0) : -1;
}

static Txn *begin_in(World *world, TxnMode mode, uint32_t database)
{
    Txn *txn = txn_begin(world->store, mode);
    txn_enter(txn, database);
    return txn;
}

/* A database with people 1 (of this age) and 2, an index, a total and a past. */
static uint32_t fill_database(World *world, int64_t age, uint32_t *by_age, uint32_t *total)
{
    uint32_t database;
    Txn *txn = txn_begin(world->store, TXN_WRITE);
    ck_assert_int_eq(txn_create_database(txn, &database), STORE_OK);
    txn_enter(txn, database);
    ck_assert_int_eq(txn_create_collection(txn, PEOPLE), STORE_OK);
    Str name = STR("age");
    KeyPart part = {.path = &name, .path_len = 1};
    FoldSpec sum = {.kind = FOLD_SUM, .part = part};
    ck_assert_int_eq(
        txn_create_index(txn, PEOPLE, &(IndexSpec){.terms = &part, .term_count = 1}, by_age),
        STORE_OK);
    ck_assert_int_eq(
        txn_create_aggregate(txn, PEOPLE, &(AggregateSpec){.folds = &sum, .fold_count = 1}, total),
        STORE_OK);
    put_person(world, txn, 1, age);
    put_person(world, txn, 2, 2);
    ck_assert_int_eq(txn_writes(txn, PEOPLE), 5);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    return database;
}

static int64_t count_entries(Txn *txn, uint32_t index, int64_t age)
{
    Buf key = {0};
    Buf end = {0};
    key_put_int(&key, age);
    key_put_int(&end, age + 1);
    StoreCursor *cursor = cursor_index(txn, index, buf_str(&key), buf_str(&end), false);
    int64_t count = 0;
    const Version *version;
    while (cursor_next(cursor, &version, NULL)) {
        ck_assert_int_eq(age_of(version), age);
        count++;
    }
    cursor_close(cursor);
    buf_free(&key);
    buf_free(&end);
    return count;
}

static int64_t total_of(Txn *txn, uint32_t total)
{
    FoldResult result;
    return txn_get_group(txn, total, (Str){0}, FOLDS_ALL, &result) ? (int64_t)result.total : -1;
}

START_TEST(databases_do_not_see_one_another)
{
    World world;
    start(&world);
    uint32_t index[2], total[2];
    uint32_t first = fill_database(&world, 30, &index[0], &total[0]);
    uint32_t second = fill_database(&world, 40, &index[1], &total[1]);
    ck_assert_int_ne(first, second);
    for (int round = 0; round < 3; round++) {
        Txn *txn = begin_in(&world, TXN_READ, first);
        ck_assert_int_eq(txn_database(txn), first);
        ck_assert_int_eq(age_of(txn_get(txn, PEOPLE, 1)), 30);
        ck_assert_int_eq(count_entries(txn, index[0], 30), 1);
        ck_assert_int_eq(total_of(txn, total[0]), 32);
        txn_enter(txn, second);
        ck_assert_int_eq(age_of(txn_get(txn, PEOPLE, 1)), 40);
        ck_assert_int_eq(count_entries(txn, index[1], 30), 0);
        ck_assert_int_eq(total_of(txn, total[1]), 42);
        ck_assert_int_eq(txn_count(txn, PEOPLE), 2);
        txn_enter(txn, DATABASE_ROOT);
        ck_assert_ptr_null(txn_get(txn, PEOPLE, 1));
        ck_assert_int_eq(txn_count(txn, PEOPLE), 0);
        txn_rollback(txn);
        reopen(&world, round == 1);
    }
    finish(&world);
}
END_TEST

START_TEST(the_past_of_a_database_is_its_own)
{
    World world;
    start(&world);
    uint32_t index[2], total[2];
    uint32_t first = fill_database(&world, 30, &index[0], &total[0]);
    uint32_t second = fill_database(&world, 40, &index[1], &total[1]);
    int64_t before_us = store_last_time_us(world.store);
    world.fake.time_us += 1000;
    Txn *txn = begin_in(&world, TXN_WRITE, first);
    put_person(&world, txn, 1, 31);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    txn = begin_in(&world, TXN_READ, first);
    ck_assert_int_eq(age_of(txn_get_at(txn, PEOPLE, 1, before_us)), 30);
    FoldResult result;
    PastTotals *past = txn_totals_at(txn, total[0], before_us, NULL, NULL);
    ck_assert(past_totals_get(past, (Str){0}, FOLDS_ALL, &result));
    ck_assert_int_eq((int64_t)result.total, 32);
    ck_assert(!txn_totals_are_of(txn, total[0], before_us));
    ChangeCursor changes = change_cursor(txn, PEOPLE, before_us);
    DocChange change;
    ck_assert(change_next(&changes, &change));
    ck_assert_int_eq(age_of(change.before), 30);
    ck_assert(!change_next(&changes, &change));
    txn_enter(txn, second);
    changes = change_cursor(txn, PEOPLE, before_us);
    ck_assert(!change_next(&changes, &change));
    ck_assert(txn_totals_are_of(txn, total[1], before_us));
    txn_rollback(txn);
    finish(&world);
}
END_TEST

START_TEST(a_database_goes_with_all_that_it_holds)
{
    World world;
    start(&world);
    uint32_t index[2], total[2];
    uint32_t first = fill_database(&world, 30, &index[0], &total[0]);
    uint32_t second = fill_database(&world, 40, &index[1], &total[1]);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    ck_assert_int_eq(txn_drop_database(txn, first), STORE_OK);
    txn_rollback(txn);
    txn = begin_in(&world, TXN_READ, first);
    ck_assert_int_eq(age_of(txn_get(txn, PEOPLE, 1)), 30);
    txn_rollback(txn);
    txn = txn_begin(world.store, TXN_WRITE);
    ck_assert_int_eq(txn_drop_database(txn, first), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    for (int round = 0; round < 2; round++) {
        txn = begin_in(&world, TXN_READ, first);
        ck_assert_ptr_null(txn_get(txn, PEOPLE, 1));
        ck_assert_int_eq(count_entries(txn, index[0], 30), 0);
        txn_enter(txn, second);
        ck_assert_int_eq(age_of(txn_get(txn, PEOPLE, 1)), 40);
        txn_rollback(txn);
        ck_assert_int_eq(store_stats(world.store).documents, 2);
        reopen(&world, true);
    }
    finish(&world);
}
END_TEST

START_TEST(numbers_are_given_again_only_when_all_have_been)
{
    World world;
    start(&world);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    uint32_t made;
    ck_assert_int_eq(txn_create_database(txn, &made), STORE_OK);
    ck_assert_int_eq(made, 1);
    ck_assert_int_eq(txn_create_database(txn, &made), STORE_OK);
    ck_assert_int_eq(txn_drop_database(txn, 1), STORE_OK);
    ck_assert_int_eq(txn_create_database(txn, &made), STORE_OK);
    ck_assert_int_eq(made, 3);
    /* As if all between had been made and dropped. */
    txn_enter(txn, DATABASES_MAX);
    ck_assert_int_eq(txn_create_collection(txn, 0), STORE_OK);
    ck_assert_int_eq(txn_create_collection(txn, DATABASE_COLLECTIONS - 1), STORE_OK);
    ck_assert_int_eq(txn_create_collection(txn, DATABASE_COLLECTIONS), STORE_FULL);
    txn_enter(txn, DATABASE_ROOT);
    ck_assert_int_eq(txn_create_database(txn, &made), STORE_OK);
    ck_assert_int_eq(made, 1);
    ck_assert_int_eq(txn_create_database(txn, &made), STORE_OK);
    ck_assert_int_eq(made, 4);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    reopen(&world, false);
    finish(&world);
}
END_TEST

/* Person 1 of database `number`, whose age is that number, or none: every third is dropped again. */
static void look_at_one_of_many(Txn *txn, uint32_t number, uint32_t index)
{
    int64_t age = number % 3 == 0 ? -1 : (int64_t)number;
    txn_enter(txn, number);
    ck_assert_int_eq(age_of(txn_get(txn, PEOPLE, 1)), age);
    ck_assert_int_eq(count_entries(txn, index, number), age >= 0);
    txn_enter(txn, DATABASE_ROOT);
}

START_TEST(thousands_of_collections_and_indexes_are_each_found)
{
    enum { MANY = 3000 };
    World world;
    start(&world);
    uint32_t indexes[MANY];
    Str name = STR("age");
    KeyPart part = {.path = &name, .path_len = 1};
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t database;
        ck_assert_int_eq(txn_create_database(txn, &database), STORE_OK);
        ck_assert_int_eq(database, i + 1);
        txn_enter(txn, database);
        ck_assert_int_eq(txn_create_collection(txn, PEOPLE), STORE_OK);
        IndexSpec spec = {.terms = &part, .term_count = 1};
        ck_assert_int_eq(txn_create_index(txn, PEOPLE, &spec, &indexes[i]), STORE_OK);
        put_person(&world, txn, 1, database);
        txn_enter(txn, DATABASE_ROOT);
    }
    TxnMark mark = txn_mark(txn);
    ck_assert_int_eq(txn_drop_database(txn, 1), STORE_OK);
    txn_rewind(txn, &mark);
    for (uint32_t database = 3; database <= MANY; database += 3) {
        ck_assert_int_eq(txn_drop_database(txn, database), STORE_OK);
    }
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    for (int round = 0; round < 3; round++) {
        txn = txn_begin(world.store, TXN_READ);
        for (uint32_t i = 0; i < MANY; i++) {
            uint32_t at = (uint32_t)((uint64_t)i * 7919 % MANY);
            look_at_one_of_many(txn, at + 1, indexes[at]);
        }
        txn_rollback(txn);
        reopen(&world, round == 1);
    }
    ck_assert_int_eq(store_stats(world.store).indexes, MANY - MANY / 3);
    finish(&world);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("database");
    TCase *tests = tcase_create("database");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, databases_do_not_see_one_another);
    tcase_add_test(tests, the_past_of_a_database_is_its_own);
    tcase_add_test(tests, a_database_goes_with_all_that_it_holds);
    tcase_add_test(tests, numbers_are_given_again_only_when_all_have_been);
    tcase_add_test(tests, thousands_of_collections_and_indexes_are_each_found);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

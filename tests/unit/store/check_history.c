/* check_history: reads of the past against copies of every state that was committed.
 *
 * Random transactions write to collections that keep their past for different times; the clock
 * goes on between them, marks are rewound, the store is closed, saved and opened. After each, the
 * past at random times is compared with the copy of then: single documents, all of them, an index,
 * and the changes since.
 */
#include "store/history.h"
#include "store/key.h"
#include "tests/unit/store/fake_os.h"

#include <check.h>

enum {
    FIRST = 1024,
    COLLECTIONS = 3,
    IDS = 12,
    STEPS = 500,
    STATES_MAX = STEPS + 2,
    NONE = -1,
};

#define MINUTE_US (60 * INT64_C(1000000))

static const char path[] = "a.fawn";

/* The number that each document holds, and when it ends. */
typedef struct Numbers {
    int64_t at[COLLECTIONS][IDS], ends[COLLECTIONS][IDS];
} Numbers;

typedef struct Model {
    FakeOs fake;
    Store *store;
    Txn *txn; /* that is being written */
    uint32_t index[COLLECTIONS];
    int64_t written; /* numbers that were used */
    Numbers now;
    Numbers states[STATES_MAX];
    int64_t times[STATES_MAX];
    int64_t count;
    uint64_t seed;
    int64_t history_bytes;
    int64_t ends_of; /* so many of ten documents end some time */
} Model;

static int64_t pick(Model *model, int64_t below)
{
    model->seed = model->seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((model->seed >> 33) % (uint64_t)below);
}

/* -- writing ---------------------------------------------------------------------------------- */

static void open_store(Model *model)
{
    StoreOptions options = {
        .path = path, .os = &model->fake.os, .history_bytes = model->history_bytes};
    StoreNotice notice;
    ck_assert_msg(store_open(&options, &model->store, &notice) == STORE_OK, "%s", notice.text);
}

static void verify(Store *store)
{
    StoreNotice notice;
    ck_assert_msg(store_verify(store, &notice) == STORE_OK, "%s", notice.text);
}

/* The block {n: number}, borrowed from the builder. */
static Str number_block(const Model *model, DocBuilder *builder, int64_t number)
{
    Arena unused;
    arena_init(&unused);
    Str name = STR("n");
    builder_start(builder, shape_of(store_shapes(model->store), &name, 1, &unused)->id, 1);
    builder_int(builder, 0, number);
    Str block;
    ck_assert(builder_finish(builder, &block));
    return block;
}

static void put_number(Model *model, int c, int64_t id, int64_t number)
{
    DocBuilder builder = {0};
    bool ends = pick(model, 10) < model->ends_of;
    int64_t life_us = MINUTE_US / 60 + (ends ? pick(model, 40 * MINUTE_US) : 0);
    Put put = {.doc = number_block(model, &builder, number),
               .ttl_us = ends ? model->fake.time_us + life_us : TTL_NEVER};
    ck_assert_int_eq(txn_put(model->txn, FIRST + (uint32_t)c, id, &put, NULL), STORE_OK);
    builder_free(&builder);
    model->now.at[c][id] = number;
    model->now.ends[c][id] = put.ttl_us;
}

/* The number of a document at a time. */
static int64_t living(const Numbers *numbers, int c, int64_t id, int64_t time_us)
{
    return numbers->ends[c][id] > time_us ? numbers->at[c][id] : NONE;
}

/* Whether the transaction sees the document. */
static bool is_seen(const Model *model, int c, int64_t id)
{
    int64_t now_us = txn_snapshot_us(model->txn);
    now_us = model->fake.time_us > now_us ? model->fake.time_us : now_us;
    return living(&model->now, c, id, now_us) != NONE;
}

static void rederive_number(Model *model, int c, int64_t id)
{
    DocBuilder builder = {0};
    Str block = number_block(model, &builder, ++model->written);
    StoreStatus status = txn_put_derived(model->txn, FIRST + (uint32_t)c, id, block);
    ck_assert_int_eq(status, is_seen(model, c, id) ? STORE_OK : STORE_NOT_FOUND);
    builder_free(&builder);
}

static void delete_number(Model *model, int c, int64_t id)
{
    StoreStatus status = txn_delete(model->txn, FIRST + (uint32_t)c, id);
    ck_assert_int_eq(status, is_seen(model, c, id) ? STORE_OK : STORE_NOT_FOUND);
    if (status == STORE_OK) {
        model->now.at[c][id] = NONE;
    }
}

static void write_some(Model *model)
{
    for (int64_t i = pick(model, 8); i >= 0; i--) {
        int c = (int)pick(model, COLLECTIONS);
        int64_t id = pick(model, IDS);
        if (pick(model, 3) == 0) {
            delete_number(model, c, id);
        } else if (pick(model, 6) == 0) {
            rederive_number(model, c, id);
        } else {
            put_number(model, c, id, ++model->written);
        }
    }
}

/* One transaction, part of which is taken back; or all of it. */
static void write_transaction(Model *model)
{
    model->txn = txn_begin(model->store, TXN_WRITE);
    Numbers before = model->now;
    write_some(model);
    TxnMark mark = txn_mark(model->txn);
    Numbers marked = model->now;
    write_some(model);
    if (pick(model, 3) == 0) {
        txn_rewind(model->txn, &mark);
        model->now = marked;
    }
    write_some(model);
    if (pick(model, 8) == 0) {
        txn_rollback(model->txn);
        model->now = before;
        return;
    }
    int64_t time_us;
    ck_assert_int_eq(txn_commit(model->txn, &time_us), STORE_OK);
    model->times[model->count] = time_us;
    model->states[model->count++] = model->now;
}

static void set_up(Model *model, uint64_t seed, int64_t history_bytes)
{
    memset(model, 0, sizeof *model);
    fake_start(&model->fake);
    model->fake.time_us = INT64_C(1700000000000000);
    model->seed = seed;
    model->history_bytes = history_bytes;
    memset(&model->now, 0xff, sizeof model->now);
    open_store(model);
    Txn *txn = txn_begin(model->store, TXN_WRITE);
    Str name = STR("n");
    KeyPart part = {.path = &name, .path_len = 1};
    IndexSpec spec = {.values = &part, .value_count = 1};
    for (uint32_t c = 0; c < COLLECTIONS; c++) {
        ck_assert_int_eq(txn_create_collection(txn, FIRST + c), STORE_OK);
        ck_assert_int_eq(txn_create_index(txn, FIRST + c, &spec, &model->index[c]), STORE_OK);
    }
    ck_assert_int_eq(txn_keep_history(txn, FIRST + 1, 60 * MINUTE_US), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, &model->times[0]), STORE_OK);
    model->states[0] = model->now;
    model->count = 1;
}

static void take_down(Model *model)
{
    verify(model->store);
    ck_assert_int_eq(store_close(model->store), STORE_OK);
    fake_end(&model->fake);
}

/* -- comparing --------------------------------------------------------------------------------- */

/* Check notes where each of its assertions stands: too slow for what is asked this often. */
static void holds(bool truth)
{
    if (!truth) {
        ck_abort_msg("the past is not what it was");
    }
}

static void same(int64_t got, int64_t wanted)
{
    if (got != wanted) {
        ck_abort_msg("got %lld, not %lld", (long long)got, (long long)wanted);
    }
}

/* Number of the newest state at a time; the first one before all. */
static int64_t state_at(const Model *model, int64_t time_us)
{
    int64_t at = model->count - 1;
    while (at > 0 && model->times[at] > time_us) {
        at--;
    }
    return at;
}

static int64_t number_of(const Version *version)
{
    return version ? doc_int(version->doc, 0) : NONE;
}

static void compare_documents(Txn *txn, const int64_t *wanted, uint32_t c, int64_t time_us)
{
    for (int64_t id = 0; id < IDS; id++) {
        same(number_of(txn_get_at(txn, FIRST + c, id, time_us)), wanted[id]);
    }
    for (int reverse = 0; reverse < 2; reverse++) {
        StoreCursor *cursor = cursor_documents_at(txn, FIRST + c, 1, IDS - 2, reverse, time_us);
        const Version *version;
        for (int64_t i = 1; i <= IDS - 2; i++) {
            int64_t id = reverse ? IDS - 1 - i : i;
            if (wanted[id] != NONE) {
                holds(cursor_next(cursor, &version, NULL));
                same(version->id, id);
                same(number_of(version), wanted[id]);
            }
        }
        holds(!cursor_next(cursor, &version, NULL));
        cursor_close(cursor);
    }
}

static void compare_index(Model *model, Txn *txn, const int64_t *wanted, uint32_t c,
                          int64_t time_us)
{
    int64_t present = 0;
    for (int64_t id = 0; id < IDS; id++) {
        present += wanted[id] != NONE;
    }
    StoreCursor *cursor = cursor_index_at(txn, model->index[c], STR(""), STR(""), pick(model, 2),
                                          time_us, NULL, NULL);
    const Version *version;
    Str key;
    while (cursor_next(cursor, &version, &key)) {
        same(key_entry_id(key), version->id);
        same(number_of(version), wanted[version->id]);
        present--;
    }
    same(present, 0);
    cursor_close(cursor);
}

/* The changes after state number `at` lead from it to the newest, one commit after the other. */
static void compare_changes(const Model *model, Txn *txn, uint32_t c, int64_t time_us)
{
    Numbers numbers = model->states[state_at(model, time_us)];
    ChangeCursor cursor = change_cursor(txn, FIRST + c, time_us);
    DocChange change;
    int64_t last_us = time_us;
    while (change_next(&cursor, &change)) {
        const Numbers *then = &model->states[state_at(model, change.time_us)];
        holds(change.time_us >= last_us);
        same(number_of(change.before), living(&numbers, (int)c, change.id, change.time_us));
        numbers.at[c][change.id] = number_of(change.after);
        numbers.ends[c][change.id] = then->ends[c][change.id];
        same(numbers.at[c][change.id], then->at[c][change.id]);
        last_us = change.time_us;
    }
    const Numbers *newest = &model->states[model->count - 1];
    for (int64_t id = 0; id < IDS; id++) {
        same(living(&numbers, (int)c, id, model->times[model->count - 1]),
             living(newest, (int)c, id, model->times[model->count - 1]));
    }
}

static void compare(Model *model)
{
    Txn *txn = txn_begin(model->store, TXN_READ);
    for (uint32_t c = 0; c < COLLECTIONS; c++) {
        int64_t now_us = txn_snapshot_us(txn);
        int64_t past_us = txn_past_us(txn, FIRST + c);
        ck_assert_int_le(past_us, now_us > model->fake.time_us ? now_us : model->fake.time_us);
        for (int i = 0; i < 4 && past_us <= now_us; i++) {
            int64_t time_us = past_us + (i ? pick(model, now_us - past_us + 1) : 0);
            const Numbers *then = &model->states[state_at(model, time_us)];
            int64_t wanted[IDS];
            for (int64_t id = 0; id < IDS; id++) {
                wanted[id] = living(then, (int)c, id, time_us);
            }
            compare_documents(txn, wanted, c, time_us);
            compare_index(model, txn, wanted, c, time_us);
            if (time_us >= txn_changes_since_us(txn, FIRST + c)) {
                compare_changes(model, txn, c, time_us);
            }
        }
    }
    txn_rollback(txn);
}

static void reopen(Model *model, bool save)
{
    StoreNotice notice;
    if (save) {
        ck_assert_int_eq(store_save(model->store, "b.fawn", &notice), STORE_OK);
    }
    ck_assert_int_eq(store_close(model->store), STORE_OK);
    if (save) {
        same(model->fake.os.rename(&model->fake, "b.fawn", path), 0);
    }
    open_store(model);
    verify(model->store);
}

static void run_model(uint64_t seed, int64_t history_bytes, int64_t ends_of)
{
    Model *model = malloc(sizeof *model);
    ck_assert_ptr_nonnull(model);
    set_up(model, seed, history_bytes);
    model->ends_of = ends_of;
    for (int step = 0; step < STEPS; step++) {
        write_transaction(model);
        compare(model);
        model->fake.time_us += pick(model, 4) ? pick(model, 1000) : pick(model, 3 * MINUTE_US);
        if (pick(model, 20) == 0) {
            reopen(model, pick(model, 2));
            compare(model);
        }
        if (pick(model, 20) == 0) {
            verify(model->store);
        }
    }
    take_down(model);
    free(model);
}

START_TEST(the_past_is_what_it_was)
{
    run_model((uint64_t)_i + 1, 0, 0);
}
END_TEST

START_TEST(a_bounded_past_is_what_it_was)
{
    run_model((uint64_t)_i + 100, 600 * (_i + 1), 0);
}
END_TEST

START_TEST(a_past_of_documents_that_end_is_what_it_was)
{
    run_model((uint64_t)_i + 200, _i == 2 ? 600 : 0, 4 + 3 * _i);
}
END_TEST

/* -- what is kept ------------------------------------------------------------------------------ */

START_TEST(the_past_of_many_updates_is_bounded)
{
    Model *model = malloc(sizeof *model);
    ck_assert_ptr_nonnull(model);
    set_up(model, 1, 4096);
    for (int i = 0; i < 2000; i++) {
        model->txn = txn_begin(model->store, TXN_WRITE);
        put_number(model, 0, i % IDS, i);
        ck_assert_int_eq(txn_commit(model->txn, NULL), STORE_OK);
    }
    StoreStats stats = store_stats(model->store);
    ck_assert_int_le(stats.past_bytes, 4096);
    ck_assert_int_gt(stats.past_bytes, 1024);
    take_down(model);
    free(model);
}
END_TEST

START_TEST(what_is_older_than_it_is_kept_goes)
{
    Model *model = malloc(sizeof *model);
    ck_assert_ptr_nonnull(model);
    set_up(model, 1, 0);
    for (int i = 0; i < 100; i++) {
        write_transaction(model);
    }
    ck_assert_int_gt(store_stats(model->store).past_bytes, 0);
    /* One collection is swept at each commit that writes to none of them. */
    model->fake.time_us += 76 * MINUTE_US;
    for (int i = 0; i < 200; i++) {
        model->txn = txn_begin(model->store, TXN_WRITE);
        ck_assert_int_eq(txn_keep_history(model->txn, FIRST + 2, i + 1), STORE_OK);
        ck_assert_int_eq(txn_commit(model->txn, NULL), STORE_OK);
    }
    ck_assert_int_eq(store_stats(model->store).past_bytes, 0);
    take_down(model);
    free(model);
}
END_TEST

/* Replaying, they are there again until the next writers come. */
START_TEST(what_ended_before_the_past_goes)
{
    Model *model = malloc(sizeof *model);
    ck_assert_ptr_nonnull(model);
    set_up(model, 1, 0);
    model->ends_of = 10;
    for (int i = 0; i < 100; i++) {
        write_transaction(model);
    }
    int64_t lasting = store_stats(model->store).documents;
    ck_assert_int_gt(lasting, 0);
    model->fake.time_us += 130 * MINUTE_US;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 200; i++) {
            model->txn = txn_begin(model->store, TXN_WRITE);
            ck_assert_int_eq(txn_keep_history(model->txn, FIRST + 2, i + 1), STORE_OK);
            ck_assert_int_eq(txn_commit(model->txn, NULL), STORE_OK);
        }
        StoreStats stats = store_stats(model->store);
        ck_assert_int_eq(stats.documents, 0);
        ck_assert_int_eq(stats.index_entries, 0);
        ck_assert_int_eq(stats.document_bytes, 0);
        reopen(model, round == 1);
        ck_assert_int_eq(store_stats(model->store).documents, round == 0 ? lasting : 0);
    }
    take_down(model);
    free(model);
}
END_TEST

START_TEST(a_reader_keeps_the_past_that_it_began_with)
{
    Model *model = malloc(sizeof *model);
    ck_assert_ptr_nonnull(model);
    set_up(model, 1, 2048);
    for (int i = 0; i < 20; i++) {
        write_transaction(model);
    }
    Txn *reader = txn_begin(model->store, TXN_READ);
    int64_t past_us = txn_past_us(reader, FIRST);
    int64_t wanted[IDS];
    memcpy(wanted, model->states[state_at(model, past_us)].at[0], sizeof wanted);
    for (int i = 0; i < 200; i++) {
        write_transaction(model);
    }
    compare_documents(reader, wanted, 0, past_us);
    txn_rollback(reader);
    take_down(model);
    free(model);
}
END_TEST

START_TEST(a_dropped_collection_takes_its_past_along)
{
    Model *model = malloc(sizeof *model);
    ck_assert_ptr_nonnull(model);
    set_up(model, 7, 0);
    for (int i = 0; i < 50; i++) {
        write_transaction(model);
    }
    model->txn = txn_begin(model->store, TXN_WRITE);
    write_some(model);
    for (uint32_t c = 0; c < COLLECTIONS; c++) {
        ck_assert_int_eq(txn_drop_collection(model->txn, FIRST + c), STORE_OK);
    }
    ck_assert_int_eq(txn_commit(model->txn, NULL), STORE_OK);
    ck_assert_int_eq(store_stats(model->store).document_bytes, 0);
    take_down(model);
    free(model);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("history");
    TCase *tests = tcase_create("history");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, the_past_is_what_it_was, 0, 3);
    tcase_add_loop_test(tests, a_bounded_past_is_what_it_was, 0, 3);
    tcase_add_loop_test(tests, a_past_of_documents_that_end_is_what_it_was, 0, 3);
    tcase_add_test(tests, the_past_of_many_updates_is_bounded);
    tcase_add_test(tests, what_is_older_than_it_is_kept_goes);
    tcase_add_test(tests, what_ended_before_the_past_goes);
    tcase_add_test(tests, a_reader_keeps_the_past_that_it_began_with);
    tcase_add_test(tests, a_dropped_collection_takes_its_past_along);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

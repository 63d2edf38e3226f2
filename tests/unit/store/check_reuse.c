/* check_reuse: memory of what was replaced and deleted is used again: rounds of writes that leave as
 * much as they found take no more than those before them did, however long snapshots were held
 * meanwhile.
 *
 *   commits    1   2   3   4   5   6   7   8 …          each puts or deletes some documents
 *   readers    ├───────────┤                            begin and end at any of them; what one sees
 *                  ├───────────────────┤                is the same at its end as at its beginning
 *                      ├───┤
 *
 * Time goes on by an hour a round, so that the past is not kept for longer.
 */
#include "store/aggregate.h"
#include "store/doc.h"
#include "store/key.h"

#include "fake_os.h"

#include <check.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* The node that lists the last piece of the list of changes, of which some rounds leave one and some
 * none: a build with tiny nodes has it often. */
enum { LAST_PIECE_BYTES = 128 };

enum { DOCUMENTS = 1024, PASSING = 1025, IDS = 200, READERS = 8, ROUNDS = 30, WARM_ROUNDS = 10, COMMITS = 60 };

static FakeOs fake;
static Store *store;
static uint32_t index_number;
static unsigned seed;

static unsigned pick(unsigned below)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

/* -- writing ----------------------------------------------------------------------------------- */

/* {group, text}: the text has one of several lengths, some of which lie on pages of their own. */
static void put(Txn *txn, int64_t id, int64_t ttl_us)
{
    static const int64_t lengths[] = {0, 10, 100, 900, 5000, 70000};
    static char text[70000];
    Str names[] = {STR("group"), STR("text")};
    Arena arena;
    arena_init(&arena);
    const Shape *shape = shape_of(store_shapes(store), names, 2, &arena);
    DocBuilder builder = {0};
    builder_start(&builder, shape->id, 2);
    builder_long(&builder, 0, pick(20));
    builder_str(&builder, 1, (Str){text, lengths[pick(pick(10) ? 4 : countof(lengths))]});
    Put what = {.ttl_us = ttl_us};
    ck_assert(builder_finish(&builder, &what.doc));
    ck_assert_int_eq(txn_put(txn, DOCUMENTS, id, &what, NULL), STORE_OK);
    builder_free(&builder);
    arena_free(&arena);
}

static void write_some(Txn *txn)
{
    for (unsigned count = 1 + pick(10); count > 0; count--) {
        int64_t id = 1 + pick(IDS);
        if (pick(3) == 0 && txn_get(txn, DOCUMENTS, id)) {
            ck_assert_int_eq(txn_delete(txn, DOCUMENTS, id), STORE_OK);
        } else {
            put(txn, id, pick(4) ? TTL_NEVER : fake.time_us + 1 + pick(1000));
        }
    }
}

/* One that is taken back, at times. */
static void commit(void)
{
    Txn *txn = txn_begin(store, TXN_WRITE);
    write_some(txn);
    fake.time_us += 100;
    if (pick(5) == 0) {
        txn_rollback(txn);
    } else {
        ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    }
}

/* Those too that have ended: they are put in the place of first. */
static void delete_all(void)
{
    Txn *txn = txn_begin(store, TXN_WRITE);
    for (int64_t id = 1; id <= IDS; id++) {
        if (!txn_get(txn, DOCUMENTS, id)) {
            put(txn, id, TTL_NEVER);
        }
        ck_assert_int_eq(txn_delete(txn, DOCUMENTS, id), STORE_OK);
    }
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
}

static void define(void)
{
    Str group = STR("group");
    KeyPart part = {.path = &group, .path_len = 1};
    IndexSpec index = {.terms = &part, .term_count = 1};
    FoldSpec folds[] = {{.kind = FOLD_COUNT}, {.kind = FOLD_MAX, .part = part}};
    AggregateSpec aggregate = {.terms = &part, .term_count = 1, .folds = folds, .fold_count = 2};
    uint32_t number;
    Txn *txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(txn_create_collection(txn, DOCUMENTS), STORE_OK);
    ck_assert_int_eq(txn_create_index(txn, DOCUMENTS, &index, &index_number), STORE_OK);
    ck_assert_int_eq(txn_create_aggregate(txn, DOCUMENTS, &aggregate, &number), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
}

/* -- reading ----------------------------------------------------------------------------------- */

/* All bytes of all documents, and the order of the index. */
static uint64_t digest(Txn *txn)
{
    const Version *version;
    uint64_t all = 0;
    StoreCursor *cursor = cursor_documents(txn, DOCUMENTS, INT64_MIN, INT64_MAX, false);
    while (cursor_next(cursor, &version, NULL)) {
        all = XXH3_64bits_withSeed(version->doc, (size_t)version->doc_len, all + (uint64_t)version->id);
    }
    cursor_close(cursor);
    cursor = cursor_index(txn, index_number, (Str){0}, (Str){0}, false);
    while (cursor_next(cursor, &version, NULL)) {
        all = all * 31 + (uint64_t)version->id;
    }
    cursor_close(cursor);
    return all;
}

typedef struct Reader {
    Txn *txn; /* NULL: none */
    uint64_t digest;
} Reader;

static void begin_reading(Reader *reader)
{
    reader->txn = txn_begin(store, TXN_READ);
    reader->digest = digest(reader->txn);
}

static void end_reading(Reader *reader)
{
    if (reader->txn) {
        ck_assert_uint_eq(digest(reader->txn), reader->digest);
        txn_rollback(reader->txn);
        reader->txn = NULL;
    }
}

/* -- the test ---------------------------------------------------------------------------------- */

/* What is in use, and with it what is kept for what comes next. */
static int64_t used_bytes(void)
{
    StoreStats stats = store_stats(store);
    return stats.document_bytes + stats.tree_bytes + stats.aggregate_bytes;
}

static int64_t held_bytes(void)
{
    return used_bytes() + store_stats(store).spare_bytes;
}

/* Each commit lets go of some of what is too old. */
static void forget_past(void)
{
    fake.time_us += INT64_C(3600) * 1000000;
    for (int i = 0; i < COMMITS; i++) {
        Txn *txn = txn_begin(store, TXN_WRITE);
        ck_assert_int_eq(txn_create_collection(txn, PASSING), STORE_OK);
        ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
        txn = txn_begin(store, TXN_WRITE);
        ck_assert_int_eq(txn_drop_collection(txn, PASSING), STORE_OK);
        ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    }
}

/* Leaves an empty collection, with all readers gone. */
static void run_round(void)
{
    Reader readers[READERS] = {{0}};
    for (int i = 0; i < COMMITS; i++) {
        Reader *reader = &readers[pick(READERS)];
        if (reader->txn) {
            end_reading(reader);
        } else {
            begin_reading(reader);
        }
        commit();
    }
    delete_all();
    for (int i = 0; i < READERS; i++) {
        end_reading(&readers[i]);
    }
    forget_past();
}

static void set_up(void)
{
    fake_start(&fake);
    StoreNotice notice;
    ck_assert_int_eq(store_open(&(StoreOptions){.os = &fake.os}, &store, &notice), STORE_OK);
    define();
}

static void tear_down(void)
{
    StoreNotice notice;
    ck_assert_int_eq(store_stats(store).documents, 0);
    ck_assert_msg(store_verify(store, &notice) == STORE_OK, "%s", notice.text);
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}

/* The loop's number: the seed. Nothing is in use that was not after the first round, but that node; what is held besides
 * may be more by chance, where pieces of several sizes lie on one region, but not again and again. */
START_TEST(rounds_of_writes_take_no_more_than_those_before)
{
    int64_t most = 0;
    seed = (unsigned)_i;
    set_up();
    run_round();
    int64_t used = used_bytes();
    for (int round = 1; round < ROUNDS; round++) {
        run_round();
        ck_assert_int_le(used_bytes(), used + LAST_PIECE_BYTES);
        int64_t held = held_bytes();
        if (round < WARM_ROUNDS) {
            most = held > most ? held : most;
        }
        ck_assert_msg(held <= 2 * most, "round %d: %lld bytes, %lld before", round, (long long)held,
                      (long long)most);
    }
    tear_down();
}
END_TEST

/* What came and went while a snapshot was held is given back when that ends. */
START_TEST(a_snapshot_that_was_held_for_long_leaves_nothing)
{
    Reader reader;
    seed = 7;
    set_up();
    run_round();
    int64_t used = used_bytes();
    for (int i = 0; i < COMMITS; i++) {
        commit();
    }
    begin_reading(&reader);
    for (int round = 0; round < WARM_ROUNDS; round++) {
        run_round();
    }
    ck_assert_int_gt(used_bytes(), used + LAST_PIECE_BYTES);
    end_reading(&reader);
    run_round();
    ck_assert_int_le(used_bytes(), used + LAST_PIECE_BYTES);
    tear_down();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reuse");
    TCase *tests = tcase_create("reuse");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, rounds_of_writes_take_no_more_than_those_before, 1, 4);
    tcase_add_test(tests, a_snapshot_that_was_held_for_long_leaves_nothing);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

/* check_aggregate: what check_aggregate_model's documents do not have: derived blocks, times,
 * keys that are too long, definitions that go, readers on other threads. */
#include "store/aggregate.h"
#include "store/key.h"

#include "tests/unit/store/fake_os.h"

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>

enum { PLAYERS = 1024, TAGS_MAX = 3, SECOND = 1000000 };

static const char path[] = "players.fawn";

/* A store on a file in memory, with one collection. */
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
    world->fake.time_us = 1000 * (int64_t)SECOND;
    open_store(world);
    Txn *txn = txn_begin(world->store, TXN_WRITE);
    ck_assert_int_eq(txn_create_collection(txn, PLAYERS), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
}

static void verify(const World *world)
{
    StoreNotice notice;
    ck_assert_msg(store_verify(world->store, &notice) == STORE_OK, "%s", notice.text);
}

static void reopen(World *world)
{
    verify(world);
    ck_assert_int_eq(store_close(world->store), STORE_OK);
    open_store(world);
    verify(world);
}

static void finish(World *world)
{
    reopen(world);
    ck_assert_int_eq(store_close(world->store), STORE_OK);
    fake_end(&world->fake);
}

static void commit(Txn *txn)
{
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
}

/* -- documents {team, tags, points, live} ---------------------------------------------------- */

typedef struct Player {
    Str team; /* no bytes: null */
    const char *tags[TAGS_MAX];
    int64_t points;
    int live;           /* -1: null */
    const char *level;  /* NULL: it has no derived block; else one {level} */
    int64_t ends_in_us; /* 0: it does not end */
} Player;

static const Str names[] = {{"team", 4}, {"tags", 4}, {"points", 6}, {"live", 4}, {"level", 5}};

static Str build_level(const World *world, DocBuilder *builder, const char *level)
{
    Str block = {0};
    if (level) {
        Arena scratch;
        arena_init(&scratch);
        builder_start(builder, shape_of(store_shapes(world->store), &names[4], 1, &scratch)->id, 1);
        builder_str(builder, 0, str_from_c(level));
        ck_assert(builder_finish(builder, &block));
        arena_free(&scratch);
    }
    return block;
}

static Str build_player(const World *world, DocBuilder *builder, const Player *player)
{
    Arena scratch;
    arena_init(&scratch);
    builder_start(builder, shape_of(store_shapes(world->store), names, 4, &scratch)->id, 4);
    arena_free(&scratch);
    if (player->team.len > 0) {
        builder_str(builder, 0, player->team);
    }
    int64_t tag_count = 0;
    while (tag_count < TAGS_MAX && player->tags[tag_count]) {
        tag_count++;
    }
    builder_begin_array(builder, 1, tag_count);
    for (int64_t i = 0; i < tag_count; i++) {
        builder_str(builder, i, str_from_c(player->tags[i]));
    }
    builder_end(builder);
    builder_int(builder, 2, player->points);
    if (player->live >= 0) {
        builder_bool(builder, 3, player->live);
    }
    Str block;
    ck_assert(builder_finish(builder, &block));
    return block;
}

static StoreStatus put(const World *world, Txn *txn, int64_t id, const Player *player)
{
    DocBuilder doc = {0};
    DocBuilder level = {0};
    Put what = {.doc = build_player(world, &doc, player),
                .derived = build_level(world, &level, player->level),
                .ttl_us =
                    player->ends_in_us ? world->fake.time_us + player->ends_in_us : TTL_NEVER};
    StoreStatus status = txn_put(txn, PLAYERS, id, &what, NULL);
    builder_free(&doc);
    builder_free(&level);
    return status;
}

static void must_put(const World *world, Txn *txn, int64_t id, const Player *player)
{
    ck_assert_int_eq(put(world, txn, id, player), STORE_OK);
}

static const Player red = {.team = {"red", 3}, .points = 5};
static const Player blue = {.team = {"blue", 4}, .points = 7};

/* -- aggregates ------------------------------------------------------------------------------ */

enum { COUNT, SUM, MIN, MAX, TOP, DISTINCT, FOLDS };

static KeyPart part_of(int name)
{
    return (KeyPart){.path = &names[name], .path_len = 1};
}

/* All kinds of folds of `value`. */
static StoreStatus define(Txn *txn, KeyPart term, KeyPart value, const KeyPart *filter,
                          uint32_t *aggregate)
{
    FoldSpec folds[FOLDS] = {[COUNT] = {.kind = FOLD_COUNT},
                             [SUM] = {.kind = FOLD_SUM, .part = value},
                             [MIN] = {.kind = FOLD_MIN, .part = value},
                             [MAX] = {.kind = FOLD_MAX, .part = value},
                             [TOP] = {.kind = FOLD_TOP, .part = value, .n = 2},
                             [DISTINCT] = {.kind = FOLD_DISTINCT, .part = value}};
    AggregateSpec spec = {
        .terms = &term, .term_count = 1, .folds = folds, .fold_count = FOLDS, .filter = filter};
    return txn_create_aggregate(txn, PLAYERS, &spec, aggregate);
}

static uint32_t must_define(World *world, KeyPart term, KeyPart value, const KeyPart *filter)
{
    uint32_t aggregate;
    Txn *txn = txn_begin(world->store, TXN_WRITE);
    ck_assert_int_eq(define(txn, term, value, filter, &aggregate), STORE_OK);
    commit(txn);
    return aggregate;
}

/* The totals of the group of a text; all zero when there is none. */
typedef struct Totals {
    FoldResult at[FOLDS];
    bool found;
} Totals;

static Totals get(Txn *txn, uint32_t aggregate, const char *term)
{
    Totals totals = {.found = false};
    Buf key = {0};
    key_put_str(&key, str_from_c(term));
    totals.found = txn_get_group(txn, aggregate, buf_str(&key), FOLDS_ALL, totals.at);
    buf_free(&key);
    return totals;
}

static int64_t documents_of(Txn *txn, uint32_t aggregate, const char *term)
{
    Buf key = {0};
    key_put_str(&key, str_from_c(term));
    int64_t count = txn_group_documents(txn, aggregate, buf_str(&key));
    buf_free(&key);
    return count;
}

static void expect_totals(Txn *txn, uint32_t aggregate, const char *term, int64_t count,
                          int64_t sum)
{
    Totals totals = get(txn, aggregate, term);
    ck_assert_int_eq(totals.found, count > 0);
    ck_assert_int_eq(totals.at[COUNT].count, count);
    ck_assert(totals.at[SUM].total == sum);
}

/* -- what terms and values are taken from ---------------------------------------------------- */

START_TEST(terms_and_values_come_from_derived_blocks)
{
    static World world;
    start(&world);
    KeyPart level = part_of(4);
    level.source = KEY_FROM_DERIVED;
    uint32_t by_level = must_define(&world, level, part_of(2), NULL);
    uint32_t by_team = must_define(&world, part_of(0), level, NULL);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    Player player = red;
    player.level = "high";
    must_put(&world, txn, 1, &player);
    must_put(&world, txn, 2, &player);
    must_put(&world, txn, 3, &red);
    expect_totals(txn, by_level, "high", 2, 10);
    Totals totals = get(txn, by_team, "red");
    ck_assert_int_eq(totals.at[DISTINCT].count, 1);
    ck_assert(str_eq(doc_str(totals.at[MAX].values[0].slot.block, 0), STR("high")));
    DocBuilder builder = {0};
    Str low = build_level(&world, &builder, "low");
    ck_assert_int_eq(txn_put_derived(txn, PLAYERS, 2, low), STORE_OK);
    builder_free(&builder);
    expect_totals(txn, by_level, "high", 1, 5);
    expect_totals(txn, by_level, "low", 1, 5);
    ck_assert_int_eq(txn_put_derived(txn, PLAYERS, 1, (Str){0}), STORE_OK);
    expect_totals(txn, by_level, "high", 0, 0);
    ck_assert_int_eq(txn_count_groups(txn, by_level), 2);
    totals = get(txn, by_team, "red");
    ck_assert_int_eq(totals.at[MIN].count, 1);
    ck_assert_int_eq(totals.at[MIN].values[0].version->id, 2);
    commit(txn);
    finish(&world);
}
END_TEST

/* The number of documents in the group of a time. */
static int64_t count_at(Txn *txn, uint32_t aggregate, int64_t time_us)
{
    Buf key = {0};
    key_put_time(
        &key, (DocTime){.seconds = time_us / SECOND, .nanos = (uint32_t)(time_us % SECOND) * 1000});
    FoldResult results[FOLDS];
    bool found = txn_get_group(txn, aggregate, buf_str(&key), FOLDS_ALL, results);
    buf_free(&key);
    return found ? results[COUNT].count : 0;
}

START_TEST(times_of_versions_make_groups)
{
    static World world;
    start(&world);
    KeyPart ts = {.source = KEY_FROM_TS};
    uint32_t by_time = must_define(&world, ts, part_of(2), NULL);
    uint32_t by_team = must_define(&world, part_of(0), ts, NULL);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    must_put(&world, txn, 1, &red);
    must_put(&world, txn, 2, &red);
    int64_t first_us = txn_time_us(txn);
    ck_assert_int_eq(count_at(txn, by_time, first_us), 2);
    commit(txn);
    world.fake.time_us += SECOND;
    txn = txn_begin(world.store, TXN_WRITE);
    must_put(&world, txn, 1, &red);
    int64_t second_us = txn_time_us(txn);
    ck_assert_int_eq(count_at(txn, by_time, first_us), 1);
    ck_assert_int_eq(count_at(txn, by_time, second_us), 1);
    Totals totals = get(txn, by_team, "red");
    ck_assert_int_eq(totals.at[DISTINCT].count, 2);
    ck_assert_int_eq(totals.at[MIN].values[0].version->id, 2);
    ck_assert_int_eq(totals.at[MAX].values[0].version->id, 1);
    ck_assert_ptr_null(totals.at[MAX].values[0].slot.block);
    commit(txn);
    reopen(&world);
    txn = txn_begin(world.store, TXN_READ);
    ck_assert_int_eq(count_at(txn, by_time, first_us), 1);
    ck_assert_int_eq(count_at(txn, by_time, second_us), 1);
    txn_rollback(txn);
    finish(&world);
}
END_TEST

START_TEST(a_document_counts_once_in_each_of_its_groups)
{
    static World world;
    start(&world);
    KeyPart tags = part_of(1);
    tags.mva = true;
    uint32_t by_tag = must_define(&world, tags, part_of(2), NULL);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    Player player = {.points = 4, .tags = {"old", "tall", "old"}};
    must_put(&world, txn, 1, &player);
    must_put(&world, txn, 2, &(Player){.points = 3, .tags = {"tall"}});
    must_put(&world, txn, 3, &(Player){.points = 1});
    expect_totals(txn, by_tag, "old", 1, 4);
    expect_totals(txn, by_tag, "tall", 2, 7);
    ck_assert_int_eq(txn_count_groups(txn, by_tag), 3);
    const Str *groups;
    ck_assert_int_eq(txn_groups_of(txn, by_tag, txn_get(txn, PLAYERS, 1), &groups), 2);
    ck_assert(str_compare(groups[0], groups[1]) < 0);
    player.tags[0] = "tall";
    player.tags[2] = "new";
    must_put(&world, txn, 1, &player);
    expect_totals(txn, by_tag, "old", 0, 0);
    expect_totals(txn, by_tag, "tall", 2, 7);
    expect_totals(txn, by_tag, "new", 1, 4);
    commit(txn);
    finish(&world);
}
END_TEST

START_TEST(only_documents_for_which_the_filter_is_true_count)
{
    static World world;
    start(&world);
    KeyPart live = part_of(3);
    uint32_t living = must_define(&world, part_of(0), part_of(2), &live);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    Player player = red;
    for (int64_t id = 0; id < 3; id++) {
        player.live = (int)id - 1;
        must_put(&world, txn, id, &player);
    }
    expect_totals(txn, living, "red", 1, 5);
    must_put(&world, txn, 0, &player);
    expect_totals(txn, living, "red", 2, 10);
    player.live = -1;
    must_put(&world, txn, 0, &player);
    must_put(&world, txn, 2, &player);
    expect_totals(txn, living, "red", 0, 0);
    ck_assert_int_eq(txn_count_groups(txn, living), 0);
    commit(txn);
    finish(&world);
}
END_TEST

START_TEST(writes_that_change_nothing_it_looks_at_leave_an_aggregate_alone)
{
    static World world;
    start(&world);
    uint32_t by_team = must_define(&world, part_of(0), part_of(2), NULL);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    Player player = red;
    must_put(&world, txn, 1, &player);
    player.tags[0] = "tall";
    player.live = true;
    must_put(&world, txn, 1, &player);
    expect_totals(txn, by_team, "red", 1, 5);
    player.ends_in_us = SECOND;
    must_put(&world, txn, 1, &player);
    expect_totals(txn, by_team, "red", 1, 5);
    commit(txn);
    world.fake.time_us += 2 * (int64_t)SECOND;
    txn = txn_begin(world.store, TXN_WRITE);
    expect_totals(txn, by_team, "red", 0, 0);
    must_put(&world, txn, 1, &red);
    expect_totals(txn, by_team, "red", 1, 5);
    commit(txn);
    finish(&world);
}
END_TEST

/* -- keys that are too long ------------------------------------------------------------------ */

START_TEST(a_put_with_too_long_a_key_changes_nothing)
{
    static World world;
    static char letters[KEY_BYTES_MAX];
    memset(letters, 'a', sizeof letters);
    start(&world);
    Player player = blue;
    player.team = (Str){letters, sizeof letters};
    for (int as_value = 0; as_value < 2; as_value++) {
        uint32_t aggregate =
            must_define(&world, part_of(as_value ? 2 : 0), part_of(as_value ? 0 : 2), NULL);
        Txn *txn = txn_begin(world.store, TXN_WRITE);
        must_put(&world, txn, 1, &red);
        ck_assert_int_eq(put(&world, txn, 1, &player), STORE_KEY_TOO_LONG);
        ck_assert_int_eq(put(&world, txn, 2, &player), STORE_KEY_TOO_LONG);
        ck_assert_int_eq(doc_int(txn_get(txn, PLAYERS, 1)->doc, 2), 5);
        ck_assert_ptr_null(txn_get(txn, PLAYERS, 2));
        ck_assert_int_eq(txn_count_groups(txn, aggregate), 1);
        commit(txn);
        verify(&world);
        txn = txn_begin(world.store, TXN_WRITE);
        ck_assert_int_eq(txn_drop_aggregate(txn, aggregate), STORE_OK);
        commit(txn);
    }
    finish(&world);
}
END_TEST

START_TEST(an_aggregate_of_documents_with_too_long_keys_is_not_made)
{
    static World world;
    static char letters[KEY_BYTES_MAX];
    memset(letters, 'a', sizeof letters);
    start(&world);
    Player player = blue;
    player.team = (Str){letters, sizeof letters};
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    must_put(&world, txn, 1, &red);
    must_put(&world, txn, 2, &player);
    uint32_t aggregate;
    ck_assert_int_eq(define(txn, part_of(0), part_of(2), NULL, &aggregate), STORE_KEY_TOO_LONG);
    ck_assert_int_eq(define(txn, part_of(2), part_of(0), NULL, &aggregate), STORE_KEY_TOO_LONG);
    ck_assert_int_eq(store_stats(world.store).aggregates, 0);
    ck_assert_int_eq(txn_delete(txn, PLAYERS, 2), STORE_OK);
    ck_assert_int_eq(define(txn, part_of(0), part_of(2), NULL, &aggregate), STORE_OK);
    expect_totals(txn, aggregate, "red", 1, 5);
    commit(txn);
    finish(&world);
}
END_TEST

/* -- definitions that go --------------------------------------------------------------------- */

START_TEST(a_dropped_aggregate_is_gone_unless_that_is_taken_back)
{
    static World world;
    start(&world);
    uint32_t by_team = must_define(&world, part_of(0), part_of(2), NULL);
    uint32_t other = must_define(&world, part_of(0), part_of(2), NULL);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    must_put(&world, txn, 1, &red);
    commit(txn);
    txn = txn_begin(world.store, TXN_WRITE);
    ck_assert_int_eq(txn_drop_aggregate(txn, by_team), STORE_OK);
    ck_assert_int_eq(txn_drop_aggregate(txn, by_team), STORE_NOT_FOUND);
    must_put(&world, txn, 2, &red);
    expect_totals(txn, by_team, "red", 0, 0);
    expect_totals(txn, other, "red", 2, 10);
    txn_rollback(txn);
    verify(&world);
    txn = txn_begin(world.store, TXN_WRITE);
    expect_totals(txn, by_team, "red", 1, 5);
    ck_assert_int_eq(txn_drop_aggregate(txn, by_team), STORE_OK);
    commit(txn);
    reopen(&world);
    txn = txn_begin(world.store, TXN_WRITE);
    expect_totals(txn, by_team, "red", 0, 0);
    expect_totals(txn, other, "red", 1, 5);
    ck_assert_int_eq(txn_count_groups(txn, by_team), 0);
    ck_assert_int_eq(txn_drop_collection(txn, PLAYERS), STORE_OK);
    expect_totals(txn, other, "red", 0, 0);
    commit(txn);
    ck_assert_int_eq(store_stats(world.store).aggregates, 0);
    finish(&world);
}
END_TEST

static bool always_stops(void *context)
{
    *(int *)context += 1;
    return true;
}

/* What stops a transaction stops it alone, though the next one may lie where it was. */
START_TEST(the_build_of_an_aggregate_can_be_stopped)
{
    static World world;
    start(&world);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    must_put(&world, txn, 1, &red);
    commit(txn);
    int asked = 0;
    KeyPart team = part_of(0);
    FoldSpec count = {.kind = FOLD_COUNT};
    AggregateSpec spec = {.terms = &team, .term_count = 1, .folds = &count, .fold_count = 1};
    uint32_t aggregate;
    txn = txn_begin(world.store, TXN_WRITE);
    txn_stop_on(txn, always_stops, &asked);
    ck_assert_int_eq(txn_create_aggregate(txn, PLAYERS, &spec, &aggregate), STORE_STOPPED);
    ck_assert_int_eq(asked, 1);
    txn_stop_on(txn, always_stops, &asked);
    ck_assert_int_eq(define(txn, team, part_of(2), NULL, &aggregate), STORE_STOPPED);
    txn_stop_on(txn, always_stops, &asked);
    uint32_t index;
    ck_assert_int_eq(
        txn_create_index(txn, PLAYERS, &(IndexSpec){.terms = &team, .term_count = 1}, &index),
        STORE_STOPPED);
    ck_assert_int_eq(asked, 3);
    txn_rollback(txn);
    txn = txn_begin(world.store, TXN_WRITE);
    ck_assert_int_eq(txn_create_aggregate(txn, PLAYERS, &spec, &aggregate), STORE_OK);
    commit(txn);
    finish(&world);
}
END_TEST

/* Those that were dropped, and those of transactions that were undone; one that a reader of an
 * older state still sees. */
START_TEST(definitions_that_are_gone_are_freed)
{
    enum { TIMES = 1000, AT_ONCE_MAX = 300 };
    static World world;
    start(&world);
    uint32_t kept = must_define(&world, part_of(0), part_of(2), NULL);
    uint32_t seen = must_define(&world, part_of(0), part_of(2), NULL);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    must_put(&world, txn, 1, &red);
    commit(txn);
    Txn *reader = txn_begin(world.store, TXN_READ);
    txn = txn_begin(world.store, TXN_WRITE);
    ck_assert_int_eq(txn_drop_aggregate(txn, seen), STORE_OK);
    commit(txn);
    for (int i = 0; i < TIMES; i++) {
        uint32_t aggregate;
        txn = txn_begin(world.store, TXN_WRITE);
        ck_assert_int_eq(define(txn, part_of(0), part_of(2), NULL, &aggregate), STORE_OK);
        if (i % 2 == 0) {
            txn_rollback(txn);
        } else {
            commit(txn);
            txn = txn_begin(world.store, TXN_WRITE);
            ck_assert_int_eq(txn_drop_aggregate(txn, aggregate), STORE_OK);
            commit(txn);
        }
        if (i == TIMES / 2) {
            expect_totals(reader, seen, "red", 1, 5);
            txn_rollback(reader);
        }
    }
    ck_assert_int_le(store_stats(world.store).definitions, AT_ONCE_MAX);
    txn = txn_begin(world.store, TXN_WRITE);
    expect_totals(txn, kept, "red", 1, 5);
    txn_rollback(txn);
    finish(&world);
}
END_TEST

/* -- expiry ---------------------------------------------------------------------------------- */

START_TEST(documents_that_have_ended_count_nowhere)
{
    static World world;
    start(&world);
    uint32_t by_team = must_define(&world, part_of(0), part_of(2), NULL);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    must_put(&world, txn, 1, &red);
    must_put(&world, txn, 2, &(Player){.team = red.team, .points = 9, .ends_in_us = SECOND});
    must_put(&world, txn, 3, &(Player){.team = red.team, .points = 1, .ends_in_us = 2 * SECOND});
    must_put(&world, txn, 4, &(Player){.team = blue.team, .points = 1, .ends_in_us = SECOND});
    commit(txn);
    Txn *early = txn_begin(world.store, TXN_READ);
    expect_totals(early, by_team, "red", 3, 15);
    world.fake.time_us += SECOND;
    txn = txn_begin(world.store, TXN_READ);
    expect_totals(txn, by_team, "red", 2, 6);
    expect_totals(txn, by_team, "blue", 0, 0);
    ck_assert_int_eq(txn_count_groups(txn, by_team), 1);
    Totals totals = get(txn, by_team, "red");
    ck_assert_int_eq(totals.at[MAX].values[0].version->id, 1);
    ck_assert_int_eq(totals.at[TOP].count, 2);
    ck_assert_int_eq(totals.at[DISTINCT].count, 2);
    ck_assert_int_eq(documents_of(txn, by_team, "red"), 2);
    ck_assert_int_eq(documents_of(txn, by_team, "blue"), 0);
    ck_assert_int_eq(documents_of(txn, by_team, "green"), 0);
    txn_rollback(txn);
    /* A writer takes them out; who reads at an earlier time still sees them. */
    txn = txn_begin(world.store, TXN_WRITE);
    must_put(&world, txn, 5, &blue);
    expect_totals(txn, by_team, "red", 2, 6);
    expect_totals(txn, by_team, "blue", 1, 7);
    ck_assert_int_eq(documents_of(txn, by_team, "red"), 2);
    commit(txn);
    expect_totals(early, by_team, "red", 3, 15);
    expect_totals(early, by_team, "blue", 1, 1);
    txn_rollback(early);
    finish(&world);
}
END_TEST

/* Their past is gone, so that nobody can see them: their documents go as well. */
START_TEST(documents_that_ended_long_ago_leave_aggregates_as_they_are)
{
    static World world;
    start(&world);
    uint32_t by_team = must_define(&world, part_of(0), part_of(2), NULL);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    must_put(&world, txn, 1, &red);
    must_put(&world, txn, 2, &(Player){.team = red.team, .points = 9, .ends_in_us = SECOND});
    must_put(&world, txn, 3, &(Player){.team = blue.team, .points = 1, .ends_in_us = SECOND});
    must_put(&world, txn, 4, &(Player){.team = red.team, .points = 2, .ends_in_us = INT64_C(9999) * SECOND});
    commit(txn);
    Txn *early = txn_begin(world.store, TXN_READ);
    expect_totals(early, by_team, "red", 3, 16);
    world.fake.time_us += INT64_C(2000) * SECOND;
    for (int64_t id = 5; id < 9; id++) {
        txn = txn_begin(world.store, TXN_WRITE);
        must_put(&world, txn, id, &blue);
        commit(txn);
        verify(&world);
    }
    ck_assert_int_eq(store_stats(world.store).documents, 6);
    txn = txn_begin(world.store, TXN_WRITE);
    expect_totals(txn, by_team, "red", 2, 7);
    expect_totals(txn, by_team, "blue", 4, 28);
    commit(txn);
    expect_totals(early, by_team, "red", 3, 16);
    expect_totals(early, by_team, "blue", 1, 1);
    txn_rollback(early);
    reopen(&world);
    verify(&world);
    finish(&world);
}
END_TEST

/* -- readers on other threads ---------------------------------------------------------------- */

enum { READERS = 3, WRITES = 300, PLAYERS_MAX = 20 };

typedef struct Race {
    World world;
    uint32_t by_team;
    atomic_bool done;
} Race;

/* Until the writer is done: the totals are those of the documents that are seen. */
static void *read_totals(void *argument)
{
    Race *race = argument;
    for (bool last = false; !last;) {
        last = atomic_load(&race->done);
        Txn *txn = txn_begin(race->world.store, TXN_READ);
        int64_t count = 0;
        int64_t sum = 0;
        StoreCursor *cursor = cursor_documents(txn, PLAYERS, INT64_MIN, INT64_MAX, false);
        const Version *version;
        while (cursor_next(cursor, &version, NULL)) {
            count++;
            sum += doc_int(version->doc, 2);
        }
        cursor_close(cursor);
        Totals totals = get(txn, race->by_team, "red");
        always(totals.at[COUNT].count == count && totals.at[SUM].total == sum);
        txn_rollback(txn);
    }
    return NULL;
}

START_TEST(readers_on_other_threads_see_the_totals_of_their_snapshot)
{
    static Race race;
    start(&race.world);
    race.by_team = must_define(&race.world, part_of(0), part_of(2), NULL);
    pthread_t readers[READERS];
    for (int i = 0; i < READERS; i++) {
        ck_assert_int_eq(pthread_create(&readers[i], NULL, read_totals, &race), 0);
    }
    unsigned seed = 7;
    for (int i = 0; i < WRITES; i++) {
        Txn *txn = txn_begin(race.world.store, TXN_WRITE);
        for (int write = 0; write < 5; write++) {
            int64_t id = rand_r(&seed) % PLAYERS_MAX;
            Player player = {.team = red.team, .points = rand_r(&seed) % 10};
            if (rand_r(&seed) % 4 > 0 || txn_delete(txn, PLAYERS, id) != STORE_OK) {
                must_put(&race.world, txn, id, &player);
            }
        }
        commit(txn);
    }
    atomic_store(&race.done, true);
    for (int i = 0; i < READERS; i++) {
        ck_assert_int_eq(pthread_join(readers[i], NULL), 0);
    }
    finish(&race.world);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("aggregate");
    TCase *tests = tcase_create("aggregate");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, terms_and_values_come_from_derived_blocks);
    tcase_add_test(tests, times_of_versions_make_groups);
    tcase_add_test(tests, a_document_counts_once_in_each_of_its_groups);
    tcase_add_test(tests, only_documents_for_which_the_filter_is_true_count);
    tcase_add_test(tests, writes_that_change_nothing_it_looks_at_leave_an_aggregate_alone);
    tcase_add_test(tests, a_put_with_too_long_a_key_changes_nothing);
    tcase_add_test(tests, an_aggregate_of_documents_with_too_long_keys_is_not_made);
    tcase_add_test(tests, a_dropped_aggregate_is_gone_unless_that_is_taken_back);
    tcase_add_test(tests, definitions_that_are_gone_are_freed);
    tcase_add_test(tests, documents_that_have_ended_count_nowhere);
    tcase_add_test(tests, documents_that_ended_long_ago_leave_aggregates_as_they_are);
    tcase_add_test(tests, the_build_of_an_aggregate_can_be_stopped);
    tcase_add_test(tests, readers_on_other_threads_see_the_totals_of_their_snapshot);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

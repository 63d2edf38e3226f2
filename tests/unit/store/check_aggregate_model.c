/* check_aggregate_model: random writes against a plain array of documents. After each write the
 * groups that it touched are counted anew from the array and compared with what the store says,
 * every so often all groups, those of now and those of some times before; sums to the last bit.
 */
#include "store/history.h"

#include "tests/unit/store/aggregate_recount.h"
#include "tests/unit/store/fake_os.h"

#include <float.h>

/* Sanitizers make each one twenty times as long. */
#ifdef NDEBUG
enum { OPERATIONS = 100000 };
#else
enum { OPERATIONS = 10000 };
#endif

enum {
    NOTES = 1024,
    CHECK_ALL_EVERY = 500,
    REOPEN_EVERY = 2000,
    PASTS = 6,
    HISTORY_BYTES = 100000, /* so much of the past is kept: some of these are forgotten */
};

typedef struct World {
    FakeOs fake;
    Store *store;
    uint32_t aggregates[AGGREGATES];
    Model model;
    Model pasts[PASTS]; /* as they were committed at their times */
    int64_t pasts_seen;
    unsigned seed;
} World;

static const char path[] = "model.fawn";
static const double reals[] = {0.1,       0.2,     0.3,   1e308, -1e308, 1e-308, -1e-308, 5e-324,
                               -5e-324,   DBL_MAX, 1e16,  1.0,   -1.0,   0x1p53, 0.5,     -0.0,
                               0x1p-1022, 3.7,     -2.25, 1e100, -1e100, 1e-100, 2.5e-17, 4.5};

static int pick(World *world, int below)
{
    return rand_r(&world->seed) % below;
}

/* -- the store's side ---------------------------------------------------------------------- */

static KeyPart part_of(const Str *name)
{
    return (KeyPart){.path = name, .path_len = 1};
}

/* And an index, whose entries are worked out in the lists that aggregates use. */
static void define_aggregates(World *world)
{
    Str names[] = {STR("movie"), STR("tags"), STR("stars"), STR("live")};
    KeyPart stars = part_of(&names[2]);
    FoldSpec folds[] = {{.kind = FOLD_COUNT},
                        {.kind = FOLD_SUM, .part = stars},
                        {.kind = FOLD_MIN, .part = stars},
                        {.kind = FOLD_MAX, .part = stars},
                        {.kind = FOLD_TOP, .part = stars, .n = TOP_N},
                        {.kind = FOLD_DISTINCT, .part = stars}};
    KeyPart movie = part_of(&names[0]);
    KeyPart tags_movie[] = {part_of(&names[1]), movie};
    tags_movie[0].mva = true;
    KeyPart live = part_of(&names[3]);
    AggregateSpec specs[AGGREGATES] = {
        {.terms = &movie, .term_count = 1, .folds = folds, .fold_count = 6},
        {.terms = tags_movie, .term_count = 2, .folds = folds, .fold_count = 6},
        {.folds = folds, .fold_count = 6, .filter = &live}};
    IndexSpec index = {.terms = tags_movie, .term_count = 2, .values = &stars, .value_count = 1};
    uint32_t index_number;
    Txn *txn = txn_begin(world->store, TXN_WRITE);
    ck_assert_int_eq(txn_create_index(txn, NOTES, &index, &index_number), STORE_OK);
    for (int i = 0; i < AGGREGATES; i++) {
        ck_assert_int_eq(txn_create_aggregate(txn, NOTES, &specs[i], &world->aggregates[i]),
                         STORE_OK);
    }
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
}

static void open_world(World *world)
{
    StoreNotice notice;
    StoreOptions options = {.path = path, .os = &world->fake.os, .history_bytes = HISTORY_BYTES};
    ck_assert_msg(store_open(&options, &world->store, &notice) == STORE_OK, "%s", notice.text);
}

static void verify(World *world)
{
    StoreNotice notice;
    ck_assert_msg(store_verify(world->store, &notice) == STORE_OK, "%s", notice.text);
}

static StoreStatus put_note(World *world, Txn *txn, int64_t id, const Note *note)
{
    Arena scratch;
    arena_init(&scratch);
    Str names[] = {STR("movie"), STR("tags"), STR("stars"), STR("live")};
    const Shape *shape = shape_of(store_shapes(world->store), names, 4, &scratch);
    DocBuilder builder = {0};
    builder_start(&builder, shape->id, 4);
    if (note->movie >= 0) {
        builder_int(&builder, 0, note->movie);
    }
    builder_begin_array(&builder, 1, note->tag_count);
    for (int i = 0; i < note->tag_count; i++) {
        builder_str(&builder, i, str_from_c(tag_names[note->tags[i]]));
    }
    builder_end(&builder);
    switch (note->kind) {
    case VALUE_NONE:
        break;
    case VALUE_WHOLE:
        builder_long(&builder, 2, note->whole);
        break;
    case VALUE_REAL:
        builder_double(&builder, 2, note->real);
        break;
    case VALUE_TEXT:
        builder_str(&builder, 2, STR("text"));
        break;
    }
    builder_bool(&builder, 3, note->live);
    Str doc;
    ck_assert(builder_finish(&builder, &doc));
    StoreStatus status = txn_put(txn, NOTES, id, &(Put){.doc = doc, .ttl_us = note->ttl_us}, NULL);
    builder_free(&builder);
    arena_free(&scratch);
    return status;
}

/* -- comparing --------------------------------------------------------------------------------- */

static void check_group(World *world, Txn *txn, int aggregate, Str terms)
{
    Recount count;
    recount(&world->model, aggregate, terms, &count);
    FoldResult results[6];
    bool found = txn_get_group(txn, world->aggregates[aggregate], terms, FOLDS_ALL, results);
    ck_assert_int_eq(found, count.documents > 0);
    if (found) {
        expect_results(results, &count);
    }
}

/* The groups that a note is in, of all aggregates. */
static void check_groups_of(World *world, Txn *txn, const Note *note)
{
    for (int aggregate = 0; aggregate < AGGREGATES; aggregate++) {
        for (int i = 0; i < note->key_counts[aggregate]; i++) {
            const GroupKey *key = &note->keys[aggregate][i];
            check_group(world, txn, aggregate, (Str){key->bytes, key->len});
        }
    }
}

/* All groups that a cursor gives: those of the model. Closes it. */
static void check_cursor(const Model *model, int aggregate, StoreCursor *cursor)
{
    Str terms;
    FoldResult results[6];
    int64_t groups = 0;
    for (; cursor_next_group(cursor, &terms, FOLDS_ALL, results); groups++) {
        Recount count;
        recount(model, aggregate, terms, &count);
        expect_results(results, &count);
    }
    ck_assert_int_eq(groups, count_groups(model, aggregate));
    cursor_close(cursor);
}

/* Groups of the past one by one: that of a note, which need not have been there. */
static void check_past_group(World *world, PastTotals *totals, const Model *past, int aggregate)
{
    const Note *note = &world->model.notes[pick(world, DOCUMENTS)];
    for (int i = 0; i < note->key_counts[aggregate]; i++) {
        const GroupKey *key = &note->keys[aggregate][i];
        Recount count;
        FoldResult results[6];
        recount(past, aggregate, (Str){key->bytes, key->len}, &count);
        ck_assert_int_eq(past_totals_get(totals, (Str){key->bytes, key->len}, FOLDS_ALL, results),
                         count.documents > 0);
        if (count.documents > 0) {
            expect_results(results, &count);
        }
    }
}

static void check_pasts(World *world, Txn *txn)
{
    for (int at = 0; at < PASTS; at++) {
        const Model *past = &world->pasts[at];
        if (past->time_us == 0 || past->time_us < txn_past_us(txn, NOTES)) {
            continue;
        }
        for (int i = 0; i < AGGREGATES; i++) {
            uint32_t number = world->aggregates[i];
            if (txn_totals_are_of(txn, number, past->time_us)) {
                check_cursor(past, i, cursor_groups(txn, number, (Str){0}, (Str){0}, false));
            }
            PastTotals *totals = txn_totals_at(txn, number, past->time_us, NULL, NULL);
            check_past_group(world, totals, past, i);
            check_cursor(past, i,
                         cursor_groups_at(txn, totals, (Str){0}, (Str){0}, pick(world, 2) == 0));
        }
        world->pasts_seen++;
    }
}

static void check_all(World *world)
{
    Txn *txn = txn_begin(world->store, TXN_READ);
    for (int i = 0; i < AGGREGATES; i++) {
        uint32_t aggregate = world->aggregates[i];
        ck_assert_int_eq(txn_count_groups(txn, aggregate), count_groups(&world->model, i));
        check_cursor(&world->model, i,
                     cursor_groups(txn, aggregate, (Str){0}, (Str){0}, pick(world, 2) == 0));
    }
    check_pasts(world, txn);
    txn_rollback(txn);
}

/* -- random writes ---------------------------------------------------------------------------- */

static Note random_note(World *world)
{
    Note note = {.exists = true,
                 .live = pick(world, 3) > 0,
                 .movie = pick(world, 6) - 1,
                 .tag_count = pick(world, TAGS_MAX + 1),
                 .kind = (NoteKind)pick(world, VALUE_TEXT + 1),
                 .ttl_us = TTL_NEVER};
    for (int i = 0; i < note.tag_count; i++) {
        note.tags[i] = pick(world, 4);
    }
    if (note.kind == VALUE_WHOLE) {
        static const int64_t wholes[] = {INT64_MAX, INT64_MIN, 0, 1, -1, 4611686018427387904};
        note.whole = pick(world, 8) == 0 ? wholes[pick(world, 6)] : pick(world, 10);
    } else if (note.kind == VALUE_REAL) {
        int choice = pick(world, 3 * (int)countof(reals));
        note.real = choice < countof(reals) ? reals[choice] : pick(world, 50) / 10.0;
    }
    if (pick(world, 4) == 0) {
        note.ttl_us = world->model.time_us + pick(world, 20000) - 500;
    }
    set_keys(&note);
    return note;
}

/* One put or delete, in the store and the model. */
static void write_note(World *world, Txn *txn)
{
    int64_t id = pick(world, DOCUMENTS);
    Note *note = &world->model.notes[id];
    Note before = *note;
    if (pick(world, 3) == 0) {
        StoreStatus status = txn_delete(txn, NOTES, id);
        ck_assert_int_eq(status, is_alive(&world->model, note) ? STORE_OK : STORE_NOT_FOUND);
        note->exists = note->exists && status != STORE_OK;
    } else {
        Note after = random_note(world);
        if (note->exists && pick(world, 2) == 0) {
            /* A change of one thing. */
            Note changed = *note;
            changed.kind = after.kind;
            changed.whole = after.whole;
            changed.real = after.real;
            changed.ttl_us = after.ttl_us;
            after = changed;
        }
        ck_assert_int_eq(put_note(world, txn, id, &after), STORE_OK);
        *note = after;
    }
    check_groups_of(world, txn, &before);
    check_groups_of(world, txn, note);
}

/* A transaction of some writes, with marks that it goes back to. */
static int random_txn(World *world)
{
    Txn *txn = txn_begin(world->store, TXN_WRITE);
    Model start = world->model;
    Model marked = start;
    TxnMark mark = txn_mark(txn);
    int writes = 1 + pick(world, 12);
    for (int i = 0; i < writes; i++) {
        write_note(world, txn);
        if (pick(world, 6) == 0) {
            mark = txn_mark(txn);
            marked = world->model;
        } else if (pick(world, 10) == 0) {
            txn_rewind(txn, &mark);
            world->model = marked;
            check_groups_of(world, txn, &world->model.notes[pick(world, DOCUMENTS)]);
        }
    }
    if (pick(world, 5) == 0) {
        txn_rollback(txn);
        world->model = start;
    } else {
        int64_t time_us;
        ck_assert_int_eq(txn_commit(txn, &time_us), STORE_OK);
        ck_assert_int_eq(time_us, world->model.time_us);
        if (pick(world, 20) == 0) {
            world->pasts[pick(world, PASTS)] = world->model;
        }
    }
    return writes;
}

static void pass(World *world, int64_t us)
{
    world->fake.time_us += us;
    world->model.time_us = world->fake.time_us;
}

/* Closes and opens the store again, which was compacted before every other time. */
static void reopen(World *world, bool compacted)
{
    StoreNotice notice;
    verify(world);
    if (compacted) {
        ck_assert_msg(store_compact(world->store, &notice) == STORE_OK, "%s", notice.text);
        check_all(world);
    }
    ck_assert_int_eq(store_close(world->store), STORE_OK);
    open_world(world);
    verify(world);
    check_all(world);
}

START_TEST(random_writes_match_a_recount)
{
    static World world;
    world = (World){.seed = 20};
    fake_start(&world.fake);
    world.fake.time_us = 0;
    pass(&world, 1000000);
    open_world(&world);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    ck_assert_int_eq(txn_create_collection(txn, NOTES), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    define_aggregates(&world);
    int check_at = 0;
    int reopen_at = REOPEN_EVERY;
    for (int done = 0; done < OPERATIONS;) {
        pass(&world, 1000);
        done += random_txn(&world);
        if (done >= check_at) {
            pass(&world, 1000);
            check_all(&world);
            check_at = done + CHECK_ALL_EVERY;
        }
        if (done >= reopen_at) {
            reopen(&world, done / REOPEN_EVERY % 2 == 0);
            reopen_at = done + REOPEN_EVERY;
        }
    }
    check_all(&world);
    ck_assert_int_gt(world.pasts_seen, OPERATIONS / CHECK_ALL_EVERY);
    verify(&world);
    ck_assert_int_eq(store_close(world.store), STORE_OK);
    fake_end(&world.fake);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("aggregate_model");
    TCase *tests = tcase_create("aggregate_model");
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, random_writes_match_a_recount);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

/* check_aggregate_model: random writes against a plain array of documents. After each write the
 * groups that it touched are counted anew from the array and compared with what the store says,
 * every so often all groups; sums to the last bit.
 *
 * The sums of the model are made in another way than the store's: digits of 32 bits are added
 * up, written as a hexadecimal number, and rounded by strtod.
 */
#include "store/aggregate.h"
#include "store/key.h"

#include "tests/unit/store/fake_os.h"

#include <check.h>
#include <float.h>
#include <math.h>

/* Sanitizers make each one twenty times as long. */
#ifdef NDEBUG
enum { OPERATIONS = 100000 };
#else
enum { OPERATIONS = 10000 };
#endif

enum {
    NOTES = 1024,
    DOCUMENTS = 64,
    TAGS_MAX = 3,
    AGGREGATES = 3,
    CHECK_ALL_EVERY = 500,
    REOPEN_EVERY = 2000,
    TOP_N = 3,
};

typedef enum NoteKind { VALUE_NONE, VALUE_WHOLE, VALUE_REAL, VALUE_TEXT } NoteKind;

typedef struct GroupKey {
    char bytes[48];
    int64_t len;
} GroupKey;

typedef struct Note {
    bool exists, live;
    int movie; /* -1: null */
    int tags[TAGS_MAX];
    int tag_count;
    NoteKind kind;
    int64_t whole;
    double real;
    int64_t ttl_us;
    GroupKey keys[AGGREGATES][TAGS_MAX]; /* the terms of its groups */
    int key_counts[AGGREGATES];
} Note;

typedef struct Model {
    Note notes[DOCUMENTS];
} Model;

typedef struct World {
    FakeOs fake;
    Store *store;
    uint32_t aggregates[AGGREGATES];
    Model model;
    unsigned seed;
} World;

static const char path[] = "model.fawn";
static const double reals[] = {0.1,       0.2,     0.3,   1e308, -1e308, 1e-308, -1e-308, 5e-324,
                               -5e-324,   DBL_MAX, 1e16,  1.0,   -1.0,   0x1p53, 0.5,     -0.0,
                               0x1p-1022, 3.7,     -2.25, 1e100, -1e100, 1e-100, 2.5e-17, 4.5};

static const char *const tag_names[] = {"a", "bb", "ccc", "a long tag that is not inlined"};

static int pick(World *world, int below)
{
    return rand_r(&world->seed) % below;
}

/* -- the store's side ---------------------------------------------------------------------- */

static KeyPart part_of(const Str *name)
{
    return (KeyPart){.path = name, .path_len = 1};
}

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
    Txn *txn = txn_begin(world->store, TXN_WRITE);
    for (int i = 0; i < AGGREGATES; i++) {
        ck_assert_int_eq(txn_create_aggregate(txn, NOTES, &specs[i], &world->aggregates[i]),
                         STORE_OK);
    }
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
}

static void open_world(World *world)
{
    StoreNotice notice;
    StoreOptions options = {.path = path, .os = &world->fake.os};
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

/* -- the model's side ------------------------------------------------------------------------ */

static bool is_alive(const World *world, const Note *note)
{
    return note->exists && note->ttl_us > world->fake.time_us;
}

static void add_key(Note *note, int aggregate, Str key)
{
    GroupKey *added = &note->keys[aggregate][note->key_counts[aggregate]];
    ck_assert_int_le(key.len, (int64_t)sizeof added->bytes);
    added->len = key.len;
    if (key.len > 0) {
        memcpy(added->bytes, key.s, (size_t)key.len);
    }
    for (int i = 0; i < note->key_counts[aggregate]; i++) {
        const GroupKey *other = &note->keys[aggregate][i];
        if (str_eq((Str){other->bytes, other->len}, key)) {
            return;
        }
    }
    note->key_counts[aggregate]++;
}

/* Works out the groups of a note: by movie, by tag and movie, all that are live. */
static void set_keys(Note *note)
{
    Buf movie = {0};
    if (note->movie < 0) {
        key_put_null(&movie);
    } else {
        key_put_int(&movie, note->movie);
    }
    add_key(note, 0, buf_str(&movie));
    Buf key = {0};
    for (int i = 0; i == 0 || i < note->tag_count; i++) {
        key.len = 0;
        if (note->tag_count == 0) {
            key_put_null(&key);
        } else {
            key_put_str(&key, str_from_c(tag_names[note->tags[i]]));
        }
        buf_put(&key, buf_str(&movie));
        add_key(note, 1, buf_str(&key));
    }
    if (note->live) {
        add_key(note, 2, (Str){0});
    }
    buf_free(&movie);
    buf_free(&key);
}

static bool is_in_group(const Note *note, int aggregate, Str terms)
{
    for (int i = 0; i < note->key_counts[aggregate]; i++) {
        const GroupKey *key = &note->keys[aggregate][i];
        if (str_eq((Str){key->bytes, key->len}, terms)) {
            return true;
        }
    }
    return false;
}

/* A sum: digits of 32 bits, the first worth 2^-1074. */
typedef struct Digits {
    int64_t at[72];
} Digits;

static void add_digits(Digits *sum, uint64_t mantissa, int place, int sign)
{
    uint64_t low = (mantissa & 0xffffffff) << place % 32;
    uint64_t high = (mantissa >> 32) << place % 32;
    int64_t *at = &sum->at[place / 32];
    at[0] += sign * (int64_t)(low & 0xffffffff);
    at[1] += sign * (int64_t)((low >> 32) + (high & 0xffffffff));
    at[2] += sign * (int64_t)(high >> 32);
}

static void add_real(Digits *sum, double d)
{
    int exponent;
    double fraction = frexp(fabs(d), &exponent);
    /* 53 bits, less for subnormals: whole multiples of 2^-1074 either way. */
    int shift = exponent - 53 < -1074 ? -1074 : exponent - 53;
    add_digits(sum, (uint64_t)ldexp(fraction, exponent - shift), shift + 1074, d < 0 ? -1 : 1);
}

static void add_whole(Digits *sum, int64_t n)
{
    add_digits(sum, n < 0 ? -(uint64_t)n : (uint64_t)n, 1074, n < 0 ? -1 : 1);
}

static double round_digits(Digits sum)
{
    enum { DIGITS = 72 };
    for (int i = 0; i + 1 < DIGITS; i++) {
        int64_t low = sum.at[i] & 0xffffffff;
        sum.at[i + 1] += (sum.at[i] - low) / (INT64_C(1) << 32);
        sum.at[i] = low;
    }
    bool negative = sum.at[DIGITS - 1] < 0;
    if (negative) {
        int64_t borrow = 0;
        for (int i = 0; i < DIGITS; i++) {
            int64_t digit = -sum.at[i] - borrow;
            borrow = digit < 0 && i + 1 < DIGITS;
            sum.at[i] = digit + borrow * (INT64_C(1) << 32);
        }
    }
    char text[8 * DIGITS + 32];
    int len = snprintf(text, sizeof text, "%s0x", negative ? "-" : "");
    int top = DIGITS - 1;
    while (top > 0 && sum.at[top] == 0) {
        top--;
    }
    for (int i = top; i >= 0; i--) {
        len += snprintf(text + len, sizeof text - (size_t)len, "%08llx", (long long)sum.at[i]);
    }
    (void)snprintf(text + len, sizeof text - (size_t)len, "p-1074");
    double rounded = strtod(text, NULL);
    return rounded == 0 ? 0.0 : rounded;
}

/* A value of a group: its key and whose it is. */
typedef struct Value {
    char key[32];
    int64_t key_len, id;
} Value;

static int compare_values(const void *a, const void *b)
{
    const Value *left = a;
    const Value *right = b;
    int order = str_compare((Str){left->key, left->key_len}, (Str){right->key, right->key_len});
    return order ? order : (left->id > right->id) - (left->id < right->id);
}

typedef struct Recount {
    int64_t documents, wholes, doubles, distinct, value_count;
    Int128 total;
    Digits digits;
    Value values[DOCUMENTS];
} Recount;

static void recount_note(Recount *count, const Note *note, int64_t id)
{
    count->documents++;
    Buf key = {0};
    switch (note->kind) {
    case VALUE_NONE:
        return;
    case VALUE_WHOLE:
        count->wholes++;
        count->total += note->whole;
        add_whole(&count->digits, note->whole);
        key_put_int(&key, note->whole);
        break;
    case VALUE_REAL:
        count->doubles++;
        add_real(&count->digits, note->real);
        key_put_double(&key, note->real);
        break;
    case VALUE_TEXT:
        key_put_str(&key, STR("text"));
        break;
    }
    Value *value = &count->values[count->value_count++];
    memcpy(value->key, key.data, (size_t)key.len);
    value->key_len = key.len;
    value->id = id;
    buf_free(&key);
}

static void recount(const World *world, int aggregate, Str terms, Recount *count)
{
    count->documents = count->wholes = count->doubles = count->distinct = count->value_count = 0;
    count->total = 0;
    count->digits = (Digits){{0}};
    for (int64_t id = 0; id < DOCUMENTS; id++) {
        const Note *note = &world->model.notes[id];
        if (is_alive(world, note) && is_in_group(note, aggregate, terms)) {
            recount_note(count, note, id);
        }
    }
    qsort(count->values, (size_t)count->value_count, sizeof(Value), compare_values);
    for (int64_t i = 0; i < count->value_count; i++) {
        const Value *value = &count->values[i];
        count->distinct += i == 0 || !str_eq((Str){value->key, value->key_len},
                                             (Str){value[-1].key, value[-1].key_len});
    }
}

/* -- comparing --------------------------------------------------------------------------------
 */

static void expect_value(const FoldValue *value, const Value *expected)
{
    ck_assert_int_eq(value->version->id, expected->id);
    ck_assert(str_eq(value->key, (Str){expected->key, expected->key_len}));
    ck_assert_int_eq(value->slot.slot, 2);
}

static void expect_results(const FoldResult *results, const Recount *count)
{
    ck_assert_int_eq(results[0].count, count->documents);
    ck_assert_int_eq(results[1].count, count->wholes + count->doubles);
    ck_assert_int_eq(results[1].doubles, count->doubles);
    ck_assert(results[1].total == count->total);
    double expected = round_digits(count->digits);
    ck_assert_msg(memcmp(&results[1].sum, &expected, sizeof expected) == 0, "%a, not %a",
                  results[1].sum, expected);
    int64_t last = count->value_count - 1;
    ck_assert_int_eq(results[2].count, last >= 0);
    ck_assert_int_eq(results[3].count, last >= 0);
    if (last >= 0) {
        expect_value(&results[2].values[0], &count->values[0]);
        expect_value(&results[3].values[0], &count->values[last]);
    }
    ck_assert_int_eq(results[4].count, last + 1 < TOP_N ? last + 1 : TOP_N);
    for (int64_t i = 0; i < results[4].count; i++) {
        expect_value(&results[4].values[i], &count->values[last - i]);
    }
    ck_assert_int_eq(results[5].count, count->distinct);
}

static void check_group(World *world, Txn *txn, int aggregate, Str terms)
{
    Recount count;
    recount(world, aggregate, terms, &count);
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

/* Number of groups that have a living note. */
static int64_t count_groups(const World *world, int aggregate)
{
    int64_t count = 0;
    for (int64_t id = 0; id < DOCUMENTS; id++) {
        const Note *note = &world->model.notes[id];
        for (int i = 0; is_alive(world, note) && i < note->key_counts[aggregate]; i++) {
            const GroupKey *key = &note->keys[aggregate][i];
            bool first = true;
            for (int64_t before = 0; first && before < id; before++) {
                const Note *other = &world->model.notes[before];
                first = !is_alive(world, other) ||
                        !is_in_group(other, aggregate, (Str){key->bytes, key->len});
            }
            count += first;
        }
    }
    return count;
}

static void check_all(World *world, Txn *txn)
{
    for (int i = 0; i < AGGREGATES; i++) {
        uint32_t aggregate = world->aggregates[i];
        int64_t expected = count_groups(world, i);
        ck_assert_int_eq(txn_count_groups(txn, aggregate), expected);
        StoreCursor *cursor =
            cursor_groups(txn, aggregate, (Str){0}, (Str){0}, pick(world, 2) == 0);
        Str terms;
        FoldResult results[6];
        int64_t groups = 0;
        for (; cursor_next_group(cursor, &terms, FOLDS_ALL, results); groups++) {
            Recount count;
            recount(world, i, terms, &count);
            expect_results(results, &count);
        }
        ck_assert_int_eq(groups, expected);
        cursor_close(cursor);
    }
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
        note.ttl_us = world->fake.time_us + pick(world, 20000) - 500;
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
        ck_assert_int_eq(status, is_alive(world, note) ? STORE_OK : STORE_NOT_FOUND);
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
        ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    }
    return writes;
}

START_TEST(random_writes_match_a_recount)
{
    static World world;
    world = (World){.seed = 20};
    fake_start(&world.fake);
    world.fake.time_us = 1000000;
    open_world(&world);
    Txn *txn = txn_begin(world.store, TXN_WRITE);
    ck_assert_int_eq(txn_create_collection(txn, NOTES), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    define_aggregates(&world);
    int check_at = 0;
    int reopen_at = REOPEN_EVERY;
    for (int done = 0; done < OPERATIONS;) {
        world.fake.time_us += 1000;
        done += random_txn(&world);
        if (done >= check_at) {
            world.fake.time_us += 1000;
            txn = txn_begin(world.store, TXN_READ);
            check_all(&world, txn);
            txn_rollback(txn);
            check_at = done + CHECK_ALL_EVERY;
        }
        if (done >= reopen_at) {
            verify(&world);
            ck_assert_int_eq(store_close(world.store), STORE_OK);
            open_world(&world);
            verify(&world);
            reopen_at = done + REOPEN_EVERY;
        }
    }
    txn = txn_begin(world.store, TXN_READ);
    check_all(&world, txn);
    txn_rollback(txn);
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

/* check_btree: the B+tree against a sorted array, by random operations. A failing run prints
 * its seed; SEED=n in the environment repeats it.
 */
#include "runtime/base/limits.h"
#include "store/btree.h"

#include <check.h>

/* -- random numbers and keys ------------------------------------------------------------- */

static uint64_t seed_of_run(void)
{
    const char *given = getenv("SEED");
    return given ? strtoull(given, NULL, 10) : 20260801;
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* The bytes of key number `n`: short and long ones, with shared beginnings. */
static void make_key(Buf *key, uint64_t n, bool long_keys)
{
    key->len = 0;
    buf_printf(key, "%s%llu", n % 3 ? "same beginning " : "",
               (unsigned long long)(n * 7919 % 1009));
    if (long_keys && n % 11 == 0) {
        buf_fill(key, 'x', (int64_t)(n * 131 % (KEY_BYTES_MAX - 64)));
    }
    buf_byte(key, (char)n);
}

/* -- the model ---------------------------------------------------------------------------- */

enum { KEY_COUNT = 1500 };

typedef struct Model {
    bool has[KEY_COUNT];
    uint64_t payload[KEY_COUNT];
    int64_t count;
} Model;

typedef struct Trial {
    Edit edit;
    Tree tree;
    Slab *slab;
    Model model;
    Buf keys[KEY_COUNT]; /* TREE_KEYS: in ascending order */
    uint64_t seed, random;
    int64_t id_step; /* TREE_IDS: from one id to the next */
} Trial;

static int compare_bufs(const void *a, const void *b)
{
    return str_compare(buf_str(a), buf_str(b));
}

static void start_trial(Trial *trial, TreeKind kind, bool long_keys)
{
    memset(trial, 0, sizeof *trial);
    trial->seed = trial->random = seed_of_run();
    trial->tree.kind = kind;
    trial->id_step = 1000003;
    trial->slab = slab_new();
    edit_begin(&trial->edit, trial->slab, 1);
    for (uint64_t i = 0; kind == TREE_KEYS && i < KEY_COUNT; i++) {
        make_key(&trial->keys[i], i, long_keys);
    }
    qsort(trial->keys, KEY_COUNT, sizeof trial->keys[0], compare_bufs);
    for (int64_t i = 1; kind == TREE_KEYS && i < KEY_COUNT; i++) {
        ck_assert(!str_eq(buf_str(&trial->keys[i - 1]), buf_str(&trial->keys[i])));
    }
}

static void end_trial(Trial *trial)
{
    edit_rollback(&trial->edit);
    ptrs_free(&trial->edit.fresh);
    ptrs_free(&trial->edit.loose);
    ptrs_free(&trial->edit.stale);
    ck_assert_int_eq(slab_bytes(trial->slab), 0);
    slab_free_all(trial->slab);
    for (int64_t i = 0; i < KEY_COUNT; i++) {
        buf_free(&trial->keys[i]);
    }
}

/* Numbers of keys and ids rise together; ids are on both sides of 0. */
static int64_t id_of(const Trial *trial, int64_t n)
{
    return (n - KEY_COUNT / 2) * trial->id_step;
}

static TreeKey key_of(const Trial *trial, int64_t n)
{
    return trial->tree.kind == TREE_IDS ? tree_key_id(id_of(trial, n))
                                        : tree_key(buf_str(&trial->keys[n]));
}

/* Whether the nearest key that is there, below (`by` -1) or above `n`, starts with `prefix`. */
static bool neighbour_starts_with(const Trial *trial, int64_t n, int64_t by, Str prefix)
{
    for (n += by; n >= 0 && n < KEY_COUNT && !trial->model.has[n];) {
        n += by;
    }
    return n >= 0 && n < KEY_COUNT && str_starts_with(buf_str(&trial->keys[n]), prefix);
}

/* Inserts or removes a key, and looks at what is said of its neighbours. */
static bool change_beside(Trial *trial, int64_t n, bool inserts)
{
    Str key = buf_str(&trial->keys[n]);
    Beside beside = {.prefix_len =
                         (int64_t)(next_random(&trial->random) % (uint64_t)(key.len + 1))};
    Str prefix = str_slice(key, 0, beside.prefix_len);
    bool shared =
        neighbour_starts_with(trial, n, -1, prefix) || neighbour_starts_with(trial, n, 1, prefix);
    bool changed = inserts ? tree_insert_beside(&trial->edit, &trial->tree, key, &beside)
                           : tree_remove_beside(&trial->edit, &trial->tree, key, &beside);
    ck_assert(!changed || beside.shared == shared);
    return changed;
}

static void put(Trial *trial, int64_t n)
{
    uint64_t payload = next_random(&trial->random) + 1;
    if (trial->tree.kind == TREE_IDS) {
        tree_put(&trial->edit, &trial->tree, id_of(trial, n), payload);
        trial->model.payload[n] = payload;
    } else {
        bool beside = next_random(&trial->random) % 2 == 0;
        bool added = beside ? change_beside(trial, n, true)
                            : tree_insert(&trial->edit, &trial->tree, buf_str(&trial->keys[n]));
        ck_assert_int_eq(added, !trial->model.has[n]);
    }
    trial->model.count += !trial->model.has[n];
    trial->model.has[n] = true;
}

static void take_out(Trial *trial, int64_t n)
{
    bool beside = trial->tree.kind == TREE_KEYS && next_random(&trial->random) % 2 == 0;
    bool removed = beside ? change_beside(trial, n, false)
                          : tree_remove(&trial->edit, &trial->tree, key_of(trial, n));
    ck_assert_int_eq(removed, trial->model.has[n]);
    trial->model.count -= trial->model.has[n];
    trial->model.has[n] = false;
}

/* Moves entry n to a place nearby, or anywhere. */
static void move(Trial *trial, int64_t n)
{
    int64_t by = (int64_t)(next_random(&trial->random) % 9) - 4;
    int64_t to = next_random(&trial->random) % 4 == 0
                     ? (int64_t)(next_random(&trial->random) % KEY_COUNT)
                     : (n + by + KEY_COUNT) % KEY_COUNT;
    Model *model = &trial->model;
    bool had = model->has[n];
    bool moved =
        tree_move(&trial->edit, &trial->tree, buf_str(&trial->keys[n]), buf_str(&trial->keys[to]));
    ck_assert_int_eq(moved, had && (to == n || !model->has[to]));
    if (had) {
        model->has[n] = false;
        model->count -= 1 - !model->has[to];
        model->has[to] = true;
    }
}

static void check_entry(const Trial *trial, const TreeCursor *cursor, const Model *model, int64_t n)
{
    if (trial->tree.kind == TREE_IDS) {
        ck_assert_uint_eq(tree_cursor_payload(cursor), model->payload[n]);
        return;
    }
    static char bytes[KEY_BYTES_MAX];
    int64_t len = tree_cursor_key_len(cursor);
    tree_cursor_key(cursor, bytes);
    ck_assert(str_eq((Str){bytes, len}, buf_str(&trial->keys[n])));
}

/* Reads keys number [from, to) of `tree`, which is in the state of `model`. */
static void check_range(const Trial *trial, const Tree *tree, const Model *model, int64_t from,
                        int64_t to, bool reverse)
{
    TreeCursor cursor;
    bool bounded = to < KEY_COUNT;
    TreeKey end = bounded ? key_of(trial, to) : (TreeKey){0};
    tree_cursor_start(&cursor, tree, key_of(trial, from), end, bounded, reverse);
    for (int64_t i = from; i < to; i++) {
        int64_t n = reverse ? to - 1 - (i - from) : i;
        if (model->has[n]) {
            ck_assert_msg(tree_cursor_next(&cursor), "seed %llu", (unsigned long long)trial->seed);
            check_entry(trial, &cursor, model, n);
        }
    }
    ck_assert(!tree_cursor_next(&cursor));
    ck_assert(!tree_cursor_next(&cursor));
}

static void check_all(const Trial *trial)
{
    Buf message = {0};
    ck_assert_msg(tree_verify(&trial->tree, &message), "seed %llu: %.*s",
                  (unsigned long long)trial->seed, STR_ARG(buf_str(&message)));
    buf_free(&message);
    ck_assert_int_eq(trial->tree.count, trial->model.count);
}

static void run_random(Trial *trial, int64_t steps)
{
    for (int64_t step = 0; step < steps; step++) {
        /* Long phases of growing and shrinking, so that splits and merges reach the root. */
        bool grows = step / 2000 % 2 == 0;
        int64_t n = (int64_t)(next_random(&trial->random) % KEY_COUNT);
        if ((next_random(&trial->random) % 4 == 0) != grows) {
            put(trial, n);
        } else {
            take_out(trial, n);
        }
        if (trial->tree.kind == TREE_KEYS && step % 2 == 0) {
            move(trial, (int64_t)(next_random(&trial->random) % KEY_COUNT));
        }
        if (trial->tree.kind == TREE_IDS) {
            uint64_t found = tree_find(&trial->tree, id_of(trial, n));
            ck_assert_uint_eq(found, trial->model.has[n] ? trial->model.payload[n] : 0);
        }
        if (step % 16 == 0) {
            check_all(trial);
        }
        if (step % 100 == 0) {
            int64_t from = (int64_t)(next_random(&trial->random) % KEY_COUNT);
            int64_t to = from + (int64_t)(next_random(&trial->random) % 300);
            to = to > KEY_COUNT ? KEY_COUNT : to;
            check_range(trial, &trial->tree, &trial->model, from, to, step % 200 == 0);
        }
    }
    check_range(trial, &trial->tree, &trial->model, 0, KEY_COUNT, false);
    check_range(trial, &trial->tree, &trial->model, 0, KEY_COUNT, true);
}

/* -- tests ------------------------------------------------------------------------------------ */

START_TEST(a_tree_of_ids_is_a_sorted_array)
{
    static Trial trial;
    start_trial(&trial, TREE_IDS, false);
    run_random(&trial, 12000);
    end_trial(&trial);
}
END_TEST

/* Ids that rise by one: leaves are dense until the first gap. */
START_TEST(so_is_one_whose_ids_follow_each_other)
{
    static Trial trial;
    start_trial(&trial, TREE_IDS, false);
    trial.id_step = 1;
    for (int64_t n = 100; n < KEY_COUNT; n++) {
        put(&trial, n);
    }
    check_all(&trial);
    for (int64_t n = 100; n < 400; n++) { /* the first of a leaf, and the last ones */
        take_out(&trial, n);
        take_out(&trial, KEY_COUNT + 99 - n);
        check_all(&trial);
    }
    for (int64_t n = KEY_COUNT - 300; n < KEY_COUNT; n++) {
        put(&trial, n);
    }
    check_range(&trial, &trial.tree, &trial.model, 0, KEY_COUNT, true);
    run_random(&trial, 6000);
    end_trial(&trial);
}
END_TEST

START_TEST(a_tree_of_keys_is_a_sorted_array)
{
    static Trial trial;
    start_trial(&trial, TREE_KEYS, _i == 1);
    run_random(&trial, 12000);
    end_trial(&trial);
}
END_TEST

START_TEST(an_old_root_still_shows_the_old_state)
{
    static Trial trial;
    static Model before;
    start_trial(&trial, _i == 0 ? TREE_IDS : TREE_KEYS, false);
    for (int round = 0; round < 8; round++) {
        run_random(&trial, 300);
        before = trial.model;
        Tree old = trial.tree;
        edit_freeze(&trial.edit);
        run_random(&trial, 300);
        check_range(&trial, &old, &before, 0, KEY_COUNT, false);
        ck_assert(tree_verify(&old, NULL));
        edit_thaw(&trial.edit, 0);
        check_all(&trial);
    }
    end_trial(&trial);
}
END_TEST

START_TEST(rewinding_brings_the_marked_state_back)
{
    static Trial trial;
    static Model before;
    start_trial(&trial, _i == 0 ? TREE_IDS : TREE_KEYS, true);
    for (int round = 0; round < 8; round++) {
        run_random(&trial, 200);
        before = trial.model;
        Tree old = trial.tree;
        EditMark mark = edit_mark(&trial.edit);
        run_random(&trial, 200);
        edit_rewind(&trial.edit, &mark);
        trial.tree = old;
        trial.model = before;
        check_all(&trial);
        check_range(&trial, &trial.tree, &trial.model, 0, KEY_COUNT, false);
    }
    end_trial(&trial);
}
END_TEST

START_TEST(rising_ids_fill_leaves)
{
    Slab *slab = slab_new();
    Edit edit = {0};
    Tree tree = {.kind = TREE_IDS};
    edit_begin(&edit, slab, 1);
    for (int64_t id = 1; id <= 50000; id++) {
        tree_put(&edit, &tree, id, (uint64_t)id);
    }
    ck_assert(tree_verify(&tree, NULL));
#ifndef FAWN_STRESS
    ck_assert_int_lt(tree_bytes(&tree), 50000 * 9);
#endif
    uint64_t payloads[7];
    int64_t sum = 0;
    TreeCursor cursor;
    tree_cursor_start(&cursor, &tree, tree_key_id(10), tree_key_id(40001), true, false);
    for (int64_t got; (got = tree_cursor_batch(&cursor, payloads, 7)) > 0;) {
        for (int64_t i = 0; i < got; i++) {
            sum += (int64_t)payloads[i];
        }
    }
    ck_assert_int_eq(sum, (int64_t)40000 * 40001 / 2 - 45);
    tree_drop(&edit, &tree);
    ck_assert_int_eq(slab_bytes(slab), 0);
    edit_rollback(&edit);
    ptrs_free(&edit.fresh);
    slab_free_all(slab);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("btree");
    TCase *tests = tcase_create("btree");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_tree_of_ids_is_a_sorted_array);
    tcase_add_test(tests, so_is_one_whose_ids_follow_each_other);
    tcase_add_loop_test(tests, a_tree_of_keys_is_a_sorted_array, 0, 2);
    tcase_add_loop_test(tests, an_old_root_still_shows_the_old_state, 0, 2);
    tcase_add_loop_test(tests, rewinding_brings_the_marked_state_back, 0, 2);
    tcase_add_test(tests, rising_ids_fill_leaves);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

/* Sets: for sets of every kind, what is left after k elements goes on where they ended, a
 * reversal is the elements backwards, and the text of a set gives the set again. Functions are
 * played by the test: a Function's name says what it does.
 */
#include "runtime/set/set_node.h"
#include "runtime/set/set_text.h"

#include <check.h>

static Arena session, heap, query;
static Store *store;
static Rt rt;

/* -- functions -------------------------------------------------------------------------- */

static const Source even_text = {{"test", 4}, {"even", 4}};
static const Source double_text = {{"test", 4}, {"double", 6}};
static const Source below_text = {{"test", 4}, {"below", 5}};
static const Source fail_text = {{"test", 4}, {"fail", 4}};

static const Function even = {.kind = FUNCTION_LAMBDA, .params = 1, .span = {&even_text, 0, 4}};
static const Function twice = {.kind = FUNCTION_LAMBDA, .params = 1, .span = {&double_text, 0, 6}};
static const Function below = {.kind = FUNCTION_LAMBDA, .params = 1, .span = {&below_text, 0, 5}};
static const Function failing = {.kind = FUNCTION_LAMBDA, .params = 1, .span = {&fail_text, 0, 4}};

static const Function *const functions[] = {&even, &twice, &below, &failing};

/* even, double, below (the numbers below n, as a set), fail; with two arguments: their sum. */
static Value play(Rt *caller, Value fn, const Value *args, int64_t argc)
{
    Str name = fn.as.function->span.source->text;
    if (argc == 0) {
        return fn; /* what a cursor's lambda is wrapped in */
    }
    if (argc == 2) {
        return val_number(args[0].as.integer + args[1].as.integer);
    }
    int64_t n = args[0].as.integer;
    if (str_eq(name, STR("even"))) {
        return val_bool(n % 2 == 0);
    }
    if (str_eq(name, STR("double"))) {
        return val_number(n * 2);
    }
    if (str_eq(name, STR("below"))) {
        SetNode *node = set_node(caller, &set_sequence_ops, NULL);
        node->until = n % 4;
        return val_set(&node->head);
    }
    return rt_fault(caller, FAULT_abort, "Query aborted.");
}

/* "() => (even)" is the function `even`. */
static Value compile(Rt *caller, Arena *arena, const Source *source)
{
    (void)caller;
    (void)arena;
    for (int64_t i = 0; i < countof(functions); i++) {
        if (str_find(source->text, functions[i]->span.source->text, 0) >= 0) {
            return val_function(functions[i]);
        }
    }
    return rt_fault(&rt, FAULT_invalid_query, "no lambda");
}

static bool no_variables(const Function *fn, int64_t i, Str *name, Value *value)
{
    (void)fn;
    (void)i;
    (void)name;
    (void)value;
    return false;
}

static const RtUp up = {.call = play, .compile_lambda = compile, .free_variable = no_variables};

static void set_up(void)
{
    arena_init(&session);
    arena_init(&heap);
    arena_init(&query);
    StoreNotice notice;
    ck_assert_int_eq(store_open(&(StoreOptions){0}, &store, &notice), STORE_OK);
    rt_init(&rt, &session, store, &up, NULL);
    rt_begin(&rt, &heap, &query, txn_begin(store, TXN_READ));
    ck_assert(catalog_load(&rt));
}

static void tear_down(void)
{
    txn_rollback(rt.txn);
    catalog_free(rt.catalog);
    rt_free(&rt);
    ck_assert_int_eq(store_close(store), STORE_OK);
    arena_free(&query);
    arena_free(&heap);
    arena_free(&session);
}

/* -- sets of every kind --------------------------------------------------------------------- */

static const Set *sequence(int64_t from, int64_t until)
{
    SetNode *node = set_node(&rt, &set_sequence_ops, NULL);
    node->from = from;
    node->until = until;
    return &node->head;
}

static const Set *with(const SetOps *ops, const Set *source, const Function *fn)
{
    return set_with_function(&rt, ops, source, val_function(fn), (Span){0});
}

static const Set *array_of(int64_t a, int64_t b, int64_t c)
{
    Value items[] = {val_int(a), val_int(b), val_int(c)};
    Value *kept = arena_copy(rt.heap, items, (int64_t)sizeof items);
    return set_from_array(&rt, val_array(kept, 3)).as.set;
}

static const Set *single(int64_t n)
{
    SetNode *node = set_node(&rt, &set_single_ops, NULL);
    node->value = val_int(n);
    return &node->head;
}

enum { SET_KINDS = 17 };

static const Set *make_set(int kind)
{
    switch (kind) {
    case 0:
        return sequence(3, 9);
    case 1:
        return sequence(3, 3);
    case 2:
        return array_of(5, 1, 3);
    case 3:
        return single(7);
    case 4:
        return with(&set_where_ops, sequence(0, 9), &even);
    case 5:
        return with(&set_map_ops, array_of(1, 2, 3), &twice);
    case 6:
        return set_with_count(&rt, &set_take_ops, sequence(0, 9), 4);
    case 7:
        return set_with_count(&rt, &set_take_ops, sequence(0, 2), 4);
    case 8:
        return set_with_count(&rt, &set_drop_ops, sequence(0, 9), 4);
    case 9:
        return set_with_count(&rt, &set_drop_ops, sequence(0, 2), 4);
    case 10:
        return set_concat(&rt, sequence(0, 2), array_of(7, 8, 9));
    case 11:
        return set_concat(&rt, sequence(0, 0), single(4));
    case 12:
        return with(&set_flat_map_ops, sequence(0, 8), &below);
    case 13:
        return set_order(&rt, array_of(5, 1, 3), (Order){0}, (Span){0});
    case 14:
        return &set_node(&rt, &set_distinct_ops, array_of(2, 1, 2))->head;
    case 15:
        return with(&set_where_ops, with(&set_flat_map_ops, sequence(2, 12), &below), &even);
    default:
        return set_with_count(&rt, &set_take_ops, set_concat(&rt, make_set(12), make_set(4)), 9);
    }
}

static Value elements(const Set *set)
{
    Value array = set_to_array(&rt, set);
    ck_assert(array.type == T_ARRAY);
    return array;
}

/* The first `count` elements and what is left, as one array. */
static Value split(const Set *set, int64_t count)
{
    SetReader *reader = set_open(&rt, set);
    ck_assert_ptr_nonnull(reader);
    ValueList list = {0};
    ck_assert(set_collect(&rt, reader, count, &list));
    const Set *rest = reader->rest(reader, &rt);
    set_close(reader);
    ck_assert_ptr_nonnull(rest);
    ck_assert(set_collect_all(&rt, rest, &list));
    return val_array(list.at, list.len);
}

START_TEST(what_is_left_goes_on_where_reading_ended)
{
    const Set *set = make_set(_i);
    Value all = elements(set);
    for (int64_t count = 0; count <= all.len; count++) {
        ck_assert_msg(val_equal(split(set, count), all), "kind %d after %d", _i, (int)count);
    }
}
END_TEST

START_TEST(reversed_sets_have_the_elements_backwards)
{
    const Set *set = make_set(_i);
    Value all = elements(set);
    Value back = elements(set_reverse(&rt, set));
    ck_assert_int_eq(back.len, all.len);
    for (int64_t i = 0; i < all.len && set->ops != &set_distinct_ops; i++) {
        ck_assert(val_equal(back.as.items[i], all.as.items[all.len - 1 - i]));
    }
}
END_TEST

START_TEST(a_set_comes_back_from_its_text)
{
    const Set *set = make_set(_i);
    Str text;
    ck_assert(set_cursor_text(&rt, set, 5, &text));
    SetText again;
    ck_assert(set_text_read(&rt, text, &again));
    ck_assert_int_eq(again.page_size, 5);
    ck_assert_int_eq(again.time_us, txn_snapshot_us(rt.txn));
    ck_assert(val_equal(elements(again.set), elements(set)));
}
END_TEST

START_TEST(a_copied_set_has_the_same_elements)
{
    Arena other;
    arena_init(&other);
    const Set *set = make_set(_i);
    Value before = elements(set);
    const Set *copy = set_copy(&other, set, NULL);
    ck_assert(val_equal(elements(copy), before));
    arena_free(&other);
}
END_TEST

START_TEST(pages_hold_all_elements_once_and_end_without_a_cursor)
{
    const Set *set = make_set(_i);
    Value all = elements(set);
    int64_t read = 0;
    Value page = set_page(&rt, set, 2);
    for (;;) {
        ck_assert(page.type == T_OBJECT);
        const Value *data = object_get(page.as.object, STR("data"));
        for (int64_t i = 0; i < data->len; i++) {
            ck_assert(val_equal(data->as.items[i], all.as.items[read++]));
        }
        const Value *after = object_get(page.as.object, STR("after"));
        if (!after) {
            break;
        }
        ck_assert_int_eq(data->len, 2);
        page = set_page_after(&rt, after->as.cursor->text, 0);
    }
    ck_assert_int_eq(read, all.len);
}
END_TEST

START_TEST(counts_agree_with_the_elements)
{
    const Set *set = make_set(_i);
    Value count = set_count(&rt, set);
    ck_assert_int_eq(count.as.integer, elements(set).len);
}
END_TEST

/* -- damaged text ------------------------------------------------------------------------------ */

static void read_damaged(Str text)
{
    SetText read;
    bool ok = set_text_read(&rt, text, &read);
    ck_assert(ok == (rt.fault == NULL));
    rt.fault = NULL;
}

START_TEST(damaged_text_is_refused_or_is_another_set)
{
    Str text;
    ck_assert(set_cursor_text(&rt, make_set(_i), 5, &text));
    for (int64_t i = 0; i < text.len; i++) {
        read_damaged(str_slice(text, 0, i));
        char *changed = arena_copy(rt.heap, text.s, text.len);
        changed[i] = changed[i] == 'A' ? '/' : 'A';
        read_damaged((Str){changed, text.len});
    }
}
END_TEST

/* -- consuming --------------------------------------------------------------------------------- */

START_TEST(folds_run_in_constant_memory)
{
    const Set *set = with(&set_flat_map_ops, sequence(0, 100000), &below);
    int64_t before = arena_bytes(&heap);
    Value sum = set_fold(&rt, set, val_int(0), val_function(&even));
    ck_assert_int_eq(sum.as.integer, 25000 * (0 + 0 + 1 + 0 + 1 + 2));
    ck_assert_int_lt(arena_bytes(&heap) - before, 65536);
}
END_TEST

START_TEST(aggregates_combine_every_element_and_the_seed)
{
    for (int64_t n = 0; n < 40; n++) {
        Value sum = set_aggregate(&rt, sequence(0, n), val_int(1000), val_function(&even));
        ck_assert_int_eq(sum.as.integer, 1000 + n * (n - 1) / 2);
    }
    Value sum = set_aggregate(&rt, sequence(0, 10000), val_int(0), val_function(&even));
    ck_assert_int_eq(sum.as.integer, 49995000);
}
END_TEST

START_TEST(first_reads_no_further_than_it_must)
{
    const Set *set = set_concat(&rt, single(1), with(&set_map_ops, single(2), &failing));
    ck_assert_int_eq(set_first(&rt, set).as.integer, 1);
    ck_assert(val_is_null(set_first(&rt, sequence(0, 0))));
}
END_TEST

START_TEST(a_fault_ends_the_reading_and_is_traced_to_the_operator)
{
    Span span = {&fail_text, 0, 4};
    const Set *set =
        set_with_function(&rt, &set_map_ops, sequence(0, 9), val_function(&failing), span);
    ck_assert(val_is_fault(set_to_array(&rt, set)));
    ck_assert_int_eq(rt.fault->trace_len, 1);
    ck_assert_ptr_eq(rt.fault->trace[0].source, &fail_text);
}
END_TEST

START_TEST(writes_are_refused_while_a_sets_function_runs)
{
    ck_assert_ptr_null(rt.effects.place);
    (void)elements(make_set(4));
    ck_assert_ptr_null(rt.effects.place);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("set");
    TCase *kinds = tcase_create("kinds");
    tcase_add_checked_fixture(kinds, set_up, tear_down);
    tcase_add_loop_test(kinds, what_is_left_goes_on_where_reading_ended, 0, SET_KINDS);
    tcase_add_loop_test(kinds, reversed_sets_have_the_elements_backwards, 0, SET_KINDS);
    tcase_add_loop_test(kinds, a_set_comes_back_from_its_text, 0, SET_KINDS);
    tcase_add_loop_test(kinds, a_copied_set_has_the_same_elements, 0, SET_KINDS);
    tcase_add_loop_test(kinds, pages_hold_all_elements_once_and_end_without_a_cursor, 0, SET_KINDS);
    tcase_add_loop_test(kinds, counts_agree_with_the_elements, 0, SET_KINDS);
    tcase_add_loop_test(kinds, damaged_text_is_refused_or_is_another_set, 0, SET_KINDS);
    suite_add_tcase(suite, kinds);
    TCase *consuming = tcase_create("consuming");
    tcase_add_checked_fixture(consuming, set_up, tear_down);
    tcase_add_test(consuming, folds_run_in_constant_memory);
    tcase_add_test(consuming, aggregates_combine_every_element_and_the_seed);
    tcase_add_test(consuming, first_reads_no_further_than_it_must);
    tcase_add_test(consuming, a_fault_ends_the_reading_and_is_traced_to_the_operator);
    tcase_add_test(consuming, writes_are_refused_while_a_sets_function_runs);
    suite_add_tcase(suite, consuming);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

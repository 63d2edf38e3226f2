/* Sorting: in order, nothing lost, equal elements in their old order; for runs of every length
 * around those that the sort treats specially. The key functions are played by the test: the last
 * digit and the half of a number.
 */
#include "runtime/builtins/order.h"

#include "runtime/function.h"

#include <check.h>
#include <math.h>

static Arena session, heap, query;
static Rt rt;

static const Function digit_function = {.kind = FUNCTION_LAMBDA, .params = 1};
static const Function half_function = {.kind = FUNCTION_LAMBDA, .params = 1};

static Value call_key(Rt *caller, Value fn, const Value *args, int64_t argc)
{
    (void)caller;
    ck_assert_int_eq(argc, 1);
    int64_t n = args[0].as.integer;
    return val_int(fn.as.function == &digit_function ? n % 10 : n / 2);
}

static const RtUp up = {.call = call_key};

static void set_up(void)
{
    arena_init(&session);
    arena_init(&heap);
    arena_init(&query);
    rt_init(&rt, &session, NULL, &up, NULL);
    rt_begin(&rt, &heap, &query, NULL);
}

static void tear_down(void)
{
    rt_free(&rt);
    arena_free(&query);
    arena_free(&heap);
    arena_free(&session);
}

static uint64_t random_state;

static int64_t random_below(int64_t n)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)(random_state >> 33) % n;
}

/* Asserts that `sorted` holds positions in order: by `compare`, then as they were. */
static void check_order_of(const Value *keys, const int64_t *positions, int64_t count,
                           bool descending)
{
    for (int64_t i = 1; i < count; i++) {
        int order = val_compare(keys[positions[i - 1]], keys[positions[i]]);
        ck_assert_int_le(descending ? -order : order, 0);
        ck_assert(order != 0 || positions[i - 1] < positions[i]);
    }
}

START_TEST(whole_numbers_are_sorted_by_a_key_either_way)
{
    OrderKey key = {.function = val_function(&digit_function), .descending = _i % 2 == 1};
    Order order = {.keys = &key, .count = 1};
    int64_t count = _i;
    Value *items = arena_array(&heap, Value, count), *sorted = arena_array(&heap, Value, count);
    Value *keys = arena_array(&heap, Value, count);
    int64_t *positions = arena_array(&heap, int64_t, count);
    random_state = (uint64_t)_i;
    for (int64_t i = 0; i < count; i++) {
        items[i] = val_int(i * 10 + random_below(10));
        keys[i] = val_int(items[i].as.integer % 10);
    }
    ck_assert(order_sort(&rt, &order, items, count, sorted));
    for (int64_t i = 0; i < count; i++) {
        positions[i] = sorted[i].as.integer / 10;
    }
    check_order_of(keys, positions, count, key.descending);
}
END_TEST

/* Numbers of all sizes, and what is odd among Doubles. */
static Value random_number(bool whole)
{
    static const double odd[] = {0.0, -0.0, 1.5, -1.5, HUGE_VAL, -HUGE_VAL, (double)NAN, 5e-324};
    int64_t wide = random_below(INT32_MAX) << random_below(32);
    if (whole) {
        return val_number(random_below(2) ? -wide : wide);
    }
    return val_double(random_below(3) ? (double)(wide - (INT64_C(1) << 40)) / 7
                                      : odd[random_below(countof(odd))]);
}

/* Short lists are merged, long ones dealt out. */
START_TEST(numbers_are_sorted_by_themselves)
{
    enum { LONGEST = 600 };
    Value items[LONGEST] = {{0}}, sorted[LONGEST] = {{0}};
    int64_t count = _i * 50, total = 0;
    random_state = (uint64_t)_i;
    for (int64_t i = 0; i < count; i++) {
        items[i] = random_number(_i % 2 == 0);
        total += (int64_t)val_hash(items[i]) >> 20;
    }
    ck_assert(order_sort(&rt, &(Order){0}, items, count, sorted));
    for (int64_t i = 0; i < count; i++) {
        ck_assert(i == 0 || val_compare(sorted[i - 1], sorted[i]) <= 0);
        total -= (int64_t)val_hash(sorted[i]) >> 20;
    }
    ck_assert_int_eq(total, 0);
}
END_TEST

START_TEST(the_first_key_decides_first)
{
    OrderKey keys[] = {{.function = val_function(&digit_function), .descending = true},
                       {.function = val_function(&half_function)}};
    Order order = {.keys = keys, .count = 2};
    enum { COUNT = 1000 };
    Value items[COUNT] = {{0}}, sorted[COUNT] = {{0}};
    random_state = 1;
    for (int64_t i = 0; i < COUNT; i++) {
        items[i] = val_int(random_below(5000));
    }
    ck_assert(order_sort(&rt, &order, items, COUNT, sorted));
    for (int64_t i = 1; i < COUNT; i++) {
        int64_t a = sorted[i - 1].as.integer, b = sorted[i].as.integer;
        ck_assert(a % 10 > b % 10 || (a % 10 == b % 10 && a / 2 <= b / 2));
    }
}
END_TEST

START_TEST(mixed_values_are_sorted_by_themselves)
{
    Order order = {0};
    Value items[] = {val_str(STR("b")), val_double(1.5), val_int(2), val_null(NULL),
                     val_str(STR("a")), val_bool(true),  val_int(1)};
    Value sorted[countof(items)];
    ck_assert(order_sort(&rt, &order, items, countof(items), sorted));
    for (int64_t i = 1; i < countof(items); i++) {
        ck_assert_int_lt(val_compare(sorted[i - 1], sorted[i]), 0);
    }
}
END_TEST

START_TEST(an_argument_that_is_no_function_is_refused)
{
    Value args[] = {val_function(&digit_function), val_int(1)};
    Call call = {.args = args, .argc = 2};
    Order order;
    ck_assert(!order_from_args(&rt, &call, &order));
    ck_assert_int_eq(rt.fault->code, FAULT_invalid_argument);
    ck_assert(str_eq(rt.fault->message,
                     STR("expected value for `ordering1` of type Function, received Int")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("order");
    TCase *cases = tcase_create("order");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_loop_test(cases, whole_numbers_are_sorted_by_a_key_either_way, 0, 120);
    tcase_add_loop_test(cases, numbers_are_sorted_by_themselves, 0, 12);
    tcase_add_test(cases, the_first_key_decides_first);
    tcase_add_test(cases, mixed_values_are_sorted_by_themselves);
    tcase_add_test(cases, an_argument_that_is_no_function_is_refused);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* check_exact_sum: exact sums against sums of another kind: expansions, rows of doubles that do
 * not overlap and whose sum is exact (J. R. Shewchuk, "Adaptive precision floating-point
 * arithmetic and fast robust geometric predicates", 1997). What those cannot do, overflow and
 * infinities, is compared with what is known. */
#include "store/exact_sum.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT_MAX = 200, TRIALS = 200, EXPANSION_MAX = 64, LARGEST_EXPONENT = 900 };

/* -- a sum in memory of its own -------------------------------------------------------------- */

static ExactSum *widen_for(ExactSum *sum, double d)
{
    ExactRange range = exact_range_for(sum, d);
    if (sum && range.first == sum->first && range.limb_count == sum->limb_count) {
        return sum;
    }
    ExactSum *wider = malloc((size_t)exact_bytes(range));
    ck_assert_ptr_nonnull(wider);
    exact_copy(wider, range, sum);
    free(sum);
    return wider;
}

static ExactSum *add(ExactSum *sum, double d)
{
    sum = widen_for(sum, d);
    exact_add(sum, d);
    return sum;
}

static ExactSum *take_away(ExactSum *sum, double d)
{
    sum = widen_for(sum, d);
    exact_remove(sum, d);
    return sum;
}

static ExactSum *sum_of(const double *numbers, int count)
{
    ExactSum *sum = NULL;
    for (int i = 0; i < count; i++) {
        sum = add(sum, numbers[i]);
    }
    return sum;
}

static void expect(const ExactSum *sum, Int128 whole, double expected)
{
    double rounded = exact_round(sum, whole);
    ck_assert_msg(memcmp(&rounded, &expected, sizeof expected) == 0, "%a, not %a", rounded,
                  expected);
}

static void expect_sum_of(const double *numbers, int count, double expected)
{
    ExactSum *sum = sum_of(numbers, count);
    expect(sum, 0, expected);
    free(sum);
}

/* -- expansions ------------------------------------------------------------------------------ */

/* The largest part comes last. */
typedef struct Expansion {
    double parts[EXPANSION_MAX];
    int len;
} Expansion;

static void grow(Expansion *sum, double d)
{
    int kept = 0;
    for (int i = 0; i < sum->len; i++) {
        double part = sum->parts[i];
        double total = d + part;
        double virtual = total - d;
        double rest = (d - (total - virtual)) + (part - virtual);
        if (rest != 0) {
            sum->parts[kept++] = rest;
        }
        d = total;
    }
    ck_assert_int_lt(kept, EXPANSION_MAX);
    sum->parts[kept++] = d;
    sum->len = kept;
}

/* The nearest double: of two equally near ones the rest decides, if there is one. */
static double round_expansion(const Expansion *sum)
{
    int at = sum->len;
    double high = at > 0 ? sum->parts[--at] : 0;
    double low = 0;
    while (at > 0 && low == 0) {
        double before = high;
        double part = sum->parts[--at];
        high = before + part;
        low = part - (high - before);
    }
    if (at > 0 && (low < 0) == (sum->parts[at - 1] < 0) && low != 0) {
        double twice = 2 * low;
        double other = high + twice;
        high = other - high == twice ? other : high;
    }
    return high == 0 ? 0.0 : high;
}

static double expected_sum(const double *numbers, int count)
{
    Expansion sum = {.len = 0};
    for (int i = 0; i < count; i++) {
        grow(&sum, numbers[i]);
    }
    return round_expansion(&sum);
}

/* -- random numbers -------------------------------------------------------------------------- */

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* A double of any bits, subnormals included, whose exponent lies in a window of `spread`: narrow
 * ones make sums that cancel and tie. */
static double random_double(uint64_t *state, unsigned first, unsigned spread)
{
    uint64_t bits = next_random(state) >> 12;
    bits = next_random(state) % 3 == 0 ? bits & ~(uint64_t)0 << 48 : bits;
    bits |= (uint64_t)(first + next_random(state) % spread) << 52;
    bits |= next_random(state) << 63;
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

static int random_numbers(uint64_t *state, double *numbers)
{
    static const unsigned spreads[] = {1, 3, 60, 200, LARGEST_EXPONENT};
    unsigned spread = spreads[next_random(state) % countof(spreads)];
    unsigned first = (unsigned)(next_random(state) % (LARGEST_EXPONENT + 1 - spread));
    first = next_random(state) % 4 == 0 ? 0 : first;
    int count = 1 + (int)(next_random(state) % COUNT_MAX);
    for (int i = 0; i < count; i++) {
        bool again = i > 0 && next_random(state) % 4 == 0;
        numbers[i] = again ? -numbers[next_random(state) % (uint64_t)i]
                           : random_double(state, first, spread);
    }
    return count;
}

static void shuffle(uint64_t *state, double *numbers, int count)
{
    for (int i = count - 1; i > 0; i--) {
        int other = (int)(next_random(state) % (uint64_t)(i + 1));
        double kept = numbers[i];
        numbers[i] = numbers[other];
        numbers[other] = kept;
    }
}

/* -- tests ----------------------------------------------------------------------------------- */

START_TEST(sums_are_those_of_expansions)
{
    uint64_t state = 88172645463325252;
    double numbers[COUNT_MAX];
    for (int trial = 0; trial < TRIALS; trial++) {
        int count = random_numbers(&state, numbers);
        ExactSum *sum = NULL;
        Expansion expansion = {.len = 0};
        for (int i = 0; i < count; i++) {
            sum = add(sum, numbers[i]);
            grow(&expansion, numbers[i]);
            expect(sum, 0, round_expansion(&expansion));
        }
        shuffle(&state, numbers, count);
        for (int left = count; left > 0; left--) {
            if (left % 16 == 0 || left == count - 1) {
                expect(sum, 0, expected_sum(numbers, left));
            }
            sum = take_away(sum, numbers[left - 1]);
        }
        ck_assert_int_eq(sum->count, 0);
        ck_assert(exact_equals(sum, NULL));
        free(sum);
    }
}
END_TEST

START_TEST(the_order_does_not_matter)
{
    uint64_t state = 2463534242;
    double numbers[COUNT_MAX];
    for (int trial = 0; trial < TRIALS; trial++) {
        int count = random_numbers(&state, numbers);
        ExactSum *sum = sum_of(numbers, count);
        shuffle(&state, numbers, count);
        ExactSum *other = sum_of(numbers, count);
        ck_assert(exact_equals(sum, other));
        expect(other, 0, exact_round(sum, 0));
        other = take_away(other, numbers[0]);
        ck_assert(!exact_equals(sum, other));
        free(sum);
        free(other);
    }
}
END_TEST

START_TEST(nothing_is_left_of_what_cancels)
{
    expect_sum_of((double[]){1e308, 5e-324, -1e308}, 3, 5e-324);
    expect_sum_of((double[]){1e308, 1e308, 1.0, -1e308, -1e308}, 5, 1.0);
    expect_sum_of((double[]){0.1, 0.2, -0.1, -0.2}, 4, 0.0);
    expect_sum_of((double[]){-0.0, -0.0}, 2, 0.0);
    expect_sum_of((double[]){5e-324, -1e-323}, 2, -5e-324);
    expect_sum_of((double[]){0x1p-1022, -5e-324}, 2, 0x0.fffffffffffffp-1022);
}
END_TEST

START_TEST(too_large_sums_are_infinite_until_they_are_smaller)
{
    ExactSum *sum = NULL;
    for (int i = 0; i < 1000; i++) {
        sum = add(sum, DBL_MAX);
    }
    expect(sum, 0, (double)INFINITY);
    for (int i = 0; i < 2000; i++) {
        sum = add(sum, -DBL_MAX);
    }
    expect(sum, 0, -(double)INFINITY);
    for (int i = 0; i < 1000; i++) {
        sum = take_away(sum, -DBL_MAX);
    }
    expect(sum, 0, 0.0);
    sum = add(sum, DBL_MAX);
    expect(sum, 0, DBL_MAX);
    free(sum);
    /* Half of the last place is a tie, which goes to the even neighbour: 2^1024. */
    expect_sum_of((double[]){DBL_MAX, 0x1p970}, 2, (double)INFINITY);
    expect_sum_of((double[]){DBL_MAX, 0x1p970, -5e-324}, 3, DBL_MAX);
}
END_TEST

START_TEST(ties_go_to_even)
{
    expect_sum_of((double[]){0x1p53, 1.0}, 2, 0x1p53);
    expect_sum_of((double[]){0x1p53, 1.0, 5e-324}, 3, 0x1p53 + 2);
    expect_sum_of((double[]){0x1p53, 2.0, 1.0}, 3, 0x1p53 + 4);
    expect_sum_of((double[]){0x1p53, 2.0, 1.0, -5e-324}, 4, 0x1p53 + 2);
    expect_sum_of((double[]){-0x1p53, -1.0}, 2, -0x1p53);
}
END_TEST

START_TEST(infinities_and_nans_go_as_they_came)
{
    double inf = (double)INFINITY;
    ExactSum *sum = sum_of((double[]){0.5, inf}, 2);
    expect(sum, 0, inf);
    sum = add(sum, -inf);
    ck_assert(isnan(exact_round(sum, 0)));
    sum = take_away(sum, inf);
    expect(sum, 7, -inf);
    sum = add(sum, (double)NAN);
    ck_assert(isnan(exact_round(sum, 0)));
    sum = take_away(sum, (double)NAN);
    sum = take_away(sum, -inf);
    expect(sum, 7, 7.5);
    ck_assert_int_eq(sum->count, 1);
    free(sum);
}
END_TEST

START_TEST(whole_numbers_are_added_before_rounding)
{
    uint64_t state = 362436069;
    for (int trial = 0; trial < 10000; trial++) {
        Int128 whole = (Int128)(int64_t)next_random(&state) * (int64_t)next_random(&state);
        whole >>= next_random(&state) % 120;
        expect(NULL, whole, (double)whole);
        ExactSum *sum = add(NULL, 0.5);
        sum = add(sum, -0.5);
        expect(sum, whole, (double)whole);
        free(sum);
    }
    ExactSum *sum = add(NULL, 5e-324);
    expect(sum, (Int128)1 << 53 | 1, 0x1p53 + 2);
    expect(sum, -(Int128)1, -1.0);
    free(sum);
    expect(NULL, (Int128)1 << 53 | 1, 0x1p53);
}
END_TEST

START_TEST(a_sum_has_few_limbs)
{
    ExactSum *sum = NULL;
    for (int i = 0; i < 100000; i++) {
        sum = add(sum, i % 10 / 2.0);
    }
    ck_assert_int_le(sum->limb_count, 3);
    expect(sum, 0, 225000.0);
    free(sum);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exact_sum");
    TCase *tests = tcase_create("exact_sum");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, sums_are_those_of_expansions);
    tcase_add_test(tests, the_order_does_not_matter);
    tcase_add_test(tests, nothing_is_left_of_what_cancels);
    tcase_add_test(tests, too_large_sums_are_infinite_until_they_are_smaller);
    tcase_add_test(tests, ties_go_to_even);
    tcase_add_test(tests, infinities_and_nans_go_as_they_came);
    tcase_add_test(tests, whole_numbers_are_added_before_rounding);
    tcase_add_test(tests, a_sum_has_few_limbs);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

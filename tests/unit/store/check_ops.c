/* check_ops: writes are read back in order, whatever runs they make, and after cuts. */
#include "store/ops.h"

#include <check.h>

enum { STEPS = 400 };

static char places[STEPS];

/* Kinds and collections stay for a while and change then. */
static OpKind kind_of(int64_t i)
{
    return i / 7 % 3 == 0 ? OP_DELETE : i % 31 == 0 ? OP_CREATE_INDEX : OP_PUT;
}

static uint32_t collection_of(int64_t i)
{
    return (uint32_t)(1024 + i / 50 % 2);
}

static void push(OpList *list, int64_t i)
{
    ops_push(list, kind_of(i), collection_of(i), &places[i]);
}

static void expect(const OpList *list, int64_t first, int64_t len)
{
    Op op;
    int64_t i = first;
    bool same = true;
    for (OpReader reader = ops_from(list, first); ops_next(&reader, &op); i++) {
        same = same && op.kind == kind_of(i) && op.collection == collection_of(i) &&
               op.what == &places[i];
    }
    ck_assert_msg(same && i == len, "from %lld of %lld", (long long)first, (long long)len);
}

START_TEST(writes_are_read_from_any_number_on)
{
    OpList list = {0};
    expect(&list, 0, 0);
    for (int64_t i = 0; i < STEPS; i++) {
        push(&list, i);
    }
    for (int64_t first = 0; first <= STEPS; first++) {
        expect(&list, first, STEPS);
    }
    ck_assert_int_lt(list.run_count, STEPS / 3);
    ops_free(&list);
    ck_assert_int_eq(list.len, 0);
}
END_TEST

START_TEST(what_is_cut_off_is_forgotten)
{
    OpList list = {0};
    for (int64_t len = 0; len < STEPS; len += 13) {
        for (int64_t i = len; i < STEPS; i++) {
            push(&list, i);
        }
        ops_cut(&list, len + 13 < STEPS ? len + 13 : STEPS);
        expect(&list, 0, len + 13 < STEPS ? len + 13 : STEPS);
    }
    ops_clear(&list);
    expect(&list, 0, 0);
    push(&list, 0);
    expect(&list, 0, 1);
    ops_free(&list);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ops");
    TCase *tests = tcase_create("ops");
    tcase_add_test(tests, writes_are_read_from_any_number_on);
    tcase_add_test(tests, what_is_cut_off_is_forgotten);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

/* check_shape: shared and private shapes, their limits, and making them on several threads. */
#include "runtime/base/limits.h"
#include "runtime/base/shape.h"

#include <check.h>
#include <pthread.h>

static ShapeTable *table;
static Arena arena;

static void set_up(void)
{
    table = shape_table_new();
    arena_init(&arena);
}

static void tear_down(void)
{
    shape_table_free(table);
    arena_free(&arena);
}

static Str *names_of(int64_t count, const char *prefix)
{
    Str *names = arena_array(&arena, Str, count);
    for (int64_t i = 0; i < count; i++) {
        names[i] = str_format(&arena, "%s%d", prefix, (int)i);
    }
    return names;
}

START_TEST(equal_histories_give_the_same_shape)
{
    const Shape *empty = shape_empty(table);
    ck_assert_uint_eq(empty->id, 0);
    const Shape *one = shape_add(empty, STR("id"), &arena);
    const Shape *two = shape_add(one, STR("name"), &arena);
    Str names[] = {STR("id"), STR("name")};
    ck_assert_ptr_eq(shape_of(table, names, 2, &arena), two);
    ck_assert_ptr_eq(shape_add(one, STR("name"), &arena), two);
    ck_assert_ptr_eq(shape_by_id(table, two->id), two);
    ck_assert(two->shared);
    Str other[] = {STR("name"), STR("id")};
    ck_assert_ptr_ne(shape_of(table, other, 2, &arena), two);
    ck_assert_ptr_null(shape_by_id(table, shape_table_count(table)));
    ck_assert_ptr_null(shape_by_id(table, UINT32_MAX));
}
END_TEST

START_TEST(a_slot_is_found_at_every_width)
{
    for (int64_t count = 0; count < 200; count++) {
        Str *names = names_of(count, "f");
        const Shape *shape = shape_of(table, names, count, &arena);
        ck_assert_int_eq(shape->shared, count <= SHAPE_FIELDS_SHARED_MAX);
        for (int64_t i = 0; i < count; i++) {
            ck_assert_int_eq(shape_slot(shape, names[i]), i);
        }
        ck_assert_int_eq(shape_slot(shape, STR("f")), -1);
        ck_assert_int_eq(shape_slot(shape, str_format(&arena, "f%d", (int)count)), -1);
    }
}
END_TEST

START_TEST(a_wide_shape_is_shared_only_for_documents)
{
    Str *names = names_of(500, "wide");
    const Shape *own = shape_empty(table);
    for (int64_t i = 0; i < 500; i++) {
        own = shape_add(own, names[i], &arena);
    }
    ck_assert(!own->shared);
    const Shape *shared = shape_share(table, own);
    ck_assert(shared->shared);
    ck_assert_uint_eq(shared->count, 500);
    ck_assert_ptr_eq(shape_share(table, shape_of(table, names, 500, &arena)), shared);
    ck_assert_ptr_eq(shape_share(table, shared), shared);
    const Shape *wider = shape_add(shared, STR("one more"), &arena);
    ck_assert(!wider->shared);
    ck_assert_int_eq(shape_slot(wider, STR("one more")), 500);
}
END_TEST

START_TEST(a_full_table_gives_private_shapes)
{
    const Shape *last = NULL;
    for (int64_t i = 0; i < SHAPE_COUNT_MAX + 10; i++) {
        last = shape_add(shape_empty(table), str_format(&arena, "key%d", (int)i), &arena);
    }
    ck_assert(!last->shared);
    ck_assert(shape_share(table, last)->shared);
    const Shape *early = shape_add(shape_empty(table), STR("key5"), &arena);
    ck_assert(early->shared);
    /* What a document made shared is found again. */
    ck_assert_ptr_eq(shape_add(shape_empty(table), last->names[0], &arena),
                     shape_share(table, last));
}
END_TEST

START_TEST(a_builder_keeps_its_shape)
{
    enum { WIDE = 1000 };
    for (int64_t start = 0; start <= SHAPE_FIELDS_SHARED_MAX; start += 4) {
        Str *names = names_of(WIDE, "field");
        const Shape *from = shape_of(table, names, start, &arena);
        ShapeBuilder *builder = shape_builder(from, &arena);
        for (int64_t i = start; i < WIDE; i++) {
            const Shape *shape = shape_builder_add(builder, names[i], &arena);
            ck_assert(!shape->shared);
            ck_assert_int_eq((int64_t)shape->count, i + 1);
            ck_assert_int_eq(shape_slot(shape, names[i]), i);
            ck_assert_int_eq(shape_slot(shape, names[0]), 0);
            ck_assert_int_eq(shape_slot(shape, names[i / 2]), i / 2);
            ck_assert_int_eq(shape_slot(shape, STR("none")), -1);
        }
        ck_assert_int_eq((int64_t)from->count, start);
    }
}
END_TEST

START_TEST(a_log_defines_shapes_by_number)
{
    Str names[] = {STR("a"), STR("b"), STR("a")};
    ck_assert(shape_define(table, 7000, names, 2));
    ck_assert(shape_define(table, 7000, names, 2));
    ck_assert(!shape_define(table, 7000, names, 1));
    ck_assert(!shape_define(table, 7001, names, 2));
    ck_assert(!shape_define(table, 7001, names, 3));
    ck_assert(!shape_define(table, SHAPE_ID_MAX, names, 1));
    ck_assert(!shape_define(table, 0, names, 1));
    const Shape *shape = shape_of(table, names, 2, &arena);
    ck_assert_uint_eq(shape->id, 7000);
    ck_assert_ptr_eq(shape_by_id(table, 7000), shape);
    ck_assert_uint_gt(shape_add(shape, STR("c"), &arena)->id, 7000);
}
END_TEST

static void *make_many(void *unused)
{
    (void)unused;
    Arena own;
    arena_init(&own);
    uintptr_t sum = 0;
    for (int round = 0; round < 300; round++) {
        const Shape *shape = shape_empty(table);
        for (int i = 0; i < 10; i++) {
            shape = shape_add(shape, str_format(&own, "n%d", round % (i + 3) * 20 + i), &own);
        }
        ck_assert_ptr_eq(shape_by_id(table, shape->id), shape);
        sum += (uintptr_t)shape;
    }
    arena_free(&own);
    return (void *)sum;
}

START_TEST(threads_make_the_same_shapes)
{
    pthread_t threads[4];
    void *sums[4];
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, make_many, NULL), 0);
    }
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(threads[i], &sums[i]), 0);
        ck_assert_ptr_eq(sums[i], sums[0]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shape");
    TCase *tests = tcase_create("shape");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, equal_histories_give_the_same_shape);
    tcase_add_test(tests, a_slot_is_found_at_every_width);
    tcase_add_test(tests, a_wide_shape_is_shared_only_for_documents);
    tcase_add_test(tests, a_full_table_gives_private_shapes);
    tcase_add_test(tests, a_builder_keeps_its_shape);
    tcase_add_test(tests, a_log_defines_shapes_by_number);
    tcase_add_test(tests, threads_make_the_same_shapes);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

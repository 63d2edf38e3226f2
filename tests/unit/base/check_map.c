/* check_map: the hash map from text to pointer. */
#include "runtime/base/map.h"

#include <check.h>

START_TEST(what_is_put_is_found)
{
    Arena arena;
    arena_init(&arena);
    Map map;
    map_init(&map, &arena);
    static int values[5000];
    ck_assert_ptr_null(map_find(&map, STR("key0")));
    for (int i = 0; i < countof(values); i++) {
        map_put(&map, str_format(&arena, "key%d", i), &values[i]);
        ck_assert_int_eq(map.count, i + 1);
    }
    for (int i = 0; i < countof(values); i++) {
        ck_assert_ptr_eq(map_find(&map, str_format(&arena, "key%d", i)), &values[i]);
    }
    ck_assert_ptr_null(map_find(&map, STR("key5000")));
    ck_assert_ptr_null(map_find(&map, STR("")));
    arena_free(&arena);
}
END_TEST

START_TEST(a_second_put_replaces)
{
    Arena arena;
    arena_init(&arena);
    Map map;
    map_init(&map, &arena);
    int one;
    int two;
    map_put(&map, STR(""), &one);
    map_put(&map, (Str){"\0", 1}, &one);
    map_put(&map, STR(""), &two);
    ck_assert_int_eq(map.count, 2);
    ck_assert_ptr_eq(map_find(&map, STR("")), &two);
    ck_assert_ptr_eq(map_find(&map, (Str){"\0", 1}), &one);
    arena_free(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("map");
    TCase *tests = tcase_create("map");
    tcase_add_test(tests, what_is_put_is_found);
    tcase_add_test(tests, a_second_put_replaces);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

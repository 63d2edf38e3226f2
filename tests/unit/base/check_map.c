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

/* Few places and many turns: searches run into each other, and around the end of the table. */
START_TEST(what_is_removed_is_gone_and_nothing_else)
{
    enum { KEYS = 40, TURNS = 5000 };
    Arena arena;
    arena_init(&arena);
    Map map;
    map_init(&map, &arena);
    static int values[KEYS];
    bool there[KEYS] = {false};
    Str keys[KEYS];
    for (int i = 0; i < KEYS; i++) {
        keys[i] = str_format(&arena, "%d", i);
    }
    map_remove(&map, keys[0]);
    uint32_t random = 1;
    int64_t count = 0;
    for (int turn = 0; turn < TURNS; turn++) {
        random = random * 1664525 + 1013904223;
        int at = (int)(random >> 8) % KEYS;
        if (random >> 31) {
            map_put(&map, keys[at], &values[at]);
        } else {
            map_remove(&map, keys[at]);
        }
        count += (int)(random >> 31) - there[at];
        there[at] = random >> 31 != 0;
        ck_assert_int_eq(map.count, count);
        int wrong = 0;
        for (int i = 0; i < KEYS; i++) {
            wrong += map_find(&map, keys[i]) != (there[i] ? &values[i] : NULL);
        }
        ck_assert_int_eq(wrong, 0);
    }
    ck_assert_int_le(map.cap, 64);
    arena_free(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("map");
    TCase *tests = tcase_create("map");
    tcase_add_test(tests, what_is_put_is_found);
    tcase_add_test(tests, a_second_put_replaces);
    tcase_add_test(tests, what_is_removed_is_gone_and_nothing_else);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

/* fixture: a runtime without store and interpreter, and short ways to make values, for the
 * unit tests of this folder.
 */
#ifndef FAWN_TESTS_RUNTIME_FIXTURE_H
#define FAWN_TESTS_RUNTIME_FIXTURE_H

#include "runtime/builtin.h"
#include "runtime/rt.h"

#include <check.h>

static Arena session, query, heap;
static Rt rt;

static void open_rt(void)
{
    arena_init(&session);
    arena_init(&query);
    arena_init(&heap);
    rt_init(&rt, &session, NULL, NULL, NULL);
    rt.shapes = shape_table_new();
    rt_begin(&rt, &heap, &query, NULL);
}

static void close_rt(void)
{
    shape_table_free(rt.shapes);
    rt_free(&rt);
    arena_free(&heap);
    arena_free(&query);
    arena_free(&session);
}

static inline Value text(const char *s)
{
    return val_str(str_from_c(s));
}

static inline Value array2(Value a, Value b)
{
    Value items[] = {a, b};
    return val_array(arena_copy(rt.heap, items, (int64_t)sizeof items), 2);
}

static inline Value object1(const char *name, Value v)
{
    Str names[] = {str_from_c(name)};
    return rt_object(&rt, names, &v, 1);
}

static inline Value object2(const char *name_a, Value a, const char *name_b, Value b)
{
    Str names[] = {str_from_c(name_a), str_from_c(name_b)};
    Value values[] = {a, b};
    return rt_object(&rt, names, values, 2);
}

#define ck_assert_text(got, expected)                                                  \
    do {                                                                               \
        Str got_ = (got);                                                              \
        ck_assert_msg(str_eq(got_, str_from_c(expected)), "got:\n%.*s\nexpected:\n%s", \
                      STR_ARG(got_), (expected));                                      \
    } while (0)

/* Runs one suite of one case with the fixture around each test. */
static inline int run_case(const char *name, void add(TCase *tests))
{
    Suite *suite = suite_create(name);
    TCase *tests = tcase_create(name);
    tcase_add_checked_fixture(tests, open_rt, close_rt);
    add(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif

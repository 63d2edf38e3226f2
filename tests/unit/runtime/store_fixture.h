/* store_fixture: a runtime over a store in memory, with a writing transaction. */
#ifndef FAWN_TESTS_RUNTIME_STORE_FIXTURE_H
#define FAWN_TESTS_RUNTIME_STORE_FIXTURE_H

#include "runtime/document/document.h"
#include "runtime/set/set_node.h"

#include <check.h>

static Arena session, query, heap;
static Store *store;
static Rt rt;

/* Begins the next transaction. */
static void begin(void)
{
    rt_begin(&rt, &heap, &query, txn_begin(store, TXN_WRITE));
    rt.now_us = 4102444800000000; /* in the future, as the store looks at the clock, too */
    ck_assert(catalog_load(&rt));
}

static inline void commit(void)
{
    int64_t time_us;
    ck_assert_int_eq(txn_commit(rt.txn, &time_us), STORE_OK);
}

static void open_store(void)
{
    arena_init(&session);
    arena_init(&query);
    arena_init(&heap);
    StoreNotice notice;
    ck_assert_int_eq(store_open(&(StoreOptions){0}, &store, &notice), STORE_OK);
    static const RtUp up = {0};
    rt_init(&rt, &session, store, &up, NULL);
    rt.catalog = NULL;
    begin();
}

static void close_store(void)
{
    txn_rollback(rt.txn);
    catalog_free(rt.catalog);
    rt_free(&rt);
    ck_assert_int_eq(store_close(store), STORE_OK);
    arena_free(&heap);
    arena_free(&query);
    arena_free(&session);
}

static inline Value text(const char *s)
{
    return val_str(str_from_c(s));
}

static inline Value array1(Value v)
{
    return val_array(arena_copy(rt.heap, &v, (int64_t)sizeof v), 1);
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

/* Creates a collection; `more` (or null) is one more field, called `field`. */
static inline const Collection *make_collection(const char *name, const char *field, Value more)
{
    Value definition = object2("name", text(name), field ? field : "data", more);
    ck_assert(definition_create(&rt, definition.as.object).type == T_DOC);
    const Collection *made = catalog_collection(rt.catalog, str_from_c(name));
    ck_assert_ptr_nonnull(made);
    return made;
}

/* Forgets a fault of this code. */
static inline void expect_fault(Value v, FaultCode code)
{
    ck_assert(val_is_fault(v));
    ck_assert_ptr_nonnull(rt.fault);
    ck_assert_int_eq(rt.fault->code, code);
    rt.fault = NULL;
}

/* Runs one suite of one case with the fixture around each test. */
static inline int run_case(const char *name, void add(TCase *tests))
{
    Suite *suite = suite_create(name);
    TCase *tests = tcase_create(name);
    tcase_add_checked_fixture(tests, open_store, close_store);
    add(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif

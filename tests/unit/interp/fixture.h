/* fixture: a session over an empty store in memory, and what its last run gave. */
#ifndef FAWN_TESTS_INTERP_FIXTURE_H
#define FAWN_TESTS_INTERP_FIXTURE_H

#include "interp/session/session.h"

#include <check.h>

static Store *store;
static Session *session;
static Buf shown; /* the values, a line each */

static inline void set_up(void)
{
    StoreNotice notice;
    StoreOptions options = {0};
    ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
    session = session_open(store);
}

static inline void tear_down(void)
{
    session_close(session);
    ck_assert_int_eq(store_close(store), STORE_OK);
    buf_free(&shown);
}

static inline Value show(void *context, Rt *rt, Value v)
{
    (void)context;
    PrintOptions options = {.format = PRINT_FQL};
    buf_puts(&shown, shown.len > 0 ? "\n" : "");
    return print_value(rt, &shown, v, &options);
}

/* Runs `text` with `options`, to which the sink is added. */
static inline Outcome run_with(const char *text, RunOptions options)
{
    int64_t bad_offset;
    const Source *source = session_source(session, STR("*query*"), str_from_c(text), &bad_offset);
    ck_assert_ptr_nonnull(source);
    shown.len = 0;
    options.sink = show;
    options.print.format = PRINT_FQL;
    return session_run(session, source, &options);
}

static inline Outcome run(const char *text)
{
    return run_with(text, (RunOptions){0});
}

static inline void expect_text(Str got, const char *expected, const char *about)
{
    ck_assert_msg(str_eq(got, str_from_c(expected)), "%s\n  gives    %.*s\n  expected %s", about,
                  STR_ARG(got), expected);
}

/* `text` succeeds and shows `expected`. */
static inline void expect_shown(const char *text, const char *expected)
{
    Outcome outcome = run(text);
    ck_assert_msg(outcome.kind == OUTCOME_OK, "%s\n%.*s", text, STR_ARG(outcome.summary));
    expect_text(buf_str(&shown), expected, text);
}

/* Runs the tests, each between `before` and `after`; returns what main does. */
static inline int run_suite_between(const char *name, TCase *tests, SFun before, SFun after)
{
    Suite *suite = suite_create(name);
    tcase_add_checked_fixture(tests, before, after);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

static inline int run_suite_after(const char *name, TCase *tests, SFun before)
{
    return run_suite_between(name, tests, before, tear_down);
}

static inline int run_suite(const char *name, TCase *tests)
{
    return run_suite_after(name, tests, set_up);
}

#endif

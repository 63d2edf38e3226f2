/* Tests of the help about errors: every code has a page, and its example fails as it says. */
#include "repl/command/help.h"

#include <check.h>

static Str run_example(Session *session, const char *query)
{
    int64_t bad_offset;
    const Source *source = session_source(session, STR("*query*"), str_from_c(query), &bad_offset);
    ck_assert_ptr_nonnull(source);
    Outcome outcome = session_run(session, source, &(RunOptions){0});
    return outcome.kind == OUTCOME_OK ? STR("nothing") : outcome.code;
}

START_TEST(examples_fail_with_their_code)
{
    int run = 0;
    for (int i = 0; i < FAULT_COUNT; i++) {
        const char *query = help_error_example((FaultCode)i);
        if (query[0] == '\0') {
            continue;
        }
        Store *store;
        StoreNotice notice;
        ck_assert_int_eq(store_open(&(StoreOptions){0}, &store, &notice), STORE_OK);
        Session *session = session_open(store);
        Str got = run_example(session, query);
        ck_assert_msg(str_eq(got, fault_code_text((FaultCode)i)), "%s\n  gives %.*s, not %.*s", query,
                      STR_ARG(got), STR_ARG(fault_code_text((FaultCode)i)));
        session_close(session);
        ck_assert_int_eq(store_close(store), STORE_OK);
        run++;
    }
    ck_assert_int_ge(run, 20);
}
END_TEST

START_TEST(every_code_has_a_page_that_tells_what_to_do)
{
    for (int i = 0; i < FAULT_COUNT; i++) {
        Buf page = {0};
        Str code = fault_code_text((FaultCode)i);
        ck_assert(help_topic(&page, code));
        int64_t advice = str_find(buf_str(&page), STR("What to do:\n    "), 0);
        ck_assert_msg(advice > 0 || str_eq(code, STR("abort")), "%.*s", STR_ARG(code));
        buf_free(&page);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("help_error");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, examples_fail_with_their_code);
    tcase_add_test(tests, every_code_has_a_page_that_tells_what_to_do);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

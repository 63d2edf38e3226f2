/* Runs the example of every builtin row, each in a fresh in-memory database, and compares what
 * it prints with the row's result. Statements of an example commit one by one, so that one
 * can create a collection and the next use it; the last one's value counts.
 *
 * All failures are told, not only the first: set CK_VERBOSITY=verbose or read the message.
 */
#include "interp/session/session.h"
#include "runtime/builtin.h"
#include "store/store.h"

#include <check.h>

/* Keeps the printed form of the last value. */
static Value keep_printed(void *context, Rt *rt, Value v)
{
    Buf *out = context;
    PrintOptions options = {.format = PRINT_FQL, .pretty = true};
    out->len = 0;
    return print_value(rt, out, v, &options);
}

/* Runs `example` and appends to `report` what is wrong with it. */
static void run_example(const char *owner, const Builtin *row, Buf *report)
{
    Store *store;
    StoreNotice notice;
    StoreOptions in_memory = {0};
    ck_assert_int_eq(store_open(&in_memory, &store, &notice), STORE_OK);
    Session *session = session_open(store);
    int64_t bad_offset;
    const Source *source =
        session_source(session, STR("*example*"), str_from_c(row->example), &bad_offset);
    ck_assert_ptr_nonnull(source);
    Buf printed = {0};
    RunOptions options = {
        .each = true,
        .print = {.format = PRINT_FQL, .pretty = true},
        .sink = keep_printed,
        .sink_context = &printed,
    };
    Outcome outcome = session_run(session, source, &options);
    if (outcome.kind != OUTCOME_OK) {
        buf_printf(report, "\n%s.%s:\n%s\nfails:\n%.*s\n", owner, row->name, row->example,
                   STR_ARG(outcome.summary));
    } else if (!str_eq(buf_str(&printed), str_from_c(row->result))) {
        buf_printf(report, "\n%s.%s:\n%s\ngives:\n%.*s\nnot:\n%s\n", owner, row->name, row->example,
                   STR_ARG(buf_str(&printed)), row->result);
    }
    buf_free(&printed);
    session_close(session);
    ck_assert_int_eq(store_close(store), STORE_OK);
}

static void run_rows(const char *owner, const Builtin *const *rows, Buf *report)
{
    for (int64_t i = 0; rows != NULL && rows[i] != NULL; i++) {
        if (rows[i]->example[0] != '\0') {
            run_example(owner, rows[i], report);
        }
    }
}

static void fail_with(Buf *report)
{
    if (report->len > 0) {
        buf_byte(report, '\0');
        ck_abort_msg("%s", report->data);
    }
    buf_free(report);
}

START_TEST(examples_of_global_functions_give_their_results)
{
    Buf report = {0};
    run_rows("", builtin_globals, &report);
    fail_with(&report);
}
END_TEST

START_TEST(examples_of_a_type_give_their_results)
{
    Buf report = {0};
    const BuiltinType *type = builtin_types[_i];
    const Builtin *const constructor[] = {type->constructor, NULL};
    run_rows(type->name, type->methods, &report);
    run_rows(type->name, type->statics, &report);
    run_rows(type->name, constructor, &report);
    fail_with(&report);
}
END_TEST

int main(void)
{
    int count = 0;
    while (builtin_types[count] != NULL) {
        count++;
    }
    Suite *suite = suite_create("doctests");
    TCase *examples = tcase_create("examples");
    tcase_set_timeout(examples, 60);
    tcase_add_test(examples, examples_of_global_functions_give_their_results);
    tcase_add_loop_test(examples, examples_of_a_type_give_their_results, 0, count);
    suite_add_tcase(suite, examples);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Tests of sessions: variables, transactions, limits, arguments. */
#include "fixture.h"

START_TEST(variables_stay_until_they_are_bound_again)
{
    expect_shown("let a = [1, 2]\nlet f = x => a.length + x", "");
    expect_shown("f(1)", "3");
    expect_shown("let a = []\n[f(1), a.length]", "[\n  3,\n  0\n]");
    const Str *names;
    ck_assert_int_eq(session_variables(session, &names), 2);
}
END_TEST

/* What was bound before is let go of now and then, which moves what is bound. */
START_TEST(variables_stay_when_others_are_bound_again_and_again)
{
    enum { TIMES = 100 };
    expect_shown(
        "let numbers = Array.sequence(0, 100000)\nlet both = [numbers, numbers]\nlet word = \"a\"",
        "");
    for (int i = 0; i < TIMES; i++) {
        expect_shown("let other = Array.sequence(0, 10000)", "");
    }
    expect_shown("[word, both[1][99999], numbers.length, other.length]",
                 "[\n  \"a\",\n  99999,\n  100000,\n  10000\n]");
    const Str *names;
    ck_assert_int_eq(session_variables(session, &names), 4);
    ck_assert(session_unset_variable(session, STR("both")));
    for (int i = 0; i < TIMES; i++) {
        expect_shown("let other = Array.sequence(0, 100000)", "");
    }
    expect_text(run("both").code, "unbound_variable", "both");
    expect_shown("[word, numbers.length]", "[\n  \"a\",\n  100000\n]");
}
END_TEST

START_TEST(a_failed_source_binds_nothing)
{
    expect_shown("let a = 1", "");
    ck_assert_int_eq(run("let a = 2\nlet b = 3\n1 / 0").kind, OUTCOME_FAILED);
    expect_shown("a", "1");
    expect_text(run("b").code, "unbound_variable", "b");
}
END_TEST

START_TEST(a_query_forgets_its_variables)
{
    RunOptions query = {.query = true};
    ck_assert_int_eq(run_with("let a = 1\na", query).kind, OUTCOME_OK);
    expect_text(run_with("a", query).code, "unbound_variable", "a");
}
END_TEST

START_TEST(arguments_are_variables_of_one_run)
{
    Str error;
    Binding arguments[] = {{STR("n"), session_argument(session, STR("41"), false, &error)}};
    Outcome outcome = run_with("n + 1", (RunOptions){.arguments = arguments, .argument_count = 1});
    ck_assert_int_eq(outcome.kind, OUTCOME_OK);
    expect_text(buf_str(&shown), "42", "n + 1");
    expect_text(run("n").code, "unbound_variable", "n");
}
END_TEST

START_TEST(an_argument_hides_the_lets_of_earlier_runs)
{
    Binding arguments[] = {{STR("n"), val_int(1)}};
    RunOptions options = {.arguments = arguments, .argument_count = 1};
    expect_shown("let n = 0", "");
    run_with("n", options);
    expect_text(buf_str(&shown), "1", "the argument is meant");
    run_with("let n = 2\nn", options);
    expect_text(buf_str(&shown), "2", "the let of this run is meant");
}
END_TEST

START_TEST(variables_hold_functions_that_came_out_of_cursors)
{
    expect_shown("let c = [x => x + 1, x => x + 2].toSet().paginate(1).after.toString()\n"
                 "let f = Set.paginate(c).data[0]",
                 "");
    expect_shown("\"abc\".length + 1", "4");
    expect_shown("let n = 2", "");
    expect_shown("f(40)", "42");
}
END_TEST

START_TEST(variables_hold_documents_over_transactions)
{
    run_with("Collection.create({ name: \"Film\" })\nlet f = Film.create({ a: [1] })\n"
             "let g = { film: f, title: \"x\" }",
             (RunOptions){.each = true});
    expect_shown("f.a", "[\n  1\n]");
    run("f.update({ a: 2 }).a");
    expect_shown("g.film.a", "2");
    run("f.delete()");
    expect_text(run("g.film.a").code, "document_not_found", "g.film.a");
}
END_TEST

START_TEST(a_template_holds_values)
{
    Str texts[] = {STR("["), STR(", "), STR("]")};
    Value values[] = {val_int(1), VAL_STR("two")};
    int64_t bad_offset;
    const Source *source = session_template(session, STR("*query*"), texts, 3, &bad_offset);
    RunOptions options = {.query = true, .values = values, .value_count = 2, .sink = show};
    shown.len = 0;
    ck_assert_int_eq(session_run(session, source, &options).kind, OUTCOME_OK);
    expect_text(buf_str(&shown), "[\n  1,\n  \"two\"\n]", "template");
}
END_TEST

START_TEST(values_are_shown_in_order_or_only_the_last)
{
    expect_shown("1\nlet a = 2\na\n3", "1\n2\n3");
    run_with("1\n2\n3", (RunOptions){.last_only = true});
    expect_text(buf_str(&shown), "3", "last_only");
}
END_TEST

START_TEST(statements_that_commit_one_by_one_stay_done)
{
    Outcome outcome = run_with("let a = 1\nlet b = a + 1\n1 / 0\nb", (RunOptions){.each = true});
    ck_assert_int_eq(outcome.kind, OUTCOME_FAILED);
    expect_shown("a + b", "3");
}
END_TEST

START_TEST(what_is_not_finished_is_told_apart)
{
    Outcome outcome = run_with("[1, ", (RunOptions){.allow_incomplete = true});
    ck_assert_int_eq(outcome.kind, OUTCOME_INCOMPLETE);
    expect_text(outcome.open, "[", "[1, ");
    ck_assert_int_eq(run("[1, ").kind, OUTCOME_FAILED);
}
END_TEST

START_TEST(checking_runs_nothing)
{
    RunOptions check = {.check_only = true};
    ck_assert_int_eq(run_with("1 / 0", check).kind, OUTCOME_OK);
    expect_text(run_with("1 +", check).code, "invalid_query", "1 +");
}
END_TEST

START_TEST(a_query_ends_when_its_time_is_up)
{
    Outcome outcome = run_with("Set.sequence(0, 1000000000).fold(0, (a, i) => a + i)",
                               (RunOptions){.timeout_ms = 20});
    ck_assert_int_eq(outcome.kind, OUTCOME_TIMEOUT);
    expect_text(outcome.code, "time_out", "timeout");
}
END_TEST

/* One call, which takes hours to the end: each `x` is tried with all behind it. */
START_TEST(a_match_ends_when_its_time_is_up)
{
    Outcome outcome =
        run_with("Set.sequence(0, 22).fold(\"x\", (s, i) => s + s).includesRegex(\"x*[yz]\")",
                 (RunOptions){.timeout_ms = 20});
    ck_assert_int_eq(outcome.kind, OUTCOME_TIMEOUT);
    expect_text(outcome.code, "time_out", "timeout");
}
END_TEST

START_TEST(transactions_are_all_or_nothing)
{
    run_with("Collection.create({ name: \"Film\" })\nFilm.create({ a: 1 })\nFilm.all().count()",
             (RunOptions){.last_only = true});
    expect_text(buf_str(&shown), "1", "a collection is there for the statements behind it");
    ck_assert_int_eq(run("Film.create({ a: 2 })\n1 / 0").kind, OUTCOME_FAILED);
    expect_shown("Film.all().count()", "1");
    Outcome outcome = run_with("Film.create({ a: 3 })", (RunOptions){.dry_run = true});
    ck_assert_int_eq(outcome.changes.created, 1);
    expect_shown("Film.all().count()", "1");
}
END_TEST

START_TEST(commit_times_rise)
{
    int64_t first = run("1").txn_us;
    int64_t second = run("2").txn_us;
    ck_assert_int_lt(first, second);
}
END_TEST

START_TEST(abort_gives_its_value)
{
    Outcome outcome = run("abort({ a: 1 })");
    expect_text(outcome.code, "abort", "abort");
    ck_assert(outcome.has_abort);
    expect_text(outcome.abort_text, "{\n  a: 1\n}", "abort");
}
END_TEST

START_TEST(logs_are_in_the_summary)
{
    Outcome outcome = run("log(\"one\")\n1");
    expect_text(outcome.summary, "info at *query*:1: one", "log");
}
END_TEST

static void expect_logs(Outcome outcome, int64_t expected)
{
    int64_t count = 0;
    for (int64_t at = 0; (at = str_find(outcome.summary, STR("info at"), at)) >= 0; at++) {
        count++;
    }
    ck_assert_msg(count == expected, "%.*s", STR_ARG(outcome.summary));
}

START_TEST(logs_are_told_once_and_not_of_earlier_runs)
{
    const RunOptions each = {.each = true, .allow_incomplete = true};
    expect_logs(run_with("log(1)\nlog(2)", each), 2);
    expect_logs(run("1 +)"), 0);
    expect_logs(run_with("log(1)\n1 +)", each), 1);
    expect_logs(run("1 +)"), 0);
    ck_assert_int_eq(run_with("log(1)\n1 +", each).kind, OUTCOME_INCOMPLETE);
    expect_logs(run("1 +)"), 0);
    expect_logs(run("log(1)\n1 / 0"), 1);
    expect_logs(run("1 +)"), 0);
}
END_TEST

static const char *const greedy[] = {
    "let nest = (nest, n) => Set.sequence(0, 1).fold(null, (_, i) => {\n"
    "  let own = Array.sequence(0, 20000)\n"
    "  if (n > 0) nest(nest, n - 1) else own.length\n"
    "})\n"
    "nest(nest, 50)",
    "Set.sequence(0, 100000).map(n => { a: n, b: [n] }).toArray().length",
    "Array.sequence(0, 60000).map(x => x).map(x => x).map(x => x).entries().length",
    "Set.sequence(0, 21).fold(\"ab\", (all, _) => all + all).split(\"\").length",
    "Set.sequence(0, 100000).order(desc(x => x)).first()",
    "Set.sequence(0, 100).flatMap(i => Set.sequence(0, 2000)).toArray().length",
    "let all = Array.sequence(0, 60000)\n[all, all, all, all, all, all, all, all]",
    "Set.sequence(0, 100000).forEach(n => log(\"a line of some length, number #{n}\"))",
};

START_TEST(a_query_has_no_more_memory_than_it_may_have)
{
    const RunOptions limited = {.memory_bytes = 4 << 20};
    Outcome outcome = run_with(greedy[_i], limited);
    ck_assert_msg(str_eq(outcome.code, STR("memory_limit")), "%s: %.*s", greedy[_i],
                  STR_ARG(outcome.summary));
    Outcome next = run_with("Array.sequence(0, 10000).length", limited);
    ck_assert_msg(next.kind == OUTCOME_OK, "%.*s", STR_ARG(next.summary));
    session_rest(session);
    next = run_with("Array.sequence(0, 10000).length", limited);
    ck_assert_msg(next.kind == OUTCOME_OK, "%.*s", STR_ARG(next.summary));
}
END_TEST

/* A text, or an argument, whose tree or value is far larger than itself. */
START_TEST(texts_and_arguments_count)
{
    const RunOptions limited = {.memory_bytes = 4 << 20};
    Buf text = {0};
    buf_byte(&text, '[');
    for (int i = 0; i < 200000; i++) {
        buf_puts(&text, "1,");
    }
    buf_puts(&text, "1]");
    buf_byte(&text, '\0');
    ck_assert(str_eq(run_with(text.data, limited).code, STR("memory_limit")));
    ck_assert_int_eq(run_with("1 + 1", limited).kind, OUTCOME_OK);
    Str error = {0};
    Binding argument = {STR("a"), session_argument(session, str_from_c(text.data), false, &error)};
    RunOptions given = limited;
    given.arguments = &argument;
    given.argument_count = 1;
    ck_assert(!val_is_fault(argument.value));
    ck_assert(str_eq(run_with("a.map(x => x).length", given).code, STR("memory_limit")));
    ck_assert_int_eq(run_with("1 + 1", limited).kind, OUTCOME_OK);
    buf_free(&text);
}
END_TEST

START_TEST(sessions_beside_each_other_take_turns)
{
    Session *first = session, *beside = session_open_beside(first);
    expect_shown("let f = (f, n) => if (n == 0) 0 else 1 + f(f, n - 1)\nf(f, 1000)", "1000");
    session = beside;
    expect_shown("let f = (f, n) => if (n == 0) 0 else 1 + f(f, n - 1)\nf(f, 1000)", "1000");
    session_close(beside);
    session = first;
    expect_shown("f(f, 2000)", "2000");
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("session");
    tcase_add_loop_test(tests, a_query_has_no_more_memory_than_it_may_have, 0, (int)countof(greedy));
    tcase_add_test(tests, texts_and_arguments_count);
    tcase_add_test(tests, sessions_beside_each_other_take_turns);
    tcase_add_test(tests, variables_stay_until_they_are_bound_again);
    tcase_add_test(tests, variables_stay_when_others_are_bound_again_and_again);
    tcase_add_test(tests, a_failed_source_binds_nothing);
    tcase_add_test(tests, a_query_forgets_its_variables);
    tcase_add_test(tests, arguments_are_variables_of_one_run);
    tcase_add_test(tests, an_argument_hides_the_lets_of_earlier_runs);
    tcase_add_test(tests, variables_hold_functions_that_came_out_of_cursors);
    tcase_add_test(tests, variables_hold_documents_over_transactions);
    tcase_add_test(tests, a_template_holds_values);
    tcase_add_test(tests, values_are_shown_in_order_or_only_the_last);
    tcase_add_test(tests, statements_that_commit_one_by_one_stay_done);
    tcase_add_test(tests, what_is_not_finished_is_told_apart);
    tcase_add_test(tests, checking_runs_nothing);
    tcase_add_test(tests, a_query_ends_when_its_time_is_up);
    tcase_add_test(tests, a_match_ends_when_its_time_is_up);
    tcase_add_test(tests, transactions_are_all_or_nothing);
    tcase_add_test(tests, commit_times_rise);
    tcase_add_test(tests, abort_gives_its_value);
    tcase_add_test(tests, logs_are_in_the_summary);
    tcase_add_test(tests, logs_are_told_once_and_not_of_earlier_runs);
    return run_suite("session", tests);
}

/* Batches: sets of documents give, with lambdas that have programs, what arrays of the same
 * documents give, whose functions are called for each element. The documents are of every
 * kind that programs tell apart; faults and their messages count as results.
 */
#include "fixture.h"

/* Where the documents of a kind lie: some ranges begin and end within a batch. */
static const char *const ranges[] = {
    "{ from: 1, to: 200 }",    /* Ints, Doubles, Strings, Booleans, all of one shape */
    "{ from: 201, to: 400 }",  /* fields that are null or missing now and then */
    "{ from: 401, to: 600 }",  /* Ints among Doubles */
    "{ from: 601, to: 800 }",  /* Strings and dates among numbers */
    "{ from: 801, to: 1000 }", /* the edges: large Longs, zeros with signs, NaN */
    "{ from: 150, to: 850 }",  /* everything in turn */
    "{ from: 7, to: 8 }",      "{ from: 2000 }",
};

static const char *const setup[] = {
    "Collection.create({ name: \"C\" }).name",
    "Set.sequence(1, 201).forEach(i => C.create({ id: i, n: i % 7, d: i / 4.0, s: \"s#{i % 5}\","
    " b: i % 3 == 0, z: 0 }))",
    "Set.sequence(201, 401).forEach(i => if (i % 3 == 0) C.create({ id: i, d: 0.5, z: 1 })"
    " else C.create({ id: i, n: if (i % 5 == 0) null else i, d: 1.5, s: \"s#{i % 5}\", b: true }))",
    "Set.sequence(401, 601).forEach(i => C.create({ id: i, n: if (i % 4 == 0) i else i / 2.0,"
    " d: if (i % 2 == 0) 3 else 2.5, s: \"\", b: false, z: -1 }))",
    "Set.sequence(601, 801).forEach(i => C.create({ id: i, n: if (i % 90 == 0) \"x\" else i,"
    " d: if (i % 80 == 0) Date.fromString(\"2020-01-01\") else 1.0, s: if (i % 70 == 0) 5 else "
    "\"s1\","
    " b: if (i % 60 == 0) null else true, z: 2 }))",
    "Set.sequence(801, 1001).forEach(i => C.create({ id: i,"
    " n: if (i % 5 == 0) 9223372036854775807 - i else if (i % 5 == 1) 3000000000 else i,"
    " d: if (i % 7 == 0) -0.0 else if (i % 7 == 1) 0.0 else if (i % 7 == 2) Math.NaN else 1.0 * i,"
    " s: \"#{i}\", b: i % 2 == 0, z: if (i == 950) 0 else 1 }))",
    "let limit = 3",
    "let word = \"s1\"",
};

static void set_up_documents(void)
{
    set_up();
    for (int64_t i = 0; i < countof(setup); i++) {
        Outcome outcome = run(setup[i]);
        ck_assert_msg(outcome.kind == OUTCOME_OK, "%s\n%.*s", setup[i], STR_ARG(outcome.summary));
    }
}

/* What a query gives: its value, or the first line of its error. Lives as long as `keep`. */
static Str give(const char *text, Buf *keep)
{
    Outcome outcome = run(text);
    Str given = buf_str(&shown);
    if (outcome.kind != OUTCOME_OK) {
        int64_t end = str_find(outcome.summary, STR("\n"), 0);
        given = str_slice(outcome.summary, 0, end < 0 ? outcome.summary.len : end);
    }
    buf_put(keep, given);
    return buf_str(keep);
}

/* `query` of the set of each range gives the same for `lambda`, which has a program, maybe, and for
 * `calling`, which calls it and has none. */
static void expect_alike(const char *lambda, const char *calling, const char *query)
{
    const char *head = lambda[0] == '.' ? "x => x" : ""; /* short lambdas are arguments only */
    for (int64_t i = 0; i < countof(ranges); i++) {
        Buf simple = {0}, called = {0}, given = {0}, expected = {0};
        buf_printf(&simple, "let f = %s%s\nlet set = C.all(%s)\n%s", head, lambda, ranges[i],
                   query);
        buf_printf(&called, "let called = %s%s\nlet f = %s\nlet set = C.all(%s)\n%s", head, lambda,
                   calling, ranges[i], query);
        buf_byte(&simple, '\0');
        buf_byte(&called, '\0');
        Str got = give(simple.data, &given), wanted = give(called.data, &expected);
        ck_assert_msg(str_eq(got, wanted), "%s\ngives       %.*s\none by one  %.*s", simple.data,
                      STR_ARG(got), STR_ARG(wanted));
        buf_free(&simple);
        buf_free(&called);
        buf_free(&given);
        buf_free(&expected);
    }
}

static const char *const predicates[] = {
    ".n > 3",
    ".n >= limit",
    "x => x.n == 3.0",
    "x => 3 < x.n",
    ".n != 3",
    ".n <= x",
    ".d < 1.5",
    ".d == 0.0",
    ".d >= 0",
    ".d != 0.0",
    ".s == \"s1\"",
    ".s != word",
    ".s < \"s3\"",
    ".s == 5",
    ".b",
    "x => !x.b",
    ".b == true",
    "x => x.b != false",
    "x => x.n > 3 && x.b",
    "x => x.n > 3 || x.d < 1",
    "x => x.n % 2 == 0",
    "x => x.n / x.z > 1",
    "x => x.n + x.d > 4",
    "x => x.n * 4611686018427387904 > 0",
    "x => x.n - 0.5 > limit",
    "x => x.missing == 1",
    "x => x.missing != 1",
    "x => x.n",
    "x => x.n > x.d",
    "x => x.s == x.n",
    "x => x.b == x.n",
    "x => x.b && x.n > 3",
    "x => 1 == 1",
    "x => x.n < \"a\"",
    "x => -3 < x.n - 10",
    "x => x.n % 0 == 1",
};

#define CALLING "x => called(x)"

START_TEST(predicates_choose_the_same)
{
    expect_alike(predicates[_i], CALLING, "set.where(f).count()");
    expect_alike(predicates[_i], CALLING, "set.where(f).map(x => x.z).fold(0, (a, x) => a + x)");
    expect_alike(predicates[_i], CALLING,
                 "set.where(f).where(.n > 1).map(.n).reduce((a, x) => a + x)");
    expect_alike(predicates[_i], CALLING, "set.where(f).map(.id).toArray()");
}
END_TEST

static const char *const mappers[] = {
    ".n",
    ".d",
    "x => x.n * 2",
    "x => x.n + x.d",
    "x => x.d * 2.5",
    "x => x.n / 2",
    "x => x.n / 2.0",
    "x => x.n % 3",
    "x => x.n / x.z",
    "x => x.s",
    "x => x.b",
    "x => 7",
    "x => x.n - 9223372036854775807",
    "x => x.n + limit",
    "x => x.missing",
    "x => x.z",
};

START_TEST(sums_and_means_are_the_same)
{
    expect_alike(mappers[_i], CALLING, "Math.sum(set.map(f))");
    expect_alike(mappers[_i], CALLING, "Math.mean(set.map(f))");
    expect_alike(mappers[_i], CALLING, "set.map(f).where(v => v > 2).count()");
    expect_alike(mappers[_i], CALLING, "set.map(f).reduce((a, x) => a + x)");
    expect_alike(mappers[_i], CALLING, "set.map(f).map(v => v == 3).count()");
}
END_TEST

typedef struct Reducer {
    const char *seed, *lambda;
} Reducer;

static const Reducer reducers[] = {
    {"0", "(a, x) => a + x.n"},
    {"0", "(a, x) => x.n + a"},
    {"0.5", "(a, x) => a + x.d"},
    {"1", "(a, x) => a - x.n"},
    {"1", "(a, x) => x.n - a"},
    {"0", "(a, x) => a + x.n * 2 + 1"},
    {"0", "(a, x) => a + x.n / x.z"},
    {"0", "(a, x) => a + 1"},
    {"9223372036854775807", "(a, x) => a + x.n"},
    {"0", "(a, x) => Math.max(a, x.n)"},
    {"100", "(a, x) => Math.min(x.n, a)"},
    {"1.5", "(a, x) => Math.min(a, x.d)"},
    {"0.0", "(a, x) => Math.max(x.d, a)"},
    {"0", "(a, x) => if (x.n > 3) a + 1 else a"},
    {"0", "(a, x) => if (x.b) a + x.n else a"},
    {"0", "(a, x) => if (x.n > 3) a else a + 1"},
    {"\"\"", "(a, x) => a + x.n"},
    {"\"\"", "(a, x) => a + x.s"},
    {"null", "(a, x) => a + x.n"},
    {"{ n: 0, d: 0 }", "(a, x) => { n: a.n + x.n, d: a.d + x.d }"},
    {"{ d: 0.0, n: 0 }", "(a, x) => { n: a.n + 1, d: Math.max(a.d, x.d) }"},
    {"{ n: 0, d: 0 }", "(a, x) => { n: a.d + x.n, d: a.n }"},
    {"{ n: 0, more: 1 }", "(a, x) => { n: a.n + x.n }"},
    {"{ n: 0 }", "(a, x) => { n: a.n + x.n, n: a.n + 1 }"},
    {"{ n: 0 }", "(a, x) => { n: if (x.b) a.n + x.z else a.n }"},
    {"[]", "(a, x) => a + x.n"},
    {"0", "(a, x) => if (x.n > 500) abort(a) else a + 1"},
    {"0", "(a, x) => a.missing + x.n"},
};

START_TEST(folds_are_the_same)
{
    Buf query = {0};
    buf_printf(&query, "set.fold(%s, f)", reducers[_i].seed);
    buf_byte(&query, '\0');
    expect_alike(reducers[_i].lambda, "(a, x) => called(a, x)", query.data);
    buf_free(&query);
}
END_TEST

START_TEST(what_a_reducer_writes_is_seen_by_the_predicate_behind_it)
{
    /* Each document that is reached turns the one behind it off. */
    expect_shown("C.all({ to: 200 }).where(.z == 0).fold(0, (n, x) => {\n"
                 "  C(n * 2 + 2)!.update({ z: 1 })\n  n + 1\n})",
                 "100");
}
END_TEST

START_TEST(after_a_write_what_was_written_is_read)
{
    expect_shown("let written = C(5)!.update({ n: 1000 }).n\nlet mine = { value: written + 10 }\n"
                 "C.create({ id: 5000, n: 1010 }).exists() && "
                 "C.all().where(.n == 1000).count() == 1 && "
                 "Math.sum(C.all({ from: 5000 }).map(.n)) == mine.value",
                 "true");
}
END_TEST

START_TEST(computed_fields_are_computed)
{
    expect_shown(
        "Collection.byName(\"C\")!.update({ computed_fields: { n: { body: \"x => 1\" } } })"
        ".name",
        "\"C\"");
    expect_shown("Math.sum(C.all({ to: 200 }).map(.n))", "200");
    expect_shown("Math.sum(C.all({ to: 200 }).map(.z))", "0");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("batch");
    TCase *tests = tcase_create("batch");
    tcase_add_checked_fixture(tests, set_up_documents, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, predicates_choose_the_same, 0, (int)countof(predicates));
    tcase_add_loop_test(tests, sums_and_means_are_the_same, 0, (int)countof(mappers));
    tcase_add_loop_test(tests, folds_are_the_same, 0, (int)countof(reducers));
    tcase_add_test(tests, what_a_reducer_writes_is_seen_by_the_predicate_behind_it);
    tcase_add_test(tests, after_a_write_what_was_written_is_read);
    tcase_add_test(tests, computed_fields_are_computed);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

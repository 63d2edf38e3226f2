/* Batches: sets of documents give, with lambdas that have programs, what arrays of the same
 * documents give, whose functions are called for each element. The documents are of every
 * kind that programs tell apart; faults and their messages count as results.
 */
#include "alike.h"

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
    set_up_with(setup, countof(setup));
}

/* `query` of the set of each range gives the same for `lambda`, which has a program, maybe, and for
 * `calling`, which calls it and has none. */
static void expect_alike(const char *lambda, const char *calling, const char *query)
{
    const char *head = lambda[0] == '.' ? "x => x" : ""; /* short lambdas are arguments only */
    for (int64_t i = 0; i < countof(ranges); i++) {
        Buf simple = {0}, called = {0};
        buf_printf(&simple, "let f = %s%s\nlet set = C.all(%s)\n%s", head, lambda, ranges[i],
                   query);
        buf_printf(&called, "let called = %s%s\nlet f = %s\nlet set = C.all(%s)\n%s", head, lambda,
                   calling, ranges[i], query);
        buf_byte(&simple, '\0');
        buf_byte(&called, '\0');
        (void)expect_same(&simple, &called);
        buf_free(&simple);
        buf_free(&called);
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
    {"0", "(a, x) => { let y = x.n * 2\n a + y }"},
    {"0", "(a, x) => { let y = x.n\n let z = y + x.d\n if (z > 3) a + y else a }"},
    {"0", "(a, x) => { let y = x.n / x.z\n a + 1 }"}, /* nothing reads it, and it may fail */
    {"0", "(a, x) => { let y = a\n y + x.n }"},
    {"0", "(a, x) => { let a = 5\n a + x.n }"},
    {"0", "(a, x) => { let x = x.n\n a + x }"},
    {"{ n: 0 }", "(a, x) => { let m = x.n + 1\n { n: a.n + m } }"},
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

#define PUT(key, value) "Object.assign(a, Object.fromEntries([[" key ", " value "]]))"
#define COUNT(key) PUT(key, "(a[" key "] ?? 0) + 1")

static const Reducer groupers[] = {
    {"{}", "(a, x) => " COUNT("x.s")},
    {"{}", "(a, x) => " COUNT("x.n.toString()")},
    {"{}", "(a, x) => " COUNT("x.s.toString()")},
    {"{}", "(a, x) => " COUNT("\"#{x.n}\"")},
    {"{}", "(a, x) => " COUNT("\"n#{x.n}\"")},
    {"{}", "(a, x) => " COUNT("x.n")}, /* no String: a fault */
    {"{}", "(a, x) => " COUNT("x.missing")},
    {"{}", "(a, x) => " COUNT("(x.n % 3).toString()")},
    {"{}", "(a, x) => " COUNT("\"all\"")},
    {"{}", "(a, x) => " COUNT("word")},
    {"{}", "(a, x) => { let key = x.s\n " COUNT("key") " }"},
    {"{}", "(a, x) => { let key = x.n.toString()\n " COUNT("key") " }"},
    {"{}", "(a, x) => { let key = x.s\n let n = a[key] ?? 0\n " PUT("key", "n + x.n") " }"},
    {"{}", "(a, x) => { let n = a[x.s] ?? 10\n " PUT("x.s", "n - x.n") " }"},
    {"{}", "(a, x) => " PUT("x.s", "Math.max(a[x.s] ?? 0, x.n)")},
    {"{}", "(a, x) => " PUT("x.s", "Math.min(x.d, a[x.s] ?? 100.0)")},
    {"{}", "(a, x) => " PUT("x.s", "x.n + (a[x.s] ?? 9223372036854775800)")},
    {"{}", "(a, x) => " PUT("x.s", "(a[x.s] ?? 0) + x.n / x.z")},
    {"{}", "(a, x) => " PUT("x.s", "(a[x.n.toString()] ?? 0) + 1")}, /* another group */
    {"{}", "(a, x) => " PUT("x.s", "(a[x.s] ?? x.n) + 1")},
    {"{}", "(a, x) => " PUT("x.s", "(a[x.s] ?? \"\") + x.s")},
    {"{}", "(a, x) => " PUT("x.s", "if (x.b) (a[x.s] ?? 0) + 1 else a[x.s] ?? 0")},
    {"{}", "(a, x) => { let n = a[x.s] ?? 0\n " PUT("x.s", "if (x.b) n + x.n else n") " }"},
    {"{}", "(a, x) => if (x.n > 3) " COUNT("x.s") " else a"},
    {"{}", "(a, x) => if (x.b) " COUNT("x.s") " else a"},
    {"{}", "(a, x) => if (x.n > 3) a else " COUNT("x.s")},
    {"{}", "(a, x) => if (x.n > 3) " COUNT("x.s")},
    {"{}", "(a, x) => { let unused = x.n / x.z\n " COUNT("x.s") " }"},
    {"{}", "(a, x) => { let g = a[x.s] ?? { n: 0, sum: 0 }\n " PUT(
               "x.s", "{ n: g.n + 1, sum: g.sum + x.n }") " }"},
    {"{}", "(a, x) => { let g = a[x.s] ?? { sum: 0.0, n: 0 }\n " PUT(
               "x.s", "{ sum: g.sum + x.d, n: if (x.b) g.n + 1 else g.n }") " }"},
    {"{}", "(a, x) => { let g = a[x.s] ?? { n: 0, sum: 0 }\n " /* the shape changes */
     PUT("x.s", "{ sum: g.sum + x.n, n: g.n + 1 }") " }"},
    {"{}", "(a, x) => { let g = a[x.s] ?? { n: 0 }\n " PUT("x.s", "{ n: g.n + 1, n: 5 }") " }"},
    {"{}", "(a, x) => { let g = a[x.s] ?? { n: 0 }\n " PUT("x.s", "{ n: g.m + 1 }") " }"},
    {"{}", "(a, x) => Object.assign(a, Object.fromEntries([[x.s, 1], [\"n\", 2]]))"},
    {"{}", "(a, x) => Object.assign(Object.fromEntries([[x.s, (a[x.s] ?? 0) + 1]]), a)"},
    {"{}", "(a, x) => Object.assign(a, { n: x.n })"},
    {"{ s1: 100, z: 0 }", "(a, x) => " COUNT("x.s")},
    {"{ s1: 0.5 }", "(a, x) => " COUNT("x.s")},
    {"{ s1: null }", "(a, x) => " COUNT("x.s")},
    {"{ s1: \"text\" }", "(a, x) => " COUNT("x.s")},
    {"{ other: \"text\" }", "(a, x) => " COUNT("x.s")},
    {"{ s1: { n: 5, sum: 1 } }", "(a, x) => { let g = a[x.s] ?? { n: 0, sum: 0 }\n " PUT(
                                     "x.s", "{ n: g.n + 1, sum: g.sum + x.n }") " }"},
    {"{ s1: { n: 5 } }", "(a, x) => { let g = a[x.s] ?? { n: 0, sum: 0 }\n " PUT(
                             "x.s", "{ n: g.n + 1, sum: g.sum + x.n }") " }"},
    {"[]", "(a, x) => " COUNT("x.s")},
    {"null", "(a, x) => " COUNT("x.s")},
    {"C(1)", "(a, x) => " COUNT("x.s")},
};

START_TEST(groups_are_the_same)
{
    Buf query = {0};
    buf_printf(&query, "set.fold(%s, f)", groupers[_i].seed);
    buf_byte(&query, '\0');
    expect_alike(groupers[_i].lambda, "(a, x) => called(a, x)", query.data);
    buf_free(&query);
}
END_TEST

START_TEST(groups_come_as_they_came_first)
{
    expect_shown(
        "Object.keys(C.all({ from: 3, to: 200 }).fold({ s2: 0 }, (a, x) => " COUNT("x.s") "))",
        "[\n  \"s2\",\n  \"s3\",\n  \"s4\",\n  \"s0\",\n  \"s1\"\n]");
}
END_TEST

/* More than an object shares a shape for, more than a table has room for at first, and elements in
 * between that are taken singly. */
START_TEST(many_groups_are_the_same)
{
    static const char *const sets[] = {
        "C.all().map(.id.toString().length)",
        "Set.sequence(0, 5000)",
        "Set.sequence(0, 5000).map(x => x * 31 % 1009)",
        "Set.sequence(0, 5000).map(x => if (x % 1000 == 999) 0.5 else x * 31 % 509)",
        "Set.sequence(0, 1000).map(x => if (x % 50 == 49) \"x\" else x % 99)",
    };
    for (int64_t i = 0; i < countof(sets); i++) {
        Buf simple = {0}, called = {0};
        buf_printf(&simple, "%s.fold({}, (a, x) => " COUNT("x.toString()") ")", sets[i]);
        buf_printf(
            &called,
            "let called = (a, x) => " COUNT("x.toString()") "\n%s.fold({}, (a, x) => called(a, x))",
            sets[i]);
        buf_byte(&simple, '\0');
        buf_byte(&called, '\0');
        ck_assert_int_eq(expect_same(&simple, &called).kind, OUTCOME_OK);
        buf_free(&simple);
        buf_free(&called);
    }
}
END_TEST

START_TEST(what_groups_were_made_of_stays)
{
    expect_shown(
        "let seed = { s1: 1 }\nlet first = C.all({ to: 100 }).fold(seed, (a, x) => " COUNT(
            "x.s") ")\nlet second = C.all({ to: 100 }).fold(first, (a, x) => " COUNT("x.s") ")\n["
                                                                                            "seed."
                                                                                            "s1, "
                                                                                            "first."
                                                                                            "s1, "
                                                                                            "second"
                                                                                            ".s1, "
                                                                                            "first."
                                                                                            "s1]",
        "[\n  1,\n  21,\n  41,\n  21\n]");
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
    TCase *tests = tcase_create("batch");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, predicates_choose_the_same, 0, (int)countof(predicates));
    tcase_add_loop_test(tests, sums_and_means_are_the_same, 0, (int)countof(mappers));
    tcase_add_loop_test(tests, folds_are_the_same, 0, (int)countof(reducers));
    tcase_add_loop_test(tests, groups_are_the_same, 0, (int)countof(groupers));
    tcase_add_test(tests, groups_come_as_they_came_first);
    tcase_add_test(tests, many_groups_are_the_same);
    tcase_add_test(tests, what_groups_were_made_of_stays);
    tcase_add_test(tests, what_a_reducer_writes_is_seen_by_the_predicate_behind_it);
    tcase_add_test(tests, after_a_write_what_was_written_is_read);
    tcase_add_test(tests, computed_fields_are_computed);
    return run_suite_after("batch", tests, set_up_documents);
}

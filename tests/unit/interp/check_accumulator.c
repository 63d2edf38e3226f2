/* Accumulators: a fold that extends its accumulator does so in place where nobody else has it, and
 * gives what it gives when each step makes a new object: when the reducer is called by another
 * function, which has the accumulator as well. Each way to have it is here.
 */
#include "alike.h"

#ifdef FAWN_STRESS /* each step copies all that is alive */
#define FEW "30"
#define WIDE "2000"
#define WIDE_LAST "1999"
#else
#define FEW "150"
#define WIDE "50000"
#define WIDE_LAST "49999"
#endif

static const char *const setup[] = {
    "Collection.create({ name: \"C\" }).name",
    "Set.sequence(1, " FEW ").forEach(i => C.create({ id: i, n: i % 7, s: \"s#{i % 90}\" }))",
    "let seed = { n: 1, k0: 5 }",
    "let numbers = Set.sequence(0, 150).toArray()",
    "let few = Set.sequence(0, " FEW ").toArray()",
};

static void set_up_values(void)
{
    set_up_with(setup, countof(setup));
}

#define PUT(key, value) "Object.assign(a, Object.fromEntries([[" key ", " value "]]))"

static const char *const reducers[] = {
    /* in place */
    "(a, x) => Object.assign(a, { n: x })",
    "(a, x) => Object.assign(a, { n: (a.n ?? 0) + 1, last: x })",
    "(a, x) => " PUT("\"k#{x}\"", "x"), /* more fields than shapes are shared for */
    "(a, x) => " PUT("\"k#{x % 3}\"", "(a[\"k#{x % 3}\"] ?? 0) + x"),
    "(a, x) => " PUT("\"k#{x % 90}\"", "[x, a[\"k#{x % 90}\"]]"),
    "(a, x) => { let key = \"k#{x % 9}\"\n let old = a[key] ?? { n: 0, all: [] }\n"
    " " PUT("key", "{ n: old.n + 1, all: old.all.append(x) }") " }",
    "(a, x) => if (x % 2 == 0) Object.assign(a, { even: x }) else a",
    "(a, x) => if (x % 5 == 0) { n: x } else Object.assign(a, { m: x })",
    "(a, x) => if (x % 5 == 4) a.inner ?? a else Object.assign(a, { inner: { x: x } })",
    "(a, x) => Object.assign(a, {})",
    "(a, x) => Object.assign(a, if (x > 100) a.o ?? {} else { o: { p: x } })",
    /* nulls that come of fields that are not there */
    "(a, x) => Object.assign(a, { n: a.missing })",
    "(a, x) => Object.assign(a, { n: [a.missing, a[\"gone\"], a?.lost] })",
    "(a, x) => Object.assign(a, { f: { g: a.f } })",
    "(a, x) => if (x == 140) a[\"gone\"]() else Object.assign(a, { n: x })",
    /* faults in the middle */
    "(a, x) => Object.assign(a, { n: 100 / (140 - x) })",
    "(a, x) => Object.assign(a, if (x == 140) 5 else { n: x })",
    "(a, x) => Object.assign(a, if (x == 140) null else { n: x })",
    "(a, x) => Object.assign(a, Object.fromEntries([[if (x == 140) 1 else \"k\", x]]))",
    "(a, x) => if (x == 140) abort(a) else Object.assign(a, { n: x })",
    "(a, x) => if (x == 140) a.n.missing.deep else Object.assign(a, { n: x })",
    "(a, x) => if (x == 140) 5 else Object.assign(a, { n: x })",
    /* documents as the source */
    "(a, x) => Object.assign(a, C((x % 150 + 1).toString())! { n, s })",
    "(a, x) => Object.assign(a, C((x % 150 + 1).toString())!).select([\"n\"])",
    "(a, x) => Object.assign(a, C((x % 150 + 1).toString())! )",
    "(a, x) => Object.assign(a, C(\"5000\"))",
    /* others have the accumulator: what they see does not change */
    "(a, x) => Object.assign(a, { before: a })",
    "(a, x) => Object.assign(a, { all: [a, x] })",
    "(a, x) => Object.assign(a, { all: (a.all ?? []).append(Object.keys(a)) })",
    "(a, x) => { let b = a\n Object.assign(a, { n: x, b: b.n }) }",
    "(a, x) => { let b = a\n Object.assign(b, { n: x, old: a.n }) }",
    "(a, x) => { let b = Object.assign(a, { n: x })\n Object.assign(b, { old: a.n }) }",
    "(a, x) => { let c = [a]\n let d = Object.assign(a, { n: x })\n"
    " Object.assign(d, { old: c[0].n }) }",
    "(a, x) => { let f = () => a.n\n Object.assign(a, { n: x, f: f() }) }",
    "(a, x) => Object.assign(a, { f: (y) => a.n, n: (a.f ?? (y => y))(x) })",
    "(a, x) => Object.assign(a, { n: [1, 2].map(y => a.n).length, old: [3].map(y => a.n) })",
    "(a, x) => Object.assign(a, { s: Set.sequence(0, 2).map(y => a.n), n: x })",
    "(a, x) => Object.assign(a, { text: Object.toString(a).length })",
    "(a, x) => Object.assign(a, { same: a == { n: x } })",
    "(a, x) => Object.assign(Object.assign(a, { n: x }), { m: a.n })",
    "(a, x) => Object.assign(a, Object.assign(a, { n: x }))",
    "(a, x) => Object.assign(a, a)",
    "(a, x) => Object.assign({ n: a.n }, { m: x })",
    "(a, x) => Object.assign(a, { n: x })?.n",
    "(a, x) => Object.assign(a, { n: x }) { n }",
    "(a, x) => [Object.assign(a, { n: x })][0]",
    "(a, x) => Object.assign(a, { n: identity(a).n, m: x })",
    "(a, x) => Object.assign(a, { n: extend(a, x).n, m: a.m })",
    "(a, x) => extend(a, x)",
    "(a, x) => Object.assign(a { n }, { m: x })",
    /* folds within */
    "(a, x) => Object.assign(a, { n: [1, 2].fold({}, (b, y) => Object.assign(b, { m: y })) })",
    "(a, x) => Object.assign(a, { n: [1, 2].fold(a, (b, y) => Object.assign(b, { m: y })) })",
    "(a, x) => [1, 2].fold(a, (b, y) => Object.assign(b, { m: x * y, old: b.m }))",
    "(a, x) => Object.assign(a, { n: [1, 2].fold({ o: a.n }, (b, y) => Object.assign(b, { o: a.n "
    "})) })",
};

static const char *const folds[] = {
    "few.fold({}, f)",
    "few.fold(seed, f)",
    "few.foldRight({ n: 3 }, f)",
    "few.map(i => { n: i }).reduce((a, x) => f(a, x.n))",
    "[seed].concat(few).reduce(f)",
    "few.concat([seed]).reduceRight(f)",
    "few.toSet().fold(seed, f)",
    "Set.sequence(0, " FEW ").fold({}, f)",
    "Set.sequence(0, " FEW ").map(x => x).fold(seed, f)",
    "C.all().map(.n).fold(seed, f)",
    "C.all().map(x => x.n * 3).fold({}, f)",
    "[f({ n: 2 }, 1), f(f({ n: 2 }, 1), 2)]",
};

START_TEST(in_place_is_the_same)
{
    for (int64_t i = 0; i < countof(folds); i++) {
        Buf direct = {0}, called = {0};
        const char *others = "let identity = x => x\n"
                             "let extend = (a, x) => Object.assign(a, { n: x, e: 1 })\n";
        buf_printf(&direct, "%slet f = %s\n[Object.toString(%s), Object.toString(seed)]", others,
                   reducers[_i], folds[i]);
        buf_printf(&called,
                   "%slet called = %s\nlet f = (a, x) => called(a, x)\n"
                   "[Object.toString(%s), Object.toString(seed)]",
                   others, reducers[_i], folds[i]);
        buf_byte(&direct, '\0');
        buf_byte(&called, '\0');
        (void)expect_same(&direct, &called);
        buf_free(&direct);
        buf_free(&called);
    }
}
END_TEST

START_TEST(what_a_fold_gave_stays_when_the_next_extends_it)
{
    expect_shown(
        "let one = numbers.fold({}, (a, x) => Object.assign(a, { n: x }))\n"
        "let two = numbers.fold(one, (a, x) => Object.assign(a, { n: x + 1, m: x }))\n"
        "let three = [one, two].map(o => [7].fold(o, (a, x) => Object.assign(a, { n: x "
        "})).n)\n[one.n, two.n, three[0], three[1], one.n, two.n, Object.keys(one).length]",
        "[\n  149,\n  150,\n  7,\n  7,\n  149,\n  150,\n  1\n]");
}
END_TEST

START_TEST(a_step_that_fails_leaves_the_seed_as_it_was)
{
    ck_assert_int_eq(
        run("numbers.fold(seed, (a, x) => Object.assign(a, { n: 10 / (100 - x) }))").kind,
        OUTCOME_FAILED);
    expect_shown("seed", "{\n  n: 1,\n  k0: 5\n}");
}
END_TEST

/* Enough garbage for the loop to forget some of it, over and over. */
START_TEST(memory_is_taken_back_on_the_way)
{
    expect_shown(
        "let made = Set.sequence(0, 60000).fold({}, (a, x) => {\n"
        "  let key = \"k#{x % 300}\"\n  let text = \"a text of some length: #{x}\"\n"
        "  Object.assign(a, Object.fromEntries([[key, [text, (a[key] ?? [0, 0])[1] + 1]]]))\n"
        "})\n[Object.keys(made).length, made.k7, made.k299[1]]",
        "[\n  300,\n  [\n    \"a text of some length: 59707\",\n    200\n  ],\n  200\n]");
}
END_TEST

/* Wide objects are extended in constant time: with a copy each this would not end. */
START_TEST(many_fields_are_added)
{
    expect_shown("let made = Set.sequence(0, " WIDE ").map(x => [x]).fold({}, (a, x) => "
                 "Object.assign(a, Object.fromEntries([[\"k#{x[0]}\", x[0]]])))\n"
                 "[Object.keys(made).length, made.k0, made.k" WIDE_LAST ", Object.keys(made)[711]]",
                 "[\n  " WIDE ",\n  0,\n  " WIDE_LAST ",\n  \"k711\"\n]");
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("accumulator");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, in_place_is_the_same, 0, (int)countof(reducers));
    tcase_add_test(tests, what_a_fold_gave_stays_when_the_next_extends_it);
    tcase_add_test(tests, a_step_that_fails_leaves_the_seed_as_it_was);
    tcase_add_test(tests, memory_is_taken_back_on_the_way);
    tcase_add_test(tests, many_fields_are_added);
    return run_suite_after("accumulator", tests, set_up_values);
}

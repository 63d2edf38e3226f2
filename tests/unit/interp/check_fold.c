/* Reducers that only compute: folds whose steps run on registers give what the same reducer gives
 * when it is called for each element, and the same faults.
 */
#include "alike.h"

static const char *const sets[] = {
    "Set.sequence(0, 200)",
    "Set.sequence(-70, 70)",
    "Set.sequence(0, 300).reverse()",
    "Set.sequence(0, 3)",
    "Set.sequence(0, 0)",
    "Set.sequence(0, 150).map(x => x / 2.0)",
    "Set.sequence(0, 150).map(x => if (x == 100) 0.5 else x)",
    "Set.sequence(0, 150).map(x => if (x == 100) null else x)",
    "Set.sequence(0, 150).where(x => x % 3 == 0)",
    "[1, 2, 3.5, \"x\"].toSet()",
};

typedef struct Fold {
    const char *seed, *reducer;
} Fold;

static const Fold folds[] = {
    {"0", "(a, x) => (a * 31 + x) % 1000003"},
    {"1", "(a, x) => a + x"},
    {"1.5", "(a, x) => a * 0.5 + x"},
    {"0", "(a, x) => a + x / 2.0"}, /* the first step makes a double of it */
    {"1", "(a, x) => a * 3 - x"},   /* leaves 64 bits in the middle */
    {"9223372036854775800", "(a, x) => a + x"},
    {"-9223372036854775807", "(a, x) => a - x"},
    {"0", "(a, x) => a + 100 / (x - 70)"}, /* a division by zero in the middle */
    {"0", "(a, x) => a + 100 % (x - 70)"},
    {"0.0", "(a, x) => a + 1.0 / x"},
    {"0", "(a, x) => if (x > 20 && x < 90) a + 1 else a"},
    {"0", "(a, x) => if (x > 20 || !(x < 90)) a + x else a - x"},
    {"0", "(a, x) => if (x == 50) a + 0.5 else a + 1"}, /* branches of two types */
    {"0", "(a, x) => if (x == 50) \"text\" else a + 1"},
    {"0", "(a, x) => if (x == 50) null else a + 1"},
    {"0", "(a, x) => if (x > 50) a"},
    {"0", "(a, x) => { let y = x * 2\n let z = y + 1\n a + y * z }"},
    {"0", "(a, x) => { let y = x * 2\n let y2 = y\n if (y2 > 10) { let w = y2 + y\n w } else a }"},
    {"0", "(a, x) => if (if (x > 5) a > 3 else x > 2) a + 1 else a + 2"},
    {"true", "(a, x) => a && x >= 0"},
    {"false", "(a, x) => a == true"},
    {"0", "(a, x) => x"},
    {"0", "(a, x) => a"},
    {"0", "(_, x) => x * x"},
    {"0", "(a, _) => a + 1"},
    {"0", "(a, x) => step + a * x"},
    {"0", "(a, x) => word + a"},
    {"0", "(a, x) => a + big"},
    {"\"\"", "(a, x) => a + x"},
    {"null", "(a, x) => a + x"},
    {"{ x: 0, y: 1 }", "(z, i) => { x: z.y, y: z.x + i }"}, /* each sees the step before */
    {"{ x: 0.0, y: 0.0 }",
     "(z, i) => { x: z.x * z.x - z.y * z.y + 0.3, y: 2.0 * z.x * z.y + 0.1 }"},
    {"{ x: 0.0, y: 0.0 }", "(z, i) => { let x = z.x + 1.0\n if (x > 30.0) { x: 2.0, y: z.y } else "
                           "{ x: x, y: x } }"},
    {"{ x: 0, y: 0 }", "(z, i) => { let x = z.x + 1.5\n { x: x, y: x } }"},
    {"{ y: 0, x: 0 }", "(z, i) => { x: z.x + 1, y: z.y + i }"}, /* another order at first */
    {"{ x: 0, y: 0, more: 1 }", "(z, i) => { x: z.x + 1, y: z.y + i }"},
    {"{ x: 0 }", "(z, i) => if (i < 50) { x: z.x + 1 } else { x: z.x + 1, y: i }"},
    {"{ x: 0 }", "(z, i) => if (i < 50) { x: z.x + 1 } else z"},
    {"{ x: 0 }", "(z, i) => if (i == 50) { x: \"no\" } else { x: z.x + 1 }"},
    {"{ x: 0 }", "(z, i) => { x: z.missing + 1 }"},
    {"{ x: 1 }", "(z, i) => { x: z.x * 7 }"}, /* leaves 64 bits */
    {"{ x: 1 }", "(z, i) => { x: 10 / (90 - i) }"},
    {"{ x: 1, o: { y: 1 } }", "(z, i) => { x: z.x + 1, o: z.o }"}, /* what is no number stays */
    {"{ x: 1, seen: [] }", "(z, i) => { x: z.x + 1, seen: z.seen }"},
    {"{ a: 0, b: 0, c: 0, d: 0, e: 0, f: 0, g: 0, h: 0, i: 0 }",
     "(z, x) => { a: z.a + 1, b: z.b, c: z.c, d: z.d, e: z.e, f: z.f, g: z.g, h: z.h, i: z.i }"},
    {"0",
     "(a, x) => a + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x "
     "+ x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x "
     "+ x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + 1"},
    {"0", "(a, x) => Set.sequence(0, 3).fold(a, (b, y) => b + x * y)"},
    {"0.0", "(a, x) => if (a == 0.0) -0.0 else if (a < 0.0) 0.0 else a"}, /* zeros have signs */
    {"0.0", "(a, x) => a * -1.0"},
    {"0.0", "(a, x) => (a + 1.0) / 0.0"},
    {"0.0", "(a, x) => if (a == nan) 1.0 else nan"},
    {"3000000000", "(a, x) => if (a > 2000000000) a - 1500000000 else a + 3000000000"},
};

START_TEST(registers_give_what_calls_give)
{
    const Fold *fold = &folds[_i];
    (void)run("let step = 3");
    (void)run("let word = \"w\"");
    (void)run("let big = 4000000000000000000");
    (void)run("let nan = Math.NaN");
    for (int64_t i = 0; i < countof(sets); i++) {
        Buf plain = {0}, calling = {0};
        buf_printf(&plain, "%s.fold(%s, %s)", sets[i], fold->seed, fold->reducer);
        buf_printf(&calling, "let called = %s\n%s.fold(%s, (a, x) => called(a, x))", fold->reducer,
                   sets[i], fold->seed);
        buf_byte(&plain, '\0');
        buf_byte(&calling, '\0');
        (void)expect_same(&plain, &calling);
        buf_free(&plain);
        buf_free(&calling);
    }
}
END_TEST

START_TEST(a_fault_in_the_middle_tells_its_place)
{
    Outcome outcome = run("Set.sequence(0, 200).fold(0, (a, x) => a + 1 / (150 - x))");
    ck_assert_int_eq(outcome.kind, OUTCOME_FAILED);
    expect_text(outcome.summary,
                "error: Attempted integer division by zero.\n"
                "at *query*:1:48\n"
                "  |\n"
                "1 | Set.sequence(0, 200).fold(0, (a, x) => a + 1 / (150 - x))\n"
                "  |                                                ^^^^^^^^^\n"
                "  |\n"
                "  |\n"
                "1 | Set.sequence(0, 200).fold(0, (a, x) => a + 1 / (150 - x))\n"
                "  |                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
                "  |",
                "the fault's rendering");
}
END_TEST

START_TEST(what_a_fold_gives_outlives_it)
{
    expect_shown("let first = Set.sequence(0, 100).fold({ x: 0 }, (z, i) => { x: z.x + i })\n"
                 "let second = Set.sequence(0, 100).fold(first, (z, i) => { x: z.x + 1 })\n"
                 "[first.x, second.x, first.x]",
                 "[\n  4950,\n  5050,\n  4950\n]");
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("fold");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, registers_give_what_calls_give, 0, (int)countof(folds));
    tcase_add_test(tests, a_fault_in_the_middle_tells_its_place);
    tcase_add_test(tests, what_a_fold_gives_outlives_it);
    return run_suite("fold", tests);
}

/* Typed fields as they are enforced: defaults, types, wildcards, and what definitions may say. */
#include "push.h"

START_TEST(defaults_are_filled_in_when_a_document_is_made)
{
    expect_pushed("collection A { n: Int = 1 + 1\no: { s: String = \"x\" } }");
    expect_shown("A.create({ id: 1 }).data", "{\n  n: 2,\n  o: {\n    s: \"x\"\n  }\n}");
    expect_shown("A.create({ id: 2, n: 5 }).n", "5");
}
END_TEST

START_TEST(values_of_other_types_are_refused)
{
    expect_pushed("collection A { n: Int\ns: String? }");
    Outcome outcome = run("A.create({ n: \"x\" })");
    expect_text(outcome.code, "constraint_failure", "create");
    expect_text(run("A.create({ s: \"x\" })").code, "constraint_failure", "a field is missing");
    expect_text(run("A.create({ n: 1, x: 2 })").code, "constraint_failure", "one too many");
    expect_shown("A.create({ id: 1, n: 1 }).update({ s: \"x\" }).s", "\"x\"");
    expect_text(run("A.byId(1)!.update({ n: null })").code, "constraint_failure", "update");
}
END_TEST

START_TEST(a_wildcard_lets_other_fields_in)
{
    expect_pushed("collection A { n: Int\n*: Any }");
    expect_shown("A.create({ n: 1, x: 2 }).x", "2");
}
END_TEST

START_TEST(types_must_name_what_exists)
{
    expect_refused("collection A {\n  a: Int\n  b: Array<B>\n}",
                   "error: Unknown type `B`\nat main.fsl:3:12\n");
    expect_pushed("collection A { b: Ref<B> }\ncollection B {}");
}
END_TEST

START_TEST(a_top_level_wildcard_is_any)
{
    expect_refused("collection A {\n  a: Int\n  *: Int\n}",
                   "error: Top-level wildcard must have type `Any`\nat main.fsl:3:6\n");
}
END_TEST

static const char *const asking[] = {
    "Default.create({})",
    "Inner.create({ a: {} })",
    "Check.create({ n: 1 })",
    "Derived.create({ n: 1 })",
    "Computed.create({ n: 1 }).many",
};

/* What a schema's expressions need counts as what the query needs: it is no failure of a constraint. */
START_TEST(a_query_that_ends_in_a_rule_fails_as_it_would_elsewhere)
{
    expect_pushed("collection Default { n: Int = Array.sequence(0, 100000).length }\n"
                  "collection Inner { a: { n: Int = Array.sequence(0, 100000).length } }\n"
                  "collection Check { *: Any\n check many (x => Array.sequence(0, 100000).length > x.n) }\n"
                  "collection Derived {\n *: Any\n"
                  "  compute many: Int = (x => Array.sequence(0, 100000).length)\n"
                  "  index byMany { terms [.many] }\n}\n"
                  "collection Computed {\n *: Any\n"
                  "  compute many: Int = (x => Array.sequence(0, 100000).length)\n}\n");
    Outcome outcome = run_with(asking[_i], (RunOptions){.memory_bytes = 1 << 20});
    ck_assert_msg(str_eq(outcome.code, STR("memory_limit")), "%s: %.*s", asking[_i],
                  STR_ARG(outcome.summary));
    ck_assert_int_eq(run(asking[_i]).kind, OUTCOME_OK);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("field_rules");
    tcase_add_loop_test(tests, a_query_that_ends_in_a_rule_fails_as_it_would_elsewhere, 0,
                        (int)countof(asking));
    tcase_add_test(tests, defaults_are_filled_in_when_a_document_is_made);
    tcase_add_test(tests, values_of_other_types_are_refused);
    tcase_add_test(tests, a_wildcard_lets_other_fields_in);
    tcase_add_test(tests, types_must_name_what_exists);
    tcase_add_test(tests, a_top_level_wildcard_is_any);
    return run_suite("field_rules", tests);
}

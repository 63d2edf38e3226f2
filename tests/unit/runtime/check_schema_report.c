/* What is told of values that the types of their fields do not take. */
#include "runtime/schema/schema_report.h"
#include "tests/unit/runtime/fixture.h"
#include "tests/unit/runtime/types_fixture.h"

/* The failures, "path: message" a line each. */
static void expect_report(const SchemaType *type, Value document, const char *expected)
{
    Failures failures = {.rt = &rt};
    schema_report(&failures, type, document.as.object);
    Buf got = {0};
    for (const ConstraintFailure *failure = failures.first; failure; failure = failure->next) {
        buf_printf(&got, "%s%.*s: %.*s", got.len > 0 ? "\n" : "", STR_ARG(failure->label),
                   STR_ARG(failure->message));
    }
    ck_assert_text(buf_str(&got), expected);
    buf_free(&got);
}

START_TEST(a_value_of_another_type_is_named)
{
    expect_report(&both_type, object2("n", text("x"), "s", text("y")),
                  "n: Expected Int, provided String");
}
END_TEST

START_TEST(missing_fields_and_fields_too_many_are_told)
{
    expect_report(&both_type, object2("n", val_int(1), "x", val_int(2)),
                  "x: Unexpected field provided\ns: Missing required field of type String");
}
END_TEST

START_TEST(a_field_that_may_be_missing_is_not_told)
{
    expect_report(&open_type, object1("x", val_int(2)), "");
}
END_TEST

START_TEST(an_element_is_told_with_its_index)
{
    static const TypedField field[] = {{.name = {"list", 4}, .type = &ints_type}};
    static const SchemaType type = {.kind = SCHEMA_OBJECT, .fields = field, .count = 1};
    expect_report(&type, object1("list", array2(val_int(1), text("x"))),
                  "list[1]: Expected Int, provided String");
}
END_TEST

START_TEST(a_union_is_told_as_a_whole)
{
    expect_report(&open_type, object1("n", text("x")), "n: Expected Int | Null, provided String");
}
END_TEST

START_TEST(a_single_value_has_the_path_that_is_given)
{
    const Str path[] = {STR("a"), STR("b")};
    Failures failures = {.rt = &rt};
    schema_report_value(&failures, &int_type, path, countof(path), text("x"));
    ck_assert_ptr_nonnull(failures.first);
    ck_assert_text(failures.first->label, "a.b");
    ck_assert_text(failures.first->message, "Expected Int, provided String");
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, a_value_of_another_type_is_named);
    tcase_add_test(tests, missing_fields_and_fields_too_many_are_told);
    tcase_add_test(tests, a_field_that_may_be_missing_is_not_told);
    tcase_add_test(tests, an_element_is_told_with_its_index);
    tcase_add_test(tests, a_union_is_told_as_a_whole);
    tcase_add_test(tests, a_single_value_has_the_path_that_is_given);
}

int main(void)
{
    return run_case("schema_report", add_tests);
}

/* Tests of schema_diff.c: which lines of an item are shown, and how. */
#include "repl/schema_diff.h"

#include <check.h>

static const Source file = {.name = {"main.fsl", 8}, .text = {"x\n y", 4}};

static SchemaChange change(SchemaChangeKind kind, const char *before, const char *after)
{
    return (SchemaChange){.kind = kind,
                          .item = STR("collection"),
                          .name = STR("A"),
                          .place = kind == SCHEMA_REMOVED ? (Span){0} : (Span){&file, 3, 4},
                          .before = str_from_c(before),
                          .after = str_from_c(after)};
}

static void expect_diff(SchemaChange given, SchemaDiffStyle style, const char *expected)
{
    Buf out = {0};
    schema_diff_put(&out, &given, 1, style);
    ck_assert_msg(str_eq(buf_str(&out), str_from_c(expected)), "got `%.*s`",
                  STR_ARG(buf_str(&out)));
    buf_free(&out);
}

START_TEST(a_changed_line_is_shown_among_its_neighbours)
{
    expect_diff(change(SCHEMA_CHANGED, "a\nb\nc\nd\ne\nf\n", "a\nb\nc\nX\ne\nf\n"),
                (SchemaDiffStyle){0},
                "* Modifying collection `A` at main.fsl:2:2:\n"
                "    ...\n    b\n    c\n  - d\n  + X\n    e\n    f\n");
}
END_TEST

START_TEST(equal_lines_between_changes_are_left_out)
{
    expect_diff(change(SCHEMA_CHANGED, "a\nb\nc\nd\ne\nf\ng\nh\n", "X\nb\nc\nd\ne\nf\ng\nY\n"),
                (SchemaDiffStyle){0},
                "* Modifying collection `A` at main.fsl:2:2:\n"
                "  - a\n  + X\n    b\n    c\n    ...\n    f\n    g\n  - h\n  + Y\n");
}
END_TEST

START_TEST(lines_that_stay_are_matched)
{
    expect_diff(change(SCHEMA_CHANGED, "a\nb\nc\n", "b\nc\nd\n"), (SchemaDiffStyle){0},
                "* Modifying collection `A` at main.fsl:2:2:\n"
                "  - a\n    b\n    c\n  + d\n");
}
END_TEST

START_TEST(what_is_added_or_removed_is_a_line_unless_all_is_wanted)
{
    SchemaDiffStyle full = {.full = true};
    expect_diff(change(SCHEMA_ADDED, "", "a\n"), (SchemaDiffStyle){0},
                "* Adding collection `A` to main.fsl:2:2\n");
    expect_diff(change(SCHEMA_ADDED, "", "a\n"), full,
                "* Adding collection `A` to main.fsl:2:2\n  + a\n");
    SchemaChange removed = change(SCHEMA_REMOVED, "a\n\nb\n", "");
    removed.documents = 2;
    expect_diff(removed, full,
                "* Removing collection `A` and its 2 documents\n  - a\n  -\n  - b\n");
}
END_TEST

START_TEST(colour_adds_escapes_only)
{
    expect_diff(change(SCHEMA_CHANGED, "a\n", "b\n"), (SchemaDiffStyle){.color = true},
                "\033[1m* Modifying collection `A` at main.fsl:2:2:\033[0m\n"
                "\033[31m  - a\033[0m\n\033[32m  + b\033[0m\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("schema_diff");
    TCase *lines = tcase_create("lines");
    tcase_add_test(lines, a_changed_line_is_shown_among_its_neighbours);
    tcase_add_test(lines, equal_lines_between_changes_are_left_out);
    tcase_add_test(lines, lines_that_stay_are_matched);
    tcase_add_test(lines, what_is_added_or_removed_is_a_line_unless_all_is_wanted);
    tcase_add_test(lines, colour_adds_escapes_only);
    suite_add_tcase(suite, lines);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

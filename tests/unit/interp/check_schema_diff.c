/* check_schema_diff: how differences between schemas are told, item by item and line by line. */
#include "interp/schema/schema_diff.h"
#include "push.h"

/* The diff of a push of `after`, without putting it in force. */
static void expect_styled(const char *after, SchemaDiffStyle style, const char *expected)
{
    int64_t bad_offset;
    Buf out = {0};
    const Source *file = session_source(session, STR("main.fsl"), str_from_c(after), &bad_offset);
    SchemaPush push = {.files = &file, .count = 1, .dry_run = true};
    Outcome outcome = session_push_schema(session, &push);
    ck_assert_msg(outcome.kind == OUTCOME_OK, "%s\n%.*s", after, STR_ARG(outcome.summary));
    schema_diff_put(&out, &push, style);
    ck_assert_msg(str_eq(buf_str(&out), str_from_c(expected)), "%s\ngives:\n%.*s", after,
                  STR_ARG(buf_str(&out)));
    buf_free(&out);
}

static void expect(const char *after, const char *expected)
{
    expect_styled(after, (SchemaDiffStyle){0}, expected);
}

START_TEST(added_changed_and_removed_items_come_in_this_order)
{
    expect_pushed("function b() { 1 }\ncollection C {}\nrole r {}\nfunction a() { 1 }");
    expect("role s {}\nfunction a() { 2 }\nfunction c() { 1 }\ncollection B {}\nfunction b(x) { 1 }",
           "* Adding collection `B` to main.fsl:4:1\n\n"
           "* Adding function `c` to main.fsl:3:1\n\n"
           "* Adding role `s` to main.fsl:1:1\n\n"
           "* Removing collection `C` from main.fsl:2:1\n\n"
           "* Removing role `r` from main.fsl:3:1\n\n"
           "* Modifying function `a` at main.fsl:2:1:\n  ~ change body\n\n"
           "* Modifying function `b` at main.fsl:5:1:\n  ~ change signature\n\n");
}
END_TEST

START_TEST(members_of_a_collection_are_told_in_groups)
{
    expect_pushed("@alias(Old)\ncollection C {\n  index a { terms [.x] }\n  index b { terms [.x] }\n"
                  "  unique [.x]\n  check ok (.x > 1)\n  check fine (.x > 1)\n  history_days 3\n}");
    expect("collection C {\n  compute y = (.x + 1)\n  index a {\n    terms [.x]\n    values [.y]\n  }\n"
           "  index c { terms [.z] }\n  unique [.x, .z]\n  check ok (.x > 2)\n  history_days 4\n"
           "  ttl_days 5\n}",
           "* Modifying collection `C` at main.fsl:1:1:\n"
           "  * Computed fields:\n"
           "  + add computed field `y`\n"
           "\n"
           "  * Indexes:\n"
           "  + add index `c`\n"
           "  - remove index `b`\n"
           "  ~ change index `a`\n"
           "    + add values set to [.y]\n"
           "\n"
           "  * Constraints:\n"
           "  + add unique constraint on [.x, .z]\n"
           "  - remove unique constraint on [.x]\n"
           "  - remove check constraint `fine`\n"
           "  ~ change check constraint `ok` body\n"
           "\n"
           "  * Configuration:\n"
           "  - remove alias set to Old\n"
           "  + add ttl_days set to 5\n"
           "  ~ change history_days from 3 to 4\n"
           "\n");
}
END_TEST

START_TEST(aggregates_and_triggers_are_told_likewise)
{
    expect_pushed("collection C {\n  aggregate n { values { n: count() } }\n}");
    expect("collection C {\n  aggregate n {\n    terms [.x]\n    values { n: count() }\n  }\n"
           "  trigger t {\n    on [create]\n    do (e => null)\n  }\n}",
           "* Modifying collection `C` at main.fsl:1:1:\n"
           "  * Aggregates:\n"
           "  ~ change aggregate `n`\n"
           "    + add terms set to [.x]\n"
           "\n"
           "  * Triggers:\n"
           "  + add trigger `t`\n"
           "\n");
}
END_TEST

START_TEST(predicates_come_and_go)
{
    expect_pushed("collection C {}\nrole r {\n  privileges C {\n    read\n    write { predicate ((a, b) => true) }\n"
                  "    create { predicate (_ => true) }\n  }\n  membership C\n}");
    expect("collection C {}\nrole r {\n  privileges C {\n    read { predicate (_ => true) }\n    write\n"
           "    create { predicate (_ => false) }\n    delete\n  }\n}",
           "* Modifying role `r` at main.fsl:2:1:\n"
           "  - remove membership on `C`\n"
           "  ~ change privileges on `C`\n"
           "    + add delete\n"
           "    ~ change read by adding a predicate\n"
           "    ~ change write by removing a predicate\n"
           "    ~ change create by modifying its predicate\n"
           "\n");
}
END_TEST

START_TEST(what_means_the_same_is_no_difference)
{
    expect_pushed("collection C {\n  history_days 0\n  check ok (doc => doc.x > 1)\n}\nfunction f(a) { a }");
    expect("function f( a ) {  a  /* the same */ }\ncollection C { *: Any\n check ok ( doc  =>  doc.x>1 ) }",
           "");
}
END_TEST

START_TEST(migrations_are_told_when_there_are_documents)
{
    const char *after = "collection C {\n  b: Int\n  c: String = \"new\"\n  d: Int?\n"
                        "  migrations {\n    move .a -> .b\n    add .c\n    add .d\n  }\n}";
    SchemaDiffStyle full = {.full = true};
    expect_pushed("collection C {\n  a: Int\n}");
    expect(after, "* Modifying collection `C` at main.fsl:1:1:\n  No semantic changes.\n\n");
    expect_shown("C.create({ a: 1 }).a", "1");
    expect(after, "* Modifying collection `C` at main.fsl:1:1:\n"
                  "  * Defined fields:\n"
                  "  ~ move field `.a` to field `.b`\n"
                  "  + add field `.c` with backfill `\"new\"`\n"
                  "\n");
    expect_styled(after, full,
                  "* Modifying collection `C` at main.fsl:1:1:\n"
                  "  * Defined fields:\n"
                  "  ~ move field `.a` to field `.b`\n"
                  "  + add field `.c` with backfill `\"new\"`\n"
                  "  + add field `.d`\n"
                  "\n");
}
END_TEST

START_TEST(splits_tell_where_values_go)
{
    expect_pushed("collection C {\n  a: Int | String\n}");
    expect_shown("C.create({ a: 1 }).a", "1");
    expect("collection C {\n  a: Int\n  b: String\n  migrations {\n    split .a -> .a, .b\n"
           "    backfill .a = 0\n    backfill .b = \"none\"\n  }\n}",
           "* Modifying collection `C` at main.fsl:1:1:\n"
           "  * Defined fields:\n"
           "  ~ split field `.a` into fields `.a`,`.b`\n"
           "    - if the value matches type `Int`, the value stays in field `.a`\n"
           "    - else if the value matches type `String`, the value moves to field `.b`\n"
           "  + backfill field `.a` with value `0`\n"
           "  + backfill field `.b` with value `\"none\"`\n"
           "\n");
}
END_TEST

START_TEST(documents_that_go_are_counted)
{
    SchemaDiffStyle full = {.full = true};
    expect_pushed("collection C {}");
    expect_shown("C.create({}).x", "null");
    expect_styled("", full, "* Removing collection `C` from main.fsl:1:1 and its 1 document\n\n");
    expect("", "* Removing collection `C` from main.fsl:1:1\n\n");
}
END_TEST

START_TEST(a_default_that_goes_is_told)
{
    SchemaDiffStyle full = {.full = true};
    expect_pushed("collection C {\n  a: Int = 1\n  b: Int = 1\n}");
    expect_styled("collection C {\n  a: Int\n  b: Int = 2\n}", full,
                  "* Modifying collection `C` at main.fsl:1:1:\n"
                  "  * Defined fields:\n"
                  "  ~ change field `.b` from `Int = 1` to `Int = 2`\n"
                  "\n"
                  "  * Configuration:\n"
                  "  - remove default value from field `.a`\n"
                  "\n");
}
END_TEST

START_TEST(a_summary_has_a_line_for_each_item)
{
    SchemaDiffStyle summary = {.format = DIFF_SUMMARY};
    expect_pushed("function f() { 1 }");
    expect_styled("function f() { 2 }\nfunction g() { 2 }", summary,
                  "* Adding function `g` to main.fsl:2:1\n"
                  "* Modifying function `f` at main.fsl:1:1\n");
}
END_TEST

START_TEST(colors_follow_the_marks)
{
    SchemaDiffStyle colored = {.color = true};
    expect_pushed("collection C {\n  history_days 3\n}");
    expect_styled("collection C {\n  ttl_days 3\n}", colored,
                  "\033[1;34m* Modifying collection `C`\033[0m at main.fsl:1:1:\n"
                  "  * Configuration:\n"
                  "\033[32m  + add ttl_days set to 3\033[0m\n"
                  "\033[31m  - remove history_days set to 3\033[0m\n"
                  "\n");
}
END_TEST

START_TEST(texts_are_shown_in_hunks)
{
    SchemaDiffStyle textual = {.format = DIFF_TEXTUAL};
    expect_pushed("function a() { 1 }\n// 2\n// 3\n// 4\n// 5\n// 6\n// 7\n// 8\n// 9\n// 10\nfunction z() { 1 }\n");
    expect_styled("function a() { 2 }\n// new\n// 2\n// 3\n// 4\n// 5\n// 6\n// 7\n// 8\n// 9\n// 10\nfunction z() { 2 }\n",
                  textual,
                  "main.fsl\n"
                  "@ line 1 to 5\n"
                  "- function a() { 1 }\n"
                  "+ function a() { 2 }\n"
                  "+ // new\n"
                  "  // 2\n  // 3\n  // 4\n"
                  "@ line 9 to 12\n"
                  "  // 8\n  // 9\n  // 10\n"
                  "- function z() { 1 }\n"
                  "+ function z() { 2 }\n");
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("schema_diff");
    tcase_add_test(tests, added_changed_and_removed_items_come_in_this_order);
    tcase_add_test(tests, members_of_a_collection_are_told_in_groups);
    tcase_add_test(tests, aggregates_and_triggers_are_told_likewise);
    tcase_add_test(tests, predicates_come_and_go);
    tcase_add_test(tests, what_means_the_same_is_no_difference);
    tcase_add_test(tests, migrations_are_told_when_there_are_documents);
    tcase_add_test(tests, splits_tell_where_values_go);
    tcase_add_test(tests, documents_that_go_are_counted);
    tcase_add_test(tests, a_default_that_goes_is_told);
    tcase_add_test(tests, a_summary_has_a_line_for_each_item);
    tcase_add_test(tests, colors_follow_the_marks);
    tcase_add_test(tests, texts_are_shown_in_hunks);
    return run_suite("schema_diff", tests);
}

/* Tests of remedy.c: what is said of errors, as the shell tells them, and what is not. */
#include "repl/edit/remedy.h"

#include <check.h>

/* The error of a query of one row, with a mark of `count` signs in its column. */
static Str make_error(Arena *arena, const char *message, const char *query, int column, int count)
{
    return str_format(arena, "error: %s\nat *query*:1:%d\n  |\n1 | %s\n  | %*s%.*s\n  |\n", message,
                      column, query, column - 1, "", count, "^^^^^^^^^^^^^^^^^^^^");
}

static void expect_remedy(const char *message, const char *query, int column, const char *expected)
{
    Arena arena;
    arena_init(&arena);
    Str found = remedy_find(&arena, make_error(&arena, message, query, column, 1));
    ck_assert_msg(str_eq(found, str_from_c(expected)), "%s: `%.*s`", query, STR_ARG(found));
    arena_free(&arena);
}

START_TEST(messages_have_rows)
{
    expect_remedy("Collection `A` does not contain document with id 9.", "A.byId(9)!.n", 7,
                  "?. in place of . or ! gives null where there is no document; .exists() asks");
    expect_remedy("Failed to create document in collection `A`.\nconstraint failures:\n  m: "
                  "Unexpected field provided",
                  "A.create({ m: 1 })", 9,
                  ".describe COLLECTION shows its fields and rules; `*: Any` in its schema lets "
                  "others in");
    expect_remedy("Failed to create Collection.\nconstraint failures:\n  name: Missing required "
                  "field of type String",
                  "Collection.create({})", 18, "");
    expect_remedy("Query aborted.", "abort(1)", 6, "");
}
END_TEST

START_TEST(wrong_calls_name_the_method)
{
    expect_remedy("callee function expects exactly 1 argument, but 0 were provided.", "[1].map()",
                  8, ".help map shows what it takes");
    expect_remedy("expected value for `prefix` of type String, received Int",
                  "\"abc\".startsWith(1)", 18, ".help startsWith shows what it takes");
    expect_remedy("callee function expects exactly 1 argument, but 0 were provided.", "myOwn()", 6,
                  "");
    expect_remedy("expected value for `x` of type Int, received String", "1", 1, "");
}
END_TEST

START_TEST(types_are_named_whose_method_is_missing)
{
    expect_remedy("The function `foo` does not exist on `Int`", "5.foo()", 3,
                  ".help Int lists what it has");
    expect_remedy("The function `foo` does not exist on `Set<Any>`", "A.all().foo()", 9,
                  ".help Set lists what it has");
    expect_remedy("The function `foo` does not exist on `MyCollection`", "MyCollection.foo()", 14,
                  "");
}
END_TEST

START_TEST(signs_that_mean_nothing_are_shown)
{
    expect_remedy("Unexpected end of query. Expected statement or expression", "\u00a7 1", 1,
                  "`\u00a7` means nothing here");
    expect_remedy("Unexpected end of query. Expected statement or expression", "", 1, "");
    expect_remedy("Expected `}`", "{ [x]: 1 }", 6,
                  "Object.fromEntries([[KEY, VALUE]]) makes a field whose name is worked out");
}
END_TEST

START_TEST(hints_of_the_error_come_first)
{
    Arena arena;
    arena_init(&arena);
    Str error =
        make_error(&arena, "The function `maap` does not exist on `Array<Any>`", "[].maap()", 4, 4);
    error = str_format(&arena, "%.*shint: Did you mean `map`?\n", STR_ARG(error));
    ck_assert(remedy_find(&arena, error).len == 0);
    error = make_error(&arena, "Cannot access `a` on null.", "null.a", 6, 1);
    error = str_format(&arena, "%.*shint: Null value created here\n", STR_ARG(error));
    ck_assert(remedy_find(&arena, error).len > 0);
    arena_free(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("remedy");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, messages_have_rows);
    tcase_add_test(tcase, wrong_calls_name_the_method);
    tcase_add_test(tcase, types_are_named_whose_method_is_missing);
    tcase_add_test(tcase, signs_that_mean_nothing_are_shown);
    tcase_add_test(tcase, hints_of_the_error_come_first);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

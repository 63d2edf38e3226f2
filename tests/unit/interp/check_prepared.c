/* Tests of queries that come again: what is kept of their texts tells what looking at them anew
 * would, whatever else has changed.
 */
#include "push.h"

#include "interp/session/prepared.h"

#include <stdio.h>
#include <string.h>

static const Value none = {0};

static Outcome ask_by(const char *before, const char *after, Value value, RunOptions options)
{
    Str texts[] = {str_from_c(before), str_from_c(after ? after : "")};
    int64_t bad_offset, count = after ? 2 : 1;
    const Source *source = session_template(session, STR("*query*"), texts, count, &bad_offset);
    options.query = true;
    options.typecheck = TYPECHECK_YES;
    options.values = &value;
    options.value_count = count - 1;
    options.sink = show;
    options.print.format = PRINT_FQL;
    shown.len = 0;
    return session_run(session, source, &options);
}

/* Runs the texts with `value` between them, if there are two, as a query that may come again. It
 * must end as one that is looked at anew. */
static Outcome ask(const char *before, const char *after, Value value)
{
    Buf value_text = {0}, other = {0};
    Outcome anew = ask_by(before, after, value, (RunOptions){.dry_run = true});
    buf_put(&value_text, buf_str(&shown));
    buf_put(&other, anew.summary);
    buf_put(&other, anew.static_type);
    Outcome outcome = ask_by(before, after, value, (RunOptions){.repeats = true});
    Str rest = str_slice(buf_str(&other), 0, outcome.summary.len);
    ck_assert_int_eq(outcome.kind, anew.kind);
    ck_assert(str_eq(outcome.summary, rest));
    ck_assert(str_eq(outcome.static_type, str_slice(buf_str(&other), rest.len, other.len)));
    ck_assert(outcome.kind != OUTCOME_OK || str_eq(buf_str(&shown), buf_str(&value_text)));
    buf_free(&value_text);
    buf_free(&other);
    return outcome;
}

static void expect_answer(Outcome outcome, const char *value, const char *type)
{
    ck_assert_msg(outcome.kind == OUTCOME_OK, "%.*s", STR_ARG(outcome.summary));
    expect_text(buf_str(&shown), value, "value");
    expect_text(outcome.static_type, type, "type");
}

/* What is kept of a text; NULL: nothing. It has come once more by that. */
static Prepared *kept(const char *text)
{
    Source source = {STR("*query*"), str_from_c(text)};
    return prepared_find(session, &source, false);
}

START_TEST(a_text_is_kept_when_it_comes_again)
{
    const char *text = "[1, 2].map(x => x + 1)";
    expect_answer(ask(text, NULL, none), "[\n  2,\n  3\n]", "Array<Number>");
    expect_answer(ask(text, NULL, none), "[\n  2,\n  3\n]", "Array<Number>");
    Prepared *prepared = kept(text);
    ck_assert_ptr_nonnull(prepared);
    ck_assert_int_eq(prepared->type_count, 1);
    const Node *block = prepared->block;
    expect_answer(ask(text, NULL, none), "[\n  2,\n  3\n]", "Array<Number>");
    ck_assert_ptr_eq(kept(text)->block, block);
    ck_assert_int_eq(kept(text)->type_count, 1);
}
END_TEST

START_TEST(what_is_stored_is_read_each_time)
{
    expect_pushed("collection Film { stars: Int }");
    for (int i = 1; i <= 4; i++) {
        char expected[16];
        snprintf(expected, sizeof expected, "%d", i);
        run("Film.create({ stars: 1 })");
        expect_answer(ask("let all = Film.all()\nall.count()", NULL, none), expected,
                      "Number");
    }
}
END_TEST

START_TEST(types_follow_the_schema)
{
    const char *text = "Film.all().map(f => f.stars + 1).first()";
    expect_pushed("collection Film { stars: Int }");
    for (int i = 0; i < 3; i++) {
        expect_answer(ask(text, NULL, none), "null", "Number | Null");
    }
    expect_pushed("collection Film { stars: String\n migrations { drop .stars\n add .stars\n"
                  " backfill .stars = \"\" } }");
    for (int i = 0; i < 3; i++) {
        Outcome outcome = ask(text, NULL, none);
        ck_assert_int_eq(outcome.kind, OUTCOME_FAILED);
        expect_text(outcome.code, "invalid_query", text);
    }
    expect_pushed("collection Film { stars: Int\n migrations { drop .stars\n add .stars\n"
                  " backfill .stars = 1 } }");
    expect_answer(ask(text, NULL, none), "null", "Number | Null");
}
END_TEST

START_TEST(values_are_of_this_query)
{
    for (int i = 0; i < 5; i++) {
        char expected[16];
        snprintf(expected, sizeof expected, "%d", i + 1);
        expect_answer(ask("let n = ", "\nn + 1", val_int(i)), expected, "Number");
    }
}
END_TEST

START_TEST(values_of_another_type_are_checked_anew)
{
    for (int i = 0; i < 3; i++) {
        expect_answer(ask("", ".toString() + \"!\"", val_int(7)), "\"7!\"", "String");
        expect_answer(ask("Math.abs(", ")", val_int(-7)), "7", "Number");
        Outcome outcome = ask("Math.abs(", ")", VAL_STR("seven"));
        ck_assert_int_eq(outcome.kind, OUTCOME_FAILED);
        expect_text(outcome.code, "invalid_query", "Math.abs of a string");
    }
}
END_TEST

START_TEST(a_type_that_is_the_values_own_is_told_of_each)
{
    for (int i = 0; i < 4; i++) {
        char expected[16], type[16];
        snprintf(expected, sizeof expected, "%d", i);
        snprintf(type, sizeof type, "%d", i);
        expect_answer(ask("", "", val_int(i)), expected, type);
    }
}
END_TEST

START_TEST(a_value_may_name_a_field)
{
    const char *before = "let any: Any = 1\nlet o = { a: any, b: any }\no[", *after = "]";
    for (int i = 0; i < 3; i++) {
        expect_answer(ask(before, after, VAL_STR("a")), "1", "Any | Null");
        expect_answer(ask(before, after, VAL_STR("b")), "1", "Any | Null");
        expect_answer(ask(before, after, VAL_STR("c")), "null", "Any | Null");
    }
}
END_TEST

START_TEST(arguments_have_types_too)
{
    const char *text = "Math.abs(n)";
    for (int i = 0; i < 6; i++) {
        bool is_number = i % 2 == 0;
        Binding argument = {STR("n"), is_number ? val_int(-i) : VAL_STR("one")};
        Outcome outcome = run_with(text, (RunOptions){.query = true,
                                                      .repeats = true,
                                                      .typecheck = TYPECHECK_YES,
                                                      .arguments = &argument,
                                                      .argument_count = 1});
        ck_assert_int_eq(outcome.kind, is_number ? OUTCOME_OK : OUTCOME_FAILED);
    }
}
END_TEST

START_TEST(errors_keep_their_places)
{
    for (int i = 0; i < 4; i++) {
        Outcome outcome = ask("let a = 0\n1 / a", NULL, none);
        ck_assert_int_eq(outcome.kind, OUTCOME_FAILED);
        ck_assert_int_ge(str_find(outcome.summary, STR("at *query*:2:5"), 0), 0);
        outcome = ask("let a = 0\n(1 / a", NULL, none);
        ck_assert_int_eq(outcome.kind, OUTCOME_FAILED);
        ck_assert_int_ge(str_find(outcome.summary, STR("at *query*:2:"), 0), 0);
    }
    ck_assert_ptr_null(kept("let a = 0\n(1 / a"));
}
END_TEST

START_TEST(functions_outlive_their_text_in_cursors)
{
    expect_pushed("collection Film { stars: Int }");
    run("[1, 2, 3, 4].forEach(n => Film.create({ stars: n }))");
    for (int i = 0; i < 3; i++) {
        expect_answer(ask("let page = Film.all().map(f => f.stars * 10).pageSize(2).paginate()\n"
                          "Set.paginate(page.after!).data",
                          NULL, none),
                      "[\n  30,\n  40\n]", "Array<Any>");
    }
}
END_TEST

/* More texts than are kept, several times: those used last stay. */
START_TEST(old_texts_make_room)
{
    char text[32], expected[16];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 2 * PREPARED_MAX; i++) {
            snprintf(text, sizeof text, "%d + 1", i);
            snprintf(expected, sizeof expected, "%d", i + 1);
            for (int twice = 0; twice < 2; twice++) {
                expect_answer(ask(text, NULL, none), expected, "Number");
            }
        }
    }
    snprintf(text, sizeof text, "%d + 1", 2 * PREPARED_MAX - 1);
    ck_assert_ptr_nonnull(kept(text));
    ck_assert_ptr_null(kept("not + asked + before"));
}
END_TEST

START_TEST(long_texts_are_not_kept)
{
    static char text[PREPARED_TEXT_BYTES_MAX + 8];
    memset(text, ' ', sizeof text - 2);
    text[sizeof text - 2] = '1';
    for (int i = 0; i < 3; i++) {
        expect_answer(ask(text, NULL, none), "1", "1");
    }
    ck_assert_ptr_null(kept(text));
}
END_TEST

/* Many long ones: what is kept is bounded in bytes as well. */
START_TEST(what_is_kept_is_bounded)
{
    static char text[24000];
    for (int i = 0; i < 12; i++) {
        int64_t len = snprintf(text, sizeof text, "[%d", i);
        while (len < (int64_t)sizeof text - 16) {
            len += snprintf(text + len, sizeof text - (size_t)len, ", 1");
        }
        snprintf(text + len, sizeof text - (size_t)len, "].length");
        for (int twice = 0; twice < 2; twice++) {
            Outcome outcome = ask(text, NULL, none);
            ck_assert_msg(outcome.kind == OUTCOME_OK, "%.*s", STR_ARG(outcome.summary));
        }
        ck_assert_int_le(prepared_bytes(session), PREPARED_BYTES_MAX + (2 << 20));
    }
    ck_assert_ptr_nonnull(kept(text));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("prepared");
    tcase_add_test(tests, a_text_is_kept_when_it_comes_again);
    tcase_add_test(tests, what_is_stored_is_read_each_time);
    tcase_add_test(tests, types_follow_the_schema);
    tcase_add_test(tests, values_are_of_this_query);
    tcase_add_test(tests, values_of_another_type_are_checked_anew);
    tcase_add_test(tests, a_type_that_is_the_values_own_is_told_of_each);
    tcase_add_test(tests, a_value_may_name_a_field);
    tcase_add_test(tests, arguments_have_types_too);
    tcase_add_test(tests, errors_keep_their_places);
    tcase_add_test(tests, functions_outlive_their_text_in_cursors);
    tcase_add_test(tests, old_texts_make_room);
    tcase_add_test(tests, long_texts_are_not_kept);
    tcase_add_test(tests, what_is_kept_is_bounded);
    return run_suite("prepared", tests);
}

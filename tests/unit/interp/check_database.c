/* Tests of sessions on databases within the root: what they see, and what is left of them when
 * their database is deleted by another session. */
#include "interp/session/session_int.h"

#include "fixture.h"

static Session *root, *inner;

/* What `run` and its like are on from here on. */
static void use(Session *used)
{
    session = used;
}

static void open_both(const char *path)
{
    Str error;
    set_up();
    root = session;
    ck_assert_int_eq(run("Database.create({ name: \"a\" })").kind, OUTCOME_OK);
    inner = session_open(store);
    ck_assert(session_enter(inner, str_from_c(path), &error));
}

static void close_both(void)
{
    session_close(inner);
    use(root);
    tear_down();
}

START_TEST(a_path_leads_to_a_database_or_tells_what_is_missing)
{
    Str error;
    open_both("a/");
    use(inner);
    ck_assert_int_eq(run("Database.create({ name: \"b\" })").kind, OUTCOME_OK);
    Session *other = session_open(store);
    ck_assert(!session_enter(other, STR("a/c/d"), &error));
    expect_text(error, "there is no database `c` in `a`", "a/c/d");
    ck_assert(!session_enter(other, STR("b"), &error));
    expect_text(error, "there is no database `b`", "b");
    ck_assert(!session_enter(other, STR("a//b"), &error));
    ck_assert(session_enter(other, STR("a/b"), &error));
    use(other);
    expect_shown("Database.all().count()", "0");
    use(inner);
    expect_shown("Database.all().map(.name).toArray()", "[\n  \"b\"\n]");
    session_close(other);
    close_both();
}
END_TEST

START_TEST(sessions_of_two_databases_share_a_store_and_nothing_else)
{
    open_both("a");
    expect_shown("Collection.create({ name: \"Film\" }).name", "\"Film\"");
    expect_shown("Film.create({ id: 1, title: \"root\" }).title", "\"root\"");
    use(inner);
    expect_text(run("Film").code, "unbound_variable", "Film");
    expect_shown("Collection.create({ name: \"Film\" }).name", "\"Film\"");
    expect_shown("Film.byId(1).exists()", "false");
    expect_shown("Film.create({ id: 1, title: \"a\" }).title", "\"a\"");
    expect_shown("let f = Function.create({ name: \"twice\", body: \"x => x * 2\" })", "");
    expect_shown("twice(21)", "42");
    use(root);
    expect_text(run("twice(1)").code, "unbound_variable", "twice");
    expect_shown("Film.all().map(.title).toArray()", "[\n  \"root\"\n]");
    close_both();
}
END_TEST

START_TEST(a_session_whose_database_is_deleted_fails)
{
    Str error;
    open_both("a");
    expect_shown("Database.byName(\"a\")!.update({ name: \"b\" }).name", "\"b\"");
    use(inner);
    expect_shown("1", "1");
    use(root);
    ck_assert_int_eq(run("Database.byName(\"b\")!.delete()").kind, OUTCOME_OK);
    use(inner);
    Outcome outcome = run("1");
    ck_assert_int_eq(outcome.kind, OUTCOME_FAILED);
    expect_text(outcome.message, "The database was deleted.", "1");
    /* One that is made later is another one. */
    use(root);
    ck_assert_int_eq(run("Database.create({ name: \"b\" })").kind, OUTCOME_OK);
    use(inner);
    ck_assert_int_eq(run("1").kind, OUTCOME_FAILED);
    Session *other = session_open(store);
    ck_assert(session_enter(other, STR("b"), &error));
    use(other);
    expect_shown("1", "1");
    session_close(other);
    close_both();
}
END_TEST

START_TEST(members_are_those_of_the_sessions_database)
{
    const SessionMember *members;
    open_both("a");
    expect_shown("Collection.create({ name: \"Film\" }).name", "\"Film\"");
    expect_shown("Film.create({ id: 1, title: \"Alien\" }).title", "\"Alien\"");
    use(inner);
    ck_assert_int_eq(session_members(inner, STR("Film"), 5, &members), 0);
    expect_shown("Collection.create({ name: \"Film\" }).name", "\"Film\"");
    expect_shown("let film = Film.create({ id: 1, year: 1979 })\nfilm.year", "1979");
    int64_t count = session_members(inner, STR("Film"), 5, &members);
    bool has_year = false;
    for (int64_t i = 0; i < count; i++) {
        ck_assert(!str_eq(members[i].name, STR("title")));
        has_year |= str_eq(members[i].name, STR("year"));
    }
    ck_assert(has_year);
    expect_text(session_variable_type(inner, STR("film")), "Film", "film");
    close_both();
}
END_TEST

/* Two sessions that begin in the same millisecond count from the same id on. */
START_TEST(what_two_sessions_make_at_once_gets_two_ids)
{
    const uint64_t from = (uint64_t)1 << 62; /* above what clocks say */
    open_both("a");
    Session *other = session_open(store);
    session_rt(root)->id_state = session_rt(other)->id_state = from;
    expect_shown("Function.create({ name: \"one\", body: \"() => 1\" }).name", "\"one\"");
    use(other);
    expect_shown("Function.create({ name: \"two\", body: \"() => 2\" }).name", "\"two\"");
    expect_shown("one() + two()", "3");
    session_rt(root)->id_state = session_rt(other)->id_state = from;
    expect_shown("Role.create({ name: \"red\" }).name", "\"red\"");
    use(root);
    expect_shown("Role.create({ name: \"blue\" }).name", "\"blue\"");
    expect_shown("Role.all().count()", "2");
    session_close(other);
    close_both();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("database");
    TCase *tests = tcase_create("database");
    tcase_add_test(tests, a_path_leads_to_a_database_or_tells_what_is_missing);
    tcase_add_test(tests, sessions_of_two_databases_share_a_store_and_nothing_else);
    tcase_add_test(tests, a_session_whose_database_is_deleted_fails);
    tcase_add_test(tests, members_are_those_of_the_sessions_database);
    tcase_add_test(tests, what_two_sessions_make_at_once_gets_two_ids);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

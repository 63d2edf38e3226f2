/* Event sources as tokens: what a query shows is read again by another session, and gives the
 * same source; what is no token gives none.
 */
#include "runtime/event/event_source.h"

#include "fixture.h"

static Buf token;       /* of the source that was shown last */
static int64_t read_us; /* the start that was read from it */

static void make_movies(void)
{
    expect_shown("Collection.create({ name: \"Movie\", indexes: { byGenre: { terms: [{ field: "
                 "\"genre\" }], values: [{ field: \"rating\" }] } } }).name",
                 "\"Movie\"");
}

static void forget_token(void)
{
    buf_free(&token);
}

static Outcome run_into(const char *text, Value (*sink)(void *context, Rt *rt, Value v))
{
    int64_t bad_offset;
    const Source *source = session_source(session, STR("*query*"), str_from_c(text), &bad_offset);
    return session_run(session, source, &(RunOptions){.sink = sink, .separate = true});
}

static Value take_token(void *context, Rt *rt, Value v)
{
    (void)context;
    ck_assert_int_eq(v.type, T_EVENT_SOURCE);
    token.len = 0;
    event_source_print(rt, &token, v.as.event_source);
    return val_null(NULL);
}

/* The same of a query's last value. */
static Value take_last(void *context, Rt *rt, Value v)
{
    return v.type == T_EVENT_SOURCE ? take_token(context, rt, v) : val_null(NULL);
}

/* The token that was taken stands for a source equal to `v`. */
static Value compare_token(void *context, Rt *rt, Value v)
{
    (void)context;
    const EventSource *source = event_source_read(rt, buf_str(&token));
    ck_assert_ptr_nonnull(source);
    ck_assert(val_equal(val_event_source(source), v));
    read_us = source->start_us;
    Value copy = val_copy(rt->query, val_event_source(source), rt->heap);
    ck_assert(val_equal(copy, v));
    return val_null(NULL);
}

/* The token that was taken is of the set `v`. */
static Value compare_set(void *context, Rt *rt, Value v)
{
    (void)context;
    const EventSource *source = event_source_read(rt, buf_str(&token));
    ck_assert_ptr_nonnull(source);
    ck_assert(set_equal(rt, source->set, v.as.set));
    return val_null(NULL);
}

/* Every change of a byte, and every part from the start, is refused or is another source. */
static Value read_damaged(void *context, Rt *rt, Value v)
{
    (void)context;
    (void)take_token(NULL, rt, v);
    for (int64_t i = 0; i < token.len; i++) {
        const EventSource *part = event_source_read(rt, str_slice(buf_str(&token), 0, i));
        ck_assert(i % 4 != 0 || part == NULL); /* less may be lost than the padding */
        rt->fault = NULL;
        char *changed = arena_copy(rt->heap, buf_str(&token).s, token.len);
        changed[i] = changed[i] == 'A' ? '/' : 'A';
        (void)event_source_read(rt, (Str){changed, token.len});
        rt->fault = NULL;
    }
    return val_null(NULL);
}

static const char *const sources[] = {
    "Movie.all().eventSource()",
    "Movie.byGenre(\"Drama\").eventsOn(.rating, .genre)",
    "Movie.all().eventsOn(.cast[0].name, .[\"a b\"])",
    "Set.single(Movie(7)).eventSource()",
    "Movie.where(.rating > 8).pageSize(3).map(.title).eventSource()",
    "Movie.all().eventSource().where(m => m.rating > 8) { title, year: .released.year }",
    "let limit = 8; Movie.byGenre(\"Drama\").where(m => m.rating > limit).eventSource()",
};

/* The query knows the name as it was when it began; what the token stands for has the name now. */
START_TEST(a_collection_may_be_made_anew)
{
    run_into("Collection.byName(\"Movie\")!.delete()\nCollection.create({ name: \"Movie\" })\n"
             "Movie.all().eventSource()",
             take_last);
    run_into("Movie.all()", compare_set);
}
END_TEST

START_TEST(a_token_is_read_by_another_session)
{
    ck_assert_int_eq(run_into(sources[_i], take_token).kind, OUTCOME_OK);
    session_close(session);
    session = session_open(store);
    ck_assert_int_eq(run_into(sources[_i], compare_token).kind, OUTCOME_OK);
}
END_TEST

START_TEST(damaged_tokens_are_refused_or_are_other_sources)
{
    ck_assert_int_eq(run_into(sources[_i], read_damaged).kind, OUTCOME_OK);
}
END_TEST

START_TEST(a_source_starts_at_the_time_of_its_transaction)
{
    Outcome outcome = run_into("{ Movie.create({}); Movie.all().eventSource() }", take_token);
    ck_assert_int_eq(outcome.kind, OUTCOME_OK);
    ck_assert_int_eq(run_into("Movie.all().eventSource()", compare_token).kind, OUTCOME_OK);
    char micros[32];
    snprintf(micros, sizeof micros, "%lld", (long long)read_us);
    expect_shown("Movie.all().first()!.ts.toMicros()", micros);
}
END_TEST

static Value read_cursor(void *context, Rt *rt, Value v)
{
    (void)context;
    ck_assert_int_eq(v.type, T_CURSOR);
    ck_assert_ptr_null(event_source_read(rt, v.as.cursor->text));
    ck_assert_ptr_null(event_source_read(rt, STR("")));
    return val_null(NULL);
}

START_TEST(a_cursor_is_no_token)
{
    const char *query = "Set.sequence(0, 9).paginate(2).after";
    ck_assert_int_eq(run_into(query, read_cursor).kind, OUTCOME_OK);
}
END_TEST

static Value read_nothing(void *context, Rt *rt, Value v)
{
    (void)context;
    ck_assert_ptr_null(event_source_read(rt, buf_str(&token)));
    return v;
}

START_TEST(a_source_of_a_collection_that_is_gone_is_none)
{
    ck_assert_int_eq(run_into(sources[0], take_token).kind, OUTCOME_OK);
    expect_shown("Movie.definition.delete().exists()", "false");
    ck_assert_int_eq(run_into("1", read_nothing).kind, OUTCOME_OK);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("event_source");
    tcase_add_test(tests, a_collection_may_be_made_anew);
    tcase_add_loop_test(tests, a_token_is_read_by_another_session, 0, countof(sources));
    tcase_add_loop_test(tests, damaged_tokens_are_refused_or_are_other_sources, 0,
                        countof(sources));
    tcase_add_test(tests, a_source_starts_at_the_time_of_its_transaction);
    tcase_add_test(tests, a_cursor_is_no_token);
    tcase_add_test(tests, a_source_of_a_collection_that_is_gone_is_none);
    Suite *suite = suite_create("event_source");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_checked_fixture(tests, make_movies, forget_token);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

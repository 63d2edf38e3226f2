/* Events as clients are told of them: which changes are events, of documents and of the groups of
 * an aggregate; pages and cursors; what ends by its ttl. The clock stands still but for `pass`.
 */
#include "interp/session/events.h"
#include "runtime/event/event_feed.h"
#include "runtime/print/base64.h"

#include "fixture.h"
#include "tests/unit/store/fake_os.h"

#define MINUTE_US (60 * INT64_C(1000000))

static FakeOs fake;
static Buf token;  /* of the source that `watch` made last */
static Buf cursor; /* that the last reading ended at; empty: none */
static Buf told;   /* by the last reading: "add DATA" and so on, a line each */
static Events news;

static void start(void)
{
    StoreNotice notice;
    fake_start(&fake);
    fake.time_us = INT64_C(1700000000) * 1000000;
    StoreOptions options = {.os = &fake.os};
    ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
    session = session_open(store);
}

static void finish(void)
{
    session_close(session);
    ck_assert_int_eq(store_close(store), STORE_OK);
    buf_free(&shown);
    buf_free(&token);
    buf_free(&cursor);
    buf_free(&told);
    fake_end(&fake);
}

static void pass(int64_t time_us)
{
    fake.time_us += time_us;
}

static void done(const char *text)
{
    Outcome outcome = run(text);
    ck_assert_msg(outcome.kind == OUTCOME_OK, "%s\n%.*s", text, STR_ARG(outcome.summary));
}

/* -- reading ----------------------------------------------------------------------------------- */

static Value take_token(void *context, Rt *rt, Value v)
{
    (void)context;
    ck_assert_int_eq(v.type, T_EVENT_SOURCE);
    token.len = 0;
    event_source_print(rt, &token, v.as.event_source);
    return v;
}

/* Forgets the cursor as well. */
static void watch(const char *source)
{
    int64_t bad_offset;
    const Source *text = session_source(session, STR("*query*"), str_from_c(source), &bad_offset);
    Outcome outcome = session_run(session, text, &(RunOptions){.sink = take_token});
    ck_assert_msg(outcome.kind == OUTCOME_OK, "%s\n%.*s", source, STR_ARG(outcome.summary));
    cursor.len = 0;
}

static Str between(Str line, const char *from, const char *to)
{
    Str start = str_from_c(from);
    int64_t at = str_find(line, start, 0);
    ck_assert_int_ge(at, 0);
    int64_t end = str_find(line, str_from_c(to), at + start.len);
    ck_assert_int_ge(end, 0);
    return str_slice(line, at + start.len, end);
}

/* "add DATA", "error CODE", "status". */
static void note(Str line)
{
    Str type = between(line, "{\"type\":\"", "\"");
    buf_puts(&told, told.len > 0 ? "\n" : "");
    buf_put(&told, type);
    if (str_eq(type, STR("error"))) {
        buf_byte(&told, ' ');
        buf_put(&told, between(line, "\"code\":\"", "\""));
    } else if (!str_eq(type, STR("status"))) {
        buf_byte(&told, ' ');
        buf_put(&told, between(line, "\"data\":", ",\"txn_ts\":"));
    }
}

/* Reads behind the cursor; `told` and `cursor` are then those of this reading. */
static void read_with(EventsRequest request)
{
    Buf out = {0};
    request.token = buf_str(&token);
    request.cursor = buf_str(&cursor);
    request.has_start = request.start_us != 0;
    request.most = request.most ? request.most : 1000;
    request.is_stream = true;
    Outcome outcome = session_events(session, &request, &out, &news);
    ck_assert_msg(outcome.kind == OUTCOME_OK, "%.*s", STR_ARG(outcome.message));
    told.len = 0;
    for (int64_t at = 0; at < out.len;) {
        int64_t end = str_find(buf_str(&out), STR("\r\n"), at);
        note(str_slice(buf_str(&out), at, end));
        at = end + 2;
    }
    buf_free(&out);
    if (news.problem == EVENTS_FINE) {
        Buf next = {0};
        buf_put(&next, news.cursor);
        buf_free(&cursor);
        cursor = next;
    }
}

static void expect_told(const char *expected)
{
    read_with((EventsRequest){.most = 0});
    expect_text(buf_str(&told), expected, "events");
}

static void expect_page(int64_t most, bool has_more, const char *expected)
{
    read_with((EventsRequest){.most = most});
    expect_text(buf_str(&told), expected, "a page");
    ck_assert_int_eq(news.has_more, has_more);
}

/* -- documents --------------------------------------------------------------------------------- */

static void make_movies(void)
{
    done(
        "Collection.create({ name: \"Movie\", indexes: { byGenre: { terms: [{ field: \"genre\" }], "
        "values: [{ field: \"stars\" }] } } })");
}

START_TEST(writes_are_events)
{
    make_movies();
    watch("Movie.all().eventSource() { title }");
    done("Movie.create({ id: 1, title: \"Heat\" })");
    done("Movie(1)!.update({ title: \"Ronin\" })");
    done("Movie(1)!.delete()");
    expect_told(
        "add {\"title\":\"Heat\"}\nupdate {\"title\":\"Ronin\"}\nremove {\"title\":\"Ronin\"}");
    expect_told("");
}
END_TEST

START_TEST(what_is_written_several_times_in_a_transaction_changes_once)
{
    make_movies();
    watch("Movie.all().map(.stars).eventSource()");
    done("Movie.create({ id: 1, stars: 1 }); Movie(1)!.update({ stars: 2 })");
    done("Movie(1)!.update({ stars: 1 }); Movie(1)!.update({ stars: 5 })");
    done("{ Movie.create({ id: 2, stars: 1 }); Movie(2)!.update({ stars: 2 }); Movie(2)!.update({ "
         "stars: 3 }) }");
    done("{ Movie.create({ id: 3 }); Movie(3)!.delete() }");
    done("{ Movie(2)!.delete(); Movie.create({ id: 2, stars: 4 }) }");
    expect_told("add {\"@int\":\"2\"}\nupdate {\"@int\":\"5\"}\nadd {\"@int\":\"3\"}\nupdate "
                "{\"@int\":\"4\"}");
}
END_TEST

START_TEST(a_filter_adds_and_removes)
{
    make_movies();
    watch("Movie.where(.stars > 3).eventSource().map(.stars)");
    done("Movie.create({ id: 1, stars: 2 })");
    done("Movie(1)!.update({ stars: 4 })");
    done("Movie(1)!.update({ stars: 5 })");
    done("Movie(1)!.update({ stars: 1 })");
    done("Movie(1)!.update({ stars: 3 })");
    expect_told("add {\"@int\":\"4\"}\nupdate {\"@int\":\"5\"}\nremove {\"@int\":\"5\"}");
}
END_TEST

START_TEST(functions_see_the_past)
{
    make_movies();
    watch("Movie.all().eventSource().map(m => Movie.all().count())");
    done("Movie.create({ id: 1 })");
    done("Movie.create({ id: 2 })");
    done("Movie(1)!.delete()");
    expect_told("add {\"@int\":\"1\"}\nadd {\"@int\":\"2\"}\nremove {\"@int\":\"2\"}");
}
END_TEST

START_TEST(an_index_tells_what_changes_its_entries)
{
    make_movies();
    watch("Movie.byGenre(\"Drama\").map(.title).eventSource()");
    done("Movie.create({ id: 1, title: \"Heat\", genre: \"Drama\", stars: 1 })");
    done("Movie.create({ id: 2, title: \"Ronin\", genre: \"Action\" })");
    done("Movie(1)!.update({ title: \"Heat 2\" })");
    done("Movie(1)!.update({ stars: 2 })");
    done("Movie(1)!.update({ genre: \"Action\" })");
    done("Movie(2)!.update({ genre: \"Drama\" })");
    expect_told("add \"Heat\"\nupdate \"Heat 2\"\nremove \"Heat 2\"\nadd \"Ronin\"");
}
END_TEST

START_TEST(watched_fields_tell_of_updates)
{
    make_movies();
    watch("Movie.all().eventsOn(.title, .cast[1].name, .[\"a b\"])");
    done("Movie.create({ id: 1, title: \"Heat\", cast: [{ name: \"x\" }, { name: \"y\" }] })");
    expect_page(
        9, false,
        "add "
        "{\"@doc\":{\"id\":\"1\",\"coll\":{\"@mod\":\"Movie\"},\"ts\":{\"@time\":\"2023-11-14T22:"
        "13:20.000002Z\"},\"title\":\"Heat\",\"cast\":[{\"name\":\"x\"},{\"name\":\"y\"}]}}");
    done("Movie(1)!.update({ stars: 5 })");
    done("Movie(1)!.update({ cast: [{ name: \"z\" }, { name: \"y\" }] })");
    expect_told("");
    done("Movie(1)!.update({ cast: [{ name: \"z\" }] })");
    ck_assert_int_eq(news.count, 0);
    read_with((EventsRequest){.most = 0});
    ck_assert_int_eq(news.count, 1);
    done("Movie(1)!.update({ cast: null })"); /* as little there as before */
    read_with((EventsRequest){.most = 0});
    ck_assert_int_eq(news.count, 0);
    done("Movie(1)!.update({ \"a b\": 1 })");
    done("Movie(1)!.update({ \"a b\": 1.0 })"); /* an equal number */
    read_with((EventsRequest){.most = 0});
    ck_assert_int_eq(news.count, 1);
    done("Movie(1)!.delete()");
    read_with((EventsRequest){.most = 0});
    ck_assert(str_starts_with(buf_str(&told), STR("remove ")));
}
END_TEST

/* Who watches fields is not told of a document without them. */
START_TEST(what_has_no_watched_field_comes_and_goes_unseen)
{
    make_movies();
    watch("Movie.all().eventsOn(.stars, .title).map(.stars)");
    done("Movie.create({ id: 1 })");
    done("Movie.create({ id: 2, title: \"Heat\" })");
    done("Movie(1)!.update({ stars: 1 })");
    done("Movie(1)!.update({ stars: null })");
    done("Movie(1)!.delete()");
    done("Movie(2)!.delete()");
    expect_told("add null\nupdate {\"@int\":\"1\"}\nupdate null\nremove null");
}
END_TEST

START_TEST(a_single_document_tells_of_itself)
{
    make_movies();
    done("Movie.create({ id: 1, stars: 1 }); Movie.create({ id: 2, stars: 1 })");
    watch("Set.single(Movie(1)!).map(.stars).eventSource()");
    done("Movie(2)!.update({ stars: 2 })");
    done("Movie(1)!.update({ stars: 3 })");
    done("Movie(1)!.delete()");
    done("Movie.create({ id: 1, stars: 4 })");
    expect_told("update {\"@int\":\"3\"}\nremove {\"@int\":\"3\"}\nadd {\"@int\":\"4\"}");
}
END_TEST

START_TEST(a_page_may_end_within_a_transaction)
{
    make_movies();
    watch("Movie.all().map(.stars).eventSource()");
    done("{ Movie.create({ id: 1, stars: 1 }); Movie.create({ id: 2, stars: 2 }); Movie.create({ "
         "id: 3, stars: 3 }) }");
    done("Movie.create({ id: 4, stars: 4 })");
    expect_page(2, true, "add {\"@int\":\"1\"}\nadd {\"@int\":\"2\"}");
    expect_page(1, true, "add {\"@int\":\"3\"}");
    expect_page(1, false, "add {\"@int\":\"4\"}");
    expect_page(1, false, "");
}
END_TEST

START_TEST(a_function_that_fails_ends_the_page_behind_its_change)
{
    make_movies();
    watch("Movie.all().map(m => 60 / m.stars).eventSource()");
    done("Movie.create({ id: 1, stars: 1 })");
    done("Movie.create({ id: 2, stars: 0 })");
    done("Movie.create({ id: 3, stars: 3 })");
    expect_page(9, true, "add {\"@int\":\"60\"}\nerror divide_by_zero");
    ck_assert(news.has_failed);
    expect_page(9, false, "add {\"@int\":\"20\"}");
    watch("Movie.where(m => m.update({ stars: 1 }) == null).eventSource()");
    done("Movie.create({ id: 4, stars: 1 })");
    expect_told("error invalid_effect");
    /* What a field is worked out of may fail as well. */
    watch("Movie.all().map(m => m.stars!).eventSource()");
    done("Movie.create({ id: 5, stars: 5 })");
    done("Movie(5)!.replace({})");
    expect_told("add {\"@int\":\"5\"}\nerror null_value");
}
END_TEST

START_TEST(what_is_wrong_with_a_request_is_told)
{
    make_movies();
    watch("Movie.all().eventSource()");
    int64_t now_us = fake.time_us;
    buf_puts(&cursor, "Zm9v");
    read_with((EventsRequest){.most = 0});
    ck_assert_int_eq(news.problem, EVENTS_BAD_CURSOR);
    cursor.len = 0;
    read_with((EventsRequest){.start_us = now_us - 1});
    ck_assert_int_eq(news.problem, EVENTS_START_BEFORE_SOURCE);
    token.len = 4;
    read_with((EventsRequest){.most = 0});
    ck_assert_int_eq(news.problem, EVENTS_BAD_SOURCE);
}
END_TEST

START_TEST(cursors_are_read_as_they_are_printed)
{
    static const EventPosition positions[] = {{0, 1}, {1700000000000000, 3}, {5, EVENT_ALL}};
    static const char *const wrong[] = {"fawn-event:",     "fawn-event:1",
                                        "fawn-event:1:",   "fawn-event:1:2:",
                                        "fawn-event:1:2x", "fawn-event:-1:2",
                                        "fawn-event::2",   "fawn-event:99999999999999999999:1",
                                        "fawn-even:1:2",   ""};
    EventPosition read;
    for (int64_t i = 0; i < countof(positions); i++) {
        Buf text = {0};
        event_position_print(&text, positions[i]);
        ck_assert(event_position_read(buf_str(&text), &read));
        ck_assert_int_eq(read.time_us, positions[i].time_us);
        ck_assert_int_eq(read.ordinal, positions[i].ordinal);
        buf_free(&text);
    }
    for (int64_t i = 0; i < countof(wrong); i++) {
        Buf text = {0};
        base64_encode(&text, str_from_c(wrong[i]));
        ck_assert_msg(!event_position_read(buf_str(&text), &read), "%s", wrong[i]);
        buf_free(&text);
    }
    ck_assert(!event_position_read(STR("%%%"), &read));
}
END_TEST

START_TEST(a_start_time_leaves_its_transaction_out)
{
    make_movies();
    watch("Movie.all().map(.stars).eventSource()");
    pass(MINUTE_US);
    int64_t first_us = fake.time_us;
    done("{ Movie.create({ id: 1, stars: 1 }); Movie.create({ id: 2, stars: 2 }) }");
    pass(MINUTE_US);
    done("Movie.create({ id: 3, stars: 3 })");
    read_with((EventsRequest){.start_us = first_us});
    expect_text(buf_str(&told), "add {\"@int\":\"3\"}", "behind the start");
    cursor.len = 0;
    read_with((EventsRequest){.start_us = first_us - 1});
    ck_assert_int_eq(news.count, 3);
}
END_TEST

/* -- time passes ------------------------------------------------------------------------------- */

START_TEST(a_cursor_goes_on_where_nothing_happens)
{
    make_movies();
    watch("Movie.all().map(.stars).eventSource()");
    for (int i = 0; i < 60; i++) {
        pass(MINUTE_US);
        expect_told("");
    }
    done("Movie.create({ id: 1, stars: 1 })");
    expect_told("add {\"@int\":\"1\"}");
    pass(60 * MINUTE_US);
    done("Movie.create({ id: 2, stars: 2 })");
    expect_told("error invalid_stream_start_time");
    ck_assert(news.has_failed);
}
END_TEST

static int64_t position_us(void)
{
    EventPosition position;
    ck_assert(event_position_read(buf_str(&cursor), &position));
    return position.time_us;
}

START_TEST(a_status_tells_where_the_reading_begins_or_ends)
{
    make_movies();
    watch("Movie.all().map(.stars).eventSource()");
    pass(MINUTE_US);
    done("Movie.create({ id: 1, stars: 1 })");
    read_with((EventsRequest){.status = EVENTS_STATUS_FIRST});
    expect_text(buf_str(&told), "status\nadd {\"@int\":\"1\"}", "at the beginning");
    pass(MINUTE_US);
    done("Movie.create({ id: 2, stars: 2 })");
    pass(MINUTE_US);
    read_with((EventsRequest){.status = EVENTS_STATUS_LAST});
    expect_text(buf_str(&told), "add {\"@int\":\"2\"}\nstatus", "at the end");
    ck_assert_int_eq(position_us(), fake.time_us);
}
END_TEST

START_TEST(a_document_that_ends_is_no_event)
{
    make_movies();
    watch("Movie.all().map(.stars).eventSource()");
    done("Movie.create({ id: 1, stars: 1, ttl: Time(\"2023-11-14T22:14:20Z\") })");
    pass(2 * MINUTE_US);
    done("1");
    expect_told("add {\"@int\":\"1\"}"); /* as it was then */
    ck_assert_int_eq(news.next_us, TTL_NEVER);
    pass(MINUTE_US);
    expect_told("");
    done("Movie.create({ id: 1, stars: 2 })");
    expect_told("add {\"@int\":\"2\"}");
}
END_TEST

START_TEST(a_write_that_ends_a_document_removes_it)
{
    make_movies();
    watch("Movie.all().map(.stars).eventSource()");
    done("Movie.create({ id: 1, stars: 1 })");
    done("Movie(1)!.update({ ttl: Time(\"2023-11-14T22:00:00Z\") })");
    done("Movie.create({ id: 2, stars: 2, ttl: Time(\"2023-11-14T22:00:00Z\") })");
    done("Movie.create({ id: 2, stars: 3 })");
    expect_told("add {\"@int\":\"1\"}\nremove {\"@int\":\"1\"}\nadd {\"@int\":\"3\"}");
}
END_TEST

/* -- groups ------------------------------------------------------------------------------------ */

static void make_reviews(void)
{
    done("Collection.create({ name: \"Review\", aggregates: { rating: { terms: [{ field: "
         "\".movie\" }], "
         "values: { count: { count: true }, best: { max: \".stars\" } } } } })");
}

#define RATED(movie, count, best)                                         \
    " {\"movie\":{\"@int\":\"" #movie "\"},\"count\":{\"@int\":\"" #count \
    "\"},\"best\":{\"@int\":\"" #best "\"}}"
#define UNRATED(movie) \
    " {\"movie\":{\"@int\":\"" #movie "\"},\"count\":{\"@int\":\"0\"},\"best\":null}"

START_TEST(a_group_is_told_once_as_it_is_now)
{
    make_reviews();
    watch("Review.rating().eventSource()");
    done("Review.create({ id: 1, movie: 1, stars: 3 })");
    done("Review.create({ id: 2, movie: 2, stars: 4 })");
    done("Review.create({ id: 3, movie: 1, stars: 5 })");
    expect_told("add" RATED(2, 1, 4) "\nadd" RATED(1, 2, 5));
    done("Review(1)!.update({ movie: 2 })");
    done("Review.create({ id: 4, movie: 3, stars: 1 }); Review(4)!.delete()");
    done("Review(2)!.update({ text: \"fine\" })");
    expect_told("update" RATED(1, 1, 5) "\nupdate" RATED(2, 2, 4));
    done("Review(3)!.delete()");
    expect_told("remove" UNRATED(1));
}
END_TEST

START_TEST(a_page_of_groups_ends_within_a_transaction)
{
    make_reviews();
    watch("Review.rating().map(.movie).eventSource()");
    done("[1, 2, 3].forEach(i => Review.create({ id: i, movie: i, stars: i }))");
    expect_page(1, true, "add {\"@int\":\"1\"}");
    expect_page(1, true, "add {\"@int\":\"2\"}");
    expect_page(1, false, "add {\"@int\":\"3\"}");
}
END_TEST

START_TEST(a_document_that_ends_changes_its_groups)
{
    make_reviews();
    done("Review.create({ id: 1, movie: 1, stars: 3 })");
    done("Review.create({ id: 2, movie: 1, stars: 5, ttl: Time(\"2023-11-14T22:14:20Z\") })");
    done("Review.create({ id: 3, movie: 2, stars: 5, ttl: Time(\"2023-11-14T22:14:50Z\") })");
    watch("Review.rating().eventSource()");
    int64_t ends_us = fake.time_us + MINUTE_US;
    expect_told("");
    ck_assert_int_eq(news.next_us, ends_us);
    pass(MINUTE_US);
    expect_told("update" RATED(1, 1, 3));
    ck_assert_int_eq(news.next_us, ends_us + MINUTE_US / 2);
    expect_told("");
    pass(MINUTE_US);
    expect_told("remove" UNRATED(2));
    ck_assert_int_eq(news.next_us, TTL_NEVER);
}
END_TEST

/* It was there before the position: what came is not the first of the group. */
START_TEST(a_group_whose_document_ended_is_updated)
{
    make_reviews();
    done("Review.create({ id: 1, movie: 1, stars: 3, ttl: Time(\"2023-11-14T22:14:20Z\") })");
    watch("Review.rating().eventSource()");
    pass(2 * MINUTE_US);
    done("Review.create({ id: 2, movie: 1, stars: 5 })");
    expect_told("update" RATED(1, 1, 5));
}
END_TEST

START_TEST(a_document_in_the_place_of_one_that_ended_is_another)
{
    make_reviews();
    done("Review.create({ id: 1, movie: 1, stars: 3, ttl: Time(\"2023-11-14T22:14:20Z\") })");
    watch("Review.rating().eventSource()");
    pass(2 * MINUTE_US);
    done("Review.create({ id: 1, movie: 2, stars: 5 })");
    expect_told("remove" UNRATED(1) "\nadd" RATED(2, 1, 5));
    pass(MINUTE_US);
    expect_told("");
    watch("Review.rating().eventSource()");
    done("Review.create({ id: 7, movie: 7, stars: 7, ttl: Time(\"2023-11-14T22:00:00Z\") })");
    done("Review(1)!.update({ ttl: Time(\"2023-11-14T22:00:00Z\") })");
    pass(MINUTE_US);
    expect_told("remove" UNRATED(2));
}
END_TEST

START_TEST(many_that_end_at_once_come_page_by_page)
{
    make_reviews();
    done("let end = Time(\"2023-11-14T22:14:20Z\")\n"
         "[1, 2, 3].forEach(i => Review.create({ id: i, movie: i, stars: i, ttl: end }))");
    watch("Review.rating().map(.movie).eventSource()");
    pass(2 * MINUTE_US);
    expect_page(1, true, "remove {\"@int\":\"1\"}");
    done("Review.create({ id: 2, movie: 4, stars: 1 })");
    expect_page(1, true, "remove {\"@int\":\"2\"}");
    expect_page(1, true, "remove {\"@int\":\"3\"}");
    expect_page(1, false, "add {\"@int\":\"4\"}");
}
END_TEST

/* What expires while a writer that began before is not done is told in the order of time. */
START_TEST(a_writer_that_is_not_done_holds_the_horizon)
{
    make_reviews();
    done("Review.create({ id: 1, movie: 1, stars: 3, ttl: Time(\"2023-11-14T22:14:20Z\") })");
    watch("Review.rating().eventSource()");
    Txn *writer = txn_begin(store, TXN_WRITE);
    int64_t settled_us = txn_time_us(writer);
    pass(2 * MINUTE_US);
    expect_told("");
    ck_assert_int_eq(position_us(), settled_us - 1);
    txn_rollback(writer);
    expect_told("remove" UNRATED(1));
}
END_TEST

START_TEST(a_filter_of_groups_compares_before_and_now)
{
    make_reviews();
    done("Review.create({ id: 1, movie: 1, stars: 3 })");
    done("Review.create({ id: 2, movie: 2, stars: 9 })");
    watch("Review.rating().eventSource().where(.best > 5)");
    done("Review.create({ id: 3, movie: 1, stars: 4 })");
    expect_told("");
    done("Review.create({ id: 4, movie: 1, stars: 6 })");
    expect_told("add" RATED(1, 3, 6));
    done("Review.create({ id: 5, movie: 1, stars: 1 })");
    expect_told("update" RATED(1, 4, 6));
    done("Review(4)!.delete()");
    expect_told("remove" RATED(1, 4, 6));
    done("Review(2)!.delete()");
    expect_told("remove" RATED(2, 1, 9));
    done("Review(1)!.delete(); Review(3)!.delete(); Review(5)!.delete()");
    expect_told("");
    done("Review.create({ id: 6, movie: 3, stars: 8 })");
    done("Review.create({ id: 7, movie: 4, stars: 1 })");
    expect_told("add" RATED(3, 1, 8));
}
END_TEST

START_TEST(a_filter_of_groups_knows_who_ended)
{
    make_reviews();
    done("Review.create({ id: 1, movie: 1, stars: 9, ttl: Time(\"2023-11-14T22:14:20Z\") })");
    done("Review.create({ id: 2, movie: 1, stars: 3 })");
    watch("Review.rating().where(.best > 5).eventSource().map(.best)");
    pass(2 * MINUTE_US);
    expect_told("remove {\"@int\":\"9\"}");
    done("Review.create({ id: 3, movie: 1, stars: 7 })");
    expect_told("add {\"@int\":\"7\"}");
}
END_TEST

START_TEST(a_filtered_page_within_a_transaction_sees_what_was_before_it)
{
    make_reviews();
    watch("Review.rating().where(.best > 5).map(.movie).eventSource()");
    done("[1, 2, 3].forEach(i => Review.create({ id: i, movie: i, stars: 9 }))");
    expect_page(1, true, "add {\"@int\":\"1\"}");
    expect_page(1, true, "add {\"@int\":\"2\"}");
    done("Review(1)!.update({ stars: 8 })");
    expect_told("add {\"@int\":\"3\"}\nupdate {\"@int\":\"1\"}");
}
END_TEST

START_TEST(a_filter_of_groups_that_fails_ends_the_page)
{
    make_reviews();
    done("Review.create({ id: 1, movie: 1, stars: 0 })");
    watch("Review.rating().where(r => 1 / r.best > 0).eventSource()");
    done("Review.create({ id: 2, movie: 1, stars: 1 })");
    expect_told("error divide_by_zero"); /* of what was */
    done("Review.create({ id: 3, movie: 2, stars: 0 })");
    expect_told("error divide_by_zero"); /* of what is */
    done("Review(2)!.update({ text: \"fine\", stars: 2 })");
    expect_told("remove" RATED(1, 2, 1));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("events");
    tcase_add_test(tests, writes_are_events);
    tcase_add_test(tests, what_is_written_several_times_in_a_transaction_changes_once);
    tcase_add_test(tests, a_filter_adds_and_removes);
    tcase_add_test(tests, functions_see_the_past);
    tcase_add_test(tests, an_index_tells_what_changes_its_entries);
    tcase_add_test(tests, watched_fields_tell_of_updates);
    tcase_add_test(tests, what_has_no_watched_field_comes_and_goes_unseen);
    tcase_add_test(tests, a_single_document_tells_of_itself);
    tcase_add_test(tests, a_page_may_end_within_a_transaction);
    tcase_add_test(tests, a_function_that_fails_ends_the_page_behind_its_change);
    tcase_add_test(tests, what_is_wrong_with_a_request_is_told);
    tcase_add_test(tests, cursors_are_read_as_they_are_printed);
    tcase_add_test(tests, a_start_time_leaves_its_transaction_out);
    tcase_add_test(tests, a_cursor_goes_on_where_nothing_happens);
    tcase_add_test(tests, a_status_tells_where_the_reading_begins_or_ends);
    tcase_add_test(tests, a_document_that_ends_is_no_event);
    tcase_add_test(tests, a_write_that_ends_a_document_removes_it);
    tcase_add_test(tests, a_group_is_told_once_as_it_is_now);
    tcase_add_test(tests, a_page_of_groups_ends_within_a_transaction);
    tcase_add_test(tests, a_document_that_ends_changes_its_groups);
    tcase_add_test(tests, a_group_whose_document_ended_is_updated);
    tcase_add_test(tests, a_document_in_the_place_of_one_that_ended_is_another);
    tcase_add_test(tests, many_that_end_at_once_come_page_by_page);
    tcase_add_test(tests, a_writer_that_is_not_done_holds_the_horizon);
    tcase_add_test(tests, a_filter_of_groups_compares_before_and_now);
    tcase_add_test(tests, a_filter_of_groups_knows_who_ended);
    tcase_add_test(tests, a_filtered_page_within_a_transaction_sees_what_was_before_it);
    tcase_add_test(tests, a_filter_of_groups_that_fails_ends_the_page);
    return run_suite_between("events", tests, start, finish);
}

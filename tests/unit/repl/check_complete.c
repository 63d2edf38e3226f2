/* Tests of complete.c: what Tab offers, over a session with a collection and a variable. */
#include "repl/edit/complete.h"

#include <check.h>

static Arena arena;
static Store *store;
static Session *session;
static Known known;

static void run_text(const char *text)
{
    int64_t bad = 0;
    const Source *source = session_source(session, STR("*query*"), str_from_c(text), &bad);
    RunOptions options = {0};
    ck_assert_int_eq(session_run(session, source, &options).kind, OUTCOME_OK);
}

static void set_up(void)
{
    StoreOptions options = {0};
    StoreNotice notice;
    arena_init(&arena);
    ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
    session = session_open(store);
    run_text("Collection.create({ name: \"Movie\" })\nlet moment = 1");
    known = (Known){0};
    known_renew(&known, session);
}

static void tear_down(void)
{
    known_free(&known);
    session_close(session);
    ck_assert_int_eq(store_close(store), STORE_OK);
    arena_free(&arena);
}

/* The offers for `line`, divided by blanks. */
static void expect_offers(const char *line, const char *expected)
{
    Completions found;
    complete_input(&arena, &known, str_from_c(line), (int64_t)strlen(line), &found);
    Buf got = {0};
    for (int64_t i = 0; i < found.count; i++) {
        buf_puts(&got, i > 0 ? " " : "");
        buf_puts(&got, found.names[i]);
    }
    ck_assert_msg(str_eq(buf_str(&got), str_from_c(expected)), "%s: got `%.*s`", line,
                  STR_ARG(buf_str(&got)));
    buf_free(&got);
}

static bool is_offered(const char *line, const char *name)
{
    Completions found;
    complete_input(&arena, &known, str_from_c(line), (int64_t)strlen(line), &found);
    for (int64_t i = 0; i < found.count; i++) {
        if (str_eq(str_from_c(found.names[i]), str_from_c(name))) {
            return true;
        }
    }
    return false;
}

START_TEST(collections_and_variables_are_offered)
{
    expect_offers("Movi", "Movie");
    expect_offers("1 + mom", "moment");
}
END_TEST

START_TEST(keywords_and_global_functions_are_offered)
{
    expect_offers("abo", "abort");
    expect_offers("fals", "false");
}
END_TEST

START_TEST(behind_a_module_only_its_functions_are_offered)
{
    expect_offers("Math.sqr", "sqrt");
    ck_assert(!is_offered("Math.", "map"));
}
END_TEST

START_TEST(behind_a_value_methods_of_all_types_are_offered_once)
{
    expect_offers("x.toUpperC", "toUpperCase");
    expect_offers("[1].flatM", "flatMap");
}
END_TEST

START_TEST(a_dot_at_the_start_begins_a_meta_command)
{
    expect_offers(".mo", "mode");
    expect_offers("\\ti", "timer");
}
END_TEST

START_TEST(types_are_followed_through_chains)
{
    run_text("Movie.create({ title: \"Heat\", price: { eur: 3 } })");
    known_renew(&known, session);
    expect_offers("Movie.all().first()!.tit", "title");
    expect_offers("Movie.where(.pri", "price");
    expect_offers("Movie.where(m => m.price.e", "eur");
    expect_offers("Movie.all().fold(0, (sum, m) => sum + m.tit", "title");
    expect_offers("Movie.all().map(.price).map(.eu", "eur");
    expect_offers("Movie.all().flatMap(m => Movie.all()).map(.ti", "title");
    expect_offers("Movie.all().paginate().data.map(.ti", "title");
    expect_offers("Movie.all() { tit", "title");
    expect_offers("Movie.create({ tit", "title");
    expect_offers("{ one: \"a\" }.one.toLow", "toLowerCase");
    expect_offers("let f = x => { let y = \"a\"; y.toLow", "toLowerCase");
    ck_assert(!is_offered("Movie.all().first()!.title.", "flatMap"));
}
END_TEST

START_TEST(names_in_sight_are_offered)
{
    expect_offers("let total = 1\ntot", "total");
    expect_offers("Movie.all().map(film => fil", "film");
    expect_offers("Movie.all().map((film, rank) => { let price = film.price\npric", "price");
    expect_offers("Movie.all().map(film => film.title).map(other => fil", "");
    expect_offers("let total = tot", "");
}
END_TEST

START_TEST(what_stands_before_the_dot_is_asked_of_the_typer)
{
    run_text("Collection.create({ name: \"Film\", fields: { title: { signature: \"String\" },\n"
             "  by: { signature: \"Ref<Movie>?\" }, place: { signature: \"{ city: String }\" } } })");
    run_text("Function.create({ name: \"newest\", signature: \"String => Film\", body: \"x => Film(1)!\" })\n"
             "let object = { one: { two: 3 } }");
    known_renew(&known, session);
    expect_offers("Film.all().map(f => f.tit", "title");
    expect_offers("Film.where(.tit", "title");
    expect_offers("Film.where(.place.cit", "city");
    expect_offers("Film.all().map(f => ({ film: f, n: 1 })).map(x => x.film.tit", "title");
    expect_offers("Film.all().reduce((a, b) => b.tit", "title");
    expect_offers("newest(\"x\").tit", "title");
    expect_offers("(if (true) { left: 1 } else { left: 2, right: 3 }).le", "left");
    expect_offers("let f = x => { made: x }\nf(Film(1)!).made.place.cit", "city");
    expect_offers("(Film.all() { title, place }).first()!.", "place title");
    expect_offers("if (Film(1)!.place.cit", "city");
    expect_offers("Film.all().map(f => { let a = f.place; a.cit", "city");
    expect_offers("Film.all().map(f => { let a = f.place.cit", "city");
    expect_offers("\"#{Film(1)!.place.cit", "city");
    expect_offers("[Film(1), object].map(x => x!.on", "one");
    expect_offers("[Film(1), object].map(x => x!.titl", "title");
    expect_offers("object.one.tw", "two");
    expect_offers("Film.byId(1)?.place.cit", "city");
    expect_offers("wrong.thing + 1 + Film(1)!.place.cit", "city");
    ck_assert(!is_offered("Film.all().first()!.", "genre"));
    ck_assert(!is_offered("newest(\"x\").title.", "flatMap"));
}
END_TEST

static void expect_meant(const char *text, const char *expected)
{
    Str meant = complete_meant(&arena, &known, str_from_c(text));
    ck_assert_msg(str_eq(meant, str_from_c(expected)), "%s: got `%.*s`", text, STR_ARG(meant));
}

START_TEST(what_was_perhaps_meant_is_known)
{
    run_text("let object = { title: \"a\" }");
    known_renew(&known, session);
    expect_meant("Movie.al\n", "all");
    expect_meant("object.titel", "title");
    expect_meant("[1].frist", "first");
    expect_meant("object.title", "");
    expect_meant("object?.titel", "");
    expect_meant("let x = object.titel", "");
    expect_meant("object.nothingLikeIt", "");
    expect_meant("object.titel()", "");
    expect_meant("titel", "");
    expect_meant("", "");
}
END_TEST

START_TEST(nothing_is_offered_within_strings_and_comments)
{
    expect_offers("\"Movi", "");
    expect_offers("1 /* Movi", "");
    expect_offers("\"#{Movi", "Movie");
}
END_TEST

START_TEST(a_call_is_shown_as_it_is_written)
{
    Scan scan;
    Str text = STR("Movie.all().map(");
    scan_text(&arena, text, &scan);
    ck_assert(str_eq(complete_note(&arena, &known, &scan, text.len),
                     STR("map(mapper: (Movie) => B) => Set<B>")));
}
END_TEST

START_TEST(commands_offer_what_their_rows_say)
{
    expect_offers(".timer of", "off");
    expect_offers(".mode js", "json json-tagged jsonl");
    expect_offers(".schema Mo", "Movie");
    expect_offers(".help Strin", "String");
}
END_TEST

START_TEST(nothing_is_offered_for_what_nobody_knows)
{
    expect_offers("nosuch", "");
    expect_offers("x.nosuch", "");
}
END_TEST

START_TEST(words_without_a_dot_are_offered_where_an_input_begins)
{
    ck_assert(is_offered("hel", "help"));
    ck_assert(is_offered("i", "it"));
    ck_assert(!is_offered("1 + hel", "help"));
    ck_assert(!is_offered("Movie.where(ex", "exit"));
}
END_TEST

static void visit_places(void *shell, KnownVisit *visit, void *context)
{
    ck_assert_ptr_null(shell);
    visit(context, STR("shop"));
    visit(context, STR("shop/test"));
}

START_TEST(databases_are_offered_for_use)
{
    expect_offers(".use ", "");
    known.each_place = visit_places;
    expect_offers(".use ", "shop shop/test");
    expect_offers(".use shop/", "shop/test");
    expect_offers(".mode ", "--depth --maxrows --nullvalue --width box count csv fql json json-tagged "
                            "jsonl line markdown off raw table tsv");
    ck_assert(is_offered(".info ", "txnTs"));
    ck_assert(is_offered(".attach ", "--readonly"));
}
END_TEST

START_TEST(fields_that_are_no_identifiers_are_offered_in_brackets)
{
    run_text("Collection.create({ name: \"Order\" })");
    run_text("Order.create({ \"Cost Total $\": 5, city: { \"zip code\": 1 }, q: 1 })");
    known_renew(&known, session);
    expect_offers("Order.where(.C", "[\"Cost Total $\"]");
    expect_offers("Order.where(o => o.C", "[\"Cost Total $\"]");
    expect_offers("Order.all().first()?.C", "[\"Cost Total $\"]");
    expect_offers("Order.all().first()!.C", "[\"Cost Total $\"]");
    expect_offers("Order.all().map(.city.z", "[\"zip code\"]");
    expect_offers("Order.where(.[\"Cost T", "Cost Total $");
    expect_offers("Order.where(o => o[\"C", "Cost Total $");
    expect_offers("Order.create({ C", "\"Cost Total $\"");
    expect_offers("Order.all() { C", "");
    ck_assert(is_offered("Order.where(o => o.c", ".city") || is_offered("Order.where(o => o.c", "city"));
    Completions found;
    const char *line = "Order.where(o => o.C";
    complete_input(&arena, &known, str_from_c(line), (int64_t)strlen(line), &found);
    ck_assert_int_eq(found.start, (int64_t)strlen(line) - 2);
    line = "Order.where(.C";
    complete_input(&arena, &known, str_from_c(line), (int64_t)strlen(line), &found);
    ck_assert_int_eq(found.start, (int64_t)strlen(line) - 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("complete");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, collections_and_variables_are_offered);
    tcase_add_test(tcase, keywords_and_global_functions_are_offered);
    tcase_add_test(tcase, behind_a_module_only_its_functions_are_offered);
    tcase_add_test(tcase, behind_a_value_methods_of_all_types_are_offered_once);
    tcase_add_test(tcase, a_dot_at_the_start_begins_a_meta_command);
    tcase_add_test(tcase, nothing_is_offered_for_what_nobody_knows);
    tcase_add_test(tcase, types_are_followed_through_chains);
    tcase_add_test(tcase, names_in_sight_are_offered);
    tcase_add_test(tcase, what_stands_before_the_dot_is_asked_of_the_typer);
    tcase_add_test(tcase, what_was_perhaps_meant_is_known);
    tcase_add_test(tcase, nothing_is_offered_within_strings_and_comments);
    tcase_add_test(tcase, a_call_is_shown_as_it_is_written);
    tcase_add_test(tcase, commands_offer_what_their_rows_say);
    tcase_add_test(tcase, words_without_a_dot_are_offered_where_an_input_begins);
    tcase_add_test(tcase, databases_are_offered_for_use);
    tcase_add_test(tcase, fields_that_are_no_identifiers_are_offered_in_brackets);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

/* check_memory: every request for memory fails in turn while a session is at work: it says so, nothing
 * of what it was at stays, and it does the same when there is memory again.
 *
 * Each act begins on a database of its own, which make_database fills. What it leaves is compared as
 * a dump, without the times of what is written.
 */
#include "interp/session/answer.h"
#include "interp/session/events.h"
#include "interp/transfer/export.h"
#include "interp/transfer/import.h"

#include "tests/unit/store/ration.h"

#include "push.h"

static Buf answer; /* what the act told */

static Outcome run_text(const char *text, const RunOptions *options)
{
    int64_t bad_offset;
    const Source *source = session_source(session, STR("*query*"), str_from_c(text), &bad_offset);
    return session_run(session, source, options);
}

/* -- acts -------------------------------------------------------------------------------------- */

/* As a server answers a query. */
static Outcome ask(const char *request)
{
    Arena arena;
    Members members;
    Buf data = {0};
    Str error = {0};
    Outcome outcome = {.kind = OUTCOME_FAILED};
    arena_init(&arena);
    ck_assert_msg(request_read(&arena, str_from_c(request), &members, &error), "%.*s", STR_ARG(error));
    Query query = {.text = request_find(&members, STR("query")),
                   .arguments = request_find(&members, STR("arguments")),
                   .tagged = true,
                   .print = {.format = PRINT_TAGGED},
                   .run = {.query = true, .performance_hints = true}};
    ck_assert_msg(query_read(&arena, &query, &error), "%.*s", STR_ARG(error));
    ck_assert_msg(query_run(session, &arena, &query, &data, &outcome, &error), "%.*s", STR_ARG(error));
    answer_put(&answer, &outcome, buf_str(&data), PRINT_TAGGED, &(AnswerExtra){0});
    buf_free(&data);
    arena_free(&arena);
    return outcome;
}

static Outcome ask_for_a_page(void)
{
    return ask("{\"query\":\"Film.where(.stars > least).order(desc(.stars)).pageSize(20)\","
               "\"arguments\":{\"least\":{\"@int\":\"3\"}}}");
}

static Outcome ask_for_much(void)
{
    return ask("{\"query\":\"Set.sequence(0, 3000).map(n => { n: n, text: \\\"a text of number #{n}\\\" })"
               ".toArray()\"}");
}

static Outcome ask_with_a_template(void)
{
    return ask("{\"query\":{\"fql\":[\"let f = Film.byId(\",{\"value\":\"1\"},\")!\\nf.update({ stars: 9 })"
               "\\n[f.stars, f.title, Film.all().count()]\"]}}");
}

static Outcome ask_for_writes(void)
{
    return ask("{\"query\":\"Film.all().forEach(f => f.update({ stars: f.stars + 1, seen: [1, 2, f] }))\\n"
               "Film.byId(1)!.delete()\"}");
}

static Outcome ask_in_vain(void)
{
    return ask("{\"query\":\"Film.create({ title: 12 })\"}");
}

static Value keep_token(void *context, Rt *rt, Value v)
{
    return print_value(rt, context, v, &(PrintOptions){.format = PRINT_SIMPLE});
}

static Str token; /* of the source that ask_for_events reads; borrows from `token_text` */
static Buf token_text;

static void make_token(void)
{
    token_text.len = 0;
    Outcome outcome = run_text("Film.all().changesOn(.stars)",
                               &(RunOptions){.sink = keep_token, .sink_context = &token_text});
    ck_assert_int_eq(outcome.kind, OUTCOME_OK);
    token = str_slice(buf_str(&token_text), 1, token_text.len - 1);
    ck_assert_int_eq(run_text("Film.all().forEach(f => f.update({ stars: f.stars + 1 }))",
                              &(RunOptions){0})
                         .kind,
                     OUTCOME_OK);
}

static Outcome ask_for_events(void)
{
    EventsRequest request = {.token = token, .start_us = -1, .most = 50};
    Events events;
    Outcome outcome = session_events(session, &request, &answer, &events);
    ck_assert_int_eq(events.problem, EVENTS_FINE);
    if (outcome.kind == OUTCOME_OK && events.has_failed) {
        ck_assert(str_find(buf_str(&answer), STR("memory_limit"), 0) >= 0);
        outcome = (Outcome){.kind = OUTCOME_FAILED, .code = STR("memory_limit")};
    }
    return outcome;
}

static bool read_records(void *context, Import *import)
{
    Rt *rt = import_rt(import);
    bool ok = true;
    (void)context;
    for (int64_t i = 0; i < 200 && ok; i++) {
        ArenaMark mark = arena_mark(rt->heap);
        Str names[] = {STR("title"), STR("stars"), STR("about")};
        Value title = val_str(str_format(rt->heap, "new %lld", (long long)i));
        Value values[] = {title, val_int(i), val_str(STR("a text that is the same in all"))};
        Value record = rt_object(rt, names, values, i % 2 ? 3 : 2);
        ok = import_record(import, i % 3 ? STR("Film") : STR("Other"), true, record) == IMPORT_DONE;
        arena_rewind(rt->heap, mark);
    }
    return ok;
}

static Outcome import_films(void)
{
    return session_import(session, &(ImportOptions){.read = read_records});
}

static bool keep_line(void *context, Str collection, Str document)
{
    (void)context;
    buf_put(&answer, collection);
    buf_put(&answer, document);
    return true;
}

static Outcome export_films(void)
{
    return session_export(session, &(ExportOptions){.tagged = true, .write = keep_line});
}

static bool keep_text(void *context, Str text)
{
    buf_put(context, text);
    return true;
}

static Outcome dump_into(Buf *out)
{
    return session_dump(session, &(DumpOptions){.write = keep_text, .context = out});
}

static Outcome dump_all(void)
{
    return dump_into(&answer);
}

static const char schema[] = "collection Film {\n"
                             "  title: String\n  stars: Int = 5\n  *: Any\n"
                             "  compute good: Boolean = film => film.stars > 5\n"
                             "  index byStars { terms [.stars] values [.title] }\n"
                             "  unique [.title, .about]\n"
                             "  aggregate rating { terms [.title] values { count: count(), top: max(.stars) } }\n"
                             "}\n"
                             "function twice(n: Int): Int { n * 2 }\n"
                             "role reader { privileges Film { read { predicate (f => f.stars > 1) } } }\n";

/* Documents change with it. */
static const char next_schema[] =
    "collection Film {\n"
    "  title: String\n  points: Int\n  *: Any\n"
    "  migrations {\n    move .stars -> .points\n  }\n"
    "  index byPoints { terms [.points] }\n"
    "}\n"
    "function thrice(n: Int): Int { n * 3 }\n";

static Outcome push_next(void)
{
    return push(next_schema);
}

static Outcome stage_text(const char *fsl)
{
    int64_t bad_offset;
    const Source *file = session_source(session, STR("main.fsl"), str_from_c(fsl), &bad_offset);
    SchemaPush staged = {.files = &file, .count = 1, .stage = true};
    return session_push_schema(session, &staged);
}

static Outcome stage_next(void)
{
    return stage_text(next_schema);
}

static void be_staged(void)
{
    ck_assert_int_eq(stage_next().kind, OUTCOME_OK);
}

static Outcome commit_staged(void)
{
    return session_stage(session, &(SchemaStaging){.action = STAGE_COMMIT});
}

static Outcome abandon_staged(void)
{
    return session_stage(session, &(SchemaStaging){.action = STAGE_ABANDON});
}

static Outcome undo_last(void)
{
    int64_t undone;
    return session_undo(session, 1, &(RunOptions){0}, &undone);
}

static Buf dumped; /* what restore_all reads */

static void be_empty(void)
{
    dumped.len = 0;
    ck_assert_int_eq(dump_into(&dumped).kind, OUTCOME_OK);
    tear_down();
    set_up();
}

static bool next_line(void *context, Str *line)
{
    return str_take_line(context, line);
}

static Outcome restore_all(void)
{
    Str rest = buf_str(&dumped);
    return session_restore(session, next_line, &rest);
}

static const struct {
    const char *name;
    void (*prepare)(void);
    Outcome (*run)(void);
} acts[] = {
    {"a page", NULL, ask_for_a_page},
    {"much", NULL, ask_for_much},
    {"a template", NULL, ask_with_a_template},
    {"writes", NULL, ask_for_writes},
    {"in vain", NULL, ask_in_vain},
    {"events", make_token, ask_for_events},
    {"import", NULL, import_films},
    {"export", NULL, export_films},
    {"dump", NULL, dump_all},
    {"restore", be_empty, restore_all},
    {"push", NULL, push_next},
    {"stage", NULL, stage_next},
    {"commit", be_staged, commit_staged},
    {"abandon", be_staged, abandon_staged},
    {"undo", make_token, undo_last},
};

/* -- the test ---------------------------------------------------------------------------------- */

static void make_database(void)
{
    set_up();
    expect_pushed(schema);
    Outcome made = run_text("Set.sequence(1, 20).forEach(n =>\n"
                            "  Film.create({ id: n, title: \"film #{n}\", stars: n % 10 }))",
                            &(RunOptions){0});
    ck_assert_int_eq(made.kind, OUTCOME_OK);
}

/* A dump without the times and the ids that are given out: digits are left out. */
static void put_state(Buf *out)
{
    Buf text = {0};
    StoreNotice notice;
    ck_assert_int_eq(dump_into(&text).kind, OUTCOME_OK);
    ck_assert_msg(store_verify(store, &notice) == STORE_OK, "%s", notice.text);
    out->len = 0;
    for (int64_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            buf_byte(out, text.data[i]);
        }
    }
    buf_free(&text);
}

static void start_act(int i)
{
    make_database();
    if (acts[i].prepare) {
        acts[i].prepare();
    }
    answer.len = 0;
}

/* What the act leaves when all goes well, and how it ends: in vain it may be. */
static OutcomeKind run_undisturbed(int i, Buf *before, Buf *after)
{
    start_act(i);
    put_state(before);
    OutcomeKind kind = acts[i].run().kind;
    put_state(after);
    tear_down();
    return kind;
}

static void expect_state(const Buf *expected, int i, int64_t k)
{
    static Buf state;
    put_state(&state);
    ck_assert_msg(str_eq(buf_str(&state), buf_str(expected)), "%s, request %lld:\n%.*s", acts[i].name,
                  (long long)k, STR_ARG(buf_str(&state)));
}

/* Runs the act, whose k-th request fails. Whether it was refused; if not, it was done. `*struck`: it had
 * so many requests. */
static bool is_refused(int i, int64_t k, bool fails_on, OutcomeKind kind, bool *struck)
{
    answer.len = 0;
    ration_start(k, fails_on);
    Outcome outcome = acts[i].run();
    *struck = has_struck();
    ration.fail_at = 0;
    bool refused = outcome.kind == OUTCOME_FAILED && str_eq(outcome.code, STR("memory_limit"));
    ck_assert_msg(refused || outcome.kind == kind, "%s, request %lld: %d %.*s", acts[i].name,
                  (long long)k, outcome.kind, STR_ARG(outcome.summary));
    ck_assert(!refused || *struck);
    return refused;
}

/* Lets each request fail, until there are no more of them. The session that was refused goes on with the
 * next one; what is done takes a new one, which asks for more. */
static int64_t fail_each(int i, bool fails_on, OutcomeKind kind, const Buf *before, const Buf *after)
{
    int64_t k = 0;
    bool is_open = false, struck = true;
    while (struck) {
        if (!is_open) {
            start_act(i);
        }
        k++;
        is_open = is_refused(i, k, fails_on, kind, &struck);
        expect_state(is_open ? before : after, i, k);
        if (!is_open) {
            tear_down();
        }
    }
    return k;
}

/* The loop's number: which act, and whether all later requests fail as well. */
START_TEST(whatever_request_fails_an_act_is_done_or_refused)
{
    Buf before = {0}, after = {0};
    int act = _i / 2;
    OutcomeKind kind = run_undisturbed(act, &before, &after);
    ck_assert_int_eq(kind, acts[act].run == ask_in_vain ? OUTCOME_FAILED : OUTCOME_OK);
    ck_assert_int_gt(fail_each(act, _i % 2 == 1, kind, &before, &after), 1);
    buf_free(&before);
    buf_free(&after);
    buf_free(&answer);
    buf_free(&dumped);
    buf_free(&token_text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory");
    TCase *tests = tcase_create("memory");
    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, whatever_request_fails_an_act_is_done_or_refused, 0,
                        2 * (int)countof(acts));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

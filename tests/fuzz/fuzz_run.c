/* fuzz_run: runs the input as a source of the shell, in a database that lives in memory.
 *
 * Whatever the text is, the session must come back with an outcome: a value, a failure with a
 * code and a rendered summary, or the timeout. A small schema is there first, so that queries
 * over documents, sets and indexes are reached by short inputs. What the query printed is
 * thrown away; that it can be printed in every format is part of the test.
 *
 * Opening a session costs more than most inputs do, so one serves many; each input is rolled
 * back, so that the next one finds the same database. An input of a length that is a multiple of
 * COMMIT_EVERY is also committed, twice, in a database of its own: the second run meets the
 * variables, documents and definitions of the first.
 */
#include "interp/session/session.h"

#include <string.h>

#define RUN_MS_MAX 500

/* Inputs between two fresh databases: what a session keeps of each must not pile up. */
#define INPUTS_PER_SESSION 500

#define COMMIT_EVERY 16

static const char schema[] =
    "Collection.create({ name: \"Film\", indexes: { byGenre: {\n"
    "  terms: [{ field: \"genre\" }], values: [{ field: \"rating\", order: \"desc\" }]\n"
    "} } })\n"
    "Film.create({ title: \"A\", genre: \"Drama\", rating: 7.5, tags: [\"x\", \"y\"] })\n"
    "Film.create({ title: \"B\", genre: \"Comedy\", rating: 6, tags: [] })\n"
    "Film.create({ title: \"C\", genre: \"Drama\", rating: null })\n";

/* Prints the value in each format and drops the text. */
static Value print_everywhere(void *context, Rt *rt, Value v)
{
    static const PrintFormat formats[] = {PRINT_FQL, PRINT_SIMPLE, PRINT_TAGGED};
    Buf text = {0};
    Value done = val_null(NULL);
    (void)context;
    for (int64_t i = 0; i < countof(formats) && !val_is_fault(done); i++) {
        const PrintOptions options = {.format = formats[i], .pretty = true};
        done = print_value(rt, &text, v, &options);
    }
    buf_free(&text);
    return done;
}

static Outcome run_text(Session *session, Str text, RunOptions options)
{
    options.timeout_ms = RUN_MS_MAX;
    options.sink = print_everywhere;
    options.performance_hints = true;
    int64_t bad_offset = 0;
    const Source *source = session_source(session, STR("*query*"), text, &bad_offset);
    if (source == NULL) {
        assert(bad_offset >= 0 && bad_offset < text.len);
        return (Outcome){.kind = OUTCOME_FAILED, .code = STR("invalid"), .summary = text};
    }
    return session_run(session, source, &options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Fixture {
    Store *store;
    Session *session;
    int inputs;
} Fixture;

static void open_fixture(Fixture *fixture)
{
    const StoreOptions in_memory = {0};
    StoreNotice notice;
    const StoreStatus opened = store_open(&in_memory, &fixture->store, &notice);
    always(opened == STORE_OK);
    fixture->session = session_open(fixture->store);
    fixture->inputs = 0;
    const Outcome outcome = run_text(fixture->session, str_from_c(schema), (RunOptions){0});
    always(outcome.kind == OUTCOME_OK);
}

static void close_fixture(Fixture *fixture)
{
    session_close(fixture->session);
    const StoreStatus closed = store_close(fixture->store);
    always(closed == STORE_OK);
    *fixture = (Fixture){0};
}

static void check_run(Session *session, Str text, RunOptions options)
{
    const Outcome outcome = run_text(session, text, options);
    always(outcome.kind != OUTCOME_FAILED || outcome.code.len > 0);
    always(outcome.kind != OUTCOME_INCOMPLETE);
}

/* As one transaction, then each statement as one, which finds what the first run left. */
static void check_commits(Str text)
{
    Fixture fixture;
    open_fixture(&fixture);
    check_run(fixture.session, text, (RunOptions){0});
    check_run(fixture.session, text, (RunOptions){.each = true});
    close_fixture(&fixture);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Fixture fixture;
    const Str text = {(const char *)data, (int64_t)size};
    if (fixture.store == NULL) {
        open_fixture(&fixture);
    }
    check_run(fixture.session, text, (RunOptions){.dry_run = true});
    if (++fixture.inputs == INPUTS_PER_SESSION) {
        close_fixture(&fixture);
    }
    if (size % COMMIT_EVERY == 0) {
        check_commits(text);
    }
    return 0;
}

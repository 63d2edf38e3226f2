/* fuzz_run: runs the input as a source of the shell, in a database that lives in memory.
 *
 * Whatever the text is, the session must come back with an outcome: a value, a failure with a
 * code and a rendered summary, or the timeout. A small schema is there first, so that queries
 * over documents, sets and indexes are reached by short inputs. What the query printed is
 * thrown away; that it can be printed in every format is part of the test.
 */
#include "interp/session.h"

#include <string.h>

#define RUN_MS_MAX 500

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

static Outcome run_text(Session *session, Str text)
{
    const RunOptions options = {.timeout_ms = RUN_MS_MAX, .sink = print_everywhere};
    int64_t bad_offset = 0;
    const Source *source = session_source(session, STR("*query*"), text, &bad_offset);
    if (source == NULL) {
        assert(bad_offset >= 0 && bad_offset < text.len);
        return (Outcome){.kind = OUTCOME_FAILED, .code = STR("invalid"), .summary = text};
    }
    return session_run(session, source, &options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const StoreOptions in_memory = {0};
    Store *store = NULL;
    StoreNotice notice;
    const StoreStatus opened = store_open(&in_memory, &store, &notice);
    always(opened == STORE_OK);
    Session *session = session_open(store);

    Outcome outcome = run_text(session, str_from_c(schema));
    always(outcome.kind == OUTCOME_OK);
    outcome = run_text(session, (Str){(const char *)data, (int64_t)size});
    always(outcome.kind != OUTCOME_FAILED || outcome.code.len > 0);
    always(outcome.kind != OUTCOME_INCOMPLETE);

    session_close(session);
    const StoreStatus closed = store_close(store);
    always(closed == STORE_OK);
    return 0;
}

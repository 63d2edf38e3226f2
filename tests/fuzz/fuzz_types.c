/* fuzz_types: checks the input's types, as a query and as a schema, and runs none of it.
 *
 * Whatever the text is, checking must end soon, with a type that can be shown or with errors that
 * can. The deadline is far off: it is the typer's own bounds that are looked at.
 */
#include "interp/session/session.h"

#include "runtime/base/utf8.h"

#define CHECK_MS_MAX 5000

static const char schema[] =
    "Collection.create({ name: \"Film\",\n"
    "  fields: { title: { signature: \"String\" }, tags: { signature: \"Array<String>?\" },\n"
    "            next: { signature: \"Ref<Film>?\" }, rating: { signature: \"Number | Null\" } },\n"
    "  computed_fields: { good: { body: \"f => f.rating! > 5\" } },\n"
    "  indexes: { byTag: { terms: [{ field: \"tags\", mva: true }] } } })\n"
    "Collection.create({ name: \"Any_\" })\n"
    "Function.create({ name: \"twice\", body: \"(f, x) => f(f(x))\" })\n"
    "Function.create({ name: \"add\", body: \"(a, b) => a + b\" })\n";

static Store *store;
static Session *session;

static void open_session(void)
{
    const StoreOptions in_memory = {0};
    StoreNotice notice;
    int64_t bad_offset;
    always(store_open(&in_memory, &store, &notice) == STORE_OK);
    session = session_open(store);
    session_typecheck_root(session, true);
    const Source *source = session_source(session, STR("*query*"), str_from_c(schema), &bad_offset);
    const Outcome outcome = session_run(session, source, &(RunOptions){0});
    always(outcome.kind == OUTCOME_OK);
}

static const Source *make_source(Str name, Str text)
{
    int64_t bad_offset;
    return session_source(session, name, text, &bad_offset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const Str text = {(const char *)data, (int64_t)size};
    if (session == NULL) {
        open_session();
    }
    const Source *query = make_source(STR("*query*"), text);
    if (query == NULL) {
        return 0;
    }
    Outcome outcome = session_run(
        session, query,
        &(RunOptions){.check_only = true, .typecheck = TYPECHECK_YES, .timeout_ms = CHECK_MS_MAX});
    always(outcome.kind == OUTCOME_OK || outcome.kind == OUTCOME_FAILED);
    always(outcome.kind == OUTCOME_OK || outcome.summary.len > 0);
    always(utf8_check(outcome.static_type) < 0);
    const Source *file = make_source(STR("main.fsl"), text);
    SchemaPush push = {.files = &file, .count = 1, .dry_run = true};
    outcome = session_push_schema(session, &push);
    always(outcome.kind == OUTCOME_OK || outcome.kind == OUTCOME_FAILED);
    return 0;
}

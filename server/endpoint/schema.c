/* schema: /schema/1/…: the files of a schema, what others would change, and a schema that waits.
 *
 *   request ─► row (method, path) ─► who asks: 401, 403 ─► 404, 405 ─► version: 409 ─► the row's work
 *
 * A file is a part of a multipart body, whose name is the file's.
 */
#include "server/endpoint/endpoints.h"
#include "server/endpoint/events.h"
#include "server/endpoint/multipart.h"
#include "server/endpoint/schema_call.h"
#include "server/http/target.h"
#include "server/work/job_answer.h"

#include <stdlib.h>

enum {
    FILES_MAX = 1024, /* with main.fsl, which there may be at any time */
};

/* -- files ------------------------------------------------------------------------------------ */

/* The state, if it is of the version that the client knows. False: an error was answered. */
static bool read_state(SchemaCall *call, SchemaState *state)
{
    *state = session_schema_state(call->session, (Str){0});
    return schema_call_is_current(call, state->version_us);
}

static int64_t choose_files(const SchemaCall *call, const SchemaState *state,
                            const Source *const **files)
{
    bool staged = call->params.staged && state->is_staged;
    *files = staged ? state->staged : state->files;
    return staged ? state->staged_count : state->count;
}

static void list_files(SchemaCall *call)
{
    SchemaState state;
    const Source *const *files;
    if (!read_state(call, &state)) {
        return;
    }
    Buf *answer = &call->job->answer;
    int64_t count = choose_files(call, &state, &files);
    schema_call_answer(call, state.version_us);
    buf_puts(answer, ",\"files\":[");
    for (int64_t i = 0; i < count; i++) {
        buf_puts(answer, i > 0 ? ",{\"filename\":" : "{\"filename\":");
        print_json_string(answer, files[i]->name);
        buf_byte(answer, '}');
    }
    buf_puts(answer, "]}");
}

static void give_file(SchemaCall *call)
{
    SchemaState state;
    const Source *const *files;
    if (!read_state(call, &state)) {
        return;
    }
    int64_t count = choose_files(call, &state, &files);
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(files[i]->name, call->name)) {
            schema_call_answer(call, state.version_us);
            schema_call_put(call, "content", files[i]->text);
            buf_byte(&call->job->answer, '}');
            return;
        }
    }
    schema_call_fail(call, 404, STR("Not found"));
}

/* -- uploads ---------------------------------------------------------------------------------- */

static bool refuse(SchemaCall *call, Str message)
{
    schema_call_fail(call, 400, message);
    return false;
}

static bool has_good_names(SchemaCall *call, const Parts *parts)
{
    int64_t others = 0;
    for (int64_t i = 0; i < parts->len; i++) {
        Str name = parts->at[i].name;
        others += !str_eq(name, STR("main.fsl"));
        if (!schema_call_is_file_name(name)) {
            return refuse(call, str_format(&call->job->arena, "Invalid filename `%.*s`",
                                           STR_ARG(name)));
        }
        for (int64_t k = 0; k < i; k++) {
            if (str_eq(parts->at[k].name, name)) {
                return refuse(call, str_format(&call->job->arena, "Duplicate file `%.*s`",
                                               STR_ARG(name)));
            }
        }
    }
    return others < FILES_MAX || refuse(call, STR("Too many files"));
}

/* The files of the body as sources, in `push`. False: an error was answered. */
static bool read_upload(SchemaCall *call, SchemaPush *push)
{
    Arena *arena = &call->job->arena;
    const Str *type = exchange_header(call->job->exchange, STR("content-type"));
    Str boundary;
    Parts parts = {0};
    if (!type || !multipart_boundary(arena, *type, &boundary)) {
        return refuse(call, STR("Request is not a valid multipart request"));
    }
    MultipartStatus status = multipart_read(arena, buf_str(&call->job->exchange->body), boundary,
                                            FILES_MAX, &parts);
    if (status != MULTIPART_OK) {
        return refuse(call, status == MULTIPART_TOO_MANY ? STR("Too many files")
                                                         : STR("Invalid request"));
    }
    if (!has_good_names(call, &parts)) {
        return false;
    }
    const Source **files = arena_array(arena, const Source *, parts.len);
    for (int64_t i = 0; i < parts.len; i++) {
        files[i] = schema_call_source(call, parts.at[i].name, parts.at[i].content);
        if (!files[i]) {
            return false;
        }
    }
    push->files = files;
    push->count = parts.len;
    push->adds = call->params.adds;
    return true;
}

/* Nothing can be staged in the root database. */
static bool may_stage(SchemaCall *call)
{
    return !session_is_on_root(call->session) ||
           refuse(call, STR("Schema cannot be staged in the root database"));
}

static void update(SchemaCall *call)
{
    SchemaPush push = {.stage = call->params.staged, .against_staged = call->params.adds};
    Outcome outcome;
    if ((call->params.staged && !may_stage(call)) || !read_upload(call, &push) ||
        !schema_call_push(call, &push, &outcome)) {
        return;
    }
    schema_call_answer(call, outcome.txn_us);
    buf_byte(&call->job->answer, '}');
}

static void diff(SchemaCall *call)
{
    SchemaPush push = {.dry_run = true, .against_staged = call->params.staged};
    Outcome outcome;
    if (read_upload(call, &push) && schema_call_push(call, &push, &outcome)) {
        schema_call_answer(call, outcome.schema_us);
        schema_call_put_diff(call, &push, call->params.style);
        buf_byte(&call->job->answer, '}');
    }
}

/* -- a schema that waits ---------------------------------------------------------------------- */

/* The push that a commit would be, without changing anything. False: nobody waits for the answer.
 * That it fails is not an error of this call. */
static bool try_commit(SchemaCall *call, const SchemaState *state, SchemaPush *push,
                       Outcome *outcome)
{
    Arena *arena = &call->job->arena;
    const Source **files = arena_array(arena, const Source *, state->staged_count);
    Str *names = arena_array(arena, Str, state->staged_count);
    Str *texts = arena_array(arena, Str, state->staged_count);
    for (int64_t i = 0; i < state->staged_count; i++) {
        names[i] = str_copy(arena, state->staged[i]->name);
        texts[i] = str_copy(arena, state->staged[i]->text);
    }
    *push = (SchemaPush){.files = files, .count = state->staged_count, .dry_run = true};
    for (int64_t i = 0; i < push->count; i++) {
        files[i] = schema_call_source(call, names[i], texts[i]);
        always(files[i]); /* it was one when it was staged */
    }
    if (!worker_begin(call->job, call->session)) {
        return false;
    }
    *outcome = session_push_schema(call->session, push);
    worker_end(call->job);
    return true;
}

static void answer_status(SchemaCall *call, int64_t version_us, const SchemaPush *push,
                          const char *status, Str pending)
{
    schema_call_answer(call, version_us);
    schema_call_put(call, "status", str_from_c(status));
    if (call->params.has_format) {
        schema_call_put(call, "pending_summary", pending);
        schema_call_put_diff(call, push, call->params.style);
    }
    buf_byte(&call->job->answer, '}');
}

static void status(SchemaCall *call)
{
    SchemaState state;
    SchemaPush push = {0};
    Outcome outcome;
    if (!read_state(call, &state) || !may_stage(call)) {
        return;
    }
    int64_t version_us = state.version_us;
    if (!state.is_staged) {
        answer_status(call, version_us, &push, "none", (Str){0});
    } else if (try_commit(call, &state, &push, &outcome)) {
        bool ready = outcome.kind == OUTCOME_OK;
        answer_status(call, version_us, &push, ready ? "ready" : "failed",
                      ready ? (Str){0} : outcome.summary);
    }
}

static void stage(SchemaCall *call, StageAction action)
{
    const SchemaParams *params = &call->params;
    SchemaStaging staging = {.action = action,
                             .guard = {.is_set = params->is_versioned && !params->force,
                                       .version_us = params->version_us}};
    if (!may_stage(call) || !worker_begin(call->job, call->session)) {
        return;
    }
    Outcome outcome = session_stage(call->session, &staging);
    worker_end(call->job);
    call->job->state_us = outcome.state_us;
    if (outcome.kind == OUTCOME_OK) {
        schema_call_answer(call, outcome.txn_us);
        buf_byte(&call->job->answer, '}');
    } else if (outcome.kind == OUTCOME_FAILED) {
        schema_call_fail(call, staging.guard.is_stale ? 409 : 400,
                         staging.errors.len > 0 ? staging.errors : outcome.message);
    } else {
        schema_call_fail(call, 500, outcome.message);
    }
}

static void commit(SchemaCall *call)
{
    stage(call, STAGE_COMMIT);
}

static void abandon(SchemaCall *call)
{
    stage(call, STAGE_ABANDON);
}

/* -- rows ------------------------------------------------------------------------------------- */

#define ITEMS(kind)                                                                                \
    {"GET", "items/" kind, true, false, true, schema_item_get},                                    \
        {"POST", "items/" kind, false, false, true, schema_item_add},                              \
        {"POST", "items/" kind, true, false, true, schema_item_replace},                           \
        {"DELETE", "items/" kind, true, false, true, schema_item_delete}

static const SchemaRow rows[] = {
    {"GET", "files", false, false, false, list_files},
    {"GET", "files", true, false, false, give_file},
    {"POST", "update", false, true, true, update},
    {"POST", "diff", false, false, true, diff},
    {"POST", "validate", false, false, true, diff},
    {"GET", "status", false, false, true, status},
    {"GET", "staged/status", false, false, true, status},
    {"POST", "commit", false, true, true, commit},
    {"POST", "staged/commit", false, true, true, commit},
    {"POST", "abandon", false, true, true, abandon},
    {"POST", "staged/abandon", false, true, true, abandon},
    ITEMS("collections"),
    ITEMS("functions"),
    ITEMS("roles"),
    ITEMS("access_providers"),
};

/* Whether a path is the row's; `*name` is what comes after it. */
static bool is_path(const SchemaRow *row, Str path, Str *name)
{
    Str own = str_from_c(row->path);
    bool begins = str_starts_with(path, own);
    *name = begins && row->has_name && path.len > own.len + 1 && path.s[own.len] == '/'
                ? str_slice(path, own.len + 1, path.len)
                : (Str){0};
    bool is_one = name->len > 0 && str_find(*name, STR("/"), 0) < 0;
    return begins && (row->has_name ? is_one : path.len == own.len);
}

static void find_row(SchemaCall *call, const Exchange *exchange)
{
    Str path = str_slice(exchange->path, (int64_t)sizeof SCHEMA_PATH - 1, exchange->path.len);
    for (int64_t i = 0; i < countof(rows) && !call->row; i++) {
        Str name;
        if (is_path(&rows[i], path, &name)) {
            call->is_known_path = true;
            if (str_eq(exchange->method, str_from_c(rows[i].method))) {
                call->row = &rows[i];
                call->name = target_decode(&call->job->arena, name, false);
            }
        }
    }
}

/* -- parameters ------------------------------------------------------------------------------- */

static bool is_parameter(Exchange *exchange, Str name, Str wanted)
{
    Str value;
    return target_parameter(exchange, name, &value) && str_eq(value, wanted);
}

static bool read_number(Str text, int64_t *number)
{
    char digits[24];
    char *end = NULL;
    if (text.len == 0 || text.len >= (int64_t)sizeof digits) {
        return false;
    }
    memcpy(digits, text.s, (size_t)text.len);
    digits[text.len] = '\0';
    *number = strtoll(digits, &end, 10);
    return *end == '\0';
}

/* `format=semantic|summary|textual`, or as it was once called `diff=`, where `true` is semantic. */
static void read_format(Exchange *exchange, SchemaParams *params)
{
    static const struct {
        const char *word;
        SchemaDiffFormat format;
    } formats[] = {{"semantic", DIFF_SEMANTIC},
                   {"summary", DIFF_SUMMARY},
                   {"textual", DIFF_TEXTUAL},
                   {"true", DIFF_SEMANTIC}};
    static const Str names[] = {{"format", 6}, {"diff", 4}};
    for (int64_t k = 0; k < countof(names) && !params->has_format; k++) {
        for (int64_t i = 0; i < countof(formats) - (k == 0); i++) {
            if (is_parameter(exchange, names[k], str_from_c(formats[i].word))) {
                params->has_format = true;
                params->style.format = formats[i].format;
            }
        }
    }
}

static void read_params(Exchange *exchange, SchemaParams *params)
{
    Str version;
    *params = (SchemaParams){.force = is_parameter(exchange, STR("force"), STR("true")),
                             .staged = is_parameter(exchange, STR("staged"), STR("true")),
                             .validate = is_parameter(exchange, STR("validate"), STR("true")),
                             .adds = is_parameter(exchange, STR("override"), STR("false"))};
    params->is_versioned = target_parameter(exchange, STR("version"), &version) &&
                           read_number(version, &params->version_us);
    params->style.color = is_parameter(exchange, STR("color"), STR("ansi"));
    read_format(exchange, params);
}

/* -- jobs ------------------------------------------------------------------------------------- */

static JobEnd run(Job *job, Worker *worker)
{
    SchemaCall *call = job->details;
    call->session = job_session(job, worker);
    if (!call->session) {
        schema_call_fail(call, 401, STR("Access token required"));
    } else if (!session_may_use_schema(call->session, false)) {
        schema_call_fail(call, 403, STR("Access denied"));
    } else if (!call->is_known_path) {
        schema_call_fail(call, 404, STR("Not found"));
    } else if (!call->row) {
        schema_call_fail(call, 405, STR("Method not allowed"));
    } else if (call->row->needs_admin && !session_may_use_schema(call->session, true)) {
        schema_call_fail(call, 403, STR("Access denied"));
    } else {
        call->row->run(call);
    }
    return JOB_DONE;
}

static void lose(Job *job, Str why)
{
    schema_call_fail(job->details, 500, why);
}

static void done(Job *job)
{
    Server *server = job->exchange->server;
    bool may_have_written = job->writes && job->status == 200;
    job_respond(job);
    if (may_have_written) {
        streams_wake(server);
    }
}

void schema_answer(Exchange *exchange)
{
    Job *job = job_new(exchange);
    SchemaCall *call = arena_new(&job->arena, SchemaCall);
    *call = (SchemaCall){.job = job};
    find_row(call, exchange);
    read_params(exchange, &call->params);
    job->details = call;
    job->run = run;
    job->done = done;
    job->lose = lose;
    job->writes = call->row && call->row->writes;
    (void)work_submit(job);
}

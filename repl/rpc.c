/* rpc: a request is a row of `requests`, chosen by the member that names it. */
#include "repl/rpc.h"

#include "grammar/parse.h"
#include "grammar/schema.h"
#include "repl/input.h"
#include "repl/output.h"
#include "repl/request.h"
#include "repl/template.h"
#include "runtime/base/utf8.h"

/* Requests and responses that grew larger than this give their memory back. */
#define BUFFER_KEPT_BYTES (1 << 20)

typedef struct Rpc {
    Session *session;
    const Limits *limits;
    Arena arena; /* one request */
    Buf data;    /* the query's value, in the format asked for */
    Buf response;
    PrintOptions print;
} Rpc;

/* -- responses ------------------------------------------------------------------------- */

static void put_error_head(Rpc *rpc, Str code, Str message)
{
    buf_puts(&rpc->response, "{\"error\":{\"code\":");
    print_json_string(&rpc->response, code);
    buf_puts(&rpc->response, ",\"message\":");
    print_json_string(&rpc->response, message);
}

static void put_summary(Rpc *rpc, Str summary)
{
    buf_puts(&rpc->response, ",\"summary\":");
    print_json_string(&rpc->response, summary);
}

/* The response to a request that cannot be carried out. */
static void answer_bad_request(Rpc *rpc, Str message)
{
    put_error_head(rpc, STR("invalid_request"), message);
    buf_byte(&rpc->response, '}');
    put_summary(rpc, (Str){0});
    buf_byte(&rpc->response, '}');
}

static void answer_unsupported(Rpc *rpc)
{
    buf_puts(&rpc->response, "{\"unsupported\":true}");
}

/* `text` as a JSON value: JSON formats are one already, fql text becomes a string. */
static void put_printed(Rpc *rpc, Str text)
{
    if (rpc->print.format == PRINT_FQL) {
        print_json_string(&rpc->response, text);
    } else {
        buf_put(&rpc->response, text);
    }
}

/* One path of a constraint failure: ["addresses", 0, "street"]. */
static void put_path(Rpc *rpc, Value path)
{
    buf_byte(&rpc->response, '[');
    for (uint32_t i = 0; i < path.len; i++) {
        Value step = path.as.items[i];
        if (i > 0) {
            buf_byte(&rpc->response, ',');
        }
        if (step.type == T_STRING) {
            print_json_string(&rpc->response, val_as_str(step));
        } else {
            buf_int(&rpc->response, step.as.integer);
        }
    }
    buf_byte(&rpc->response, ']');
}

static void put_constraints(Rpc *rpc, const ConstraintFailure *failures)
{
    buf_puts(&rpc->response, ",\"constraint_failures\":[");
    for (const ConstraintFailure *failure = failures; failure != NULL; failure = failure->next) {
        buf_puts(&rpc->response, failure == failures ? "{\"paths\":[" : ",{\"paths\":[");
        for (int64_t i = 0; i < failure->path_count; i++) {
            if (i > 0) {
                buf_byte(&rpc->response, ',');
            }
            put_path(rpc, failure->paths[i]);
        }
        buf_puts(&rpc->response, "],\"message\":");
        print_json_string(&rpc->response, failure->message);
        buf_byte(&rpc->response, '}');
    }
    buf_byte(&rpc->response, ']');
}

static void put_stats(Rpc *rpc, const Outcome *outcome)
{
    int64_t elapsed_ms = outcome->elapsed_us / 1000;
    const RtStats *stats = &outcome->stats;
    buf_printf(&rpc->response,
               ",\"txn_ts\":%lld,\"stats\":{\"compute_ops\":%lld,\"read_ops\":%lld,"
               "\"write_ops\":%lld,\"query_time_ms\":%lld,\"contention_retries\":0,"
               "\"storage_bytes_read\":%lld,\"storage_bytes_write\":%lld,"
               "\"rate_limits_hit\":[]}}",
               (long long)outcome->txn_us,
               (long long)(stats->compute_ops > 0 ? stats->compute_ops : 1),
               (long long)stats->read_ops, (long long)stats->write_ops,
               (long long)(elapsed_ms > 0 ? elapsed_ms : 1), (long long)stats->storage_bytes_read,
               (long long)stats->storage_bytes_write);
}

static void put_outcome(Rpc *rpc, const Outcome *outcome)
{
    if (outcome->kind == OUTCOME_OK) {
        buf_puts(&rpc->response, "{\"data\":");
        put_printed(rpc, rpc->data.len > 0 ? buf_str(&rpc->data) : STR("null"));
    } else {
        put_error_head(rpc, outcome->code, outcome->message);
        if (outcome->constraints != NULL) {
            put_constraints(rpc, outcome->constraints);
        }
        if (outcome->has_abort) {
            buf_puts(&rpc->response, ",\"abort\":");
            put_printed(rpc, outcome->abort_text);
        }
        buf_byte(&rpc->response, '}');
    }
    put_summary(rpc, outcome->summary);
    put_stats(rpc, outcome);
}

/* -- queries ---------------------------------------------------------------------------- */

static bool member_is(const Member *member, const char *string)
{
    return member != NULL && member->kind == MEMBER_STRING &&
           str_eq(member->string, str_from_c(string));
}

/* Keeps the text of the query's value. */
static Value keep_value(void *context, Rt *rt, Value v)
{
    Rpc *rpc = context;
    rpc->data.len = 0;
    return print_value(rt, &rpc->data, v, &rpc->print);
}

static bool choose_format(Rpc *rpc, const Members *request)
{
    const Member *format = request_find(request, STR("format"));
    rpc->print = (PrintOptions){.format = PRINT_TAGGED};
    if (format == NULL || member_is(format, "tagged")) {
        return true;
    }
    if (member_is(format, "simple")) {
        rpc->print.format = PRINT_SIMPLE;
    } else if (member_is(format, "decorated")) {
        rpc->print.format = PRINT_FQL;
    } else {
        answer_bad_request(rpc, STR("`format` must be \"tagged\", \"simple\" or \"decorated\"."));
        return false;
    }
    return true;
}

/* Binds the request's arguments. They are tagged JSON unless they, or else the whole request,
 * say "simple". */
static bool bind_arguments(Rpc *rpc, const Members *request, RunOptions *options)
{
    const Member *member = request_find(request, STR("arguments"));
    Members given = {0};
    Str error;
    if (member == NULL || member->kind == MEMBER_NULL) {
        return true;
    }
    if (member->kind != MEMBER_OBJECT || !request_read(&rpc->arena, member->text, &given, &error)) {
        answer_bad_request(rpc, STR("`arguments` must be an object."));
        return false;
    }
    const Member *format = request_find(request, STR("arguments_format"));
    bool tagged = format ? !member_is(format, "simple") : rpc->print.format != PRINT_SIMPLE;
    Binding *bindings = arena_array(&rpc->arena, Binding, given.count);
    for (int64_t i = 0; i < given.count; i++) {
        bindings[i].name = given.at[i].name;
        bindings[i].value = session_argument(rpc->session, given.at[i].text, tagged, &error);
        if (val_is_fault(bindings[i].value)) {
            answer_bad_request(rpc, str_format(&rpc->arena, "Invalid argument '%.*s': %.*s",
                                               STR_ARG(bindings[i].name), STR_ARG(error)));
            return false;
        }
    }
    options->arguments = bindings;
    options->argument_count = given.count;
    return true;
}

/* The query's text as a source of the session, and with a template its values in `options`.
 * NULL: the response is made. */
static const Source *read_query(Rpc *rpc, const Member *query, RunOptions *options)
{
    int64_t bad_offset = 0;
    const Source *source = NULL;
    Template template;
    Str error;
    if (query->kind == MEMBER_STRING) {
        source = session_source(rpc->session, STR("*query*"), query->string, &bad_offset);
    } else if (query->kind != MEMBER_OBJECT) {
        answer_bad_request(rpc, STR("`query` must be a string or a template."));
        return NULL;
    } else if (!template_read(&rpc->arena, rpc->session, query->text, &template, &error)) {
        answer_bad_request(rpc,
                           str_format(&rpc->arena, "Invalid request body: %.*s", STR_ARG(error)));
        return NULL;
    } else {
        source = session_template(rpc->session, STR("*query*"), template.texts, template.text_count,
                                  &bad_offset);
        options->values = template.values;
        options->value_errors = template.value_errors;
        options->value_count = template.value_count;
    }
    if (source == NULL) {
        answer_bad_request(rpc, STR("FQL strings cannot contain NUL characters"));
    }
    return source;
}

/* The most that the query may do. This is for tests of models, as messages about it say. */
static bool choose_effects(Rpc *rpc, const Members *request, EffectLimit *limit)
{
    static const char *const names[] = {
        [PURE] = "pure", [OBSERVES] = "observation", [READS] = "read", [WRITES] = "write"};
    const Member *effect = request_find(request, STR("effect"));
    for (int i = 0; effect != NULL && i < countof(names); i++) {
        if (member_is(effect, names[i])) {
            *limit = (EffectLimit){.most = (Effect)i, .place = "model tests"};
            return true;
        }
    }
    if (effect != NULL) {
        answer_bad_request(
            rpc, STR("`effect` must be \"pure\", \"observation\", \"read\" or \"write\"."));
    }
    return effect == NULL;
}

static void answer_query(Rpc *rpc, const Members *request, const Member *query)
{
    const Member *hints = request_find(request, STR("performance_hints"));
    RunOptions options = {
        .query = true,
        .last_only = true,
        .performance_hints = hints != NULL && hints->is_true,
        .limits = rpc->limits,
        .sink = keep_value,
        .sink_context = rpc,
    };
    const Source *source = read_query(rpc, query, &options);
    if (source == NULL || !choose_format(rpc, request) ||
        !choose_effects(rpc, request, &options.effects) ||
        !bind_arguments(rpc, request, &options)) {
        return;
    }
    options.print = rpc->print;
    rpc->data.len = 0;
    Outcome outcome = session_run(rpc->session, source, &options);
    put_outcome(rpc, &outcome);
}

/* -- parsing ----------------------------------------------------------------------------- */

typedef ParseResult ParseFn(Arena *arena, const Source *source);

/* `source`: what Fauna calls such texts in messages. */
typedef struct Grammar {
    const char *name, *source;
    ParseFn *parse;
} Grammar;

static ParseResult parse_items(Arena *arena, const Source *source)
{
    FslResult result = parse_fsl(arena, source);
    return (ParseResult){.status = result.ok ? PARSE_OK : PARSE_FAILED, .diags = result.diags};
}

static ParseResult parse_one_schema(Arena *arena, const Source *source)
{
    SchemaResult result = parse_schema(arena, &source, 1);
    return (ParseResult){.status = result.ok ? PARSE_OK : PARSE_FAILED, .diags = result.diags};
}

static const Grammar grammars[] = {
    {"query", "*query*", parse_query},   {"expr", "*query*", parse_expr},
    {"lambda", "*query*", parse_lambda}, {"path", "*path*", parse_path},
    {"type", "*query*", parse_type},     {"pattern", "*query*", parse_pattern},
    {"fsl", "*fsl*", parse_items},       {"schema", "*fsl*", parse_one_schema},
};

static const Grammar *find_grammar(const Member *name)
{
    for (int64_t i = 0; i < countof(grammars); i++) {
        if (member_is(name, grammars[i].name)) {
            return &grammars[i];
        }
    }
    return NULL;
}

static void answer_parse(Rpc *rpc, const Members *request, const Member *parse)
{
    const Grammar *grammar = find_grammar(request_find(request, STR("grammar")));
    if (grammar == NULL) {
        answer_unsupported(rpc);
        return;
    }
    Source source = {.name = str_from_c(grammar->source), .text = parse->string};
    if (parse->kind != MEMBER_STRING || utf8_check(source.text) >= 0) {
        answer_bad_request(rpc, STR("`parse` must be a string."));
        return;
    }
    ParseResult result = grammar->parse(&rpc->arena, &source);
    if (result.status == PARSE_OK) {
        buf_puts(&rpc->response, "{\"data\":null,\"summary\":\"\"}");
        return;
    }
    Buf summary = {0};
    diag_render_list(&summary, &result.diags);
    Str message = str_format(&rpc->arena, "The query failed %lld validation check%s",
                             (long long)result.diags.count, result.diags.count == 1 ? "" : "s");
    put_error_head(rpc, STR("invalid_query"), message);
    buf_byte(&rpc->response, '}');
    put_summary(rpc, buf_str(&summary));
    buf_byte(&rpc->response, '}');
    buf_free(&summary);
}

/* -- schemas ------------------------------------------------------------------------------ */

/* The files of a schema as sources of the session; NULL: the response is made. */
static const Source **read_files(Rpc *rpc, const Members *files)
{
    const Source **sources = arena_array(&rpc->arena, const Source *, files->count);
    for (int64_t i = 0; i < files->count; i++) {
        const Member *file = &files->at[i];
        int64_t bad_offset = 0;
        if (file->kind != MEMBER_STRING) {
            answer_bad_request(rpc, STR("The files in `schema` must be strings."));
            return NULL;
        }
        sources[i] = session_source(rpc->session, file->name, file->string, &bad_offset);
        if (sources[i] == NULL) {
            answer_bad_request(rpc, STR("Schema files cannot contain NUL characters"));
            return NULL;
        }
    }
    return sources;
}

static void answer_schema(Rpc *rpc, const Members *request, const Member *schema)
{
    Members files = {0};
    Str error;
    if (schema->kind != MEMBER_OBJECT || !request_read(&rpc->arena, schema->text, &files, &error)) {
        answer_bad_request(rpc, STR("`schema` must be an object of files."));
        return;
    }
    const Source **sources = read_files(rpc, &files);
    if (sources == NULL) {
        return;
    }
    rpc->data.len = 0;
    rpc->print = (PrintOptions){.format = PRINT_TAGGED};
    const Member *pin = request_find(request, STR("pin"));
    SchemaPush push = {
        .files = sources, .count = files.count, .stage = pin != NULL && pin->is_true};
    Outcome outcome = session_push_schema(rpc->session, &push);
    put_outcome(rpc, &outcome);
}

static void answer_stage(Rpc *rpc, const Members *request, const Member *stage)
{
    static const char *const actions[] = {
        [STAGE_PIN] = "pin", [STAGE_COMMIT] = "commit", [STAGE_ABANDON] = "abandon"};
    (void)request;
    for (int i = 0; i < countof(actions); i++) {
        if (member_is(stage, actions[i])) {
            rpc->data.len = 0;
            rpc->print = (PrintOptions){.format = PRINT_TAGGED};
            Outcome outcome = session_stage(rpc->session, (StageAction)i);
            put_outcome(rpc, &outcome);
            return;
        }
    }
    answer_bad_request(rpc, STR("`stage` must be \"pin\", \"commit\" or \"abandon\"."));
}

/* -- requests ---------------------------------------------------------------------------- */

static void answer_database(Rpc *rpc, const Members *request, const Member *database)
{
    (void)request;
    (void)database;
    buf_puts(&rpc->response, "{\"data\":null,\"summary\":\"\"}");
}

typedef struct RequestKind {
    const char *member;
    void (*answer)(Rpc *rpc, const Members *request, const Member *member);
} RequestKind;

static const RequestKind requests[] = {
    {"query", answer_query}, {"parse", answer_parse},       {"schema", answer_schema},
    {"stage", answer_stage}, {"database", answer_database},
};

static void answer_line(Rpc *rpc, Str line)
{
    Members request;
    Str error;
    if (!request_read(&rpc->arena, line, &request, &error)) {
        answer_bad_request(rpc,
                           str_format(&rpc->arena, "Invalid request body: %.*s", STR_ARG(error)));
        return;
    }
    for (int64_t i = 0; i < countof(requests); i++) {
        const Member *member = request_find(&request, str_from_c(requests[i].member));
        if (member != NULL) {
            requests[i].answer(rpc, &request, member);
            return;
        }
    }
    answer_unsupported(rpc);
}

/* Empties a buffer for the next request. */
static void reset_buffer(Buf *buf)
{
    if (buf->cap > BUFFER_KEPT_BYTES) {
        buf_free(buf);
    }
    buf->len = 0;
}

int rpc_serve(Session *session, const Limits *limits, int in_fd, int out_fd)
{
    Rpc rpc = {.session = session, .limits = limits};
    Input input = {.fd = in_fd};
    Str line;
    int error = 0;
    arena_init(&rpc.arena);
    while (error == 0 && input_line(&input, &line)) {
        answer_line(&rpc, line);
        buf_byte(&rpc.response, '\n');
        error = write_all(out_fd, buf_str(&rpc.response));
        reset_buffer(&rpc.response);
        reset_buffer(&rpc.data);
        arena_reset(&rpc.arena);
    }
    error = error ? error : input.error;
    input_close(&input);
    buf_free(&rpc.data);
    buf_free(&rpc.response);
    arena_free(&rpc.arena);
    return error;
}

/* rpc: a request is a row of `requests`, chosen by the member that names it. */
#include "repl/tool/rpc.h"

#include "grammar/parse.h"
#include "grammar/schema.h"
#include "interp/session/answer.h"
#include "interp/session/login.h"
#include "repl/io/input.h"
#include "repl/io/output.h"
#include "runtime/base/utf8.h"

/* Requests and responses that grew larger than this give their memory back. */
#define BUFFER_KEPT_BYTES (1 << 20)

typedef struct Rpc {
    Store *store;
    Session *session; /* of the owner */
    Session *guest;   /* of who sends a secret; NULL: nobody has */
    Session *asking;  /* the one of these that runs the request's query */
    const Limits *limits;
    bool is_typechecked; /* the root database */
    Arena arena; /* one request */
    Buf data;    /* the query's value, in the format asked for */
    Buf response;
    PrintOptions print;
} Rpc;

/* -- responses ------------------------------------------------------------------------- */

static void put_summary(Rpc *rpc, Str summary)
{
    buf_puts(&rpc->response, ",\"summary\":");
    print_json_string(&rpc->response, summary);
}

static void put_error(Rpc *rpc, Str code, Str message)
{
    buf_puts(&rpc->response, "{\"error\":");
    answer_put_error(&rpc->response, code, message);
    buf_byte(&rpc->response, '}');
}

/* The response to a request that cannot be carried out. */
static void answer_bad_request(Rpc *rpc, Str message)
{
    put_error(rpc, STR("invalid_request"), message);
    put_summary(rpc, (Str){0});
    buf_byte(&rpc->response, '}');
}

static void answer_unsupported(Rpc *rpc)
{
    buf_puts(&rpc->response, "{\"unsupported\":true}");
}

static void put_outcome(Rpc *rpc, const Outcome *outcome)
{
    answer_put(&rpc->response, outcome, buf_str(&rpc->data), rpc->print.format, NULL);
}

/* -- queries ---------------------------------------------------------------------------- */

static bool member_is(const Member *member, const char *string)
{
    return member != NULL && member->kind == MEMBER_STRING &&
           str_eq(member->string, str_from_c(string));
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

/* Arguments are tagged JSON unless they, or else the whole request, say "simple". */
static bool has_tagged_arguments(const Rpc *rpc, const Members *request)
{
    const Member *format = request_find(request, STR("arguments_format"));
    return format ? !member_is(format, "simple") : rpc->print.format != PRINT_SIMPLE;
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

/* Chooses the session that the query runs in: that of the owner, unless the request names a secret,
 * or a role of the owner's. */
static bool choose_session(Rpc *rpc, const Members *request)
{
    const Member *secret = request_find(request, STR("secret"));
    const Member *role = request_find(request, STR("role"));
    rpc->asking = rpc->session;
    if (secret == NULL && role == NULL) {
        return true;
    }
    LoginAsked asked = {.is_root = secret == NULL,
                        .secret = secret != NULL ? secret->string : (Str){0},
                        .role = role != NULL ? role->string : (Str){0}};
    LoginFound found;
    bool is_known = session_find_login(rpc->session, &rpc->arena, &asked, &found);
    if (is_known) {
        if (rpc->guest != NULL) {
            session_close(rpc->guest);
        }
        rpc->guest = rpc->asking = session_open(rpc->store);
        session_typecheck_root(rpc->guest, rpc->is_typechecked);
        session_enter_found(rpc->guest, &found);
        is_known = session_log_in(rpc->guest, &found);
    }
    if (!is_known) {
        put_error(rpc, STR("unauthorized"), STR("Access token required"));
        buf_byte(&rpc->response, '}');
    }
    return is_known;
}

/* As the request says. The root counts as typechecked for schemas, not for queries that say nothing. */
static TypecheckWhen choose_typecheck(const Rpc *rpc, const Member *said)
{
    if (said != NULL) {
        return said->is_true ? TYPECHECK_YES : TYPECHECK_NO;
    }
    return session_is_on_root(rpc->session) ? TYPECHECK_NO : TYPECHECK_AS_DATABASE;
}

static void answer_query(Rpc *rpc, const Members *request, const Member *text)
{
    const Member *hints = request_find(request, STR("performance_hints"));
    Query query = {
        .text = text,
        .arguments = request_find(request, STR("arguments")),
        .run = {.performance_hints = hints != NULL && hints->is_true,
                .typecheck = choose_typecheck(rpc, request_find(request, STR("typecheck"))),
                .limits = rpc->limits},
    };
    Outcome outcome;
    Str error;
    if (text->kind != MEMBER_STRING && text->kind != MEMBER_OBJECT) {
        answer_bad_request(rpc, STR("`query` must be a string or a template."));
        return;
    }
    if (!choose_format(rpc, request) || !choose_effects(rpc, request, &query.run.effects) ||
        !choose_session(rpc, request)) {
        return;
    }
    query.print = rpc->print;
    query.tagged = has_tagged_arguments(rpc, request);
    if (query_read(&rpc->arena, &query, &error) &&
        query_run(rpc->asking, &rpc->arena, &query, &rpc->data, &outcome, &error)) {
        put_outcome(rpc, &outcome);
    } else {
        answer_bad_request(rpc, error);
    }
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
    diag_render_plain_list(&summary, &result.diags);
    Str message = str_format(&rpc->arena, "The query failed %lld validation check%s",
                             (long long)result.diags.count, result.diags.count == 1 ? "" : "s");
    put_error(rpc, STR("invalid_query"), message);
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
    const Member *override = request_find(request, STR("override"));
    SchemaPush push = {.files = sources,
                       .count = files.count,
                       .stage = pin != NULL && pin->is_true,
                       .adds = override != NULL && !override->is_true};
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
            SchemaStaging staging = {.action = (StageAction)i};
            Outcome outcome = session_stage(rpc->session, &staging);
            put_outcome(rpc, &outcome);
            return;
        }
    }
    answer_bad_request(rpc, STR("`stage` must be \"pin\", \"commit\" or \"abandon\"."));
}

/* -- requests ---------------------------------------------------------------------------- */

static void answer_database(Rpc *rpc, const Members *request, const Member *database)
{
    Members settings = {0};
    Str error;
    (void)request;
    if (database->kind == MEMBER_OBJECT &&
        request_read(&rpc->arena, database->text, &settings, &error)) {
        const Member *typechecked = request_find(&settings, STR("typechecked"));
        rpc->is_typechecked = typechecked == NULL || typechecked->is_true;
        session_typecheck_root(rpc->session, rpc->is_typechecked);
    }
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

int rpc_serve(Store *store, Session *session, const Limits *limits, int in_fd, int out_fd)
{
    Rpc rpc = {.store = store, .session = session, .limits = limits};
    Input input = {.fd = in_fd};
    Str line;
    int error = 0;
    arena_init(&rpc.arena);
    rpc.is_typechecked = true; /* as Fauna's tools made databases */
    session_typecheck_root(session, true);
    session_advise(session, false);
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
    if (rpc.guest != NULL) {
        session_close(rpc.guest);
    }
    buf_free(&rpc.data);
    buf_free(&rpc.response);
    arena_free(&rpc.arena);
    return error;
}

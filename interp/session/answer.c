/* answer: reading the query out of a request, and writing what came of it. */
#include "interp/session/answer.h"

/* -- the query ------------------------------------------------------------------------------ */

typedef struct Reading {
    Session *session;
    Arena *arena;
    Query *query;
    Buf *data;
    Str *error;
} Reading;

static bool fail(Reading *reading, Str error)
{
    *reading->error = error;
    return false;
}

/* Keeps the text of the query's value. */
static Value keep_value(void *context, Rt *rt, Value v)
{
    const Reading *reading = context;
    reading->data->len = 0;
    return print_value(rt, reading->data, v, &reading->query->print);
}

static bool bind_arguments(Reading *reading)
{
    const Member *member = reading->query->arguments;
    Members given = {0};
    Str error;
    if (member == NULL || member->kind == MEMBER_NULL) {
        return true;
    }
    if (member->kind != MEMBER_OBJECT ||
        !request_read(reading->arena, member->text, &given, &error)) {
        return fail(reading, STR("`arguments` must be an object."));
    }
    Binding *bindings = arena_array(reading->arena, Binding, given.count);
    for (int64_t i = 0; i < given.count; i++) {
        bindings[i].name = given.at[i].name;
        bindings[i].value =
            session_argument(reading->session, given.at[i].text, reading->query->tagged, &error);
        if (val_is_fault(bindings[i].value)) {
            return fail(reading, str_format(reading->arena, "Invalid argument '%.*s': %.*s",
                                            STR_ARG(bindings[i].name), STR_ARG(error)));
        }
    }
    reading->query->run.arguments = bindings;
    reading->query->run.argument_count = given.count;
    return true;
}

static bool refuse_body(Arena *arena, Str why, Str *error)
{
    *error = str_format(arena, "Invalid request body: %.*s", STR_ARG(why));
    return false;
}

bool query_read(Arena *arena, Query *query, Str *error)
{
    const Member *text = query->text;
    Template *template = &query->template;
    Str why;
    *template = (Template){.texts = &text->string, .text_count = 1};
    if (text->kind != MEMBER_STRING && text->kind != MEMBER_OBJECT) {
        *error = STR("Invalid request body");
        return false;
    }
    if (text->kind == MEMBER_OBJECT && !template_read(arena, text->text, template, &why)) {
        return refuse_body(arena, why, error);
    }
    for (int64_t i = 0; i < template->text_count; i++) {
        if (str_find(template->texts[i], (Str){"", 1}, 0) >= 0) {
            return refuse_body(arena, STR("FQL strings cannot contain NUL characters"), error);
        }
    }
    return true;
}

/* The values of a template for the options of the run. */
static void read_values(const Reading *reading)
{
    Query *query = reading->query;
    int64_t count = query->template.value_count;
    Value *values = arena_array(reading->arena, Value, count);
    Str *errors = arena_array(reading->arena, Str, count);
    for (int64_t i = 0; i < count; i++) {
        Str error = {0};
        values[i] = session_argument(reading->session, query->template.values[i], true, &error);
        errors[i] = str_copy(reading->arena, error);
    }
    query->run.values = values;
    query->run.value_errors = errors;
    query->run.value_count = count;
}

bool query_run(Session *session, Arena *arena, Query *query, Buf *data, Outcome *outcome,
               Str *error)
{
    Reading reading = {
        .session = session, .arena = arena, .query = query, .data = data, .error = error};
    const Template *template = &query->template;
    int64_t bad_offset;
    read_values(&reading);
    const Source *source =
        query->text->kind == MEMBER_STRING
            ? session_source(session, STR("*query*"), template->texts[0], &bad_offset)
            : session_template(session, STR("*query*"), template->texts, template->text_count,
                               &bad_offset);
    if (source == NULL) {
        return fail(&reading, STR("Invalid request body: the query is no UTF-8"));
    }
    if (!bind_arguments(&reading)) {
        return false;
    }
    query->run.query = true;
    query->run.repeats = true;
    query->run.separate = true;
    query->run.last_only = true;
    query->run.print = query->print;
    query->run.sink = keep_value;
    query->run.sink_context = &reading;
    data->len = 0;
    *outcome = session_run(session, source, &query->run);
    return true;
}

/* -- the answer ----------------------------------------------------------------------------- */

enum { ANSWER_REST_BYTES = 512 }; /* what stands beside the data, mostly */

/* `text` as a JSON value: JSON formats are one already, fql text becomes a string. */
static void put_printed(Buf *out, Str text, PrintFormat format)
{
    if (format == PRINT_FQL) {
        print_json_string(out, text);
    } else {
        buf_put(out, text);
    }
}

/* One path of a constraint failure: ["addresses", 0, "street"]. */
static void put_path(Buf *out, Value path)
{
    buf_byte(out, '[');
    for (uint32_t i = 0; i < path.len; i++) {
        Value step = path.as.items[i];
        if (i > 0) {
            buf_byte(out, ',');
        }
        if (step.type == T_STRING) {
            print_json_string(out, val_as_str(step));
        } else {
            buf_int(out, step.as.integer);
        }
    }
    buf_byte(out, ']');
}

static void put_constraints(Buf *out, const ConstraintFailure *failures)
{
    buf_puts(out, ",\"constraint_failures\":[");
    for (const ConstraintFailure *failure = failures; failure != NULL; failure = failure->next) {
        buf_puts(out, failure == failures ? "{\"paths\":[" : ",{\"paths\":[");
        for (int64_t i = 0; i < failure->path_count; i++) {
            if (i > 0) {
                buf_byte(out, ',');
            }
            put_path(out, failure->paths[i]);
        }
        buf_puts(out, "],\"message\":");
        print_json_string(out, failure->message);
        buf_byte(out, '}');
    }
    buf_byte(out, ']');
}

void answer_put_error(Buf *out, Str code, Str message)
{
    buf_puts(out, "{\"code\":");
    print_json_string(out, code);
    buf_puts(out, ",\"message\":");
    print_json_string(out, message);
}

void answer_put_failure(Buf *out, const Outcome *outcome, PrintFormat format)
{
    answer_put_error(out, outcome->code, outcome->message);
    if (outcome->constraints != NULL) {
        put_constraints(out, outcome->constraints);
    }
    if (outcome->has_abort) {
        buf_puts(out, ",\"abort\":");
        put_printed(out, outcome->abort_text, format);
    }
    buf_byte(out, '}');
}

/* Every answer has these: printf would take a third of the time of a short query. */
static void put_number(Buf *out, Str before, int64_t n)
{
    buf_put(out, before);
    buf_int(out, n);
}

static void put_stats(Buf *out, const Outcome *outcome, int64_t retries)
{
    int64_t elapsed_ms = outcome->elapsed_us / 1000;
    const RtStats *stats = &outcome->stats;
    put_number(out, STR(",\"txn_ts\":"), outcome->txn_us);
    put_number(out, STR(",\"stats\":{\"compute_ops\":"),
               stats->compute_ops > 0 ? stats->compute_ops : 1);
    put_number(out, STR(",\"read_ops\":"), stats->read_ops);
    put_number(out, STR(",\"write_ops\":"), stats->write_ops);
    put_number(out, STR(",\"query_time_ms\":"), elapsed_ms > 0 ? elapsed_ms : 1);
    put_number(out, STR(",\"contention_retries\":"), retries);
    put_number(out, STR(",\"storage_bytes_read\":"), stats->storage_bytes_read);
    put_number(out, STR(",\"storage_bytes_write\":"), stats->storage_bytes_write);
    buf_put(out, STR(",\"rate_limits_hit\":[]}"));
}

void answer_put(Buf *out, const Outcome *outcome, Str data, PrintFormat format,
                const AnswerExtra *extra)
{
    (void)buf_reserve(out, data.len + ANSWER_REST_BYTES);
    if (outcome->kind == OUTCOME_OK) {
        buf_puts(out, "{\"data\":");
        put_printed(out, data.len > 0 ? data : STR("null"), format);
        if (outcome->static_type.len > 0) {
            buf_puts(out, ",\"static_type\":");
            print_json_string(out, outcome->static_type);
        }
    } else {
        buf_puts(out, "{\"error\":");
        answer_put_failure(out, outcome, format);
    }
    buf_puts(out, ",\"summary\":");
    print_json_string(out, outcome->summary);
    put_stats(out, outcome, extra ? extra->contention_retries : 0);
    if (extra != NULL && extra->query_tags.len > 0) {
        buf_puts(out, ",\"query_tags\":");
        print_json_string(out, extra->query_tags);
    }
    put_number(out, STR(",\"schema_version\":"), outcome->schema_us);
    buf_byte(out, '}');
}

/* schema_call: see schema_call.h. */
#include "server/endpoint/schema_call.h"

#include "runtime/print/print.h"

void schema_call_fail(SchemaCall *call, int status, Str message)
{
    Buf *answer = &call->job->answer;
    answer->len = 0;
    buf_puts(answer, "{\"error\":{\"message\":");
    print_json_string(answer, message);
    buf_puts(answer, "}}");
    call->job->status = status;
}

void schema_call_answer(SchemaCall *call, int64_t version_us)
{
    call->job->answer.len = 0;
    call->job->status = 200;
    buf_printf(&call->job->answer, "{\"version\":%lld", (long long)version_us);
}

void schema_call_put(SchemaCall *call, const char *name, Str text)
{
    buf_printf(&call->job->answer, ",\"%s\":", name);
    print_json_string(&call->job->answer, text);
}

bool schema_call_is_current(SchemaCall *call, int64_t version_us)
{
    const SchemaParams *params = &call->params;
    if (params->force || !params->is_versioned || params->version_us == version_us) {
        return true;
    }
    schema_call_fail(call, 409, STR("Stale schema version provided"));
    return false;
}

bool schema_call_is_file_name(Str name)
{
    bool good = str_ends_with(name, STR(".fsl")) && !str_starts_with(name, STR("*"));
    for (int64_t i = 0; good && i < name.len; i++) {
        good = (unsigned char)name.s[i] >= ' ' && name.s[i] != 0x7f;
    }
    return good;
}

const Source *schema_call_source(SchemaCall *call, Str name, Str text)
{
    int64_t bad_offset;
    const Source *source = session_source(call->session, name, text, &bad_offset);
    if (!source) {
        schema_call_fail(call, 400,
                         str_format(&call->job->arena, "%.*s: %s at byte %lld", STR_ARG(name),
                                    text.s[bad_offset] == '\0' ? "a NUL character" : "not UTF-8",
                                    (long long)bad_offset));
    }
    return source;
}

bool schema_call_push(SchemaCall *call, SchemaPush *push, Outcome *outcome)
{
    const SchemaParams *params = &call->params;
    push->guard = (SchemaGuard){.is_set = params->is_versioned && !params->force,
                                .version_us = params->version_us};
    if (!worker_begin(call->job, call->session)) {
        return false; /* nobody waits for it */
    }
    *outcome = session_push_schema(call->session, push);
    worker_end(call->job);
    call->job->state_us = outcome->state_us;
    if (outcome->kind == OUTCOME_OK) {
        return true;
    }
    if (push->guard.is_stale) {
        schema_call_fail(call, 409, outcome->message);
    } else if (outcome->kind == OUTCOME_FAILED) {
        schema_call_fail(call, 400, push->errors.len > 0 ? push->errors : outcome->message);
    } else {
        schema_call_fail(call, 500, outcome->message);
    }
    return false;
}

void schema_call_put_diff(SchemaCall *call, const SchemaPush *push, SchemaDiffStyle style)
{
    Buf text = {0};
    schema_diff_put(&text, push, style);
    schema_call_put(call, "diff", buf_str(&text));
    buf_free(&text);
}

/* last: the object of an error is made as JSON, as arguments of queries are. */
#include "repl/shell/last.h"

void last_keep_value(Shell *shell)
{
    shell->has_last = true;
    session_number_result(shell->session, STR(LAST_VALUE_NAME));
}

static void put_field(Buf *json, const char *name, Str text)
{
    buf_printf(json, "%s\"%s\":", json->len > 1 ? "," : "", name);
    print_json_string(json, text);
}

void last_keep_error(Shell *shell, const Outcome *outcome)
{
    Buf json = {0};
    Str problem = {0};
    buf_byte(&json, '{');
    put_field(&json, "code", outcome->code);
    put_field(&json, "message", outcome->message);
    put_field(&json, "summary", outcome->summary);
    if (outcome->has_abort) {
        put_field(&json, "abort", outcome->abort_text);
    }
    buf_byte(&json, '}');
    Value error = session_argument(shell->session, buf_str(&json), false, &problem);
    if (!val_is_fault(error)) {
        session_bind(shell->session, STR(LAST_ERROR_NAME), error);
    }
    buf_free(&json);
}

bool last_is_name(Str name)
{
    bool is_number = name.len == 2 && name.s[0] == '_' && name.s[1] >= '1' && name.s[1] <= '9';
    return is_number || str_eq(name, STR(LAST_VALUE_NAME)) || str_eq(name, STR(LAST_ERROR_NAME));
}

/* carry: see carry.h. A variable is read by a query that is its name. */
#include "repl/shell/carry.h"

#include "repl/shell/last.h"
#include "runtime/base/shape.h"

typedef struct Carried {
    bool is_plain;
    Buf json;
} Carried;

static bool is_plain(Value v);

static bool are_plain(const Value *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        if (!is_plain(values[i])) {
            return false;
        }
    }
    return true;
}

/* Whether a value means the same in any database. */
static bool is_plain(Value v)
{
    switch (v.type) {
    case T_ARRAY:
        return are_plain(v.as.items, v.len);
    case T_OBJECT:
        return are_plain(v.as.object->slots, v.as.object->shape->count);
    case T_DOC:
    case T_MODULE:
    case T_SET:
    case T_CURSOR:
    case T_FUNCTION:
    case T_EVENT_SOURCE:
        return false;
    default:
        return true;
    }
}

static Value take_value(void *context, Rt *rt, Value v)
{
    Carried *carried = context;
    PrintOptions print = {.format = PRINT_TAGGED};
    carried->is_plain = is_plain(v);
    return carried->is_plain ? print_value(rt, &carried->json, v, &print) : val_null(NULL);
}

/* Whether the variable went along. */
static bool carry(Session *from, Session *to, Str name)
{
    Carried carried = {0};
    Str error;
    int64_t bad;
    const Source *source = session_source(from, STR("*carry*"), name, &bad);
    RunOptions options = {.read_only = true, .sink = take_value, .sink_context = &carried};
    bool done = session_run(from, source, &options).kind == OUTCOME_OK && carried.is_plain;
    if (done) {
        Value value = session_argument(to, buf_str(&carried.json), true, &error);
        done = !val_is_fault(value);
        if (done) {
            session_bind(to, name, value);
        }
    }
    buf_free(&carried.json);
    return done;
}

void carry_variables(Shell *shell, Session *session)
{
    const Str *names;
    int64_t count = session_variables(shell->session, &names);
    Str *kept = arena_array(&shell->arena, Str, count);
    Buf behind = {0};
    for (int64_t i = 0; i < count; i++) {
        kept[i] = str_copy(&shell->arena, names[i]);
    }
    shell->has_last = false;
    for (int64_t i = 0; i < count; i++) {
        bool done = carry(shell->session, session, kept[i]);
        shell->has_last = shell->has_last || (done && str_eq(kept[i], STR(LAST_VALUE_NAME)));
        if (!done && !last_is_name(kept[i])) {
            buf_printf(&behind, "%s%.*s", behind.len > 0 ? ", " : "", STR_ARG(kept[i]));
        }
    }
    if (behind.len > 0 && shell->interactive) {
        shell_tell(shell, str_format(&shell->arena, "not data alone, so left behind: %.*s",
                                     STR_ARG(buf_str(&behind))));
    }
    buf_free(&behind);
}

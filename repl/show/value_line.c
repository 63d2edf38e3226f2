/* value_line: print.h lays values out over lines; here they stay on one. */
#include "repl/show/value_line.h"

#include "grammar/parse.h"
#include "runtime/print/print.h"

static Value put_array(Rt *rt, Buf *out, Value v)
{
    buf_byte(out, '[');
    for (int64_t i = 0; i < v.len; i++) {
        buf_puts(out, i > 0 ? ", " : "");
        TRY(status, value_line(rt, out, v.as.items[i]));
        (void)status;
    }
    buf_byte(out, ']');
    return val_null(NULL);
}

static Value put_object(Rt *rt, Buf *out, const Object *object)
{
    uint32_t count = object->shape->count;
    buf_puts(out, count > 0 ? "{ " : "{}");
    for (uint32_t i = 0; i < count; i++) {
        Str name = object->shape->names[i];
        buf_puts(out, i > 0 ? ", " : "");
        if (is_identifier(name)) {
            buf_put(out, name);
        } else {
            print_fql_string(out, name);
        }
        buf_puts(out, ": ");
        TRY(status, value_line(rt, out, object->slots[i]));
        (void)status;
    }
    buf_puts(out, count > 0 ? " }" : "");
    return val_null(NULL);
}

Value value_line(Rt *rt, Buf *out, Value v)
{
    static const PrintOptions inner = {.format = PRINT_FQL, .inner = true};
    if (v.type == T_ARRAY) {
        return put_array(rt, out, v);
    }
    if (v.type == T_OBJECT) {
        return put_object(rt, out, v.as.object);
    }
    if (v.type == T_STRING) {
        print_fql_string(out, val_as_str(v));
        return val_null(NULL);
    }
    return print_value(rt, out, v, &inner);
}

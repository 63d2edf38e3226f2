/* id: the type ID, the identity of a document. An ID equals the string that spells it. */
#include "runtime/builtins/types.h"

#include "runtime/number.h"
#include "runtime/print/print.h"

static bool is_id(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_ID;
}

BUILTIN(id_new, "ID", PURE,
        "(id: String) => ID\n"
        "(id: Number) => ID",
        "The ID that the string or whole number `id` spells.", "ID(\"101\") == \"101\"", "true")
{
    Value id = call->args[0];
    int64_t number = 0;
    if (val_is_integer(id)) {
        return val_id(id.as.integer);
    }
    if (id.type == T_STRING && number_parse_long(val_as_str(id), &number)) {
        return val_id(number);
    }
    Buf text = {0};
    Value fault = print_debug(rt, &text, id);
    if (!val_is_fault(fault)) {
        fault =
            rt_fault(rt, FAULT_invalid_id, "`%.*s` is not a valid ID.", STR_ARG(buf_str(&text)));
    }
    buf_free(&text);
    return fault;
}

const BuiltinType id_type = {
    .name = "ID",
    .doc = "The identity of a document within its collection.",
    .methods = builtin_value_rows,
    .statics = builtin_no_rows,
    .constructor = &id_new_row,
    .contains = is_id,
};

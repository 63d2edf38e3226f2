/* bytes: the type Bytes, which FQL writes and reads as base64. */
#include "runtime/builtins/types.h"

#include "runtime/print/base64.h"

static bool is_bytes(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_BYTES;
}

static Value decode(Rt *rt, const Call *call)
{
    Buf bytes = {0};
    Value result = base64_decode(&bytes, val_as_str(call->args[0]))
                       ? val_bytes(str_copy(rt->heap, buf_str(&bytes)))
                       : rt_fault_argument(rt, STR("encoded"), "expected base64 text");
    buf_free(&bytes);
    return result;
}

BUILTIN(bytes_new, "Bytes", PURE, "(encoded: String) => Bytes",
        "The bytes that the base64 text `encoded` stands for.", "Bytes(\"aGk=\")",
        "Bytes(\"aGk=\")")
{
    return decode(rt, call);
}

BUILTIN(bytes_from_base64, "fromBase64", PURE, "(encoded: String) => Bytes",
        "The bytes that the base64 text `encoded` stands for.", "Bytes.fromBase64(\"aGk=\")",
        "Bytes(\"aGk=\")")
{
    return decode(rt, call);
}

BUILTIN(bytes_to_base64, "toBase64", PURE, "() => String", "The bytes as base64 text.",
        "Bytes(\"aGk=\").toBase64()", "\"aGk=\"")
{
    Buf text = {0};
    base64_encode(&text, val_as_str(call->self));
    Value result = rt_str(rt, buf_str(&text));
    buf_free(&text);
    return result;
}

BUILTIN_ROWS(bytes_methods, &bytes_to_base64_row, &value_to_string_row);
BUILTIN_ROWS(bytes_functions, &bytes_from_base64_row);

const BuiltinType bytes_type = {
    .name = "Bytes",
    .doc = "A sequence of bytes.",
    .methods = bytes_methods,
    .statics = bytes_functions,
    .constructor = &bytes_new_row,
    .contains = is_bytes,
};

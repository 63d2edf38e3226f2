/* function: how many arguments a function takes. Calling it is the interpreter's part. */
#include "runtime/function.h"

#include "runtime/base/limits.h"

_Static_assert(CALL_ARGS_MAX <= 64, "a count of arguments has a bit of its own");

bool function_accepts(const Function *fn, int64_t argc)
{
    if (fn->kind == FUNCTION_BOUND) {
        return argc < CALL_ARGS_MAX && (fn->arities >> argc & 1);
    }
    return fn->variadic ? argc >= fn->params : argc == fn->params;
}

uint64_t function_arities(const Signature *signature)
{
    uint64_t arities = 0;
    for (int32_t i = 0; i < signature->count; i++) {
        const Overload *overload = &signature->overloads[i];
        int32_t least = overload->count - overload->variadic;
        arities |= overload->variadic ? ~UINT64_C(0) << least : UINT64_C(1) << least;
    }
    return arities;
}

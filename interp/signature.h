/* signature: what builtins accept. */
#ifndef FAWN_INTERP_SIGNATURE_H
#define FAWN_INTERP_SIGNATURE_H

#include "interp/machine.h"

/* What `row` accepts. Parsed once per machine. */
const Signature *signature_of(Rt *rt, const Builtin *row);

/* Finds the overload for these arguments, whose count is among those it takes, and converts
 * them in place. False: none fits, and a fault is set. */
NODISCARD bool signature_convert(Rt *rt, const Builtin *row, const Signature *signature,
                                 Value *args, int64_t argc);

/* Whether the arguments may be passed on as they are, or are numbers that stand for ids: the fast
 * way past signature_convert. */
static ALWAYS_INLINE bool signature_fits(const Signature *signature, Value *args, int64_t argc)
{
    const Overload *overload = &signature->overloads[0];
    if (signature->count != 1 || overload->variadic) {
        return false;
    }
    for (int64_t i = 0; i < argc; i++) {
        if (LIKELY(overload->params[i].as_is >> args[i].type & 1)) {
            continue;
        }
        if (overload->params[i].kind != PARAM_ID || !val_is_integer(args[i])) {
            return false;
        }
        args[i] = val_id(args[i].as.integer);
    }
    return true;
}

#endif

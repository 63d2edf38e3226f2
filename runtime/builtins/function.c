/* function: the type of function values, and `Function("name")`, which finds a user function.
 *
 * Definitions of user functions are documents: what the module Function does with those
 * (create, byName …) comes with the collections.
 */
#include "runtime/builtins/types.h"

#include "runtime/catalog.h"

static bool is_function(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_FUNCTION || (v.type == T_DOC && v.len == COLLECTION_FUNCTION);
}

BUILTIN(function_find, "Function", READS, "(function: String) => Any",
        "The user function called `function`. A name that is an identifier can be used as it "
        "is; this also reaches the others.",
        "", "")
{
    Str name = val_as_str(call->args[0]);
    Value found = catalog_function(rt, name);
    if (val_is_null(found)) {
        return rt_fault_argument(rt, STR("function"), "No such user function `%.*s`.",
                                 STR_ARG(name));
    }
    return found;
}

const BuiltinType function_type = {
    .name = "Function",
    .doc = "A function: a lambda, a method taken from its value, or one that is kept in the "
           "database.",
    .methods = builtin_value_rows,
    .statics = function_definition_rows,
    .constructor = &function_find_row,
    .contains = is_function,
};

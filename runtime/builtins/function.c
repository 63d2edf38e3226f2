/* function: the type of function values, and `Function("name")`, which finds a user function.
 *
 * Definitions of user functions are documents: what the module Function does with those
 * (create, byName …) is in collection.c.
 */
#include "runtime/builtins/types.h"

#include "runtime/document/document.h"
#include "runtime/document/separate.h"
#include "runtime/function.h"

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
    Value found = separate_function(rt, name);
    if (!val_is_null(found)) {
        return found;
    }
    Value fault =
        rt_fault_argument(rt, STR("function"), "No such user function `%.*s`.", STR_ARG(name));
    if (rt->site != NULL) {
        (void)separate_hint(rt, name, *rt->site);
    }
    return fault;
}

BUILTIN(function_definition, "definition", READS, "Document",
        "The document that defines a user function; null for other functions.",
        "Function.create({ name: \"double\", body: \"x => 2 * x\" })\n"
        "double.definition.body",
        "\"x => 2 * x\"")
{
    const Function *fn = call->self.as.function;
    int64_t id;
    if ((fn->kind == FUNCTION_USER || fn->kind == FUNCTION_GUARDED) && catalog_function_id(rt->catalog, fn->name, &id)) {
        return val_doc_id(COLLECTION_FUNCTION, id);
    }
    return val_null_because(rt->heap, NULL_MISSING_FIELD, call->span, STR("definition"),
                            call->self);
}

BUILTIN_ROWS(function_methods, &function_definition_row, &value_to_string_row);

const BuiltinType function_type = {
    .name = "Function",
    .doc = "A function: a lambda, a method taken from its value, or one that is kept in the "
           "database.",
    .methods = function_methods,
    .statics = function_definition_rows,
    .constructor = &function_find_row,
    .contains = is_function,
};

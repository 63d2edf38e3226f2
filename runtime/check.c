/* check: running check constraints. Null counts as not satisfied, as it does for predicates.
 * What a definition of one must look like is checked in definition_body.c.
 */
#include "runtime/check.h"

#include "runtime/fields.h"

DocFunctions checks_from_definition(Arena *arena, Value constraints)
{
    DocFunctions functions = {0};
    int64_t count = constraints.type == T_ARRAY ? constraints.len : 0;
    functions.at = arena_array(arena, DocFunction, count);
    for (int64_t i = 0; i < count; i++) {
        Value check = field_or_null(constraints.as.items[i].as.object, STR("check"));
        if (check.type != T_OBJECT) {
            continue;
        }
        Str name = str_copy(arena, val_as_str(field_or_null(check.as.object, STR("name"))));
        Str body = val_as_str(field_or_null(check.as.object, STR("body")));
        Source source = {.name = str_format(arena, "*check_constraint:%.*s*", STR_ARG(name)),
                         .text = str_copy(arena, body)};
        doc_functions_add(&functions, name, (Str){0}, source);
    }
    return functions;
}

bool checks_run(Failures *failures, const Collection *collection, Value doc)
{
    Rt *rt = failures->rt;
    for (int64_t i = 0; i < collection->checks.count; i++) {
        DocFunction *check = &collection->checks.at[i];
        Value answer = doc_function_call(rt, check, doc, "check constraints");
        if (val_is_fault(answer)) {
            return false;
        }
        if (answer.type != T_BOOLEAN && !val_is_null(answer)) {
            failure_add_plain(failures,
                              str_format(rt->query,
                                         "Error evaluating check constraint `%.*s`: function "
                                         "returned a non-boolean value",
                                         STR_ARG(check->name)));
        } else if (val_is_null(answer) || !answer.as.boolean) {
            failure_add_plain(failures,
                              str_format(rt->query, "Document failed check constraint `%.*s`",
                                         STR_ARG(check->name)));
        }
    }
    return true;
}

/* builtin: finding rows by name, and what rows of many types share.
 *
 * Row lists are sorted, so a row is found by binary search without any table built at run
 * time. The interpreter keeps what it found in the call's node: this is not in its hot loop.
 */
#include "runtime/builtins/types.h"

#include "runtime/function.h"
#include "runtime/print/print.h"

/* strcmp order of a C string against a Str. */
static int compare_name(const char *name, Str wanted)
{
    return str_compare(str_from_c(name), wanted);
}

static int64_t count_rows(const Builtin *const *rows)
{
    int64_t count = 0;
    while (rows[count] != NULL) {
        assert(count == 0 || strcmp(rows[count - 1]->name, rows[count]->name) < 0);
        count++;
    }
    return count;
}

bool call_refuse(Rt *rt, const Call *call)
{
    Str action = str_format(rt->query, "`%s`", call->row->name);
    rt_refuse(rt, call->row->effect, action.s);
    return false;
}

const Builtin *builtin_find(const Builtin *const *rows, Str name)
{
    if (rows == NULL) {
        return NULL;
    }
    int64_t low = 0, high = count_rows(rows);
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        int order = compare_name(rows[middle]->name, name);
        if (order == 0) {
            return rows[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const Builtin *const builtin_no_rows[] = {NULL};

static Value value_to_string(Rt *rt, const Call *call)
{
    if (call->self.type == T_STRING) {
        return call->self;
    }
    if (call->self.type == T_INT) {
        char digits[INT_TEXT_MAX];
        return rt_str(rt, str_from_int(call->self.as.integer, digits));
    }
    Buf text = {0};
    Value result = print_to_string(rt, &text, call->self);
    if (!val_is_fault(result)) {
        result = rt_str(rt, buf_str(&text));
    }
    buf_free(&text);
    return result;
}

const Builtin value_to_string_row = {
    .name = "toString",
    .effect = READS,
    .signature = "() => String",
    .doc = "The value as text: a string as it is, anything else as it prints, on one line.",
    .example = "[1, 2].toString()",
    .result = "\"[1, 2]\"",
    .fn = value_to_string,
};

const Builtin *const builtin_value_rows[] = {&value_to_string_row, NULL};

Value builtin_null(Rt *rt, const Call *call, Str reason)
{
    return val_null_because(rt->heap, NULL_NO_ELEMENT, call->span, reason, val_null(NULL));
}

bool builtin_check_arity(Rt *rt, Str name, Value fn, int32_t count)
{
    const Function *function = fn.as.function;
    if (function_accepts(function, count)) {
        return true;
    }
    const char *least = function->variadic ? "at least" : "exactly";
    Str requires = str_format(rt->query, "%s %d parameter%s", least, function->params,
                              function->params == 1 ? "" : "s");
    if (function->params == 0) {
        requires = function->variadic ? STR("any number of parameters") : STR("no parameters");
    }
    rt_fault(rt, FAULT_invalid_argument,
             "`%.*s` should accept %d parameter%s, provided function requires %.*s.", STR_ARG(name),
             count, count == 1 ? "" : "s", STR_ARG(requires));
    return false;
}

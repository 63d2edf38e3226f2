/* fql: the global functions, and the module FQL, whose members they are together with all
 * other modules: `FQL.log` and `FQL.Math` reach what a variable of the same name hides.
 */
#include "runtime/builtins/types.h"

#include "runtime/print/print.h"
#include "runtime/schema/catalog.h"

/* -- global functions -------------------------------------------------------------------------- */

BUILTIN(fql_abort, "abort", PURE, "(return: Any) => Never",
        "Ends the query as a failure with the value `return`, undoing all that it wrote.", "", "")
{
    return rt_abort(rt, call->args[0]);
}

/* { direction: accessor } */
static Value ordering(Rt *rt, Str direction, Value accessor)
{
    return rt_object(rt, &direction, &accessor, 1);
}

BUILTIN(fql_asc, "asc", PURE, "(accessor: A => Any) => { asc: A => Any }",
        "For `order`: ascending by what `accessor` makes of an element.",
        "[2, 1].order(asc(x => x)).first()", "1")
{
    return ordering(rt, STR("asc"), call->args[0]);
}

BUILTIN(fql_desc, "desc", PURE, "(accessor: A => Any) => { desc: A => Any }",
        "For `order`: descending by what `accessor` makes of an element.",
        "[1, 2].order(desc(x => x)).first()", "2")
{
    return ordering(rt, STR("desc"), call->args[0]);
}

BUILTIN(fql_dbg, "dbg", READS, "(value: A) => A",
        "`value` itself, which is also shown, as FQL would write it, in the query's summary.",
        "dbg(1 + 1)", "2")
{
    Buf text = {0};
    Value result = print_debug(rt, &text, call->args[0]);
    if (!val_is_fault(result)) {
        diag_add(&rt->infos, DIAG_INFO, call->span, buf_str(&text));
        result = call->args[0];
    }
    buf_free(&text);
    return result;
}

BUILTIN(fql_log, "log", READS, "(...args: Any) => Null",
        "Shows the values `args`, as text with blanks between, in the query's summary.",
        "log(\"rows:\", 3)", "null")
{
    Buf text = {0};
    Value result = val_null(NULL);
    for (int64_t i = 0; i < call->argc && !val_is_fault(result); i++) {
        buf_puts(&text, i > 0 ? " " : "");
        result = print_to_string(rt, &text, call->args[i]);
    }
    if (!val_is_fault(result)) {
        diag_add(&rt->infos, DIAG_LOG, call->span, buf_str(&text));
        result = val_null_because(rt->heap, NULL_LITERAL, call->span, (Str){0}, val_null(NULL));
    }
    buf_free(&text);
    return result;
}

BUILTIN(fql_new_id, "newId", OBSERVES, "() => ID",
        "An ID that no document has; later ones are greater.", "newId() < newId()", "true")
{
    return call_may(rt, call) ? val_id(rt_new_id(rt)) : val_fault();
}

/* In byte order, capital letters come first: so FQL's own list is sorted, too. */
#define GLOBAL_ROWS \
    &fql_abort_row, &fql_asc_row, &fql_dbg_row, &fql_desc_row, &fql_log_row, &fql_new_id_row

const Builtin *const builtin_globals[] = {GLOBAL_ROWS, NULL};

/* -- the module FQL ------------------------------------------------------------------------- */

#define MEMBER(ident, name, printed, module)                                                 \
    BUILTIN(fql_##ident, name, PURE, "Module", "The module " name ".", "FQL." name, printed) \
    {                                                                                        \
        (void)rt;                                                                            \
        (void)call;                                                                          \
        return val_module(module);                                                           \
    }

#define BUILTIN_TYPE(ident, name) MEMBER(ident, name, name, builtin_module(STR(name)))
#define BUILTIN_NESTED(ident, name) MEMBER(ident, name, "FQL." name, &schema_module)
#include "runtime/builtins/types.def"

static const Builtin *const fql_members[] = {
#define BUILTIN_TYPE(ident, name) &fql_##ident##_row,
#define BUILTIN_NESTED(ident, name) &fql_##ident##_row,
#include "runtime/builtins/types.def"
    GLOBAL_ROWS, NULL};

static bool is_fql(Rt *rt, Value v)
{
    (void)rt;
    return is_module_of(v, &fql_type);
}

const BuiltinType fql_type = {
    .name = "FQL",
    .doc = "All modules and global functions as fields, for when a variable hides a name.",
    .statics = fql_members,
    .contains = is_fql,
};

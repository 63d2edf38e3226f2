/* check: running check constraints on what is written, and on what is there when they are added.
 * Null counts as not satisfied, as it does for predicates. What a definition of one must look like
 * is checked in definition_body.c.
 */
#include "runtime/schema/check.h"

#include "runtime/document/fields.h"

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

/* -- documents that exist ---------------------------------------------------------------------- */

enum { NAMED_MAX = 5 }; /* documents that a failure names */

/* The documents that do not satisfy one check. */
typedef struct Breaches {
    int64_t count;
    int64_t ids[NAMED_MAX];
} Breaches;

/* False: the query has failed, or there is no telling. */
static bool count_breaches(Rt *rt, const Collection *collection, DocFunction *check,
                           Breaches *breaches)
{
    StoreCursor *cursor =
        cursor_documents(rt->txn, collection->number, INT64_MIN, INT64_MAX, false);
    const Version *version;
    bool ok = true;
    Loop loop;
    loop_begin(&loop, rt);
    while (ok && cursor_next(cursor, &version, NULL)) {
        Value answer =
            doc_function_call(rt, check, val_doc(collection->number, version), "check constraints");
        ok = rt_tick(rt) && !val_is_fault(answer);
        if (ok && (answer.type != T_BOOLEAN || !answer.as.boolean)) {
            if (breaches->count < NAMED_MAX) {
                breaches->ids[breaches->count] = version->id;
            }
            breaches->count++;
        }
        loop_step(&loop, NULL);
    }
    (void)loop_end(&loop, val_null(NULL));
    cursor_close(cursor);
    return ok;
}

static void add_breaches(Failures *failures, const Collection *collection, const DocFunction *check,
                         const Breaches *breaches)
{
    Buf text = {0};
    buf_printf(&text, "Documents fail check constraint `%.*s`: %.*s ", STR_ARG(check->name),
               STR_ARG(collection->name));
    for (int64_t i = 0; i < breaches->count && i < NAMED_MAX; i++) {
        buf_printf(&text, "%s%lld", i > 0 ? ", " : "", (long long)breaches->ids[i]);
    }
    if (breaches->count > NAMED_MAX) {
        buf_printf(&text, " and %lld more", (long long)breaches->count - NAMED_MAX);
    }
    failure_add_field(failures, STR("constraints"), buf_str(&text));
    buf_free(&text);
}

bool checks_hold(Rt *rt, const Collection *before, const Collection *now, bool changed)
{
    Failures failures = {.rt = rt};
    for (int64_t i = 0; i < now->checks.count; i++) {
        DocFunction *check = &now->checks.at[i];
        const DocFunction *old = doc_functions_find(&before->checks, check->name);
        Breaches breaches = {0};
        if (!changed && old && str_eq(old->source.text, check->source.text)) {
            continue;
        }
        if (!count_breaches(rt, now, check, &breaches)) {
            if (!rt->fault || fault_ends_query(rt->fault->code)) {
                return false;
            }
            rt->fault = NULL;
        } else if (breaches.count > 0) {
            add_breaches(&failures, now, check, &breaches);
        }
    }
    if (failures.first) {
        (void)failure_fault(&failures, str_format(rt->query, "Failed to update Collection `%.*s`.",
                                                  STR_ARG(before->name)));
    }
    return failures.first == NULL;
}

/* -- documents that are written ---------------------------------------------------------------- */

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
            failure_advise(failures, str_format(rt->query, "`%.*s` is satisfied when: %.*s",
                                                STR_ARG(check->name), STR_ARG(check->source.text)));
        }
    }
    return true;
}

/* failure: the rules that a write breaks, collected, and the fault constraint_failure that
 * tells all of them. Worded as the reference words them (ConstraintFailure.scala).
 */
#include "runtime/document/document.h"

/* "a.b[0]" */
static Str path_text(Arena *arena, const Str *path, int64_t path_len)
{
    Buf text = {0};
    for (int64_t i = 0; i < path_len; i++) {
        if (path[i].len > 0 && path[i].s[0] >= '0' && path[i].s[0] <= '9') {
            buf_printf(&text, "[%.*s]", STR_ARG(path[i]));
        } else {
            buf_printf(&text, "%s%.*s", i > 0 ? "." : "", STR_ARG(path[i]));
        }
    }
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

/* The path as an Array: field names, and indexes as numbers. */
static Value path_value(Arena *arena, const Str *path, int64_t path_len)
{
    Value *steps = arena_array(arena, Value, path_len);
    for (int64_t i = 0; i < path_len; i++) {
        int64_t index;
        steps[i] = doc_id_from_str(path[i], &index) ? val_number(index)
                                                    : val_str(str_copy(arena, path[i]));
    }
    return val_array(steps, path_len);
}

static void link_failure(Failures *failures, ConstraintFailure *failure)
{
    if (failures->last) {
        failures->last->next = failure;
    } else {
        failures->first = failure;
    }
    failures->last = failure;
}

void failure_add(Failures *failures, const Str *path, int64_t path_len, Str message)
{
    Arena *arena = failures->rt->query;
    ConstraintFailure *failure = arena_new(arena, ConstraintFailure);
    Value *paths = arena_new(arena, Value);
    *paths = path_value(arena, path, path_len);
    failure->message = str_copy(arena, message);
    failure->paths = paths;
    failure->path_count = 1;
    failure->label = path_text(arena, path, path_len);
    link_failure(failures, failure);
}

void failure_add_plain(Failures *failures, Str message)
{
    ConstraintFailure *failure = arena_new(failures->rt->query, ConstraintFailure);
    failure->message = str_copy(failures->rt->query, message);
    link_failure(failures, failure);
}

void failure_add_field(Failures *failures, Str field, Str message)
{
    failure_add(failures, &field, 1, message);
}

void failure_advise(Failures *failures, Str advice)
{
    failures->last->advice = str_copy(failures->rt->query, advice);
}

Value failure_fault(Failures *failures, Str message)
{
    Rt *rt = failures->rt;
    if (rt->fault != NULL) { /* the query ended while values were looked at */
        return val_fault();
    }
    Value fault = rt_fault(rt, FAULT_constraint_failure, "%.*s", STR_ARG(message));
    rt->fault->constraints = failures->first;
    return fault;
}

/* -- types of values, as precisely as messages give them ------------------------------------ */

void failure_put_type(Rt *rt, Buf *out, Value v)
{
    if (v.type == T_ARRAY) {
        buf_puts(out, "[");
        for (int64_t i = 0; i < v.len; i++) {
            buf_puts(out, i > 0 ? ", " : "");
            failure_put_type(rt, out, v.as.items[i]);
        }
        buf_puts(out, "]");
    } else if (v.type == T_OBJECT) {
        const Shape *shape = v.as.object->shape;
        buf_puts(out, shape->count > 0 ? "{ " : "{");
        for (int64_t i = 0; i < shape->count; i++) {
            buf_printf(out, "%s%.*s: ", i > 0 ? ", " : "", STR_ARG(shape->names[i]));
            failure_put_type(rt, out, v.as.object->slots[i]);
        }
        buf_puts(out, shape->count > 0 ? " }" : "}");
    } else if (v.type == T_DOC) {
        buf_puts(out, "Document");
    } else {
        buf_put(out, v.type == T_TRANSACTION_TIME ? STR("Time") : rt_type_name(rt, v));
    }
}

void failure_add_mismatch(Failures *failures, const Str *path, int64_t path_len,
                          const char *expected, Value got)
{
    Buf text = {0};
    buf_printf(&text, "Expected %s, provided ", expected);
    failure_put_type(failures->rt, &text, got);
    failure_add(failures, path, path_len, buf_str(&text));
    buf_free(&text);
}

/* -- unique constraints -------------------------------------------------------------------- */

static const Index *index_by_number(const Collection *collection, uint32_t number)
{
    for (int64_t i = 0; i < collection->index_count; i++) {
        if (collection->indexes[i].number == number) {
            return &collection->indexes[i];
        }
    }
    return NULL;
}

/* A failure that names the terms of the index that clashed, and who has them. */
static void add_not_unique(Failures *failures, const Collection *collection, const Index *index,
                           int64_t holder)
{
    Arena *arena = failures->rt->query;
    int64_t count = index ? index->term_count : 0;
    ConstraintFailure *failure = arena_new(arena, ConstraintFailure);
    Value *paths = arena_array(arena, Value, count);
    Buf label = {0};
    Buf fields = {0};
    for (int64_t i = 0; i < count; i++) {
        const IndexTerm *term = &index->terms[i];
        Str path = path_text(arena, term->path, term->path_len);
        paths[i] = path_value(arena, term->path, term->path_len);
        buf_printf(&label, "%s%.*s", i > 0 ? "," : "", STR_ARG(path));
        buf_printf(&fields, "%s`%.*s`", i > 0 ? " and " : "", STR_ARG(path));
    }
    failure->message = STR("Failed unique constraint");
    failure->paths = paths;
    failure->path_count = count;
    failure->label = str_copy(arena, buf_str(&label));
    buf_free(&label);
    link_failure(failures, failure);
    failure_advise(failures, str_format(arena, "%.*s(\"%lld\") has the same %.*s",
                                        STR_ARG(collection->name), (long long)holder,
                                        STR_ARG(buf_str(&fields))));
    buf_free(&fields);
}

Value fault_not_unique(Rt *rt, const Collection *collection)
{
    Failures failures = {.rt = rt};
    int64_t count;
    const TxnConflict *conflicts = txn_conflicts(rt->txn, &count);
    for (int64_t i = 0; i < count; i++) {
        add_not_unique(&failures, collection, index_by_number(collection, conflicts[i].index),
                       conflicts[i].id);
    }
    return failure_fault(&failures, STR("Failed unique constraint."));
}

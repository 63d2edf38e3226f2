/* eval: variables, literals, statements and constructors. Each runner is the meaning of one
 * kind of node; chains are access.c's and call.c's, operators that are looked up on their
 * operand operator.c's.
 *
 * Objects and arrays are allocated first and their elements evaluated right into them.
 */
#include "interp/nearest.h"
#include "runtime/document/document.h"
#include "runtime/document/past.h"
#include "runtime/document/separate.h"

#include <string.h>

/* -- leaves ------------------------------------------------------------------------------ */

Value run_literal(Rt *rt, const Code *code, Value *frame)
{
    (void)rt;
    (void)frame;
    return ((const LiteralCode *)code)->value;
}

Value run_slot(Rt *rt, const Code *code, Value *frame)
{
    (void)rt;
    return frame[((const SlotCode *)code)->slot];
}

Value run_captured(Rt *rt, const Code *code, Value *frame)
{
    (void)rt;
    return frame[-1].as.function->captured[((const SlotCode *)code)->slot];
}

Value run_cell(Rt *rt, const Code *code, Value *frame)
{
    (void)rt;
    (void)frame;
    return *((const CellCode *)code)->cell;
}

static NOINLINE Value fault_unbound(Rt *rt, const GlobalCode *code)
{
    Nearest nearest = {.wanted = code->name};
    if (code->near.len > 0) {
        nearest_offer(&nearest, code->near);
    }
    nearest_offer_globals(&nearest, rt->catalog);
    rt_fault(rt, FAULT_unbound_variable, "Unbound variable `%.*s`", STR_ARG(code->name));
    if (!separate_hint(rt, code->name, code->head.span)) {
        nearest_hint(rt, &nearest, code->head.span);
    }
    return rt_trace(rt, code->head.span);
}

Value run_global(Rt *rt, const Code *head, Value *frame)
{
    const GlobalCode *code = (const GlobalCode *)head;
    GlobalCache *cache = code->cache;
    (void)frame;
    int64_t version = catalog_version(rt->catalog);
    rt->looked_further = true;
    if (LIKELY(cache->catalog == rt->catalog && cache->version == version)) {
        return cache->value;
    }
    Value found = global_user(rt, code->name);
    if (val_is_fault(found)) {
        return found;
    }
    if (val_is_null(found)) {
        return fault_unbound(rt, code);
    }
    if (!separate_differs(rt)) {
        *cache = (GlobalCache){.catalog = rt->catalog, .version = version, .value = found};
    }
    return found;
}

/* -- statements ----------------------------------------------------------------------------- */

/* The fault for an operand that is no Boolean. */
static NOINLINE Value fault_type(Rt *rt, Str expected, Value got, Span span)
{
    if (val_is_fault(got)) {
        return got;
    }
    rt_fault_type(rt, expected, got);
    return rt_trace(rt, span);
}

Value run_if(Rt *rt, const Code *head, Value *frame)
{
    const IfCode *code = (const IfCode *)head;
    Value condition = code_run(rt, code->condition, frame);
    if (UNLIKELY(condition.type != T_BOOLEAN)) {
        return fault_type(rt, STR("Boolean"), condition, code->condition_span);
    }
    return code_run(rt, condition.as.boolean ? code->then : code->otherwise, frame);
}

Value run_block(Rt *rt, const Code *head, Value *frame)
{
    const BlockCode *code = (const BlockCode *)head;
    for (int32_t i = 0; i < code->count; i++) {
        TRY_RUN(v, code->steps[i].code);
        if (code->steps[i].slot >= 0) {
            frame[code->steps[i].slot] = v;
        }
    }
    return code_run(rt, code->last, frame);
}

/* The time that `at` reads at, in `*time_us`; 0: the present. False: a fault. */
static bool read_at_time(Rt *rt, Value time, Span span, int64_t *time_us)
{
    *time_us = 0;
    if (time.type == T_TRANSACTION_TIME) {
        return true;
    }
    if (time.type != T_TIME) {
        (void)fault_type(rt, STR("Time"), time, span);
        return false;
    }
    int64_t wanted_us = time_to_us(time);
    int64_t snapshot_us = txn_snapshot_us(rt->txn);
    if (wanted_us > (snapshot_us > rt->now_us ? snapshot_us : rt->now_us)) {
        rt_fault_argument(rt, STR("at_time"), "cannot evaluate `at` in the future");
        (void)rt_trace(rt, span);
        return false;
    }
    /* `Time.now()` is the present, with what the query itself has written. */
    *time_us = wanted_us == rt->now_us ? 0 : wanted_us > 0 ? wanted_us : 1;
    return true;
}

Value run_at(Rt *rt, const Code *head, Value *frame)
{
    const AtCode *code = (const AtCode *)head;
    TRY_RUN(time, code->time);
    int64_t time_us;
    if (!read_at_time(rt, time, code->time_span, &time_us)) {
        return val_fault();
    }
    int64_t before_us = rt->valid_time_us;
    rt->valid_time_us = time_us;
    Value result = code_run(rt, code->body, frame);
    rt->valid_time_us = before_us;
    return past_was_kept(rt) ? result : rt_trace(rt, code->time_span);
}

/* -- constructors ------------------------------------------------------------------------------ */

Value run_array(Rt *rt, const Code *head, Value *frame)
{
    const ListCode *code = (const ListCode *)head;
    Value *items = arena_alloc(rt->heap, code->count * (int64_t)sizeof *items);
    for (int32_t i = 0; i < code->count; i++) {
        TRY_RUN(item, code->items[i]);
        items[i] = item;
    }
    return val_array(items, code->count);
}

Value run_object(Rt *rt, const Code *head, Value *frame)
{
    const ObjectCode *code = (const ObjectCode *)head;
    Object *object = arena_alloc(rt->heap, code->bytes);
    object->shape = code->shape;
    for (int32_t i = 0; i < code->count; i++) {
        TRY(v, leaf_run(rt, code->fields[i].value, frame));
        object->slots[code->fields[i].slot] = v;
    }
    return val_object(object);
}

static Value append_part(Rt *rt, Buf *text, Value part, int64_t start, Span span)
{
    if (part.type == T_STRING) {
        if (!rt_string_fits(rt, text->len - start + part.len) || !rt_extend(rt, text, part.len)) {
            return rt_trace(rt, span);
        }
        buf_put(text, val_as_str(part));
    } else if (part.type == T_INT) {
        buf_int(text, part.as.integer);
    } else {
        TRY(done, print_to_string(rt, text, part));
        (void)done;
    }
    return rt_string_fits(rt, text->len - start) ? val_null(NULL) : rt_trace(rt, span);
}

Value run_template(Rt *rt, const Code *head, Value *frame)
{
    const ListCode *code = (const ListCode *)head;
    Buf *text = &machine_of(rt)->text;
    int64_t start = text->len;
    Value result = val_null(NULL);
    for (int32_t i = 0; i < code->count && !val_is_fault(result); i++) {
        Value part = code_run(rt, code->items[i], frame);
        result = val_is_fault(part) ? part : append_part(rt, text, part, start, code->head.span);
    }
    if (!val_is_fault(result)) {
        result = rt_str(rt, (Str){text->data + start, text->len - start});
    }
    text->len = start;
    return result;
}

/* -- operators that decide whether to evaluate their right operand ----------------------------- */

Value run_coalesce(Rt *rt, const Code *head, Value *frame)
{
    const BinaryCode *code = (const BinaryCode *)head;
    TRY_RUN(left, code->left);
    if (left.type == T_DOC && !rt_may(rt, READS, "`??`")) {
        return rt_trace(rt, code->head.span);
    }
    if (LIKELY(left.type != T_NULL) && (left.type != T_DOC || doc_version(rt, left) != NULL)) {
        return left;
    }
    return code_run(rt, code->right, frame);
}

/* `&&` and `||`: a left operand of `decided` is the result. */
static ALWAYS_INLINE Value run_logical(Rt *rt, const Code *head, Value *frame, bool decided)
{
    const BinaryCode *code = (const BinaryCode *)head;
    Value left = code_run(rt, code->left, frame);
    if (UNLIKELY(left.type != T_BOOLEAN)) {
        return fault_type(rt, STR("Boolean"), left, code->left_span);
    }
    if (left.as.boolean == decided) {
        return left;
    }
    Value right = code_run(rt, code->right, frame);
    if (UNLIKELY(right.type != T_BOOLEAN)) {
        return fault_type(rt, STR("Boolean"), right, code->right_span);
    }
    return right;
}

Value run_and(Rt *rt, const Code *head, Value *frame)
{
    return run_logical(rt, head, frame, false);
}

Value run_or(Rt *rt, const Code *head, Value *frame)
{
    return run_logical(rt, head, frame, true);
}

static bool module_contains(Rt *rt, const Module *module, Value v)
{
    if (module->type != NULL && module->type->contains != NULL) {
        return module->type->contains(rt, v);
    }
    return module->collection != NULL && v.type == T_DOC && v.len == module->collection->number;
}

Value run_isa(Rt *rt, const Code *head, Value *frame)
{
    const BinaryCode *code = (const BinaryCode *)head;
    TRY_RUN(left, code->left);
    TRY_RUN(type, code->right);
    if (type.type == T_MODULE) {
        return val_bool(module_contains(rt, type.as.module, left));
    }
    rt_fault_argument(rt, STR("type_object"), "expected a module object");
    return rt_trace(rt, code->right_span);
}

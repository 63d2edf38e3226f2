/* rt: the life of the runtime state, its limits, and small makers of values. Faults are in
 * fault.c, loops in loop.c.
 */
#include "runtime/rt.h"

#include "runtime/base/clock.h"
#include "runtime/base/map.h"
#include "store/doc.h"

#include <sys/resource.h>
#include <time.h>

enum {
    /* Slots of the value stack: address space, used only as far as calls reach. */
    STACK_SLOTS = 4 * 1024 * 1024,
    /* What is kept of it for the arguments of calls that are about to be refused. */
    STACK_RESERVE = 16,
    /* Steps between two looks at the clock. */
    TICKS_PER_LOOK = 10000,
    /* What is kept of the C stack for builtins and what they call. */
    C_STACK_RESERVE_BYTES = 512 * 1024,
    /* Taken for the size of a C stack without a limit. */
    C_STACK_BYTES_DEFAULT = 8 * 1024 * 1024,
};

int64_t rt_c_stack_bytes(void)
{
    struct rlimit limit;
    bool is_limited = getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < INT64_MAX / 2;
    return is_limited ? (int64_t)limit.rlim_cur : C_STACK_BYTES_DEFAULT;
}

/* The lowest address that this thread's stack should reach. */
static char *find_c_stack_floor(void)
{
    int64_t bytes = rt_c_stack_bytes();
    int64_t usable = bytes > 2 * C_STACK_RESERVE_BYTES ? bytes - C_STACK_RESERVE_BYTES : bytes / 2;
    return (char *)__builtin_frame_address(0) - usable;
}

void rt_init(Rt *rt, Arena *session, Store *store, const RtUp *up, const Rt *beside)
{
    *rt = (Rt){.session = session,
               .store = store,
               .up = up,
               .limits = &limits_local,
               .ticks = TICKS_PER_LOOK};
    rt->memory.alarm = &rt->ticks;
    rt->shapes = store ? store_shapes(store) : NULL;
    rt->stack = beside ? beside->stack
                       : arena_alloc(session, arena_array_bytes(STACK_SLOTS, (int64_t)sizeof(Value)));
    rt->stack_end = rt->stack + STACK_SLOTS - STACK_RESERVE;
    rt->sp = rt->stack;
    rt->c_stack_floor = find_c_stack_floor();
}

/* Whether the run is over, as interrupt and clock say. */
static bool is_interrupted(const Rt *rt)
{
    return rt->interrupt && atomic_load_explicit(rt->interrupt, memory_order_relaxed);
}

static bool is_late(const Rt *rt)
{
    return rt->deadline_us && clock_us(CLOCK_MONOTONIC) >= rt->deadline_us;
}

static bool is_over(void *context)
{
    const Rt *rt = context;
    return is_interrupted(rt) || is_late(rt);
}

/* What this thread runs. */
static _Thread_local Rt *at_work;

void rt_begin(Rt *rt, Arena *heap, Arena *query, Txn *txn)
{
    rt->heap = heap;
    rt->query = query;
    rt->code = query;
    rt->txn = txn;
    if (txn != NULL) {
        txn_stop_on(txn, is_over, rt);
    }
    rt->fault = NULL;
    rt->site = NULL;
    rt->effects = (EffectLimit){.most = WRITES};
    rt->sp = rt->stack;
    rt->depth = 0;
    rt->ticks = TICKS_PER_LOOK;
    rt->since = memory_since();
    rt->valid_time_us = 0;
    rt->too_early_us = 0;
    rt->regexes = NULL;
    rt->hint_sources = NULL;
    rt->separate = NULL;
    rt->plan = NULL;
    rt->secrets = NULL;
    rt->late_checks = NULL;
    rt->permission_memo = NULL;
    rt->reads_events = false;
    rt->stats = (RtStats){0};
    diag_list_init(&rt->infos, query);
    at_work = rt;
}

Value rt_transaction_time(Rt *rt)
{
    return val_time_us(txn_time_us(rt->txn));
}

void rt_free(Rt *rt)
{
    at_work = at_work == rt ? NULL : at_work;
    loop_free_spaces(rt);
    if (rt->builder) {
        builder_free(rt->builder);
        rt->builder = NULL;
    }
}

/* -- limits --------------------------------------------------------------------------- */

bool rt_fits(Rt *rt, int64_t more)
{
    const ArenaAccount *memory = &rt->memory;
    if (memory->limit == 0 || memory->bytes + more <= memory->limit) {
        return true;
    }
    rt_fault(rt, FAULT_memory_limit,
             "The query needs more memory than it may have, which is %lld bytes.",
             (long long)memory->limit);
    return false;
}

bool rt_has_time(void)
{
    if (at_work == NULL || !is_over(at_work)) {
        return true;
    }
    at_work->ticks = 0; /* so that the next step is the last one */
    return false;
}

bool rt_look(Rt *rt)
{
    rt->ticks = TICKS_PER_LOOK;
    rt->stats.compute_ops++;
    if (is_interrupted(rt)) {
        rt_fault(rt, FAULT_interrupted, "The query was interrupted.");
        return false;
    }
    if (is_late(rt)) {
        rt_fault(rt, FAULT_time_out, "The query ran longer than it was allowed to.");
        return false;
    }
    if (UNLIKELY(memory_ran_out(rt->since) || rt->memory.is_short)) {
        rt->memory.is_short = false;
        (void)rt_fault_memory(rt);
        return false;
    }
    rt->memory.is_over = false;
    return rt_fits(rt, 0);
}

bool rt_reserve(Rt *rt, int64_t bytes)
{
    rt_spend(rt, bytes);
    if (!rt_fits(rt, bytes)) {
        return false;
    }
    if (LIKELY(memory_has(bytes))) {
        return true;
    }
    (void)rt_fault_memory(rt);
    return false;
}

Value *rt_items(Rt *rt, int64_t count)
{
    if (UNLIKELY(count > ARRAY_LEN_MAX)) {
        rt_fault(rt, FAULT_value_too_large, "Value too large: array size %lld exceeds limit %d.",
                 (long long)count, ARRAY_LEN_MAX);
        return NULL;
    }
    int64_t bytes = arena_array_bytes(count, (int64_t)sizeof(Value));
    return rt_reserve(rt, bytes) ? arena_alloc(rt->heap, bytes) : NULL;
}

bool rt_extend(Rt *rt, Buf *buf, int64_t bytes)
{
    if (LIKELY(bytes < buf->cap - buf->len)) {
        return true;
    }
    if (!rt_reserve(rt, 2 * buf->cap + bytes)) {
        return false;
    }
    (void)buf_reserve(buf, bytes);
    return true;
}

bool rt_string_fits(Rt *rt, int64_t bytes)
{
    if (LIKELY(bytes <= rt->limits->string_bytes)) {
        return rt_reserve(rt, bytes);
    }
    rt_fault(rt, FAULT_value_too_large, "Value too large: string size %lld exceeds limit %lld.",
             (long long)bytes, (long long)rt->limits->string_bytes);
    return false;
}

int rt_truth(Rt *rt, Value result)
{
    if (LIKELY(result.type == T_BOOLEAN)) {
        return result.as.boolean;
    }
    if (result.type == T_NULL) {
        return 0;
    }
    if (result.type != T_FAULT) {
        rt_fault_type(rt, STR("Boolean"), result);
    }
    return -1;
}

/* -- making values ---------------------------------------------------------------------- */

Value rt_str(Rt *rt, Str s)
{
    return val_str(str_copy(rt->heap, s));
}

/* Up to here names are compared with each other, beyond they go through a map. */
enum { FIELDS_FEW = 16 };

static int64_t find_name(const Str *names, int64_t count, Str name)
{
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(names[i], name)) {
            return i;
        }
    }
    return -1;
}

/* Keeps distinct names in the order of their first appearance, each with its last value. */
static int64_t drop_doubles(const Str *names, const Value *values, int64_t count, Map *seen,
                            Str *kept_names, Value *kept)
{
    int64_t kept_count = 0;
    for (int64_t i = 0; i < count; i++) {
        int64_t at;
        if (count <= FIELDS_FEW) {
            at = find_name(kept_names, kept_count, names[i]);
        } else {
            const Value *slot = map_find(seen, names[i]);
            at = slot ? slot - kept : -1;
        }
        if (at < 0) {
            at = kept_count++;
            kept_names[at] = names[i];
            if (count > FIELDS_FEW) {
                map_put(seen, names[i], &kept[at]);
            }
        }
        kept[at] = values[i];
    }
    return kept_count;
}

static Value make_object(Rt *rt, const Shape *shape, const Value *values)
{
    Object *object = object_new(rt->heap, shape);
    if (shape->count > 0) {
        memcpy(object->slots, values, shape->count * sizeof(Value));
    }
    return val_object(object);
}

static bool has_names(const Shape *shape, const Str *names, int64_t count)
{
    if (!shape || shape->count != count) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        if (!str_eq(shape->names[i], names[i])) {
            return false;
        }
    }
    return true;
}

Value rt_object(Rt *rt, const Str *names, const Value *values, int64_t count)
{
    if (count == 1) { /* often the key of a map, another one each time */
        return make_object(rt, shape_of(rt->shapes, names, 1, rt->heap), values);
    }
    if (has_names(rt->recent_shape, names, count)) {
        return make_object(rt, rt->recent_shape, values);
    }
    Str few_names[FIELDS_FEW];
    Value few[FIELDS_FEW];
    bool is_few = count <= FIELDS_FEW;
    Str *kept_names = is_few ? few_names : arena_array(rt->heap, Str, count);
    Value *kept = is_few ? few : arena_array(rt->heap, Value, count);
    Map seen;
    map_init(&seen, rt->heap);
    int64_t kept_count = drop_doubles(names, values, count, &seen, kept_names, kept);
    const Shape *shape = shape_of(rt->shapes, kept_names, kept_count, rt->heap);
    if (shape->shared) {
        rt->recent_shape = shape;
    }
    return make_object(rt, shape, kept);
}

Value rt_null_no_element(Rt *rt, Str reason)
{
    Span site = rt->site ? *rt->site : (Span){0};
    return val_null_because(rt->heap, NULL_NO_ELEMENT, site, reason, val_null(NULL));
}

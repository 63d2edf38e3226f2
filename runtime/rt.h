/* rt: the state of one running query, which every builtin gets as its first argument.
 *
 * What goes up from the runtime to the interpreter goes through `RtUp` (up.h): calling functions,
 * compiling text.
 *
 * FAULTS. A body that fails returns `rt_fault(…)`: the code and message are kept, `T_FAULT` travels
 * up. Places are *not* known to bodies: on its way up, each call node appends its span (`rt_trace`),
 * innermost first. That gives the reference's stack traces and costs nothing until something fails.
 *
 * MEMORY. `heap` is where values go. A builtin allocates its results there and nothing else.
 * A loop that calls a function many times and keeps at most one value between the steps
 * (fold, reduce, forEach, any, count …) runs between `loop_begin` and `loop_end`, which give
 * it constant memory:
 *
 *   Loop loop;
 *   loop_begin(&loop, rt);                  rt->heap is now a region of the loop's own
 *   while (next(&element)) {
 *       acc = rt_call2(rt, fn, acc, element);
 *       if (val_is_fault(acc)) break;
 *       loop_step(&loop, &acc);             now and then: copy acc out, forget the rest
 *   }
 *   return loop_end(&loop, acc);            acc moves to the heap of before
 *
 * Both regions of a loop are remembered in Rt and reused, so beginning a loop is cheap.
 */
#ifndef FAWN_RUNTIME_RT_H
#define FAWN_RUNTIME_RT_H

#include "runtime/base/limits.h"
#include "runtime/base/memory.h"
#include "runtime/up.h"
#include "runtime/value.h"
#include "store/store.h"

#include <stdatomic.h>

typedef enum FaultCode {
#define FAULT(code, meaning) FAULT_##code,
#include "runtime/fault.def"
#undef FAULT
    FAULT_COUNT
} FaultCode;

/* "divide_by_zero" … */
Str fault_code_text(FaultCode code);
/* The one-sentence meaning of fault.def. */
Str fault_code_meaning(FaultCode code);

/* Whether such a failure is none of what was evaluated, but of the query as a whole or the machine.
 */
bool fault_ends_query(FaultCode code);

/* Takes back the failure under way, if it is one of what was evaluated. False: it ends the query, and
 * stays: whoever asked gives it on (failure_fault does). */
bool rt_fault_take(Rt *rt);

typedef struct ConstraintFailure {
    Str message;
    const Value *paths; /* each an Array of Strings and Ints */
    int64_t path_count;
    Str label; /* what the rendered error puts before the message; may be empty */
    Str advice; /* what helps to mend it, for people: no part of Fauna's answers; may be empty */
    struct ConstraintFailure *next;
} ConstraintFailure;

/* Everything known of the failure. Lives in `rt->query`. */
typedef struct Fault {
    FaultCode code;
    Str message;
    DiagList check; /* invalid_query: the errors, already with places */
    Span *trace;    /* innermost first */
    int64_t trace_len, trace_cap;
    Diag *hints; /* hints that surround the error (linked by `next`) */
    ConstraintFailure *constraints;
    bool has_abort;
    Value abort_value;
} Fault;

typedef struct Catalog Catalog;
typedef struct Builtin Builtin;
struct Role;

/* What evaluating something may do. */
typedef enum Effect {
    PURE,     /* neither reads nor writes the store */
    OBSERVES, /* depends on more than its operands: the clock, new ids */
    READS,    /* reads the store: documents, sets */
    WRITES,   /* may change it */
} Effect;

/* The most that may be done at present, and the place that allows no more. */
typedef struct EffectLimit {
    Effect most;
    const char *place; /* "set functions", as messages name it; NULL: anything is allowed */
} EffectLimit;

/* What who asks may do (permission.h): one of the built-in roles, or Roles of the database. */
typedef enum RoleKind {
    ROLE_ADMIN, /* the owner of the file, too */
    ROLE_SERVER,
    ROLE_SERVER_READONLY,
    ROLE_CLIENT,
    ROLE_PREDICATE, /* predicates of Roles run so */
    ROLE_OWN,
} RoleKind;

typedef struct Permission {
    RoleKind role;
    const struct Role *const *roles; /* ROLE_OWN: what any of them grants; not NULL */
    int64_t role_count;
    bool is_of_document; /* they are those of which the login's document is a member */
} Permission;

/* Who asks. */
typedef struct Login {
    bool has_document, has_token; /* it is known as a document, a user say; by a token */
    uint32_t collection;          /* of the document … */
    int64_t id;                   /* … and its id */
    int64_t token;                /* the id of the document of Token */
    Value claims;                 /* of a JWT; null: it came by none */
} Login;

/* What a query has cost so far; names as in Fauna's stats. */
typedef struct RtStats {
    int64_t compute_ops, read_ops, write_ops, storage_bytes_read, storage_bytes_write;
} RtStats;

struct Rt {
    Arena *heap;    /* values go here; loops swap it */
    Arena *session; /* lives as long as this Rt: its own memory */
    Arena *query;   /* lives until the query ends: faults, infos */
    Arena *code;    /* lives until then, too, and longer when a variable needs it: the code of
                       functions that are read from cursors */
    Store *store;
    Txn *txn;
    ShapeTable *shapes; /* the store's */
    Catalog *catalog;   /* collections and functions by name: catalog.h */
    const RtUp *up;
    const Limits *limits; /* limits_local unless the caller sets others */
    Fault *fault;         /* set once a T_FAULT is under way */
    DiagList infos;       /* log, dbg, performance hints, in order */
    const Span *site;     /* the call being made: set by call nodes before they call a builtin;
                             read it on entry (before calling back) for null causes and infos */
    Value *sp;            /* value stack: frames of functions */
    Value *stack, *stack_end;
    char *c_stack_floor; /* below this address the C stack is as good as used up */
    int64_t depth;       /* calls within calls */
    int64_t ticks;       /* counts down to the next look at `interrupt` and `deadline_us` */
    const atomic_int *interrupt; /* not 0: stop; set by a handler or another thread */
    ArenaAccount memory;                    /* what the query holds, and may hold */
    int64_t deadline_us;                    /* monotonic clock; 0: none */
    MemorySince since;                      /* the query began: when memory runs out, it fails */
    int64_t valid_time_us;   /* inside at(t){…}: read as of t; 0: the transaction's snapshot */
    int64_t too_early_us;    /* not 0: a time that was read as of, but is not kept any more … */
    int64_t earliest_us;     /* … of what is kept from here on: past.h */
    struct LoopSpace *loops; /* regions that no loop uses at present */
    struct LoopSpace *all_loops;
    const Shape *recent_shape;  /* rt_object's: rows tend to have the fields of the row before */
    struct DocBuilder *builder; /* codec's, reused: NULL until a document is written */
    struct CreatePlan *create_plan;       /* document_write's; NULL until a document is created */
    struct RegexCache *regexes;           /* of this query: builtins/string_regex.c */
    struct HintSources *hint_sources;     /* of this query: hint.c */
    struct Plan *plan;                    /* of this query; NULL: nobody asks: plan.h */
    struct NewSecret *secrets;            /* made by this query: system_document.c */
    struct LateCheck *late_checks;        /* for the end of the transaction: reference.c */
    struct Separate *separate;            /* NULL: a query may do what it likes: separate.h */
    const struct TriggerRun *trigger_run; /* the innermost trigger that runs: trigger.c */
    RtStats stats;
    Permission permission; /* stays from query to query, as do the login and `guards_calls` */
    const Login *login;    /* NULL: the owner of the file */
    bool guards_calls;     /* not everybody may call each user function */
    bool reads_events;     /* documents of the past are read as the present ones then were */
    struct PermissionMemo *permission_memo; /* of this query: permission.c */
    bool performance_hints;
    Str hint_pages;              /* what the name of a hint is put behind, to read on about it */
    bool root_is_typechecked;    /* what the root database, which has no document, would say */
    bool has_computed;           /* some collection has computed fields: catalog_load sets it */
    bool has_triggers;           /* some collection has triggers: likewise */
    EffectLimit effects;         /* of what is evaluated at present */
    const Version *derived_from; /* not NULL: what is kept with this document is worked out
                                    (derived.h): nothing else may be looked at */
    bool looked_further;         /* it was */
    int64_t now_us;              /* wall clock at the start of the query */
    uint64_t id_state;           /* for newId */
};

/* -- life -------------------------------------------------------------------------------- */

/* Prepares `rt` for the queries of one session: value stack, C stack floor (of the calling
 * thread), shapes. What it needs for itself lives in `session`. The value stack is that of `beside`,
 * which lives longer and runs nothing meanwhile; NULL: one of its own. */
void rt_init(Rt *rt, Arena *session, Store *store, const RtUp *up, const Rt *beside);

/* The size that the C stack of a thread is taken to have: that of the main thread. Threads with
 * sessions are to be made with as much. */
int64_t rt_c_stack_bytes(void);

/* Begins a query: no fault, no infos, an empty value stack; `heap` and `query` are empty or
 * hold what the query is given; `code` is `query`. Limits, catalog and clock are the caller's to
 * set after. */
void rt_begin(Rt *rt, Arena *heap, Arena *query, Txn *txn);

/* The time that the query's transaction commits at: what a T_TRANSACTION_TIME stands for. */
Value rt_transaction_time(Rt *rt);

/* Gives back the loop regions. */
void rt_free(Rt *rt);

/* -- faults --------------------------------------------------------------------------- */

/* Records a failure (asserts that none is under way) and returns T_FAULT. The message is
 * printf-formatted into `rt->query`. */
NOINLINE Value rt_fault(Rt *rt, FaultCode code, const char *format, ...) PRINTF_LIKE(3, 4);

/* Appends a place to the trace of the failure under way. Always returns T_FAULT. */
NOINLINE Value rt_trace(Rt *rt, Span span);

/* The fault of `abort(v)`: keeps a copy of `v`. */
Value rt_abort(Rt *rt, Value v);

/* Appends a hint to the failure under way. */
void rt_fault_hint(Rt *rt, Span span, Str message);

/* The fault for want of memory. */
NOINLINE Value rt_fault_memory(Rt *rt);

/* The fault for a store status that is not STORE_OK. */
NOINLINE Value rt_store_fault(Rt *rt, StoreStatus status);

/* Frequent faults, worded as the reference words them. */
Value rt_fault_argument_type(Rt *rt, Str param, Str expected, Value got);
Value rt_fault_argument(Rt *rt, Str param, const char *format, ...) PRINTF_LIKE(3, 4);
Value rt_fault_bounds(Rt *rt, Str param, Str predicate, Value got);
Value rt_fault_type(Rt *rt, Str expected, Value got);

/* The fault for using `null` where a value is needed; its cause decides code and message
 * (reference: FQLInterpreter.handleNullCause). The place of use is traced by the caller. */
Value rt_fault_null(Rt *rt, Value null, Span use);

/* `v`'s type as messages name it: "Int", "{ *: Any }", "Array<Any>", "Doc"; a module by its
 * name, "Math" or "Movie" (reference: Value.dynamicType.displayString). Lives as long as `v`. */
Str rt_type_name(Rt *rt, Value v);

/* A null whose cause is NULL_NO_ELEMENT at the present call. */
Value rt_null_no_element(Rt *rt, Str reason);

/* -- limits --------------------------------------------------------------------------- */

/* One step of work. Every so often looks at interrupt and deadline; false: a fault is set. */
NOINLINE bool rt_look(Rt *rt);
static ALWAYS_INLINE bool rt_tick(Rt *rt)
{
    return LIKELY(--rt->ticks > 0) || rt_look(rt);
}

/* A step that touched so many bytes counts as several, so that steps that are large do not put off the
 * next look. */
static inline void rt_spend(Rt *rt, int64_t bytes)
{
    enum { BYTES_PER_TICK = 256 };
    rt->ticks -= bytes / BYTES_PER_TICK;
}

/* The same as rt_tick for walks over values, which know no Rt: whether what this thread runs has time left. False:
 * the next rt_tick says so with a fault. */
bool rt_has_time(void);

/* Whether the query may have `more` bytes besides those that it has; false: a fault is set. */
NODISCARD bool rt_fits(Rt *rt, int64_t more);

/* Whether there are as many more bytes, for the query and in the machine; false: a fault is set. For
 * what takes much at once: of all else rt_look finds out. */
NODISCARD bool rt_reserve(Rt *rt, int64_t bytes);

/* Room in the heap for `count` values, which are not set; NULL: a fault, there is none. */
Value *rt_items(Rt *rt, int64_t count);

/* vec_push to a vector in the heap; false: a fault, there is no room. */
#define rt_push(rt, vec, value)                                                                    \
    (((vec)->len < (vec)->cap ||                                                                   \
      rt_reserve((rt), arena_array_bytes(2 * (vec)->cap, (int64_t)sizeof *(vec)->at))) &&          \
     (vec_push((vec), (rt)->heap, (value)), true))

/* Room for `bytes` more behind what is in `buf`, which is the session's; false: a fault. */
NODISCARD bool rt_extend(Rt *rt, Buf *buf, int64_t bytes);

/* Whether a string of `bytes` may be made; false: a fault is set. */
NODISCARD bool rt_string_fits(Rt *rt, int64_t bytes);

/* -- effects -------------------------------------------------------------------------- */

/* The fault for `action`, "`!`" or "Projection", which has more effect than is allowed. */
NOINLINE void rt_refuse(Rt *rt, Effect effect, const char *action);

/* Whether `action` may be done now; false: a fault is set. */
static ALWAYS_INLINE bool rt_may(Rt *rt, Effect effect, const char *action)
{
    if (LIKELY(effect <= rt->effects.most)) {
        return true;
    }
    rt_refuse(rt, effect, action);
    return false;
}

/* Allows no more than `most` in `place`. Returns the limit of before, which the caller sets
 * again at the end of the place. */
static inline EffectLimit rt_limit_effects(Rt *rt, Effect most, const char *place)
{
    EffectLimit before = rt->effects;
    if (most <= before.most) {
        rt->effects = (EffectLimit){.most = most, .place = place};
    }
    return before;
}

/* -- calling -------------------------------------------------------------------------- */

/* Where the arguments of the next call will lie in the end: one or two may be put there before
 * it, and are then passed in place. */
static inline Value *rt_frame(const Rt *rt)
{
    return rt->sp + 1;
}

static ALWAYS_INLINE Value rt_call1(Rt *rt, Value fn, Value a)
{
    Value *args = rt_frame(rt);
    args[0] = a;
    return rt->up->call(rt, fn, args, 1);
}

static ALWAYS_INLINE Value rt_call2(Rt *rt, Value fn, Value a, Value b)
{
    Value *args = rt_frame(rt);
    args[0] = a;
    args[1] = b;
    return rt->up->call(rt, fn, args, 2);
}

/* The truth of a predicate's result: Boolean as it is, Null false; else a fault worded as
 * the reference does. 1, 0, or -1 for a fault. */
int rt_truth(Rt *rt, Value result);

/* -- loops ---------------------------------------------------------------------------- */

typedef struct Loop {
    Rt *rt;
    Arena *outer; /* the heap of before */
    struct LoopSpace *space;
    int64_t limit_bytes; /* the heap's size at which the next collection happens */
} Loop;

void loop_begin(Loop *loop, Rt *rt);
NOINLINE void loop_collect(Loop *loop, Value *keep);

/* After each step: `*keep` is the only value of the loop's region still needed (NULL: none). */
static ALWAYS_INLINE void loop_step(Loop *loop, Value *keep)
{
    const Arena *heap = loop->rt->heap;
    if (UNLIKELY(heap->total_bytes + (heap->pos - (const char *)heap->chunk) > loop->limit_bytes)) {
        loop_collect(loop, keep);
    }
}

/* Restores the heap of before and returns `result` moved to it. */
Value loop_end(Loop *loop, Value result);

/* Gives back the memory of all loops, of which none is running; they can begin anew. */
void loop_rest_spaces(Rt *rt);

/* For rt_free: the same, and they are forgotten. */
void loop_free_spaces(Rt *rt);

/* -- strings and objects in the heap ----------------------------------------------------- */

/* A String value that owns a copy of `s`; of a C literal (not copied). */
Value rt_str(Rt *rt, Str s);
#define VAL_STR(literal) val_str(STR(literal))

/* An object of `count` fields, later fields of the same name winning. */
Value rt_object(Rt *rt, const Str *names, const Value *values, int64_t count);

#endif

/* call: functions, arguments, builtins.
 *
 * A fault travels up through the calls it happened in, and each adds its place to the trace:
 * a call adds its own span when the callee fails, but not when its arguments do.
 *
 *   f(g(1 / 0))     trace: the 0 (operators add their operand), the parentheses of g(…)
 *                   if g's own body had failed; f was never called
 */
#include "interp/fold/fold_code.h"
#include "interp/nearest.h"
#include "interp/schema/field_type.h"
#include "interp/schema/migration.h"
#include "interp/schema/schema_file.h"
#include "interp/signature.h"
#include "runtime/access/role_call.h"
#include "runtime/set/accumulator.h"
#include "runtime/set/set.h"

#include <string.h>

/* Copies values that were just stored, word by word: processors make a 16-byte load wait that
 * takes in two 8-byte stores, and compilers would use one. */
static ALWAYS_INLINE void move_values(Value *to, const Value *from, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        ValueWords words;
        words.value = from[i];
        uint64_t head = words.words[0];
        __asm__("" : "+r"(head));
        words.words[0] = head;
        to[i] = words.value;
    }
}

/* -- arguments ----------------------------------------------------------------------------- */

static ALWAYS_INLINE bool run_arguments(Rt *rt, const Arguments *args, Value *frame)
{
    Value *to = frame + args->base;
    for (int32_t i = 0; i < args->count; i++) {
        Value v = code_run(rt, args->at[i], frame);
        if (UNLIKELY(val_is_fault(v))) {
            return false;
        }
        to[i] = v;
    }
    return true;
}

bool arguments_run(Rt *rt, const Arguments *args, Value *frame)
{
    return run_arguments(rt, args, frame);
}

/* "exactly 1 argument", "at least 2 arguments" */
static Str describe_arity(Rt *rt, int64_t params, bool variadic)
{
    if (params == 0) {
        return variadic ? STR("any number of arguments") : STR("no arguments");
    }
    return str_format(rt->query, "%s %lld argument%s", variadic ? "at least" : "exactly",
                      (long long)params, params == 1 ? "" : "s");
}

static Value fault_arity(Rt *rt, Str expected, int64_t argc)
{
    return rt_fault(rt, FAULT_invalid_function_invocation,
                    "callee function expects %.*s, but %lld %s provided.", STR_ARG(expected),
                    (long long)argc, argc == 1 ? "was" : "were");
}

/* "1 or 2 arguments", "0, 1 or 3 arguments": every count that an overload takes. */
static Value fault_arity_overloads(Rt *rt, const Signature *signature, int64_t argc)
{
    Buf text = {0};
    int64_t last = -1;
    for (int64_t count = signature->argc_min; count <= signature->argc_max; count++) {
        bool takes = false;
        for (int32_t i = 0; i < signature->count; i++) {
            takes |= signature->overloads[i].count == count;
        }
        if (takes && last >= 0) {
            buf_printf(&text, "%s%lld", text.len > 0 ? ", " : "", (long long)last);
        }
        last = takes ? count : last;
    }
    buf_printf(&text, " or %lld arguments", (long long)last);
    Value fault = fault_arity(rt, buf_str(&text), argc);
    buf_free(&text);
    return fault;
}

static NOINLINE Value fault_arity_builtin(Rt *rt, const Signature *signature, int64_t argc)
{
    if (signature->argc_max < 0 || signature->argc_min == signature->argc_max) {
        Str expected = describe_arity(rt, signature->argc_min, signature->argc_max < 0);
        return fault_arity(rt, expected, argc);
    }
    return fault_arity_overloads(rt, signature, argc);
}

/* -- functions ------------------------------------------------------------------------------- */

/* Puts the arguments beyond the parameters of a variadic function into an array. */
static NOINLINE void gather_rest(Rt *rt, const FunctionCode *code, Value *args, int64_t argc)
{
    int64_t rest = argc - code->params;
    Value *items = arena_alloc(rt->heap, rest * (int64_t)sizeof(Value));
    memcpy(items, args + code->params, (size_t)rest * sizeof(Value));
    args[code->params] = val_array(items, rest);
}

static NOINLINE Value fault_stack_overflow(Rt *rt)
{
    return rt_fault(rt, FAULT_stack_overflow, "number of stack frames exceeded limit of %lld",
                    (long long)rt->limits->call_depth);
}

/* Runs a body until it does not call itself in tail position. */
static ALWAYS_INLINE Value run_body(Rt *rt, const FunctionCode *code, Value *args)
{
    int64_t depth = rt->depth++;
    Value result;
    do {
        result = code_run(rt, code->body, args);
    } while (UNLIKELY(result.type == T_FAULT && result.flags == FAULT_AGAIN));
    rt->depth = depth;
    return result;
}

static ALWAYS_INLINE Value enter(Rt *rt, const Function *fn, Value *args, int64_t argc)
{
    const FunctionCode *code = (const FunctionCode *)fn->code;
    if (UNLIKELY(rt->depth > rt->limits->call_depth || args + code->frame_size > rt->stack_end)) {
        return fault_stack_overflow(rt);
    }
    if (UNLIKELY((char *)__builtin_frame_address(0) < rt->c_stack_floor)) {
        return stack_enter_deeper(rt, fn, args, argc);
    }
    if (UNLIKELY(argc != code->params || code->variadic)) {
        if (argc < code->params || !code->variadic) {
            return fault_arity(rt, describe_arity(rt, fn->params, fn->variadic), argc);
        }
        gather_rest(rt, code, args, argc);
    }
    if (UNLIKELY(!rt_tick(rt))) {
        return val_fault();
    }
    return run_body(rt, code, args);
}

Value function_enter(Rt *rt, const Function *fn, Value *args, int64_t argc)
{
    return enter(rt, fn, args, argc);
}

static NOINLINE Value apply_bound(Rt *rt, const Function *fn, Value *args, int64_t argc)
{
    return builtin_apply(rt, fn->builtin, signature_of(rt, fn->builtin), fn->self, args, argc,
                         rt->site);
}

static NOINLINE Value apply_guarded(Rt *rt, const Function *fn, Value *args, int64_t argc)
{
    RoleCall call;
    rt->sp = args + argc; /* predicates are called behind the arguments */
    if (!role_call_begin(&call, rt, fn, args, argc)) {
        return val_fault();
    }
    return role_call_end(&call, rt, enter(rt, fn, args, argc));
}

/* Calls any function value: bound builtins too. */
static ALWAYS_INLINE Value apply_function(Rt *rt, const Function *fn, Value *args, int64_t argc)
{
    if (UNLIKELY(!function_is_plain(fn->kind))) {
        return fn->kind == FUNCTION_BOUND ? apply_bound(rt, fn, args, argc)
                                          : apply_guarded(rt, fn, args, argc);
    }
    return enter(rt, fn, args, argc);
}

Value run_lambda(Rt *rt, const Code *head, Value *frame)
{
    const FunctionCode *code = ((const LambdaCode *)head)->function;
    int64_t count = code->capture_count;
    Function *fn = arena_alloc(rt->heap, (int64_t)sizeof *fn + count * (int64_t)sizeof(Value));
    *fn = (Function){.kind = FUNCTION_LAMBDA,
                     .params = code->params,
                     .variadic = code->variadic,
                     .span = code->head.span,
                     .code = &code->head,
                     .captured_count = count};
    for (int64_t i = 0; i < count; i++) {
        const Capture *capture = &code->captures[i];
        fn->captured[i] = capture->captured ? frame[-1].as.function->captured[capture->slot]
                                            : frame[capture->slot];
    }
    return val_function(fn);
}

/* -- builtins ---------------------------------------------------------------------------------- */

static ALWAYS_INLINE Value apply_builtin(Rt *rt, const Builtin *row, const Signature *signature,
                                         Value self, Value *args, int64_t argc, const Span *site)
{
    if (UNLIKELY(argc < signature->argc_min ||
                 (argc > signature->argc_max && signature->argc_max >= 0))) {
        return fault_arity_builtin(rt, signature, argc);
    }
    if (UNLIKELY(!signature_fits(signature, args, argc)) &&
        !signature_convert(rt, row, signature, args, argc)) {
        return val_fault();
    }
    rt->sp = args + argc;
    rt->site = site;
    Call call = {.self = self,
                 .args = args,
                 .argc = argc,
                 .span = site != NULL ? *site : (Span){0},
                 .row = row};
    return row->fn(rt, &call);
}

Value builtin_apply(Rt *rt, const Builtin *row, const Signature *signature, Value self, Value *args,
                    int64_t argc, const Span *site)
{
    return apply_builtin(rt, row, signature, self, args, argc, site);
}

Value run_builtin(Rt *rt, const Code *head, Value *frame)
{
    const BuiltinCode *code = (const BuiltinCode *)head;
    if (UNLIKELY(!run_arguments(rt, &code->args, frame))) {
        return val_fault();
    }
    Value result = apply_builtin(rt, code->row, code->signature, code->self,
                                 frame + code->args.base, code->args.count, &code->head.span);
    return UNLIKELY(val_is_fault(result)) ? rt_trace(rt, code->head.span) : result;
}

/* Object.assign of the first parameter as the function's value: in place when that was lent. */
Value run_extend(Rt *rt, const Code *head, Value *frame)
{
    const BuiltinCode *code = (const BuiltinCode *)head;
    if (!accumulator_is_lent(frame[0])) {
        return run_builtin(rt, head, frame);
    }
    TRY_RUN(source, code->args.at[1]);
    if (LIKELY(source.type == T_OBJECT)) {
        return accumulator_extend(rt, frame[0], source.as.object);
    }
    Value *args = frame + code->args.base;
    args[0] = frame[0];
    args[1] = source;
    accumulator_settle(&args[0]);
    Value result =
        apply_builtin(rt, code->row, code->signature, code->self, args, 2, &code->head.span);
    return val_is_fault(result) ? rt_trace(rt, code->head.span) : result;
}

static bool lambda_extends(const Function *fn)
{
    return fn->kind != FUNCTION_BOUND && ((const FunctionCode *)fn->code)->extends;
}

/* -- call nodes -------------------------------------------------------------------------------- */

/* The fault for calling a field that is not there. */
static Value fault_no_function(Rt *rt, const NullCause *cause)
{
    Str type = rt_type_name(rt, cause->of);
    Nearest nearest = {.wanted = cause->name};
    receiver_offer_names(cause->of, &nearest);
    if (receiver_all_has(cause->of, cause->name)) {
        nearest.found = str_format(rt->query, "all().%.*s", STR_ARG(cause->name));
    }
    rt_fault(rt, FAULT_invalid_function_invocation, "The function `%.*s` does not exist on `%.*s`",
             STR_ARG(cause->name), STR_ARG(type));
    nearest_hint(rt, &nearest, cause->span);
    return rt_trace(rt, cause->span);
}

/* Calling what is no function: a module's constructor, a null, or nothing that can be called. */
static NOINLINE Value apply_other(Rt *rt, const ApplyCode *code, Value callee, Value *frame)
{
    if (val_is_fault(callee)) {
        return callee;
    }
    if (callee.type == T_NULL) {
        if (code->optional || callee.flags == NULL_SHORT) {
            callee.flags = NULL_SHORT;
            return callee;
        }
        const NullCause *cause = callee.as.cause;
        if (cause != NULL && cause->kind == NULL_MISSING_FIELD) {
            return fault_no_function(rt, cause);
        }
    }
    const Builtin *row = receiver_apply(callee);
    if (row != NULL) {
        if (!arguments_run(rt, &code->args, frame)) {
            return val_fault();
        }
        Value result = builtin_apply(rt, row, signature_of(rt, row), callee,
                                     frame + code->args.base, code->args.count, &code->head.span);
        return val_is_fault(result) ? rt_trace(rt, code->head.span) : result;
    }
    if (code->invoked.text.len > 0) {
        Str type = rt_type_name(rt, callee);
        rt_fault(rt, FAULT_invalid_function_invocation, "`%.*s`: Expected a function, found `%.*s`",
                 STR_ARG(code->invoked.text), STR_ARG(type));
        return rt_trace(rt, code->invoked.span);
    }
    rt_fault_type(rt, STR("Function"), callee);
    return rt_trace(rt, code->head.span);
}

/* What a call gives that must know of it: a fault, and a set made within it. */
static NOINLINE Value leave(Rt *rt, Value result, Span span)
{
    if (val_is_fault(result)) {
        return rt_trace(rt, span);
    }
    return result.type == T_SET ? val_set(set_after_call(rt, result.as.set, span)) : result;
}

/* The call itself, once it is known what is called. */
static ALWAYS_INLINE Value apply_value(Rt *rt, const ApplyCode *code, Value callee, Value *frame)
{
    if (UNLIKELY(callee.type != T_FUNCTION)) {
        return apply_other(rt, code, callee, frame);
    }
    Value *args = frame + code->args.base;
    if (UNLIKELY(!run_arguments(rt, &code->args, frame))) {
        return val_fault();
    }
    args[-1] = callee;
    rt->site = &code->head.span;
    Value result = apply_function(rt, callee.as.function, args, code->args.count);
    _Static_assert((int)T_FAULT > (int)T_SET, "faults are found with sets");
    return UNLIKELY(result.type >= T_SET) ? leave(rt, result, code->head.span) : result;
}

Value run_apply(Rt *rt, const Code *head, Value *frame)
{
    const ApplyCode *code = (const ApplyCode *)head;
    return apply_value(rt, code, code_run(rt, code->callee, frame), frame);
}

/* A call in tail position: of the running function itself it becomes a jump. It still counts
 * as a call within the calls before it, so endless recursion ends as it does elsewhere. */
Value run_apply_tail(Rt *rt, const Code *head, Value *frame)
{
    const ApplyCode *code = (const ApplyCode *)head;
    Value callee = code_run(rt, code->callee, frame);
    const Function *running = frame[-1].as.function;
    if (callee.type != T_FUNCTION || callee.as.function->code != running->code ||
        !function_is_plain(callee.as.function->kind) || running->variadic ||
        code->args.count != running->params) {
        return apply_value(rt, code, callee, frame);
    }
    if (UNLIKELY(!run_arguments(rt, &code->args, frame))) {
        return val_fault();
    }
    if (UNLIKELY(++rt->depth > rt->limits->call_depth + 1)) {
        fault_stack_overflow(rt);
        return rt_trace(rt, code->head.span);
    }
    if (UNLIKELY(!rt_tick(rt))) {
        return val_fault();
    }
    move_values(frame, frame + code->args.base, code->args.count);
    frame[-1] = callee;
    return (Value){.type = T_FAULT, .flags = FAULT_AGAIN};
}

static NOINLINE Value find_method(Rt *rt, const MethodCode *code, Value self, Member *member)
{
    *member = receiver_method(rt, self, &code->name);
    if (member->kind == MEMBER_METHOD && !member->once && receiver_cacheable(self)) {
        *code->cache = (MethodCache){.type = self.type,
                                     .module = self.type == T_MODULE ? self.as.module : NULL,
                                     .index = member->index,
                                     .row = member->row,
                                     .signature = signature_of(rt, member->row)};
    }
    return member->kind == MEMBER_FAULT ? val_fault() : val_null(NULL);
}

/* The first time that a method call meets this type of receiver. */
static NOINLINE Value call_unknown_method(Rt *rt, const MethodCode *code, Value self, Value *frame)
{
    Member member;
    if (val_is_fault(self) || (val_is_null(self) && self.flags == NULL_SHORT)) {
        return self;
    }
    TRY(found, find_method(rt, code, self, &member));
    (void)found;
    if (member.kind == MEMBER_NULL) {
        return null_access(rt, self, &code->name, member.value, code->optional, code->callee_span);
    }
    if (member.kind == MEMBER_METHOD) {
        if (!arguments_run(rt, &code->args, frame)) {
            return val_fault();
        }
        Value result = builtin_apply(rt, member.row, signature_of(rt, member.row), member.self,
                                     frame + code->args.base, code->args.count, &code->head.span);
        return val_is_fault(result) ? rt_trace(rt, code->head.span) : result;
    }
    rt->sp = frame + code->args.base;
    Value callee = select_value(rt, self, &code->name, code->optional, code->callee_span);
    return callee.flags == NULL_SHORT && val_is_null(callee)
               ? callee
               : apply_value(rt, code->apply, callee, frame);
}

/* Movie.byGenre(…), found before. */
static Value call_index(Rt *rt, const MethodCode *code, Value self, Value *frame)
{
    const Index *index = code->cache->index;
    Value *args = frame + code->args.base;
    if (UNLIKELY(!run_arguments(rt, &code->args, frame))) {
        return val_fault();
    }
    rt->sp = args + code->args.count;
    rt->site = &code->head.span;
    Value result =
        collection_index_set(rt, self.as.module->collection, index, args, code->args.count);
    return UNLIKELY(val_is_fault(result)) ? rt_trace(rt, code->head.span) : result;
}

Value run_method(Rt *rt, const Code *head, Value *frame)
{
    const MethodCode *code = (const MethodCode *)head;
    Value self = code_run(rt, code->self, frame);
    const MethodCache *cache = code->cache;
    if (UNLIKELY(self.type != cache->type) ||
        UNLIKELY(self.type == T_MODULE && self.as.module != cache->module)) {
        return call_unknown_method(rt, code, self, frame);
    }
    if (cache->index != NULL) {
        return call_index(rt, code, self, frame);
    }
    const Builtin *row = cache->row;
    const Signature *signature = cache->signature;
    if (UNLIKELY(!run_arguments(rt, &code->args, frame))) {
        return val_fault();
    }
    Value result = apply_builtin(rt, row, signature, self, frame + code->args.base,
                                 code->args.count, &code->head.span);
    return UNLIKELY(val_is_fault(result)) ? rt_trace(rt, code->head.span) : result;
}

/* -- what the runtime calls -------------------------------------------------------------------- */

static Value call_up(Rt *rt, Value fn, const Value *args, int64_t argc)
{
    assert(fn.type == T_FUNCTION);
    Value *base = rt->sp;
    if (args != rt_frame(rt)) {
        if (UNLIKELY(base + argc + 1 > rt->stack_end)) {
            return fault_stack_overflow(rt);
        }
        move_values(base + 1, args, argc);
    }
    base[0] = fn;
    Value result = apply_function(rt, fn.as.function, base + 1, argc);
    rt->sp = base;
    return result;
}

static Value call_method_up(Rt *rt, Value self, Str name, const Value *args, int64_t argc)
{
    Name called = {.text = name, .span = rt->site != NULL ? *rt->site : (Span){0}};
    Member member = receiver_method(rt, self, &called);
    if (member.kind == MEMBER_FAULT) {
        return val_fault();
    }
    if (member.kind != MEMBER_METHOD) {
        Value fn = select_value(rt, self, &called, false, called.span);
        if (val_is_fault(fn) || fn.type == T_FUNCTION) {
            return val_is_fault(fn) ? fn : call_up(rt, fn, args, argc);
        }
        Str type = rt_type_name(rt, self);
        return rt_fault(rt, FAULT_invalid_function_invocation,
                        "The function `%.*s` does not exist on `%.*s`", STR_ARG(name),
                        STR_ARG(type));
    }
    Value *base = rt->sp;
    const Span *site = rt->site;
    if (base + argc > rt->stack_end) {
        return fault_stack_overflow(rt);
    }
    move_values(base, args, argc);
    Value result =
        builtin_apply(rt, member.row, signature_of(rt, member.row), member.self, base, argc, site);
    rt->sp = base;
    rt->site = site;
    return result;
}

static Value get_field_up(Rt *rt, Value self, Str name)
{
    Name selected = {.text = name, .span = rt->site != NULL ? *rt->site : (Span){0}};
    return select_value(rt, self, &selected, false, selected.span);
}

static bool free_variable(const Function *fn, int64_t i, Str *name, Value *value)
{
    const FunctionCode *code = (const FunctionCode *)fn->code;
    assert(i >= 0);
    if (i < code->capture_count) {
        *name = code->captures[i].name;
        *value = fn->captured[i];
        return true;
    }
    i -= code->capture_count;
    if (i < code->cell_count) {
        *name = code->cells[i].name;
        *value = *code->cells[i].cell;
    }
    return i < code->cell_count;
}

const RtUp machine_up = {
    .call = call_up,
    .call_method = call_method_up,
    .compile_lambda = lower_lambda_source,
    .compile_expression = lower_expression_source,
    .compile_type = field_type_compile,
    .plan_migrations = migration_plan,
    .fault_schema = schema_file_fault,
    .check_schema = schema_file_types_fit,
    .check_type = lower_check_type,
    .get_field = get_field_up,
    .free_variable = free_variable,
    .field_path = lambda_path,
    .batch_program = lambda_batch_program,
    .batch_fold = lambda_batch_fold,
    .comparison = lambda_comparison,
    .extends = lambda_extends,
    .folds_numbers = lambda_folds_numbers,
    .fold_numbers = lambda_fold_numbers,
};

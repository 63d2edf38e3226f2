/* machine: a running interpreter, and what its files offer each other.
 *
 *   lower.c      syntax tree -> code          scope.c     names -> slots
 *   eval.c       literals, blocks, if, …      operator.c  what operators mean
 *   arithmetic.c the fast forms of operators  call.c      functions, arguments, builtins
 *   access.c     .name [x] ! projection       receiver.c  what a value has under a name
 *   signature.c  what a builtin accepts       stack.c     room on the C stack
 *   batch_form.c lambdas for many elements    fold_*.c    reducers that only compute
 *   reducer_form.c  reducers for many elements
 *
 * Not here: sources, transactions and outcomes (session.c).
 */
#ifndef FAWN_INTERP_MACHINE_H
#define FAWN_INTERP_MACHINE_H

#include "interp/code.h"
#include "runtime/base/map.h"
#include "runtime/document/document.h"
#include "runtime/print/print.h"
#include "store/doc.h"

/* Every Rt that runs code is the head of a Machine. */
typedef struct Machine {
    Rt rt;
    Arena *lasting; /* lives as long as the machine: Rt.session */
    Map signatures; /* Builtin * as bytes -> Signature */
    Buf text;       /* where string templates are put together; nested ones stack up in it */
    const struct SchemaItem *pushed; /* what is being put in force now; NULL: no schema is */
    const struct MigrationSteps *pushed_steps; /* what that does to documents; NULL: nothing */
} Machine;

static inline Machine *machine_of(Rt *rt)
{
    return (Machine *)rt;
}

/* -- lower.c ------------------------------------------------------------------------------- */

/* A function value of `source`, a lambda's text; both live as long as `arena`. A text that is
 * no lambda is the fault invalid_query. */
Value lower_lambda_source(Rt *rt, Arena *arena, const Source *source);

/* The same of an expression: a function without parameters. */
Value lower_expression_source(Rt *rt, Arena *arena, const Source *source);

/* Sets the fault invalid_query with these errors. */
void lower_fault(Rt *rt, DiagList diags);

/* Whether `source` is the text of a type; false: the fault invalid_query. */
bool lower_check_type(Rt *rt, const Source *source);

/* -- machine.c ------------------------------------------------------------------------------ */

/* Prepares `machine` for running code over `store`. `beside`: as in rt_init. */
void machine_init(Machine *machine, Arena *lasting, Store *store, const Machine *beside);
void machine_free(Machine *machine);

/* -- call.c ------------------------------------------------------------------------------ */

/* Calls a lambda or user function whose arguments lie at args[0..argc), with the function
 * itself at args[-1]. Checks arity, depth and room. */
Value function_enter(Rt *rt, const Function *fn, Value *args, int64_t argc);

/* Checks and converts the arguments, in place, then runs the builtin. Its place is
 * `site`, which lives as long as the code; a fault comes back without it in its trace. */
Value builtin_apply(Rt *rt, const Builtin *row, const Signature *signature, Value self, Value *args,
                    int64_t argc, const Span *site);

/* Evaluates arguments to where they go; false: a fault is under way. */
NODISCARD bool arguments_run(Rt *rt, const Arguments *args, Value *frame);

CodeRun run_apply, run_apply_tail, run_builtin, run_extend, run_method, run_lambda;

/* The functions that the runtime calls back. */
extern const RtUp machine_up;

/* -- stack.c --------------------------------------------------------------------------------- */

/* function_enter on a fresh, large C stack, for when the present one is used up. */
Value stack_enter_deeper(Rt *rt, const Function *fn, Value *args, int64_t argc);

/* -- receiver.c -------------------------------------------------------------------------------- */

/* What `self` has under a name. */
typedef enum MemberKind {
    MEMBER_NONE,   /* nothing */
    MEMBER_METHOD, /* `row` */
    MEMBER_FIELD,  /* `row`, a builtin that takes no arguments */
    MEMBER_VALUE,  /* `value`: a field of an object or document, a member of a module */
    MEMBER_NULL,   /* the receiver is null or a document that does not exist: `value` says why */
    MEMBER_FAULT,
} MemberKind;

typedef struct Member {
    MemberKind kind;
    const Builtin *row;
    Value self;         /* what the row is called on: `self` itself, or a collection's index */
    const Index *index; /* that index, else NULL */
    bool once;          /* it is found anew at each call: an aggregate */
    Value value;
} Member;

/* The method called `name`: METHOD, NONE, NULL or FAULT. `span`: of the name. */
Member receiver_method(Rt *rt, Value self, const Name *name);

/* The field or method called `name`. */
Member receiver_member(Rt *rt, Value self, const Name *name);

/* Whether methods found for `self` hold for every value of its type (of modules: for it). */
bool receiver_cacheable(Value self);

/* The row that `self(…)` runs, for what is no function; NULL: it cannot be called. */
const Builtin *receiver_apply(Value self);

/* The collection or user function called `name`, or else a module that yields to them. T_NULL:
 * none. */
Value global_user(Rt *rt, Str name);

/* -- access.c -------------------------------------------------------------------------------- */

/* What `self.name` is when `self` is null or a document that does not exist: a null that
 * skips the rest of the chain when `optional`, else a fault. */
Value null_access(Rt *rt, Value self, const Name *name, Value null, bool optional,
                  Span callee_span);

/* The value of `self.name`: fields are read, methods bound. A missing field is a null. */
Value select_value(Rt *rt, Value self, const Name *name, bool optional, Span callee_span);

/* RtUp.field_path. */
bool lambda_path(Rt *rt, const Function *fn, Value *path);

CodeRun run_select, run_select_slot, run_access, run_bang, run_chain_end, run_project;

/* -- batch_form.c, reducer_form.c -------------------------------------------------------------- */

/* RtUp.batch_program, RtUp.batch_fold and RtUp.comparison. */
bool lambda_batch_program(const Function *fn, struct BatchProgram *program);
bool lambda_batch_fold(const Function *fn, struct BatchFold *fold);
bool lambda_comparison(const Function *fn, struct Comparison *comparison);

/* -- eval.c ------------------------------------------------------------------------------------ */

CodeRun run_literal, run_slot, run_captured, run_cell, run_global, run_if, run_block, run_at,
    run_array, run_template, run_object, run_coalesce, run_and, run_or, run_isa;

/* Whether leaf_run runs the node in place. */
static inline bool is_leaf(const Code *code)
{
    return code->run == run_slot || code->run == run_literal || code->run == run_captured ||
           code->run == run_select_slot;
}

/* The block of a document whose fields are what lies in it: the version at hand is the present
 * one, and nobody wants to know what is read. NULL: it takes a longer look. */
static ALWAYS_INLINE const char *plain_block(const Rt *rt, const Value *doc)
{
    bool plain = doc->type == T_DOC && doc->flags == DOC_VERSION && doc->aux == 0 &&
                 !collection_is_system(doc->len);
    return LIKELY(plain && rt->effects.most >= READS && !rt->performance_hints &&
                  !rt->has_computed && rt->valid_time_us == 0 && !txn_has_written(rt->txn))
               ? doc->as.version->doc
               : NULL;
}

/* The number in the field that was selected last from a document like this: into `*out`. */
static ALWAYS_INLINE bool select_number(const Rt *rt, const SelectCache *cache, const Value *doc,
                                        Value *out)
{
    const char *block = plain_block(rt, doc);
    if (UNLIKELY(block == NULL) || UNLIKELY(doc_shape_id(block) != cache->shape_id)) {
        return false;
    }
    DocTag tag = doc_tag(block, cache->slot);
    if (LIKELY(tag == TAG_INT)) {
        *out = val_int(doc_int(block, cache->slot));
        return true;
    }
    if (tag == TAG_DOUBLE) {
        *out = val_double(doc_double(block, cache->slot));
        return true;
    }
    return false;
}

/* Where the value of a leaf is; in `*made` if it lies nowhere yet. NULL: the node is none, or not
 * what it was the last time. */
static ALWAYS_INLINE const Value *leaf_find(const Rt *rt, const Code *code, const Value *frame,
                                            Value *made)
{
    if (code->run == run_select_slot) {
        const SelectCode *select = (const SelectCode *)code;
        const Value *self = &frame[select->self_slot];
        const SelectCache *cache = select->cache;
        if (self->type == T_OBJECT) {
            return LIKELY(self->as.object->shape == cache->shape)
                       ? &self->as.object->slots[cache->slot]
                       : NULL;
        }
        return LIKELY(select_number(rt, cache, self, made)) ? made : NULL;
    }
    if (code->run == run_slot) {
        return &frame[((const SlotCode *)code)->slot];
    }
    if (code->run == run_literal) {
        return &((const LiteralCode *)code)->value;
    }
    return code->run == run_captured
               ? &frame[-1].as.function->captured[((const SlotCode *)code)->slot]
               : NULL;
}

/* Runs a node that likely is a leaf: a variable, a literal or a field of a variable. Like
 * code_run, but without a call for these. */
static ALWAYS_INLINE Value leaf_run(Rt *rt, const Code *code, Value *frame)
{
    Value made;
    const Value *found = leaf_find(rt, code, frame, &made);
    return LIKELY(found != NULL) ? *found : code_run(rt, code, frame);
}

/* -- operator.c, arithmetic.c ------------------------------------------------------------------ */

/* The general way of a binary operator: `left` was evaluated, and nothing else. */
NOINLINE Value operator_left(Rt *rt, const BinaryCode *code, Value left, Value *frame);

/* Both operands were evaluated; `left` is no fault. */
NOINLINE Value operator_right(Rt *rt, const BinaryCode *code, Value left, Value right);

CodeRun run_negate, run_not, run_bit_not;

/* How an operand is evaluated. */
typedef enum OperandForm {
    OPERAND_ANY,  /* by running its node */
    OPERAND_SLOT, /* a local variable */
    OPERAND_LEAF, /* by leaf_run */
    OPERAND_INT,  /* a constant Int; only on the right */
} OperandForm;

/* The runner for a binary operator whose operands have these forms. */
CodeRun *binary_runner(Operator op, OperandForm left, OperandForm right);

/* The one for `/` and `%` by a constant that is a power of two. */
CodeRun *power_of_two_runner(Operator op, OperandForm left);

/* The runner for an `if` on this condition. */
CodeRun *branch_runner(const Code *condition);

/* Whether a node with this runner is a BinaryCode of arithmetic or comparison; an IfCode. They
 * search: for what is done once. */
bool is_binary_runner(CodeRun *run);
bool is_if_runner(CodeRun *run);

#endif

/* arithmetic: the fast forms of the binary operators.
 *
 * Each operator has an inline function over two values and, made of it, one runner per form
 * of its operands (FORMS), so that `i % 2` is one call that reads a slot. Int and
 * Long take the first branch, two Doubles the second; everything else, and every failure,
 * goes to operator.c, which knows the whole meaning.
 *
 * The left operand is looked at before the right one is evaluated: an operator that does not
 * exist on it fails first.
 *
 * An `if` whose condition is a comparison has runners of its own (BRANCHES): no Boolean
 * is made only to be looked at.
 */
#include "interp/machine.h"

#include <math.h>

_Static_assert((T_INT | 1) == T_LONG && T_DOUBLE == T_LONG + 1,
               "both_integers and is_number test the tags' bits");

static ALWAYS_INLINE bool both_ints(Value a, Value b)
{
    return ((a.type ^ T_INT) | (b.type ^ T_INT)) == 0;
}

/* Each is an Int or a Long. */
static ALWAYS_INLINE bool both_integers(Value a, Value b)
{
    return (((a.type ^ T_INT) | (b.type ^ T_INT)) & ~1) == 0;
}

static ALWAYS_INLINE bool both_doubles(Value a, Value b)
{
    return a.type == T_DOUBLE && b.type == T_DOUBLE;
}

static ALWAYS_INLINE bool is_number(Value v)
{
    return (uint8_t)(v.type - T_INT) <= T_DOUBLE - T_INT;
}

/* An operator on integers that may overflow, and on doubles. */
#define DEFINE_ARITHMETIC(name, overflow, sign)                                                \
    static ALWAYS_INLINE Value name##_values(Rt *rt, const BinaryCode *code, Value a, Value b) \
    {                                                                                          \
        int32_t narrow;                                                                        \
        int64_t wide;                                                                          \
        if (LIKELY(both_ints(a, b)) &&                                                         \
            LIKELY(!overflow((int32_t)a.as.integer, (int32_t)b.as.integer, &narrow))) {        \
            return val_int(narrow);                                                            \
        }                                                                                      \
        if (LIKELY(both_doubles(a, b))) {                                                      \
            return val_double(a.as.number sign b.as.number);                                   \
        }                                                                                      \
        if (both_integers(a, b) && !overflow(a.as.integer, b.as.integer, &wide)) {             \
            return val_number(wide);                                                           \
        }                                                                                      \
        return operator_right(rt, code, a, b);                                                 \
    }

DEFINE_ARITHMETIC(add, __builtin_add_overflow, +)
DEFINE_ARITHMETIC(sub, __builtin_sub_overflow, -)
DEFINE_ARITHMETIC(mul, __builtin_mul_overflow, *)

/* Division of Ints, in 32 bits: a 64-bit one takes several times as long. */
static ALWAYS_INLINE Value div_values(Rt *rt, const BinaryCode *code, Value a, Value b)
{
    if (LIKELY(both_ints(a, b)) && LIKELY(b.as.integer > 0)) {
        return val_int((int32_t)a.as.integer / (int32_t)b.as.integer);
    }
    if (LIKELY(both_doubles(a, b))) {
        return val_double(a.as.number / b.as.number);
    }
    return operator_right(rt, code, a, b);
}

static ALWAYS_INLINE Value mod_values(Rt *rt, const BinaryCode *code, Value a, Value b)
{
    if (LIKELY(both_ints(a, b)) && LIKELY(b.as.integer > 0)) {
        return val_int((int32_t)a.as.integer % (int32_t)b.as.integer);
    }
    return operator_right(rt, code, a, b);
}

/* Division by a constant power of two, as a shift and a mask, for what is not negative. */
static ALWAYS_INLINE Value shift_values(Rt *rt, const BinaryCode *code, Value a, Value b)
{
    if (LIKELY(a.type == T_INT && a.as.integer >= 0)) {
        return val_int(a.as.integer >> __builtin_ctzll((uint64_t)b.as.integer));
    }
    return div_values(rt, code, a, b);
}

static ALWAYS_INLINE Value mask_values(Rt *rt, const BinaryCode *code, Value a, Value b)
{
    if (LIKELY(a.type == T_INT && a.as.integer >= 0)) {
        return val_int(a.as.integer & (b.as.integer - 1));
    }
    return mod_values(rt, code, a, b);
}

#define DEFINE_COMPARISON(name, sign)                                                          \
    static ALWAYS_INLINE Value name##_values(Rt *rt, const BinaryCode *code, Value a, Value b) \
    {                                                                                          \
        if (LIKELY(both_integers(a, b))) {                                                     \
            return val_bool(a.as.integer sign b.as.integer);                                   \
        }                                                                                      \
        return operator_right(rt, code, a, b);                                                 \
    }

DEFINE_COMPARISON(eq, ==)
DEFINE_COMPARISON(ne, !=)
DEFINE_COMPARISON(lt, <)
DEFINE_COMPARISON(le, <=)
DEFINE_COMPARISON(gt, >)
DEFINE_COMPARISON(ge, >=)

typedef Value ValuesFn(Rt *rt, const BinaryCode *code, Value a, Value b);

/* Comparisons exist on every type, arithmetic on numbers (and `+` on strings). */
typedef enum LeftOperand { LEFT_NUMBER, LEFT_ANY } LeftOperand;

/* Inlined with constant `left`, `form` and `values`, it is only what that form needs. */
static ALWAYS_INLINE Value eval_binary(Rt *rt, const Code *head, Value *frame, LeftOperand left,
                                       OperandForm form, ValuesFn *values)
{
    const BinaryCode *code = (const BinaryCode *)head;
    bool left_slot = form == FORM_SLOT_ANY || form == FORM_SLOT_CONSTANT || form == FORM_SLOTS;
    Value a = left_slot ? frame[code->left_slot] : code_run(rt, code->left, frame);
    if (UNLIKELY(left == LEFT_ANY ? a.type == T_FAULT : !is_number(a))) {
        return operator_left(rt, code, a, frame);
    }
    if (form == FORM_CONSTANT || form == FORM_SLOT_CONSTANT) {
        return values(rt, code, a, val_int(code->constant));
    }
    bool right_slot = form == FORM_SLOT || form == FORM_SLOTS;
    return values(rt, code, a,
                  right_slot ? frame[code->right_slot] : code_run(rt, code->right, frame));
}

#define RUNNER(name, left, form)                                             \
    static Value run_##name##_##form(Rt *rt, const Code *head, Value *frame) \
    {                                                                        \
        return eval_binary(rt, head, frame, left, form, name##_values);      \
    }
#define FORMS(name, left)                  \
    RUNNER(name, left, FORM_ANY)           \
    RUNNER(name, left, FORM_CONSTANT)      \
    RUNNER(name, left, FORM_SLOT)          \
    RUNNER(name, left, FORM_SLOT_ANY)      \
    RUNNER(name, left, FORM_SLOT_CONSTANT) \
    RUNNER(name, left, FORM_SLOTS)

FORMS(add, LEFT_NUMBER)
FORMS(sub, LEFT_NUMBER)
FORMS(mul, LEFT_NUMBER)
FORMS(div, LEFT_NUMBER)
FORMS(mod, LEFT_NUMBER)
FORMS(eq, LEFT_ANY)
FORMS(ne, LEFT_ANY)
FORMS(lt, LEFT_ANY)
FORMS(le, LEFT_ANY)
FORMS(gt, LEFT_ANY)
FORMS(ge, LEFT_ANY)

RUNNER(shift, LEFT_NUMBER, FORM_CONSTANT)
RUNNER(shift, LEFT_NUMBER, FORM_SLOT_CONSTANT)
RUNNER(mask, LEFT_NUMBER, FORM_CONSTANT)
RUNNER(mask, LEFT_NUMBER, FORM_SLOT_CONSTANT)

/* The operators without fast forms. */
static Value run_general(Rt *rt, const Code *head, Value *frame)
{
    const BinaryCode *code = (const BinaryCode *)head;
    return operator_left(rt, code, code_run(rt, code->left, frame), frame);
}

#define ROW(prefix, name)                                            \
    {                                                                \
        [FORM_ANY] = prefix##_##name##_FORM_ANY,                     \
        [FORM_CONSTANT] = prefix##_##name##_FORM_CONSTANT,           \
        [FORM_SLOT] = prefix##_##name##_FORM_SLOT,                   \
        [FORM_SLOT_ANY] = prefix##_##name##_FORM_SLOT_ANY,           \
        [FORM_SLOT_CONSTANT] = prefix##_##name##_FORM_SLOT_CONSTANT, \
        [FORM_SLOTS] = prefix##_##name##_FORM_SLOTS                  \
    }

CodeRun *power_of_two_runner(Operator op, OperandForm form)
{
    bool slot = form == FORM_SLOT_CONSTANT;
    assert(slot || form == FORM_CONSTANT);
    if (op == OP_DIV) {
        return slot ? run_shift_FORM_SLOT_CONSTANT : run_shift_FORM_CONSTANT;
    }
    assert(op == OP_MOD);
    return slot ? run_mask_FORM_SLOT_CONSTANT : run_mask_FORM_CONSTANT;
}

CodeRun *binary_runner(Operator op, OperandForm form)
{
    static CodeRun *const runners[][FORM_COUNT] = {
        [OP_EQ] = ROW(run, eq),   [OP_NE] = ROW(run, ne),   [OP_GT] = ROW(run, gt),
        [OP_LT] = ROW(run, lt),   [OP_GE] = ROW(run, ge),   [OP_LE] = ROW(run, le),
        [OP_ADD] = ROW(run, add), [OP_SUB] = ROW(run, sub), [OP_MUL] = ROW(run, mul),
        [OP_DIV] = ROW(run, div), [OP_MOD] = ROW(run, mod), [OP_BIT_NOT] = {NULL},
    };
    CodeRun *runner = runners[op][form];
    return runner != NULL ? runner : run_general;
}

/* -- conditions
 * ------------------------------------------------------------------------------------ */

#define BRANCH(name, form)                                                                \
    static Value if_##name##_##form(Rt *rt, const Code *head, Value *frame)               \
    {                                                                                     \
        const IfCode *code = (const IfCode *)head;                                        \
        Value v = eval_binary(rt, code->condition, frame, LEFT_ANY, form, name##_values); \
        if (UNLIKELY(v.type != T_BOOLEAN)) {                                              \
            return v; /* a comparison is a Boolean or a fault */                          \
        }                                                                                 \
        return code_run(rt, v.as.boolean ? code->then : code->otherwise, frame);          \
    }
#define BRANCHES(name)               \
    BRANCH(name, FORM_ANY)           \
    BRANCH(name, FORM_CONSTANT)      \
    BRANCH(name, FORM_SLOT)          \
    BRANCH(name, FORM_SLOT_ANY)      \
    BRANCH(name, FORM_SLOT_CONSTANT) \
    BRANCH(name, FORM_SLOTS)

BRANCHES(eq)
BRANCHES(ne)
BRANCHES(lt)
BRANCHES(le)
BRANCHES(gt)
BRANCHES(ge)

CodeRun *branch_runner(const Code *condition)
{
    static CodeRun *const runners[][FORM_COUNT] = {
        [OP_EQ] = ROW(if, eq),
        [OP_NE] = ROW(if, ne),
        [OP_GT] = ROW(if, gt),
        [OP_LT] = ROW(if, lt),
        [OP_GE] = ROW(if, ge),
        [OP_LE] = ROW(if, le),
    };
    for (int64_t op = 0; op < countof(runners); op++) {
        for (int64_t form = 0; form < FORM_COUNT; form++) {
            if (runners[op][form] != NULL &&
                binary_runner((Operator)op, (OperandForm)form) == condition->run) {
                return runners[op][form];
            }
        }
    }
    return run_if;
}

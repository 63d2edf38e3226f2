/* arithmetic: the fast forms of the binary operators.
 *
 * Each operator has an inline function over two values and, made of it by BINARY_FORMS, one
 * runner per form of its operands, so that `i % 2` is one call that reads a slot. Int and
 * Long take the first branch, two Doubles the second; everything else, and every failure,
 * goes to operator.c, which knows the whole meaning.
 *
 * The left operand is looked at before the right one is evaluated: an operator that does not
 * exist on it fails first.
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

/* Comparisons exist on every type, arithmetic on numbers (and `+` on strings). */
#define LEFT_NUMBER(value) is_number(value)
#define LEFT_ANY(value) ((value).type != T_FAULT)

#define BINARY_FORMS(name, left_fits)                                               \
    static Value run_##name(Rt *rt, const Code *head, Value *frame)                 \
    {                                                                               \
        const BinaryCode *code = (const BinaryCode *)head;                          \
        Value a = code_run(rt, code->left, frame);                                  \
        if (UNLIKELY(!left_fits(a))) {                                              \
            return operator_left(rt, code, a, frame);                               \
        }                                                                           \
        return name##_values(rt, code, a, code_run(rt, code->right, frame));        \
    }                                                                               \
    static Value run_##name##_constant(Rt *rt, const Code *head, Value *frame)      \
    {                                                                               \
        const BinaryCode *code = (const BinaryCode *)head;                          \
        Value a = code_run(rt, code->left, frame);                                  \
        if (UNLIKELY(!left_fits(a))) {                                              \
            return operator_left(rt, code, a, frame);                               \
        }                                                                           \
        return name##_values(rt, code, a, val_int(code->constant));                 \
    }                                                                               \
    static Value run_##name##_slot_constant(Rt *rt, const Code *head, Value *frame) \
    {                                                                               \
        const BinaryCode *code = (const BinaryCode *)head;                          \
        Value a = frame[code->left_slot];                                           \
        if (UNLIKELY(!left_fits(a))) {                                              \
            return operator_left(rt, code, a, frame);                               \
        }                                                                           \
        return name##_values(rt, code, a, val_int(code->constant));                 \
    }                                                                               \
    static Value run_##name##_slot(Rt *rt, const Code *head, Value *frame)          \
    {                                                                               \
        const BinaryCode *code = (const BinaryCode *)head;                          \
        Value a = code_run(rt, code->left, frame);                                  \
        if (UNLIKELY(!left_fits(a))) {                                              \
            return operator_left(rt, code, a, frame);                               \
        }                                                                           \
        return name##_values(rt, code, a, frame[code->right_slot]);                 \
    }                                                                               \
    static Value run_##name##_slots(Rt *rt, const Code *head, Value *frame)         \
    {                                                                               \
        const BinaryCode *code = (const BinaryCode *)head;                          \
        Value a = frame[code->left_slot];                                           \
        if (UNLIKELY(!left_fits(a))) {                                              \
            return operator_left(rt, code, a, frame);                               \
        }                                                                           \
        return name##_values(rt, code, a, frame[code->right_slot]);                 \
    }

BINARY_FORMS(add, LEFT_NUMBER)
BINARY_FORMS(sub, LEFT_NUMBER)
BINARY_FORMS(mul, LEFT_NUMBER)
BINARY_FORMS(div, LEFT_NUMBER)
BINARY_FORMS(mod, LEFT_NUMBER)
BINARY_FORMS(eq, LEFT_ANY)
BINARY_FORMS(ne, LEFT_ANY)
BINARY_FORMS(lt, LEFT_ANY)
BINARY_FORMS(le, LEFT_ANY)
BINARY_FORMS(gt, LEFT_ANY)
BINARY_FORMS(ge, LEFT_ANY)

/* The operators without fast forms. */
static Value run_general(Rt *rt, const Code *head, Value *frame)
{
    const BinaryCode *code = (const BinaryCode *)head;
    return operator_left(rt, code, code_run(rt, code->left, frame), frame);
}

#define RUNNERS(name)                                                                       \
    {                                                                                       \
        [FORM_ANY] = run_##name, [FORM_CONSTANT] = run_##name##_constant,                   \
        [FORM_SLOT] = run_##name##_slot, [FORM_SLOT_CONSTANT] = run_##name##_slot_constant, \
        [FORM_SLOTS] = run_##name##_slots                                                   \
    }

CodeRun *binary_runner(Operator op, OperandForm form)
{
    static CodeRun *const runners[][FORM_COUNT] = {
        [OP_EQ] = RUNNERS(eq),   [OP_NE] = RUNNERS(ne),   [OP_GT] = RUNNERS(gt),
        [OP_LT] = RUNNERS(lt),   [OP_GE] = RUNNERS(ge),   [OP_LE] = RUNNERS(le),
        [OP_ADD] = RUNNERS(add), [OP_SUB] = RUNNERS(sub), [OP_MUL] = RUNNERS(mul),
        [OP_DIV] = RUNNERS(div), [OP_MOD] = RUNNERS(mod), [OP_BIT_NOT] = {NULL},
    };
    CodeRun *runner = runners[op][form];
    return runner != NULL ? runner : run_general;
}

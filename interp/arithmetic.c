/* arithmetic: the fast forms of the binary operators.
 *
 * Each operator has an inline function that knows the frequent pairs of values, and, made of it,
 * one runner for each pair of operand forms (FORMS), so that `i % 2` is one call that reads a
 * slot, and `z.x * z.x` one that reads two fields. All else, and every failure, goes to
 * operator.c, which knows the whole meaning.
 *
 * The left operand is looked at before the right one is evaluated: an operator that does not
 * exist on it fails first.
 *
 * Where no operand is a node to run (neither is OPERAND_ANY), the runner makes no call but a
 * last one, to the general runner, which starts again when the values are not of the frequent
 * ones: so it needs no stack.
 *
 * An `if` whose condition is a comparison has runners of its own (BRANCHES): no Boolean
 * is made only to be looked at.
 */
#include "interp/machine.h"

#include <math.h>

_Static_assert((T_INT | 1) == T_LONG && T_DOUBLE == T_LONG + 1,
               "both_integers and is_number test the tags' bits");

/* -- values ------------------------------------------------------------------------------- */

static ALWAYS_INLINE bool both_ints(const Value *a, const Value *b)
{
    return ((a->type ^ T_INT) | (b->type ^ T_INT)) == 0;
}

/* Each is an Int or a Long. */
static ALWAYS_INLINE bool both_integers(const Value *a, const Value *b)
{
    return (((a->type ^ T_INT) | (b->type ^ T_INT)) & ~1) == 0;
}

static ALWAYS_INLINE bool both_doubles(const Value *a, const Value *b)
{
    return a->type == T_DOUBLE && b->type == T_DOUBLE;
}

static ALWAYS_INLINE bool is_number(const Value *v)
{
    return (uint8_t)(v->type - T_INT) <= T_DOUBLE - T_INT;
}

/* An operator for the frequent values: its result into `*out`. False: they are others. */
typedef bool FastFn(const Value *a, const Value *b, Value *out);

/* An operator on integers that may overflow, and on doubles. */
#define DEFINE_ARITHMETIC(name, overflow, sign)                                       \
    static ALWAYS_INLINE bool name##_fast(const Value *a, const Value *b, Value *out) \
    {                                                                                 \
        int64_t result;                                                               \
        if (LIKELY(both_integers(a, b)) &&                                            \
            LIKELY(!overflow(a->as.integer, b->as.integer, &result))) {               \
            *out = val_number(result);                                                \
            return true;                                                              \
        }                                                                             \
        if (LIKELY(both_doubles(a, b))) {                                             \
            *out = val_double(a->as.number sign b->as.number);                        \
            return true;                                                              \
        }                                                                             \
        return false;                                                                 \
    }

DEFINE_ARITHMETIC(add, __builtin_add_overflow, +)
DEFINE_ARITHMETIC(sub, __builtin_sub_overflow, -)
DEFINE_ARITHMETIC(mul, __builtin_mul_overflow, *)

/* Division of Ints, in 32 bits: a 64-bit one takes several times as long. */
static ALWAYS_INLINE bool div_fast(const Value *a, const Value *b, Value *out)
{
    if (LIKELY(both_ints(a, b)) && LIKELY(b->as.integer > 0)) {
        *out = val_int((int32_t)a->as.integer / (int32_t)b->as.integer);
        return true;
    }
    if (LIKELY(both_doubles(a, b))) {
        *out = val_double(a->as.number / b->as.number);
        return true;
    }
    return false;
}

static ALWAYS_INLINE bool mod_fast(const Value *a, const Value *b, Value *out)
{
    if (LIKELY(both_integers(a, b)) && LIKELY(b->as.integer > 0)) {
        *out = LIKELY(both_ints(a, b)) ? val_int((int32_t)a->as.integer % (int32_t)b->as.integer)
                                       : val_number(a->as.integer % b->as.integer);
        return true;
    }
    return false;
}

/* Division by a constant power of two, as a shift and a mask, for what is not negative. */
static ALWAYS_INLINE bool shift_fast(const Value *a, const Value *b, Value *out)
{
    if (LIKELY(a->type == T_INT && a->as.integer >= 0)) {
        *out = val_int(a->as.integer >> __builtin_ctzll((uint64_t)b->as.integer));
        return true;
    }
    return false;
}

static ALWAYS_INLINE bool mask_fast(const Value *a, const Value *b, Value *out)
{
    if (LIKELY(a->type == T_INT && a->as.integer >= 0)) {
        *out = val_int(a->as.integer & (b->as.integer - 1));
        return true;
    }
    return false;
}

/* Whether two doubles have the order that C gives them: no NaN is among them, and not both are
 * zeros, whose signs count. */
static ALWAYS_INLINE bool are_plain(double a, double b)
{
    return a < b || a > b || (a == b && a != 0);
}

#define DEFINE_COMPARISON(name, sign)                                                      \
    static ALWAYS_INLINE bool name##_fast(const Value *a, const Value *b, Value *out)      \
    {                                                                                      \
        if (LIKELY(both_integers(a, b))) {                                                 \
            *out = val_bool(a->as.integer sign b->as.integer);                             \
            return true;                                                                   \
        }                                                                                  \
        if (LIKELY(both_doubles(a, b)) && LIKELY(are_plain(a->as.number, b->as.number))) { \
            *out = val_bool(a->as.number sign b->as.number);                               \
            return true;                                                                   \
        }                                                                                  \
        return false;                                                                      \
    }

DEFINE_COMPARISON(eq, ==)
DEFINE_COMPARISON(ne, !=)
DEFINE_COMPARISON(lt, <)
DEFINE_COMPARISON(le, <=)
DEFINE_COMPARISON(gt, >)
DEFINE_COMPARISON(ge, >=)

/* -- forms -------------------------------------------------------------------------------- */

/* Comparisons exist on every type, arithmetic on numbers (and `+` on strings). */
typedef enum LeftOperand { LEFT_NUMBER, LEFT_ANY } LeftOperand;

static ALWAYS_INLINE bool has_operator(const Value *left, LeftOperand kind)
{
    return kind == LEFT_ANY ? left->type != T_FAULT : is_number(left);
}

/* Where the value of an operand is that needs no running; NULL: it does, for once. */
static ALWAYS_INLINE const Value *find_operand(const Rt *rt, const Code *code, int32_t slot,
                                               const Value *frame, OperandForm form, Value *made)
{
    return form == OPERAND_SLOT ? &frame[slot] : leaf_find(rt, code, frame, made);
}

/* Neither operand is a node to run. Not `done`: the general runner is to do it. */
static ALWAYS_INLINE bool eval_found(const Rt *rt, const Code *head, const Value *frame,
                                     OperandForm left, OperandForm right, FastFn *fast, Value *out)
{
    const BinaryCode *code = (const BinaryCode *)head;
    Value made[2];
    const Value *a = find_operand(rt, code->left, code->left_slot, frame, left, &made[0]);
    if (right == OPERAND_INT) {
        Value b = val_int(code->constant);
        return LIKELY(left == OPERAND_SLOT || a != NULL) && LIKELY(fast(a, &b, out));
    }
    const Value *b = find_operand(rt, code->right, code->right_slot, frame, right, &made[1]);
    return LIKELY(left == OPERAND_SLOT || a != NULL) &&
           LIKELY(right == OPERAND_SLOT || b != NULL) && LIKELY(fast(a, b, out));
}

/* Some operand is. Inlined with constant `kind`, `left`, `right` and `fast`, it is only what
 * these need. */
static ALWAYS_INLINE Value eval_run(Rt *rt, const Code *head, Value *frame, LeftOperand kind,
                                    OperandForm left, OperandForm right, FastFn *fast)
{
    const BinaryCode *code = (const BinaryCode *)head;
    Value a = left == OPERAND_SLOT   ? frame[code->left_slot]
              : left == OPERAND_LEAF ? leaf_run(rt, code->left, frame)
                                     : code_run(rt, code->left, frame);
    if (UNLIKELY(!has_operator(&a, kind))) {
        return operator_left(rt, code, a, frame);
    }
    Value b = right == OPERAND_INT    ? val_int(code->constant)
              : right == OPERAND_SLOT ? frame[code->right_slot]
              : right == OPERAND_LEAF ? leaf_run(rt, code->right, frame)
                                      : code_run(rt, code->right, frame);
    Value result;
    return LIKELY(fast(&a, &b, &result)) ? result : operator_right(rt, code, a, b);
}

#define RUN(name, kind, left, right)                                                          \
    static Value run_##name##_##left##_##right(Rt *rt, const Code *head, Value *frame)        \
    {                                                                                         \
        return eval_run(rt, head, frame, kind, OPERAND_##left, OPERAND_##right, name##_fast); \
    }
#define FIND(name, left, right)                                                                 \
    static Value run_##name##_##left##_##right(Rt *rt, const Code *head, Value *frame)          \
    {                                                                                           \
        Value result;                                                                           \
        return LIKELY(eval_found(rt, head, frame, OPERAND_##left, OPERAND_##right, name##_fast, \
                                 &result))                                                      \
                   ? result                                                                     \
                   : run_##name##_ANY_##right(rt, head, frame);                                 \
    }
#define FORMS(name, kind)      \
    RUN(name, kind, ANY, ANY)  \
    RUN(name, kind, ANY, SLOT) \
    RUN(name, kind, ANY, LEAF) \
    RUN(name, kind, ANY, INT)  \
    RUN(name, kind, SLOT, ANY) \
    FIND(name, SLOT, SLOT)     \
    FIND(name, SLOT, LEAF)     \
    FIND(name, SLOT, INT)      \
    RUN(name, kind, LEAF, ANY) \
    FIND(name, LEAF, SLOT)     \
    FIND(name, LEAF, LEAF)     \
    FIND(name, LEAF, INT)

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

RUN(shift, LEFT_NUMBER, ANY, INT)
FIND(shift, SLOT, INT)
FIND(shift, LEAF, INT)
RUN(mask, LEFT_NUMBER, ANY, INT)
FIND(mask, SLOT, INT)
FIND(mask, LEAF, INT)

/* The operators without fast forms. */
static Value run_general(Rt *rt, const Code *head, Value *frame)
{
    const BinaryCode *code = (const BinaryCode *)head;
    return operator_left(rt, code, code_run(rt, code->left, frame), frame);
}

#define ROW(prefix, name, left)                                             \
    {                                                                       \
        prefix##_##name##_##left##_ANY, prefix##_##name##_##left##_SLOT,    \
            prefix##_##name##_##left##_LEAF, prefix##_##name##_##left##_INT \
    }
#define ROWS(prefix, name)                                                       \
    {                                                                            \
        ROW(prefix, name, ANY), ROW(prefix, name, SLOT), ROW(prefix, name, LEAF) \
    }

/* By form of the left and of the right operand. */
typedef CodeRun *const Runners[OPERAND_INT][OPERAND_INT + 1];

static bool is_among(const Runners *rows, int64_t count, CodeRun *run)
{
    for (int64_t row = 0; row < count; row++) {
        for (OperandForm left = 0; left < OPERAND_INT; left++) {
            for (OperandForm right = 0; right <= OPERAND_INT; right++) {
                if (rows[row][left][right] == run) {
                    return true;
                }
            }
        }
    }
    return false;
}

static CodeRun *const shifts[] = {run_shift_ANY_INT, run_shift_SLOT_INT, run_shift_LEAF_INT};
static CodeRun *const masks[] = {run_mask_ANY_INT, run_mask_SLOT_INT, run_mask_LEAF_INT};

CodeRun *power_of_two_runner(Operator op, OperandForm left)
{
    assert((op == OP_DIV || op == OP_MOD) && left < OPERAND_INT);
    return op == OP_DIV ? shifts[left] : masks[left];
}

static const Runners binary_runners[] = {
    [OP_EQ] = ROWS(run, eq),   [OP_NE] = ROWS(run, ne),   [OP_GT] = ROWS(run, gt),
    [OP_LT] = ROWS(run, lt),   [OP_GE] = ROWS(run, ge),   [OP_LE] = ROWS(run, le),
    [OP_ADD] = ROWS(run, add), [OP_SUB] = ROWS(run, sub), [OP_MUL] = ROWS(run, mul),
    [OP_DIV] = ROWS(run, div), [OP_MOD] = ROWS(run, mod), [OP_BIT_NOT] = {{NULL}},
};

CodeRun *binary_runner(Operator op, OperandForm left, OperandForm right)
{
    assert(left < OPERAND_INT);
    CodeRun *runner = binary_runners[op][left][right];
    return runner != NULL ? runner : run_general;
}

bool is_binary_runner(CodeRun *run)
{
    for (int64_t i = 0; i < countof(shifts); i++) {
        if (run == shifts[i] || run == masks[i]) {
            return true;
        }
    }
    return run == run_general || is_among(binary_runners, countof(binary_runners), run);
}

/* -- conditions -------------------------------------------------------------------------------- */

static ALWAYS_INLINE Value take_branch(Rt *rt, const IfCode *code, Value *frame, bool truth)
{
    return code_run(rt, truth ? code->then : code->otherwise, frame);
}

#define IF_RUN(name, left, right)                                                                 \
    static Value if_##name##_##left##_##right(Rt *rt, const Code *head, Value *frame)             \
    {                                                                                             \
        const IfCode *code = (const IfCode *)head;                                                \
        Value v = eval_run(rt, code->condition, frame, LEFT_ANY, OPERAND_##left, OPERAND_##right, \
                           name##_fast);                                                          \
        if (UNLIKELY(v.type != T_BOOLEAN)) {                                                      \
            return v; /* a comparison is a Boolean or a fault */                                  \
        }                                                                                         \
        return take_branch(rt, code, frame, v.as.boolean);                                        \
    }
#define IF_FIND(name, left, right)                                                            \
    static Value if_##name##_##left##_##right(Rt *rt, const Code *head, Value *frame)         \
    {                                                                                         \
        const IfCode *code = (const IfCode *)head;                                            \
        Value v;                                                                              \
        return LIKELY(eval_found(rt, code->condition, frame, OPERAND_##left, OPERAND_##right, \
                                 name##_fast, &v))                                            \
                   ? take_branch(rt, code, frame, v.as.boolean)                               \
                   : if_##name##_ANY_##right(rt, head, frame);                                \
    }
#define BRANCHES(name)        \
    IF_RUN(name, ANY, ANY)    \
    IF_RUN(name, ANY, SLOT)   \
    IF_RUN(name, ANY, LEAF)   \
    IF_RUN(name, ANY, INT)    \
    IF_RUN(name, SLOT, ANY)   \
    IF_FIND(name, SLOT, SLOT) \
    IF_FIND(name, SLOT, LEAF) \
    IF_FIND(name, SLOT, INT)  \
    IF_RUN(name, LEAF, ANY)   \
    IF_FIND(name, LEAF, SLOT) \
    IF_FIND(name, LEAF, LEAF) \
    IF_FIND(name, LEAF, INT)

BRANCHES(eq)
BRANCHES(ne)
BRANCHES(lt)
BRANCHES(le)
BRANCHES(gt)
BRANCHES(ge)

static const Runners branch_runners[] = {
    [OP_EQ] = ROWS(if, eq), [OP_NE] = ROWS(if, ne), [OP_GT] = ROWS(if, gt),
    [OP_LT] = ROWS(if, lt), [OP_GE] = ROWS(if, ge), [OP_LE] = ROWS(if, le),
};

CodeRun *branch_runner(const Code *condition)
{
    for (int64_t op = 0; op < countof(branch_runners); op++) {
        for (OperandForm left = 0; left < OPERAND_INT; left++) {
            for (OperandForm right = 0; right <= OPERAND_INT; right++) {
                CodeRun *runner = branch_runners[op][left][right];
                if (runner != NULL && binary_runner((Operator)op, left, right) == condition->run) {
                    return runner;
                }
            }
        }
    }
    return run_if;
}

bool is_if_runner(CodeRun *run)
{
    return run == run_if || is_among(branch_runners, countof(branch_runners), run);
}

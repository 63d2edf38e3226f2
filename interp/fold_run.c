/* fold_run: running the program of a reducer over a batch of numbers; see fold_code.h.
 *
 * First each step gets the form for the types of its operands, then the steps run for one element
 * after the other. What leaves the registers are the cells of the last step that went through.
 */
#include "interp/fold_code.h"
#include "interp/machine.h"
#include "runtime/set_batch.h"

typedef enum FoldType { TYPE_NONE, TYPE_INTEGER, TYPE_DOUBLE, TYPE_BOOLEAN } FoldType;

typedef union Register {
    int64_t integer; /* and 0 or 1 */
    double number;
} Register;

/* The forms of a step: of integers, of doubles, of one of each. The rest has one form. */
enum { FORM_INTEGER, FORM_DOUBLE, FORM_MIXED, FORMS };

#define ONLY_FORM(op) ((op)*FORMS)

/* What stands behind the last step. */
#define FORM_END (FOLD_OPS * FORMS)

typedef struct Running {
    const FoldCode *code;
    uint8_t types[FOLD_REGISTERS_MAX];
    FoldStep steps[FOLD_STEPS_MAX + 1]; /* their ops are op * FORMS + form */
    Register registers[FOLD_REGISTERS_MAX];
} Running;

/* -- values and registers -------------------------------------------------------------------- */

/* False: no number or Boolean, or a Long that is small enough for an Int. */
static bool load(Running *running, int to, Value v)
{
    if (v.type == T_DOUBLE) {
        running->types[to] = TYPE_DOUBLE;
        running->registers[to].number = v.as.number;
        return true;
    }
    if (v.type == T_BOOLEAN) {
        running->types[to] = TYPE_BOOLEAN;
        running->registers[to].integer = v.as.boolean;
        return true;
    }
    running->types[to] = TYPE_INTEGER;
    running->registers[to].integer = v.as.integer;
    return v.type == T_INT || (v.type == T_LONG && v.as.integer != (int32_t)v.as.integer);
}

static Value store(const Running *running, int from)
{
    Register it = running->registers[from];
    return running->types[from] == TYPE_DOUBLE    ? val_double(it.number)
           : running->types[from] == TYPE_BOOLEAN ? val_bool(it.integer != 0)
                                                  : val_number(it.integer);
}

static bool load_accumulator(Running *running, Value acc)
{
    const Shape *shape = running->code->shape;
    if (shape == NULL) {
        return load(running, 0, acc);
    }
    if (acc.type != T_OBJECT || acc.as.object->shape != shape) {
        return false;
    }
    for (int i = 0; i < running->code->cells; i++) {
        if (!load(running, i, acc.as.object->slots[i])) {
            return false;
        }
    }
    return true;
}

static Value store_accumulator(Rt *rt, const Running *running)
{
    const Shape *shape = running->code->shape;
    if (shape == NULL) {
        return store(running, 0);
    }
    Object *object = object_new(rt->heap, shape);
    for (int i = 0; i < running->code->cells; i++) {
        object->slots[i] = store(running, i);
    }
    return val_object(object);
}

static bool load_inputs(Running *running, const Function *fn)
{
    for (int i = 0; i < running->code->input_count; i++) {
        const FoldInput *input = &running->code->inputs[i];
        const Code *code = input->code;
        Value v = code->run == run_literal    ? ((const LiteralCode *)code)->value
                  : code->run == run_captured ? fn->captured[((const SlotCode *)code)->slot]
                                              : *((const CellCode *)code)->cell;
        if (!load(running, input->to, v)) {
            return false;
        }
    }
    return true;
}

/* -- types ---------------------------------------------------------------------------------------
 */

static bool is_number(int type)
{
    return type == TYPE_INTEGER || type == TYPE_DOUBLE;
}

/* The type that a step gives, and its form. TYPE_NONE: it has no meaning for its operands, or one
 * that the interpreter knows alone. */
static FoldType type_step(FoldOp op, int a, int b, int *form)
{
    *form = a == TYPE_INTEGER && b == TYPE_INTEGER ? FORM_INTEGER
            : a == TYPE_DOUBLE && b == TYPE_DOUBLE ? FORM_DOUBLE
                                                   : FORM_MIXED;
    if (op <= FOLD_MOD) {
        bool fits = is_number(a) && is_number(b) && (op != FOLD_MOD || *form == FORM_INTEGER);
        return !fits ? TYPE_NONE : *form == FORM_INTEGER ? TYPE_INTEGER : TYPE_DOUBLE;
    }
    if (op <= FOLD_GE) {
        return is_number(a) && is_number(b) ? TYPE_BOOLEAN : TYPE_NONE;
    }
    *form = 0;
    return a == TYPE_BOOLEAN && b == TYPE_BOOLEAN ? TYPE_BOOLEAN : TYPE_NONE;
}

/* Finds the types of all registers and the forms of all steps. Steps only jump ahead, so that in
 * their order operands have their types first. */
static bool find_types(Running *running)
{
    const FoldCode *code = running->code;
    uint8_t *types = running->types;
    for (int i = 0; i < code->step_count; i++) {
        const FoldStep *step = &code->steps[i];
        int form = 0, type = types[step->a];
        if (step->op <= FOLD_OR) {
            type = (int)type_step((FoldOp)step->op, type, types[step->b], &form);
        } else if (step->op == FOLD_NOT || step->op == FOLD_UNLESS) {
            type = type == TYPE_BOOLEAN ? type : TYPE_NONE;
        }
        running->steps[i] = *step;
        running->steps[i].op = (uint8_t)(step->op * FORMS + form);
        if (step->op == FOLD_JUMP) {
            continue;
        }
        bool is_new = step->op == FOLD_UNLESS || types[step->to] == TYPE_NONE;
        if (type == TYPE_NONE || (!is_new && types[step->to] != type)) {
            return false; /* two branches that differ, among others */
        }
        if (step->op != FOLD_UNLESS) {
            types[step->to] = (uint8_t)type;
        }
    }
    running->steps[code->step_count].op = FORM_END;
    for (int i = 0; i < code->cells; i++) {
        if (types[code->cells + i] != types[i]) {
            return false;
        }
    }
    return true;
}

/* -- running ------------------------------------------------------------------------------------
 */

static double as_double(const Running *running, int from)
{
    Register it = running->registers[from];
    return running->types[from] == TYPE_DOUBLE ? it.number : (double)it.integer;
}

/* An operation on two doubles; false: C's order of them is not the language's. */
static bool compute_doubles(FoldOp op, double a, double b, Register *to)
{
    bool plain = a < b || a > b || (a == b && a != 0);
    switch ((int)op) {
    case FOLD_ADD:
        to->number = a + b;
        return true;
    case FOLD_SUB:
        to->number = a - b;
        return true;
    case FOLD_MUL:
        to->number = a * b;
        return true;
    case FOLD_DIV:
        to->number = a / b;
        return true;
    case FOLD_EQ:
        to->integer = a == b;
        return plain;
    case FOLD_NE:
        to->integer = a != b;
        return plain;
    case FOLD_LT:
        to->integer = a < b;
        return plain;
    case FOLD_LE:
        to->integer = a <= b;
        return plain;
    case FOLD_GT:
        to->integer = a > b;
        return plain;
    case FOLD_GE:
        to->integer = a >= b;
        return plain;
    default:
        UNREACHABLE();
    }
}

/* Whether it fits without a sign: such numbers are divided in less time. */
static ALWAYS_INLINE bool is_32_bits(int64_t n)
{
    return (uint64_t)n >> 32 == 0;
}

/* The cases of one step, by its form. `r` are the registers. */
#define OVERFLOW_CASE(op, function)                              \
    case (op)*FORMS + FORM_INTEGER: {                            \
        int64_t result;                                          \
        if (UNLIKELY(function(A.integer, B.integer, &result))) { \
            return false;                                        \
        }                                                        \
        TO.integer = result;                                     \
        break;                                                   \
    }
#define DIVIDE_CASE(op, sign)                                                      \
    case (op)*FORMS + FORM_INTEGER:                                                \
        if (UNLIKELY(B.integer <= 0)) {                                            \
            return false;                                                          \
        }                                                                          \
        TO.integer = is_32_bits(A.integer | B.integer)                             \
                         ? (int64_t)((uint32_t)A.integer sign(uint32_t) B.integer) \
                         : A.integer sign B.integer;                               \
        break;
#define COMPARE_CASE(op, sign)                 \
    case (op)*FORMS + FORM_INTEGER:            \
        TO.integer = A.integer sign B.integer; \
        break;
#define DOUBLE_CASE(op)                                                     \
    case (op)*FORMS + FORM_DOUBLE:                                          \
        if (UNLIKELY(!compute_doubles((op), A.number, B.number, &TO))) {    \
            return false;                                                   \
        }                                                                   \
        break;                                                              \
    case (op)*FORMS + FORM_MIXED:                                           \
        if (UNLIKELY(!compute_doubles((op), as_double(running, step->a),    \
                                      as_double(running, step->b), &TO))) { \
            return false;                                                   \
        }                                                                   \
        break;
#define A r[step->a]
#define B r[step->b]
#define TO r[step->to]

/* All steps for the element that lies in its register. False: one could not be done. */
static ALWAYS_INLINE bool run_steps(Running *running)
{
    Register *r = running->registers;
    for (const FoldStep *step = running->steps;; step++) {
        switch (step->op) {
            OVERFLOW_CASE(FOLD_ADD, __builtin_add_overflow)
            OVERFLOW_CASE(FOLD_SUB, __builtin_sub_overflow)
            OVERFLOW_CASE(FOLD_MUL, __builtin_mul_overflow)
            DIVIDE_CASE(FOLD_DIV, /)
            DIVIDE_CASE(FOLD_MOD, %)
            COMPARE_CASE(FOLD_EQ, ==)
            COMPARE_CASE(FOLD_NE, !=)
            COMPARE_CASE(FOLD_LT, <)
            COMPARE_CASE(FOLD_LE, <=)
            COMPARE_CASE(FOLD_GT, >)
            COMPARE_CASE(FOLD_GE, >=)
            DOUBLE_CASE(FOLD_ADD)
            DOUBLE_CASE(FOLD_SUB)
            DOUBLE_CASE(FOLD_MUL)
            DOUBLE_CASE(FOLD_DIV)
            DOUBLE_CASE(FOLD_EQ)
            DOUBLE_CASE(FOLD_NE)
            DOUBLE_CASE(FOLD_LT)
            DOUBLE_CASE(FOLD_LE)
            DOUBLE_CASE(FOLD_GT)
            DOUBLE_CASE(FOLD_GE)
        case ONLY_FORM(FOLD_AND):
            TO.integer = A.integer & B.integer;
            break;
        case ONLY_FORM(FOLD_OR):
            TO.integer = A.integer | B.integer;
            break;
        case ONLY_FORM(FOLD_NOT):
            TO.integer = !A.integer;
            break;
        case ONLY_FORM(FOLD_MOVE):
            TO = A;
            break;
        case ONLY_FORM(FOLD_UNLESS):
            step = A.integer ? step : &running->steps[step->to] - 1;
            break;
        case ONLY_FORM(FOLD_JUMP):
            step = &running->steps[step->to] - 1;
            break;
        case FORM_END:
            return true;
        default:
            UNREACHABLE();
        }
    }
}

/* Steps from element `from` on; returns the first that could not be done. */
static int64_t run_elements(Running *running, const Batch *batch, int64_t from)
{
    int cells = running->code->cells;
    Register *r = running->registers;
    for (int64_t i = from; i < batch->count; i++) {
        r[2 * cells].integer = batch->elements.as.integers[i]; /* or a double's bits */
        if (UNLIKELY(!run_steps(running))) {
            return i;
        }
        for (int cell = 0; cell < cells; cell++) {
            r[cell] = r[cells + cell];
        }
    }
    return batch->count;
}

bool lambda_folds_numbers(const Function *fn)
{
    return fn->kind != FUNCTION_BOUND && ((const FunctionCode *)fn->code)->fold != NULL;
}

int64_t lambda_fold_numbers(Rt *rt, const Function *fn, const Batch *batch, int64_t from,
                            Value *acc)
{
    const FoldCode *code = ((const FunctionCode *)fn->code)->fold;
    const Column *elements = &batch->elements;
    bool is_integer = elements->kind == COLUMN_INTEGERS;
    if (!is_integer && (elements->kind != COLUMN_DOUBLES || elements->whole != 0)) {
        return from;
    }
    Running running;
    running.code = code;
    memset(running.types, TYPE_NONE, code->registers);
    running.types[2 * code->cells] = is_integer ? TYPE_INTEGER : TYPE_DOUBLE;
    if (!load_accumulator(&running, *acc) || !load_inputs(&running, fn) || !find_types(&running)) {
        return from;
    }
    int64_t at = run_elements(&running, batch, from);
    if (at > from) {
        *acc = store_accumulator(rt, &running);
    }
    return at;
}

/* fold_run: running the program of a reducer over a batch of numbers; see fold_code.h.
 *
 * First each step gets the form for the types of its operands, then the steps run for one element
 * after the other. What leaves the registers are the cells of the last step that went through.
 */
#include "interp/fold/fold_code.h"
#include "interp/machine.h"
#include "runtime/set/set_batch.h"

typedef enum FoldType { TYPE_NONE, TYPE_INTEGER, TYPE_DOUBLE, TYPE_BOOLEAN } FoldType;

typedef union Register {
    int64_t integer; /* and 0 or 1 */
    double number;
} Register;

/* The forms of a step: of integers, of doubles, of one of each. In a chain the first operand is the
 * result of the step before, which then need not be read from its register: what is written to
 * memory takes its time to come back. Steps of Booleans are in a chain or not. */
enum {
    FORM_INTEGER,
    FORM_INTEGER_CHAIN,
    FORM_DOUBLE,
    FORM_DOUBLE_CHAIN,
    FORM_MIXED,
    FORMS,
    FORM_ONLY = FORM_INTEGER,
    FORM_ONLY_CHAIN = FORM_INTEGER_CHAIN,
};

#define FORM(op, form) ((op)*FORMS + (form))

/* What stands behind the last step. */
#define FORM_END FORM(FOLD_OPS, 0)

typedef struct Running {
    const FoldCode *code;
    uint8_t types[FOLD_REGISTERS_MAX];
    FoldStep steps[FOLD_STEPS_MAX + 1]; /* their ops are FORM(op, form) */
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

/* -- types ------------------------------------------------------------------------------------- */

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
    *form = FORM_ONLY;
    return a == TYPE_BOOLEAN && b == TYPE_BOOLEAN ? TYPE_BOOLEAN : TYPE_NONE;
}

/* Whether step i takes the result of the step before it, and is only reached from there. */
static bool is_chained(const FoldCode *code, int i)
{
    const FoldStep *step = &code->steps[i];
    return i > 0 && step->op != FOLD_MOVE && step->op != FOLD_JUMP && step[-1].op <= FOLD_NOT &&
           step->a == step[-1].to && !(code->landings >> i & 1);
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
        bool chains = form != FORM_MIXED && is_chained(code, i);
        running->steps[i].op = (uint8_t)FORM(step->op, form + chains);
        if (step->op == FOLD_JUMP) {
            bool ends = step->to == code->step_count;
            running->steps[i].op = ends ? FORM_END : running->steps[i].op;
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
        if (types[code->out + i] != types[i]) {
            return false;
        }
    }
    return true;
}

/* -- running ----------------------------------------------------------------------------------- */

static double as_double(const Running *running, int from)
{
    Register it = running->registers[from];
    return running->types[from] == TYPE_DOUBLE ? it.number : (double)it.integer;
}

/* Whether C's order of two doubles is the language's: no NaN, no two zeros, whose signs count. */
static ALWAYS_INLINE bool are_plain(double a, double b)
{
    return a < b || a > b || (a == b && a != 0);
}

/* Whether it fits without a sign: such numbers are divided in less time. */
static ALWAYS_INLINE bool is_32_bits(int64_t n)
{
    return (uint64_t)n >> 32 == 0;
}

/* The cases of a step, by its form. The registers are `r`; the result of the step before is in
 * `integer` or `number`. */
#define A r[step->a]
#define B r[step->b]
#define TO r[step->to]
#define OVERFLOW_STEP(function, x)                         \
    {                                                      \
        int64_t result;                                    \
        if (UNLIKELY(function((x), B.integer, &result))) { \
            return false;                                  \
        }                                                  \
        TO.integer = integer = result;                     \
        break;                                             \
    }
#define DIVIDE_STEP(sign, x)                                                        \
    {                                                                               \
        int64_t divided = (x), by = B.integer;                                      \
        if (UNLIKELY(by <= 0)) {                                                    \
            return false;                                                           \
        }                                                                           \
        TO.integer = integer = is_32_bits(divided | by)                             \
                                   ? (int64_t)((uint32_t)divided sign(uint32_t) by) \
                                   : divided sign by;                               \
        break;                                                                      \
    }
/* Takes the branch on a comparison that was just made with it: a step less to go to. */
#define BRANCH                                                       \
    if (step[1].op == FORM(FOLD_UNLESS, FORM_ONLY_CHAIN)) {          \
        step = integer ? step + 1 : &running->steps[step[1].to] - 1; \
    }                                                                \
    break;
#define COMPARE_STEP(sign, x)                     \
    {                                             \
        TO.integer = integer = (x)sign B.integer; \
        BRANCH                                    \
    }
#define DOUBLE_STEP(sign, x, y)          \
    {                                    \
        TO.number = number = (x)sign(y); \
        break;                           \
    }
#define ORDER_STEP(sign, x, y)                   \
    {                                            \
        double left = (x), right = (y);          \
        if (UNLIKELY(!are_plain(left, right))) { \
            return false;                        \
        }                                        \
        TO.integer = integer = left sign right;  \
        BRANCH                                   \
    }
#define INTEGER_CASES(op, STEP, how)   \
    case FORM(op, FORM_INTEGER):       \
        STEP(how, A.integer)           \
    case FORM(op, FORM_INTEGER_CHAIN): \
        STEP(how, integer)
#define DOUBLE_CASES(op, STEP, sign)   \
    case FORM(op, FORM_DOUBLE):        \
        STEP(sign, A.number, B.number) \
    case FORM(op, FORM_DOUBLE_CHAIN):  \
        STEP(sign, number, B.number)   \
    case FORM(op, FORM_MIXED):         \
        STEP(sign, as_double(running, step->a), as_double(running, step->b))
#define COMPARE_CASES(op, sign)           \
    INTEGER_CASES(op, COMPARE_STEP, sign) \
    DOUBLE_CASES(op, ORDER_STEP, sign)
#define LOGIC_CASES(op, result)          \
    case FORM(op, FORM_ONLY):            \
    case FORM(op, FORM_ONLY_CHAIN):      \
        TO.integer = integer = (result); \
        break;

/* All steps for the element that lies in its register. False: one could not be done. */
static ALWAYS_INLINE bool run_steps(Running *running)
{
    Register *r = running->registers;
    int64_t integer = 0;
    double number = 0;
    for (const FoldStep *step = running->steps;; step++) {
        switch (step->op) {
            INTEGER_CASES(FOLD_ADD, OVERFLOW_STEP, __builtin_add_overflow)
            INTEGER_CASES(FOLD_SUB, OVERFLOW_STEP, __builtin_sub_overflow)
            INTEGER_CASES(FOLD_MUL, OVERFLOW_STEP, __builtin_mul_overflow)
            INTEGER_CASES(FOLD_DIV, DIVIDE_STEP, /)
            INTEGER_CASES(FOLD_MOD, DIVIDE_STEP, %)
            DOUBLE_CASES(FOLD_ADD, DOUBLE_STEP, +)
            DOUBLE_CASES(FOLD_SUB, DOUBLE_STEP, -)
            DOUBLE_CASES(FOLD_MUL, DOUBLE_STEP, *)
            DOUBLE_CASES(FOLD_DIV, DOUBLE_STEP, /)
            COMPARE_CASES(FOLD_EQ, ==)
            COMPARE_CASES(FOLD_NE, !=)
            COMPARE_CASES(FOLD_LT, <)
            COMPARE_CASES(FOLD_LE, <=)
            COMPARE_CASES(FOLD_GT, >)
            COMPARE_CASES(FOLD_GE, >=)
            LOGIC_CASES(FOLD_AND, A.integer & B.integer)
            LOGIC_CASES(FOLD_OR, A.integer | B.integer)
            LOGIC_CASES(FOLD_NOT, !A.integer)
        case FORM(FOLD_MOVE, FORM_ONLY):
            TO = A;
            break;
        case FORM(FOLD_UNLESS, FORM_ONLY):
            step = A.integer ? step : &running->steps[step->to] - 1;
            break;
        case FORM(FOLD_UNLESS, FORM_ONLY_CHAIN):
            step = integer ? step : &running->steps[step->to] - 1;
            break;
        case FORM(FOLD_JUMP, FORM_ONLY):
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
    int cells = running->code->cells, out = running->code->out;
    Register *r = running->registers, *element = &r[running->code->element];
    for (int64_t i = from; i < batch->count; i++) {
        element->integer = batch->elements.as.integers[i]; /* or a double's bits */
        if (UNLIKELY(!run_steps(running))) {
            return i;
        }
        for (int cell = 0; out > 0 && cell < cells; cell++) {
            r[cell] = r[out + cell];
        }
    }
    return batch->count;
}

bool lambda_folds_numbers(const Function *fn)
{
    return function_is_plain(fn->kind) && ((const FunctionCode *)fn->code)->fold != NULL;
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
    running.types[code->element] = is_integer ? TYPE_INTEGER : TYPE_DOUBLE;
    if (!load_accumulator(&running, *acc) || !load_inputs(&running, fn) || !find_types(&running)) {
        return from;
    }
    int64_t at = run_elements(&running, batch, from);
    if (at > from) {
        *acc = store_accumulator(rt, &running);
    }
    return at;
}

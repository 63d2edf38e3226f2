/* batch_form: lambdas as programs over batches (runtime/set_batch.h), where they are simple enough.
 *
 *   x => x.stars * 2 >= limit                      program: FIELD stars, 2, MUL, limit, GE
 *   (sum, x) => sum + x.stars                      fold: one cell, ADD of FIELD stars
 *   (b, x) => if (x.ok) b + 1 else b               fold: one cell, ADD of 1, where FIELD ok
 *   (b, x) => { least: Math.min(b.least, x.age),   fold: a cell for each field
 *               n: b.n + 1 }
 *
 * What is captured is a constant by the time that the lambda is a value.
 */
#include "interp/machine.h"
#include "runtime/set_batch.h"
#include "runtime/builtins/types.h"
#include "runtime/set_predicate.h"

/* A program in the making. */
typedef struct Former {
    const Function *fn;
    int32_t element; /* the slot that holds the element */
    BatchProgram *program;
    int32_t height; /* columns on the stack */
} Former;

static bool form(Former *former, const Code *code);

static bool add_step(Former *former, BatchStep step, int32_t operands)
{
    BatchProgram *program = former->program;
    former->height += 1 - operands;
    if (program->count == BATCH_STEPS_MAX || former->height > BATCH_DEPTH_MAX) {
        return false;
    }
    program->steps[program->count++] = step;
    if (former->height > program->depth) {
        program->depth = former->height;
    }
    return true;
}

static bool add_constant(Former *former, Value v)
{
    bool fits = val_is_number(v) || v.type == T_STRING || v.type == T_BOOLEAN;
    return fits && add_step(former, (BatchStep){.op = BATCH_CONSTANT, .constant = v}, 0);
}

static bool form_select(Former *former, const SelectCode *code)
{
    return code->self_slot == former->element && code->plain && !code->optional &&
           add_step(former, (BatchStep){.op = BATCH_FIELD, .name = code->name.text}, 0);
}

/* The step for an operator; false: there is none. */
static bool find_op(Operator op, BatchOp *found)
{
    static const struct {
        Operator op;
        BatchOp step;
    } ops[] = {
        {OP_ADD, BATCH_ADD}, {OP_SUB, BATCH_SUB}, {OP_MUL, BATCH_MUL}, {OP_DIV, BATCH_DIV},
        {OP_MOD, BATCH_MOD}, {OP_EQ, BATCH_EQ},   {OP_NE, BATCH_NE},   {OP_LT, BATCH_LT},
        {OP_LE, BATCH_LE},   {OP_GT, BATCH_GT},   {OP_GE, BATCH_GE},   {OP_AND, BATCH_AND},
        {OP_OR, BATCH_OR},
    };
    for (int64_t i = 0; i < countof(ops); i++) {
        if (ops[i].op == op) {
            *found = ops[i].step;
            return true;
        }
    }
    return false;
}

/* Whether the node is a binary operator that has a step. */
static bool is_operator(const Code *code, BatchOp *op)
{
    bool is_binary = code->run == run_and || code->run == run_or || is_binary_runner(code->run);
    return is_binary && find_op(((const BinaryCode *)code)->op, op);
}

static bool form(Former *former, const Code *code)
{
    BatchOp op;
    if (code->run == run_select_slot) {
        return form_select(former, (const SelectCode *)code);
    }
    if (code->run == run_literal) {
        return add_constant(former, ((const LiteralCode *)code)->value);
    }
    if (code->run == run_captured) {
        return add_constant(former, former->fn->captured[((const SlotCode *)code)->slot]);
    }
    if (code->run == run_cell) {
        return add_constant(former, *((const CellCode *)code)->cell);
    }
    if (code->run == run_slot) {
        return ((const SlotCode *)code)->slot == former->element &&
               add_step(former, (BatchStep){.op = BATCH_ELEMENT}, 0);
    }
    if (code->run == run_not) {
        return form(former, ((const UnaryCode *)code)->operand) &&
               add_step(former, (BatchStep){.op = BATCH_NOT}, 1);
    }
    if (!is_operator(code, &op)) {
        return false;
    }
    const BinaryCode *binary = (const BinaryCode *)code;
    return form(former, binary->left) && form(former, binary->right) &&
           add_step(former, (BatchStep){.op = op}, 2);
}

static bool form_program(const Function *fn, int32_t element, const Code *code,
                         BatchProgram *program)
{
    Former former = {.fn = fn, .element = element, .program = program};
    program->count = program->depth = 0;
    return form(&former, code);
}

/* The body of a lambda of that many parameters; NULL: it is another kind of function. */
static const Code *body_of(const Function *fn, int32_t params)
{
    const FunctionCode *code = (const FunctionCode *)fn->code;
    bool is_lambda = fn->kind != FUNCTION_BOUND && code->params == params && !code->variadic;
    return is_lambda ? code->body : NULL;
}

bool lambda_batch_program(const Function *fn, BatchProgram *program)
{
    const Code *body = body_of(fn, 1);
    return body != NULL && form_program(fn, 0, body, program);
}

/* -- comparisons --------------------------------------------------------------------------- */

/* The comparison with its operands exchanged. */
static BatchOp flip(BatchOp op)
{
    switch ((int)op) {
    case BATCH_LT:
        return BATCH_GT;
    case BATCH_LE:
        return BATCH_GE;
    case BATCH_GT:
        return BATCH_LT;
    case BATCH_GE:
        return BATCH_LE;
    default:
        return op;
    }
}

/* The one step that the node is, of this kind. */
static bool form_one(const Function *fn, const Code *code, BatchOp op, BatchStep *step)
{
    BatchProgram program;
    if (!form_program(fn, 0, code, &program) || program.count != 1) {
        return false;
    }
    *step = program.steps[0];
    return step->op == op;
}

bool lambda_comparison(const Function *fn, Comparison *comparison)
{
    const Code *code = body_of(fn, 1);
    while (code != NULL && code->run == run_and) {
        code = ((const BinaryCode *)code)->left;
    }
    if (code == NULL || !is_operator(code, &comparison->op)) {
        return false;
    }
    bool is_comparison =
        comparison->op == BATCH_EQ || (comparison->op >= BATCH_LT && comparison->op <= BATCH_GE);
    const BinaryCode *binary = (const BinaryCode *)code;
    BatchStep field, constant;
    const Code *left = binary->left, *right = binary->right;
    bool found =
        form_one(fn, left, BATCH_FIELD, &field) && form_one(fn, right, BATCH_CONSTANT, &constant);
    if (!found) {
        found = form_one(fn, right, BATCH_FIELD, &field) &&
                form_one(fn, left, BATCH_CONSTANT, &constant);
        comparison->op = flip(comparison->op);
    }
    if (found) {
        comparison->field = field.name;
        comparison->constant = constant.constant;
    }
    return is_comparison && found;
}

/* -- folds ------------------------------------------------------------------------------------- */

enum { ACC = 0, ELEMENT = 1 }; /* the slots of a reducer's parameters */

/* Whether the node reads the accumulator: the variable itself, or (not empty) its field. */
static bool is_acc(const Code *code, Str field)
{
    if (field.len == 0) {
        return code->run == run_slot && ((const SlotCode *)code)->slot == ACC;
    }
    const SelectCode *select = (const SelectCode *)code;
    return code->run == run_select_slot && select->self_slot == ACC && !select->optional &&
           str_eq(select->name.text, field);
}

/* `acc op value`, or `value op acc`, where they are the operands. */
static bool form_operands(const Function *fn, const Code *left, const Code *right, Str field,
                          BatchCell *cell)
{
    cell->value_first = !is_acc(left, field);
    const Code *acc = cell->value_first ? right : left, *value = cell->value_first ? left : right;
    return is_acc(acc, field) && form_program(fn, ELEMENT, value, &cell->value);
}

/* Math.min(acc, value) and Math.max(acc, value). */
static bool form_bound(const Function *fn, const BuiltinCode *code, Str field, BatchCell *cell)
{
    bool is_math = code->self.type == T_MODULE && code->self.as.module->type == &math_type;
    Str name = str_from_c(code->row->name);
    bool is_min = str_eq(name, STR("min")), is_max = str_eq(name, STR("max"));
    if (!is_math || !(is_min || is_max) || code->args.count != 2) {
        return false;
    }
    cell->op = is_min ? BATCH_FOLD_MIN : BATCH_FOLD_MAX;
    return form_operands(fn, code->args.at[0], code->args.at[1], field, cell);
}

/* The accumulator combined with a value: without `if`. */
static bool form_combination(const Function *fn, const Code *code, Str field, BatchCell *cell)
{
    BatchOp op;
    if (code->run == run_builtin) {
        return form_bound(fn, (const BuiltinCode *)code, field, cell);
    }
    if (!is_operator(code, &op) || (op != BATCH_ADD && op != BATCH_SUB)) {
        return false;
    }
    const BinaryCode *binary = (const BinaryCode *)code;
    cell->op = op == BATCH_ADD ? BATCH_FOLD_ADD : BATCH_FOLD_SUB;
    return form_operands(fn, binary->left, binary->right, field, cell) &&
           !(cell->op == BATCH_FOLD_SUB && cell->value_first);
}

static bool form_cell(const Function *fn, const Code *code, Str field, BatchCell *cell)
{
    const IfCode *if_ = (const IfCode *)code;
    cell->has_condition = is_if_runner(code->run);
    if (!cell->has_condition) {
        return form_combination(fn, code, field, cell);
    }
    return is_acc(if_->otherwise, field) && form_combination(fn, if_->then, field, cell) &&
           form_program(fn, ELEMENT, if_->condition, &cell->condition);
}

/* An object each of whose fields is that of the accumulator, combined with a value. */
static bool form_cells(const Function *fn, const ObjectCode *code, BatchFold *fold)
{
    fold->shape = code->shape;
    fold->count = code->count;
    if (code->count == 0 || code->count > BATCH_CELLS_MAX ||
        code->count != (int32_t)code->shape->count) {
        return false;
    }
    for (int32_t i = 0; i < code->count; i++) {
        BatchCell *cell = &fold->cells[i];
        cell->slot = code->fields[i].slot;
        Str name = code->shape->names[cell->slot];
        if (name.len == 0 || !form_cell(fn, code->fields[i].value, name, cell)) {
            return false;
        }
    }
    return true;
}

bool lambda_batch_fold(const Function *fn, BatchFold *fold)
{
    const Code *body = body_of(fn, 2);
    if (body == NULL) {
        return false;
    }
    if (body->run == run_object) {
        return form_cells(fn, (const ObjectCode *)body, fold);
    }
    fold->shape = NULL;
    fold->count = 1;
    return form_cell(fn, body, (Str){0}, &fold->cells[0]);
}

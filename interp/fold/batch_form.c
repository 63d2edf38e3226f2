/* batch_form: lambdas as programs over batches (runtime/set/set_batch.h), where they are simple enough.
 *
 *   x => x.stars * 2 >= limit    FIELD stars, 2, MUL, limit, GE
 *
 * What is captured is a constant by the time that the lambda is a value. Reducers are in
 * reducer_form.c.
 */
#include "interp/fold/batch_form.h"
#include "runtime/set/set_predicate.h"

/* A program in the making. */
typedef struct Former {
    BatchLambda *lambda;
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
    return code->self_slot == former->lambda->element && code->plain && !code->optional &&
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

bool batch_operator(const Code *code, BatchOp *op)
{
    bool is_binary = code->run == run_and || code->run == run_or || is_binary_runner(code->run);
    return is_binary && find_op(((const BinaryCode *)code)->op, op);
}

const Code *batch_let(BatchLambda *lambda, const Code *code)
{
    int32_t slot = code->run == run_slot ? ((const SlotCode *)code)->slot : BATCH_LETS_MAX;
    if (slot >= BATCH_LETS_MAX) {
        return NULL;
    }
    lambda->unread &= ~(UINT32_C(1) << slot);
    return lambda->lets[slot];
}

static bool form_slot(Former *former, const Code *code)
{
    const Code *let = batch_let(former->lambda, code);
    if (let != NULL) {
        return form(former, let);
    }
    return ((const SlotCode *)code)->slot == former->lambda->element &&
           add_step(former, (BatchStep){.op = BATCH_ELEMENT}, 0);
}

static bool form(Former *former, const Code *code)
{
    const Function *fn = former->lambda->fn;
    BatchOp op;
    if (code->run == run_select_slot) {
        return form_select(former, (const SelectCode *)code);
    }
    if (code->run == run_literal) {
        return add_constant(former, ((const LiteralCode *)code)->value);
    }
    if (code->run == run_captured) {
        return add_constant(former, fn->captured[((const SlotCode *)code)->slot]);
    }
    if (code->run == run_cell) {
        return add_constant(former, *((const CellCode *)code)->cell);
    }
    if (code->run == run_slot) {
        return form_slot(former, code);
    }
    if (code->run == run_not) {
        return form(former, ((const UnaryCode *)code)->operand) &&
               add_step(former, (BatchStep){.op = BATCH_NOT}, 1);
    }
    if (!batch_operator(code, &op)) {
        return false;
    }
    const BinaryCode *binary = (const BinaryCode *)code;
    return form(former, binary->left) && form(former, binary->right) &&
           add_step(former, (BatchStep){.op = op}, 2);
}

bool batch_form(BatchLambda *lambda, const Code *code, BatchProgram *program)
{
    Former former = {.lambda = lambda, .program = program};
    program->count = program->depth = 0;
    return form(&former, code);
}

const Code *batch_body(const Function *fn, int32_t params)
{
    const FunctionCode *code = (const FunctionCode *)fn->code;
    bool is_lambda = function_is_plain(fn->kind) && code->params == params && !code->variadic;
    return is_lambda ? code->body : NULL;
}

bool lambda_batch_program(const Function *fn, BatchProgram *program)
{
    BatchLambda lambda = {.fn = fn};
    const Code *body = batch_body(fn, 1);
    return body != NULL && batch_form(&lambda, body, program);
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
    BatchLambda lambda = {.fn = fn};
    BatchProgram program;
    if (!batch_form(&lambda, code, &program) || program.count != 1) {
        return false;
    }
    *step = program.steps[0];
    return step->op == op;
}

bool lambda_comparison(const Function *fn, Comparison *comparison)
{
    const Code *code = batch_body(fn, 1);
    while (code != NULL && code->run == run_and) {
        code = ((const BinaryCode *)code)->left;
    }
    if (code == NULL || !batch_operator(code, &comparison->op)) {
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

/* fold_form: from a reducer's code to its program; see fold_code.h. */
#include "interp/fold/fold_code.h"
#include "interp/machine.h"

#include <string.h>

enum { ACC = 0, ELEMENT = 1, SLOTS_MAX = 32 }; /* slots: of the frame that the lambda has */

typedef struct Former {
    const Shape *shape; /* of the accumulator; NULL: a number */
    int cells, out, registers, step_count, input_count;
    int slots[SLOTS_MAX]; /* the register of a local variable; -1: none */
    uint64_t landings;
    FoldStep steps[FOLD_STEPS_MAX];
    FoldInput inputs[FOLD_REGISTERS_MAX];
} Former;

static int form(Former *former, const Code *code);
static bool form_result(Former *former, const Code *code);

static int new_register(Former *former)
{
    return former->registers < FOLD_REGISTERS_MAX ? former->registers++ : -1;
}

/* -1: there are too many steps, or an operand could not be formed. */
static int add_step(Former *former, FoldOp op, int to, int a, int b)
{
    if (former->step_count == FOLD_STEPS_MAX || to < 0 || a < 0 || b < 0) {
        return -1;
    }
    former->steps[former->step_count++] =
        (FoldStep){(uint8_t)op, (uint8_t)to, (uint8_t)a, (uint8_t)b};
    return to;
}

/* Puts the value of `code` into register `to`; a value that was just worked out and that no
 * variable holds goes there at once. */
static int form_into(Former *former, int to, const Code *code)
{
    int value = form(former, code), count = former->step_count;
    FoldStep *last = count > 0 ? &former->steps[count - 1] : NULL;
    if (last != NULL && last->op <= FOLD_NOT && last->to == value && code->run != run_slot &&
        code->run != run_block) {
        last->to = (uint8_t)to;
        return to;
    }
    return add_step(former, FOLD_MOVE, to, value, 0);
}

/* Lets the jump at `step` lead to what comes next. */
static void land(Former *former, int step)
{
    former->steps[step].to = (uint8_t)former->step_count;
    former->landings |= former->step_count < FOLD_STEPS_MAX ? UINT64_C(1) << former->step_count : 0;
}

static int form_input(Former *former, const Code *code)
{
    int to = new_register(former);
    if (to >= 0) {
        former->inputs[former->input_count++] = (FoldInput){(uint8_t)to, code};
    }
    return to;
}

/* A local variable; the accumulator only if it is a number. */
static int form_slot(const Former *former, const SlotCode *code)
{
    return code->slot < SLOTS_MAX && (code->slot != ACC || former->shape == NULL)
               ? former->slots[code->slot]
               : -1;
}

/* A field of the accumulator. */
static int form_select(const Former *former, const SelectCode *code)
{
    return code->self_slot == ACC && !code->optional && former->shape != NULL
               ? (int)shape_slot(former->shape, code->name.text)
               : -1;
}

static int find_op(const Code *code)
{
    static const struct {
        Operator op;
        FoldOp step;
    } ops[] = {
        {OP_ADD, FOLD_ADD}, {OP_SUB, FOLD_SUB}, {OP_MUL, FOLD_MUL}, {OP_DIV, FOLD_DIV},
        {OP_MOD, FOLD_MOD}, {OP_EQ, FOLD_EQ},   {OP_NE, FOLD_NE},   {OP_LT, FOLD_LT},
        {OP_LE, FOLD_LE},   {OP_GT, FOLD_GT},   {OP_GE, FOLD_GE},   {OP_AND, FOLD_AND},
        {OP_OR, FOLD_OR},
    };
    if (code->run != run_and && code->run != run_or && !is_binary_runner(code->run)) {
        return -1;
    }
    for (int64_t i = 0; i < countof(ops); i++) {
        if (ops[i].op == ((const BinaryCode *)code)->op) {
            return (int)ops[i].step;
        }
    }
    return -1;
}

static int form_if(Former *former, const IfCode *code)
{
    int condition = form(former, code->condition), to = new_register(former);
    int unless = former->step_count;
    if (add_step(former, FOLD_UNLESS, 0, condition, 0) < 0 ||
        form_into(former, to, code->then) < 0) {
        return -1;
    }
    int jump = former->step_count;
    if (add_step(former, FOLD_JUMP, 0, 0, 0) < 0) {
        return -1;
    }
    land(former, unless);
    if (form_into(former, to, code->otherwise) < 0) {
        return -1;
    }
    land(former, jump);
    return to;
}

/* Everything of a block but its last expression. */
static bool form_lets(Former *former, const BlockCode *code)
{
    for (int32_t i = 0; i < code->count; i++) {
        int value = form(former, code->steps[i].code);
        if (value < 0) {
            return false;
        }
        if (code->steps[i].slot >= 0 && code->steps[i].slot < SLOTS_MAX) {
            former->slots[code->steps[i].slot] = value;
        }
    }
    return true;
}

/* The register that holds the value of the node; -1: no program. */
static int form(Former *former, const Code *code)
{
    if (code->run == run_slot) {
        return form_slot(former, (const SlotCode *)code);
    }
    if (code->run == run_select_slot) {
        return form_select(former, (const SelectCode *)code);
    }
    if (code->run == run_literal || code->run == run_captured || code->run == run_cell) {
        return form_input(former, code);
    }
    if (code->run == run_block) {
        const BlockCode *block = (const BlockCode *)code;
        return form_lets(former, block) ? form(former, block->last) : -1;
    }
    if (code->run == run_not) {
        int operand = form(former, ((const UnaryCode *)code)->operand);
        return add_step(former, FOLD_NOT, new_register(former), operand, 0);
    }
    int op = find_op(code);
    if (op >= 0) {
        int left = form(former, ((const BinaryCode *)code)->left);
        int right = left < 0 ? -1 : form(former, ((const BinaryCode *)code)->right);
        return add_step(former, (FoldOp)op, new_register(former), left, right);
    }
    return is_if_runner(code->run) ? form_if(former, (const IfCode *)code) : -1;
}

/* -- the result ---------------------------------------------------------------------------- */

static bool form_if_result(Former *former, const IfCode *code)
{
    int condition = form(former, code->condition);
    int unless = former->step_count;
    if (add_step(former, FOLD_UNLESS, 0, condition, 0) < 0 || !form_result(former, code->then)) {
        return false;
    }
    int jump = former->step_count;
    if (add_step(former, FOLD_JUMP, 0, 0, 0) < 0) {
        return false;
    }
    land(former, unless);
    if (!form_result(former, code->otherwise)) {
        return false;
    }
    land(former, jump);
    return true;
}

static bool form_object_result(Former *former, const ObjectCode *code)
{
    if (code->shape != former->shape || code->count != former->cells) {
        return false;
    }
    for (int32_t i = 0; i < code->count; i++) {
        if (form_into(former, former->out + code->fields[i].slot, code->fields[i].value) < 0) {
            return false;
        }
    }
    return true;
}

/* Steps that put the value of the node, which is the reducer's, into the cells after the step. */
static bool form_result(Former *former, const Code *code)
{
    if (code->run == run_block) {
        return form_lets(former, (const BlockCode *)code) &&
               form_result(former, ((const BlockCode *)code)->last);
    }
    if (code->run == run_object) {
        return form_object_result(former, (const ObjectCode *)code);
    }
    if (code->run == run_slot && ((const SlotCode *)code)->slot == ACC) {
        for (int i = 0; former->out > 0 && i < former->cells; i++) {
            if (add_step(former, FOLD_MOVE, former->out + i, i, 0) < 0) {
                return false;
            }
        }
        return true;
    }
    if (is_if_runner(code->run)) {
        return form_if_result(former, (const IfCode *)code);
    }
    return former->shape == NULL && form_into(former, former->out, code) >= 0;
}

/* The first object that is a value of the node; NULL: none is seen. */
static const Shape *find_shape(const Code *code)
{
    if (code->run == run_object) {
        return ((const ObjectCode *)code)->shape;
    }
    if (code->run == run_block) {
        return find_shape(((const BlockCode *)code)->last);
    }
    if (is_if_runner(code->run)) {
        const Shape *shape = find_shape(((const IfCode *)code)->then);
        return shape != NULL ? shape : find_shape(((const IfCode *)code)->otherwise);
    }
    return NULL;
}

const FoldCode *fold_form(Arena *arena, const Code *body)
{
    Former former;
    former.shape = find_shape(body);
    former.cells = former.shape != NULL ? (int)former.shape->count : 1;
    if (former.cells == 0 || former.cells > FOLD_CELLS_MAX) {
        return NULL;
    }
    former.out = former.cells > 1 ? former.cells : 0;
    former.registers = former.out + former.cells + 1;
    former.step_count = former.input_count = 0;
    former.landings = 0;
    for (int i = 0; i < SLOTS_MAX; i++) {
        former.slots[i] = -1;
    }
    former.slots[ACC] = 0;
    former.slots[ELEMENT] = former.registers - 1;
    if (!form_result(&former, body)) {
        return NULL;
    }
    FoldCode *code = arena_new(arena, FoldCode);
    *code = (FoldCode){
        .shape = former.shape,
        .cells = (uint8_t)former.cells,
        .out = (uint8_t)former.out,
        .element = (uint8_t)(former.out + former.cells),
        .registers = (uint8_t)former.registers,
        .step_count = (uint8_t)former.step_count,
        .input_count = (uint8_t)former.input_count,
        .landings = former.landings,
        .steps = arena_copy(arena, former.steps, former.step_count * (int64_t)sizeof(FoldStep)),
        .inputs = arena_copy(arena, former.inputs, former.input_count * (int64_t)sizeof(FoldInput)),
    };
    return code;
}

/* reducer_form: reducers as folds of batches (runtime/set/set_batch.h), where they are simple enough.
 *
 *   (sum, x) => sum + x.stars                      one cell, ADD of FIELD stars
 *   (b, x) => if (x.ok) b + 1 else b               one cell, ADD of 1, where FIELD ok
 *   (b, x) => { least: Math.min(b.least, x.age),   a cell for each field
 *               n: b.n + 1 }
 *   (groups, x) => {                               grouped: one cell for each FIELD kind
 *     let n = groups[x.kind] ?? 0
 *     Object.assign(groups, Object.fromEntries([[x.kind, n + 1]])) }
 */
#include "interp/fold/batch_form.h"
#include "runtime/builtins/types.h"

enum { ACC = 0, ELEMENT = 1 }; /* the slots of a reducer's parameters */

/* A reducer, and what its cells have for an accumulator. */
typedef struct Reducer {
    BatchLambda lambda;
    BatchFold *fold;   /* grouped: with its key */
    const Code *seeds; /* grouped: what stands for a group that is not there; NULL: not seen yet */
} Reducer;

static bool is_slot(const Code *code, int32_t slot)
{
    return code->run == run_slot && ((const SlotCode *)code)->slot == slot;
}

/* The call of this function of a module, with so many arguments; NULL: the node is none. */
static const BuiltinCode *call_of(const Code *code, const BuiltinType *module, Str name,
                                  int32_t count)
{
    const BuiltinCode *call = (const BuiltinCode *)code;
    bool is_call = (code->run == run_builtin || code->run == run_extend) &&
                   call->self.type == T_MODULE && call->self.as.module->type == module &&
                   str_eq(str_from_c(call->row->name), name) && call->args.count == count;
    return is_call ? call : NULL;
}

/* -- keys -------------------------------------------------------------------------------------- */

/* What a key spells: x.n.toString(), "#{x.n}"; the node itself when it is no such. */
static const Code *spelled_by(const Code *code)
{
    const MethodCode *method = (const MethodCode *)code;
    if (code->run == run_method && str_eq(method->name.text, STR("toString")) &&
        method->args.count == 0 && !method->optional) {
        return method->self;
    }
    const ListCode *parts = (const ListCode *)code;
    return code->run == run_template && parts->count == 1 ? parts->items[0] : code;
}

static bool form_key(BatchLambda *lambda, const Code *code, BatchProgram *key, bool *spells)
{
    const Code *let = batch_let(lambda, code);
    code = let != NULL ? let : code;
    const Code *spelled = spelled_by(code);
    *spells = spelled != code;
    return batch_form(lambda, spelled, key);
}

static bool is_same_step(const BatchStep *a, const BatchStep *b)
{
    return a->op == b->op && str_eq(a->name, b->name) &&
           (a->op != BATCH_CONSTANT ||
            (a->constant.type == b->constant.type && val_equal(a->constant, b->constant)));
}

/* Whether the node gives the key of the fold. */
static bool is_key(Reducer *reducer, const Code *code)
{
    const BatchFold *fold = reducer->fold;
    BatchProgram key;
    bool spells;
    if (!form_key(&reducer->lambda, code, &key, &spells) || spells != fold->spells_key ||
        key.count != fold->key.count) {
        return false;
    }
    for (int32_t i = 0; i < key.count; i++) {
        if (!is_same_step(&key.steps[i], &fold->key.steps[i])) {
            return false;
        }
    }
    return true;
}

/* -- accumulators ------------------------------------------------------------------------------ */

/* Whether the node is `acc[key] ?? seeds`; all of them have the same seeds. */
static bool is_group(Reducer *reducer, const Code *code)
{
    const Code *let = batch_let(&reducer->lambda, code);
    code = let != NULL ? let : code;
    if (code->run != run_coalesce) {
        return false;
    }
    const BinaryCode *coalesce = (const BinaryCode *)code;
    const AccessCode *access = (const AccessCode *)coalesce->left;
    if (access->head.run != run_access || access->optional || access->args.count != 1 ||
        !is_slot(access->self, ACC) || !is_key(reducer, access->args.at[0])) {
        return false;
    }
    bool is_first = reducer->seeds == NULL;
    reducer->seeds = is_first ? coalesce->right : reducer->seeds;
    return is_first || reducer->seeds == coalesce->right;
}

/* Whether the node reads the accumulator, of a grouped reducer a group: the variable itself, or
 * (not empty) its field. */
static bool is_acc(Reducer *reducer, const Code *code, Str field)
{
    if (field.len == 0) {
        return reducer->fold->grouped ? is_group(reducer, code) : is_slot(code, ACC);
    }
    const SelectCode *select = (const SelectCode *)code;
    if (code->run != run_select_slot || select->optional || !str_eq(select->name.text, field)) {
        return false;
    }
    return reducer->fold->grouped ? is_group(reducer, select->self) : select->self_slot == ACC;
}

/* -- cells ------------------------------------------------------------------------------------- */

/* `acc op value`, or `value op acc`, where they are the operands. */
static bool form_operands(Reducer *reducer, const Code *left, const Code *right, Str field,
                          BatchCell *cell)
{
    cell->value_first = !is_acc(reducer, left, field);
    const Code *acc = cell->value_first ? right : left, *value = cell->value_first ? left : right;
    return is_acc(reducer, acc, field) && batch_form(&reducer->lambda, value, &cell->value);
}

/* The accumulator combined with a value: without `if`. */
static bool form_combination(Reducer *reducer, const Code *code, Str field, BatchCell *cell)
{
    const BuiltinCode *min = call_of(code, &math_type, STR("min"), 2);
    const BuiltinCode *bound = min != NULL ? min : call_of(code, &math_type, STR("max"), 2);
    if (bound != NULL) {
        cell->op = min != NULL ? BATCH_FOLD_MIN : BATCH_FOLD_MAX;
        return form_operands(reducer, bound->args.at[0], bound->args.at[1], field, cell);
    }
    BatchOp op;
    if (!batch_operator(code, &op) || (op != BATCH_ADD && op != BATCH_SUB)) {
        return false;
    }
    const BinaryCode *binary = (const BinaryCode *)code;
    cell->op = op == BATCH_ADD ? BATCH_FOLD_ADD : BATCH_FOLD_SUB;
    return form_operands(reducer, binary->left, binary->right, field, cell) &&
           !(cell->op == BATCH_FOLD_SUB && cell->value_first);
}

static bool form_cell(Reducer *reducer, const Code *code, Str field, BatchCell *cell)
{
    const IfCode *if_ = (const IfCode *)code;
    cell->has_condition = is_if_runner(code->run);
    if (!cell->has_condition) {
        return form_combination(reducer, code, field, cell);
    }
    return is_acc(reducer, if_->otherwise, field) &&
           form_combination(reducer, if_->then, field, cell) &&
           batch_form(&reducer->lambda, if_->condition, &cell->condition);
}

/* An object each of whose fields is that of the accumulator, combined with a value. */
static bool form_cells(Reducer *reducer, const ObjectCode *code)
{
    BatchFold *fold = reducer->fold;
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
        if (name.len == 0 || !form_cell(reducer, code->fields[i].value, name, cell)) {
            return false;
        }
    }
    return true;
}

/* The cell or cells that the node is. */
static bool form_value(Reducer *reducer, const Code *code)
{
    if (code->run == run_object) {
        return form_cells(reducer, (const ObjectCode *)code);
    }
    reducer->fold->shape = NULL;
    reducer->fold->count = 1;
    return form_cell(reducer, code, (Str){0}, &reducer->fold->cells[0]);
}

/* -- groups ------------------------------------------------------------------------------------ */

/* The key and the value of Object.fromEntries([[key, value]]). */
static bool find_entry(const Code *code, const Code **key, const Code **value)
{
    const BuiltinCode *call = call_of(code, &object_type, STR("fromEntries"), 1);
    const ListCode *entries = call != NULL ? (const ListCode *)call->args.at[0] : NULL;
    if (entries == NULL || entries->head.run != run_array || entries->count != 1) {
        return false;
    }
    const ListCode *entry = (const ListCode *)entries->items[0];
    if (entry->head.run != run_array || entry->count != 2) {
        return false;
    }
    *key = entry->items[0];
    *value = entry->items[1];
    return true;
}

/* A constant number. */
static bool take_seed(BatchLambda *lambda, const Code *code, Value *seed)
{
    BatchProgram program;
    if (!batch_form(lambda, code, &program) || program.count != 1 ||
        program.steps[0].op != BATCH_CONSTANT) {
        return false;
    }
    *seed = program.steps[0].constant;
    return val_is_number(*seed);
}

/* The seeds of the cells: constants, of the shape that the cells make. */
static bool take_seeds(Reducer *reducer)
{
    BatchFold *fold = reducer->fold;
    const Code *seeds = reducer->seeds;
    if (fold->shape == NULL) {
        return take_seed(&reducer->lambda, seeds, &fold->seeds[0]);
    }
    const ObjectCode *object = (const ObjectCode *)seeds;
    if (seeds->run != run_object || object->shape != fold->shape || object->count != fold->count) {
        return false;
    }
    for (int32_t i = 0; i < fold->count; i++) {
        for (int32_t j = 0; j < fold->count; j++) {
            if (object->fields[j].slot == fold->cells[i].slot &&
                !take_seed(&reducer->lambda, object->fields[j].value, &fold->seeds[i])) {
                return false;
            }
        }
    }
    return true;
}

static bool form_groups(Reducer *reducer, const Code *code)
{
    BatchFold *fold = reducer->fold;
    BatchLambda *lambda = &reducer->lambda;
    if (is_if_runner(code->run)) {
        const IfCode *if_ = (const IfCode *)code;
        fold->has_condition = true;
        if (!is_slot(if_->otherwise, ACC) ||
            !batch_form(lambda, if_->condition, &fold->condition)) {
            return false;
        }
        code = if_->then;
    }
    const BuiltinCode *assign = call_of(code, &object_type, STR("assign"), 2);
    const Code *key, *value;
    return assign != NULL && is_slot(assign->args.at[0], ACC) &&
           find_entry(assign->args.at[1], &key, &value) &&
           form_key(lambda, key, &fold->key, &fold->spells_key) && form_value(reducer, value) &&
           take_seeds(reducer);
}

/* -- all --------------------------------------------------------------------------------------- */

/* Notes the `let`s of a block; returns the expression behind them. NULL: it is more than that. */
static const Code *enter_block(BatchLambda *lambda, const Code *body)
{
    lambda->unread = 0;
    if (body->run != run_block) {
        return body;
    }
    const BlockCode *block = (const BlockCode *)body;
    for (int32_t i = 0; i < block->count; i++) {
        int32_t slot = block->steps[i].slot;
        if (slot <= ELEMENT || slot >= BATCH_LETS_MAX) {
            return NULL;
        }
        lambda->lets[slot] = block->steps[i].code;
        lambda->unread |= UINT32_C(1) << slot;
    }
    return block->last;
}

static bool form_fold(const Function *fn, const Code *body, BatchFold *fold, bool grouped)
{
    Reducer reducer = {.lambda = {.fn = fn, .element = ELEMENT}, .fold = fold};
    const Code *result = enter_block(&reducer.lambda, body);
    fold->grouped = grouped;
    fold->has_condition = false;
    bool is_formed =
        result != NULL && (grouped ? form_groups(&reducer, result) : form_value(&reducer, result));
    return is_formed && reducer.lambda.unread == 0;
}

bool lambda_batch_fold(const Function *fn, BatchFold *fold)
{
    const Code *body = batch_body(fn, 2);
    return body != NULL && (form_fold(fn, body, fold, false) || form_fold(fn, body, fold, true));
}

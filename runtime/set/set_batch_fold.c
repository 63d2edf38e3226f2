/* set_batch_fold: batches given to a fold, and what else leaves a batch: see set_batch.h. Folds by
 * key are in set_batch_group.c.
 *
 * A fold of a batch adds up each cell in turn. All cells start from the accumulator of before
 * and none sees another, so that it does not matter that the elements come to one cell first.
 */
#include "runtime/set/set_batch_int.h"

#include "runtime/number.h"

#include <string.h>

/* Moves the elements that `holds` names to the front. */
static void keep_elements(Column *elements, uint64_t holds)
{
    int64_t kept = 0;
    uint64_t whole = 0;
    for (uint64_t left = holds; left != 0; left &= left - 1) {
        int i = __builtin_ctzll(left);
        if (elements->kind == COLUMN_TEXTS) {
            elements->as.texts[kept] = elements->as.texts[i];
        } else { /* documents, integers and doubles are words alike */
            elements->as.integers[kept] = elements->as.integers[i];
        }
        whole |= (elements->whole >> i & 1) << kept++;
    }
    elements->whole = whole;
}

bool batch_keep(Batch *batch, const Column *condition)
{
    uint64_t all = batch_mask(batch->count);
    bool is_told = condition->kind == COLUMN_BOOLEANS || condition->kind == COLUMN_NULLS;
    if (!is_told || (condition->known | condition->nulls) != all ||
        batch->elements.kind == COLUMN_BOOLEANS) {
        return false;
    }
    uint64_t holds =
        condition->kind == COLUMN_BOOLEANS ? condition->as.truths & condition->known : 0;
    if (holds != all) {
        keep_elements(&batch->elements, holds);
        batch->count = __builtin_popcountll(holds);
        batch->elements.known = batch_mask(batch->count);
    }
    return true;
}

Value batch_column_value(const Column *column, int64_t i)
{
    switch (column->kind) {
    case COLUMN_BOOLEANS:
        return val_bool(column->as.truths >> i & 1);
    case COLUMN_INTEGERS:
        return val_number(column->as.integers[i]);
    case COLUMN_DOUBLES:
        return column->whole >> i & 1 ? val_number((int64_t)column->as.doubles[i])
                                      : val_double(column->as.doubles[i]);
    case COLUMN_TEXTS:
        return val_str(column->as.texts[i]);
    case COLUMN_NULLS:
    case COLUMN_DOCS:
        break;
    }
    UNREACHABLE();
}

Value batch_value(const Batch *batch, int64_t i)
{
    assert(i >= 0 && i < batch->count && (batch->elements.known >> i & 1));
    return batch->elements.kind == COLUMN_DOCS
               ? val_doc(batch->collection, batch->elements.as.docs[i])
               : batch_column_value(&batch->elements, i);
}

/* -- cells ---------------------------------------------------------------------------------- */

Value batch_combine(const BatchCell *cell, Value acc, Value v)
{
    switch (cell->op) {
    case BATCH_FOLD_ADD:
        return number_add(acc, v);
    case BATCH_FOLD_SUB:
        return number_subtract(acc, v);
    case BATCH_FOLD_MIN:
        return cell->value_first ? number_min(v, acc) : number_min(acc, v);
    case BATCH_FOLD_MAX:
        return cell->value_first ? number_max(v, acc) : number_max(acc, v);
    }
    UNREACHABLE();
}

/* A batch of numbers within this adds up to no more than SUM_MAX, and with another number below
 * that still to less than 64 bits hold, whatever the order. */
#define SUMMAND_MAX (UINT64_C(1) << 56)
#define SUM_MAX (INT64_C(1) << 62)
_Static_assert((int64_t)SUMMAND_MAX *BATCH_MAX == SUM_MAX, "they are batches");

/* The values added up, if they are so small. */
static bool sum_integers(const int64_t *values, int64_t count, int64_t *sum)
{
    uint64_t total = 0, spread = 0;
    for (int64_t i = 0; i < count; i++) {
        uint64_t n = (uint64_t)values[i];
        total += n;
        spread |= n + SUMMAND_MAX; /* below twice that for n from -SUMMAND_MAX on */
    }
    *sum = (int64_t)total;
    return spread < 2 * SUMMAND_MAX;
}

static int64_t find_bound(const int64_t *values, int64_t count, bool is_max)
{
    int64_t bound = values[0];
    if (is_max) {
        for (int64_t i = 1; i < count; i++) {
            bound = values[i] > bound ? values[i] : bound;
        }
    } else {
        for (int64_t i = 1; i < count; i++) {
            bound = values[i] < bound ? values[i] : bound;
        }
    }
    return bound;
}

/* Combines all elements of a column of integers with an integer. False: not in this way. */
static bool fold_integers(const BatchCell *cell, const Column *column, int64_t count, Value *acc)
{
    const int64_t *values = column->as.integers;
    int64_t total = acc->as.integer, sum;
    if (cell->op == BATCH_FOLD_MIN || cell->op == BATCH_FOLD_MAX) {
        *acc = batch_combine(cell, *acc,
                             val_number(find_bound(values, count, cell->op == BATCH_FOLD_MAX)));
        return true;
    }
    if (!sum_integers(values, count, &sum) || total <= -SUM_MAX || total >= SUM_MAX) {
        return false;
    }
    *acc = val_number(cell->op == BATCH_FOLD_ADD ? total + sum : total - sum);
    return true;
}

static bool fold_doubles(const BatchCell *cell, const Column *column, int64_t count, Value *acc)
{
    if (cell->op != BATCH_FOLD_ADD || column->whole != 0) {
        return false;
    }
    double total = acc->as.number;
    for (int64_t i = 0; i < count; i++) {
        total += column->as.doubles[i];
    }
    *acc = val_double(total);
    return true;
}

/* Combines the elements of `column` that `chosen` names. */
static Value fold_column(const BatchCell *cell, const Column *column, int64_t count,
                         uint64_t chosen, Value acc)
{
    bool is_done = false, is_all = chosen == batch_mask(count);
    if (is_all && column->kind == COLUMN_INTEGERS && val_is_integer(acc)) {
        is_done = fold_integers(cell, column, count, &acc);
    } else if (is_all && column->kind == COLUMN_DOUBLES && acc.type == T_DOUBLE) {
        is_done = fold_doubles(cell, column, count, &acc);
    }
    for (uint64_t left = is_done ? 0 : chosen; left != 0; left &= left - 1) {
        acc = batch_combine(cell, acc, batch_column_value(column, __builtin_ctzll(left)));
    }
    return acc;
}

bool batch_choose(Rt *rt, BatchProgram *condition, const Batch *batch, uint64_t *chosen)
{
    Column column;
    if (!batch_compute(rt, condition, batch, &column) || column.kind != COLUMN_BOOLEANS ||
        !batch_all_known(&column, batch->count)) {
        return false;
    }
    *chosen = column.as.truths & column.known;
    return true;
}

/* What the program gives: in `room`, or the elements as they are. NULL: it cannot be told. */
static const Column *see_column(Rt *rt, BatchProgram *program, const Batch *batch, Column *room)
{
    if (program->count == 1 && program->steps[0].op == BATCH_ELEMENT) {
        return &batch->elements;
    }
    return batch_compute(rt, program, batch, room) ? room : NULL;
}

const Column *batch_cell_columns(Rt *rt, BatchCell *cell, const Batch *batch, Column *room,
                                 uint64_t *chosen)
{
    *chosen = batch_mask(batch->count);
    if (cell->has_condition && !batch_choose(rt, &cell->condition, batch, chosen)) {
        return NULL;
    }
    const Column *values = see_column(rt, &cell->value, batch, room);
    bool are_numbers = values != NULL &&
                       (values->kind == COLUMN_INTEGERS || values->kind == COLUMN_DOUBLES) &&
                       batch_all_known(values, batch->count);
    return are_numbers ? values : NULL;
}

/* The accumulator of a cell after the batch. */
static bool fold_cell(Rt *rt, BatchCell *cell, const Batch *batch, Value *acc)
{
    Column room;
    uint64_t chosen;
    const Column *column =
        val_is_number(*acc) ? batch_cell_columns(rt, cell, batch, &room, &chosen) : NULL;
    if (column == NULL) {
        return false;
    }
    *acc = fold_column(cell, column, batch->count, chosen, *acc);
    return true;
}

static bool fold_object(Rt *rt, BatchFold *fold, const Batch *batch, Value *acc)
{
    Value slots[BATCH_CELLS_MAX];
    if (acc->type != T_OBJECT || acc->as.object->shape != fold->shape) {
        return false;
    }
    for (int32_t i = 0; i < fold->count; i++) {
        slots[i] = acc->as.object->slots[fold->cells[i].slot];
        if (!fold_cell(rt, &fold->cells[i], batch, &slots[i])) {
            return false;
        }
    }
    Object *object = object_new(rt->heap, fold->shape);
    for (int32_t i = 0; i < fold->count; i++) {
        object->slots[fold->cells[i].slot] = slots[i];
    }
    *acc = val_object(object);
    return true;
}

bool batch_fold(Rt *rt, BatchFold *fold, Arena *home, const Batch *batch, Value *acc)
{
    return fold->grouped         ? batch_group(rt, fold, home, batch, acc)
           : fold->shape != NULL ? fold_object(rt, fold, batch, acc)
                                 : fold_cell(rt, &fold->cells[0], batch, acc);
}

void batch_fold_end(Rt *rt, BatchFold *fold, Value *acc)
{
    if (fold->is_open) {
        batch_group_end(rt, fold, acc);
    }
}

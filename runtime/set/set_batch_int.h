/* set_batch_int: what the files of batches (set_batch.h) share. */
#ifndef FAWN_RUNTIME_SET_SET_BATCH_INT_H
#define FAWN_RUNTIME_SET_SET_BATCH_INT_H

#include "runtime/set/set_batch.h"

/* A bit for each of `count` elements. */
static inline uint64_t batch_mask(int64_t count)
{
    assert(count >= 0 && count <= BATCH_MAX);
    return count == 0 ? 0 : UINT64_MAX >> (BATCH_MAX - count);
}

static inline bool batch_all_known(const Column *column, int64_t count)
{
    return column->known == batch_mask(count);
}

/* -- set_batch_fold.c ---------------------------------------------------------------------- */

/* The accumulator of a cell and the value of one element combined. Both are numbers. */
Value batch_combine(const BatchCell *cell, Value acc, Value v);

/* Element i of a column that holds no documents; it is known. */
Value batch_column_value(const Column *column, int64_t i);

/* What a cell combines with: its numbers, in `room` or in the batch itself, and a bit for each
 * element that it counts. NULL: they cannot be told. */
const Column *batch_cell_columns(Rt *rt, BatchCell *cell, const Batch *batch, Column *room,
                                 uint64_t *chosen);

/* The elements for which the program holds. False: it does not give Booleans alone. */
NODISCARD bool batch_choose(Rt *rt, BatchProgram *condition, const Batch *batch, uint64_t *chosen);

/* -- set_batch_group.c --------------------------------------------------------------------- */

/* batch_fold and batch_fold_end of a grouped fold. */
NODISCARD bool batch_group(Rt *rt, BatchFold *fold, Arena *home, const Batch *batch, Value *acc);
void batch_group_end(Rt *rt, BatchFold *fold, Value *acc);

#endif

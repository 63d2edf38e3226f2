/* array: the rows of Array that take functions (array_function.c), which array.c lists, and
 * what both files share.
 */
#ifndef FAWN_RUNTIME_BUILTINS_ARRAY_H
#define FAWN_RUNTIME_BUILTINS_ARRAY_H

#include "runtime/builtins/types.h"

/* Whether `index` is that of an element. False: a fault. */
NODISCARD bool array_check_index(Rt *rt, Value array, Value index);

/* The elements [from, until), borrowed; positions outside count as the nearest end. */
Value array_slice(Value array, int64_t from, int64_t until);

/* The elements of the `count` arrays at `arrays` in one array. */
Value array_flatten(Rt *rt, const Value *arrays, int64_t count);

extern const Builtin array_aggregate_row, array_any_row, array_every_row, array_filter_row,
    array_first_where_row, array_flat_map_row, array_fold_row, array_fold_right_row,
    array_for_each_row, array_index_where_row, array_last_index_where_row, array_last_where_row,
    array_map_row, array_reduce_row, array_reduce_right_row, array_where_row;

#endif

/* fold_code: reducers that only compute with numbers, as programs on registers. A fold runs them
 * without making a value or a call for its steps; its accumulator, a number or an object of
 * numbers, stays in registers from step to step.
 *
 *   (z, _) => { let x = z.x * z.x + c    acc 0 1 (x y)   element 2   constants 3 (c)   outs 4 5
 *               { x: x, y: z.y + x } }   6 = 0 * 0, 7 = 6 + 3, 4 = 7, 8 = 1 + 7, 5 = 8
 *
 * The program is formed when the lambda is lowered, and knows no types. They are found when it
 * runs, from what the accumulator, the element and the captured variables hold: integers, doubles
 * or Booleans. A step that it cannot do, for a type, an overflow or a division by zero, is done by
 * calling the lambda: that gives the value or the fault.
 */
#ifndef FAWN_INTERP_FOLD_FOLD_CODE_H
#define FAWN_INTERP_FOLD_FOLD_CODE_H

#include "interp/code.h"

struct Batch;

enum {
    FOLD_CELLS_MAX = 8, /* numbers of an accumulator */
    FOLD_REGISTERS_MAX = 64,
    FOLD_STEPS_MAX = 64,
};

typedef enum FoldOp {
    FOLD_ADD, /* to = a op b; in the order of their forms in fold_run.c */
    FOLD_SUB,
    FOLD_MUL,
    FOLD_DIV,
    FOLD_MOD,
    FOLD_EQ,
    FOLD_NE,
    FOLD_LT,
    FOLD_LE,
    FOLD_GT,
    FOLD_GE,
    FOLD_AND,
    FOLD_OR,
    FOLD_NOT,    /* to = !a */
    FOLD_MOVE,   /* to = a */
    FOLD_UNLESS, /* goes to step `to` unless a */
    FOLD_JUMP,   /* goes to step `to` */
    FOLD_OPS,
} FoldOp;

typedef struct FoldStep {
    uint8_t op, to, a, b;
} FoldStep;

/* Where the value of a register comes from that no step makes. */
typedef struct FoldInput {
    uint8_t to;
    const Code *code; /* a literal, a captured variable or one of the session */
} FoldInput;

/* The registers: the accumulator's cells, its cells after the step if they are several, the
 * element, then all else. */
typedef struct FoldCode {
    const Shape *shape; /* of the accumulator; NULL: it is a number, one cell */
    uint8_t cells, registers;
    uint8_t out; /* the first of the cells after the step; the only one is worked out in place */
    uint8_t element;
    uint8_t step_count, input_count;
    uint64_t landings; /* a bit for each step that some jump leads to */
    const FoldStep *steps;
    const FoldInput *inputs;
} FoldCode;

/* The program of a reducer's body in `arena`; NULL: it is not simple enough. */
const FoldCode *fold_form(Arena *arena, const Code *body);

/* RtUp.folds_numbers and RtUp.fold_numbers. */
bool lambda_folds_numbers(const Function *fn);
int64_t lambda_fold_numbers(Rt *rt, const Function *fn, const struct Batch *batch, int64_t from,
                            Value *acc);

#endif

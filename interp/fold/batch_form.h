/* batch_form: what batch_form.c and reducer_form.c share: nodes as programs over batches. */
#ifndef FAWN_INTERP_FOLD_BATCH_FORM_H
#define FAWN_INTERP_FOLD_BATCH_FORM_H

#include "interp/machine.h"
#include "runtime/set/set_batch.h"

enum { BATCH_LETS_MAX = 8 }; /* the first slots of a frame */

/* A lambda whose nodes become programs. Its `let`s stand for what they are bound to: programs
 * change nothing and cannot fail, so that it does not matter when, or how often, that is worked
 * out. It must be at all: one that nothing reads may be a fault. */
typedef struct BatchLambda {
    const Function *fn;
    int32_t element;                  /* the slot that holds the element */
    const Code *lets[BATCH_LETS_MAX]; /* by their slots; NULL: no `let` */
    uint32_t unread;                  /* a bit for each slot whose `let` was not asked for yet */
} BatchLambda;

/* The body of a lambda of that many parameters; NULL: it is another kind of function. */
const Code *batch_body(const Function *fn, int32_t params);

/* What the variable is bound to that the node reads; NULL: the node is no variable, or that is no
 * `let`. */
const Code *batch_let(BatchLambda *lambda, const Code *code);

/* Whether the node is a binary operator that has a step. */
bool batch_operator(const Code *code, BatchOp *op);

/* The node as a program. False: it has none. */
NODISCARD bool batch_form(BatchLambda *lambda, const Code *code, BatchProgram *program);

#endif

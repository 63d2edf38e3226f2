/* up: what the runtime asks of the interpreter, which stands above it: calling a function value,
 * calling a method by name, compiling text, and what a lambda is made of. The interpreter fills
 * the table in; `rt->up` points to it.
 */
#ifndef FAWN_RUNTIME_UP_H
#define FAWN_RUNTIME_UP_H

#include "runtime/value.h"

typedef struct Rt Rt;

struct Migrations;
struct BatchProgram;
struct BatchFold;
struct Batch;
struct Comparison;

/* What the interpreter does for the runtime. */
typedef struct RtUp {
    /* Calls a function value. Checks arity and depth. On failure: T_FAULT. Arguments at rt_frame
     * are gone afterwards, others are copied. */
    Value (*call)(Rt *rt, Value fn, const Value *args, int64_t argc);
    /* Calls method `name` of `self` as `self.name(args…)` would. */
    Value (*call_method)(Rt *rt, Value self, Str name, const Value *args, int64_t argc);
    /* Makes a function value of `source`, a lambda's text. It lives as long as `arena`. */
    Value (*compile_lambda)(Rt *rt, Arena *arena, const Source *source);
    /* The same of an expression's text: a function without parameters. */
    Value (*compile_expression)(Rt *rt, Arena *arena, const Source *source);
    /* The type that `source` spells, in `arena`; NULL: a fault like that of compile_lambda. */
    const struct SchemaType *(*compile_type)(Rt *rt, Arena *arena, const Source *source);
    /* The migrations that documents need when the definition of their collection changes from
     * `before` (NULL: there are no documents) to `after`, on `rt->heap`. False: they do not lead
     * from the old fields to the new ones, which is a fault. */
    bool (*plan_migrations)(Rt *rt, const Object *before, const Object *after,
                            struct Migrations *migrations);
    /* The fault for definitions of which some name what is not there; it shows where. */
    Value (*fault_schema)(Rt *rt);
    /* Whether the types of the definitions' code fit; false: such a fault. */
    bool (*check_schema)(Rt *rt);
    /* Whether `source` is the text of a type; false: a fault like that of compile_lambda. */
    bool (*check_type)(Rt *rt, const Source *source);
    /* The value of field or method `name` of `self`, as `self.name` would give it. */
    Value (*get_field)(Rt *rt, Value self, Str name);
    /* The i-th variable that a lambda uses and does not bind itself, of outer functions or of
     * the session; false: there are no more. Cursors write them down. */
    bool (*free_variable)(const Function *fn, int64_t i, Str *name, Value *value);
    /* The path that a lambda such as `.a.b[0]` spells, as an Array of Strings and integers on
     * rt->heap; false: it is no such lambda. */
    bool (*field_path)(Rt *rt, const Function *fn, Value *path);
    /* A lambda of one parameter as a program over batches (set_batch.h), and a reducer as a fold of
     * them; both good as long as the function is. False: it is not simple enough. */
    bool (*batch_program)(const Function *fn, struct BatchProgram *program);
    bool (*batch_fold)(const Function *fn, struct BatchFold *fold);
    /* Whether a reducer's accumulator may be lent to it: accumulator.h, I1. */
    bool (*extends)(const Function *fn);
    /* Whether a reducer only computes with numbers; and what such a one makes of `*acc` and the
     * elements of a batch of numbers from `from` on. Returns the first element for which the
     * lambda itself must be called. */
    bool (*folds_numbers)(const Function *fn);
    int64_t (*fold_numbers)(Rt *rt, const Function *fn, const struct Batch *batch, int64_t from,
                            Value *acc);
    /* The leftmost comparison of a predicate, without which it does not hold, if it compares a field
     * of the element with a constant (set_predicate.h). */
    bool (*comparison)(const Function *fn, struct Comparison *comparison);
} RtUp;

#endif

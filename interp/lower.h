/* lower: syntax trees to code. Names become places, builtins rows, literals values; operators
 * and links get the runner for the form that their operands have.
 */
#ifndef FAWN_INTERP_LOWER_H
#define FAWN_INTERP_LOWER_H

#include "interp/machine.h"
#include "interp/scope.h"
#include "runtime/base/vec.h"

/* Variables that outlive the source: of the session, and the query's arguments. */
typedef struct Variables {
    /* The cell of a variable, which stays where it is as long as the code; NULL: none. */
    const Value *(*find)(void *context, Str name);
    void *context;
} Variables;

/* The places where names mean what the database knows: collections and functions. */
typedef VEC(const Code *) GlobalList;

typedef struct Lowerer {
    Rt *rt;
    Arena *arena;               /* of the code */
    Scope *scope;               /* of the function being lowered */
    const Variables *variables; /* NULL: none */
    const Value *values;        /* of a query template */
    const Str *value_errors;    /* why those are wrong that are T_FAULT */
    int64_t value_count;
    DiagList *diags;     /* what cannot be run */
    GlobalList *globals; /* not NULL: each is added as it is met */
} Lowerer;

/* An expression outside of any function. `*frame_size` is raised to the slots that it needs. */
const Code *lower_statement(Lowerer *lowerer, const Node *node, int32_t *frame_size);

/* A function of one parameter per name. The scope around it is `lowerer->scope`. */
const FunctionCode *lower_function(Lowerer *lowerer, const Name *params, int64_t count,
                                   bool variadic, const Node *body, Span span);

/* Between the files of the lowerer. `tail`: the value is that of the function around. */
const Code *lower_node(Lowerer *lowerer, const Node *node, bool tail);
const Code *lower_chain(Lowerer *lowerer, const Node *node, bool tail);
const Code *lower_projection(Lowerer *lowerer, const Node *node);
const Code *lower_value(Lowerer *lowerer, Value value, Span span);

/* A new zeroed node of type T with this runner. */
#define NEW_CODE(lowerer, T, run_, span_) NEW_CODE_WITH(lowerer, T, 0, run_, span_)
#define NEW_CODE_WITH(lowerer, T, extra_bytes, run_, span_) \
    ((T *)lower_new((lowerer), (int64_t)sizeof(T) + (extra_bytes), (run_), (span_)))
Code *lower_new(Lowerer *lowerer, int64_t bytes, CodeRun *run, Span span);

#endif

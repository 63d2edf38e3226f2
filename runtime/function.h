/* function: function values. Lambdas are completed by interp (struct Closure); what the
 * runtime needs of them is here. */
#ifndef FAWN_RUNTIME_FUNCTION_H
#define FAWN_RUNTIME_FUNCTION_H

#include "runtime/builtin.h"

typedef enum FunctionKind {
    FUNCTION_LAMBDA = 0, /* a closure */
    FUNCTION_BOUND = 1,  /* a builtin method bound to its receiver: "abc".slice */
    FUNCTION_USER = 2,   /* Function.create({ name, body }) */
    FUNCTION_GUARDED = 3 /* the same where each call is looked at first: role_call.h */
} FunctionKind;

/* Whether calling it is nothing but running its body: those are even. */
static inline bool function_is_plain(FunctionKind kind)
{
    return !(kind & 1);
}

struct UserFunction;

struct Function {
    FunctionKind kind;
    int32_t params;          /* required parameters */
    bool variadic;           /* takes more */
    Str name;                /* "" for a lambda */
    Span span;               /* where a lambda is written; its text is there */
    union {
        const Builtin *builtin;    /* BOUND */
        struct UserFunction *user; /* USER, GUARDED */
    };
    uint64_t arities;        /* BOUND: function_arities of its signature */
    Value self;              /* BOUND */
    const struct Code *code; /* LAMBDA, USER: the body (interp/code.h) */
    int64_t captured_count;  /* LAMBDA */
    Value captured[];        /* LAMBDA: variables of outer functions, copied */
};

/* Whether `argc` arguments may be given. */
bool function_accepts(const Function *fn, int64_t argc);

/* The counts of arguments that some overload takes, a bit each. */
uint64_t function_arities(const Signature *signature);

#endif

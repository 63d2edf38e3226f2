/* code: the executable tree that `lower` makes of a syntax tree.
 *
 * A node starts with the function that runs it; the dispatcher is that function pointer.
 * Names are gone: variables are slots of the running function's frame, values captured by a
 * closure are read through the frame, builtins are rows.
 *
 *   (acc, x) => acc * 2 + x      FunctionCode (2 parameters, frame of 2)
 *                                 └─ Binary run_add
 *                                     ├─ Binary run_mul_slot_constant  slot 0, 2
 *                                     └─ Slot 1
 *
 * FRAMES lie on the value stack. Arguments are evaluated right where the callee's frame will
 * begin, so a call copies nothing:
 *
 *   caller:  frame[0] frame[1] … frame[base]  [base+1] [base+2]
 *   callee:                      frame[-1]    frame[0] frame[1] … frame[frame_size-1]
 *                                the function  its arguments, then its lets and temporaries
 *
 * The tree is read-only once lowered, but for caches: structs named …Cache, which a node
 * points to. A run may fill them at any time and nothing depends on what they hold.
 */
#ifndef FAWN_INTERP_CODE_H
#define FAWN_INTERP_CODE_H

#include "grammar/ast.h"
#include "runtime/function.h"
#include "runtime/schema/catalog.h"

typedef struct Code Code;
typedef Value CodeRun(Rt *rt, const Code *code, Value *frame);

struct Code {
    CodeRun *run;
    Span span; /* the place that faults name: of a chain's link its own, not the chain's */
};

/* Runs a node. The value may be T_FAULT. */
static ALWAYS_INLINE Value code_run(Rt *rt, const Code *code, Value *frame)
{
    return code->run(rt, code, frame);
}

/* Like TRY, for running a node. */
#define TRY_RUN(name, code_) TRY(name, code_run(rt, (code_), frame))

/* A null made by `?.` on null: the links behind it, except `!`, are skipped (Value.flags). */
enum { NULL_SHORT = 1 };

/* T_FAULT with this flag is no failure: the function starts again with new arguments in its
 * frame (a call of itself in tail position). Only `function_enter` sees it. */
enum { FAULT_AGAIN = 1 };

/* -- leaves ----------------------------------------------------------------------------- */

typedef struct LiteralCode {
    Code head;
    Value value;
} LiteralCode;

typedef struct SlotCode {
    Code head;
    int32_t slot; /* of the frame, or of Function.captured */
} SlotCode;

/* A variable of the session: lives as long as the code. */
typedef struct CellCode {
    Code head;
    const Value *cell;
} CellCode;

/* A collection or user function, found by name when it is first needed. */
typedef struct GlobalCache {
    const Catalog *catalog; /* for which `value` holds; NULL: none */
    int64_t version;
    Value value;
} GlobalCache;

typedef struct GlobalCode {
    Code head;
    Str name;
    Str near; /* a variable in sight that has nearly this name; empty: none */
    GlobalCache *cache;
} GlobalCode;

/* -- operators -------------------------------------------------------------------------- */

/* `slot` and `constant` serve the forms that need no node for an operand. */
typedef struct BinaryCode {
    Code head;
    const Code *left, *right;
    int32_t left_slot, right_slot;
    int64_t constant;
    Operator op;
    Span name_span, left_span, right_span;
} BinaryCode;

typedef struct UnaryCode {
    Code head;
    const Code *operand;
    Operator op;
    Span name_span;
} UnaryCode;

/* -- statements and constructors ---------------------------------------------------------- */

typedef struct IfCode {
    Code head;
    const Code *condition, *then, *otherwise;
    Span condition_span;
} IfCode;

typedef struct Step {
    const Code *code;
    int32_t slot; /* where a let puts the value; -1: it is dropped */
} Step;

typedef struct BlockCode {
    Code head;
    int32_t count; /* steps before the last expression */
    const Code *last;
    Step steps[];
} BlockCode;

typedef struct AtCode {
    Code head;
    const Code *time, *body;
    Span time_span;
} AtCode;

typedef struct ListCode {
    Code head;
    int32_t count;
    const Code *items[];
} ListCode; /* arrays; templates: the parts */

typedef struct ObjectField {
    int32_t slot;
    const Code *value;
} ObjectField;

typedef struct ObjectCode {
    Code head;
    const Shape *shape;
    int64_t bytes; /* of an Object of this shape */
    int32_t count;
    ObjectField fields[];
} ObjectCode;

/* -- functions ------------------------------------------------------------------------------ */

/* Where a closure finds a value when it is made: in the frame of the function around it, or
 * among what that one captured. */
typedef struct Capture {
    Str name;
    int32_t slot;
    bool captured;
} Capture;

/* A variable of the session that a function uses, or one within it. */
typedef struct FreeCell {
    Str name;
    const Value *cell;
} FreeCell;

/* The body of a lambda; `Function.code` points to its head. */
typedef struct FunctionCode {
    Code head;
    const Code *body;
    int32_t params;
    int32_t frame_size;
    bool variadic; /* one more parameter: the array of the rest */
    int32_t capture_count;
    int32_t cell_count;
    const Capture *captures;
    const FreeCell *cells;
    bool extends;                /* parameter 0 may be lent: runtime/set/accumulator.h, I1 */
    const struct FoldCode *fold; /* a reducer that only computes: fold_code.h; NULL: it is none */
} FunctionCode;

typedef struct LambdaCode {
    Code head;
    const FunctionCode *function;
} LambdaCode;

/* -- chains ----------------------------------------------------------------------------------- */

/* Argument nodes and where their values go: frame[base], frame[base + 1], … */
typedef struct Arguments {
    int32_t base, count;
    const Code **at;
} Arguments;

/* f(…), and the call half of value.f(…) */
typedef struct ApplyCode {
    Code head;
    const Code *callee;
    Name invoked; /* the field that was called, empty text: none */
    bool optional;
    bool tail;      /* the value of the function around it */
    Arguments args; /* the callee itself goes to frame[base - 1] */
} ApplyCode;

/* A builtin that was found when the code was lowered: Math.max(…), abort(…) */
typedef struct BuiltinCode {
    Code head;
    Value self;
    const Builtin *row;
    const Signature *signature;
    Arguments args;
} BuiltinCode;

typedef struct MethodCache {
    uint8_t type;         /* of receivers for which `row` holds; T_FAULT: none */
    const Module *module; /* of T_MODULE: only for this one */
    const Index *index;   /* not NULL: the method is this index of the module's collection */
    const Builtin *row;
    const Signature *signature;
} MethodCache;

/* value.name(…) */
typedef struct MethodCode {
    Code head;
    const Code *self;
    const ApplyCode *apply; /* when there is no method: calls the field's value */
    Name name;
    Span callee_span;
    bool optional;
    Arguments args;
    MethodCache *cache;
} MethodCode;

/* No document has this shape: 0 is the shape of the empty one. */
#define SELECT_NO_SHAPE UINT32_MAX

typedef struct SelectCache {
    const Shape *shape; /* of objects */
    uint32_t shape_id;  /* of documents */
    int32_t slot;
} SelectCache;

/* value.name */
typedef struct SelectCode {
    Code head;
    const Code *self;
    Name name;
    Span callee_span;
    bool optional;
    bool plain;        /* the name means the same on every document: a field of the user's */
    int32_t self_slot; /* when the receiver is a local variable */
    int32_t height;    /* slots in use: computed fields may call above them */
    SelectCache *cache;
} SelectCode;

/* value[…] */
typedef struct AccessCode {
    Code head;
    const Code *self;
    Span callee_span;
    bool optional;
    Arguments args;
} AccessCode;

/* value! and the end of a chain with `?.` */
typedef struct LinkCode {
    Code head;
    const Code *self;
    Span skipped_span; /* `!`: its span when the link before it was skipped */
} LinkCode;

/* value { a, b } */
typedef struct ProjectCode {
    Code head;
    const Code *self;
    const Code *lambda;
    int32_t base;
} ProjectCode;

#endif

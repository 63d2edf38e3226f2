/* builtin: one row per method, field, operator-like function or module function of FQL.
 *
 * A row says everything about a builtin, once: dispatch, argument checks, help, completion,
 * hints, reference pages, doctests and the fuzz dictionary all read it.
 *
 *   BUILTIN(string_index_of, "indexOf", PURE,
 *           "(pattern: String) => Number | Null\n"
 *           "(pattern: String, start: Number) => Number | Null",
 *           "Position of the first match of `pattern` from `start` on, or null.",
 *           "\"banana\".indexOf(\"na\")", "2")
 *   {
 *       Str self = val_as_str(call->self);   the body; arity and types are already checked
 *       …
 *   }
 *
 *   BUILTIN_ROWS(string_methods, &string_index_of_row, …);      in order of name (types.h)
 *
 * A row that is not listed does not compile (-Wunused-const-variable).
 *
 * SIGNATURES are FQL type syntax, one overload a line. Checks at run time know these names:
 * Any, Int, Long, Double, Number, String, Boolean, ID, Time, Date, Bytes, UUID, Array<…>,
 * Set<…>, Object (any object or document), Struct (an object), Document, Function types
 * `(A, B) => C` (the arity is checked), SetCursor, Module, T | Null, and type variables A, B, C
 * (anything). Static types (interp/typer) know more of it: what a variable stands for, Object<A>,
 * whose fields are A, Document, or A in the rows of a collection: its documents, and what Ordering<A>,
 * Range, Index … are made of (typer/read.c). Int, Long and Double convert a number that fits. A last
 * parameter `...name: T` takes any number of arguments.
 * A signature that does not begin with `(` makes the row a *field*: `time.year`.
 */
#ifndef FAWN_RUNTIME_BUILTIN_H
#define FAWN_RUNTIME_BUILTIN_H

#include "runtime/rt.h"

/* The arguments of one call. */
typedef struct Call {
    Value self;        /* the receiver; the module for module functions */
    const Value *args; /* converted to the signature's types */
    int64_t argc;
    Span span; /* the call's place */
    const Builtin *row;
} Call;

typedef Value BuiltinFn(Rt *rt, const Call *call);

struct Builtin {
    const char *name;
    Effect effect; /* checked by the body where it happens: call_may */
    const char *signature;
    const char *doc;
    const char *example; /* FQL; may use several lines. "" only where no example can be pure */
    const char *result;  /* what the example prints in the fql format */
    BuiltinFn *fn;
    bool is_of_member; /* an index, an aggregate: its receiver is [module, name in it] */
};

#define BUILTIN(ident, name_, effect_, signature_, doc_, example_, result_) \
    static Value ident(Rt *rt, const Call *call);                           \
    static const Builtin ident##_row = {.name = (name_),                    \
                                        .effect = (effect_),                \
                                        .signature = (signature_),          \
                                        .doc = (doc_),                      \
                                        .example = (example_),              \
                                        .result = (result_),                \
                                        .fn = ident};                       \
    static Value ident(Rt *rt, const Call *call)

NOINLINE bool call_refuse(Rt *rt, const Call *call);

/* Whether the row's effect is allowed at present; false: a fault is set. */
static inline bool call_may(Rt *rt, const Call *call)
{
    return LIKELY(call->row->effect <= rt->effects.most) || call_refuse(rt, call);
}

/* A type or module of FQL: its methods (on values), and for modules its functions, plus what
 * calling the module itself and `isa` do. */
typedef struct BuiltinType {
    const char *name;                  /* "String" */
    const char *doc;                   /* one or two sentences */
    const Builtin *const *methods;     /* on values of the type; NULL: none */
    const Builtin *const *statics;     /* String.name(…); NULL: the name is no module */
    const Builtin *constructor;        /* String(…): NULL when the module cannot be called */
    bool (*contains)(Rt *rt, Value v); /* v isa String; NULL: never */
} BuiltinType;

/* All of them, ended by NULL; in the order of the reference pages. In builtins/registry.c. */
extern const BuiltinType *const builtin_types[];

/* Functions without a receiver: abort, log, dbg, newId, asc, desc … Ended by NULL. */
extern const Builtin *const builtin_globals[];

/* The type whose methods a value of this tag has (documents and modules: see catalog.h). */
const BuiltinType *builtin_type_of(Type type);

/* The row `name` among `rows`, which are sorted by name in byte order; NULL when there is
 * none, or `rows` is NULL. */
const Builtin *builtin_find(const Builtin *const *rows, Str name);

/* -- parsed signatures (filled in once per process by interp/signature.c) ---------------------- */

/* What a parameter accepts and how it converts. */
typedef enum ParamKind {
    PARAM_ANY,
    PARAM_INT,
    PARAM_LONG,
    PARAM_DOUBLE,
    PARAM_NUMBER,
    PARAM_STRING,
    PARAM_BOOLEAN,
    PARAM_ID,
    PARAM_TIME,
    PARAM_DATE,
    PARAM_BYTES,
    PARAM_UUID,
    PARAM_ARRAY,
    PARAM_SET,
    PARAM_OBJECT, /* object or document */
    PARAM_STRUCT, /* object */
    PARAM_DOCUMENT,
    PARAM_FUNCTION, /* `arity` parameters */
    PARAM_CURSOR,
    PARAM_MODULE,
} ParamKind;

typedef struct Param {
    Str name;
    ParamKind kind;
    bool nullable;
    int8_t arity;   /* FUNCTION: -1: any */
    uint32_t as_is; /* a bit per Type whose values are passed on as they are */
    Str expected;   /* the type as messages name it */
} Param;

typedef struct Overload {
    const Param *params;
    int32_t count;
    bool variadic; /* the last of `params` takes all the rest */
    Str result;    /* the result type's text */
} Overload;

typedef struct Signature {
    bool is_field;
    const Overload *overloads;
    int32_t count;
    int32_t argc_min, argc_max; /* over all overloads; argc_max -1: no limit */
} Signature;

/* -- modules --------------------------------------------------------------------------- */

typedef struct Collection Collection;

/* A T_MODULE value: a builtin type used as a name (`Math`), or a collection (`Movie`). */
struct Module {
    Str name;
    const BuiltinType *type;      /* NULL for user collections */
    const Collection *collection; /* NULL for builtin modules; also set for system collections */
    const Module *parent;         /* FQL.Math: the module FQL; else NULL */
};

/* The module value of a builtin type by name, or NULL. Static: lives for ever. */
const Module *builtin_module(Str name);

/* Whether a collection may be called as this module, which is then found only as FQL.NAME. */
bool builtin_module_yields(Str name);

#endif

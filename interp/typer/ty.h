/* ty: types as the typer sees them, and the state of one check. Only for the typer's own files;
 * what others may use is in typer.h.
 *
 * The algorithm is Simple-sub: Lionel Parreaux, "The Simple Essence of Algebraic Subtyping",
 * ICFP 2020 (https://doi.org/10.1145/3409006). A type variable keeps the types of the values that
 * flow into it and of the uses that its values are put to; a new one of either is compared with
 * all of the other:
 *
 *   let x = if (c) 1 else "a"         x: values 1, "a"
 *   x.length                             uses   .length: v
 *                                     1 has no `length`: a failure
 *
 *   value ≤ use    constrain() in solve.c takes both apart until one side is a variable
 *
 * Some kinds are made only as values, some only as uses. Two things go beyond the paper: a union
 * as a use, and an intersection as a value, are choices (choice.c).
 */
#ifndef FAWN_INTERP_TYPER_TY_H
#define FAWN_INTERP_TYPER_TY_H

#include "grammar/parse.h"
#include "runtime/base/map.h"
#include "runtime/base/vec.h"
#include "runtime/rt.h"

typedef struct Ty Ty;
typedef struct TyVar TyVar;
typedef struct TyCall TyCall;
typedef struct Typer Typer;
typedef struct TyShape TyShape;

typedef enum TyKind {
    TY_ANY,
    TY_NEVER,
    TY_VAR,
    TY_PARAM, /* the A of a signature: stands for a type that is not known within it */
    TY_LITERAL,
    TY_NAMED, /* String, Array<T> */
    TY_RECORD,
    TY_TUPLE,
    TY_FUNCTION,
    TY_UNION,
    TY_INTERSECT,
    TY_INTERFACE, /* anything with this field: { a: T, ... } */
    /* values only */
    TY_NOT_NULL, /* `inner` without its nulls: x! */
    TY_RESULT,   /* what an overloaded call returns */
    /* uses only */
    TY_FIELD,    /* .name, whose value is put to `result` */
    TY_APPLY,    /* (args) */
    TY_ACCESS,   /* [args] */
    TY_PROJECT,  /* { a, b }: `inner` is the function of one element */
    TY_OR_NULL,  /* null, or what `inner` takes */
    TY_ARGUMENT, /* an argument of an overloaded call */
} TyKind;

typedef struct TyField {
    Str name;
    const Ty *type;
} TyField;

/* Types are not changed once they are made, but for variables and calls, which they point to. */
struct Ty {
    TyKind kind;
    bool has_param; /* a parameter of a signature occurs in it */
    int32_t level;  /* the highest of its variables; see scheme.c */
    Span span;      /* where it comes from; none: nowhere in particular */
    union {
        TyVar *var;
        const Literal *literal;
        struct {
            Str name;        /* PARAM, NAMED */
            const Ty **args; /* NAMED; members of TUPLE, UNION, INTERSECT */
            int64_t count;
            bool wrong; /* PARAM: was told of: it is no type at all */
        } group;
        struct {
            const TyField *fields;
            int64_t count;
            const Ty *wildcard; /* NULL: none */
            Map *by_name;       /* of a large one, filled when a field is looked for; NULL */
        } record;
        struct {
            const TyField *params; /* names may be empty; APPLY and ACCESS: the arguments */
            int64_t count;
            const Ty *rest; /* FUNCTION: the type of each further argument; NULL: none */
            const Ty *result;
        } function;
        struct {
            Str name;
            const Ty *result;
            Span dot; /* where a `!` would help; none: nowhere */
        } field;
        struct {
            const Ty *inner;
            const Ty *result; /* PROJECT */
        } wrap;
        struct {
            TyCall *call;
            int64_t index; /* ARGUMENT */
        } choice;
    } u;
};

/* What stands for a variable or a call in the copy that was made last (scheme.c). */
typedef struct TyCopies {
    int64_t number;      /* of the copying; another one knows no copies */
    const Ty *of_var[2]; /* as a use, as a value */
    TyCall *of_call;
} TyCopies;

struct TyVar {
    int64_t id;
    TyCopies copies;
    int64_t walk;                  /* the last one of Typer.walks that came by */
    int64_t simplification, place; /* the last one, and where it noted the variable */
    int32_t level;
    bool poisoned; /* what it belongs to was told to be wrong: shown as `_` */
    const Ty *as_type;
    VEC(const Ty *) values;
    VEC(const Ty *) uses;
};

/* What came as an argument of a call. */
typedef struct TyGiven {
    int64_t index;
    const Ty *value;
} TyGiven;

/* A call of a function with several signatures, while it is not known which of them is meant. */
struct TyCall {
    TyCopies copies;
    int32_t level;
    const Ty **functions; /* those that take so many arguments */
    int64_t count;
    uint64_t live; /* a bit each: it may still be meant */
    uint64_t used; /* calls with one argument: those that some argument was given to */
    int64_t argc;
    VEC(TyGiven) given;
    VEC(const Ty *) wanted; /* uses of the result */
};

/* A type of which each use has a copy of its own: with other parameters, where it is a signature,
 * and with other variables, where it is a `let`. */
typedef struct TyScheme {
    const Ty *type;
    int32_t level;     /* variables above it are made anew; TYPER_MONO: none are */
    bool is_signature; /* its PARAMs are */
} TyScheme;

enum { TYPER_MONO = INT32_MAX };

/* The scheme of what is of the same type at each use; of a signature. */
static inline TyScheme ty_scheme_of_one(const Ty *type)
{
    return (TyScheme){type, TYPER_MONO, false};
}

static inline TyScheme ty_signature(const Ty *type)
{
    return (TyScheme){type, TYPER_MONO, true};
}

/* What is wrong between a value and a use. */
typedef enum FailureKind {
    FAILURE_MISSING_FIELD,
    FAILURE_EXTRA_FIELD,
    FAILURE_EXTRA_WILDCARD,
    FAILURE_ACCESS,
    FAILURE_PROJECT,
    FAILURE_NOT_FUNCTION,
    FAILURE_ARITY,
    FAILURE_TUPLE_ARITY,
    FAILURE_TUPLE_INDEX,
    FAILURE_LITERAL,
    FAILURE_GENERIC,
    FAILURE_INNER_GENERIC,
    FAILURE_SUBTYPE,
} FailureKind;

typedef struct Failure {
    FailureKind kind;
    const Ty *value, *use;
    Span span, other; /* `other`: the dot of a field, the arguments of a call */
    Str field;
    int64_t expected, got;
} Failure;

/* A change that can be taken back. */
typedef struct Undo {
    TyVar *var; /* else `call` */
    TyCall *call;
    int64_t values, uses; /* lengths of lists; of a call: given, wanted */
    uint64_t live, used;
} Undo;

typedef struct Pair {
    const void *value, *use;
} Pair;

typedef struct TyLocal TyLocal;
struct TyLocal {
    Str name;
    TyScheme scheme;
    TyLocal *outer;
};

/* The state of one check. */
struct Typer {
    Rt *rt;
    Arena *arena;       /* of all types of the statement under way */
    Arena *lasting;     /* of what `kept` has */
    Map kept;           /* -> TyScheme: the names that statements before it bound */
    int64_t kept_bytes; /* of `lasting`, when nothing else was in it */
    bool kept_stale;    /* since then, something else is */
    struct TyEnv *env;
    DiagList *diags;
    int64_t vars; /* made so far */
    int64_t copyings, walks, simplifications;
    int64_t steps; /* past TYPER_STEPS_MAX everything is accepted */
    int32_t depth;
    int32_t level;   /* of the check under way */
    bool is_late;    /* the deadline came */
    bool is_inexact; /* what was expressed last says less than the type did */
    Span site;       /* what is being checked: where failures without a place are told */
    VEC(Undo) trail;
    VEC(Failure) failures;
    VEC(Pair) seen;    /* pairs with a variable that are compared already, in order */
    Pair *seen_places; /* and by hash */
    int64_t seen_room;
    TyLocal *locals;
    const Value *(*variable)(void *context, Str name, bool *is_given);
    void *context;
    const Value *values; /* of a query template */
    int64_t value_count;
    bool unknown_names;
    bool widens; /* of numbers and strings among the values, only that they are such */
    /* Told of each global name and each selection of a field, when somebody asked. */
    void (*named)(void *context, Str name, Span span);
    void (*selected)(void *context, Typer *typer, const Ty *of, Name field);
    void *seen_context;
    Str sought;          /* a field that everything has; empty: none */
    const Ty *sought_of; /* what it was selected of last; NULL: of nothing yet */
};

/* -- making types (ty.c) ---------------------------------------------------------------------- */

extern const Ty ty_any, ty_never, ty_null, ty_boolean, ty_string, ty_int;

const Ty *ty_var(Typer *typer, Span span, int32_t level);
const Ty *ty_literal(Typer *typer, const Literal *literal, Span span);
const Ty *ty_named(Typer *typer, Str name, const Ty **args, int64_t count, Span span);
const Ty *ty_named1(Typer *typer, Str name, const Ty *arg, Span span);
const Ty *ty_group(Typer *typer, TyKind kind, const Ty **members, int64_t count, Span span);
const Ty *ty_record(Typer *typer, const TyField *fields, int64_t count, const Ty *wildcard,
                    Span span);
const Ty *ty_function(Typer *typer, const TyField *params, int64_t count, const Ty *rest,
                      const Ty *result, Span span);
const Ty *ty_use(Typer *typer, TyKind kind, const TyField *args, int64_t count, const Ty *result,
                 Span span); /* APPLY, ACCESS */
const Ty *ty_field(Typer *typer, TyKind kind, Str name, const Ty *result, Span dot, Span span);
const Ty *ty_wrap(Typer *typer, TyKind kind, const Ty *inner, const Ty *result, Span span);
const Ty *ty_choice(Typer *typer, TyKind kind, TyCall *call, int64_t index, Span span);
const Ty *ty_optional(Typer *typer, const Ty *type);

/* The same type from another place. */
const Ty *ty_at(Typer *typer, const Ty *type, Span span);

/* The name is a literal. */
static inline bool ty_is_named(const Ty *type, const char *name)
{
    return type->kind == TY_NAMED && type->u.group.name.len == (int64_t)strlen(name) &&
           memcmp(type->u.group.name.s, name, strlen(name)) == 0;
}

bool ty_is_null(const Ty *type);

/* Whether a FUNCTION takes so many arguments, and the type of one of them. */
bool ty_takes(const Ty *function, int64_t argc);
const Ty *ty_param(const Ty *function, int64_t index);

bool literal_eq(const Literal *a, const Literal *b);

/* Whether a literal is among `count` ones; they are looked through from `*at` on, which becomes the
 * place behind the one that was found. */
bool literal_find(const Literal *const *literals, int64_t count, const Literal *literal, int64_t *at);
static inline bool span_is_set(Span span)
{
    return span.source != NULL;
}

/* The type of a literal's kind: Int of 1. */
const Ty *ty_of_literal(Typer *typer, const Ty *literal);

static inline int32_t ty_level(const Ty *type)
{
    return type->kind == TY_VAR ? type->u.var->level : type->level;
}

/* Calls `visit` for each part of a type, with the side it is on. What flows into variables and out of
 * them, and what belongs to calls, are no parts. */
typedef void TyVisit(void *context, const Ty *part, bool is_value);
void ty_each(const Ty *type, bool is_value, TyVisit *visit, void *context);

/* The field of a RECORD, or NULL. */
const Ty *ty_record_field(const Ty *record, Str name);

/* -- schemes (scheme.c) ----------------------------------------------------------------------- */

/* A type as it is written. PARAMs stay; `checked`: names must be known, and what is wrong is told.
 * Without `generic` each name must be one of a type. */
typedef struct ReadType {
    bool checked;
    bool generic;
    bool holes;
    bool upcasts;     /* what is given as an Int may be any number: it is converted */
    bool is_given;    /* it is what somebody passes */
    bool placeless;   /* its text is gone afterwards */
    bool of_builtins; /* it is of a row: such have names for what values look like */
    int32_t level;
    const Ty *self; /* what A and Document stand for; NULL: nothing */
} ReadType;
const Ty *ty_read(Typer *typer, const TypeNode *node, ReadType how);

/* `scheme` for one use: its parameters that `shape` names become `args`, others new variables. */
const Ty *ty_instantiate(Typer *typer, TyScheme scheme, const TyShape *shape, const Ty *const *args,
                         int32_t level);

/* A projection of what is not known in the type of a value; NULL: there is none. */
const Ty *ty_open_projection(Typer *typer, const Ty *type);

/* A copy of all of a value's type in `arena`, where nothing else may point to its variables. */
const Ty *ty_keep(Typer *typer, Arena *arena, const Ty *type);

/* A copy at no more than `level`, linked with what it is a copy of. */
const Ty *ty_extrude(Typer *typer, const Ty *type, bool is_value, int32_t level);

/* -- constraints (solve.c, destructure.c, choice.c) -------------------------------------------- */

/* Checks value ≤ use; what is wrong is told at `site`, and nothing of it stays. */
bool ty_check(Typer *typer, const Ty *value, const Ty *use, Span site, int32_t level);

/* Whether value ≤ use would be so; nothing of it stays, and nothing is told. */
bool ty_fits(Typer *typer, const Ty *value, const Ty *use, int32_t level);

/* Counts a step of work; false: there were too many, or it takes too long. */
bool ty_step(Typer *typer);

/* Inside of a check. */
bool constrain(Typer *typer, const Ty *value, const Ty *use);
bool constrain_parts(Typer *typer, const Ty *value, const Ty *use);

/* What a named value is another name of; NULL: of nothing. */
const Ty *ty_meant(Typer *typer, const Ty *value);
bool constrain_any_use(Typer *typer, const Ty *value, const Ty *use);
bool constrain_any_value(Typer *typer, const Ty *value, const Ty *use);
bool constrain_argument(Typer *typer, const Ty *value, const Ty *use);
bool constrain_result(Typer *typer, const Ty *value, const Ty *use);
void choice_note(Typer *typer, const Ty *choice, const Ty *other);
void choice_lower(Typer *typer, TyCall *call, int32_t level);

/* What a RESULT or an ARGUMENT comes to when one signature of its call is left; NULL: there are
 * several. */
const Ty *choice_known(const Ty *choice);
bool choice_is_open(const TyCall *call);
bool choice_close(Typer *typer, TyCall *call, int64_t function);
bool fail_with(Typer *typer, Failure failure);
Span span_or(Span a, Span b, Span c);

typedef struct TyMark {
    int64_t trail, failures, seen;
} TyMark;
TyMark ty_mark(const Typer *typer);
void ty_rewind(Typer *typer, TyMark mark);
void trail_var(Typer *typer, TyVar *var);
void trail_call(Typer *typer, TyCall *call);

/* -- failures (failure.c) ---------------------------------------------------------------------- */

/* Tells all failures from `first` on, of one check, as one error. */
void failures_tell(Typer *typer, const Ty *value, const Ty *use, int64_t first);

/* Adds to the error that `found` was perhaps meant, unless that is empty. */
void ty_suggest(DiagList *diags, Diag *diag, Str found);

/* -- display (compact.c …) --------------------------------------------------------------------- */

Str ty_display(Typer *typer, Arena *arena, const Ty *type, bool is_value);

/* The type as written, simplified. */
TypeNode *ty_express(Typer *typer, Arena *arena, const Ty *type, bool is_value);

#endif

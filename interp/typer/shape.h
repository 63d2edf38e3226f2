/* shape: what is known of the types that have names (env.c): String, Array<A>, Movie, MovieCollection.
 */
#ifndef FAWN_INTERP_TYPER_SHAPE_H
#define FAWN_INTERP_TYPER_SHAPE_H

#include "interp/typer/ty.h"

typedef enum DocKind { DOC_NONE, DOC_IS, DOC_NULL } DocKind;

/* What is known of the named type. */
struct TyShape {
    Str name;
    const Str *params; /* A, of Array<A> */
    int64_t param_count;
    DocKind doc;
    Str collection;             /* DOC_* */
    const Ty *alias;            /* what it is another name of; NULL: of nothing */
    const Ty *apply;            /* what a call of it takes; NULL: it is no function */
    const Ty *access;           /* the function of what stands in brackets; NULL: nothing may */
    Map fields;                 /* Str -> Ty: found so far, or given */
    const Builtin *const *rows; /* where further fields are found; NULL: nowhere */
    const struct BuiltinType *module; /* FQL: its members are fields */
    const Ty *self;                   /* what A and Document stand for in `rows` */
};

/* NULL: there is no such type. */
TyShape *ty_shape(Typer *typer, Str name);
const Ty *ty_shape_field(Typer *typer, TyShape *shape, Str name);
bool ty_global(Typer *typer, Str name, TyScheme *scheme);

#endif

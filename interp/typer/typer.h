/* typer: static types of FQL, worked out before a query runs. See ty.h for how.
 *
 *   TyEnv     what names mean: builtins, and the schema's collections and functions
 *   Typer     one check against it
 *
 * The typer tells of what it knows to be wrong. What it does not know is Any, which fits
 * everywhere.
 */
#ifndef FAWN_INTERP_TYPER_TYPER_H
#define FAWN_INTERP_TYPER_TYPER_H

#include "grammar/schema.h"
#include "interp/typer/shape.h"

typedef struct TyEnv TyEnv;

/* What other names of the query mean, those that are in no schema: the arguments of a request, of
 * which all is known (`*is_given`), and the shell's variables, whose objects may have had other
 * fields. NULL: there is no such name. */
typedef const Value *TyperVariable(void *context, Str name, bool *is_given);

/* The environment of a schema; `items` (collections and functions count) must live as long as
 * `arena`, in which all of it is kept. Without `infers`, what has no signature in it is Any. */
TyEnv *typer_env(Rt *rt, Arena *arena, const SchemaItems *items, bool infers);

/* Functions of the schema as values are UserFunction<…>, but within a schema they are plain ones.
 */
void typer_env_within_schema(TyEnv *env, bool within);

typedef struct TyperSetup {
    Rt *rt;
    Arena *arena;   /* of the types of one check, or of one statement */
    Arena *lasting; /* of what statements bind; only typer_statement needs it */
    TyEnv *env;
    DiagList *diags; /* gets the errors */
    TyperVariable *variable;
    void *context;
    const Value *values; /* of a query template */
    int64_t value_count;
    bool unknown_names; /* names that are not known are Any, and no errors */
    Str sought; /* a field that is never wrong, to learn what it is asked of: Typer.sought_of */
} TyperSetup;

void typer_begin(Typer *typer, const TyperSetup *setup);

/* The type of an expression, and of the statements of a block; NULL: it has errors. Names that were
 * bound by typer_statement are known. */
const Ty *typer_type(Typer *typer, const Node *node);

/* The same of one statement; what a `let` binds is known to later ones. */
const Ty *typer_statement(Typer *typer, const Statement *statement);

/* Takes back the memory of the last statement, which is all of `arena`: its tree may go as well.
 * What it bound stays. */
void typer_forget(Typer *typer);

/* Whether `node` is of `type`: else there are errors. */
bool typer_is(Typer *typer, const Node *node, const Ty *type);

/* What a lambda of one parameter makes of `given`. */
const Ty *typer_of_given(Typer *typer, const Node *lambda, const Ty *given);

/* Adds an error for each type that is wrong in the code of a schema. */
void typer_check_schema(Rt *rt, const SchemaItems *items, DiagList *diags);

/* Adds an error for each reason why a value that `item`, a collection, names cannot be of the type; what
 * it names beside is not known. The errors are kept in the arena of `diags`. */
void typer_check_value(Rt *rt, const SchemaItem *item, const Node *value, const TypeNode *type,
                       DiagList *diags);

/* How it is written, in `arena`. */
Str typer_text(Typer *typer, Arena *arena, const Ty *type);

/* What is said of a type `name` that takes `wanted` others and is given `got`, in `arena`. */
Str typer_arity_message(Arena *arena, Str name, int64_t wanted, int64_t got);

/* The type of a value that is there already; `loose`: objects in it are Any. */
const Ty *typer_of_value(Typer *typer, Value value, bool loose);

/* -- for infer.c ------------------------------------------------------------------------------- */

const Ty *typer_value(Typer *typer, int64_t index, Span span);
bool ty_operator(Typer *typer, Operator op, TyScheme *scheme);

/* -- the environment's own files (env.c, env_schema.c) ----------------------------------------- */

struct TyEnv {
    Rt *rt;
    Arena *arena;
    Typer maker;      /* makes the types of the environment */
    DiagList ignored; /* what is wrong with those: told elsewhere */
    Map shapes;
    Map globals;     /* -> Ty: builtins and collections that were asked for */
    Map collections; /* name or alias -> SchemaItem */
    Map functions;
    Map function_types, function_values; /* -> Ty: within a schema; outside of it */
    const Ty *operators[OP_BIT_NOT + 1]; /* NULL: not asked for yet */
    Map inferring;                       /* names whose type is being worked out */
    bool within_schema;
    bool infers;
    int32_t depth;
};

/* What comes with a collection of the schema: Movie, NullMovie, MovieCollection. NULL: `name` is
 * none of these. */
TyShape *env_schema_shape(TyEnv *env, Str name);

/* The type of a function of the schema; NULL: there is none. */
const Ty *env_schema_function(TyEnv *env, Str name);

/* Its signature, NULL when it has none; and all of it as a lambda. */
const Ty *env_function_signature(Typer *typer, const SchemaFunction *function, ReadType how);
Node *env_function_lambda(Arena *arena, const SchemaItem *item);

/* A shape without fields, noted under its name. */
TyShape *env_add_shape(TyEnv *env, Str name, DocKind doc, Str collection);
void env_add_field(TyEnv *env, TyShape *shape, const char *name, const Ty *type);

/* Types as signatures write them. `self` (NULL: none): what A and Document stand for. */
const Ty *env_read(TyEnv *env, const char *text, const Ty *self);
const Ty *env_row(TyEnv *env, const Builtin *row, const Ty *self);

/* What documents of one collection can do, with what each takes. */
typedef struct DocTypes {
    Str name; /* the type of documents */
    Str collection;
    const Ty *update, *update_data, *replace, *replace_data;
    const Ty *impl; /* what the documents are */
} DocTypes;
void env_add_doc_shapes(TyEnv *env, const DocTypes *types, Str null_id);

#endif

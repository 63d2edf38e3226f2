/* compact: types with the bounds of their variables taken in, as they are shown.
 *
 *   Ty ─► Compact ─► simplified ─► TypeNode ─► text
 *         every kind of type once:  variables that say
 *         a union of values, or     nothing are gone
 *         an intersection of uses
 *
 * What is too deep or too large is shown as Any: see COMPACT_*_MAX.
 */
#ifndef FAWN_INTERP_TYPER_COMPACT_H
#define FAWN_INTERP_TYPER_COMPACT_H

#include "interp/typer/ty.h"

typedef struct Compact Compact;

typedef struct CompactName {
    Str name;
    bool is_param;
} CompactName;

typedef struct CompactGroup {
    Str name; /* empty: a tuple */
    Compact **args;
    int64_t count;
} CompactGroup;

typedef struct CompactField {
    Str name;
    Compact *type;
} CompactField;

typedef struct CompactFunction {
    CompactField *params;
    int64_t count;
    Compact *rest; /* NULL: none */
    Compact *result;
    bool is_access;
} CompactFunction;

typedef struct CompactRecord {
    CompactField *fields;
    int64_t count;
    Compact *wildcard;
} CompactRecord;

typedef struct CompactProject {
    Compact *inner, *result;
} CompactProject;

struct Compact {
    bool is_any, is_never, is_poisoned;
    VEC(TyVar *) vars;
    VEC(const Literal *) literals;
    VEC(CompactName) names;
    VEC(CompactGroup) groups;
    VEC(CompactFunction) functions;
    VEC(CompactGroup) tuples;
    VEC(Compact *) choices; /* members of a union as a use, of an intersection as a value */
    VEC(Compact *) not_nulls;
    CompactRecord *record, *interface;
    CompactProject *project;
};

/* A variable of a recursive type, and what it stands for. */
typedef struct CompactCycle {
    TyVar *var;
    Compact *type;
} CompactCycle;

typedef struct Compacter {
    Typer *typer;
    Arena *arena;
    VEC(CompactCycle) cycles;
    int64_t made; /* types so far */
    int64_t work; /* parts of them that were looked at */
    int32_t depth;
} Compacter;

Compact *compact_make(Compacter *c, const Ty *type, bool is_value);

/* Replaces variables that say nothing. */
Compact *compact_simplify(Compacter *c, Compact *type, bool is_value);

TypeNode *compact_express(Compacter *c, const Compact *type, bool is_value);

/* Calls `visit` for each part, with the side it is on. */
typedef void CompactVisit(void *context, Compact **part, bool is_value);
void compact_each(Compact *type, bool is_value, CompactVisit *visit, void *context);

/* An empty one; one of any value; a copy whose parts may be replaced. */
Compact *compact_new(Compacter *c);
Compact *compact_any(Compacter *c);
Compact *compact_unshare(Compacter *c, const Compact *type);

/* Whether the bounds are reached: what is made from here on is Any. */
bool compact_is_too_much(const Compacter *c);

/* Marks the variables of a type: compact_is_marked tells them until others are marked. */
void compact_mark(Compacter *c, const Compact *type);
bool compact_is_marked(const Compacter *c, const TyVar *var);

Compact *compact_merge(Compacter *c, const Compact *a, const Compact *b, bool is_value);
Compact *compact_cycle(const Compacter *c, const TyVar *var);

#endif

/* catalog_int: the catalog's own memory, for catalog*.c alone. */
#ifndef FAWN_RUNTIME_SCHEMA_CATALOG_INT_H
#define FAWN_RUNTIME_SCHEMA_CATALOG_INT_H

#include "runtime/document/document.h"
#include "runtime/schema/catalog_table.h"

/* A user function as one version of its definition describes it. */
typedef struct UserFunction {
    Str name, alias; /* alias empty: none */
    int64_t definition_id;
    Str role;      /* that it runs as; empty: its caller's */
    Source source; /* the body, called *udf:NAME* */
    Value fn;      /* null: not compiled yet */
    Value guarded; /* the same as a FUNCTION_GUARDED; likewise */
    const struct Role *own_role[1]; /* the present one called `role`: role_call.c */
} UserFunction;

/* From a name or alias to a Defined. */
struct CatalogNames {
    Map collections, functions;
};

struct Catalog {
    Arena kept;
    CatalogTable collections, functions; /* of Collection, of UserFunction */
    int64_t version;                     /* of the tables */
    int64_t computed_count, trigger_count; /* collections that have some */
    int64_t role_count;                    /* functions that have a role */
    bool guards_calls;                     /* functions are given out as FUNCTION_GUARDED */
    struct Role *roles;                    /* that were asked for: role.c */
};

/* Makes the function that a definition defines (DefinedMake). */
void catalog_make_function(Rt *rt, const Version *version, Defined *defined);

#endif

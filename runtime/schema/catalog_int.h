/* catalog_int: the catalog's own memory, for catalog*.c alone. */
#ifndef FAWN_RUNTIME_SCHEMA_CATALOG_INT_H
#define FAWN_RUNTIME_SCHEMA_CATALOG_INT_H

#include "runtime/document/document.h"

#include "runtime/base/map.h"
#include "runtime/base/vec.h"

/* A user function as one version of its definition describes it. */
typedef struct UserFunction {
    Str name, alias; /* alias empty: none */
    int64_t definition_id;
    int64_t defined_us;
    Str role;      /* that it runs as; empty: its caller's */
    Source source; /* the body, called *udf:NAME* */
    Value fn;      /* null: not compiled yet */
    Value guarded; /* the same as a FUNCTION_GUARDED; likewise */
    const struct Role *own_role[1]; /* the present one called `role`: role_call.c */
} UserFunction;

typedef VEC(UserFunction *) UserFunctionList;

struct CatalogNames {
    Map collections; /* to const Collection * */
    Map functions;   /* to UserFunction * */
};

struct Catalog {
    Arena kept, tables;
    const Collection **by_number, **by_name;
    int64_t count;
    int64_t version; /* of the tables */
    bool has_computed, has_triggers;
    bool has_roles;     /* some function has a role */
    bool guards_calls;  /* functions are given out as FUNCTION_GUARDED */
    struct Role *roles; /* that were asked for: role.c */
    CatalogNames names;
    UserFunction **functions; /* in order of definition_id */
    int64_t function_count;
};

/* Whether every function's definition is as it was. */
bool catalog_functions_up_to_date(Rt *rt, const Catalog *catalog);

/* The functions of all definitions; those that did not change as they were. On the heap. */
UserFunctionList catalog_read_functions(Rt *rt, Catalog *catalog);

/* Puts all functions, by name and by alias, into a map. */
void catalog_name_functions(const Catalog *catalog, Map *map);

/* Makes the tables of functions; `catalog->tables` was reset. */
void catalog_set_functions(Catalog *catalog, UserFunctionList list);

#endif

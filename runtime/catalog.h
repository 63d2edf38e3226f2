/* catalog: the collections (and later functions, roles …) of a database by name, as the
 * runtime sees them. Definitions are documents of system collections in the store; the
 * catalog is what they mean, rebuilt when they change.
 */
#ifndef FAWN_RUNTIME_CATALOG_H
#define FAWN_RUNTIME_CATALOG_H

#include "runtime/builtin.h"

/* Collection numbers below COLLECTION_USER_FIRST are Fawn's own. */
enum {
    COLLECTION_COLLECTION = 1, /* definitions of collections */
    COLLECTION_FUNCTION = 2,
    COLLECTION_ROLE = 3,
    COLLECTION_ACCESS_PROVIDER = 4,
    COLLECTION_DATABASE = 5,
    COLLECTION_KEY = 6,
    COLLECTION_TOKEN = 7,
    COLLECTION_CREDENTIAL = 8,
    COLLECTION_USER_FIRST = 1024,
};

typedef struct IndexTerm {
    Str field;       /* as the user wrote it: ".a.b" */
    const Str *path; /* its steps */
    int64_t path_len;
    bool mva;
    bool descending; /* values only */
} IndexTerm;

typedef struct Index {
    Str name;
    uint32_t number; /* the store's */
    const IndexTerm *terms, *values;
    int64_t term_count, value_count;
    bool unique; /* made for a unique constraint */
} Index;

struct Collection {
    Str name;
    Str alias; /* empty: none */
    uint32_t number;
    int64_t definition_id; /* its document in COLLECTION_COLLECTION */
    const Index *indexes;
    int64_t index_count;
    Module module;         /* the value `Movie` */
};

/* The catalog that the transaction sees (its own changes included). */
NODISCARD bool catalog_load(Rt *rt);

/* By name or alias; by number. NULL: none. */
const Collection *catalog_collection(const Catalog *catalog, Str name);
const Collection *catalog_collection_by_number(const Catalog *catalog, uint32_t number);

/* The number of user collections; the i-th in order of name. */
int64_t catalog_count(const Catalog *catalog);
const Collection *catalog_at(const Catalog *catalog, int64_t i);

/* A user function by name, as a function value; T_NULL: none. */
Value catalog_function(Rt *rt, Str name);

/* The index of `collection` called `name`, or NULL. */
const Index *collection_index(const Collection *collection, Str name);

/* -- documents ---------------------------------------------------------------------------- */

/* The present version of a document value within the transaction, or NULL: it does not exist. */
const Version *doc_version(Rt *rt, Value doc);

/* Field `name` of a document: user fields, and id, coll, ts, ttl, data, name. A missing field
 * is a null with its cause; a missing document is a T_NULL whose cause says so and which the
 * caller turns into the fault or the null that the access asks for. */
Value doc_field(Rt *rt, Value doc, Str name);

/* The whole document as an object: id, coll, ts and the data (what printing shows). */
Value doc_object(Rt *rt, Value doc);

/* The null cause of a document that does not exist. */
Value doc_null(Rt *rt, Value doc, Span span);

#endif

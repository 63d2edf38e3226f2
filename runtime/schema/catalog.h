/* catalog: the collections (and later functions, roles …) of a database by name, as the
 * runtime sees them. Definitions are documents of system collections in the store; the
 * catalog is what they mean, rebuilt when they change.
 */
#ifndef FAWN_RUNTIME_SCHEMA_CATALOG_H
#define FAWN_RUNTIME_SCHEMA_CATALOG_H

#include "runtime/builtin.h"
#include "runtime/document/aggregate.h"
#include "runtime/document/trigger.h"

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

/* What a term or value of an index is taken from; the store's KeyPart says how. */
typedef KeyPart IndexTerm;

typedef struct Index {
    Str name;
    uint32_t number; /* the store's */
    const IndexTerm *terms, *values;
    int64_t term_count, value_count;
    bool unique; /* made for a unique constraint */
    bool queryable;
} Index;

/* A collection as one version of its definition describes it. It is never changed: a new
 * version makes a new Collection, so look it up by number where that matters. */
struct Collection {
    Str name;
    Str alias; /* empty: none */
    uint32_t number;
    int64_t definition_id; /* its document in COLLECTION_COLLECTION */
    const Index *indexes;
    int64_t index_count;
    DocFunctions computed;           /* computed fields */
    DocFunctions derived;            /* those whose values are kept with each document: derived.h */
    DocFunctions checks;             /* what its documents must satisfy */
    Aggregates aggregates;           /* totals that are kept of its documents */
    Triggers triggers;               /* what runs when they are written */
    const struct SchemaType *fields; /* typed fields: field_rules.h; NULL: any may be held */
    int64_t history_days;            /* how long replaced versions may be read */
    int64_t ttl_days;                /* new documents end after so many days; 0: never */
    bool no_ttls;                    /* documents may not have a `ttl` of their own */
    Module module;                   /* the value `Movie`: its type is NULL */
};

/* What every user collection can do (Movie.create, Movie.all …), in order of name. Indexes
 * come besides: `collection_index`. */
extern const Builtin *const collection_rows[];

/* What the module Function can do with definitions: create, byName, all … */
extern const Builtin *const function_definition_rows[];

/* Movie("123") */
extern const Builtin collection_apply_row;

/* The set `Movie.byGenre("Drama", { from: 1 })`. Reading it is a fault when the index is gone, as
 * `collection` may be older than its last change. */
Value collection_index_set(Rt *rt, const Collection *collection, const Index *index,
                           const Value *args, int64_t argc);

/* The set `Movie.all()`; `range` (NULL: none) is the argument { from, to } of ids. */
Value collection_all_set(Rt *rt, uint32_t collection, const Value *range);

/* System collections as the number's name and module value: Collection, Function … NULL when
 * the number is none. */
const Collection *catalog_system(uint32_t number);

/* The system collection of this name, or NULL. */
const Collection *catalog_system_named(Str name);

/* Brings `rt->catalog` up to what the transaction sees (its own changes included), making it
 * when it is NULL. To be called when a query begins; where definitions were written since, it costs
 * a look at each definition's time.
 * Collections and modules stay where they are until `catalog_free`: values of earlier queries
 * may point to them. False: a fault. */
NODISCARD bool catalog_load(Rt *rt);

/* Writes the definition `id` of a collection or a function as txn_put does, or deletes it (`put`
 * NULL), and brings the catalog up to that. False: a fault. */
NODISCARD bool catalog_write(Rt *rt, uint32_t system, int64_t id, const Put *put);

/* When the definition of a collection was written; 0: by this transaction, or it is a system
 * collection. */
int64_t catalog_defined_us(const Catalog *catalog, uint32_t number);

/* Gives the catalog's memory back; NULL is allowed. */
void catalog_free(Catalog *catalog);

/* Changes whenever a name may mean something else than before. */
int64_t catalog_version(const Catalog *catalog);

/* By name or alias; by number. NULL: none. */
const Collection *catalog_collection(const Catalog *catalog, Str name);
const Collection *catalog_collection_by_number(const Catalog *catalog, uint32_t number);

/* The number of user collections; the i-th in order of name. */
int64_t catalog_count(const Catalog *catalog);
const Collection *catalog_at(const Catalog *catalog, int64_t i);

/* A user function by name or alias, as a function value; T_NULL: none; T_FAULT: its body no
 * longer compiles. */
Value catalog_function(Rt *rt, Str name);

/* What the names of collections and functions mean at one time. It lives as long as the arena that
 * it was made in, and what it leads to as long as the catalog. */
typedef struct CatalogNames CatalogNames;
const CatalogNames *catalog_names(const Catalog *catalog, Arena *arena);
const Collection *catalog_names_collection(const CatalogNames *names, Str name); /* NULL: none */
/* The name of a collection of that time; empty: it was none. */
Str catalog_names_of(const CatalogNames *names, uint32_t number);
Value catalog_names_function(Rt *rt, const CatalogNames *names, Str name); /* as catalog_function */

/* The index of `collection` called `name`, or NULL. */
const Index *collection_index(const Collection *collection, Str name);

/* The same in the collection as it is now; NULL, and a fault, when it has none. */
const Index *collection_index_now(Rt *rt, const Collection *collection, Str name);

/* -- documents ---------------------------------------------------------------------------- */

enum {
    /* `aux` of a T_DOC: */
    DOC_DELETED = 1,       /* delete() returned it: it is known to be gone */
    DOC_NEW = 2,           /* create() of Key or Token returned it: its secret is shown */
    DOC_SOURCE_FIRST = 16, /* and above: the index that it was found by; see hint.h */
};

/* A new document id: rises with time, as Fauna's do. */
int64_t rt_new_id(Rt *rt);

/* The id that `text` spells in decimal digits; false when it is none. */
bool doc_id_from_str(Str text, int64_t *id);

/* The same for an ID, an integer or such a String. */
bool doc_id_from_value(Value value, int64_t *id);

/* What a write takes: `create({…})` reads `ttl` as the document's end and refuses reserved
 * names; `createData({…})` takes every field as the user's own. */
typedef enum DataMode { DATA_DEFAULT, DATA_PLAIN } DataMode;

/* Writing. Each returns the document, or a fault. */
Value doc_create(Rt *rt, const Collection *collection, const Object *fields, DataMode mode);
Value doc_update(Rt *rt, Value doc, const Object *fields, DataMode mode);
Value doc_replace(Rt *rt, Value doc, const Object *fields, DataMode mode);
Value doc_delete(Rt *rt, Value doc);

/* What a document that comes from elsewhere brings along. */
typedef struct DocOrigin {
    bool has_id, has_ttl;
    int64_t id;
    int64_t ttl_us;
    int64_t time_us; /* its `ts`; 0, or one that is still to come: that of the transaction */
} DocOrigin;

/* Creates a document that comes from elsewhere, whose `fields` are all the user's own. All rules
 * of its collection hold, as they do for doc_create. */
Value doc_import(Rt *rt, const Collection *collection, const Object *fields,
                 const DocOrigin *origin);

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

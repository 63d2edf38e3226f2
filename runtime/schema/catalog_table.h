/* catalog_table: the definitions of one kind, collections or functions, and what was made of them.
 * For catalog*.c alone.
 *
 *   documents of COLLECTION_COLLECTION          CatalogTable
 *   1024 { name: "Movie", alias: "Film", … } ─► by_id: 1024, 1025 …   names: "Film", "Genre", "Movie"
 *   1025 { name: "Genre", … }                   of each: what was made of it, and of which version
 *
 * A version is known by its time. One that the transaction under way has written has none yet: of
 * that its bytes are kept, until it is seen to be committed.
 */
#ifndef FAWN_RUNTIME_SCHEMA_CATALOG_TABLE_H
#define FAWN_RUNTIME_SCHEMA_CATALOG_TABLE_H

#include "runtime/base/map.h"
#include "runtime/base/vec.h"
#include "runtime/rt.h"

/* A definition, as one version of its document says. */
typedef struct Defined {
    int64_t id; /* of the document */
    Str name, alias; /* of what it defines; alias empty: none */
    int64_t defined_us; /* 0: it was not committed when it was seen last, and … */
    Str doc;            /* … these are its bytes */
    void *made;
} Defined;

/* Makes what a version defines, and sets `name` and `alias`; all in memory that stays. */
typedef void DefinedMake(Rt *rt, const Version *version, Defined *defined);

typedef struct CatalogTable {
    uint32_t system; /* the collection of the definitions */
    TxnStamp stamp;  /* of the state that this is of */
    Arena lists;     /* of what follows */
    VEC(Defined *) by_id, by_name;
    Map names; /* name or alias -> Defined */
} CatalogTable;

void table_init(CatalogTable *table, uint32_t system);
void table_free(CatalogTable *table);

/* Whether the definitions cannot have changed since the table was brought up to them. */
bool table_is_current(const CatalogTable *table, Rt *rt);

/* Brings the table up to what the transaction sees, making anew in `kept` what differs. False:
 * nothing did. */
bool table_load(CatalogTable *table, Rt *rt, Arena *kept, DefinedMake *make);

/* The same when the definition `id` was written, or deleted, and the table was current before. */
void table_renew(CatalogTable *table, Rt *rt, Arena *kept, int64_t id, DefinedMake *make);

/* NULL: there is none. */
Defined *table_find(const CatalogTable *table, int64_t id);
Defined *table_named(const CatalogTable *table, Str name);

/* Puts all, by name and by alias, into another map. */
void table_copy_names(const CatalogTable *table, Map *names);

#endif

/* import_int: what the files of the import share.
 *
 *   import.c          the transaction, collections, what became of records
 *   import_record.c   records to documents
 *   import_value.c    values: tags, references, types
 */
#ifndef FAWN_INTERP_TRANSFER_IMPORT_INT_H
#define FAWN_INTERP_TRANSFER_IMPORT_INT_H

#include "interp/session/session_int.h"
#include "interp/transfer/import.h"
#include "runtime/schema/schema_type.h"

/* A collection that records go to. */
typedef struct ImportTarget {
    ImportCount count;
    uint32_t number;
    const Collection *collection; /* as of `version` of the catalog */
    int64_t version;
} ImportTarget;

struct Import {
    Session *session;
    Rt *rt;
    const ImportOptions *options;
    VEC(ImportTarget *) targets; /* in rt->query */
    ImportTarget *recent;
    const Shape *plain; /* the shape found last to have no name of meaning */
    Str error;          /* of the record under way; in rt->query */
    int64_t refused;    /* documents of it */
    int64_t created;
};

/* The collection called `name`, created when it is missing. NULL: it cannot be, and there is a
 * fault, or `import->error`. */
ImportTarget *import_target(Import *import, Str name);

/* The same as the catalog has it now. */
const Collection *import_target_now(Import *import, ImportTarget *target);

/* A document ready to be made. */
typedef struct ImportDoc {
    Str collection; /* the record's own word; empty: none */
    DocOrigin origin;
    bool keeps_id; /* `id` is a field */
    const Object *fields;
} ImportDoc;

/* The elements of a page, at whatever depth the record holds it. False: it is no page. */
bool import_is_page(Value record, Value *elements);

/* The name of the collection that a record says it belongs to; empty: it does not say. */
Str import_own_collection(Value record);

/* Takes the record apart. False: a fault, or `import->error`. */
bool import_read_document(Import *import, ImportTarget *target, Value record, ImportDoc *doc);

/* What the objects of a record may mean beside themselves. */
typedef enum ImportMeaning {
    IMPORT_TAGS = 1, /* {"@int":"1"} */
    IMPORT_STUBS = 2, /* {"id":…,"coll":…}: references, as drivers and simple exports have them */
    IMPORT_TIMES = 4, /* {"isoString":…}, {"dateString":…}: as drivers have them */
} ImportMeaning;

/* The value that `v` of a file stands for, in a field of `type` (NULL: any). `meanings`: of
 * ImportMeaning. T_FAULT: a fault, or `import->error`. */
Value import_value(Import *import, Value v, const SchemaType *type, unsigned meanings);

/* The collection's name that a `coll` gives in any shape; empty: it gives none. */
Str import_collection_name(Value v);

/* The Time that a `ts` or `ttl` gives in any shape, else null. */
Value import_time(Value v);

/* The field behind the tag of an object that has nothing else; NULL: it is no such object. */
const Value *import_tagged(Value v, Str tag);

#endif

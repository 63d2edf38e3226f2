/* import: documents that come from elsewhere, in one transaction.
 *
 *   files ─► values ─► import_record ─► a page? each of its documents
 *    (the caller's)                          │ collection, id, ts and ttl taken off;
 *                                            │ tags, references and types understood
 *                                            ▼
 *                                        doc_import
 *
 * Understood are objects as they are, and documents in every shape that Fauna gave them out in:
 *
 *   {"id":"1","coll":"Movie","ts":"2024-…","director":{"id":"7","coll":"Person"}}      simple
 *   {"id":"1","coll":{"@mod":"Movie"},"ts":{"@time":"2024-…"},"stars":{"@int":"5"}}    tagged
 *   {"@doc":{…}}  {"@set":{"data":[…]}}  {"data":[…],"after":…}            pages, answers
 *   {"coll":{"name":"Movie"},"id":"1","ts":{"isoString":"2024-…"}}         JavaScript's driver
 *   {"ref":{"@ref":{…}},"ts":1700000000000000,"data":{…}}                  FQL 4
 *
 * Collections are created when they are missing, those too that only references name.
 */
#ifndef FAWN_INTERP_TRANSFER_IMPORT_H
#define FAWN_INTERP_TRANSFER_IMPORT_H

#include "interp/session/session.h"

/* An import under way. */
typedef struct Import Import;

/* What became of the records of one collection. */
typedef struct ImportCount {
    Str collection;
    bool is_new; /* the import created it */
    int64_t created;
    int64_t refused;
    int64_t kept_ids; /* documents whose `id` is no id of Fauna's: it is a field, `.data.id` */
} ImportCount;

typedef enum ImportStatus {
    IMPORT_DONE,
    IMPORT_REFUSED, /* some of it broke a rule and is left out: import_error */
    IMPORT_STOPPED, /* the transaction cannot go on: `read` has to return */
} ImportStatus;

typedef struct ImportOptions {
    bool dry_run;
    /* Reads the records and gives them to import_record. False: the import is given up, and
     * nothing of it stays. */
    bool (*read)(void *context, Import *import);
    void *context;
} ImportOptions;

/* Runs `options->read` in a transaction. When that returned false of its own accord, the outcome
 * is OUTCOME_FAILED with an empty summary. */
Outcome session_import(Session *session, const ImportOptions *options);

/* The runtime to make values with, on its heap. import_record needs them only while it runs: mark
 * the heap before, and rewind it after. */
Rt *import_rt(Import *import);

/* Imports one record, which goes to `collection`; its own word is heard when `collection` is empty,
 * or when it has one and not `forced`. */
ImportStatus import_record(Import *import, Str collection, bool forced, Value record);

/* After IMPORT_REFUSED: why, and how many documents were; until the next record. */
Str import_error(const Import *import, int64_t *refused);

/* Whether field `name` of `collection`, which need not exist, is to be a String by its type. */
bool import_wants_string(Import *import, Str collection, Str name);

/* Documents created so far; what became of each collection, in order of appearance, until the
 * session's next run. */
int64_t import_created(const Import *import);
int64_t session_import_counts(Session *session, const ImportCount **counts);

#endif

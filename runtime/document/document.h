/* document: what the files about documents and definitions share. Everybody else reads
 * documents through catalog.h.
 */
#ifndef FAWN_RUNTIME_DOCUMENT_DOCUMENT_H
#define FAWN_RUNTIME_DOCUMENT_DOCUMENT_H

#include "runtime/access/permission.h"
#include "runtime/schema/catalog.h"

#define DAY_US ((int64_t)86400 * 1000000)

static inline bool collection_is_system(uint32_t number)
{
    return number < COLLECTION_USER_FIRST;
}

/* Whether its documents are known by name: definitions are; keys, tokens and credentials, like
 * the documents of users, have ids. */
static inline bool collection_has_names(uint32_t number)
{
    return number >= COLLECTION_COLLECTION && number <= COLLECTION_DATABASE;
}

/* Whether a user's field of this name would hide behind something else: id, ts, update … */
bool field_is_special(Str name);

/* The whole document as `doc_object` gives it, but for computed fields: nothing can fail. */
Value doc_stored_object(Rt *rt, Value doc);

/* The present version of a document, whoever asks; NULL: it does not exist. */
const Version *doc_stored_version(Rt *rt, Value doc);

/* The module value that `doc.coll` is. */
Value doc_coll(Rt *rt, Value doc);

/* The id of the system document of this name, or false. */
bool catalog_find_named(Rt *rt, uint32_t collection, Str name, int64_t *id);

/* The id of the definition of the user function of this name or alias, or false. */
bool catalog_function_id(const Catalog *catalog, Str name, int64_t *id);

/* Collection.Deleted: what `coll` is once the collection is gone. */
extern const Module catalog_deleted_module;

/* -- writing ---------------------------------------------------------------------------------- */

/* Rules that a write breaks, in order. */
typedef struct Failures {
    Rt *rt;
    ConstraintFailure *first, *last;
} Failures;

/* Adds a failure at a path of field names (and decimal indexes of arrays). */
void failure_add(Failures *failures, const Str *path, int64_t path_len, Str message);

/* The same for what is the fault of no single field. */
void failure_add_plain(Failures *failures, Str message);

/* The same for a single top-level field. */
void failure_add_field(Failures *failures, Str field, Str message);

/* "Expected T, provided U", where U is the type of `got`. */
void failure_add_mismatch(Failures *failures, const Str *path, int64_t path_len,
                          const char *expected, Value got);

/* Writes the type of `v` as precisely as failures give it: `{ tags: [Int, String] }`. */
void failure_put_type(Rt *rt, Buf *out, Value v);

/* Says what helps to mend the failure that was added last. */
void failure_advise(Failures *failures, Str advice);

/* The fault constraint_failure with these failures. */
Value failure_fault(Failures *failures, Str message);

/* The fault for a document that does not exist. */
Value fault_doc_not_found(Rt *rt, Value doc);

/* The microseconds of a Time, as the store takes them: what is beyond those that there are is the first
 * of them, or the last, TTL_NEVER. */
int64_t time_to_us(Value time);

/* An id that no document of a collection has: two sessions may begin in the same millisecond, and
 * then count from the same id on. */
int64_t doc_new_id(Rt *rt, uint32_t collection);

/* Whether `action`, "`create`", may write at all now: else a fault. Whether who asks may make the
 * write is looked at when it is known what it is (permission_check_write). */
NODISCARD bool write_is_allowed(Rt *rt, const char *action);

/* `patch` laid over `base`: objects are merged field by field, null removes. */
Value object_merge(Rt *rt, const Object *base, const Object *patch);

/* The fault for STORE_NOT_UNIQUE after a write to `collection`. */
Value fault_not_unique(Rt *rt, const Collection *collection);

/* Definitions of collections (definition.c). `doc` names the definition's document. */
Value definition_create(Rt *rt, const Object *fields);
Value definition_update(Rt *rt, Value doc, const Object *fields);
Value definition_replace(Rt *rt, Value doc, const Object *fields);
Value definition_delete(Rt *rt, Value doc);

/* Definitions of functions (function_definition.c), likewise. */
Value function_definition_create(Rt *rt, const Object *fields);
Value function_definition_update(Rt *rt, Value doc, const Object *fields);
Value function_definition_replace(Rt *rt, Value doc, const Object *fields);
Value function_definition_delete(Rt *rt, Value doc);

#endif

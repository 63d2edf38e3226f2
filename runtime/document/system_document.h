/* system_document: creating, changing and deleting roles, access providers, databases, keys,
 * tokens and credentials. They are documents of system collections, kept as they are given.
 */
#ifndef FAWN_RUNTIME_DOCUMENT_SYSTEM_DOCUMENT_H
#define FAWN_RUNTIME_DOCUMENT_SYSTEM_DOCUMENT_H

#include "runtime/document/document.h"

/* Each returns the document, or a fault. */
Value system_create(Rt *rt, uint32_t collection, const Object *fields);
Value system_change(Rt *rt, Value doc, const Object *fields, bool replace);
Value system_delete(Rt *rt, Value doc);

/* The secret of a key or token that this query has just made: `doc` must be what `create`
 * returned. Null for all others: only its hash is kept. */
Value system_secret(Rt *rt, Value doc);

/* Whether `secret` is that of the key, token or credential `doc`, as a Boolean; a fault when there
 * is none such. */
Value system_secret_matches(Rt *rt, Value doc, Str secret);

/* The same of a version of its document. */
bool system_version_matches(Rt *rt, const Version *version, Str secret);

#endif

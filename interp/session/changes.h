/* changes: what the store knows of a transaction's changes, as people see it. For the files of
 * the session. */
#ifndef FAWN_INTERP_SESSION_CHANGES_H
#define FAWN_INTERP_SESSION_CHANGES_H

#include "interp/session/session_int.h"
#include "store/changes.h"

/* A document as an object of its own fields and `ttl`; null: it is not there. */
Value changes_object(Rt *rt, uint32_t collection, const DocState *state);

/* "Movie"; "(collection 1030, deleted)". */
Str changes_collection_name(Rt *rt, uint32_t number);

/* Movie("1"), Function("double"), in rt->query. */
Str changes_document_name(Rt *rt, const TxnChange *change);

void changes_count(TxnChanges *counted, const TxnChange *change);

/* Gives `sink` changes whose documents are there. False: a fault. */
bool changes_put(Rt *rt, const TxnChange *changes, int64_t count, SessionChangeSink *sink,
                 void *context);

#endif

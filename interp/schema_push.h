/* schema_push: what schema.c, which puts schemas in force, and schema_stage.c, which keeps them
 * for later, share.
 */
#ifndef FAWN_INTERP_SCHEMA_PUSH_H
#define FAWN_INTERP_SCHEMA_PUSH_H

#include "interp/session_int.h"

enum {
    /* The document that a staged schema is kept in; its number is not another one's. */
    STAGED_COLLECTION = COLLECTION_UNCOUNTED,
    STAGED_ID = 2,
};

/* Puts the files in force in the transaction under way, whatever is staged. False: `outcome`
 * tells why not. */
bool schema_put_in_force(Session *session, SchemaPush *push, Outcome *outcome);

/* Keeps the files beside the schema in force, in a transaction of its own. */
Outcome schema_stage(Session *session, SchemaPush *push);

#endif

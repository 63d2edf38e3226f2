/* schema_push: what schema.c, which puts schemas in force, and schema_stage.c, which keeps them
 * for later, share.
 */
#ifndef FAWN_INTERP_SCHEMA_SCHEMA_PUSH_H
#define FAWN_INTERP_SCHEMA_SCHEMA_PUSH_H

#include "interp/schema/schema_source.h"
#include "interp/session/session_int.h"

/* Puts the files in force in the transaction under way, whatever is staged; the files themselves are
 * not kept. False: `outcome` tells why not. */
bool schema_put_in_force(Session *session, SchemaPush *push, Outcome *outcome);

/* Whether the schema is the one that the guard speaks of; false: `outcome` tells. */
bool schema_guard_passes(Session *session, SchemaGuard *guard, Outcome *outcome);

/* Errors as Fauna's schema API told them, in `query`: without empty lines between them, and names
 * that two files define in a line each. */
Str schema_short_errors(Session *session, const DiagList *diags);

/* Keeps the files beside the schema in force, in a transaction of its own. */
Outcome schema_stage(Session *session, SchemaPush *push);

#endif

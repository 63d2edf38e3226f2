/* auth: who asks, from the Authorization header.
 *
 *   Bearer SECRET[:PATH]:ROLE         PATH: names of databases joined by "/", below that of the
 *   Basic base64(SECRET…[:])          secret; ROLE: admin, server, server-readonly, client,
 *                                     @role/NAME, @doc/COLLECTION/ID
 *
 * A secret that cannot be read or does not fit is as good as none.
 */
#ifndef FAWN_SERVER_AUTH_H
#define FAWN_SERVER_AUTH_H

#include "server/work.h"

/* The token in an Authorization header, in `arena`. False: there is none. */
bool auth_token(const Exchange *exchange, Arena *arena, Str *token);

/* A token taken apart. */
typedef struct AuthScope {
    Str secret;
    Str path; /* empty: the database of the secret */
    Str role; /* empty: as the secret has it */
} AuthScope;
bool auth_scope(Str token, AuthScope *scope);

/* Whether two texts are the same, in a time that does not tell where they differ. */
bool auth_same_secret(Str a, Str b);

#endif

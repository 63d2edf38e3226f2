/* auth: who asks, from the Authorization header.
 *
 *   Bearer SECRET[:[PATH:]ROLE]         the secret of the root, of a key or of a token; PATH: names
 *   Basic base64(SECRET…[:])            of databases joined by "/", below that of the secret;
 *                                       ROLE: admin, server, server-readonly, client, @role/NAME,
 *                                       @doc/COLLECTION/ID
 *
 *   Bearer JWT                          see jwt.h
 *
 * A secret that cannot be read or does not fit is as good as none.
 */
#ifndef FAWN_SERVER_AUTH_AUTH_H
#define FAWN_SERVER_AUTH_AUTH_H

#include "interp/session/login.h"
#include "server/http/exchange.h"

/* Who sent the request, looked up in any session; texts in `arena`. False: nobody who may ask. */
bool auth_find(const Exchange *exchange, Arena *arena, Session *gate, LoginFound *found);

#endif

/* jwt: JSON Web Tokens, as the identity providers sign them that a database has as AccessProviders.
 *
 *   header.claims.signature, each in base64url
 *     header   alg: RS256, RS384 or RS512; kid: which key of the provider's
 *     claims   iss: the provider's `issuer`; aud: the provider's `audience`, among others or not;
 *              exp, nbf: seconds since 1970, when it ends and begins
 *
 * The keys are a JSON Web Key Set: in the provider's `jwks_uri` itself, if that begins with `data:`, or
 * what the server was given for that address (ServerOptions.jwks). The server asks no other machine.
 */
#ifndef FAWN_SERVER_AUTH_JWT_H
#define FAWN_SERVER_AUTH_JWT_H

#include "interp/session/login.h"
#include "server/server_int.h"

/* Whether a token looks like one; those of keys and tokens do not. */
bool jwt_is_one(Str token);

/* Who it says that asks, if that is true: the provider signed it, for a database of this server, and
 * for now. False: nobody. Texts in `arena`. */
bool jwt_find(const Server *server, Arena *arena, Session *gate, Str token, LoginFound *found);

#endif

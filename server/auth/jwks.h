/* jwks: the key sets that the server was given for addresses of access providers, each in a file. They
 * are read when it starts and when it gets SIGHUP; a file that cannot be read then, or has no key set,
 * leaves in force what was there. Looked up by all threads.
 */
#ifndef FAWN_SERVER_AUTH_JWKS_H
#define FAWN_SERVER_AUTH_JWKS_H

#include "server/server_int.h"

/* Begins with what the options have, and ends. */
void jwks_open(Server *server);
void jwks_close(Server *server);

/* Reads all files again, and tells the log how that went. */
void jwks_reload(Server *server);

/* A copy in `arena` of the key set for an address. False: there is none. */
bool jwks_find(const Server *server, Arena *arena, Str uri, Str *text);

#endif

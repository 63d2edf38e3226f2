/* login: who asks, and as whom a session runs from then on.
 *
 *   secret, path, role ─► session_find_login ─► LoginFound ─► session_log_in ─► queries
 *                         any session           database, who   the session of that database
 *
 * What was found holds for one request: keys and tokens are looked at each time, so that what is
 * deleted, has ended or was changed counts at once.
 */
#ifndef FAWN_INTERP_SESSION_LOGIN_H
#define FAWN_INTERP_SESSION_LOGIN_H

#include "interp/session/session.h"

typedef struct LoginAsked {
    bool is_root; /* by the secret of the root database's owner, which the caller has seen */
    Str secret;   /* else of a key or token */
    Str path;     /* names of databases joined by "/", below that of the secret; or empty */
    Str role;     /* admin, server, server-readonly, client, @role/NAME, @doc/COLLECTION/ID,
                     collections/COLLECTION/ID; empty: as the secret has it */
} LoginAsked;

typedef struct LoginFound {
    uint32_t database;   /* the store's number of it … */
    int64_t database_id; /* … and the document that stands for it */
    Str role;            /* a built-in one, or a Role of the database; empty: see `collection` */
    Str collection;      /* the name of that of the document which it acts for, `login.id`; or empty:
                            `login.collection` is known */
    Login login;
    Str provider;      /* of a JWT: the name of the AccessProvider, */
    Str claims;        /* and what it claims, as JSON */
    int64_t expires_us; /* when it ends, wall clock; TTL_NEVER */
    int64_t written_us; /* when its key or token was written last; 0: it came by neither */
    int64_t seen_us;    /* commit time of the state that all this was found in */
} LoginFound;

/* Finds who that is; texts in `arena`. False: nobody, of whichever reason. */
bool session_find_login(Session *session, Arena *arena, const LoginAsked *asked,
                        LoginFound *found);

/* The provider of JWTs of `issuer` for the database that `audience` names: where its keys are.
 * False: there is none. */
bool session_find_provider(Session *session, Arena *arena, Str issuer, Str audience,
                           LoginFound *found, Str *jwks_uri);

/* To be called before the first run: puts the session on the database that was found. */
void session_enter_found(Session *session, const LoginFound *found);

/* Runs from now on as who was found, on whose database the session is. False: there is no such
 * role, document or database any more, or none for these claims; then nothing may be run. */
NODISCARD bool session_log_in(Session *session, const LoginFound *found);

/* A number for what the session may do, after session_log_in: another one when the key or token was
 * written since, or it is of other Roles, or one of them was. */
uint64_t session_rights(const Session *session, const LoginFound *found);

/* Runs from now on as the owner. */
void session_log_in_owner(Session *session);

#endif

/* role: what the Roles of a database grant, made of their documents.
 *
 *   { name: "author",
 *     privileges: [{ resource: "Post", actions: { read: true, write: "(old, new) => …" } }],
 *     membership: [{ resource: "User", predicate: "user => user.isAuthor" }] }
 *
 *   Role author    grants     Post read    always
 *                             Post write   where the predicate is true
 *                  members    documents of User for which the predicate is true
 *
 * Roles are kept with the catalog, and made anew when their documents change.
 *
 * Not here: what grants are good for (permission.c).
 */
#ifndef FAWN_RUNTIME_ACCESS_ROLE_H
#define FAWN_RUNTIME_ACCESS_ROLE_H

#include "runtime/document/document.h"

/* A lambda that is written in a Role, or that of an AccessProvider. */
typedef struct Predicate {
    Source source; /* without text: it is always true */
    Value fn;      /* null: not compiled yet */
    bool is_broken;
} Predicate;

typedef struct Grant {
    Str resource;
    Action action;
    Predicate predicate;
} Grant;

typedef struct RoleMember {
    Str resource;
    Predicate predicate;
} RoleMember;

typedef struct Role {
    struct Role *next; /* of those that the catalog keeps */
    Str name;
    int64_t id, defined_us; /* of its document */
    Grant *grants;
    int64_t grant_count;
    RoleMember *members;
    int64_t member_count;
} Role;

/* The Role called `name`, as the transaction sees it; NULL: there is none. It lives as long as the
 * catalog. */
const Role *role_find(Rt *rt, Str name);

/* The Role that a version of a document of COLLECTION_ROLE describes; likewise. */
const Role *role_of_version(Rt *rt, const Version *version);

/* The predicate with this text, named `name` in messages, in `arena`. A text that is null is always
 * true. */
Predicate predicate_make(Arena *arena, Str name, Value text);

/* Its function; null: it is always true, or broken. */
Value predicate_function(Rt *rt, Predicate *predicate);

#endif

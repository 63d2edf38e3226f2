/* known: what there is in the database, as far as colours and completion ask for it. It is read when
 * it is asked for, once for each input that is typed: keys are answered from memory.
 */
#ifndef FAWN_REPL_KNOWN_H
#define FAWN_REPL_KNOWN_H

#include "interp/session.h"
#include "runtime/base/map.h"

typedef struct Known {
    Session *session;
    Arena arena;
    bool is_read;
    Map names; /* of everything that a query can begin with */
} Known;

/* Forgets what was read, as it may have changed. */
void known_renew(Known *known, Session *session);
void known_free(Known *known);

/* Whether there is a collection, function, module or variable called `name`. */
bool known_has(Known *known, Str name);

#endif

/* known: what there is in the database, as far as colours and completion ask for it. It is read when
 * it is asked for, once for each input that is typed: keys are answered from memory.
 */
#ifndef FAWN_REPL_EDIT_KNOWN_H
#define FAWN_REPL_EDIT_KNOWN_H

#include "interp/session/session.h"
#include "runtime/base/map.h"
#include "runtime/base/vec.h"

typedef struct KnownCollection {
    Str name;
    bool is_read; /* its members were looked for */
    const SessionMember *members;
    int64_t count;
} KnownCollection;

/* Called with the name of everything of a kind. */
typedef void KnownVisit(void *context, Str name);

typedef struct Known {
    Session *session;
    /* Visits the databases that the shell can go to, for `shell`; NULL: there are none. */
    void (*each_place)(void *shell, KnownVisit *visit, void *context);
    void *shell;
    Arena arena;
    bool is_read;
    Map names; /* of everything that a query can begin with */
    Map collections;
    VEC(Str) name_list;
    VEC(Str) collection_list;
    VEC(Str) item_list; /* of the schema */
    Buf last_type;      /* of the last value at the prompt (guess.h), where the value does not tell */
} Known;

/* Forgets what was read, as it may have changed. */
void known_renew(Known *known, Session *session);
void known_free(Known *known);

/* Whether there is a collection, function, module or variable called `name`. */
bool known_has(Known *known, Str name);

/* The collection of this name with its members, or NULL. */
const KnownCollection *known_collection(Known *known, Str name);

/* The type (guess.h) of a variable; empty: there is none. */
Str known_variable(Known *known, Str name);

/* The static type (guess.h) of what SESSION_SOUGHT is selected of in `text`; empty: it is not known. */
Str known_sought(Known *known, Str text);

/* What all collections can do. */
const struct Builtin *const *known_collection_rows(void);

/* Calls `visit` with the name of everything that a query can begin with; of each collection; of each
 * item of the schema, and of what collections have. */
void known_each(Known *known, KnownVisit *visit, void *context);
void known_each_collection(Known *known, KnownVisit *visit, void *context);
void known_each_item(Known *known, KnownVisit *visit, void *context);

/* Of each database that `.use` takes. */
void known_each_place(const Known *known, KnownVisit *visit, void *context);

#endif

/* prepared: what a session keeps of the queries that come again and again, as those of an
 * application do: their syntax trees, and the types that were found.
 *
 *   text ─► came before? ─► Prepared: its tree ─► values of which types? ─► the query's type
 *
 * What is kept follows from the text alone, or from the text, the schema and the types of the
 * values: nothing of it depends on what is stored. A text is kept when it comes for the second
 * time, so that those that come once cost no more than before; what was not used for the longest
 * time makes room.
 */
#ifndef FAWN_INTERP_SESSION_PREPARED_H
#define FAWN_INTERP_SESSION_PREPARED_H

#include "grammar/ast.h"
#include "interp/session/session.h"

enum {
    PREPARED_MAX = 128,               /* texts that a session keeps */
    PREPARED_TEXT_BYTES_MAX = 32768,  /* no longer ones */
    PREPARED_BYTES_MAX = 4 << 20,     /* all that it keeps */
    PREPARED_TYPES_MAX = 8,           /* of one text, for values of other types */
};

/* The type of a query whose values have the types that `given` spells. */
typedef struct PreparedType {
    Str given;
    Str text; /* what Outcome.static_type tells */
    struct PreparedType *next;
} PreparedType;

typedef struct Prepared {
    Source *source;
    const Node *block; /* its statements */
    uint64_t hash;     /* of its text */
    int64_t used;      /* when last: counts queries */
    Arena tree;        /* source and block */
    Arena types;       /* what follows */
    PreparedType *first;
    int64_t type_count;
    int64_t made_of; /* the environment (typing.c) that the types are for */
} Prepared;

typedef struct PreparedQueries PreparedQueries;

/* What is kept of a query's text; NULL: nothing, as it comes for the first time, is too long or
 * does not parse. Valid until the next call. */
Prepared *prepared_find(Session *session, const Source *source, bool is_template);

/* The type of the query for values of the types `given`, or NULL. */
const PreparedType *prepared_type(const Prepared *prepared, int64_t made_of, Str given);

/* Keeps it; both texts are copied. */
void prepared_keep_type(Prepared *prepared, int64_t made_of, Str given, Str text);

/* The bytes of all that the session keeps. */
int64_t prepared_bytes(const Session *session);

void prepared_free(Session *session);

#endif

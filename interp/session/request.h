/* request: the members of a JSON object, or the elements of an array, as slices of its text.
 *
 *   {"query": "1 + x", "arguments": {"x": {"@int": "1"}}}
 *     name      string   name         text: read on by whoever knows what it means
 *
 * yajl checks the whole text; nothing inside the members is turned into values.
 */
#ifndef FAWN_INTERP_SESSION_REQUEST_H
#define FAWN_INTERP_SESSION_REQUEST_H

#include "runtime/base/str.h"

typedef enum MemberKind {
    MEMBER_NULL,
    MEMBER_BOOLEAN,
    MEMBER_NUMBER,
    MEMBER_STRING,
    MEMBER_ARRAY,
    MEMBER_OBJECT,
} MemberKind;

typedef struct Member {
    Str name; /* empty in an array */
    MemberKind kind;
    Str text;     /* as it was written, borrowed from the request */
    Str string;   /* MEMBER_STRING: the decoded text */
    bool is_true; /* MEMBER_BOOLEAN */
} Member;

typedef struct Members {
    bool is_array;
    Member *at;
    int64_t count;
} Members;

/* Reads `text`, one JSON object or array. On failure returns false, and `*error` says why. */
bool request_read(Arena *arena, Str text, Members *members, Str *error);

/* The last member of this name, or NULL. */
const Member *request_find(const Members *members, Str name);

#endif

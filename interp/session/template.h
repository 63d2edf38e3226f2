/* template: a query with values in it, as the clients send it.
 *
 *   {"fql": ["Movie.byTitle(", {"value": "Heat"}, ").first()"]}
 *       -> texts "Movie.byTitle(" and ").first()", and between them the value "Heat"
 *
 * Nodes: a string (FQL), {"fql": [NODE…]}, {"value": tagged JSON}, {"array": [NODE…]} and
 * {"object": {KEY: NODE…}}.
 */
#ifndef FAWN_INTERP_SESSION_TEMPLATE_H
#define FAWN_INTERP_SESSION_TEMPLATE_H

#include "interp/session/session.h"

typedef struct Template {
    const Str *texts; /* one more than values */
    int64_t text_count;
    const Value *values;
    const Str *value_errors; /* why a value that cannot be read, a T_FAULT, is wrong */
    int64_t value_count;
} Template;

/* Reads the JSON of a template. Values live until the next run of the session. A wrong value is
 * the query's error, told at its place; when the template itself is wrong, returns false, and
 * `*error` says why. */
bool template_read(Arena *arena, Session *session, Str json, Template *result, Str *error);

#endif

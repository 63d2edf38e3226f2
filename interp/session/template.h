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

#include "runtime/base/arena.h"
#include "runtime/base/str.h"

typedef struct Template {
    const Str *texts; /* one more than values */
    int64_t text_count;
    const Str *values; /* their JSON, tagged; borrowed from that of the template */
    int64_t value_count;
} Template;

/* Reads the JSON of a template. Whether its values can be read is not asked: a wrong one is the
 * query's error, told at its place. False: the template itself is wrong, and `*error` says why. */
bool template_read(Arena *arena, Str json, Template *result, Str *error);

#endif

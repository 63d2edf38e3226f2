/* route: which path does what. */
#ifndef FAWN_SERVER_ROUTE_H
#define FAWN_SERVER_ROUTE_H

#include "server/exchange.h"

/* Answers a request that is whole, or sees to it that it will be. */
void route_request(Exchange *exchange);

/* The value of a parameter in the query string, decoded, in the arena of the exchange. False: it
 * is not there. */
bool route_parameter(Exchange *exchange, Str name, Str *value);

/* `text` with its %XX decoded, in `arena`, and `+` to a blank where it stands for one. */
Str route_decode(Arena *arena, Str text, bool plus_is_blank);

#endif

/* route: which path does what. */
#ifndef FAWN_SERVER_ROUTE_H
#define FAWN_SERVER_ROUTE_H

#include "server/http/exchange.h"

/* Answers a request that is whole, or sees to it that it will be. */
void route_request(Exchange *exchange);

#endif

/* events: streams that are open. When something was committed, each is asked for what is new. */
#ifndef FAWN_SERVER_ENDPOINT_EVENTS_H
#define FAWN_SERVER_ENDPOINT_EVENTS_H

#include "server/server_int.h"

/* Something was committed: streams look for events. */
void streams_wake(Server *server);

/* Sends what is due by time; once a second. */
void streams_tick(Server *server);

/* Ends all. */
void streams_stop(Server *server);

#endif

/* events_request: what streams and feeds have in common: the body of their requests, who may make
 * them, and how both are run by a worker.
 */
#ifndef FAWN_SERVER_ENDPOINT_EVENTS_REQUEST_H
#define FAWN_SERVER_ENDPOINT_EVENTS_REQUEST_H

#include "interp/session/events.h"
#include "server/work/work.h"

/* The longest page of a feed, and the one that is not asked for, as the service had them. */
enum { FEED_PAGE_MAX = 16000, FEED_PAGE_DEFAULT = 16 };

/* Reads the body of the exchange, with `job->arena`. False: the job has the answer. */
bool events_request_read(Job *job, bool is_stream, EventsRequest *request);

/* Asks a session for events. False: the job has the answer; `job->answer` holds the events
 * otherwise. */
bool events_request_run(Job *job, Worker *worker, const EventsRequest *request, Events *events);

#endif

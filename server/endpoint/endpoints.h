/* endpoints: what the paths do, one function each. Called on the loop's thread with a request that
 * is whole; each answers it, at once or by a job.
 */
#ifndef FAWN_SERVER_ENDPOINT_ENDPOINTS_H
#define FAWN_SERVER_ENDPOINT_ENDPOINTS_H

#include "server/http/exchange.h"

/* POST /query/1: runs one query (query.c). */
void query_answer(Exchange *exchange);

/* POST /feed/1: a page of events (feed.c). */
void feed_answer(Exchange *exchange);

/* POST /stream/1: events as they come (stream.c). */
void stream_answer(Exchange *exchange);

/* GET /environment/1: what queries may name (environment.c). */
void environment_answer(Exchange *exchange);

#define SCHEMA_PATH "/schema/1/"

/* /schema/1/…: the files of the schema (schema.c). */
void schema_answer(Exchange *exchange);

#endif

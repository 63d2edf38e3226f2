/* json: JSON text to values. The reader is yajl's; this decides what the values mean. */
#ifndef FAWN_RUNTIME_JSON_H
#define FAWN_RUNTIME_JSON_H

#include "runtime/rt.h"

typedef enum JsonFormat {
    JSON_SIMPLE, /* integers -> Int or Long, with fraction or exponent -> Double */
    JSON_TAGGED, /* {"@int":"1"} … ; bare numbers are refused ("numbers must be tagged") */
    JSON_PLAIN,  /* like simple, but keeps duplicate-free objects in order: for requests */
} JsonFormat;

/* Reads one JSON value. On success returns it, in `rt->heap`. On failure returns T_FAULT
 * *without* a fault in Rt, and `*error` says why (shared/wire.md 6 has the tagged wordings). */
Value json_read(Rt *rt, Str text, JsonFormat format, Str *error);

/* A JSON_PLAIN value (e.g. a part of a request) read again as tagged or simple. */
Value json_retag(Rt *rt, Value plain, JsonFormat format, Str *error);

#endif

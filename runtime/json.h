/* json: JSON text to values. The reader is yajl's; this decides what the values mean.
 *
 *   {"n":{"@int":"1"}}   simple: { n: { "@int": "1" } }     tagged: { n: 1 }
 */
#ifndef FAWN_RUNTIME_JSON_H
#define FAWN_RUNTIME_JSON_H

#include "runtime/rt.h"

typedef enum JsonFormat {
    JSON_SIMPLE, /* integers -> Int or Long, with fraction or exponent -> Double */
    JSON_TAGGED, /* {"@int":"1"} … ; bare numbers are refused ("numbers must be tagged") */
    JSON_PLAIN,  /* the same as simple: a request whose parts are read again by json_retag */
} JsonFormat;

/* Reads one JSON value, which may be nested JSON_DEPTH_MAX deep. A field that comes twice has
 * its last value. On success returns it, in `rt->heap`. On failure returns T_FAULT *without* a
 * fault in Rt, and `*error` says why: the reasons of the tagged format are Fauna's. */
Value json_read(Rt *rt, Str text, JsonFormat format, Str *error);

/* A JSON_PLAIN value (e.g. a part of a request) read again as tagged or simple. */
Value json_retag(Rt *rt, Value plain, JsonFormat format, Str *error);

#endif

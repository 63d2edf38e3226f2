/* json: JSON text to values.
 *
 *   {"n":{"@int":"1"}}   simple: { n: { "@int": "1" } }     tagged: { n: 1 }
 */
#ifndef FAWN_RUNTIME_PRINT_JSON_H
#define FAWN_RUNTIME_PRINT_JSON_H

#include "runtime/rt.h"

typedef enum JsonFormat {
    JSON_SIMPLE, /* integers -> Int or Long, with fraction or exponent -> Double */
    JSON_TAGGED, /* {"@int":"1"} … ; bare numbers are refused ("numbers must be tagged") */
    JSON_PLAIN,  /* the same as simple: a request whose parts are read again by json_retag */
} JsonFormat;

/* Reads one JSON value, which may be nested JSON_DEPTH_MAX deep. A field that comes twice has
 * its last value, and a number beyond the range of Doubles is refused. On success returns it, in
 * `rt->heap`; strings borrow from `text`. On failure returns T_FAULT *without* a fault in Rt, and
 * `*error` says why: the reasons of the tagged format are Fauna's. */
Value json_read(Rt *rt, Str text, JsonFormat format, Str *error);

/* A JSON_PLAIN value (e.g. a part of a request) read again as tagged or simple. */
Value json_retag(Rt *rt, Value plain, JsonFormat format, Str *error);

/* -- one value after another, from a text that arrives in pieces ------------------------------- */

typedef enum JsonStatus {
    JSON_READ,
    JSON_MORE,  /* the text ends within the value: try again with more of it */
    JSON_WRONG, /* `error` says why, `error_at` where */
} JsonStatus;

typedef struct JsonReader JsonReader;

/* The reader lives in rt->session. */
JsonReader *json_reader_open(Rt *rt);
void json_reader_close(JsonReader *reader);

/* Reads the value at `*at`, behind blanks, as JSON_SIMPLE; `*at` is then behind it. `ended`: no
 * text follows, so that the status is never JSON_MORE. The value is in `rt->heap`, and its strings
 * borrow from `text`. */
JsonStatus json_next(JsonReader *reader, Str text, int64_t *at, bool ended, Value *value);

/* After JSON_WRONG. The text lives as long as rt->heap. */
Str json_error(const JsonReader *reader, int64_t *at);

/* How many whole numbers so far are too large for a Long and, as Doubles, have lost digits. */
int64_t json_rounded(const JsonReader *reader);

#endif

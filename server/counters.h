/* counters: what a server has done so far, as /metrics tells it. The loop's thread keeps them. */
#ifndef FAWN_SERVER_COUNTERS_H
#define FAWN_SERVER_COUNTERS_H

#include "runtime/base/str.h"

/* Upper bounds of how long requests took, in microseconds; the last is everything else. */
enum { LATENCY_BOUNDS = 12, STATUS_CLASSES = 6 };

typedef struct Counters {
    int64_t connections_accepted, connections_refused;
    int64_t requests, exchanges;
    int64_t by_class[STATUS_CLASSES]; /* 4: 4xx */
    int64_t latency[LATENCY_BOUNDS];
    int64_t latency_sum_us;
    int64_t events, streams;
    int64_t bytes_in, bytes_out;
} Counters;

/* Notes a response. */
void counters_note(Counters *counters, int status, int64_t elapsed_us);

/* Appends one number as Prometheus reads it; `type` is "counter" or "gauge". */
void counters_put_one(Buf *out, const char *name, const char *type, const char *help,
                      int64_t value);

/* Appends them as Prometheus reads them. */
void counters_put(Buf *out, const Counters *counters);

#endif

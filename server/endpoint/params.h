/* params: the headers that say how a query is to be run. */
#ifndef FAWN_SERVER_ENDPOINT_PARAMS_H
#define FAWN_SERVER_ENDPOINT_PARAMS_H

#include "runtime/print/print.h"
#include "server/http/exchange.h"

enum { TIMEOUT_MS_MAX = 600000, CONTENTION_RETRIES_MAX = 7 };

typedef struct Params {
    PrintFormat format;
    int typecheck; /* 1 or 0, as asked; -1: as the database has it */
    bool linearized, performance_hints;
    int64_t last_txn_us;
    int64_t timeout_ms; /* 0: not said */
    int64_t contention_retries;
    Str tags; /* as they were given; empty: none */
} Params;

/* Reads them; of `timing` only those that a page of events heeds. False: one is wrong, and
 * `*error`, in the arena of the exchange, says which and why in the words of Fauna. */
bool params_read(Exchange *exchange, bool timing, Params *params, Str *error);

#endif

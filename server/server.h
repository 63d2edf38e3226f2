/* server: `fawn serve`, Fauna's HTTP protocol over an open store.
 *
 *               loop thread (libuv)                           worker threads
 *   client ─► Connection ─► Http1 or Http2 ─► Exchange ─► route ─► job ─► Session ─► store
 *      ▲                                         ▲                           │
 *      └──────────── bytes ◄─────────────────────┴────── done, wakes the loop┘
 *
 * The loop's thread owns connections, requests and responses; nobody else touches them while it
 * may. A job has the request to itself until it is done. Workers have sessions of their own; what
 * only reads runs on a snapshot at any worker, what writes runs at the one that is the writer, in
 * the order in which it came (work.h). There is no state outside of the Server.
 */
#ifndef FAWN_SERVER_SERVER_H
#define FAWN_SERVER_SERVER_H

#include "runtime/base/limits.h"
#include "store/store.h"

/* The JSON Web Key Set that stands for what an address would give, and the file that has it. */
typedef struct ServerJwks {
    Str uri, text;
    const char *path;
} ServerJwks;

typedef struct ServerOptions {
    const char *host; /* an address, or "localhost" */
    int port;         /* 0: any that is free, which is told when it listens */
    Str secret;       /* of the root database's owner; not empty */
    const ServerJwks *jwks; /* for access providers; their files are read again on SIGHUP */
    int64_t jwks_count;
    int (*read_file)(const char *path, Buf *out); /* 0, or an errno */
    const Limits *limits;
    int64_t max_connections;
    int64_t query_timeout_ms; /* of queries that do not say */
    int64_t max_query_bytes;  /* memory of one query; 0: no limit */
    int threads;              /* that run what only reads; 0: as many as there are cores */
    const char *tls_cert, *tls_key; /* PEM files; NULL, both: no TLS */
    bool typechecks_root;     /* the root database counts as `typechecked` */
    bool access_log;          /* tell of each request */
    bool quiet;               /* tell only of failures */
} ServerOptions;

/* Serves `store` until SIGINT or SIGTERM, then ends connections and returns. False: it could not
 * begin, and `*error`, of static or `arena` memory, says why. */
bool server_run(Store *store, const ServerOptions *options, Arena *arena, Str *error);

#endif

/* server_int: what the files of the server share.
 *
 *   server.c  its life: loop, listener, signals, clock
 *   route.c   which path does what              counters.c  what /metrics counts
 *   http/     connections, TLS, the two protocols; an exchange is a request and its response
 *   auth/     who asks: secrets, tokens of access providers and their keys
 *   work/     jobs, and the threads that run them
 *   endpoint/ what the paths do: a file each, and how their parameters are read
 */
#ifndef FAWN_SERVER_SERVER_INT_H
#define FAWN_SERVER_SERVER_INT_H

#include "server/counters.h"
#include "server/http/exchange.h"
#include "server/server.h"

#include <uv.h>

enum {
    READ_BUFFER_BYTES = READ_AT_ONCE(64 << 10),
    /* Of the bodies of all requests that are under way. */
    BODIES_BYTES_MAX = 256 << 20,
};

typedef struct Server Server;
typedef struct Connection Connection;
typedef struct Work Work;
typedef struct Jwks Jwks;

struct Server {
    const ServerOptions *options;
    struct TlsContext *tls; /* NULL: none */
    Store *store;
    uv_loop_t loop;
    uv_tcp_t listener;
    uv_signal_t interrupt, terminate, hang_up; /* the last one with `jwks` only */
    uv_timer_t tick;
    uv_prepare_t turn; /* called before the loop waits */
    bool is_stopping;
    int stop_ticks; /* since then */
    char *read_buffer;       /* of all connections */
    Connection *connections; /* all that are open */
    int64_t connection_count;
    int64_t body_bytes;
    _Atomic int64_t answer_bytes; /* of answers that clients have not taken yet */
    uint64_t random_state;
    void (*on_request)(Exchange *exchange); /* one is whole: answers it */
    void (*on_taken)(struct Server *server); /* a client took so much of its answers that its
                                                requests need not wait any longer */
    Work *work;
    Jwks *jwks;
    struct Stream *streams; /* that are open */
    int64_t last_stream_id;
    Counters counters;
};

/* Microseconds on the monotonic clock. */
int64_t server_now_us(void);

/* The same since 1970. */
int64_t server_wall_us(void);

/* Counts bytes of answers that are not taken; negative: that were. */
void server_count_answer(Server *server, int64_t bytes);

/* Whether these are so many that no further answers are made. */
bool server_has_much(const Server *server);

/* For names of traces, nothing that must not be guessed. */
uint64_t server_random(Server *server);

/* One line about what happened, as JSON on stderr. `format` makes more members: ",\"port\":%d". */
void server_log(const Server *server, const char *event, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif

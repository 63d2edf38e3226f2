/* connection: one TCP connection. It knows bytes and time; what the bytes mean is the protocol's.
 *
 *   accepted ─► the first bytes say which protocol ─► protocol->receive … ─► finish ─► lingers ─► gone
 *
 * A connection that does not read what it is sent, or does not send what it began, is closed when
 * its deadline has passed. Nothing is read from one that has much to read itself.
 */
#ifndef FAWN_SERVER_HTTP_CONNECTION_H
#define FAWN_SERVER_HTTP_CONNECTION_H

#include "server/server_int.h"

enum {
    REQUEST_TIMEOUT_MS = 60 * 1000, /* for a whole request, as the service had it */
    IDLE_TIMEOUT_MS = 60 * 1000,    /* without any */
    WRITE_TIMEOUT_MS = 60 * 1000,   /* without taking anything of what it is sent */
    WRITE_HASTE_MS = 2 * 1000,      /* the same when all answers together take too much */
    LINGER_MS = 2 * 1000,           /* after the last byte: it may be sending still */
    LINGER_BYTES_MAX = 64 << 20,    /* and as much of it is read, and dropped */
    WRITE_AHEAD_BYTES = 256 << 10,  /* given to the system before it took what was given before */
};

typedef struct Protocol {
    void (*receive)(Connection *connection, Str bytes);
    void (*writable)(Connection *connection); /* there is room for more to be sent */
    void (*expire)(Connection *connection);   /* the deadline has passed */
    void (*stop)(Connection *connection);     /* end it when what is under way is done */
    void (*leave)(Connection *connection);    /* it ends, for whatever reason: so do exchanges */
    void (*free)(Connection *connection);     /* nothing uses the state any more */
} Protocol;

struct Connection {
    uv_tcp_t tcp; /* first: libuv's handle is the connection */
    Server *server;
    Connection *before, *next; /* in server->connections */
    const Protocol *protocol;  /* NULL: not known yet */
    void *state;               /* the protocol's */
    Buf head;                  /* bytes that came before it was known */
    Buf out;                   /* to be written */
    struct Tls *tls;           /* NULL: bytes go as they are */
    Buf sealed;                /* with `tls`: what became of `out` */
    int64_t queued;            /* bytes that libuv has to write */
    Backlog *backlog;          /* of its answers */
    int64_t taken;             /* when it was looked at last: what its client had taken … */
    int64_t unwritten;         /* … and what libuv had to write */
    int64_t took_us;           /* when it took something last, or had nothing to take */
    int64_t deadline_us;       /* 0: none */
    int64_t dropped_bytes;     /* of what came when nothing was wanted any more */
    bool is_finishing;         /* it ends when all is written */
    bool is_sealed;            /* with `tls`: its end is told as well */
    bool is_lingering;         /* all is written; what comes is dropped */
    bool is_closing;
};

extern const Protocol http1_protocol, http2_protocol;

/* Makes the state of a protocol. False: there is no memory for it. */
void http1_open(Connection *connection);
NODISCARD bool http2_open(Connection *connection);

/* A connection that waits at the server's listener. */
void connection_accept(Server *server);

/* Adds bytes to be written; writes what was added, as far as the system takes it. */
void connection_put(Connection *connection, Str bytes);
void connection_flush(Connection *connection);

/* Whether more should be added now; else `writable` tells when. */
bool connection_has_room(const Connection *connection);

/* Nothing more will be added: closes it when all is written. */
void connection_finish(Connection *connection);

/* Closes it now. */
void connection_close(Connection *connection);

/* Sets the deadline; 0: none. */
void connection_expect(Connection *connection, int64_t within_ms);

/* Closes all whose deadline has passed, and tells those whose protocol has something to say. */
void connections_look(Server *server);

/* Ends all when what they do is done. */
void connections_stop(Server *server);

#endif

/* exchange: one request and its response, whatever carries them.
 *
 *   transport reads ─► exchange_dispatch ─► … ─► exchange_respond          whole answers
 *                                           ╰──► exchange_begin, _put …    endless ones
 *                                                        │
 *                            transport writes ◄── flush ─┘
 *
 * An Exchange is counted: the transport holds it until the response is out or the client is gone,
 * and whoever works on it holds it as well. `is_gone`: nobody waits for the response any more;
 * what is put into it then is dropped.
 */
#ifndef FAWN_SERVER_HTTP_EXCHANGE_H
#define FAWN_SERVER_HTTP_EXCHANGE_H

#include "runtime/base/str.h"
#include "runtime/base/vec.h"
#include "server/http/backlog.h"

enum {
    BODY_BYTES_MAX = 8 << 20,       /* of a request, as the service had it */
    TARGET_BYTES_MAX = 16 << 10,    /* of a request's path and query string, likewise */
    HEADERS_BYTES_MAX = 8 << 10,    /* of all headers of a request, likewise */
    STREAM_BEHIND_MAX = 4 << 20,    /* bytes that a slow reader of events may be behind */
};

struct Server;
typedef struct Exchange Exchange;

typedef struct Header {
    Str name; /* in lower case */
    Str value;
} Header;

typedef VEC(Header) Headers;

/* What carries an exchange. Called on the loop's thread, never when `is_gone`. */
typedef struct Transport {
    void (*flush)(Exchange *exchange); /* there is more to be sent, or the end was reached */
} Transport;

struct Exchange {
    struct Server *server;
    const Transport *transport;
    void *carrier;     /* the transport's */
    Backlog *backlog;  /* of the connection */
    int32_t stream_id; /* likewise, as these are */
    Exchange *before_open, *next_open;
    bool is_whole;     /* all of the request is there */
    bool is_submitted; /* the head of the response is on its way */
    int64_t refs;
    bool is_gone;
    Arena arena; /* lives as long as the exchange */

    /* the request */
    Str method, path, query; /* GET /a?b: `query` is "b" */
    Headers headers;
    int64_t header_bytes;
    Buf body;
    bool is_refused;  /* it was answered before all of it was there: the rest is dropped */
    int64_t begun_us; /* on the monotonic clock */

    /* the response */
    int status;
    Headers answer_headers;
    const char *content_type; /* NULL: JSON */
    Buf answer;         /* what is to be sent, from `answer_sent` on */
    int64_t answer_sent;
    int64_t counted; /* bytes of it that the backlog has */
    bool is_begun;      /* the head can be sent */
    bool is_ended;      /* `answer` has all that there is */
    bool is_endless;    /* it was begun without knowing how long it gets */

    /* of endless responses: told once when the client has gone */
    void (*on_gone)(Exchange *exchange);
    void *listener;
};

/* `carrier`: the transport's; `backlog`: that of the connection. */
Exchange *exchange_new(struct Server *server, const Transport *transport, void *carrier,
                       Backlog *backlog);
void exchange_hold(Exchange *exchange);
void exchange_release(Exchange *exchange);

/* Adds a header of the request, copied; false: they are too many bytes. */
NODISCARD bool exchange_add_header(Exchange *exchange, Str name, Str value);

/* Sets the path and query string from what a request names as its target. */
void exchange_set_target(Exchange *exchange, Str target);

/* Adds to the body of the request; false: it is too large, and has been refused. */
NODISCARD bool exchange_add_body(Exchange *exchange, Str bytes);

/* The value of a request's header, by its name in lower case; NULL: it has none. */
const Str *exchange_header(const Exchange *exchange, Str name);

/* The request is whole: answers it, now or later. */
void exchange_dispatch(Exchange *exchange);

/* A header of the response; `name` in lower case, of static memory. `value` is copied. */
void exchange_answer_header(Exchange *exchange, const char *name, Str value);

/* Answers with all of `exchange->answer`. */
void exchange_respond(Exchange *exchange, int status);

/* Answers with this JSON text. */
void exchange_respond_text(Exchange *exchange, int status, Str json);

/* Answers `{"error":{"code","message"}}`. */
void exchange_respond_error(Exchange *exchange, int status, const char *code, Str message);

/* Refuses a request of which not all is read. */
void exchange_refuse(Exchange *exchange, int status, const char *code, Str message);

/* Begins a response that has no end yet; adds to it; ends it. */
void exchange_begin(Exchange *exchange, int status);
void exchange_put(Exchange *exchange, Str bytes);
void exchange_end(Exchange *exchange);

/* The transport: what is to be sent next; `count` bytes of that were. */
Str exchange_unsent(const Exchange *exchange);
void exchange_take(Exchange *exchange, int64_t count);

/* The transport: the client has gone, or has all of the response. Releases the exchange. */
void exchange_leave(Exchange *exchange);

#endif

/* http1: HTTP/1.1 on a connection: requests one after the other, with http_parser.
 *
 *   READING ── the request is whole ──► ANSWERING ── its response is out ──► READING …
 *
 * What comes behind a request that is being answered waits in `rest`: a client may send ahead, but
 * not without end. http_parser is what Debian 12 has of this parser's line (llhttp, its successor,
 * came later): it reads bytes as they come, keeps nothing, and refuses requests whose end two
 * readers might see in two places.
 */
#include "server/http/connection.h"

#include "runtime/base/memory.h"

#include <http_parser.h>
#include <stdlib.h>
#include <string.h>

enum { REST_BYTES_MAX = 64 << 10 };

typedef struct Http1 {
    http_parser parser;
    Connection *connection;
    Exchange *exchange; /* read or answered; NULL: neither */
    Buf target, name, value;
    Buf head; /* of the response */
    Buf rest;
    bool in_value;     /* of a header */
    bool is_whole;     /* the request is: it is answered */
    bool head_is_sent; /* of the response */
    bool keeps_alive;  /* the connection, when it is answered */
    bool is_head;      /* the request asks for no body */
    bool is_old;       /* it is HTTP/1.0 */
    bool is_parsing;   /* do not begin again */
    bool is_stopping;
} Http1;

static Http1 *http1_of(Connection *connection)
{
    return connection->state;
}

/* -- the response --------------------------------------------------------------------------- */

static const char *reason_of(int status)
{
    switch (status) {
#define REASON(number, name, text) \
    case number:                   \
        return #text;
        HTTP_STATUS_MAP(REASON)
#undef REASON
    case 440:
        return "Client Timeout";
    default:
        return "Unknown";
    }
}

static void put_head(Http1 *http, Exchange *exchange)
{
    Buf *head = &http->head;
    head->len = 0;
    buf_put(head, STR("HTTP/1.1 "));
    buf_int(head, exchange->status);
    buf_byte(head, ' ');
    buf_puts(head, reason_of(exchange->status));
    buf_put(head, STR("\r\n"));
    for (int64_t i = 0; i < exchange->answer_headers.len; i++) {
        buf_put(head, exchange->answer_headers.at[i].name);
        buf_put(head, STR(": "));
        buf_put(head, exchange->answer_headers.at[i].value);
        buf_put(head, STR("\r\n"));
    }
    if (!exchange->is_endless) {
        buf_put(head, STR("content-length: "));
        buf_int(head, exchange->answer.len);
        buf_put(head, STR("\r\n"));
    } else if (!http->is_old) {
        buf_put(head, STR("transfer-encoding: chunked\r\n"));
    }
    http->keeps_alive = http->keeps_alive && http->is_whole && !http->is_stopping &&
                        !(http->is_old && exchange->is_endless);
    buf_put(head, http->keeps_alive ? STR("connection: keep-alive\r\n\r\n")
                                    : STR("connection: close\r\n\r\n"));
    connection_put(http->connection, buf_str(head));
    http->head_is_sent = true;
}

static void put_piece(Http1 *http, Str piece)
{
    char size[24];
    bool chunked = http->exchange->is_endless && !http->is_old;
    if (chunked) {
        int len = snprintf(size, sizeof size, "%llx\r\n", (unsigned long long)piece.len);
        connection_put(http->connection, (Str){size, len});
    }
    connection_put(http->connection, piece);
    if (chunked) {
        connection_put(http->connection, STR("\r\n"));
    }
}

static void parse_rest(Connection *connection);

/* The response is out: the connection is ready for the next request, or ends. */
static void finish_answer(Http1 *http)
{
    Connection *connection = http->connection;
    Exchange *exchange = http->exchange;
    bool goes_on = http->keeps_alive;
    http->exchange = NULL;
    http->is_whole = http->head_is_sent = false;
    exchange_leave(exchange);
    if (!goes_on) {
        connection_finish(connection);
        return;
    }
    connection_expect(connection, IDLE_TIMEOUT_MS);
    connection_flush(connection);
    if (!connection->is_closing) {
        parse_rest(connection);
    }
}

/* Whether there is room for more, now or when what was added is written. */
static bool make_room(Connection *connection)
{
    if (!connection_has_room(connection)) {
        connection_flush(connection);
    }
    return !connection->is_closing && connection_has_room(connection);
}

/* Adds what there is, piece by piece. False: `on_writable` goes on with it, or the connection has
 * ended and the exchange with it. */
static bool put_answer(Http1 *http, Exchange *exchange)
{
    Str rest;
    while ((rest = exchange_unsent(exchange)).len > 0) {
        int64_t len = rest.len < WRITE_AHEAD_BYTES ? rest.len : WRITE_AHEAD_BYTES;
        if (!make_room(http->connection)) {
            return false;
        }
        if (!http->is_head) {
            put_piece(http, str_slice(rest, 0, len));
        }
        exchange_take(exchange, len);
    }
    return true;
}

static void flush(Exchange *exchange)
{
    Connection *connection = exchange->carrier;
    Http1 *http = http1_of(connection);
    assert(http->exchange == exchange);
    if (!http->head_is_sent) {
        if (!make_room(connection)) {
            return;
        }
        put_head(http, exchange);
    }
    if (!put_answer(http, exchange)) {
        return;
    }
    if (!exchange->is_ended) {
        connection_flush(connection);
        return;
    }
    if (exchange->is_endless && !http->is_old) {
        connection_put(connection, STR("0\r\n\r\n"));
    }
    finish_answer(http);
}

static const Transport transport = {.flush = flush};

static void on_writable(Connection *connection)
{
    Exchange *exchange = http1_of(connection)->exchange;
    if (exchange && exchange->is_begun) {
        flush(exchange);
    }
}

/* A response to what is no request. */
static void refuse_bytes(Http1 *http, int status, Str json)
{
    if (!http->exchange) {
        http->exchange = exchange_new(http->connection->server, &transport, http->connection,
                                      http->connection->backlog);
    }
    http->keeps_alive = false;
    if (!http->exchange->is_begun) {
        http->exchange->is_refused = true;
        exchange_respond_text(http->exchange, status, json);
    }
}

/* -- the request ---------------------------------------------------------------------------- */

static Http1 *http_of(http_parser *parser)
{
    return parser->data;
}

static int on_message_begin(http_parser *parser)
{
    Http1 *http = http_of(parser);
    http->exchange = exchange_new(http->connection->server, &transport, http->connection,
                                      http->connection->backlog);
    http->target.len = http->name.len = http->value.len = 0;
    http->in_value = false;
    http->keeps_alive = false;
    connection_expect(http->connection, REQUEST_TIMEOUT_MS);
    return 0;
}

static int on_url(http_parser *parser, const char *at, size_t len)
{
    Http1 *http = http_of(parser);
    buf_put(&http->target, (Str){at, (int64_t)len});
    return http->target.len > TARGET_BYTES_MAX;
}

/* The header that was read last is whole. */
static bool keep_header(Http1 *http)
{
    bool fits = http->name.len == 0 || exchange_add_header(http->exchange, buf_str(&http->name),
                                                            buf_str(&http->value));
    http->name.len = http->value.len = 0;
    http->in_value = false;
    return fits;
}

static int on_header_field(http_parser *parser, const char *at, size_t len)
{
    Http1 *http = http_of(parser);
    if (http->in_value && !keep_header(http)) {
        return 1;
    }
    buf_put(&http->name, (Str){at, (int64_t)len});
    return http->name.len > HEADERS_BYTES_MAX;
}

static int on_header_value(http_parser *parser, const char *at, size_t len)
{
    Http1 *http = http_of(parser);
    http->in_value = true;
    buf_put(&http->value, (Str){at, (int64_t)len});
    return http->value.len > HEADERS_BYTES_MAX;
}

static int on_headers_complete(http_parser *parser)
{
    Http1 *http = http_of(parser);
    Exchange *exchange = http->exchange;
    if (!keep_header(http)) {
        return -1;
    }
    exchange->method = str_from_c(http_method_str((enum http_method)parser->method));
    exchange_set_target(exchange, buf_str(&http->target));
    http->is_head = parser->method == HTTP_HEAD;
    http->is_old = parser->http_major < 1 || (parser->http_major == 1 && parser->http_minor < 1);
    http->keeps_alive = http_should_keep_alive(parser) != 0;
    parser->upgrade = 0; /* an offer that is not taken */
    bool has_length = (parser->flags & F_CONTENTLENGTH) != 0;
    if (has_length && parser->content_length > BODY_BYTES_MAX) {
        http->keeps_alive = false;
        exchange_refuse(exchange, 413, "request_size_exceeded", STR("Request entity is too large"));
        return -1;
    }
    const Str *expect = exchange_header(exchange, STR("expect"));
    if (expect && !http->is_old && str_eq(*expect, STR("100-continue"))) {
        connection_put(http->connection, STR("HTTP/1.1 100 Continue\r\n\r\n"));
        connection_flush(http->connection);
    }
    return 0;
}

static int on_body(http_parser *parser, const char *at, size_t len)
{
    Http1 *http = http_of(parser);
    return !exchange_add_body(http->exchange, (Str){at, (int64_t)len});
}

static int on_message_complete(http_parser *parser)
{
    http_of(parser)->is_whole = true;
    http_parser_pause(parser, 1);
    return 0;
}

static const http_parser_settings settings = {
    .on_message_begin = on_message_begin,
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

/* Reads up to the end of one request. Returns how many bytes that took; -1: it is none. */
static int64_t parse_one(Http1 *http, Str bytes)
{
    http_parser_pause(&http->parser, 0);
    size_t took = http_parser_execute(&http->parser, &settings, bytes.s, (size_t)bytes.len);
    enum http_errno error = HTTP_PARSER_ERRNO(&http->parser);
    bool good = (error == HPE_OK && !http->parser.upgrade) || error == HPE_PAUSED;
    return good || http->is_whole ? (int64_t)took : -1;
}

/* Whether the connection takes requests. */
static bool is_reading(const Connection *connection)
{
    const Http1 *http = connection->state;
    return !connection->is_closing && !connection->is_finishing && !http->is_whole;
}

static void parse(Connection *connection, Str bytes)
{
    Http1 *http = http1_of(connection);
    http->is_parsing = true;
    while (bytes.len > 0 && is_reading(connection)) {
        int64_t took = parse_one(http, bytes);
        if (connection->is_closing || connection->is_finishing) {
            return;
        }
        if (took < 0) {
            refuse_bytes(http, 400, STR("{\"error\":\"bad request\"}"));
            return;
        }
        bytes = str_slice(bytes, took, bytes.len);
        if (http->is_whole) {
            connection_expect(connection, 0);
            exchange_dispatch(http->exchange);
        }
    }
    http->is_parsing = false;
    if (bytes.len > 0) {
        buf_put(&http->rest, bytes);
    }
}

static void parse_rest(Connection *connection)
{
    Http1 *http = http1_of(connection);
    if (http->is_parsing || http->rest.len == 0) {
        return;
    }
    Buf rest = http->rest;
    http->rest = (Buf){0};
    parse(connection, buf_str(&rest));
    buf_free(&rest);
}

static void receive(Connection *connection, Str bytes)
{
    Http1 *http = http1_of(connection);
    if (!http->is_whole) {
        parse(connection, bytes);
    } else if (http->rest.len + bytes.len > REST_BYTES_MAX) {
        connection_close(connection);
    } else {
        buf_put(&http->rest, bytes);
    }
}

/* -- life ------------------------------------------------------------------------------------ */

static void expire(Connection *connection)
{
    Http1 *http = http1_of(connection);
    if (http->exchange && !http->is_whole) {
        refuse_bytes(http, 408, STR("{\"error\":\"request timeout: Client timed out.\"}"));
    } else if (!http->exchange) {
        connection_close(connection);
    }
}

static void stop(Connection *connection)
{
    Http1 *http = http1_of(connection);
    http->is_stopping = true;
    if (!http->exchange) {
        connection_close(connection);
    }
}

static void leave(Connection *connection)
{
    Http1 *http = http1_of(connection);
    Exchange *exchange = http->exchange;
    http->exchange = NULL;
    if (exchange) {
        exchange_leave(exchange);
    }
}

static void free_state(Connection *connection)
{
    Http1 *http = http1_of(connection);
    buf_free(&http->target);
    buf_free(&http->name);
    buf_free(&http->value);
    buf_free(&http->head);
    buf_free(&http->rest);
    free(http);
}

const Protocol http1_protocol = {
    .receive = receive,
    .writable = on_writable,
    .expire = expire,
    .stop = stop,
    .leave = leave,
    .free = free_state,
};

void http1_open(Connection *connection)
{
    Http1 *http = memory_zero(sizeof *http);
    http->connection = connection;
    http_parser_init(&http->parser, HTTP_REQUEST);
    http->parser.data = http;
    connection->state = http;
    connection->protocol = &http1_protocol;
}

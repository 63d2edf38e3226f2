/* http2: HTTP/2 on a connection, with nghttp2: many requests at once, each a stream.
 *
 *   bytes ─► nghttp2 ─► begin, headers, data, end of a stream ─► exchange_dispatch
 *   exchange answers ─► nghttp2 asks for its bytes as the client's windows allow ─► bytes
 *
 * nghttp2 is told of bytes and of answers, never from within its own callbacks: those only submit;
 * what is to be sent goes out when the call is over.
 */
#include "server/http/connection.h"

#include "runtime/base/memory.h"

#include <nghttp2/nghttp2.h>
#include <stdlib.h>
#include <string.h>

enum {
    STREAMS_MAX = 256,          /* requests at once on a connection */
    STREAM_WINDOW = 1 << 20,    /* bytes of a body that may be under way */
    CONNECTION_WINDOW = 4 << 20 /* the same of all bodies of a connection */
};

typedef struct Http2 {
    Connection *connection;
    nghttp2_session *session;
    Exchange *open;       /* exchanges of all streams */
    int64_t reading;      /* of them, whose request is not whole */
    bool is_inside;       /* nghttp2 is at work: it must not be called again */
    bool is_stopping;
} Http2;

static Http2 *http2_of(Connection *connection)
{
    return connection->state;
}

/* -- sending --------------------------------------------------------------------------------- */

/* Adds what nghttp2 has, as long as there is room. False: it has nothing more. */
static bool put_all(Http2 *http)
{
    ssize_t len = 1;
    http->is_inside = true;
    while (len > 0 && connection_has_room(http->connection)) {
        const uint8_t *bytes;
        len = nghttp2_session_mem_send(http->session, &bytes);
        if (len > 0) {
            connection_put(http->connection, (Str){(const char *)bytes, len});
        }
    }
    http->is_inside = false;
    return len > 0;
}

/* Sends what nghttp2 has, as far as the system takes it; `writable` goes on from there. */
static void send_all(Http2 *http)
{
    Connection *connection = http->connection;
    bool more = !http->is_inside;
    if (!more) {
        return;
    }
    while (more && !connection->is_closing && connection_has_room(connection)) {
        more = put_all(http);
        connection_flush(connection);
    }
    bool over = !nghttp2_session_want_read(http->session) &&
                !nghttp2_session_want_write(http->session);
    if (over && !connection->is_closing) {
        connection_finish(connection);
    }
}

static ssize_t read_answer(nghttp2_session *session, int32_t stream_id, uint8_t *bytes, size_t len,
                           uint32_t *flags, nghttp2_data_source *source, void *context)
{
    Exchange *exchange = source->ptr;
    Str left = exchange_unsent(exchange);
    int64_t taken = left.len < (int64_t)len ? left.len : (int64_t)len;
    (void)session;
    (void)stream_id;
    (void)context;
    if (taken > 0) {
        memcpy(bytes, left.s, (size_t)taken);
        exchange_take(exchange, taken);
    }
    if (taken == left.len) {
        if (exchange->is_ended) {
            *flags |= NGHTTP2_DATA_FLAG_EOF;
        } else if (taken == 0) {
            return NGHTTP2_ERR_DEFERRED;
        }
    }
    return taken;
}

static Str number_text(Arena *arena, int64_t n)
{
    return str_from_int(n, arena_alloc(arena, INT_TEXT_MAX));
}

static nghttp2_nv pair_of(Str name, Str value)
{
    union { /* nghttp2 copies both, and writes to neither */
        const char *read;
        uint8_t *write;
    } name_bytes = {name.s}, value_bytes = {value.s ? value.s : ""};
    /* A value that never comes again would only push others out of the table. */
    uint8_t flags = str_eq(name, STR("traceparent")) ? NGHTTP2_NV_FLAG_NO_INDEX
                                                     : NGHTTP2_NV_FLAG_NONE;
    return (nghttp2_nv){name_bytes.write, value_bytes.write, (size_t)name.len, (size_t)value.len,
                        flags};
}

static void submit(Http2 *http, Exchange *exchange)
{
    const Headers *headers = &exchange->answer_headers;
    Arena *arena = &exchange->arena;
    nghttp2_nv *pairs = arena_array(arena, nghttp2_nv, headers->len + 2);
    size_t count = 0;
    pairs[count++] = pair_of(STR(":status"), number_text(arena, exchange->status));
    for (int64_t i = 0; i < headers->len; i++) {
        pairs[count++] = pair_of(headers->at[i].name, headers->at[i].value);
    }
    if (!exchange->is_endless) {
        pairs[count++] = pair_of(STR("content-length"), number_text(arena, exchange->answer.len));
    }
    bool is_head = str_eq(exchange->method, STR("HEAD"));
    bool is_empty = is_head || (!exchange->is_endless && exchange->answer.len == 0);
    nghttp2_data_provider provider = {.source.ptr = exchange, .read_callback = read_answer};
    if (nghttp2_submit_response(http->session, exchange->stream_id, pairs, count,
                                is_empty ? NULL : &provider) != 0) {
        nghttp2_submit_rst_stream(http->session, NGHTTP2_FLAG_NONE, exchange->stream_id,
                                  NGHTTP2_INTERNAL_ERROR);
    }
}

static void flush(Exchange *exchange)
{
    Connection *connection = exchange->carrier;
    Http2 *http = http2_of(connection);
    if (!exchange->is_submitted) {
        exchange->is_submitted = true;
        submit(http, exchange);
    } else {
        (void)nghttp2_session_resume_data(http->session, exchange->stream_id);
    }
    send_all(http);
}

static const Transport transport = {.flush = flush};

/* -- receiving ------------------------------------------------------------------------------- */

static Exchange *exchange_of(nghttp2_session *session, int32_t stream_id)
{
    return nghttp2_session_get_stream_user_data(session, stream_id);
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *context)
{
    Http2 *http = context;
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) {
        return 0;
    }
    Connection *connection = http->connection;
    Exchange *exchange =
        exchange_new(connection->server, &transport, connection, connection->backlog);
    exchange->stream_id = frame->hd.stream_id;
    exchange->next_open = http->open;
    exchange->before_open = NULL;
    if (http->open) {
        http->open->before_open = exchange;
    }
    http->open = exchange;
    http->reading++;
    connection_expect(http->connection, REQUEST_TIMEOUT_MS);
    return nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, exchange);
}

static void refuse(Exchange *exchange)
{
    if (!exchange->is_refused) {
        exchange->is_refused = true;
        exchange_respond_text(exchange, 400, STR("{\"error\":\"bad request\"}"));
    }
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                     size_t name_len, const uint8_t *value, size_t value_len, uint8_t flags,
                     void *context)
{
    Exchange *exchange = exchange_of(session, frame->hd.stream_id);
    Str key = {(const char *)name, (int64_t)name_len};
    Str text = {(const char *)value, (int64_t)value_len};
    (void)flags;
    (void)context;
    if (!exchange || exchange->is_refused) {
        return 0;
    }
    if (str_eq(key, STR(":method"))) {
        exchange->method = str_copy(&exchange->arena, text);
    } else if (str_eq(key, STR(":path")) && text.len <= TARGET_BYTES_MAX) {
        exchange_set_target(exchange, text);
    } else if (str_eq(key, STR(":path")) ||
               (!str_starts_with(key, STR(":")) && !exchange_add_header(exchange, key, text))) {
        refuse(exchange);
    }
    return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream_id, const uint8_t *bytes,
                   size_t len, void *context)
{
    Exchange *exchange = exchange_of(session, stream_id);
    (void)flags;
    (void)context;
    if (exchange) {
        /* What is too much has been refused. */
        (void)!exchange_add_body(exchange, (Str){(const char *)bytes, (int64_t)len});
    }
    return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *context)
{
    Http2 *http = context;
    bool carries = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (!carries || !(frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) {
        return 0;
    }
    Exchange *exchange = exchange_of(session, frame->hd.stream_id);
    if (exchange && !exchange->is_refused && !exchange->is_whole) {
        exchange->is_whole = true;
        http->reading--;
        connection_expect(http->connection, http->reading > 0 ? REQUEST_TIMEOUT_MS : 0);
        exchange_dispatch(exchange);
    }
    return 0;
}

static void close_exchange(Http2 *http, Exchange *exchange)
{
    if (exchange->before_open) {
        exchange->before_open->next_open = exchange->next_open;
    } else {
        http->open = exchange->next_open;
    }
    if (exchange->next_open) {
        exchange->next_open->before_open = exchange->before_open;
    }
    http->reading -= !exchange->is_whole;
    if (!http->open) {
        connection_expect(http->connection, IDLE_TIMEOUT_MS);
    }
    exchange_leave(exchange);
}

static int on_stream_close(nghttp2_session *session, int32_t stream_id, uint32_t error,
                           void *context)
{
    Http2 *http = context;
    Exchange *exchange = exchange_of(session, stream_id);
    (void)error;
    if (exchange) {
        (void)nghttp2_session_set_stream_user_data(session, stream_id, NULL);
        close_exchange(http, exchange);
    }
    return 0;
}

static void receive(Connection *connection, Str bytes)
{
    Http2 *http = http2_of(connection);
    http->is_inside = true;
    ssize_t took = nghttp2_session_mem_recv(http->session, (const uint8_t *)bytes.s,
                                            (size_t)bytes.len);
    http->is_inside = false;
    if (took < 0) { /* not HTTP/2, or an attack: tell why, and end */
        (void)nghttp2_session_terminate_session(http->session, NGHTTP2_PROTOCOL_ERROR);
        send_all(http);
        if (!connection->is_closing) {
            connection_finish(connection);
        }
        return;
    }
    send_all(http);
}

static void on_writable(Connection *connection)
{
    send_all(http2_of(connection));
}

/* -- life ------------------------------------------------------------------------------------ */

static void expire(Connection *connection)
{
    Http2 *http = http2_of(connection);
    (void)nghttp2_session_terminate_session(http->session, NGHTTP2_NO_ERROR);
    send_all(http);
    if (!connection->is_closing) {
        connection_finish(connection);
    }
}

static void stop(Connection *connection)
{
    Http2 *http = http2_of(connection);
    http->is_stopping = true;
    if (!http->open) {
        expire(connection);
        return;
    }
    (void)nghttp2_submit_goaway(http->session, NGHTTP2_FLAG_NONE,
                                nghttp2_session_get_last_proc_stream_id(http->session),
                                NGHTTP2_NO_ERROR, NULL, 0);
    send_all(http);
}

/* nghttp2 tells of the end of each stream when its session is deleted, not before. */
static void leave(Connection *connection)
{
    Http2 *http = http2_of(connection);
    while (http->open) {
        Exchange *exchange = http->open;
        (void)nghttp2_session_set_stream_user_data(http->session, exchange->stream_id, NULL);
        close_exchange(http, exchange);
    }
}

static void free_state(Connection *connection)
{
    Http2 *http = http2_of(connection);
    nghttp2_session_del(http->session);
    free(http);
}

const Protocol http2_protocol = {
    .receive = receive,
    .writable = on_writable,
    .expire = expire,
    .stop = stop,
    .leave = leave,
    .free = free_state,
};

/* nghttp2 asks for memory itself: it may get none. */
static bool make_session(Http2 *http)
{
    nghttp2_session_callbacks *callbacks;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) {
        return false;
    }
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
    int failed = nghttp2_session_server_new(&http->session, callbacks, http);
    nghttp2_session_callbacks_del(callbacks);
    return failed == 0;
}

static bool send_settings(Http2 *http)
{
    nghttp2_settings_entry entries[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS_MAX},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, STREAM_WINDOW},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HEADERS_BYTES_MAX + TARGET_BYTES_MAX},
    };
    return nghttp2_submit_settings(http->session, NGHTTP2_FLAG_NONE, entries, countof(entries)) == 0 &&
           nghttp2_session_set_local_window_size(http->session, NGHTTP2_FLAG_NONE, 0,
                                                 CONNECTION_WINDOW) == 0;
}

bool http2_open(Connection *connection)
{
    Http2 *http = memory_zero(sizeof *http);
    http->connection = connection;
    if (!make_session(http) || !send_settings(http)) {
        nghttp2_session_del(http->session);
        free(http);
        return false;
    }
    connection->state = http;
    connection->protocol = &http2_protocol;
    connection_expect(connection, IDLE_TIMEOUT_MS);
    return true;
}

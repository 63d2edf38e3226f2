/* connection: see connection.h. */
#include "server/http/connection.h"

#include "runtime/base/memory.h"
#include "server/http/tls.h"

#include <stdlib.h>
#include <string.h>

/* How a client that speaks HTTP/2 begins. */
#define PREFACE STR("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")

/* Bytes that libuv is writing. */
typedef struct Writing {
    uv_write_t request; /* first: libuv's */
    Connection *connection;
    Buf bytes;
    int64_t from;
} Writing;

/* -- ending ------------------------------------------------------------------------------- */

static void unlink_connection(Connection *connection)
{
    Server *server = connection->server;
    if (connection->before) {
        connection->before->next = connection->next;
    } else {
        server->connections = connection->next;
    }
    if (connection->next) {
        connection->next->before = connection->before;
    }
    server->connection_count--;
}

static void on_closed(uv_handle_t *handle)
{
    Connection *connection = (Connection *)handle;
    if (connection->protocol) {
        connection->protocol->free(connection);
    }
    buf_free(&connection->head);
    buf_free(&connection->out);
    buf_free(&connection->sealed);
    backlog_release(connection->backlog);
    if (connection->tls) {
        tls_free(connection->tls);
    }
    free(connection);
}

void connection_close(Connection *connection)
{
    if (connection->is_closing) {
        return;
    }
    connection->is_closing = true;
    if (connection->protocol) {
        connection->protocol->leave(connection);
    }
    unlink_connection(connection);
    uv_close((uv_handle_t *)&connection->tcp, on_closed);
}

static void on_shut_down(uv_shutdown_t *request, int status)
{
    (void)status;
    free(request);
}

/* Tells the client that nothing more comes, and waits for it to end: closing at once could take
 * from it what it has not read. */
static void linger(Connection *connection)
{
    if (connection->is_lingering || connection->is_closing) {
        return;
    }
    connection->is_lingering = true;
    connection_expect(connection, LINGER_MS);
    uv_shutdown_t *request = memory_new(sizeof *request);
    if (uv_shutdown(request, (uv_stream_t *)&connection->tcp, on_shut_down) != 0) {
        free(request);
        connection_close(connection);
    }
}

void connection_finish(Connection *connection)
{
    connection->is_finishing = true;
    connection_flush(connection);
}

/* -- writing ------------------------------------------------------------------------------ */

void connection_put(Connection *connection, Str bytes)
{
    if (!connection->is_closing && !connection->is_lingering) {
        buf_put(&connection->out, bytes);
    }
}

bool connection_has_room(const Connection *connection)
{
    return connection->queued + connection->out.len + connection->sealed.len < WRITE_AHEAD_BYTES;
}

/* Counts bytes that libuv has to write, which are answers that are not taken. */
static void count_queued(Connection *connection, int64_t change)
{
    connection->queued += change;
    server_count_answer(connection->server, change);
}

static void on_written(uv_write_t *request, int status)
{
    Writing *writing = (Writing *)request;
    Connection *connection = writing->connection;
    count_queued(connection, writing->from - writing->bytes.len);
    buf_free(&writing->bytes);
    free(writing);
    if (connection->is_closing) {
        return;
    }
    if (status != 0) {
        connection_close(connection);
        return;
    }
    if (connection->protocol && connection_has_room(connection)) {
        connection->protocol->writable(connection);
    }
    if (!connection->is_closing) {
        connection_flush(connection);
    }
}

/* Encrypts `out`, and the end when there is one. False: that fails. */
static bool seal(Connection *connection)
{
    bool good = tls_write(connection->tls, buf_str(&connection->out));
    connection->out.len = 0;
    if (connection->is_finishing && !connection->is_sealed) {
        connection->is_sealed = true;
        tls_end(connection->tls);
    }
    tls_take(connection->tls, &connection->sealed);
    return good;
}

/* Gives `bytes`, of which the first are written already, to libuv. */
static void queue(Connection *connection, Buf *bytes, int64_t from)
{
    Writing *writing = memory_new(sizeof *writing);
    *writing = (Writing){.connection = connection, .bytes = *bytes, .from = from};
    *bytes = (Buf){0};
    int64_t len = writing->bytes.len - from;
    uv_buf_t buf = uv_buf_init(writing->bytes.data + from, (unsigned)len);
    count_queued(connection, len);
    if (uv_write(&writing->request, (uv_stream_t *)&connection->tcp, &buf, 1, on_written) != 0) {
        count_queued(connection, -len);
        buf_free(&writing->bytes);
        free(writing);
        connection_close(connection);
    }
}

void connection_flush(Connection *connection)
{
    if (connection->is_closing) {
        return;
    }
    Buf *bytes = connection->tls ? &connection->sealed : &connection->out;
    if (connection->tls && !seal(connection)) {
        connection_close(connection);
        return;
    }
    int64_t written = 0;
    connection->server->counters.bytes_out += bytes->len;
    if (bytes->len > 0 && connection->queued == 0) {
        uv_buf_t buf = uv_buf_init(bytes->data, (unsigned)bytes->len);
        int n = uv_try_write((uv_stream_t *)&connection->tcp, &buf, 1);
        if (n < 0 && n != UV_EAGAIN) {
            connection_close(connection);
            return;
        }
        written = n > 0 ? n : 0;
    }
    if (written < bytes->len) {
        queue(connection, bytes, written);
    }
    bytes->len = 0;
    if (connection->is_finishing && connection->queued == 0) {
        linger(connection);
    }
}

/* -- reading ------------------------------------------------------------------------------ */

/* Whether `head` is enough to tell the protocols apart, and there is memory for the state of it. */
static bool choose_protocol(Connection *connection)
{
    Str head = buf_str(&connection->head);
    int64_t len = head.len < PREFACE.len ? head.len : PREFACE.len;
    bool is_http2 = memcmp(head.s, PREFACE.s, (size_t)len) == 0;
    if (is_http2 && len < PREFACE.len) {
        return false;
    }
    if (!is_http2) {
        http1_open(connection);
    } else if (!http2_open(connection)) {
        connection_close(connection);
    }
    return connection->protocol != NULL;
}

static void receive(Connection *connection, Str bytes)
{
    if (connection->is_lingering || connection->is_finishing) {
        connection->dropped_bytes += bytes.len;
        if (connection->dropped_bytes > LINGER_BYTES_MAX) {
            connection_close(connection);
        }
        return;
    }
    if (connection->protocol) {
        connection->protocol->receive(connection, bytes);
        return;
    }
    buf_put(&connection->head, bytes);
    if (choose_protocol(connection)) {
        Buf head = connection->head;
        connection->head = (Buf){0};
        connection->protocol->receive(connection, buf_str(&head));
        buf_free(&head);
    }
}

/* Decrypts what came; answers what the handshake asks. */
static void receive_sealed(Connection *connection, Str bytes)
{
    char plain[16 << 10];
    int64_t count;
    tls_feed(connection->tls, bytes);
    while (!connection->is_closing &&
           (count = tls_read(connection->tls, plain, (int64_t)sizeof plain)) != 0) {
        if (count < 0) {
            connection_finish(connection);
            return;
        }
        receive(connection, (Str){plain, count});
    }
    connection_flush(connection);
}

/* All connections read into the one buffer of the loop's thread: it is empty again before the next
 * one reads. */
static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    Connection *connection = (Connection *)handle;
    (void)suggested;
    *buf = uv_buf_init(connection->server->read_buffer, READ_BUFFER_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    Connection *connection = (Connection *)stream;
    if (count < 0) {
        connection_close(connection);
    } else if (count > 0) {
        Str bytes = {buf->base, count};
        connection->server->counters.bytes_in += bytes.len;
        if (connection->tls && !connection->is_lingering) {
            receive_sealed(connection, bytes);
        } else {
            receive(connection, bytes);
        }
    }
}

/* -- deadlines ---------------------------------------------------------------------------- */

void connection_expect(Connection *connection, int64_t within_ms)
{
    connection->deadline_us = within_ms > 0 ? server_now_us() + within_ms * 1000 : 0;
}

/* Whether its client takes nothing, though there is something, for longer than it may. Of answers the
 * client takes bytes when the windows of HTTP/2 and the system's buffers let some go. */
static bool is_stuck(Connection *connection, int64_t now)
{
    const Server *server = connection->server;
    const Backlog *backlog = connection->backlog;
    int64_t unwritten = (int64_t)uv_stream_get_write_queue_size((uv_stream_t *)&connection->tcp);
    bool has_some = unwritten > 0 || atomic_load(&backlog->bytes) > 0;
    if (!has_some || backlog->taken != connection->taken || unwritten < connection->unwritten) {
        connection->took_us = now;
    }
    connection->taken = backlog->taken;
    connection->unwritten = unwritten;
    int64_t may_ms = server_has_much(server) ? WRITE_HASTE_MS : WRITE_TIMEOUT_MS;
    return now - connection->took_us >= may_ms * 1000;
}

void connections_look(Server *server)
{
    int64_t now = server_now_us();
    Connection *next;
    for (Connection *connection = server->connections; connection; connection = next) {
        next = connection->next;
        bool is_late = connection->deadline_us && now >= connection->deadline_us;
        if (is_stuck(connection, now) || (is_late && (connection->is_lingering || !connection->protocol))) {
            connection_close(connection);
        } else if (is_late) {
            connection->deadline_us = 0;
            connection->protocol->expire(connection);
        }
    }
}

void connections_stop(Server *server)
{
    Connection *next;
    for (Connection *connection = server->connections; connection; connection = next) {
        next = connection->next;
        if (connection->protocol) {
            connection->protocol->stop(connection);
        } else {
            connection_close(connection);
        }
    }
}

/* -- beginning ---------------------------------------------------------------------------- */

static void on_refused_closed(uv_handle_t *handle)
{
    free(handle);
}

/* Takes a connection that is one too many off the listener, and ends it. */
static void refuse(Server *server)
{
    uv_tcp_t *tcp = memory_new(sizeof *tcp);
    always(uv_tcp_init(&server->loop, tcp) == 0);
    (void)uv_accept((uv_stream_t *)&server->listener, (uv_stream_t *)tcp);
    uv_close((uv_handle_t *)tcp, on_refused_closed);
    server->counters.connections_refused++;
}

void connection_accept(Server *server)
{
    if (server->connection_count >= server->options->max_connections) {
        refuse(server);
        return;
    }
    Connection *connection = memory_zero(sizeof *connection);
    connection->server = server;
    connection->backlog = backlog_new();
    connection->took_us = server_now_us();
    always(uv_tcp_init(&server->loop, &connection->tcp) == 0);
    connection->next = server->connections;
    if (connection->next) {
        connection->next->before = connection;
    }
    server->connections = connection;
    server->connection_count++;
    server->counters.connections_accepted++;
    bool is_ready = true;
    if (server->tls) {
        connection->tls = tls_new(server->tls);
        is_ready = connection->tls != NULL;
    }
    connection_expect(connection, IDLE_TIMEOUT_MS);
    uv_stream_t *stream = (uv_stream_t *)&connection->tcp;
    if (uv_accept((uv_stream_t *)&server->listener, stream) != 0 || !is_ready ||
        uv_tcp_nodelay(&connection->tcp, 1) != 0 ||
        uv_read_start(stream, give_buffer, on_read) != 0) {
        connection_close(connection);
    }
}

/* server: see server.h. */
#include "server/server.h"

#include "runtime/base/clock.h"
#include "runtime/base/memory.h"
#include "server/auth/jwks.h"
#include "server/endpoint/events.h"
#include "server/http/connection.h"
#include "server/http/openssl.h"
#include "server/http/tls.h"
#include "server/route.h"
#include "server/work/work.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    BACKLOG = 1024,
    TICK_MS = 1000,
    STOP_TICKS_MAX = 10, /* what is not done by then is cut off */
};

int64_t server_now_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

int64_t server_wall_us(void)
{
    return clock_us(CLOCK_REALTIME);
}

/* Room for two queries that make as much as one may. */
static int64_t answers_max(const Server *server)
{
    return 2 * server->options->max_query_bytes;
}

void server_count_answer(Server *server, int64_t bytes)
{
    int64_t before = atomic_fetch_add(&server->answer_bytes, bytes);
    if (before > answers_max(server) && before + bytes <= answers_max(server)) {
        work_resume(server->work);
    }
}

bool server_has_much(const Server *server)
{
    return atomic_load_explicit(&server->answer_bytes, memory_order_relaxed) > answers_max(server);
}

uint64_t server_random(Server *server)
{
    uint64_t x = server->random_state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return server->random_state = x;
}

void server_log(const Server *server, const char *event, const char *format, ...)
{
    char time_text[32];
    struct timespec now;
    struct tm parts;
    va_list args;
    if (server->options->quiet) {
        return;
    }
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    strftime(time_text, sizeof time_text, "%Y-%m-%dT%H:%M:%S", &parts);
    Buf line = {0};
    Arena scratch;
    arena_init(&scratch);
    va_start(args, format);
    Str members = str_vformat(&scratch, format, args);
    va_end(args);
    buf_printf(&line, "{\"time\":\"%s.%03ldZ\",\"event\":\"%s\"%.*s}\n", time_text,
               now.tv_nsec / 1000000, event, STR_ARG(members));
    /* Nobody is left to be told that stderr cannot be written. */
    (void)!write(STDERR_FILENO, line.data, (size_t)line.len);
    buf_free(&line);
    arena_free(&scratch);
}

/* -- stopping --------------------------------------------------------------------------------- */

static void on_signal(uv_signal_t *handle, int number)
{
    Server *server = handle->data;
    (void)number;
    if (server->is_stopping) {
        server->stop_ticks = STOP_TICKS_MAX; /* a second one: at once */
        return;
    }
    server->is_stopping = true;
    server_log(server, "stopping", ",\"connections\":%lld",
               (long long)server->connection_count);
    uv_close((uv_handle_t *)&server->listener, NULL);
    streams_stop(server);
    connections_stop(server);
}

static void on_hang_up(uv_signal_t *handle, int number)
{
    (void)number;
    jwks_reload(handle->data);
}

static void on_taken(Server *server)
{
    work_resume(server->work);
}

/* Whether all that was begun is done, or is not waited for any longer. */
static bool is_over(const Server *server)
{
    return server->is_stopping &&
           (server->stop_ticks >= STOP_TICKS_MAX ||
            (server->connection_count == 0 && work_pending(server->work) == 0));
}

static void end_loop(Server *server)
{
    while (server->connections) {
        connection_close(server->connections);
    }
    work_stop(server->work);
    uv_close((uv_handle_t *)&server->interrupt, NULL);
    uv_close((uv_handle_t *)&server->terminate, NULL);
    if (server->options->jwks_count > 0) {
        uv_close((uv_handle_t *)&server->hang_up, NULL);
    }
    uv_close((uv_handle_t *)&server->tick, NULL);
    uv_close((uv_handle_t *)&server->turn, NULL);
}

static void on_tick(uv_timer_t *timer)
{
    Server *server = timer->data;
    server->stop_ticks += server->is_stopping;
    connections_look(server);
    streams_tick(server);
    if (is_over(server)) {
        uv_timer_stop(timer);
        end_loop(server);
    }
}

static void on_turn(uv_prepare_t *turn)
{
    const Server *server = turn->data;
    work_begin_turn(server->work);
}

/* -- starting --------------------------------------------------------------------------------- */

static void on_connection(uv_stream_t *listener, int status)
{
    if (status == 0) {
        connection_accept(listener->data);
    }
}

/* Finds the address to listen at; IPv4 before IPv6. */
static int resolve(Server *server, struct sockaddr_storage *address)
{
    char port[16];
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    uv_getaddrinfo_t request;
    snprintf(port, sizeof port, "%d", server->options->port);
    int error = uv_getaddrinfo(&server->loop, &request, NULL, server->options->host, port, &hints);
    if (error != 0) {
        return error;
    }
    const struct addrinfo *chosen = request.addrinfo;
    for (const struct addrinfo *at = request.addrinfo; at; at = at->ai_next) {
        if (at->ai_family == AF_INET) {
            chosen = at;
            break;
        }
    }
    if (chosen == NULL) {
        return UV_EAI_NODATA;
    }
    memcpy(address, chosen->ai_addr, chosen->ai_addrlen);
    uv_freeaddrinfo(request.addrinfo);
    return 0;
}

static int listen_at(Server *server)
{
    struct sockaddr_storage address = {0};
    int error = resolve(server, &address);
    always(uv_tcp_init(&server->loop, &server->listener) == 0);
    server->listener.data = server;
    if (error == 0) {
        error = uv_tcp_bind(&server->listener, (const struct sockaddr *)&address, 0);
    }
    if (error == 0) {
        error = uv_listen((uv_stream_t *)&server->listener, BACKLOG, on_connection);
    }
    return error;
}

static int port_of(const Server *server)
{
    struct sockaddr_storage address;
    int len = (int)sizeof address;
    if (uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &len) != 0) {
        return 0;
    }
    return address.ss_family == AF_INET6
               ? ntohs(((const struct sockaddr_in6 *)&address)->sin6_port)
               : ntohs(((const struct sockaddr_in *)&address)->sin_port);
}

static void watch_signal(Server *server, uv_signal_t *handle, int number, uv_signal_cb on_it)
{
    always(uv_signal_init(&server->loop, handle) == 0);
    handle->data = server;
    always(uv_signal_start(handle, on_it, number) == 0);
}

static void start(Server *server)
{
    jwks_open(server);
    server->work = work_start(server);
    (void)signal(SIGPIPE, SIG_IGN); /* a client that has gone is an error of its connection */
    watch_signal(server, &server->interrupt, SIGINT, on_signal);
    watch_signal(server, &server->terminate, SIGTERM, on_signal);
    if (server->options->jwks_count > 0) {
        watch_signal(server, &server->hang_up, SIGHUP, on_hang_up);
    }
    always(uv_prepare_init(&server->loop, &server->turn) == 0);
    server->turn.data = server;
    always(uv_prepare_start(&server->turn, on_turn) == 0);
    always(uv_timer_init(&server->loop, &server->tick) == 0);
    server->tick.data = server;
    always(uv_timer_start(&server->tick, on_tick, TICK_MS, TICK_MS) == 0);
}

/* Each connection is a file: asks for as many as the system lets the process have, and tells when
 * those are too few. */
static void raise_file_limit(const Server *server)
{
    enum { OTHER_FILES = 64 };
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return;
    }
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    int64_t wanted = server->options->max_connections + OTHER_FILES;
    if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < (rlim_t)wanted) {
        server_log(server, "few_files",
                   ",\"allowed\":%lld,\"wanted\":%lld,\"hint\":\"raise the limit of open files "
                   "(ulimit -Hn, LimitNOFILE=), or give a smaller --max-connections\"",
                   (long long)limit.rlim_cur, (long long)wanted);
    }
}

bool server_run(Store *store, const ServerOptions *options, Arena *arena, Str *error)
{
    Server server = {
        .options = options, .store = store, .on_request = route_request, .on_taken = on_taken};
    const char *missing;
    if (options->jwks_count > 0 && !openssl_load(&missing)) {
        *error = str_from_c(missing);
        return false;
    }
    if (options->tls_cert) {
        server.tls = tls_context_new(options->tls_cert, options->tls_key, arena, error);
        if (!server.tls) {
            return false;
        }
    }
    memory_stay_small();
    always(getentropy(&server.random_state, sizeof server.random_state) == 0);
    server.random_state |= 1;
    always(uv_loop_init(&server.loop) == 0);
    server.read_buffer = arena_alloc(arena, READ_BUFFER_BYTES);
    int failed = listen_at(&server);
    if (failed == 0) {
        raise_file_limit(&server);
        start(&server);
        server_log(&server, "listening", ",\"host\":\"%s\",\"port\":%d", options->host,
                   port_of(&server));
    } else {
        *error = str_format(arena, "cannot listen at %s, port %d: %s", options->host,
                            options->port, uv_strerror(failed));
        uv_close((uv_handle_t *)&server.listener, NULL);
    }
    uv_run(&server.loop, UV_RUN_DEFAULT);
    always(uv_loop_close(&server.loop) == 0);
    if (server.tls) {
        tls_context_free(server.tls);
    }
    if (failed == 0) {
        jwks_close(&server);
        server_log(&server, "stopped", ",\"requests\":%lld", (long long)server.counters.requests);
    }
    return failed == 0;
}

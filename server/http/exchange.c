/* exchange: see exchange.h. What every response has is added here, whoever made it. */
#include "server/http/exchange.h"

#include "runtime/base/memory.h"
#include "runtime/print/print.h"
#include "server/http/target.h"
#include "server/server_int.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

Exchange *exchange_new(Server *server, const Transport *transport, void *carrier, Backlog *backlog)
{
    Exchange *exchange = memory_zero(sizeof *exchange);
    exchange->server = server;
    exchange->transport = transport;
    exchange->carrier = carrier;
    exchange->backlog = backlog;
    backlog_hold(backlog);
    exchange->refs = 1;
    exchange->begun_us = server_now_us();
    arena_init(&exchange->arena);
    server->counters.exchanges++;
    return exchange;
}

void exchange_hold(Exchange *exchange)
{
    exchange->refs++;
}

void exchange_release(Exchange *exchange)
{
    assert(exchange->refs > 0);
    if (--exchange->refs == 0) {
        exchange->server->body_bytes -= exchange->body.len;
        exchange->server->counters.exchanges--;
        backlog_release(exchange->backlog);
        buf_free(&exchange->body);
        buf_free(&exchange->answer);
        arena_free(&exchange->arena);
        free(exchange);
    }
}

/* Tells the log of a request, if it wants to know. What is behind the `?` is left out: whatever is
 * secret is in headers, in bodies, and might be there. */
static void log_request(Exchange *exchange)
{
    Server *server = exchange->server;
    Buf path = {0};
    if (!server->options->access_log) {
        return;
    }
    print_json_string(&path, exchange->path);
    server_log(server, "request",
               ",\"method\":\"%.*s\",\"path\":%.*s,\"status\":%d,\"ms\":%.3f,\"received\":%lld,"
               "\"stream\":%s,\"gone\":%s",
               STR_ARG(exchange->method), STR_ARG(buf_str(&path)), exchange->status,
               (double)(server_now_us() - exchange->begun_us) / 1e3,
               (long long)exchange->body.len, exchange->is_endless ? "true" : "false",
               exchange->is_ended ? "false" : "true");
    buf_free(&path);
}

/* Counts what is to be sent. */
static void count_answer(Exchange *exchange)
{
    int64_t change = exchange_unsent(exchange).len - exchange->counted;
    exchange->counted += change;
    server_count_answer(exchange->server, change);
    if (backlog_add(exchange->backlog, change)) {
        exchange->server->on_taken(exchange->server);
    }
}

void exchange_leave(Exchange *exchange)
{
    log_request(exchange);
    exchange->is_gone = true;
    buf_free(&exchange->answer);
    exchange->answer_sent = 0;
    count_answer(exchange);
    if (exchange->on_gone) {
        exchange->on_gone(exchange);
        exchange->on_gone = NULL;
    }
    exchange_release(exchange);
}

/* -- the request ---------------------------------------------------------------------------- */

bool exchange_add_header(Exchange *exchange, Str name, Str value)
{
    exchange->header_bytes += name.len + value.len;
    if (exchange->header_bytes > HEADERS_BYTES_MAX) {
        return false;
    }
    char *lower = arena_copy(&exchange->arena, name.s, name.len);
    for (int64_t i = 0; i < name.len; i++) {
        lower[i] = (char)tolower((unsigned char)lower[i]);
    }
    Header header = {{lower, name.len}, str_copy(&exchange->arena, value)};
    vec_push(&exchange->headers, &exchange->arena, header);
    return true;
}

void exchange_set_target(Exchange *exchange, Str target)
{
    target = target_path(str_copy(&exchange->arena, target));
    int64_t mark = str_find(target, STR("?"), 0);
    exchange->path = mark < 0 ? target : str_slice(target, 0, mark);
    exchange->query = mark < 0 ? (Str){0} : str_slice(target, mark + 1, target.len);
}

bool exchange_add_body(Exchange *exchange, Str bytes)
{
    Server *server = exchange->server;
    if (exchange->is_refused) {
        return false;
    }
    if (exchange->body.len + bytes.len > BODY_BYTES_MAX) {
        exchange_refuse(exchange, 413, "request_size_exceeded", STR("Request entity is too large"));
        return false;
    }
    bool has_room = bytes.len < exchange->body.cap - exchange->body.len ||
                    memory_has(2 * exchange->body.cap + bytes.len);
    if (!has_room || server->body_bytes + bytes.len > BODIES_BYTES_MAX) {
        exchange_refuse(exchange, 429, "limit_exceeded", STR("Too many pending requests"));
        return false;
    }
    buf_put(&exchange->body, bytes);
    server->body_bytes += bytes.len;
    return true;
}

const Str *exchange_header(const Exchange *exchange, Str name)
{
    for (int64_t i = 0; i < exchange->headers.len; i++) {
        if (str_eq(exchange->headers.at[i].name, name)) {
            return &exchange->headers.at[i].value;
        }
    }
    return NULL;
}

void exchange_dispatch(Exchange *exchange)
{
    exchange->server->counters.requests++;
    exchange->server->on_request(exchange);
}

/* -- the response --------------------------------------------------------------------------- */

void exchange_answer_header(Exchange *exchange, const char *name, Str value)
{
    Header header = {str_from_c(name), str_copy(&exchange->arena, value)};
    vec_push(&exchange->answer_headers, &exchange->arena, header);
}

enum { TRACE_LEN = 55, TRACE_ID_AT = 3, TRACE_ID_LEN = 32, TRACE_SPAN_AT = 36 };

/* Sixteen random digits. */
static void put_digits(Server *server, char *to)
{
    uint64_t random = server_random(server);
    for (int i = 0; i < 16; i++) {
        to[i] = "0123456789abcdef"[random >> 4 * i & 15];
    }
}

/* Continues the trace that the client began, if it did so in the way of the W3C, or begins one. */
static void add_trace(Exchange *exchange)
{
    const Str *given = exchange_header(exchange, STR("traceparent"));
    char text[] = "00-................................-................-00";
    _Static_assert(sizeof text == TRACE_LEN + 1, "a trace has fixed places");
    bool good = given && given->len == TRACE_LEN && str_starts_with(*given, STR("00-"));
    for (int64_t i = 0; good && i < TRACE_LEN; i++) {
        bool dash = i == 2 || i == TRACE_ID_AT + TRACE_ID_LEN || i == TRACE_LEN - 3;
        good = dash ? given->s[i] == '-' : isxdigit((unsigned char)given->s[i]) != 0;
    }
    if (good) {
        memcpy(text + TRACE_ID_AT, given->s + TRACE_ID_AT, TRACE_ID_LEN);
    } else {
        put_digits(exchange->server, text + TRACE_ID_AT);
        put_digits(exchange->server, text + TRACE_ID_AT + TRACE_ID_LEN / 2);
    }
    put_digits(exchange->server, text + TRACE_SPAN_AT);
    exchange_answer_header(exchange, "traceparent", (Str){text, TRACE_LEN});
}

/* Lets a page of another origin read the response. */
static void add_origin(Exchange *exchange)
{
    const Str *origin = exchange_header(exchange, STR("origin"));
    Buf exposed = {0};
    if (!origin) {
        return;
    }
    for (int64_t i = 0; i < exchange->answer_headers.len; i++) {
        Str name = exchange->answer_headers.at[i].name;
        if (str_starts_with(name, STR("x-"))) {
            buf_puts(&exposed, exposed.len > 0 ? ", " : "");
            buf_put(&exposed, name);
        }
    }
    exchange_answer_header(exchange, "access-control-allow-origin", *origin);
    exchange_answer_header(exchange, "access-control-allow-credentials", STR("true"));
    exchange_answer_header(exchange, "access-control-expose-headers", buf_str(&exposed));
    buf_free(&exposed);
}

static void begin(Exchange *exchange, int status)
{
    assert(!exchange->is_begun);
    exchange->status = status;
    exchange->is_begun = true;
    exchange_answer_header(exchange, "content-type",
                           exchange->content_type ? str_from_c(exchange->content_type)
                                                  : STR("application/json;charset=utf-8"));
    add_trace(exchange);
    exchange_answer_header(exchange, "x-faunadb-build", STR("fawn-" FAWN_VERSION));
    add_origin(exchange);
}

static void flush(Exchange *exchange)
{
    if (!exchange->is_gone) {
        exchange->transport->flush(exchange);
    }
}

Str exchange_unsent(const Exchange *exchange)
{
    return str_slice(buf_str(&exchange->answer), exchange->answer_sent, exchange->answer.len);
}

void exchange_take(Exchange *exchange, int64_t count)
{
    exchange->answer_sent += count;
    exchange->backlog->taken += count;
    if (exchange->answer_sent == exchange->answer.len) {
        exchange->answer_sent = exchange->answer.len = 0;
    }
    count_answer(exchange);
}

void exchange_respond(Exchange *exchange, int status)
{
    begin(exchange, status);
    exchange->is_ended = true;
    if (!exchange->is_gone) {
        count_answer(exchange);
    }
    counters_note(&exchange->server->counters, status,
                  server_now_us() - exchange->begun_us);
    flush(exchange);
}

void exchange_respond_text(Exchange *exchange, int status, Str json)
{
    buf_put(&exchange->answer, json);
    exchange_respond(exchange, status);
}

void exchange_respond_error(Exchange *exchange, int status, const char *code, Str message)
{
    Buf *answer = &exchange->answer;
    answer->len = 0;
    buf_puts(answer, "{\"error\":{\"code\":");
    print_json_string(answer, str_from_c(code));
    buf_puts(answer, ",\"message\":");
    print_json_string(answer, message);
    buf_puts(answer, "}}");
    exchange_respond(exchange, status);
}

void exchange_refuse(Exchange *exchange, int status, const char *code, Str message)
{
    exchange->is_refused = true;
    exchange_respond_error(exchange, status, code, message);
}

void exchange_begin(Exchange *exchange, int status)
{
    exchange->is_endless = true;
    begin(exchange, status);
    flush(exchange);
}

void exchange_put(Exchange *exchange, Str bytes)
{
    if (!exchange->is_gone && !exchange->is_ended) {
        buf_put(&exchange->answer, bytes);
        count_answer(exchange);
        flush(exchange);
    }
}

void exchange_end(Exchange *exchange)
{
    if (!exchange->is_ended) {
        exchange->is_ended = true;
        flush(exchange);
    }
}

/* route: one row a path; what needs no database is answered here. */
#include "server/route.h"

#include "server/endpoint/endpoints.h"
#include "server/http/target.h"
#include "server/work/work.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct Route {
    const char *path;
    bool is_prefix;
    void (*answer)(Exchange *exchange);
} Route;

/* What Fauna's older protocol answers to paths that it does not know. */
static void answer_not_found(Exchange *exchange)
{
    exchange_respond_text(exchange, 404,
                          STR("{\"errors\":[{\"code\":\"not found\",\"description\":\"Not "
                              "Found\"}]}"));
}

static void answer_ping(Exchange *exchange)
{
    static const char *const scopes[] = {"node", "read", "write", "all", "local", "global"};
    Str asked;
    const char *scope = "write";
    if (target_parameter(exchange, STR("scope"), &asked)) {
        scope = scopes[0];
        for (int64_t i = 0; i < countof(scopes); i++) {
            scope = str_eq(asked, str_from_c(scopes[i])) ? scopes[i] : scope;
        }
    }
    buf_printf(&exchange->answer, "{\"resource\":\"Scope %s is OK\"}", scope);
    exchange_respond(exchange, 200);
}

/* Bytes of memory that the process has; 0: the system does not say. */
static int64_t resident_bytes(void)
{
    long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file) {
        if (fscanf(file, "%*s %lld", &pages) != 1) {
            pages = 0;
        }
        (void)fclose(file);
    }
    return pages * sysconf(_SC_PAGESIZE);
}

static void answer_metrics(Exchange *exchange)
{
    Server *server = exchange->server;
    Buf *out = &exchange->answer;
    counters_put(out, &server->counters);
    counters_put_one(out, "fawn_connections_open", "gauge", "Connections that are open.",
                     server->connection_count);
    counters_put_one(out, "fawn_jobs_pending", "gauge",
                     "Requests that wait for a thread or run on one.", work_pending(server->work));
    counters_put_one(out, "fawn_bodies_bytes", "gauge", "Bytes of the bodies of open requests.",
                     server->body_bytes);
    counters_put_one(out, "fawn_answers_bytes", "gauge",
                     "Bytes of answers that clients have not taken yet.", server->answer_bytes);
    counters_put_one(out, "fawn_log_syncs_total", "counter",
                     "How often the database's file was put on disk.", store_syncs(server->store));
    counters_put_one(out, "fawn_resident_bytes", "gauge", "Memory of the process.",
                     resident_bytes());
    exchange->content_type = "text/plain; version=0.0.4";
    exchange_respond(exchange, 200);
}

static const Route routes[] = {
    {"/query/1", false, query_answer},
    {"/feed/1", false, feed_answer},
    {"/stream/1", false, stream_answer},
    {SCHEMA_PATH, true, schema_answer},
    {"/environment/1", false, environment_answer},
    {"/ping", false, answer_ping},
    {"/metrics", false, answer_metrics},
};

/* What a browser asks before it lets a page of another origin send its request. */
static void answer_preflight(Exchange *exchange)
{
    exchange_answer_header(exchange, "access-control-max-age", STR("86400"));
    exchange_answer_header(exchange, "access-control-allow-methods",
                           STR("GET, POST, PUT, PATCH, DELETE"));
    exchange_answer_header(
        exchange, "access-control-allow-headers",
        STR("accept-encoding, authorization, content-type, x-driver-env, x-faunadb-api-version, "
            "x-fauna-driver, x-fauna-source, x-fauna-tags, x-format, x-last-seen-txn, "
            "x-last-txn-ts, x-linearized, x-max-contention-retries, x-max-retries-on-contention, "
            "x-query-tags, x-query-timeout, x-query-timeout-ms, x-runtime-environment, "
            "x-runtime-environment-os, x-nodejs-version, traceparent, x-typecheck, "
            "x-performance-hints"));
    exchange_respond(exchange, 200);
}

static bool is_route(const Route *route, Str path)
{
    Str own = str_from_c(route->path);
    return route->is_prefix ? str_starts_with(path, own) : str_eq(path, own);
}

void route_request(Exchange *exchange)
{
    if (str_eq(exchange->method, STR("OPTIONS")) && exchange_header(exchange, STR("origin"))) {
        answer_preflight(exchange);
        return;
    }
    for (int64_t i = 0; i < countof(routes); i++) {
        if (is_route(&routes[i], exchange->path)) {
            routes[i].answer(exchange);
            return;
        }
    }
    answer_not_found(exchange);
}

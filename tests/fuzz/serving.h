/* serving: the one server of the targets that send it what a client may send, each input on a
 * connection of its own: it must answer or end it, and stay.
 */
#ifndef FAWN_TESTS_FUZZ_SERVING_H
#define FAWN_TESTS_FUZZ_SERVING_H

#include "server/server.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sockaddr_in address = {.sin_family = AF_INET};

static void *serve(void *unused)
{
    static Arena arena;
    StoreNotice notice;
    Store *store;
    Str error;
    ServerOptions options = {.host = "127.0.0.1",
                             .port = ntohs(address.sin_port),
                             .secret = STR("secret"),
                             .limits = &limits_fauna,
                             .max_connections = 100,
                             .query_timeout_ms = 1000,
                             .max_query_bytes = 64 << 20,
                             .threads = 2,
                             .quiet = true};
    arena_init(&arena);
    always(store_open(&(StoreOptions){0}, &store, &notice) == STORE_OK);
    always(server_run(store, &options, &arena, &error));
    return unused;
}

static int try_connect(void)
{
    int client = socket(AF_INET, SOCK_STREAM, 0);
    always(client >= 0);
    if (connect(client, (const struct sockaddr *)&address, sizeof address) != 0) {
        close(client);
        return -1;
    }
    return client;
}

/* A port that is free now; the server takes it. */
static void choose_port(void)
{
    socklen_t len = sizeof address;
    int probe = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    always(bind(probe, (const struct sockaddr *)&address, sizeof address) == 0);
    always(getsockname(probe, (struct sockaddr *)&address, &len) == 0);
    close(probe);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    pthread_t server;
    int client;
    (void)argc;
    (void)argv;
    choose_port();
    always(pthread_create(&server, NULL, serve, NULL) == 0);
    while ((client = try_connect()) < 0) {
        usleep(10000);
    }
    close(client);
    return 0;
}

/* Sends `bytes` in two pieces, which may come as one, and reads until the server ends it. */
static void send_and_read(Str bytes, int64_t half)
{
    static char answer[1 << 16];
    int client = try_connect();
    always(client >= 0);
    (void)!send(client, bytes.s, (size_t)half, MSG_NOSIGNAL);
    (void)!send(client, bytes.s + half, (size_t)(bytes.len - half), MSG_NOSIGNAL);
    (void)shutdown(client, SHUT_WR);
    while (recv(client, answer, sizeof answer, 0) > 0) {
    }
    close(client);
}

#endif

/* jwks: see jwks.h. */
#include "server/auth/jwks.h"

#include "interp/session/request.h"
#include "runtime/base/memory.h"
#include "runtime/print/print.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct Jwks {
    pthread_rwlock_t lock;
    Buf texts[]; /* as many as the options have sets */
};

void jwks_open(Server *server)
{
    const ServerOptions *options = server->options;
    int64_t texts_bytes = options->jwks_count * (int64_t)sizeof(Buf);
    Jwks *jwks = memory_zero((int64_t)sizeof *jwks + texts_bytes);
    always(pthread_rwlock_init(&jwks->lock, NULL) == 0);
    for (int64_t i = 0; i < options->jwks_count; i++) {
        buf_put(&jwks->texts[i], options->jwks[i].text);
    }
    server->jwks = jwks;
}

void jwks_close(Server *server)
{
    for (int64_t i = 0; i < server->options->jwks_count; i++) {
        buf_free(&server->jwks->texts[i]);
    }
    pthread_rwlock_destroy(&server->jwks->lock);
    free(server->jwks);
}

/* Whether it is an object with an array `keys`. */
static bool is_key_set(Str text)
{
    Arena scratch;
    Members members;
    Str error;
    arena_init(&scratch);
    bool good = request_read(&scratch, text, &members, &error) && !members.is_array;
    const Member *keys = good ? request_find(&members, STR("keys")) : NULL;
    good = keys && keys->kind == MEMBER_ARRAY;
    arena_free(&scratch);
    return good;
}

static void tell(const Server *server, const char *path, const char *problem)
{
    Buf name = {0};
    print_json_string(&name, str_from_c(path));
    if (problem) {
        server_log(server, "keys_not_read", ",\"file\":%.*s,\"reason\":\"%s\"",
                   STR_ARG(buf_str(&name)), problem);
    } else {
        server_log(server, "keys_read", ",\"file\":%.*s", STR_ARG(buf_str(&name)));
    }
    buf_free(&name);
}

void jwks_reload(Server *server)
{
    const ServerOptions *options = server->options;
    for (int64_t i = 0; i < options->jwks_count; i++) {
        Buf text = {0};
        int error = options->read_file(options->jwks[i].path, &text);
        const char *problem = error != 0                    ? strerror(error)
                              : !is_key_set(buf_str(&text)) ? "it has no array of keys"
                                                            : NULL;
        if (!problem) {
            pthread_rwlock_wrlock(&server->jwks->lock);
            Buf before = server->jwks->texts[i];
            server->jwks->texts[i] = text;
            pthread_rwlock_unlock(&server->jwks->lock);
            text = before;
        }
        buf_free(&text);
        tell(server, options->jwks[i].path, problem);
    }
}

bool jwks_find(const Server *server, Arena *arena, Str uri, Str *text)
{
    bool is_known = false;
    pthread_rwlock_rdlock(&server->jwks->lock);
    for (int64_t i = 0; !is_known && i < server->options->jwks_count; i++) {
        is_known = str_eq(server->options->jwks[i].uri, uri);
        *text = is_known ? str_copy(arena, buf_str(&server->jwks->texts[i])) : (Str){0};
    }
    pthread_rwlock_unlock(&server->jwks->lock);
    return is_known;
}

/* serve_command: what the command line says, made fit for the server. The root secret is that of
 * --secret-file, or of FAWN_SECRET, or `secret` with --dev, or a new one that is told once.
 */
#include "repl/tool/serve_command.h"

#include "repl/io/input.h"
#include "runtime/print/base64.h"
#include "server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PORT_DEFAULT = 8443,
    CONNECTIONS_DEFAULT = 10000,
    TIMEOUT_MS_DEFAULT = 120000,
    MEMORY_MIB_DEFAULT = 1024,
    SECRET_RANDOM_BYTES = 30,
};

static bool fail(Shell *shell, const char *what, const char *why)
{
    shell_complain(shell, "serve: %s: %s", what, why);
    return shell_fail(shell, EXIT_USAGE);
}

/* The first line of a file. */
static bool read_secret(Shell *shell, const char *path, Str *secret)
{
    Input input = {.fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (input.fd < 0) {
        return fail(shell, path, strerror(errno));
    }
    Str line = {0};
    bool found = input_line(&input, &line) && line.len > 0;
    *secret = str_copy(&shell->arena, line);
    int error = input.error;
    input_close(&input);
    close(input.fd);
    return found || fail(shell, path, error ? strerror(error) : "its first line must be a secret");
}

static bool make_secret(Shell *shell, Str *secret)
{
    char random[SECRET_RANDOM_BYTES];
    Buf text = {0};
    if (getentropy(random, sizeof random) != 0) {
        return fail(shell, "a secret", strerror(errno));
    }
    buf_puts(&text, "fn");
    base64_encode(&text, (Str){random, sizeof random});
    for (int64_t i = 0; i < text.len; i++) { /* fit for headers and for `SECRET:DB:ROLE` */
        text.data[i] = text.data[i] == '+' ? '-' : text.data[i] == '/' ? '_' : text.data[i];
    }
    *secret = str_copy(&shell->arena, buf_str(&text));
    buf_free(&text);
    shell_tell(shell, str_format(&shell->arena,
                                 "The root secret of this run, which is told only here: %.*s",
                                 STR_ARG(*secret)));
    return true;
}

static bool find_secret(Shell *shell, Str *secret)
{
    const ServeOptions *serve = &shell->options->serve;
    const char *given = getenv("FAWN_SECRET");
    if (serve->secret_file != NULL) {
        return read_secret(shell, serve->secret_file, secret);
    }
    if (serve->dev) {
        *secret = STR("secret");
        return true;
    }
    if (given != NULL && given[0] != '\0') {
        *secret = str_copy(&shell->arena, str_from_c(given));
        return true;
    }
    return make_secret(shell, secret);
}

/* The key sets that were given for addresses. */
static bool read_jwks(Shell *shell, ServerOptions *options)
{
    const ServeOptions *serve = &shell->options->serve;
    ServerJwks *sets = arena_array(&shell->arena, ServerJwks, serve->jwks.len);
    for (int64_t i = 0; i < serve->jwks.len; i++) {
        Buf text = {0};
        int error = input_read_file(serve->jwks.at[i].path, &text);
        sets[i] = (ServerJwks){.uri = str_from_c(serve->jwks.at[i].uri),
                               .text = str_copy(&shell->arena, buf_str(&text)),
                               .path = serve->jwks.at[i].path};
        buf_free(&text);
        if (error != 0) {
            return fail(shell, serve->jwks.at[i].path, strerror(error));
        }
    }
    options->jwks = sets;
    options->jwks_count = serve->jwks.len;
    return true;
}

static int64_t or_else(int64_t given, int64_t otherwise)
{
    return given != 0 ? given : otherwise;
}

void serve_command(Shell *shell)
{
    const ServeOptions *serve = &shell->options->serve;
    ServerOptions options = {
        .host = serve->host != NULL ? serve->host : "127.0.0.1",
        .port = serve->any_port ? 0 : (int)or_else(serve->port, PORT_DEFAULT),
        .limits = serve->limits != NULL ? serve->limits : &limits_fauna,
        .max_connections = or_else(serve->max_connections, CONNECTIONS_DEFAULT),
        .query_timeout_ms = or_else(serve->query_timeout_ms, TIMEOUT_MS_DEFAULT),
        .max_query_bytes = or_else(serve->max_query_mib, MEMORY_MIB_DEFAULT) << 20,
        .threads = (int)serve->threads,
        .tls_cert = serve->tls_cert,
        .tls_key = serve->tls_key,
        .access_log = serve->access_log,
        .quiet = shell->options->quiet,
        .typechecks_root = shell->options->typecheck,
        .read_file = input_read_file,
    };
    Str error;
    if ((serve->tls_cert == NULL) != (serve->tls_key == NULL)) {
        (void)fail(shell, "TLS", "--tls-cert and --tls-key belong together: name both files");
        return;
    }
    if (!find_secret(shell, &options.secret) || !read_jwks(shell, &options)) {
        return;
    }
    if (str_find(options.secret, STR(":"), 0) >= 0) {
        (void)fail(shell, "the secret", "it must not contain `:`, behind which stands a role");
    } else if (!server_run(shell->store, &options, &shell->arena, &error)) {
        shell_complain(shell, "serve: %.*s", STR_ARG(error));
        shell_fail(shell, EXIT_DATABASE);
    }
}

/* fuzz_jwt: any bytes as a token of an access provider, and as the keys of that.
 *
 *   header, a line      claims, a line      signature, a line      the key set: all that follows
 *
 * An `@` in the claims is the audience of the database. No signature is ever right; so that what comes
 * behind it is reached too, the claims are then taken for true.
 */
#include "interp/session/login.h"
#include "runtime/print/base64.h"
#include "server/auth/jwks.h"
#include "server/auth/jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ISSUER "https://a.b"
#define KEYS_URI "https://a.b/keys"

static Store *store;
static Session *session;
static Buf audience;

static Value keep_text(void *context, Rt *rt, Value v)
{
    (void)context;
    (void)rt;
    audience.len = 0;
    buf_put(&audience, val_as_str(v));
    return val_null(NULL);
}

static Outcome run(const char *text, SessionSink *sink)
{
    int64_t bad;
    RunOptions options = {.sink = sink, .timeout_ms = 1000};
    const Source *source = session_source(session, STR("fuzz"), str_from_c(text), &bad);
    return session_run(session, source, &options);
}

static void open_all(void)
{
    StoreNotice notice;
    always(store_open(&(StoreOptions){0}, &store, &notice) == STORE_OK);
    session = session_open(store);
    Outcome made = run("Role.create({ name: \"all\", privileges: [] })\n"
                       "Role.create({ name: \"some\", privileges: [] })\n"
                       "AccessProvider.create({ name: \"a\", issuer: \"" ISSUER "\",\n"
                       "  jwks_uri: \"" KEYS_URI "\",\n"
                       "  roles: [{ role: \"some\", predicate: \"c => c.x == 1\" }, \"all\"] })",
                       NULL);
    always(made.kind == OUTCOME_OK);
    made = run("AccessProvider.byName(\"a\")!.audience", keep_text);
    always(made.kind == OUTCOME_OK && audience.len > 0);
}

static Str take_line(Str *rest)
{
    Str line = {0};
    (void)str_take_line(rest, &line);
    return line;
}

static Str with_audience(Arena *arena, Str claims)
{
    Buf text = {0};
    for (int64_t i = 0; i < claims.len; i++) {
        if (claims.s[i] == '@') {
            buf_put(&text, buf_str(&audience));
        } else {
            buf_byte(&text, claims.s[i]);
        }
    }
    Str result = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return result;
}

/* As base64 of URLs has it. */
static void put_part(Buf *token, Str bytes)
{
    int64_t from = token->len;
    base64_encode(token, bytes);
    for (int64_t i = from; i < token->len; i++) {
        char c = token->data[i];
        token->data[i] = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    while (token->len > from && token->data[token->len - 1] == '=') {
        token->len--;
    }
}

static Str encode(Str header, Str claims, Str signature, Buf *token)
{
    put_part(token, header);
    buf_byte(token, '.');
    put_part(token, claims);
    buf_byte(token, '.');
    put_part(token, signature);
    return buf_str(token);
}

/* As jwt_find has found it when the signature was right. */
static void log_in(Arena *arena, Str claims)
{
    LoginFound found;
    Str uri;
    always(session_find_provider(session, arena, STR(ISSUER), buf_str(&audience), &found, &uri));
    found.claims = claims;
    found.expires_us = INT64_MAX;
    if (session_log_in(session, &found)) {
        Outcome asked = run("Query.token()", NULL);
        always(asked.kind == OUTCOME_OK || asked.code.len > 0);
    }
    session_log_in_owner(session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str rest = {(const char *)data, (int64_t)size};
    Arena arena;
    Buf token = {0};
    LoginFound found;
    if (!store) {
        open_all();
    }
    arena_init(&arena);
    Str header = take_line(&rest);
    Str claims = with_audience(&arena, take_line(&rest));
    Str signature = take_line(&rest);
    ServerJwks keys = {.uri = STR(KEYS_URI), .text = rest, .path = "none"};
    ServerOptions options = {.jwks = &keys, .jwks_count = 1};
    Server server = {.options = &options, .store = store};
    jwks_open(&server);
    always(!jwt_find(&server, &arena, session, encode(header, claims, signature, &token), &found));
    (void)jwt_find(&server, &arena, session, header, &found);
    jwks_close(&server);
    log_in(&arena, claims);
    buf_free(&token);
    arena_free(&arena);
    return 0;
}

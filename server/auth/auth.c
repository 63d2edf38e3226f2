/* auth: see auth.h. */
#include "server/auth/auth.h"

#include "server/auth/jwt.h"
#include "server/server_int.h"

#include "runtime/access/secret.h"
#include "runtime/base/utf8.h"
#include "runtime/print/base64.h"

/* Of `Basic` credentials the user's name is the token; a password is not looked at. */
static bool basic_token(Str text, Arena *arena, Str *token)
{
    Buf decoded = {0};
    bool good = base64_decode(&decoded, text);
    *token = str_copy(arena, buf_str(&decoded));
    buf_free(&decoded);
    if (good && str_ends_with(*token, STR(":"))) {
        token->len--;
    }
    return good;
}

static bool find_token(const Exchange *exchange, Arena *arena, Str *token)
{
    const Str *header = exchange_header(exchange, STR("authorization"));
    if (!header) {
        return false;
    }
    bool good = false;
    if (str_starts_with(*header, STR("Bearer "))) {
        *token = str_slice(*header, 7, header->len);
        good = true;
    } else if (str_starts_with(*header, STR("Basic "))) {
        good = basic_token(str_slice(*header, 6, header->len), arena, token);
    }
    return good && token->len > 0 && utf8_check(*token) < 0;
}

/* SECRET[:[PATH:]ROLE] */
static bool read_token(Str token, LoginAsked *asked)
{
    int64_t first = str_find(token, STR(":"), 0);
    *asked = (LoginAsked){.secret = token};
    if (first < 0) {
        return true;
    }
    asked->secret = str_slice(token, 0, first);
    Str rest = str_slice(token, first + 1, token.len);
    int64_t second = str_find(rest, STR(":"), 0);
    asked->path = second < 0 ? (Str){0} : str_slice(rest, 0, second);
    asked->role = second < 0 ? rest : str_slice(rest, second + 1, rest.len);
    return asked->secret.len > 0 && asked->role.len > 0 && (second < 0 || asked->path.len > 0);
}

bool auth_find(const Exchange *exchange, Arena *arena, Session *gate, LoginFound *found)
{
    Str token;
    LoginAsked asked;
    if (!find_token(exchange, arena, &token)) {
        return false;
    }
    if (jwt_is_one(token)) {
        return jwt_find(exchange->server, arena, gate, token, found);
    }
    if (!read_token(token, &asked)) {
        return false;
    }
    asked.is_root = secret_equal(asked.secret, exchange->server->options->secret);
    return session_find_login(gate, arena, &asked, found);
}

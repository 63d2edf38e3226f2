/* auth: see auth.h. */
#include "server/auth.h"

#include "runtime/base64.h"
#include "runtime/base/utf8.h"

bool auth_same_secret(Str a, Str b)
{
    unsigned differ = (unsigned)(a.len != b.len);
    for (int64_t i = 0; i < a.len; i++) {
        char other = b.len > 0 ? b.s[i % b.len] : 0;
        differ |= (unsigned char)(a.s[i] ^ other);
    }
    return differ == 0;
}

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

bool auth_token(const Exchange *exchange, Arena *arena, Str *token)
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

static bool is_role(Str text)
{
    static const char *const roles[] = {"admin", "server", "server-readonly", "client"};
    for (int64_t i = 0; i < countof(roles); i++) {
        if (str_eq(text, str_from_c(roles[i]))) {
            return true;
        }
    }
    return str_starts_with(text, STR("@role/")) || str_starts_with(text, STR("@doc/")) ||
           str_starts_with(text, STR("collections/"));
}

bool auth_scope(Str token, AuthScope *scope)
{
    int64_t first = str_find(token, STR(":"), 0);
    *scope = (AuthScope){.secret = token};
    if (first < 0) {
        return true;
    }
    scope->secret = str_slice(token, 0, first);
    Str rest = str_slice(token, first + 1, token.len);
    int64_t second = str_find(rest, STR(":"), 0);
    scope->path = second < 0 ? (Str){0} : str_slice(rest, 0, second);
    scope->role = second < 0 ? rest : str_slice(rest, second + 1, rest.len);
    return scope->secret.len > 0 && is_role(scope->role) && (second < 0 || scope->path.len > 0);
}

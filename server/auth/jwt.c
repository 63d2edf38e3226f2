/* jwt: see jwt.h. What comes here was sent by anybody: each step refuses what it does not know.
 *
 *   parts ─► header, claims ─► time ─► provider ─► its keys ─► the key ─► signature
 */
#include "server/auth/jwt.h"

#include "interp/session/request.h"
#include "runtime/print/base64.h"
#include "server/auth/crypto.h"
#include "server/auth/jwks.h"
#include "server/http/target.h"

#include <stdlib.h>

typedef struct Jwt {
    Str header, claims, signature; /* decoded */
    Str signed_text;               /* header and claims as they came */
} Jwt;

bool jwt_is_one(Str token)
{
    return str_starts_with(token, STR("ey")) && str_find(token, STR("."), 0) >= 0;
}

/* -- parts ------------------------------------------------------------------------------------- */

static bool decode(Arena *arena, Str text, Str *bytes)
{
    Buf decoded = {0};
    bool good = base64_url_decode(&decoded, text);
    *bytes = str_copy(arena, buf_str(&decoded));
    buf_free(&decoded);
    return good;
}

static bool take_apart(Arena *arena, Str token, Jwt *jwt)
{
    int64_t first = str_find(token, STR("."), 0);
    int64_t second = first < 0 ? -1 : str_find(token, STR("."), first + 1);
    if (second < 0 || str_find(token, STR("."), second + 1) >= 0) {
        return false;
    }
    jwt->signed_text = str_slice(token, 0, second);
    return decode(arena, str_slice(token, 0, first), &jwt->header) &&
           decode(arena, str_slice(token, first + 1, second), &jwt->claims) &&
           decode(arena, str_slice(token, second + 1, token.len), &jwt->signature);
}

static bool read_object(Arena *arena, Str text, Members *members)
{
    Str error;
    return request_read(arena, text, members, &error) && !members->is_array;
}

/* The String `name`; empty: there is none. */
static Str text_of(const Members *members, Str name)
{
    const Member *member = request_find(members, name);
    return member && member->kind == MEMBER_STRING ? member->string : (Str){0};
}

/* -- claims ------------------------------------------------------------------------------------ */

/* Seconds since 1970 as microseconds; `otherwise` where there is no such claim. False: it is no time. */
static bool read_time(Arena *arena, const Members *claims, Str name, int64_t otherwise,
                      int64_t *time_us)
{
    const Member *member = request_find(claims, name);
    *time_us = otherwise;
    if (!member) {
        return true;
    }
    const double seconds_max = 9e12; /* as microseconds they fit */
    double seconds = member->kind == MEMBER_NUMBER ? strtod(str_to_c(arena, member->text), NULL) : -1;
    if (!(seconds >= 0 && seconds < seconds_max)) {
        return false;
    }
    *time_us = (int64_t)(seconds * 1e6);
    return true;
}

static bool is_now(Arena *arena, const Members *claims, int64_t *expires_us)
{
    int64_t begins_us;
    int64_t now_us = server_wall_us();
    return read_time(arena, claims, STR("exp"), INT64_MAX, expires_us) &&
           read_time(arena, claims, STR("nbf"), 0, &begins_us) && now_us < *expires_us &&
           now_us >= begins_us;
}

/* The provider of the one audience that there is a provider for. */
static bool find_provider(Arena *arena, Session *gate, const Members *claims, LoginFound *found,
                          Str *jwks_uri)
{
    Str issuer = text_of(claims, STR("iss"));
    const Member *audience = request_find(claims, STR("aud"));
    Members list = {0};
    Str error;
    if (issuer.len == 0 || !audience) {
        return false;
    }
    if (audience->kind == MEMBER_STRING) {
        return session_find_provider(gate, arena, issuer, audience->string, found, jwks_uri);
    }
    if (audience->kind != MEMBER_ARRAY || !request_read(arena, audience->text, &list, &error)) {
        return false;
    }
    int64_t matching = 0;
    for (int64_t i = 0; i < list.count; i++) {
        LoginFound one;
        Str uri;
        if (list.at[i].kind == MEMBER_STRING &&
            session_find_provider(gate, arena, issuer, list.at[i].string, &one, &uri)) {
            *found = one;
            *jwks_uri = uri;
            matching++;
        }
    }
    return matching == 1; /* of several it could not be said which is meant */
}

/* -- keys -------------------------------------------------------------------------------------- */

/* What stands behind the comma of `data:[…][;base64],…`. */
static bool read_data_uri(Arena *arena, Str uri, Str *text)
{
    int64_t comma = str_find(uri, STR(","), 0);
    if (comma < 0) {
        return false;
    }
    Str data = str_slice(uri, comma + 1, uri.len);
    if (str_ends_with(str_slice(uri, 0, comma), STR(";base64"))) {
        Buf decoded = {0};
        bool good = base64_decode(&decoded, data);
        *text = str_copy(arena, buf_str(&decoded));
        buf_free(&decoded);
        return good;
    }
    *text = target_decode(arena, data, false);
    return true;
}

static bool find_keys(const Server *server, Arena *arena, Str uri, Members *keys)
{
    Str text = {0}, error;
    Members set;
    bool is_known = false;
    if (str_starts_with(uri, STR("data:"))) {
        is_known = read_data_uri(arena, uri, &text);
    }
    is_known = is_known || jwks_find(server, arena, uri, &text);
    if (!is_known || !read_object(arena, text, &set)) {
        return false;
    }
    const Member *list = request_find(&set, STR("keys"));
    return list && list->kind == MEMBER_ARRAY && request_read(arena, list->text, keys, &error);
}

/* The one that `kid` names (empty: the only one there is), for signatures by `alg`. */
static bool find_key(Arena *arena, const Members *keys, Str kid, Str alg, Members *key)
{
    for (int64_t i = 0; i < keys->count; i++) {
        if (keys->at[i].kind != MEMBER_OBJECT || !read_object(arena, keys->at[i].text, key)) {
            continue;
        }
        Str use = text_of(key, STR("use"));
        Str own_alg = text_of(key, STR("alg"));
        bool is_it = kid.len > 0 ? str_eq(text_of(key, STR("kid")), kid) : keys->count == 1;
        if (is_it) {
            return str_eq(text_of(key, STR("kty")), STR("RSA")) &&
                   (use.len == 0 || str_eq(use, STR("sig"))) &&
                   (own_alg.len == 0 || str_eq(own_alg, alg));
        }
    }
    return false;
}

/* -- signatures -------------------------------------------------------------------------------- */

static const char *digest_of(Str alg)
{
    return str_eq(alg, STR("RS256"))   ? "SHA256"
           : str_eq(alg, STR("RS384")) ? "SHA384"
           : str_eq(alg, STR("RS512")) ? "SHA512"
                                       : NULL;
}

static bool is_signed(Arena *arena, const Jwt *jwt, const Members *key, Str alg)
{
    CryptoKey made;
    return decode(arena, text_of(key, STR("n")), &made.modulus) &&
           decode(arena, text_of(key, STR("e")), &made.exponent) &&
           crypto_verify_rsa(&made, digest_of(alg), jwt->signed_text, jwt->signature);
}

bool jwt_find(const Server *server, Arena *arena, Session *gate, Str token, LoginFound *found)
{
    Jwt jwt;
    Members header, claims, keys, key;
    Str jwks_uri;
    int64_t expires_us;
    if (!take_apart(arena, token, &jwt) || !read_object(arena, jwt.header, &header) ||
        !read_object(arena, jwt.claims, &claims)) {
        return false;
    }
    Str alg = text_of(&header, STR("alg"));
    if (!digest_of(alg) || request_find(&header, STR("crit")) ||
        !is_now(arena, &claims, &expires_us) ||
        !find_provider(arena, gate, &claims, found, &jwks_uri)) {
        return false;
    }
    found->claims = jwt.claims;
    found->expires_us = expires_us;
    return find_keys(server, arena, jwks_uri, &keys) &&
           find_key(arena, &keys, text_of(&header, STR("kid")), alg, &key) &&
           is_signed(arena, &jwt, &key, alg);
}

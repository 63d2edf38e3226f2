/* secret: see secret.h. Hashes are libcrypt's, and say themselves how they were made:
 * "$5$…" is SHA-256, "$2b$…" bcrypt.
 */
#include "runtime/secret.h"

#include "runtime/base64.h"

#include <crypt.h>
#include <string.h>
#include <unistd.h>

enum {
    SECRET_BYTES = 24,
};

bool secret_make(Rt *rt, Str prefix, Str *secret)
{
    char random[SECRET_BYTES];
    if (getentropy(random, sizeof random) != 0) {
        (void)rt_fault(rt, FAULT_internal_failure, "The system's random source does not answer.");
        return false;
    }
    Buf text = {0};
    buf_put(&text, prefix);
    base64_encode(&text, (Str){random, SECRET_BYTES});
    Str bytes = buf_str(&text);
    char *made = arena_copy(rt->query, bytes.s, bytes.len);
    for (int64_t i = 0; i < bytes.len; i++) { /* fit for URLs and headers */
        made[i] = made[i] == '+' ? '-' : made[i] == '/' ? '_' : made[i];
    }
    *secret = (Str){made, bytes.len};
    buf_free(&text);
    return true;
}

/* The hash of `text` as `setting` says, in the arena of the query; empty: it cannot be made. */
static Str hash_as(Rt *rt, Str text, const char *setting)
{
    struct crypt_data *data = arena_new(rt->query, struct crypt_data);
    const char *hash = crypt_rn(str_to_c(rt->query, text), setting, data, (int)sizeof *data);
    return hash ? str_copy(rt->query, str_from_c(hash)) : (Str){0};
}

static bool hash_new(Rt *rt, Str text, const char *method, unsigned long cost, Str *hash)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    bool ok = crypt_gensalt_rn(method, cost, NULL, 0, setting, (int)sizeof setting) != NULL;
    *hash = ok ? hash_as(rt, text, setting) : (Str){0};
    if (hash->len == 0) {
        (void)rt_fault(rt, FAULT_internal_failure, "The secret cannot be hashed.");
    }
    return hash->len > 0;
}

bool secret_hash(Rt *rt, Str secret, Str *hash)
{
    const unsigned long rounds_min = 1000;
    return hash_new(rt, secret, "$5$", rounds_min, hash);
}

bool password_hash(Rt *rt, Str password, Str *hash)
{
    const unsigned long cost = 8; /* 2^8 rounds: about 15 ms */
    return hash_new(rt, password, "$2b$", cost, hash);
}

/* In a time that does not tell where they differ. */
static bool equal_secretly(Str a, Str b)
{
    int differ = a.len != b.len;
    for (int64_t i = 0; i < a.len && a.len == b.len; i++) {
        differ |= a.s[i] ^ b.s[i];
    }
    return !differ;
}

bool secret_has_zero(Str text)
{
    return text.len > 0 && memchr(text.s, 0, (size_t)text.len) != NULL;
}

bool secret_matches(Rt *rt, Str text, Str hash)
{
    return hash.len > 0 && !secret_has_zero(text) &&
           equal_secretly(hash_as(rt, text, str_to_c(rt->query, hash)), hash);
}

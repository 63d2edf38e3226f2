/* secret: see secret.h. Hashes say themselves how they were made: "sha256:…" is that of a secret,
 * the others are libcrypt's, "$2b$…" bcrypt.
 */
#include "runtime/access/secret.h"

#include "runtime/print/base64.h"

#include <crypt.h>
#include <sha2.h>
#include <string.h>
#include <unistd.h>

enum {
    VERSION_BYTE = 0x7e,
    KEY_BYTE = 0x70,
    TOKEN_BYTE = 0x71,
    ID_BYTES = 8,
    RANDOM_BYTES = 20,
    KEY_BYTES = 2 + ID_BYTES + RANDOM_BYTES,
    TOKEN_BYTES = KEY_BYTES + ID_BYTES,
};

static const char sha_mark[] = "sha256:";

/* -- secrets ----------------------------------------------------------------------------------- */

/* The highest byte first. */
static void put_id(Buf *out, int64_t id)
{
    for (int shift = 56; shift >= 0; shift -= 8) {
        buf_byte(out, (char)((uint64_t)id >> shift & 0xff));
    }
}

static int64_t read_id(const char *bytes)
{
    uint64_t id = 0;
    for (int i = 0; i < ID_BYTES; i++) {
        id = id << 8 | (unsigned char)bytes[i];
    }
    return (int64_t)id;
}

/* Base64 as it fits URLs and headers, without padding. */
static Str url_text(Arena *arena, Str bytes)
{
    Buf text = {0};
    base64_encode(&text, bytes);
    char *made = arena_copy(arena, text.data, text.len);
    int64_t len = text.len;
    buf_free(&text);
    while (len > 0 && made[len - 1] == '=') {
        len--;
    }
    for (int64_t i = 0; i < len; i++) {
        made[i] = made[i] == '+' ? '-' : made[i] == '/' ? '_' : made[i];
    }
    return (Str){made, len};
}

bool secret_make(Rt *rt, const SecretOwner *owner, Str *secret)
{
    char random[RANDOM_BYTES];
    if (getentropy(random, sizeof random) != 0) {
        (void)rt_fault(rt, FAULT_internal_failure, "The system's random source does not answer.");
        return false;
    }
    Buf bytes = {0};
    buf_byte(&bytes, VERSION_BYTE);
    buf_byte(&bytes, owner->is_token ? TOKEN_BYTE : KEY_BYTE);
    put_id(&bytes, owner->id);
    if (owner->is_token) {
        put_id(&bytes, owner->database);
    }
    buf_put(&bytes, (Str){random, RANDOM_BYTES});
    *secret = url_text(rt->query, buf_str(&bytes));
    buf_free(&bytes);
    return true;
}

bool secret_read(Str text, SecretOwner *owner)
{
    Buf bytes = {0};
    bool good = text.len < 2 * TOKEN_BYTES && base64_url_decode(&bytes, text);
    const char *data = bytes.data;
    good = good && bytes.len >= KEY_BYTES && data[0] == VERSION_BYTE &&
           ((data[1] == KEY_BYTE && bytes.len == KEY_BYTES) ||
            (data[1] == TOKEN_BYTE && bytes.len == TOKEN_BYTES));
    if (good) {
        bool is_token = data[1] == TOKEN_BYTE;
        *owner = (SecretOwner){.is_token = is_token,
                               .id = read_id(data + 2),
                               .database = is_token ? read_id(data + 2 + ID_BYTES) : 0};
    }
    buf_free(&bytes);
    return good;
}

/* -- hashes ------------------------------------------------------------------------------------ */

Str secret_hash(Rt *rt, Str secret)
{
    char digits[SHA256_DIGEST_STRING_LENGTH];
    SHA256Data((const uint8_t *)secret.s, (size_t)secret.len, digits);
    return str_format(rt->query, "%s%s", sha_mark, digits);
}

/* The hash of `text` as `setting` says, in the arena of the query; empty: it cannot be made. */
static Str hash_as(Rt *rt, Str text, const char *setting)
{
    struct crypt_data *data = arena_new(rt->query, struct crypt_data);
    const char *hash = crypt_rn(str_to_c(rt->query, text), setting, data, (int)sizeof *data);
    return hash ? str_copy(rt->query, str_from_c(hash)) : (Str){0};
}

bool password_hash(Rt *rt, Str password, Str *hash)
{
    const unsigned long cost = 8; /* 2^8 rounds: about 15 ms */
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    bool ok = crypt_gensalt_rn("$2b$", cost, NULL, 0, setting, (int)sizeof setting) != NULL;
    *hash = ok ? hash_as(rt, password, setting) : (Str){0};
    if (hash->len == 0) {
        (void)rt_fault(rt, FAULT_internal_failure, "The password cannot be hashed.");
    }
    return hash->len > 0;
}

bool secret_equal(Str a, Str b)
{
    unsigned differ = (unsigned)(a.len != b.len);
    for (int64_t i = 0; i < a.len; i++) {
        char other = b.len > 0 ? b.s[i % b.len] : 0;
        differ |= (unsigned char)(a.s[i] ^ other);
    }
    return differ == 0;
}

bool secret_has_zero(Str text)
{
    return text.len > 0 && memchr(text.s, 0, (size_t)text.len) != NULL;
}

bool secret_matches(Rt *rt, Str text, Str hash)
{
    if (str_starts_with(hash, str_from_c(sha_mark))) {
        return secret_equal(secret_hash(rt, text), hash);
    }
    return hash.len > 0 && !secret_has_zero(text) &&
           secret_equal(hash_as(rt, text, str_to_c(rt->query, hash)), hash);
}

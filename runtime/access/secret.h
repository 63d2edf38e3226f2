/* secret: secrets that Fawn makes, of keys and tokens, and the hashes of secrets and passwords,
 * which is all of them that is kept.
 *
 *   bytes    7e 70 │ id of the key    │ 20 random                          of a key
 *            7e 71 │ id of the token  │ id of its database │ 20 random     of a token
 *   text     fn…, the bytes in base64 for URLs, without padding
 *
 * The layout is Fauna's, so that clients that look at the beginning see what they know.
 */
#ifndef FAWN_RUNTIME_ACCESS_SECRET_H
#define FAWN_RUNTIME_ACCESS_SECRET_H

#include "runtime/rt.h"

/* Whose secret it is. */
typedef struct SecretOwner {
    bool is_token;
    int64_t id;
    int64_t database; /* of a token: the document that stands for its database, 0: the root */
} SecretOwner;

/* A new secret, in the arena of the query. A fault, false: the system has no randomness to give. */
NODISCARD bool secret_make(Rt *rt, const SecretOwner *owner, Str *secret);

/* Whose secret `text` says that it is; false: it is none. Whether it is true only the hash tells. */
bool secret_read(Str text, SecretOwner *owner);

/* The hash to keep of a secret from `secret_make`: SHA-256, as nobody can try 160 random bits, and
 * each request is checked by it. Of a password: bcrypt's, slow on purpose. A fault, false: it
 * cannot be made. */
Str secret_hash(Rt *rt, Str secret);
NODISCARD bool password_hash(Rt *rt, Str password, Str *hash);

/* Whether there is a zero byte in `text`, which hashing would take for its end. */
bool secret_has_zero(Str text);

/* Whether `hash` was made of `text`, by either; an empty one was not. */
bool secret_matches(Rt *rt, Str text, Str hash);

/* Whether two texts are the same, in a time that does not tell where they differ. */
bool secret_equal(Str a, Str b);

#endif

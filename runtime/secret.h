/* secret: secrets that Fawn makes, of keys and tokens, and the hashes of secrets and passwords,
 * which is all of them that is kept.
 */
#ifndef FAWN_RUNTIME_SECRET_H
#define FAWN_RUNTIME_SECRET_H

#include "runtime/rt.h"

/* Text of `prefix` and 192 bits from the system's random source. A fault, false: there is none. */
NODISCARD bool secret_make(Rt *rt, Str prefix, Str *secret);

/* The hash to keep of a secret from `secret_make`: it cannot be guessed, so that hashing may be
 * quick. Of a password: bcrypt's, slow on purpose. A fault, false: it cannot be made. */
NODISCARD bool secret_hash(Rt *rt, Str secret, Str *hash);
NODISCARD bool password_hash(Rt *rt, Str password, Str *hash);

/* Whether there is a zero byte in `text`, which hashing would take for its end. */
bool secret_has_zero(Str text);

/* Whether `hash` was made of `text`, by either; an empty one was not. */
bool secret_matches(Rt *rt, Str text, Str hash);

#endif

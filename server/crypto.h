/* crypto: signatures, by OpenSSL's libcrypto. It is loaded when the first one is to be checked: linked
 * in, it would make each start of Fawn half as long again.
 */
#ifndef FAWN_SERVER_CRYPTO_H
#define FAWN_SERVER_CRYPTO_H

#include "runtime/base/str.h"

/* Whether libcrypto is there; `*error` says what is missing. */
bool crypto_is_there(const char **error);

/* A public key, for RSA; numbers with the highest byte first. */
typedef struct CryptoKey {
    Str modulus, exponent;
} CryptoKey;

/* Whether `signature` is that of `text`, PKCS #1 1.5, with the digest of this name ("SHA256"), by the
 * owner of the key, which must have 2,048 bits. False also where libcrypto is missing. */
bool crypto_verify_rsa(const CryptoKey *key, const char *digest, Str text, Str signature);

#endif

/* crypto: signatures, by OpenSSL (openssl.h). */
#ifndef FAWN_SERVER_AUTH_CRYPTO_H
#define FAWN_SERVER_AUTH_CRYPTO_H

#include "runtime/base/str.h"

/* A public key, for RSA; numbers with the highest byte first. */
typedef struct CryptoKey {
    Str modulus, exponent;
} CryptoKey;

/* Whether `signature` is that of `text`, PKCS #1 1.5, with the digest of this name ("SHA256"), by the
 * owner of the key, which must have 2,048 bits. False also where OpenSSL is missing. */
bool crypto_verify_rsa(const CryptoKey *key, const char *digest, Str text, Str signature);

#endif

/* crypto: see crypto.h. */
#include "server/crypto.h"

#include <dlfcn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <pthread.h>
#include <string.h>

enum { RSA_BITS_MIN = 2048 };

/* What is taken of libcrypto. */
#define FUNCTIONS(FUNCTION)             \
    FUNCTION(BN_bin2bn)                 \
    FUNCTION(BN_free)                   \
    FUNCTION(BN_num_bits)               \
    FUNCTION(EVP_DigestVerify)          \
    FUNCTION(EVP_DigestVerifyInit_ex)   \
    FUNCTION(EVP_MD_CTX_free)           \
    FUNCTION(EVP_MD_CTX_new)            \
    FUNCTION(EVP_PKEY_CTX_free)         \
    FUNCTION(EVP_PKEY_CTX_new_from_name) \
    FUNCTION(EVP_PKEY_free)             \
    FUNCTION(EVP_PKEY_fromdata)         \
    FUNCTION(EVP_PKEY_fromdata_init)    \
    FUNCTION(OSSL_PARAM_BLD_free)       \
    FUNCTION(OSSL_PARAM_BLD_new)        \
    FUNCTION(OSSL_PARAM_BLD_push_BN)    \
    FUNCTION(OSSL_PARAM_BLD_to_param)   \
    FUNCTION(OSSL_PARAM_free)

static struct {
#define FUNCTION(name) __typeof__(&(name)) name;
    FUNCTIONS(FUNCTION)
#undef FUNCTION
    bool is_there;
} lib;

static void load(void)
{
    void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    lib.is_there = library != NULL;
    void *symbol;
#define FUNCTION(name)                                          \
    symbol = library ? dlsym(library, #name) : NULL;            \
    memcpy(&lib.name, &symbol, sizeof symbol);                  \
    lib.is_there = lib.is_there && symbol != NULL;
    FUNCTIONS(FUNCTION)
#undef FUNCTION
}

bool crypto_is_there(const char **error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, load);
    *error = "signatures of JWTs are checked by OpenSSL 3, whose libcrypto.so.3 is not installed "
             "(Debian: libssl3)";
    return lib.is_there;
}

static BIGNUM *make_number(Str bytes)
{
    return bytes.len > 0 ? lib.BN_bin2bn((const unsigned char *)bytes.s, (int)bytes.len, NULL)
                         : NULL;
}

static EVP_PKEY *build_key(const BIGNUM *modulus, const BIGNUM *exponent)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *builder = lib.OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = lib.EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM *parameters = NULL;
    if (builder && context && lib.OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) &&
        lib.OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent)) {
        parameters = lib.OSSL_PARAM_BLD_to_param(builder);
    }
    if (!parameters || lib.EVP_PKEY_fromdata_init(context) <= 0 ||
        lib.EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) <= 0) {
        key = NULL;
    }
    lib.OSSL_PARAM_free(parameters);
    lib.OSSL_PARAM_BLD_free(builder);
    lib.EVP_PKEY_CTX_free(context);
    return key;
}

static EVP_PKEY *make_key(const CryptoKey *key)
{
    BIGNUM *modulus = make_number(key->modulus);
    BIGNUM *exponent = make_number(key->exponent);
    EVP_PKEY *made = modulus && exponent && lib.BN_num_bits(modulus) >= RSA_BITS_MIN
                         ? build_key(modulus, exponent)
                         : NULL;
    lib.BN_free(modulus);
    lib.BN_free(exponent);
    return made;
}

bool crypto_verify_rsa(const CryptoKey *key, const char *digest, Str text, Str signature)
{
    const char *error;
    if (!crypto_is_there(&error)) {
        return false;
    }
    EVP_PKEY *made = make_key(key);
    EVP_MD_CTX *context = lib.EVP_MD_CTX_new();
    bool good = made && context &&
                lib.EVP_DigestVerifyInit_ex(context, NULL, digest, NULL, NULL, made, NULL) > 0 &&
                lib.EVP_DigestVerify(context, (const unsigned char *)signature.s,
                                     (size_t)signature.len, (const unsigned char *)text.s,
                                     (size_t)text.len) == 1;
    lib.EVP_MD_CTX_free(context);
    lib.EVP_PKEY_free(made);
    return good;
}

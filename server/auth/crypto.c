/* crypto: see crypto.h. */
#include "server/auth/crypto.h"

#include "server/http/openssl.h"

enum { RSA_BITS_MIN = 2048 };

static BIGNUM *make_number(const OpenSsl *lib, Str bytes)
{
    return bytes.len > 0 ? lib->BN_bin2bn((const unsigned char *)bytes.s, (int)bytes.len, NULL)
                         : NULL;
}

static EVP_PKEY *build_key(const OpenSsl *lib, const BIGNUM *modulus, const BIGNUM *exponent)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *builder = lib->OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = lib->EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM *parameters = NULL;
    if (builder && context && lib->OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) &&
        lib->OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent)) {
        parameters = lib->OSSL_PARAM_BLD_to_param(builder);
    }
    if (!parameters || lib->EVP_PKEY_fromdata_init(context) <= 0 ||
        lib->EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) <= 0) {
        key = NULL;
    }
    lib->OSSL_PARAM_free(parameters);
    lib->OSSL_PARAM_BLD_free(builder);
    lib->EVP_PKEY_CTX_free(context);
    return key;
}

static EVP_PKEY *make_key(const OpenSsl *lib, const CryptoKey *key)
{
    BIGNUM *modulus = make_number(lib, key->modulus);
    BIGNUM *exponent = make_number(lib, key->exponent);
    EVP_PKEY *made = modulus && exponent && lib->BN_num_bits(modulus) >= RSA_BITS_MIN
                         ? build_key(lib, modulus, exponent)
                         : NULL;
    lib->BN_free(modulus);
    lib->BN_free(exponent);
    return made;
}

bool crypto_verify_rsa(const CryptoKey *key, const char *digest, Str text, Str signature)
{
    const OpenSsl *lib = openssl_load(NULL);
    if (!lib) {
        return false;
    }
    EVP_PKEY *made = make_key(lib, key);
    EVP_MD_CTX *context = lib->EVP_MD_CTX_new();
    bool good = made && context &&
                lib->EVP_DigestVerifyInit_ex(context, NULL, digest, NULL, NULL, made, NULL) > 0 &&
                lib->EVP_DigestVerify(context, (const unsigned char *)signature.s,
                                     (size_t)signature.len, (const unsigned char *)text.s,
                                     (size_t)text.len) == 1;
    lib->EVP_MD_CTX_free(context);
    lib->EVP_PKEY_free(made);
    return good;
}

/* openssl: what the server takes of OpenSSL 3. It is loaded when the first of it is needed: linked
 * in, it would make each start of Fawn more than twice as long, also where nothing is served.
 */
#ifndef FAWN_SERVER_HTTP_OPENSSL_H
#define FAWN_SERVER_HTTP_OPENSSL_H

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/ssl.h>

#define OPENSSL_CRYPTO_FUNCTIONS(FUNCTION) \
    FUNCTION(BIO_ctrl)                     \
    FUNCTION(BIO_new)                      \
    FUNCTION(BIO_s_mem)                    \
    FUNCTION(BIO_write)                    \
    FUNCTION(BN_bin2bn)                    \
    FUNCTION(BN_free)                      \
    FUNCTION(BN_num_bits)                  \
    FUNCTION(ERR_clear_error)              \
    FUNCTION(ERR_peek_last_error)          \
    FUNCTION(EVP_DigestVerify)             \
    FUNCTION(EVP_DigestVerifyInit_ex)      \
    FUNCTION(EVP_MD_CTX_free)              \
    FUNCTION(EVP_MD_CTX_new)               \
    FUNCTION(EVP_PKEY_CTX_free)            \
    FUNCTION(EVP_PKEY_CTX_new_from_name)   \
    FUNCTION(EVP_PKEY_free)                \
    FUNCTION(EVP_PKEY_fromdata)            \
    FUNCTION(EVP_PKEY_fromdata_init)       \
    FUNCTION(OSSL_PARAM_BLD_free)          \
    FUNCTION(OSSL_PARAM_BLD_new)           \
    FUNCTION(OSSL_PARAM_BLD_push_BN)       \
    FUNCTION(OSSL_PARAM_BLD_to_param)      \
    FUNCTION(OSSL_PARAM_free)

#define OPENSSL_SSL_FUNCTIONS(FUNCTION)              \
    FUNCTION(SSL_CTX_check_private_key)              \
    FUNCTION(SSL_CTX_ctrl)                           \
    FUNCTION(SSL_CTX_free)                           \
    FUNCTION(SSL_CTX_new)                            \
    FUNCTION(SSL_CTX_set_alpn_select_cb)             \
    FUNCTION(SSL_CTX_set_default_passwd_cb)          \
    FUNCTION(SSL_CTX_set_default_passwd_cb_userdata) \
    FUNCTION(SSL_CTX_set_options)                    \
    FUNCTION(SSL_CTX_use_PrivateKey_file)            \
    FUNCTION(SSL_CTX_use_certificate_chain_file)     \
    FUNCTION(SSL_free)                               \
    FUNCTION(SSL_get_error)                          \
    FUNCTION(SSL_new)                                \
    FUNCTION(SSL_read)                               \
    FUNCTION(SSL_select_next_proto)                  \
    FUNCTION(SSL_set_accept_state)                   \
    FUNCTION(SSL_set_bio)                            \
    FUNCTION(SSL_shutdown)                           \
    FUNCTION(SSL_write)                              \
    FUNCTION(TLS_server_method)

/* Each function under its own name. */
typedef struct OpenSsl {
#define FUNCTION(name) __typeof__(&(name)) name;
    OPENSSL_CRYPTO_FUNCTIONS(FUNCTION)
    OPENSSL_SSL_FUNCTIONS(FUNCTION)
#undef FUNCTION
} OpenSsl;

/* The functions; NULL: they are not there, and `*error`, if that is no NULL, says what is missing. */
const OpenSsl *openssl_load(const char **error);

#endif

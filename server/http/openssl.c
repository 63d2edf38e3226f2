/* openssl: see openssl.h. */
#include "server/http/openssl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

static OpenSsl functions;
static bool is_there;

/* Puts the function `name` of a library into `*function`. */
static void find(void *library, const char *name, void *function)
{
    void *symbol = library ? dlsym(library, name) : NULL;
    memcpy(function, &symbol, sizeof symbol);
    is_there = is_there && symbol;
}

static void load(void)
{
    void *crypto = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    void *ssl = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
    is_there = true;
#define FUNCTION(name) find(crypto, #name, &functions.name);
    OPENSSL_CRYPTO_FUNCTIONS(FUNCTION)
#undef FUNCTION
#define FUNCTION(name) find(ssl, #name, &functions.name);
    OPENSSL_SSL_FUNCTIONS(FUNCTION)
#undef FUNCTION
}

const OpenSsl *openssl_load(const char **error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, load);
    if (!is_there && error) {
        *error = "TLS and the signatures of JWTs are OpenSSL's, version 3, whose libssl.so.3 and "
                 "libcrypto.so.3 are not installed (Debian: libssl3)";
    }
    return is_there ? &functions : NULL;
}

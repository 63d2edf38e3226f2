/* tls: see tls.h. The network is a pair of memory BIOs: OpenSSL neither reads nor waits. */
#include "server/http/tls.h"

#include "runtime/base/memory.h"
#include "server/http/openssl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each name behind its length. */
static const unsigned char protocols[] = "\2h2\10http/1.1";

/* There is no context without it. */
static const OpenSsl *lib;

struct Tls {
    SSL *ssl;
    BIO *in, *out; /* the SSL's */
    bool is_broken;
};

/* -- the context ------------------------------------------------------------------------------ */

/* Nobody is there to be asked for a passphrase. */
static int no_passphrase(char *text, int size, int writes, void *context)
{
    (void)text;
    (void)size;
    (void)writes;
    *(bool *)context = true;
    return -1;
}

static int choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *len,
                           const unsigned char *offered, unsigned offered_len, void *context)
{
    unsigned char *found;
    (void)ssl;
    (void)context;
    bool agreed = lib->SSL_select_next_proto(&found, len, protocols, sizeof protocols - 1, offered,
                                        offered_len) == OPENSSL_NPN_NEGOTIATED;
    *chosen = found;
    return agreed ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool can_read(const char *path, const char *what, Arena *arena, Str *error)
{
    FILE *file = fopen(path, "r");
    if (file) {
        (void)fclose(file);
        return true;
    }
    *error = str_format(arena, "cannot read the %s %s: %s", what, path, strerror(errno));
    return false;
}

static bool use_certificate(SSL_CTX *ssl, const char *path, Arena *arena, Str *error)
{
    if (!can_read(path, "certificate", arena, error)) {
        return false;
    }
    bool good = lib->SSL_CTX_use_certificate_chain_file(ssl, path) == 1;
    if (!good) {
        *error = str_format(arena, "%s holds no certificate in the PEM format", path);
    }
    return good;
}

static bool use_key(SSL_CTX *ssl, const char *path, const char *cert_path, Arena *arena, Str *error)
{
    bool is_encrypted = false;
    if (!can_read(path, "key", arena, error)) {
        return false;
    }
    lib->SSL_CTX_set_default_passwd_cb(ssl, no_passphrase);
    lib->SSL_CTX_set_default_passwd_cb_userdata(ssl, &is_encrypted);
    bool is_key = lib->SSL_CTX_use_PrivateKey_file(ssl, path, SSL_FILETYPE_PEM) == 1;
    unsigned long why = lib->ERR_peek_last_error();
    bool is_other = ERR_GET_LIB(why) == ERR_LIB_X509; /* of another certificate */
    if (is_encrypted) {
        *error = str_format(arena, "the key in %s needs a passphrase; store it without one", path);
    } else if (!is_key && !is_other) {
        *error = str_format(arena, "%s holds no private key in the PEM format", path);
    } else if (!is_key || lib->SSL_CTX_check_private_key(ssl) != 1) {
        *error =
            str_format(arena, "the key in %s does not belong to the certificate in %s", path,
                       cert_path);
        is_key = false;
    }
    return is_key;
}

TlsContext *tls_context_new(const char *cert_path, const char *key_path, Arena *arena, Str *error)
{
    const char *missing;
    lib = openssl_load(&missing);
    if (!lib) {
        *error = str_from_c(missing);
        return NULL;
    }
    SSL_CTX *ssl = lib->SSL_CTX_new(lib->TLS_server_method());
    always(ssl);
    always(lib->SSL_CTX_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL) == 1);
    (void)lib->SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    (void)lib->SSL_CTX_ctrl(ssl, SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS, NULL);
    lib->SSL_CTX_set_alpn_select_cb(ssl, choose_protocol, NULL);
    bool good = use_certificate(ssl, cert_path, arena, error) &&
                use_key(ssl, key_path, cert_path, arena, error);
    lib->ERR_clear_error();
    if (!good) {
        lib->SSL_CTX_free(ssl);
        return NULL;
    }
    return (TlsContext *)ssl;
}

void tls_context_free(TlsContext *context)
{
    lib->SSL_CTX_free((SSL_CTX *)context);
}

/* -- a connection ----------------------------------------------------------------------------- */

Tls *tls_new(TlsContext *context)
{
    Tls *tls = memory_zero(sizeof *tls);
    tls->ssl = lib->SSL_new((SSL_CTX *)context);
    if (!tls->ssl) {
        free(tls);
        return NULL;
    }
    tls->in = lib->BIO_new(lib->BIO_s_mem());
    tls->out = lib->BIO_new(lib->BIO_s_mem());
    lib->SSL_set_bio(tls->ssl, tls->in, tls->out);
    if (!tls->in || !tls->out) {
        tls_free(tls);
        return NULL;
    }
    lib->SSL_set_accept_state(tls->ssl);
    return tls;
}

void tls_free(Tls *tls)
{
    lib->SSL_free(tls->ssl); /* and the BIOs */
    free(tls);
}

void tls_feed(Tls *tls, Str bytes)
{
    if (lib->BIO_write(tls->in, bytes.s, (int)bytes.len) != (int)bytes.len) {
        tls->is_broken = true; /* there is no memory for it */
        lib->ERR_clear_error();
    }
}

int64_t tls_read(Tls *tls, char *bytes, int64_t size)
{
    if (tls->is_broken) {
        return -1;
    }
    int count = lib->SSL_read(tls->ssl, bytes, (int)size);
    if (count > 0) {
        return count;
    }
    int why = lib->SSL_get_error(tls->ssl, count);
    lib->ERR_clear_error();
    tls->is_broken = why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE;
    return tls->is_broken ? -1 : 0;
}

bool tls_write(Tls *tls, Str bytes)
{
    if (bytes.len > 0 && !tls->is_broken) {
        tls->is_broken = lib->SSL_write(tls->ssl, bytes.s, (int)bytes.len) != (int)bytes.len;
        lib->ERR_clear_error();
    }
    return !tls->is_broken;
}

void tls_end(Tls *tls)
{
    if (!tls->is_broken) {
        (void)lib->SSL_shutdown(tls->ssl);
        lib->ERR_clear_error();
    }
}

void tls_take(Tls *tls, Buf *out)
{
    char *bytes;
    long len = lib->BIO_ctrl(tls->out, BIO_CTRL_INFO, 0, &bytes);
    if (len > 0) {
        buf_put(out, (Str){bytes, len});
        (void)lib->BIO_ctrl(tls->out, BIO_CTRL_RESET, 0, NULL);
    }
}

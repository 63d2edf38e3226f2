/* tls: TLS over bytes that somebody else carries, with OpenSSL.
 *
 *   network ─► tls_feed ─► tls_read ─► plain bytes          tls_take: what is to be sent, also of
 *   plain bytes ─► tls_write ─► tls_take ─► network         the handshake
 *
 * TLS 1.2 and 1.3. ALPN offers h2 and http/1.1; what a connection speaks its first bytes tell.
 */
#ifndef FAWN_SERVER_HTTP_TLS_H
#define FAWN_SERVER_HTTP_TLS_H

#include "runtime/base/str.h"

typedef struct TlsContext TlsContext; /* certificate and key, of all connections */
typedef struct Tls Tls;               /* one connection */

/* Reads the certificate, with those that sign it behind it, and its key, both PEM. NULL: they are of
 * no use, and `*error` says why in a sentence without a full stop; it is in `arena`. */
TlsContext *tls_context_new(const char *cert_path, const char *key_path, Arena *arena, Str *error);
void tls_context_free(TlsContext *context);

/* NULL: there is no memory for it. */
Tls *tls_new(TlsContext *context);
void tls_free(Tls *tls);

/* Takes bytes of the network. */
void tls_feed(Tls *tls, Str bytes);

/* Plain bytes out of what was fed. 0: there are none yet; -1: there will be none: the client has
 * ended, or what it sends is not TLS. */
int64_t tls_read(Tls *tls, char *bytes, int64_t size);

/* Encrypts plain bytes; only when some were read. False: the connection is broken. */
NODISCARD bool tls_write(Tls *tls, Str bytes);

/* Says that nothing more will be written. */
void tls_end(Tls *tls);

/* Appends to `out` what is to be sent. */
void tls_take(Tls *tls, Buf *out);

#endif

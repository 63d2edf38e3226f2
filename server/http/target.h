/* target: parts of what a request names, which are escaped there: /a%20b?c=d+e. */
#ifndef FAWN_SERVER_HTTP_TARGET_H
#define FAWN_SERVER_HTTP_TARGET_H

#include "server/http/exchange.h"

/* The path and query of a request's target; of a whole URL, which who asks through a proxy sends
 * (RFC 9112, 3.2.2), the part behind the host. */
Str target_path(Str target);

/* The value of a parameter in the query string, decoded, in the arena of the exchange. False: it
 * is not there. */
bool target_parameter(Exchange *exchange, Str name, Str *value);

/* `text` with its %XX decoded, in `arena`, and `+` to a blank where it stands for one. */
Str target_decode(Arena *arena, Str text, bool plus_is_blank);

#endif

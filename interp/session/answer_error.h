/* answer_error: failures as JSON, in answers to queries and in events. */
#ifndef FAWN_INTERP_SESSION_ANSWER_ERROR_H
#define FAWN_INTERP_SESSION_ANSWER_ERROR_H

#include "interp/session/session.h"

/* Appends `{"code": …, "message": …`, without the bracket that ends it. */
void answer_put_error(Buf *out, Str code, Str message);

/* The same with all that an outcome tells of its failure, and the bracket. */
void answer_put_failure(Buf *out, const Outcome *outcome, PrintFormat format);

#endif

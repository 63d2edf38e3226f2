/* answer: a query as Fauna's clients send it, run in a session and answered as they expect it:
 * the bodies of /query/1. Machine mode (repl/tool/rpc.h) and the server stand on it.
 *
 *   {"query": TEXT or TEMPLATE, "arguments": {NAME: VALUE}}
 *       -> {"data": …, "static_type": …, "summary": "", "txn_ts": 17…, "stats": {…},
 *           "schema_version": 17…}
 *       or {"error": {"code": …, "message": …}, "summary": …, "txn_ts": 17…, "stats": {…}}
 */
#ifndef FAWN_INTERP_SESSION_ANSWER_H
#define FAWN_INTERP_SESSION_ANSWER_H

#include "interp/session/answer_error.h"
#include "interp/session/request.h"
#include "interp/session/session.h"
#include "interp/session/template.h"

typedef struct Query {
    const Member *text;      /* a string, or a template's object */
    const Member *arguments; /* NULL or null: none */
    bool tagged;             /* how arguments are written */
    PrintOptions print;      /* how the value and an abort's value are */
    RunOptions run;          /* the caller's: limits, effects, time … */
    Template template;       /* the text as query_read has found it: a string is one text */
} Query;

/* Reads the text of a query into `template`, in `arena`; who asks, and where, need not be known.
 * False: it makes no sense, and `*error` says why in the words of Fauna. */
bool query_read(Arena *arena, Query *query, Str *error);

/* Runs a query that was read. `data` gets the text of its value. False: the request makes no sense,
 * and `*error` says why in the words of Fauna. What `outcome` borrows lives until the session's
 * next run. */
bool query_run(Session *session, Arena *arena, Query *query, Buf *data, Outcome *outcome,
               Str *error);

/* What an answer tells besides; NULL: machine mode, which has none of it. */
typedef struct AnswerExtra {
    Str query_tags; /* empty: none */
    int64_t contention_retries;
} AnswerExtra;

/* Appends the whole answer to a query. */
void answer_put(Buf *out, const Outcome *outcome, Str data, PrintFormat format,
                const AnswerExtra *extra);

#endif

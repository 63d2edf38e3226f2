/* rpc: machine mode. One JSON request a line in, one JSON response a line out.
 *
 *   {"query": TEXT or TEMPLATE, "arguments"?: {NAME: VALUE}, "arguments_format"?: FORMAT,
 *    "format"?: FORMAT, "performance_hints"?: BOOLEAN, "secret"?: TEXT, "role"?: TEXT}
 *       -> {"data", "summary", "txn_ts", "stats"} or {"error", "summary", "txn_ts", "stats"}:
 *          the bodies of Fauna's /query/1
 *   {"parse": TEXT, "grammar": "query" | "expr" | "type" | "pattern" | "path" | "lambda" |
 *                             "fsl" (items of a schema) | "schema"}
 *       -> {"data": null, "summary": ""}, {"error", "summary"} or {"unsupported": true}
 *   {"schema": {FILE: TEXT}}
 *       -> {"data": null, "summary", …} or {"error", "summary", …}: replaces the whole schema
 *   {"database": {…}}
 *       -> {"data": null}: the settings of the database that this process serves
 *
 * A query runs as the owner of the database, unless it names the secret of a key or token, or a
 * role, as requests to the server do.
 *
 * FORMAT is "tagged", "simple" or "decorated". A request that is not understood gets an error
 * response, and the process lives on; one of a kind that does not exist yet is answered with
 * {"unsupported": true}.
 */
#ifndef FAWN_REPL_TOOL_RPC_H
#define FAWN_REPL_TOOL_RPC_H

#include "interp/session/session.h"

/* Serves `session`, of `store`, until `in_fd` ends, within `limits`. Returns 0, or the errno of a
 * read or write that failed. */
int rpc_serve(Store *store, Session *session, const Limits *limits, int in_fd, int out_fd);

#endif

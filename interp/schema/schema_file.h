/* schema_file: the schema in force as one text, main.fsl: what `fawn schema pull` writes, and what
 * errors of queries that change the schema show.
 *
 *   Role.byName("clerk")!.delete()      error: Role `clerk` does not exist
 *                                       at main.fsl:13:8
 */
#ifndef FAWN_INTERP_SCHEMA_SCHEMA_FILE_H
#define FAWN_INTERP_SCHEMA_SCHEMA_FILE_H

#include "interp/session/session.h"
#include "runtime/rt.h"

/* What a file begins with that the database makes by itself, as Fauna's did. */
#define SCHEMA_FILE_PREAMBLE                                                                       \
    "// The following schema is auto-generated.\n"                                                 \
    "// This file contains FSL for FQL10-compatible schema items.\n"

/* The definitions that the transaction under way sees, in rt->query: collections, functions,
 * roles, access providers, each in the order in which they were made. */
int64_t schema_file_items(Rt *rt, const SessionItem **items);

/* Their text, in rt->query; empty when there are none. */
Str schema_file_text(Rt *rt, const SessionItem *items, int64_t count);

/* RtUp.fault_schema: the fault for definitions that name what is not there. It shows where in
 * main.fsl that is. */
Value schema_file_fault(Rt *rt);

/* RtUp.check_schema: whether the types of the code in it fit; false: the fault that tells where not. */
bool schema_file_types_fit(Rt *rt);

#endif

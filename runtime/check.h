/* check: constraints that every document of a collection must satisfy when it is written.
 *
 *   constraints: [{ check: { name: "hasTitle", body: "doc => doc.title != null" } }]
 */
#ifndef FAWN_RUNTIME_CHECK_H
#define FAWN_RUNTIME_CHECK_H

#include "runtime/document.h"

/* The checks among a definition's `constraints` (null: none), in `arena`. */
DocFunctions checks_from_definition(Arena *arena, Value constraints);

/* Evaluates the checks of `collection` on `doc`, which was just written, and adds a failure for
 * each that it does not satisfy. False: a check failed to give an answer, which is a fault. */
NODISCARD bool checks_run(Failures *failures, const Collection *collection, Value doc);

#endif

/* check: constraints that every document of a collection must satisfy when it is written.
 *
 *   constraints: [{ check: { name: "hasTitle", body: "doc => doc.title != null" } }]
 */
#ifndef FAWN_RUNTIME_SCHEMA_CHECK_H
#define FAWN_RUNTIME_SCHEMA_CHECK_H

#include "runtime/document/document.h"

/* The checks among a definition's `constraints` (null: none), in `arena`. */
DocFunctions checks_from_definition(Arena *arena, Value constraints);

/* Evaluates the checks of `collection` on `doc`, which was just written, and adds a failure for
 * each that it does not satisfy. False: a check failed to give an answer, which is a fault. */
NODISCARD bool checks_run(Failures *failures, const Collection *collection, Value doc);

/* Looks whether the documents of a collection whose definition was `before` satisfy the checks that
 * `now` adds or gives another body, and all of them where documents have `changed`. False: a fault,
 * which names those that do not. A check that fails to give an answer is left to the writes to
 * come: what it calls may be defined later. */
NODISCARD bool checks_hold(Rt *rt, const Collection *before, const Collection *now, bool changed);

#endif

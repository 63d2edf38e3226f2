/* guess_int: what the files of guess share. */
#ifndef FAWN_REPL_EDIT_GUESS_INT_H
#define FAWN_REPL_EDIT_GUESS_INT_H

#include "repl/edit/guess.h"
#include "runtime/builtin.h"

/* -- guess.c: expressions ---------------------------------------------------------------------- */

/* The type of the expression that the tokens `first` to `last` are; empty: they are none. */
Str guess_range(Guess *guess, int64_t first, int64_t last);

/* -- guess_member.c: types and what they have ---------------------------------------------------- */

/* The builtin type or module of this name, or NULL. */
const BuiltinType *guess_find_type(Str name);

/* -- guess_call.c: calls ------------------------------------------------------------------------- */

/* The member that is called by the `(` at `paren`; false: none that is known. */
bool guess_find_called(Guess *guess, int64_t paren, GuessMember *called);

/* What the call by the `(` at `paren` of a member gives. */
Str guess_call(Guess *guess, const GuessMember *called, int64_t paren);

/* The type of the parameter number `index` of the function that the argument at the token `at`, in
 * the call at `paren`, is to be. */
Str guess_parameter(Guess *guess, int64_t paren, int64_t at, int64_t index);

#endif

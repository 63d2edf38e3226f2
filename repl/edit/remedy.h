/* remedy: what to do about an error, in a few words, for who sits at the prompt. The message itself is
 * Fauna's and stays as it is; `.help CODE` has more. */
#ifndef FAWN_REPL_EDIT_REMEDY_H
#define FAWN_REPL_EDIT_REMEDY_H

#include "runtime/base/arena.h"
#include "runtime/base/str.h"

/* `error` is the whole text of an error. Empty: there is nothing to add; else it is in `arena`. */
Str remedy_find(Arena *arena, Str error);

#endif

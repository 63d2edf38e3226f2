/* complete: what Tab offers: meta-commands, names of builtins from their rows, collections and
 * variables of the session. */
#ifndef FAWN_REPL_COMPLETE_H
#define FAWN_REPL_COMPLETE_H

#include "repl/editor.h"
#include "repl/known.h"

/* The completions of the word that ends at the byte `cursor` of `text`, in `arena`. */
void complete_input(Arena *arena, Known *known, Str text, int64_t cursor, Completions *found);

#endif

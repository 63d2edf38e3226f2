/* complete: what Tab offers: meta-commands, names of builtins from their rows, collections and
 * variables of the session. */
#ifndef FAWN_REPL_COMPLETE_H
#define FAWN_REPL_COMPLETE_H

#include "interp/session.h"

/* The completions of the word that ends `line`, sorted, without doubles, in `arena`;
 * returns their number. */
int64_t complete_line(Arena *arena, Session *session, Str line, const char *const **found);

#endif

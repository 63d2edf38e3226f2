/* foreign: what people type who know another shell. Where it is no FQL, they are told what is. */
#ifndef FAWN_REPL_EDIT_FOREIGN_H
#define FAWN_REPL_EDIT_FOREIGN_H

#include "runtime/base/arena.h"
#include "runtime/base/str.h"

/* Behind the failure of `input`, the last one told: how the same is asked for here, if its first word is
 * one of SQL or of the shell of MongoDB, or the error is of a kind that has such a reason. */
struct Shell;
void foreign_tell(struct Shell *shell, Str input);

/* How the same is asked for here, when the first word of `input`, which is no FQL, is one of SQL or of
 * the shell of MongoDB; else NULL. */
const char *foreign_hint(Str input);

/* What is called otherwise here, when an error says that a method of some type is not there, or that a
 * name is none: that of a collection is to be made first. `error` is the whole text of the error. Empty:
 * there is nothing to say; else it is in `arena`. */
Str foreign_error_hint(Arena *arena, Str error);

/* What a meta-command of sqlite3, psql or Fauna's shell called `name` is here, NULL: it is none that is
 * known. */
const char *foreign_command(Str name);

#endif

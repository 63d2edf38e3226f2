/* foreign: what people type who know another shell. Where it is no FQL, they are told what is. */
#ifndef FAWN_REPL_EDIT_FOREIGN_H
#define FAWN_REPL_EDIT_FOREIGN_H

#include "runtime/base/str.h"

/* How the same is asked for here, when the first word of `input`, which is no FQL, is one of SQL or of
 * the shell of MongoDB; else NULL. */
const char *foreign_hint(Str input);

#endif

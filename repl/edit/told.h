/* told: the parts of an error as it was told: the names in it, and the place that it marks. */
#ifndef FAWN_REPL_EDIT_TOLD_H
#define FAWN_REPL_EDIT_TOLD_H

#include "runtime/base/str.h"

/* The name between backquotes behind `start`, with which the error begins; empty: it does not. */
Str told_name_behind(Str error, Str start);

/* Where the first mark of an error points to, as a rest of the line of source; `*before` is what
 * stands before it in that line. Empty: there is no such line. */
Str told_marked(Str error, Str *before);

#endif

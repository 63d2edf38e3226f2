/* line_diff: what differs between two texts, line by line. */
#ifndef FAWN_REPL_LINE_DIFF_H
#define FAWN_REPL_LINE_DIFF_H

#include "runtime/base/str.h"

/* Appends the lines in which the texts differ, with some of those around them: "-" before lines of
 * `old` only, "+" before lines of `new` only, "@@ LINE @@" where lines are left out. */
void line_diff(Buf *out, Arena *arena, Str old, Str new);

#endif

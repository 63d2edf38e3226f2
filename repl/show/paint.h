/* paint: colour for a terminal, laid over text that is already right without it. Only the 16
 * ANSI colours; no text is added or left out. */
#ifndef FAWN_REPL_SHOW_PAINT_H
#define FAWN_REPL_SHOW_PAINT_H

#include "runtime/base/str.h"

/* Appends a printed value (fql or JSON) with its strings, numbers, names and words coloured. */
void paint_value(Buf *out, Str text);

/* Appends rendered errors, warnings and hints with their headings and carets coloured. */
void paint_message(Buf *out, Str text);

#endif

/* text: lines and blanks, as the whole of the repl sees them. */
#ifndef FAWN_REPL_TEXT_H
#define FAWN_REPL_TEXT_H

#include "runtime/base/str.h"

/* Takes the first line off `rest`, without its newline. False: nothing is left. */
bool text_take_line(Str *rest, Str *line);

/* `text` without blanks, tabs and line ends around it; only behind it. */
Str text_trim(Str text);
Str text_trim_end(Str text);

#endif

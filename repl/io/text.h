/* text: blanks, as the whole of the repl sees them. */
#ifndef FAWN_REPL_IO_TEXT_H
#define FAWN_REPL_IO_TEXT_H

#include "runtime/base/str.h"

/* `text` without blanks, tabs and line ends around it; only behind it. */
Str text_trim(Str text);
Str text_trim_end(Str text);

/* Lines of an old Macintosh end in a carriage return alone: then each becomes a newline. A text that has
 * any newline stays as it is. */
void text_mend_line_ends(Buf *text);

#endif

/* external: lets the user edit a text with $FAWN_EDITOR, $VISUAL, $EDITOR, or vi. */
#ifndef FAWN_REPL_IO_EXTERNAL_H
#define FAWN_REPL_IO_EXTERNAL_H

#include "runtime/base/str.h"

/* Opens `text` in the editor and takes what was saved, without newlines at its end. NULL: it went
 * well; else why it did not, in `arena`; `text` is then as it was. The terminal is as other programs
 * know it, and stays so. */
const char *external_edit(Arena *arena, Buf *text);

/* Runs a command by the system's shell, with `argument` as its `$1` (NULL: none). Returns its exit
 * code, 127 when there is no shell, 128 and the signal's number when one ended it. */
int external_run(const char *command, const char *argument);

#endif

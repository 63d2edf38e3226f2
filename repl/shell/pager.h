/* pager: long results on a terminal go through $FAWN_PAGER, $PAGER or `less -FRX`. */
#ifndef FAWN_REPL_SHELL_PAGER_H
#define FAWN_REPL_SHELL_PAGER_H

#include "repl/shell/shell.h"

/* The command that is taken. */
const char *pager_command(const Shell *shell);

/* What comes next goes through the pager until shell_end_redirection. False: it is off, or this
 * is no terminal. */
bool pager_begin(Shell *shell);

/* Shows `text` in the pager if it has more lines than the screen. False: the caller is to write
 * it. */
bool pager_show(Shell *shell, Str text);

#endif

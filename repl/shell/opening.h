/* opening: why a database cannot be opened, and what to do then. */
#ifndef FAWN_REPL_SHELL_OPENING_H
#define FAWN_REPL_SHELL_OPENING_H

#include "repl/shell/shell.h"

/* Tells on stderr why the store at `path` was not opened, by what store_open gave. */
void opening_complain(Shell *shell, const char *path, StoreStatus status,
                      const StoreNotice *notice);

/* Whether a file that is not there yet could be made at its first commit: it has a folder that may be
 * written to. If not it is told: nobody should find that out after an hour of work. */
bool opening_may_make(Shell *shell, const char *path);

#endif

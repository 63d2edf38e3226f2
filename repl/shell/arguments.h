/* arguments: what --arg, --argjson, --argfql and --argfile bind, and a script's own arguments. */
#ifndef FAWN_REPL_SHELL_ARGUMENTS_H
#define FAWN_REPL_SHELL_ARGUMENTS_H

#include "repl/shell/shell.h"

/* Reads files and stdin, and evaluates expressions, once, before the first query. False: a message
 * was given. */
bool arguments_read(Shell *shell);

/* Binds all of them, and `args`, for one run; in `scratch`. False: likewise. */
bool arguments_bind(Shell *shell, Arena *scratch, RunOptions *run);

#endif

/* completion_command: `fawn completion bash|zsh|fish`, a script with which a shell completes the
 * words of the command line, made from the tables of options and subcommands. */
#ifndef FAWN_REPL_TOOL_COMPLETION_COMMAND_H
#define FAWN_REPL_TOOL_COMPLETION_COMMAND_H

#include "repl/shell/shell.h"

/* Prints the script for the shell that the command line names. */
void completion_command(Shell *shell);

/* Appends the script for `name`. False: there is none. */
bool completion_put(Buf *out, Arena *arena, const char *name);

#endif

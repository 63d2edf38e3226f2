/* schema_command: `fawn schema push|diff|pull|status|commit|abandon DB [DIR]`, the schema of a
 * database as files. */
#ifndef FAWN_REPL_TOOL_SCHEMA_COMMAND_H
#define FAWN_REPL_TOOL_SCHEMA_COMMAND_H

#include "repl/shell/shell.h"

/* Does what `shell->options->schema` says with the open database. What fails is told and noted in
 * the shell's exit code. */
void schema_command(Shell *shell);

#endif

/* schema_pull: `fawn schema pull DB [DIR]`. */
#ifndef FAWN_REPL_TOOL_SCHEMA_PULL_H
#define FAWN_REPL_TOOL_SCHEMA_PULL_H

#include "repl/shell/shell.h"

/* Brings the files of the folder that the options name in line with the schema in force, or the
 * staged one. What fails is told and noted in the shell's exit code. */
void schema_pull(Shell *shell);

#endif

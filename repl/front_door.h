/* front_door: what runs when no subcommand does: what the command line names, stdin, or the prompt.
 */
#ifndef FAWN_REPL_FRONT_DOOR_H
#define FAWN_REPL_FRONT_DOOR_H

#include "repl/shell/shell.h"

/* Runs it with the open database. What fails is told and noted in the shell's exit code. */
void front_door_run(Shell *shell);

#endif

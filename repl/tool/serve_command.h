/* serve_command: `fawn serve`: the server (server/server.h) over the open database. */
#ifndef FAWN_REPL_TOOL_SERVE_COMMAND_H
#define FAWN_REPL_TOOL_SERVE_COMMAND_H

#include "repl/shell/shell.h"

/* Serves until a signal ends it. What fails is told, and noted in the exit code. */
void serve_command(Shell *shell);

#endif

/* fauna_command: the commands of Fauna's own command line, so that `alias fauna=fawn` works:
 *
 *   fauna query|eval [-i FILE] [-f FORMAT] QUERY      one query, and its value
 *   fauna shell                                       the prompt
 *   fauna database create|list|delete [--name NAME]   child databases
 *   fauna local, fauna login                          nothing to do
 *
 * Options that are about the connection to the service mean nothing here; --verbose says so.
 */
#ifndef FAWN_REPL_TOOL_FAUNA_COMMAND_H
#define FAWN_REPL_TOOL_FAUNA_COMMAND_H

#include "repl/shell/shell.h"

void query_command(Shell *shell);
void shell_command(Shell *shell);
void database_command(Shell *shell);
void local_command(Shell *shell);
void login_command(Shell *shell);

#endif

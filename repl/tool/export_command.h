/* export_command: `fawn export DB DIR`, `.export DIR`; docs/import-export.md. */
#ifndef FAWN_REPL_TOOL_EXPORT_COMMAND_H
#define FAWN_REPL_TOOL_EXPORT_COMMAND_H

#include "repl/shell/shell.h"

/* Writes the documents of the open database to the folder that `words` name, and prints how many
 * of each collection. False: it failed, which was told. */
bool export_command(Shell *shell, const ImportWords *words);

/* `.export DIR [OPTIONS]`, given what follows the name. */
bool export_meta(Shell *shell, Str args);

#endif

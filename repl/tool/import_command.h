/* import_command: `fawn import DB PLACE…`, `.import FILE [COLLECTION]`; docs/import-export.md. */
#ifndef FAWN_REPL_TOOL_IMPORT_COMMAND_H
#define FAWN_REPL_TOOL_IMPORT_COMMAND_H

#include "repl/shell/shell.h"

/* Imports the files and folders that `words` name into the open database, all or nothing, and
 * prints what became of each collection. False: it failed, which was told. */
bool import_command(Shell *shell, const ImportWords *words);

/* `.import FILE [COLLECTION] [OPTIONS]`, given what follows the name. */
bool import_meta(Shell *shell, Str args);

#endif

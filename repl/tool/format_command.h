/* format_command: `fawn fmt`, files of FQL and FSL in canonical form. */
#ifndef FAWN_REPL_TOOL_FORMAT_COMMAND_H
#define FAWN_REPL_TOOL_FORMAT_COMMAND_H

#include "repl/shell/shell.h"

/* Formats the files and folders that the words of the command line name, or stdin. What fails is
 * told and noted in the shell's exit code. */
void format_command(Shell *shell);

/* Appends a source of the shell in canonical form: its queries, and its meta-commands and dividing
 * lines as they are. False: `*error` (in `arena`) says why not, and nothing is appended. */
bool format_source(Buf *out, Arena *arena, const Source *source, Str *error);

#endif

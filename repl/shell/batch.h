/* batch: queries from the command line, from files and from stdin, without a terminal. */
#ifndef FAWN_REPL_SHELL_BATCH_H
#define FAWN_REPL_SHELL_BATCH_H

#include "repl/shell/shell.h"

/* Runs what the options name, in order; stdin if they name nothing. */
void batch_run(Shell *shell);

/* Runs the file at `path` ("-": stdin, of which `--each` runs every statement as
 * soon as it is complete). False: it failed, which was told and is in the shell's
 * exit code. */
bool batch_run_file(Shell *shell, const char *path);

/* Runs a text, part by part. `name` is what errors call it. False: as above. */
bool batch_run_text(Shell *shell, Str name, Str text);

#endif

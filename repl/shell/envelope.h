/* envelope: for programs: what came of each query as one line of JSON on the output, failures
 * included, as Fauna's /query/1 answers. */
#ifndef FAWN_REPL_SHELL_ENVELOPE_H
#define FAWN_REPL_SHELL_ENVELOPE_H

#include "repl/shell/shell.h"

/* Runs one source as one transaction; `data` is its last value. False: it failed, which the line
 * tells and the exit code. */
bool envelope_run(Shell *shell, const Source *source, Arena *scratch);

#endif

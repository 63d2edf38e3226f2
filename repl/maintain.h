/* maintain: the commands that look after a database as a whole: `fawn compact|check|dump|restore`,
 * and what `fawn help COMMAND` says of them.
 */
#ifndef FAWN_REPL_MAINTAIN_H
#define FAWN_REPL_MAINTAIN_H

#include "repl/shell.h"

/* Does what `shell->options->chore` says, opening the database itself. What fails is told and noted
 * in the shell's exit code. */
void maintain_run(Shell *shell);

/* The same with the database that is open, for meta-commands; `path` NULL: the output. Each
 * returns false when it failed, which was told. */
bool maintain_compact(Shell *shell);
bool maintain_check(Shell *shell);
bool maintain_dump(Shell *shell, const char *path);
bool maintain_restore(Shell *shell, const char *path);

/* Appends the page about a command of the command line. False: there is no such command. */
bool maintain_help(Buf *out, const char *command);

#endif

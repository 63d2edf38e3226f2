/* maintain: the commands that look after a database as a whole: `fawn compact|check|dump|restore`.
 */
#ifndef FAWN_REPL_TOOL_MAINTAIN_H
#define FAWN_REPL_TOOL_MAINTAIN_H

#include "repl/shell/shell.h"

/* What the subcommands do; `compact` opens its database itself. What fails is told and noted in the
 * shell's exit code. */
void compact_command(Shell *shell);
void check_command(Shell *shell);
void dump_command(Shell *shell);
void restore_command(Shell *shell);

/* The same with the database that is open, for meta-commands. A dump is of `count` collections, or
 * of all that there is if there are none; `path` NULL: it goes to the output. Each returns false when
 * it failed, which was told. */
bool maintain_compact(Shell *shell);
bool maintain_check(Shell *shell);
bool maintain_dump(Shell *shell, const char *path, const Str *collections, int64_t count);
bool maintain_restore(Shell *shell, const char *path);

#endif

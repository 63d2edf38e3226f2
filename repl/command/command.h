/* command: the meta-commands of the shell, `.mode json` or `\mode json`. One table of rows
 * {name, arguments, help, function}; dispatch, `.help` and completion read it.
 */
#ifndef FAWN_REPL_COMMAND_COMMAND_H
#define FAWN_REPL_COMMAND_COMMAND_H

#include "repl/shell/shell.h"

typedef struct Command {
    const char *name;
    const char *args; /* as the help shows them; "" for none */
    const char *help; /* NULL: a synonym that the help leaves out */
    /* Runs it. `args` is what follows the name, without blanks around it. False: it failed,
     * which was told. NULL: no command; the help shows `help` as the heading of those below. */
    bool (*run)(Shell *shell, Str args);
} Command;

/* All of them with their headings, ended by a row without a name. */
extern const Command commands[];

/* Those that need no dot at the prompt, ended by NULL: `exit`. */
extern const char *const command_bare_words[];

/* The command behind `command`, the first one for NULL; NULL at the end. Headings are left out:
 *   for (const Command *each = command_after(NULL); each != NULL; each = command_after(each)) */
const Command *command_after(const Command *command);

/* Whether a line that begins with `.` is a meta-command by its full name, and not FQL such as
 * `.where(…)`. */
bool command_is_named(Str line);

/* Whether `command_run` would find a command for the line. */
bool command_is_known(Str line);

/* Runs a line that begins with `.` or `\`. Names may be shortened while that is unique. False:
 * it failed (or is unknown), which was told and is in the shell's exit code. */
bool command_run(Shell *shell, Str line);

/* Whether a line that begins with `.` is written like a meta-command, whose name `*name` is like one's:
 * `.colections A`, but not `.colections.length`. */
bool command_is_near(Str line, Str *name);

/* Tells that a line which begins with `.` is no meta-command, and which may be meant. */
bool command_refuse(Shell *shell, Str line);

#endif

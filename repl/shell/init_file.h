/* init_file: what runs before the first prompt: --init FILE, or the first of
 * $XDG_CONFIG_HOME/fawn/init.fawn (~/.config without that variable) and ~/.fawnrc that exists. */
#ifndef FAWN_REPL_SHELL_INIT_FILE_H
#define FAWN_REPL_SHELL_INIT_FILE_H

#include "repl/shell/shell.h"

/* Runs it, unless the options say --no-init. Without a prompt only --init is obeyed. False: it
 * failed, which was told; before a prompt that is no reason to stop. */
bool init_file_run(Shell *shell, bool has_prompt);

#endif

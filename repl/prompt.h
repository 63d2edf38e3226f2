/* prompt: the interactive shell, on GNU readline.
 *
 * Enter runs what was typed once the parser says that it is complete; until then the prompt
 * shows what is still open. Ctrl-C drops what was typed or stops the query that runs, Ctrl-D at
 * an empty prompt leaves.
 */
#ifndef FAWN_REPL_PROMPT_H
#define FAWN_REPL_PROMPT_H

#include "repl/shell/shell.h"

/* Reads and runs until the user leaves. stdin and stdout are terminals. */
void prompt_run(Shell *shell);

#endif

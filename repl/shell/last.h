/* last: what the prompt keeps of inputs that ran: `_` and `_1` are the last value, `_2` to `_9` those
 * before it, `_error` is the last error. */
#ifndef FAWN_REPL_SHELL_LAST_H
#define FAWN_REPL_SHELL_LAST_H

#include "repl/shell/shell.h"

/* The variable that holds the last value, and the one that holds the last error. */
#define LAST_VALUE_NAME "_"
#define LAST_ERROR_NAME "_error"

/* A value was bound to the first: it gets its number among the last ones. */
void last_keep_value(Shell *shell);

/* Keeps the failure as an object: its code, message and summary, and the value of an abort as text. */
void last_keep_error(Shell *shell, const Outcome *outcome);

/* Whether `name` is one of these variables. */
bool last_is_name(Str name);

#endif

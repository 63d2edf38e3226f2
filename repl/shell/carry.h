/* carry: what goes along when the shell goes to another database: variables of plain data, in tagged
 * JSON, as arguments of queries are. Documents, sets and functions are of the database that they came
 * from. */
#ifndef FAWN_REPL_SHELL_CARRY_H
#define FAWN_REPL_SHELL_CARRY_H

#include "repl/shell/shell.h"

/* Gives `session`, in which nothing has run, the variables of the present session that it can have.
 * At the prompt it is told which stay behind. */
void carry_variables(Shell *shell, Session *session);

#endif

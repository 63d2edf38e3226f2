/* help: pages about builtins, made from their rows, about meta-commands and subcommands, from
 * theirs, and about error codes (help_error.def). */
#ifndef FAWN_REPL_COMMAND_HELP_H
#define FAWN_REPL_COMMAND_HELP_H

#include "repl/shell/shell.h"

/* Appends the list of meta-commands. */
void help_commands(Buf *out);

/* Appends what is known of `topic`: a meta-command, a subcommand, an error code, a type
 * ("Array"), a method of a type ("Array.map"), or a bare name ("map"), which may be found at several
 * types. For anything else, a list of the topics that begin with it, or else of those that speak of
 * it. False: nothing is known. */
bool help_topic(Buf *out, Str topic);

/* A query that fails with this error; "": it takes more than a query. */
const char *help_error_example(FaultCode code);

/* Calls `visit` with every topic that has a page. */
void help_each_topic(void (*visit)(void *context, Str topic), void *context);

/* Prints such a page as the terminal has room for it. */
void help_print(Shell *shell, Str page);

/* The topic that `topic`, which is none, is near to; empty: none is. */
Str help_suggest(Str topic);

/* Tells that there is none, and which may be meant. */
void help_tell_unknown(const Shell *shell, Str topic);

#endif

/* help: pages about builtins, made from their rows, and about meta-commands, from theirs. */
#ifndef FAWN_REPL_HELP_H
#define FAWN_REPL_HELP_H

#include "runtime/base/str.h"

/* Appends the list of meta-commands. */
void help_commands(Buf *out);

/* Appends what is known of `topic`: a meta-command, a type ("Array"), a method of a type
 * ("Array.map"), or a bare name ("map"), which may be found at several types. False: nothing
 * is. */
bool help_topic(Buf *out, Str topic);

/* Calls `visit` with every topic that has a page. */
void help_each_topic(void (*visit)(void *context, Str topic), void *context);

/* The topic that `topic`, which is none, is near to; empty: none is. */
Str help_suggest(Str topic);

#endif

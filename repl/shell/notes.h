/* notes: what is told of a run beside its results: changes, time, what was left out; and the
 * question before many documents change. */
#ifndef FAWN_REPL_SHELL_NOTES_H
#define FAWN_REPL_SHELL_NOTES_H

#include "repl/shell/shell.h"

/* Appends "3 created, 1 updated", or nothing. */
void notes_put_changes(Buf *out, const TxnChanges *changes);

/* Tells of a run that succeeded: log()s and hints, pages left out, changes, time, statistics. */
void notes_tell(Shell *shell, const Unshown *unshown, const Outcome *outcome);

/* Whether there is somebody who wants to be asked. */
bool notes_ask_for(const Shell *shell);

/* Asks, if that many documents changed. Whether they may. */
bool notes_confirm(const Shell *shell, const TxnChanges *changes);

#endif

/* keys: the keys of the line editor that are not readline's own, or do more here: one table, which
 * binding and `.help keys` read. */
#ifndef FAWN_REPL_EDIT_KEYS_H
#define FAWN_REPL_EDIT_KEYS_H

#include "runtime/base/str.h"

/* Appends the list of keys, for people. */
void keys_help(Buf *out);

#endif

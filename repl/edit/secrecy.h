/* secrecy: which inputs are not to be written to a file. */
#ifndef FAWN_REPL_EDIT_SECRECY_H
#define FAWN_REPL_EDIT_SECRECY_H

#include "runtime/base/str.h"

/* Whether `text` gives a secret away, or makes one: a string for a field called password, secret and
 * the like, a secret as Fauna writes them, or Key.create, Token.create, Credential. */
bool secrecy_is_needed(Str text);

#endif

/* guide: pages of help for people, not about one command or method: how to begin, and how what they know
 * from elsewhere is done here. */
#ifndef FAWN_REPL_COMMAND_GUIDE_H
#define FAWN_REPL_COMMAND_GUIDE_H

#include "runtime/base/str.h"

/* Appends the guide that is called so. False: there is none. */
bool guide_put(Buf *out, Str name);

/* Calls `visit` with the name of each guide. */
void guide_each(void (*visit)(void *context, Str name), void *context);

#endif

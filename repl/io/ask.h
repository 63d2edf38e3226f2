/* ask: questions to the user, on a terminal only. */
#ifndef FAWN_REPL_IO_ASK_H
#define FAWN_REPL_IO_ASK_H

#include "runtime/base/base.h"

/* Whether somebody is there to answer. */
bool ask_can(void);

/* Whether the user says yes. */
bool ask_user(const char *question);

#endif

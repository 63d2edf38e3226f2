/* signals: what SIGINT, SIGTERM and SIGHUP do. They stop the query that runs, and are remembered
 * for whoever waits for input; reads and writes that they interrupt return with EINTR. */
#ifndef FAWN_REPL_IO_SIGNALS_H
#define FAWN_REPL_IO_SIGNALS_H

#include "runtime/base/base.h"

typedef struct Session Session;

void signals_install(void);

/* The session whose query a signal stops; NULL: none runs. */
void signals_watch(Session *session);

/* Whether SIGINT came since the last call. */
bool signals_take_interrupt(void);

/* SIGTERM or SIGHUP if one came (the process is to end), else 0. */
int signals_ending(void);

/* Whether any of the three came and was not taken. */
bool signals_seen(void);

#endif

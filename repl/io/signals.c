/* signals: the only mutable variables of the repl that are no one's: a handler has no context. */
#include "repl/io/signals.h"

#include "interp/session/session.h"

#include <signal.h>

static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t ending;
static Session *volatile watched;

static void handle_signal(int number)
{
    if (number == SIGINT) {
        interrupted = 1;
    } else {
        ending = number;
    }
    if (watched != NULL) {
        session_interrupt(watched);
    }
}

void signals_install(void)
{
    static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = handle_signal};
    sigemptyset(&action.sa_mask);
    /* A file that may not grow is an error of its write, not the end of the process. */
    signal(SIGXFSZ, SIG_IGN);
    for (int64_t i = 0; i < countof(caught); i++) {
        struct sigaction before;
        sigaction(caught[i], NULL, &before);
        if (before.sa_handler != SIG_IGN) { /* nohup, or a job in the background */
            sigaction(caught[i], &action, NULL);
        }
    }
}

void signals_watch(Session *session)
{
    watched = session;
    /* One that came before anybody watched must not be lost. */
    if (session != NULL && signals_seen()) {
        session_interrupt(session);
    }
}

bool signals_take_interrupt(void)
{
    bool came = interrupted != 0;
    interrupted = 0;
    return came;
}

int signals_ending(void)
{
    return ending;
}

bool signals_seen(void)
{
    return interrupted != 0 || ending != 0;
}

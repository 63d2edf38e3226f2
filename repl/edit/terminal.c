/* terminal: readline's callback interface, so that the waiting is ours: signals are blocked but
 * while pselect waits, and none gets lost between looking and waiting.
 */
#include "repl/edit/terminal.h"

#include "repl/io/output.h"
#include "repl/io/signals.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <unistd.h>

#include <readline/readline.h>

/* readline's callbacks and signal handlers get no context: this is what they work on. */
static struct {
    char *text; /* what was just read; NULL at the end of input */
    bool has_text;
} terminal;
static volatile sig_atomic_t window_changed;
static volatile sig_atomic_t stop_wanted;

static void take_text(char *text)
{
    terminal.text = text;
    terminal.has_text = true;
    rl_callback_handler_remove();
}

/* -- signals -------------------------------------------------------------------------------- */

static void handle_terminal_signal(int number)
{
    if (number == SIGWINCH) {
        window_changed = 1;
    } else {
        stop_wanted = 1;
    }
}

/* Ctrl-Z: the terminal is as the parent shell knows it while we are stopped. */
static void stop_process(void)
{
    editor_suspend();
    raise(SIGSTOP);
    editor_resume();
}

static void serve_terminal_signals(void)
{
    if (window_changed) {
        window_changed = 0;
        editor_resize();
    }
    if (stop_wanted) {
        stop_wanted = 0;
        stop_process();
    }
}

int64_t terminal_width(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    int64_t wanted = columns != NULL ? strtoll(columns, NULL, 10) : 0;
    return wanted > 0 && wanted < 10000 ? wanted : 80;
}

int64_t terminal_height(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

void terminal_put(const char *text)
{
    (void)!write_all(STDOUT_FILENO, str_from_c(text));
}

/* With bracketed paste, readline does it. */
void terminal_end_row(void)
{
    const char *bracketed = rl_variable_value("enable-bracketed-paste");
    if (bracketed == NULL || strcmp(bracketed, "on") != 0) {
        terminal_put("\n");
    }
}

/* -- reading -------------------------------------------------------------------------------- */

/* Leaves the input that is being edited. */
static void drop_input(const char *mark)
{
    editor_drop(mark);
    rl_free_line_state();
    rl_callback_sigcleanup();
    rl_callback_handler_remove();
}

/* Waits for keys until there is an input. `waiting` is the signal mask for the waiting. */
static LineKind wait_for_text(const sigset_t *waiting)
{
    while (!terminal.has_text) {
        fd_set fds;
        FD_ZERO(&fds);
        FD_SET(STDIN_FILENO, &fds);
        if (pselect(STDIN_FILENO + 1, &fds, NULL, NULL, NULL, waiting) > 0) {
            rl_callback_read_char();
            continue;
        }
        if (errno != EINTR || signals_ending() != 0) {
            rl_callback_handler_remove();
            return LINE_ENDING;
        }
        if (signals_take_interrupt()) {
            LineKind kind = rl_end > 0 ? LINE_DROPPED : LINE_INTERRUPT;
            drop_input("^C");
            return kind;
        }
        serve_terminal_signals();
    }
    return terminal.text != NULL ? LINE_READ : LINE_END;
}

LineKind terminal_read(const char *prompt, Str draft, char **text)
{
    static const int blocked[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP};
    struct sigaction action = {.sa_handler = handle_terminal_signal}, old_window, old_stop;
    sigset_t mask, old_mask;
    sigemptyset(&action.sa_mask);
    sigemptyset(&mask);
    for (int64_t i = 0; i < countof(blocked); i++) {
        sigaddset(&mask, blocked[i]);
    }
    sigprocmask(SIG_BLOCK, &mask, &old_mask);
    sigaction(SIGWINCH, &action, &old_window);
    sigaction(SIGTSTP, &action, &old_stop);
    terminal.has_text = false;
    terminal.text = NULL;
    editor_begin(prompt, draft, take_text);
    LineKind kind = wait_for_text(&old_mask);
    sigaction(SIGWINCH, &old_window, NULL);
    sigaction(SIGTSTP, &old_stop, NULL);
    sigprocmask(SIG_SETMASK, &old_mask, NULL);
    *text = terminal.text;
    return kind;
}

void terminal_open(const EditorHooks *hooks)
{
    if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX == 1) {
        setlocale(LC_CTYPE, "C.UTF-8");
    }
    editor_open(hooks);
}

/* terminal: readline's callback interface, so that the waiting is ours: signals are blocked but
 * while pselect waits, and none gets lost between looking and waiting.
 */
#include "repl/terminal.h"

#include "repl/signals.h"

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
    TerminalComplete *complete;
    void *context;
    char *line; /* the line just read; NULL at the end of input */
    bool has_line;
} terminal;
static volatile sig_atomic_t window_changed;
static volatile sig_atomic_t stop_wanted;

/* -- reading a line -----------------------------------------------------------------------------
 */

static void take_line(char *line)
{
    terminal.line = line;
    terminal.has_line = true;
    rl_callback_handler_remove();
}

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
    rl_deprep_terminal();
    raise(SIGSTOP);
    rl_prep_terminal(1);
    rl_forced_update_display();
}

static void serve_terminal_signals(void)
{
    if (window_changed) {
        window_changed = 0;
        rl_resize_terminal();
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
    fputs(text, rl_outstream);
    fflush(rl_outstream);
}

/* Leaves the line that is being edited. */
static void drop_line(void)
{
    rl_free_line_state();
    rl_callback_sigcleanup();
    terminal_put("^C\n");
    rl_callback_handler_remove();
}

/* Waits for keys until there is a line. `waiting` is the signal mask for the waiting. */
static LineKind wait_for_line(const sigset_t *waiting)
{
    while (!terminal.has_line) {
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
            drop_line();
            return kind;
        }
        serve_terminal_signals();
    }
    return terminal.line != NULL ? LINE_READ : LINE_END;
}

LineKind terminal_read(const char *prompt, char **line)
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
    terminal.has_line = false;
    terminal.line = NULL;
    rl_callback_handler_install(prompt, take_line);
    LineKind kind = wait_for_line(&old_mask);
    sigaction(SIGWINCH, &old_window, NULL);
    sigaction(SIGTSTP, &old_stop, NULL);
    sigprocmask(SIG_SETMASK, &old_mask, NULL);
    *line = terminal.line;
    return kind;
}

/* -- completion and keys
 * --------------------------------------------------------------------------- */

/* All completions at once, as readline wants them: the common beginning, then each; malloc'd. */
static char **offer_completions(const char *text, int start, int end)
{
    Arena scratch;
    const char *const *found;
    (void)text;
    rl_attempted_completion_over = 1;
    arena_init(&scratch);
    Str line = {rl_line_buffer, end};
    int64_t count = terminal.complete(terminal.context, &scratch, line, &found);
    char **matches = count ? calloc((size_t)count + 2, sizeof *matches) : NULL;
    if (matches != NULL) {
        size_t common = strlen(found[0]);
        for (int64_t i = 0; i < count; i++) {
            matches[i + 1] = strdup(found[i]);
            while (strncmp(found[0], found[i], common) != 0) {
                common--;
            }
        }
        matches[0] = strndup(found[0], common);
        /* A meta-command is ended by a blank, a name perhaps by a dot or a parenthesis. */
        bool is_command = rl_line_buffer[0] == '.' || rl_line_buffer[0] == '\\';
        rl_completion_append_character = is_command && start == 1 ? ' ' : '\0';
    }
    arena_free(&scratch);
    return matches;
}

/* Alt-Enter: a line break without running anything. */
static int insert_newline(int count, int key)
{
    (void)count;
    (void)key;
    rl_insert_text("\n");
    return 0;
}

void terminal_open(TerminalComplete *complete, void *context)
{
    terminal.complete = complete;
    terminal.context = context;
    if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX == 1) {
        setlocale(LC_CTYPE, "C.UTF-8");
    }
    rl_outstream = stdout;
    rl_readline_name = "fawn";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_attempted_completion_function = offer_completions;
    rl_completer_word_break_characters = " \t\n\"\\'`@$><=;|&{([.,:+-*/%!?~^)]}";
    rl_bind_keyseq("\\e\\C-m", insert_newline);
}

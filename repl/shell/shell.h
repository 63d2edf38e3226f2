/* shell: what the front doors share: an open database, the way results look, and the one way
 * to run a source and tell what came of it.
 *
 *   batch.c   command line and stdin ─┐
 *   prompt.c  the terminal           ─┼─► shell_run ─► session_run ─► results, messages
 *   command.c meta-commands          ─┘
 */
#ifndef FAWN_REPL_SHELL_SHELL_H
#define FAWN_REPL_SHELL_SHELL_H

#include "interp/session/session.h"
#include "repl/edit/history.h"
#include "repl/io/output.h"
#include "repl/io/progress.h"
#include "repl/shell/options.h"
#include "repl/show/render.h"

/* How the process ends. */
typedef enum ExitCode {
    EXIT_OK = 0,
    EXIT_QUERY = 1,
    EXIT_USAGE = 2,
    EXIT_DATABASE = 3,
    EXIT_TIMEOUT = 4,
    EXIT_INTERRUPTED = 130,
} ExitCode;

/* What the prompt shows: %d is the place, %m shell_mark. */
#define PROMPT_DEFAULT "%d%m> "

typedef enum PagerWhen { PAGER_AUTO, PAGER_ALWAYS, PAGER_OFF } PagerWhen;

typedef enum TimerWhen { TIMER_OFF, TIMER_ON, TIMER_ONCE } TimerWhen;

/* Documents that may be changed at the prompt without a question. */
#define CONFIRM_DEFAULT 100

/* Takes the values of a query in place of the output. */
typedef struct Viewer {
    SessionSink *show; /* NULL: there is none */
    SessionChangeSink *changes; /* of a dry run; NULL: nobody asks */
    bool (*done)(void *context, const Outcome *outcome); /* when the query has succeeded; NULL */
    void *context;
    bool dry_run, explain, only_types;
} Viewer;

/* A file that is open, under the name that `.use` knows it by. */
typedef struct OpenFile {
    Str name;
    Store *store;
    bool readonly;
    StoreNotice opened; /* what its opening told */
} OpenFile;

typedef struct Shell {
    Arena arena; /* lives as long as the shell */
    const Options *options;
    VEC(OpenFile) files; /* place.h has all of these: */
    int64_t here;        /* the file that is worked in */
    Buf place;           /* and the database in it: "shop/test" */
    Store *store;
    StoreNotice opened;
    Session *session;
    Output output;
    View view;
    int64_t max_rows, width; /* as the user set them; -1: as the terminal has them */
    Output kept;             /* where results went before a redirection */
    bool redirected;
    const char *redirected_to; /* as .output or .once named it */
    bool once;          /* the redirection ends with the next query */
    Buf after;          /* cursor of the page shown last; empty: it was the whole */
    int64_t page_shown; /* its size; 0: the set's own */
    bool has_last;      /* the prompt has a last value */
    bool is_again;      /* it is shown again: it stays the last one */
    PagerWhen pager;
    const char *pager_command; /* NULL: pager.h says which */
    Progress progress;
    bool error_color; /* stderr has colour */
    bool interactive; /* at the prompt: notes are told */
    TimerWhen timer;
    bool hints, stats;
    TypecheckWhen typecheck;
    unsigned include; /* what is told of each query: include.h */
    ColorWhen color;
    bool dry;             /* transactions are rolled back, and what they change is shown */
    bool echo;            /* scripts show their queries */
    bool keep_going;      /* scripts do not stop at a failure */
    int64_t confirm;      /* at the prompt: documents from which on it is asked; 0: never */
    int64_t as_of_us;     /* queries read the past; 0: the present */
    Viewer viewer;
    Buf last_error;
    Buf inputs; /* what was typed at the prompt, for .save-input */
    bool output_failed; /* and that was told */
    bool leave;         /* `.exit` was given, or a signal or failure ends everything */
    int exit_code;      /* of the first failure, or what `.exit` said */
    int depth;          /* .read within .read */
    History history;    /* of the prompt */
    Buf draft;          /* what the next input begins with */
    const char *prompt; /* as .prompt has it; NULL: PROMPT_DEFAULT */
} Shell;

void shell_init(Shell *shell, const Options *options);

/* Closes the database and the output. Returns the exit code of the process. */
int shell_close(Shell *shell);

/* Runs one source as one transaction (or each of its statements, by the options) and prints
 * what it gives. False: it failed, which was told and is in `exit_code`. */
bool shell_run(Shell *shell, Str name, Str text);

/* The same for a part of the last value, or all of it: it remains the last value. */
bool shell_run_again(Shell *shell, Str text);

/* The same for any text, whose values `viewer` gets; nothing is said of its notes. */
bool shell_run_into(Shell *shell, Str text, const Viewer *viewer);

/* Whether what is run is checked for types first: as the command line says, and when nothing is run at
 * all. */
TypecheckWhen shell_typechecks(const Shell *shell);

/* When there is colour from now on. */
void shell_set_color(Shell *shell, ColorWhen when);

/* What the prompt shows before its `>`: `*` in an open transaction, `!` when something in it
 * failed, "(dry)", "(past)" or "". */
const char *shell_mark(const Shell *shell);

/* Until the end of the redirection (the next query's, if `once`), `output` is the caller's to
 * point elsewhere. `keep`: as output_close has it. */
void shell_begin_redirection(Shell *shell, bool once);
void shell_end_redirection(Shell *shell, bool keep);

/* Tells of an outcome that is not OUTCOME_OK, and notes its exit code. Returns false. */
bool shell_tell_failure(Shell *shell, const Outcome *outcome);

/* Notes its exit code only. Returns false. */
bool shell_note_failure(Shell *shell, const Outcome *outcome);

/* Notes that something failed: the first failure decides the exit code. Returns false. */
bool shell_fail(Shell *shell, int exit_code);

/* Messages on stderr, with a newline at the end: as it is; behind "fawn: ". */
void shell_tell(const Shell *shell, Str text);
void shell_complain(const Shell *shell, const char *format, ...) PRINTF_LIKE(2, 3);

/* Writes results that are not part of a query (meta-commands) to the output at once. */
void shell_print(Shell *shell, Str text);

/* A name for the file: its path, or "in-memory". */
const char *shell_database_name(const Shell *shell);

#endif

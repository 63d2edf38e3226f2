/* shell: results go to the output when their transaction has committed; everything else is a
 * message on stderr. Nothing else in the repl runs queries. */
#include "repl/shell/shell.h"

#include "repl/edit/terminal.h"
#include "repl/io/signals.h"
#include "repl/shell/arguments.h"
#include "repl/shell/change_view.h"
#include "repl/shell/envelope.h"
#include "repl/shell/last.h"
#include "repl/shell/notes.h"
#include "repl/shell/pager.h"
#include "repl/shell/place.h"
#include "repl/show/fit.h"
#include "repl/show/paint.h"
#include "repl/show/row.h"
#include "runtime/base/limits.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

void shell_set_color(Shell *shell, ColorWhen when)
{
    shell->color = when;
    shell->error_color = color_wanted(when, STDERR_FILENO);
}

void shell_init(Shell *shell, const Options *options)
{
    *shell = (Shell){.options = options};
    arena_init(&shell->arena);
    output_init(&shell->output);
    shell->view = (View){
        .mode = options->mode,
        .all = options->all,
        .page_size = options->page_size,
        .depth = ROW_DEPTH_MAX,
    };
    shell->hints = options->performance_hints;
    shell->typecheck = options->no_typecheck ? TYPECHECK_NO
                       : options->typecheck  ? TYPECHECK_YES
                                             : TYPECHECK_AS_DATABASE;
    shell->dry = options->dry_run;
    shell->echo = options->echo;
    shell->keep_going = options->keep_going;
    shell->confirm = CONFIRM_DEFAULT;
    shell->max_rows = shell->width = -1;
    shell->include = options->include;
    shell_set_color(shell, options->color);
}

/* -- messages ----------------------------------------------------------------------------- */

void shell_tell(const Shell *shell, Str text)
{
    Buf out = {0}, fitted = {0}, visible = {0};
    if (isatty(STDERR_FILENO)) {
        fit_visible(&visible, text);
        fit_message(&fitted, buf_str(&visible), terminal_width());
        text = buf_str(&fitted);
    }
    if (shell->error_color) {
        paint_message(&out, text);
    } else {
        buf_put(&out, text);
    }
    buf_byte(&out, '\n');
    /* Nobody is left to be told that stderr cannot be written. */
    (void)!write_all(STDERR_FILENO, buf_str(&out));
    buf_free(&out);
    buf_free(&fitted);
    buf_free(&visible);
}

void shell_complain(const Shell *shell, const char *format, ...)
{
    Arena scratch;
    va_list args;
    arena_init(&scratch);
    va_start(args, format);
    Str text = str_vformat(&scratch, format, args);
    va_end(args);
    shell_tell(shell, str_format(&scratch, "fawn: %.*s", STR_ARG(text)));
    arena_free(&scratch);
}

bool shell_fail(Shell *shell, int exit_code)
{
    if (shell->exit_code == EXIT_OK) {
        shell->exit_code = exit_code;
    }
    return false;
}

/* -- output ------------------------------------------------------------------------------- */

/* Ctrl-C while results are written: at the prompt, the rest of them is dropped. */
static void drop_output(Shell *shell)
{
    output_discard(&shell->output);
    shell->output.error = 0;
    if (shell->interactive && signals_ending() == 0) {
        shell_tell(shell, STR("\n… the rest was not shown"));
    } else {
        shell_fail(shell, EXIT_INTERRUPTED);
        shell->leave = true;
    }
}

/* A failed write ends everything: what is shown can no longer be told apart from what is not. */
static void commit_output(Shell *shell)
{
    bool is_watched = shell->interactive && shell->output.buffer.len > 0;
    if (!(is_watched && signals_seen()) && pager_show(shell, buf_str(&shell->output.buffer))) {
        shell->output.buffer.len = 0;
    }
    if (is_watched && signals_seen()) {
        drop_output(shell);
        return;
    }
    bool written = output_commit(&shell->output);
    if (!written && shell->output.error == EINTR) {
        drop_output(shell);
    } else if (!written && !shell->output_failed) {
        shell->output_failed = true;
        shell_complain(shell, "cannot write results: %s", strerror(shell->output.error));
        shell_fail(shell, EXIT_DATABASE);
        shell->leave = true;
    }
}

void shell_print(Shell *shell, Str text)
{
    buf_put(&shell->output.buffer, text);
    commit_output(shell);
}

static void choose_color(Shell *shell)
{
    ColorWhen when = shell->color;
    shell->view.color = shell->output.fd == STDOUT_FILENO ? color_wanted(when, STDOUT_FILENO)
                                                          : when == COLOR_ALWAYS;
}

void shell_begin_redirection(Shell *shell, bool once)
{
    shell->kept = shell->output;
    shell->redirected = true;
    shell->once = once;
    output_init(&shell->output);
}

void shell_end_redirection(Shell *shell, bool keep)
{
    if (!shell->redirected) {
        return;
    }
    int error = output_close(&shell->output, keep);
    if (error != 0 && keep) {
        shell_complain(shell, "cannot write results: %s", strerror(error));
        shell_fail(shell, EXIT_QUERY);
    }
    shell->output = shell->kept;
    shell->redirected = shell->once = false;
    choose_color(shell);
}

/* -- the database ---------------------------------------------------------------------------- */

const char *shell_database_name(const Shell *shell)
{
    const char *path = store_path(shell->store);
    return path ? path : "in-memory";
}

int shell_close(Shell *shell)
{
    place_close_all(shell);
    shell_end_redirection(shell, true);
    buf_free(&shell->after);
    buf_free(&shell->last_error);
    buf_free(&shell->inputs);
    buf_free(&shell->draft);
    bool told = shell->output_failed;
    int error = output_close(&shell->output, shell->exit_code == EXIT_OK);
    if (error != 0 && !told) {
        shell_complain(shell, "cannot write `%s`: %s", shell->options->output, strerror(error));
        shell_fail(shell, EXIT_DATABASE);
    }
    arena_free(&shell->arena);
    return shell->exit_code;
}

/* -- running ---------------------------------------------------------------------------------- */

/* A terminal gets so many rows of a value at once. */
#define TERMINAL_ROWS 40

/* What the sink writes to. */
typedef struct Run {
    Shell *shell;
    Unshown unshown;
    int64_t values; /* shown before */
} Run;

static Value show_value(void *context, Rt *rt, Value v)
{
    Run *run = context;
    if (run->shell->viewer.show != NULL) {
        return run->shell->viewer.show(run->shell->viewer.context, rt, v);
    }
    RenderTarget target = {.output = &run->shell->output,
                           .view = &run->shell->view,
                           .unshown = &run->unshown,
                           .number = run->values++};
    return render_value(rt, v, &target);
}

static Value show_change(void *context, Rt *rt, const SessionChange *change)
{
    const Run *run = context;
    Output *output = &run->shell->output;
    Value status = change_view_put(rt, &output->buffer, change, run->shell->view.color);
    output_relieve(output, true);
    return status;
}

/* The same for a viewer, which may not ask. */
static Value take_change(void *context, Rt *rt, const SessionChange *change)
{
    const Viewer *viewer = &((const Run *)context)->shell->viewer;
    return viewer->changes != NULL ? viewer->changes(viewer->context, rt, change) : val_null(NULL);
}

/* Asks before many documents change. */
static bool confirm(void *context, const TxnChanges *changes)
{
    const Run *run = context;
    return notes_confirm(run->shell, changes);
}

static void show_committed(void *context)
{
    Run *run = context;
    commit_output(run->shell);
}

bool shell_note_failure(Shell *shell, const Outcome *outcome)
{
    static const int codes[] = {
        [OUTCOME_OK] = EXIT_OK,
        [OUTCOME_FAILED] = EXIT_QUERY,
        [OUTCOME_INCOMPLETE] = EXIT_QUERY,
        [OUTCOME_TIMEOUT] = EXIT_TIMEOUT,
        [OUTCOME_INTERRUPTED] = EXIT_INTERRUPTED,
        [OUTCOME_STORE] = EXIT_DATABASE,
        [OUTCOME_DECLINED] = EXIT_QUERY,
    };
    return shell_fail(shell, codes[outcome->kind]);
}

/* `summary` and behind it what helps to mend the rules that were broken. */
static Str with_advice(Shell *shell, Str summary, const ConstraintFailure *failures)
{
    for (; failures != NULL; failures = failures->next) {
        if (failures->advice.len > 0) {
            summary = str_format(&shell->arena, "%.*s\nhint: %.*s", STR_ARG(summary),
                                 STR_ARG(failures->advice));
        }
    }
    return summary;
}

bool shell_tell_failure(Shell *shell, const Outcome *outcome)
{
    Str text = outcome->summary;
    if (outcome->kind == OUTCOME_DECLINED) {
        text = STR("nothing was changed");
    } else if (outcome->kind == OUTCOME_INTERRUPTED && shell->interactive &&
               !shell->options->each) {
        /* The terminal shows ^C where the cursor was. */
        text = str_format(&shell->arena, "\ncancelled after %.1f s; nothing was committed",
                          (double)outcome->elapsed_us / 1e6);
    } else if (text.len == 0) {
        text = str_format(&shell->arena, "error: %.*s", STR_ARG(outcome->message));
    }
    if (outcome->has_abort) {
        text = str_format(&shell->arena, "%.*s\nabort value: %.*s", STR_ARG(text),
                          STR_ARG(outcome->abort_text));
    }
    text = with_advice(shell, text, outcome->constraints);
    shell->last_error.len = 0;
    buf_put(&shell->last_error, text);
    shell_tell(shell, text);
    return shell_note_failure(shell, outcome);
}

/* The text as a source of the session, or NULL with a message. */
static const Source *check_text(Shell *shell, Str name, Str text)
{
    int64_t bad = 0;
    if (text.len > SOURCE_BYTES_MAX) {
        shell_complain(shell, "%.*s: a source has at most %lld bytes, this has %lld", STR_ARG(name),
                       (long long)SOURCE_BYTES_MAX, (long long)text.len);
        return NULL;
    }
    const Source *source = session_source(shell->session, name, text, &bad);
    if (source == NULL) {
        shell_complain(shell, "%.*s: %s at byte %lld", STR_ARG(name),
                       text.s[bad] == '\0' ? "a NUL byte" : "not UTF-8", (long long)bad);
    }
    return source;
}

/* Values shown again are the last ones already. */
static bool keeps_results(const Shell *shell)
{
    return shell->interactive && !shell->is_again;
}

TypecheckWhen shell_typechecks(const Shell *shell)
{
    bool is_all_about_it = shell->options->check || shell->viewer.only_types;
    return is_all_about_it && shell->typecheck != TYPECHECK_NO ? TYPECHECK_YES : shell->typecheck;
}

static RunOptions make_run_options(Run *run)
{
    Shell *shell = run->shell;
    const Options *options = shell->options;
    return (RunOptions){
        .each = options->each,
        .last_only = options->last,
        .query = options->fauna.is_query,
        .separate = options->fauna.is_query,
        .dry_run = shell->dry || shell->viewer.dry_run,
        .check_only = options->check || shell->viewer.only_types,
        .typecheck = shell_typechecks(shell),
        .assumes_names = options->check,
        .read_only = options->readonly || shell->as_of_us != 0,
        .as_of_us = shell->as_of_us,
        .performance_hints = shell->hints || shell->viewer.explain,
        .hint_pages = shell->interactive ? STR(".help ") : STR("fawn help "),
        .explain = shell->viewer.explain,
        .limits = options->limits,
        .timeout_ms = options->timeout_ms,
        .result_name =
            keeps_results(shell) ? STR(LAST_VALUE_NAME) : (Str){0},
        .print = view_print_options(&shell->view),
        .sink = show_value,
        .sink_context = run,
        .committed = show_committed,
        .changes = shell->viewer.show != NULL ? take_change : show_change,
        .confirm = notes_ask_for(shell) ? confirm : NULL,
    };
}

/* On a terminal, rows are as many and as wide as can be read there. */
static void fit_view(Shell *shell)
{
    View *view = &shell->view;
    bool on_terminal = shell->output.fd == STDOUT_FILENO && isatty(STDOUT_FILENO);
    view->max_rows = shell->max_rows >= 0 ? shell->max_rows
                     : !on_terminal       ? 0
                     : view->page_size    ? view->page_size
                                          : TERMINAL_ROWS;
    view->max_rows = view->all ? 0 : view->max_rows;
    view->width = shell->width >= 0 ? shell->width : on_terminal ? terminal_width() : 0;
}

/* Keeps what `.next` goes on from. */
static void take_after(Shell *shell, Run *run)
{
    if (run->values > 0) {
        buf_free(&shell->after);
        shell->after = run->unshown.after;
        shell->page_shown =
            mode_is_whole(shell->view.mode) ? shell->view.page_size : shell->view.max_rows;
    } else {
        buf_free(&run->unshown.after);
    }
}

static bool run_source(Shell *shell, const Source *source, Arena *scratch)
{
    Run run = {.shell = shell};
    if (shell->options->envelope && shell->viewer.show == NULL) {
        return envelope_run(shell, source, scratch);
    }
    choose_color(shell);
    fit_view(shell);
    RunOptions options = make_run_options(&run);
    if (!arguments_bind(shell, scratch, &options)) {
        return false;
    }
    signals_watch(shell->session);
    Outcome outcome = session_run(shell->session, source, &options);
    signals_watch(NULL);
    if (outcome.kind != OUTCOME_OK) {
        output_discard(&shell->output);
        buf_free(&run.unshown.after);
        if (keeps_results(shell)) {
            last_keep_error(shell, &outcome);
        }
        return shell_tell_failure(shell, &outcome);
    }
    commit_output(shell);
    if (shell->viewer.show != NULL) {
        buf_free(&run.unshown.after);
        return shell->viewer.done == NULL || shell->viewer.done(shell->viewer.context, &outcome);
    }
    notes_tell(shell, &run.unshown, &outcome);
    take_after(shell, &run);
    if (run.values > 0 && keeps_results(shell)) {
        last_keep_value(shell);
    }
    return shell->output.error == 0;
}

bool shell_run(Shell *shell, Str name, Str text)
{
    if (signals_seen()) {
        return shell_fail(shell, EXIT_INTERRUPTED);
    }
    const Source *source = check_text(shell, name, text);
    if (source == NULL) {
        return shell_fail(shell, EXIT_QUERY);
    }
    Arena scratch;
    arena_init(&scratch);
    bool succeeded = run_source(shell, source, &scratch);
    arena_free(&scratch);
    if (shell->once) {
        shell_end_redirection(shell, succeeded);
    }
    return succeeded;
}

bool shell_run_again(Shell *shell, Str text)
{
    shell->is_again = true;
    bool succeeded = shell_run(shell, STR("*query*"), text);
    shell->is_again = false;
    return succeeded;
}

bool shell_run_into(Shell *shell, Str text, const Viewer *viewer)
{
    Viewer before = shell->viewer;
    shell->viewer = *viewer;
    bool succeeded = shell_run_again(shell, text);
    shell->viewer = before;
    return succeeded;
}

const char *shell_mark(const Shell *shell)
{
    switch (session_transaction(shell->session)) {
    case TRANSACTION_OPEN:
        return "*";
    case TRANSACTION_FAILED:
        return "!";
    case TRANSACTION_NONE:
        break;
    }
    return shell->dry ? "(dry)" : shell->as_of_us != 0 ? "(past)" : "";
}

/* batch: sources are read whole, divided into parts, and the parts run until one fails.
 *
 * With -1 nothing runs until everything is read: all texts become one source.
 */
#include "repl/shell/batch.h"

#include "grammar/intake.h"
#include "grammar/parse.h"
#include "repl/command/command.h"
#include "repl/edit/foreign.h"
#include "repl/io/input.h"
#include "repl/io/signals.h"
#include "repl/io/text.h"
#include "repl/shell/part.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* `.read` within `.read`: a file that reads itself ends here. */
#define READ_DEPTH_MAX 16

/* Sources with more are perhaps better run statement by statement. */
#define SOURCE_LARGE_BYTES (64 << 20)

/* How long a complete statement of a pipe waits for a next line that would go on with it. */
#define STATEMENT_WAIT_MS 50

/* -- sources ---------------------------------------------------------------------------------- */

/* Whether what failed ends the run. */
static bool is_over(const Shell *shell, bool succeeded)
{
    return shell->leave || (!succeeded && !shell->keep_going) || signals_seen();
}

/* Shows the query before its result, each line behind "> ". */
static void echo_text(Shell *shell, Str text)
{
    Buf out = {0};
    Str line;
    while (str_take_line(&text, &line)) {
        buf_puts(&out, "> ");
        buf_put(&out, line);
        buf_byte(&out, '\n');
    }
    shell_print(shell, buf_str(&out));
    buf_free(&out);
}

/* No query begins with a dot: a meta-command was meant. */
static bool is_misspelt_command(Str text)
{
    text = text_trim(text);
    return text.len > 1 && text.s[0] == '.' && is_identifier(str_slice(text, 1, 2));
}

/* Runs one query of a source. Empty lines stand for those before it, so that places in errors
 * count from the start of the source. */
static bool run_query(Shell *shell, Str name, const Part *part)
{
    if (shell->echo) {
        echo_text(shell, part->text);
    }
    bool succeeded;
    if (is_misspelt_command(part->text)) {
        succeeded = command_refuse(shell, text_trim(part->text));
    } else if (part->line == 0) {
        succeeded = shell_run(shell, name, part->text);
    } else {
        Buf padded = {0};
        buf_fill(&padded, '\n', part->line);
        buf_put(&padded, part->text);
        succeeded = shell_run(shell, name, buf_str(&padded));
        buf_free(&padded);
    }
    if (!succeeded && !shell->options->quiet) {
        foreign_tell(shell, part->text);
    }
    if (shell->echo) {
        shell_print(shell, STR("\n"));
    }
    return succeeded;
}

bool batch_run_text(Shell *shell, Str name, Str text)
{
    Arena scratch;
    PartReader reader = {.text = text, .arena = &scratch};
    Part part;
    bool all = true;
    arena_init(&scratch);
    if (shell->interactive && shell->depth == 0) {
        buf_put(&shell->inputs, text_trim(text));
        buf_puts(&shell->inputs, "\n\n");
    }
    while (part_next(&reader, &part)) {
        bool succeeded =
            part.is_command ? command_run(shell, part.text) : run_query(shell, name, &part);
        all = all && succeeded;
        if (is_over(shell, succeeded)) {
            break;
        }
    }
    arena_free(&scratch);
    return all;
}

/* Reads a file, or stdin for "-". False: a message was given. */
static bool read_source(Shell *shell, const char *path, Buf *text)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int error = is_stdin ? input_read_all(STDIN_FILENO, text) : input_read_file(path, text);
    if (error == EINTR && signals_seen()) {
        return shell_fail(shell, EXIT_INTERRUPTED);
    }
    if (error != 0) {
        shell_complain(shell, "cannot read `%s`: %s", is_stdin ? "stdin" : path, strerror(error));
        return shell_fail(shell, EXIT_USAGE);
    }
    text_mend_line_ends(text);
    return true;
}

/* What errors call the source of a task. */
static Str task_name(Shell *shell, const Task *task)
{
    if (task->is_file) {
        return strcmp(task->text, "-") == 0 ? STR("<stdin>") : str_from_c(task->text);
    }
    if (shell->options->task_count == 1 || shell->echo) {
        return STR("*query*");
    }
    return str_format(&shell->arena, "<-e %d>", task->number);
}

/* -- one transaction for all ----------------------------------------------------------------- */

/* Appends the queries of a text, each on lines of its own. */
static bool join_parts(Shell *shell, Str text, Buf *joined)
{
    PartReader reader = {.text = text, .arena = &shell->arena};
    Part part;
    while (part_next(&reader, &part)) {
        if (part.is_command) {
            shell_complain(shell, "a meta-command cannot stand inside of -1: %.*s",
                           STR_ARG(part.text));
            return shell_fail(shell, EXIT_QUERY);
        }
        buf_put(joined, part.text);
        buf_byte(joined, '\n');
    }
    return true;
}

static void run_as_one(Shell *shell, const Task *tasks, int64_t count)
{
    Buf joined = {0};
    bool readable = true;
    for (int64_t i = 0; i < count && readable; i++) {
        Buf text = {0};
        if (tasks[i].is_file) {
            readable = read_source(shell, tasks[i].text, &text);
        } else {
            buf_puts(&text, tasks[i].text);
        }
        readable = readable && join_parts(shell, buf_str(&text), &joined);
        buf_free(&text);
    }
    if (readable) {
        Str name = count == 1 ? task_name(shell, &tasks[0]) : STR("<all>");
        run_query(shell, name, &(Part){.text = buf_str(&joined)});
    }
    buf_free(&joined);
}

/* -- statements from a pipe -------------------------------------------------------------------- */

/* The statement that is being read from a pipe. */
typedef struct Pipe {
    Shell *shell;
    Input input;
    Intake *intake;     /* what was read of it */
    int64_t line;       /* lines read */
    int64_t first_line; /* the line its text begins on, from 1 */
    bool is_complete;
    bool failed;
} Pipe;

/* Whether a line goes on with the statement before it, which is complete without it. */
static bool is_continuation(Str line)
{
    static const char *const starts[] = {".", "?.", "??", "||", "&&", "|", "^", "&", "else"};
    line = text_trim(line);
    for (int64_t i = 0; i < countof(starts); i++) {
        if (str_starts_with(line, str_from_c(starts[i]))) {
            return !part_is_command(line);
        }
    }
    return false;
}

/* Runs what was read so far. False: the run is over. */
static bool run_statement(Pipe *pipe)
{
    Shell *shell = pipe->shell;
    bool succeeded = true;
    Str text = intake_text(pipe->intake);
    if (text_trim(text).len > 0) {
        Str name = str_format(&shell->arena, "<stdin line %lld>", (long long)pipe->first_line);
        succeeded = run_query(shell, name, &(Part){.text = text});
    }
    intake_clear(pipe->intake);
    pipe->is_complete = false;
    pipe->failed = pipe->failed || !succeeded;
    return !is_over(shell, succeeded);
}

/* Takes one line of the pipe. False: the run is over. */
static bool take_line(Pipe *pipe, Str line)
{
    pipe->line++;
    bool divides = part_is_divider(line) && !intake_is_in_text(pipe->intake);
    bool is_first = intake_text(pipe->intake).len == 0;
    bool command = (pipe->is_complete || is_first) && part_is_command(line);
    if ((pipe->is_complete && !is_continuation(line)) || divides || command) {
        if (!run_statement(pipe)) {
            return false;
        }
    }
    if (divides) {
        return true;
    }
    if (command) {
        bool succeeded = command_run(pipe->shell, line);
        pipe->failed = pipe->failed || !succeeded;
        return !is_over(pipe->shell, succeeded);
    }
    if (intake_text(pipe->intake).len == 0) {
        pipe->first_line = pipe->line;
    }
    intake_add(pipe->intake, line);
    pipe->is_complete = !intake_wants_more(pipe->intake);
    return true;
}

/* False: something failed. */
static bool run_pipe(Shell *shell)
{
    Arena arena;
    arena_init(&arena);
    Pipe pipe = {.shell = shell, .input = {.fd = STDIN_FILENO}, .intake = intake_open(&arena)};
    Str line;
    bool going = true;
    while (going) {
        if (pipe.is_complete && !input_ready(&pipe.input, STATEMENT_WAIT_MS)) {
            going = run_statement(&pipe);
        } else if (input_line(&pipe.input, &line)) {
            going = take_line(&pipe, line);
        } else {
            break;
        }
    }
    if (signals_take_interrupt()) {
        shell_fail(shell, EXIT_INTERRUPTED);
    } else if (going) {
        run_statement(&pipe);
    }
    if (pipe.input.error != 0) {
        shell_complain(shell, "cannot read stdin: %s", strerror(pipe.input.error));
        shell_fail(shell, EXIT_USAGE);
    }
    intake_close(pipe.intake);
    arena_free(&arena);
    input_close(&pipe.input);
    return !pipe.failed;
}

/* -- files and tasks --------------------------------------------------------------------------- */

static bool stdin_is_file(void)
{
    struct stat status;
    return fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode);
}

/* All of a source is one transaction: who loads much may not want that. */
static void note_size(Shell *shell, Str name, int64_t bytes)
{
    if (bytes > SOURCE_LARGE_BYTES && !shell->options->each && !shell->options->quiet) {
        shell_tell(shell, str_format(&shell->arena,
                                     "note: `%.*s` has %lld MiB and runs as one transaction; with "
                                     "--each every statement commits by itself",
                                     STR_ARG(name), (long long)(bytes >> 20)));
    }
}

bool batch_run_file(Shell *shell, const char *path)
{
    if (shell->depth >= READ_DEPTH_MAX) {
        shell_complain(shell, "`%s`: files read each other more than %d deep", path,
                       READ_DEPTH_MAX);
        return shell_fail(shell, EXIT_QUERY);
    }
    if (strcmp(path, "-") == 0 && shell->options->each && !stdin_is_file()) {
        return run_pipe(shell);
    }
    Buf text = {0};
    bool succeeded = read_source(shell, path, &text);
    if (succeeded) {
        Str name = strcmp(path, "-") == 0 ? STR("<stdin>") : str_from_c(path);
        note_size(shell, name, text.len);
        shell->depth++;
        succeeded = batch_run_text(shell, name, buf_str(&text));
        shell->depth--;
    }
    buf_free(&text);
    return succeeded;
}

static bool run_task(Shell *shell, const Task *task)
{
    if (task->is_file) {
        return batch_run_file(shell, task->text);
    }
    return batch_run_text(shell, task_name(shell, task), str_from_c(task->text));
}

void batch_run(Shell *shell)
{
    static const Task stdin_task = {.is_file = true, .text = "-"};
    const Options *options = shell->options;
    bool has_tasks = options->task_count > 0;
    const Task *tasks = has_tasks ? options->tasks : &stdin_task;
    int64_t count = has_tasks ? options->task_count : 1;
    if (options->single) {
        run_as_one(shell, tasks, count);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        if (is_over(shell, run_task(shell, &tasks[i]))) {
            return;
        }
    }
}

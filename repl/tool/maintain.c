/* maintain: see maintain.h. A command runs through the open shell, so that messages, output and
 * exit codes are those of all others.
 */
#include "repl/tool/maintain.h"

#include "repl/io/input.h"
#include "repl/io/signals.h"
#include "repl/shell/batch.h"
#include "repl/shell/place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool fail_store(Shell *shell, const StoreNotice *notice)
{
    shell_complain(shell, "%s", notice->text);
    return shell_fail(shell, EXIT_DATABASE);
}

/* -- compact ----------------------------------------------------------------------------------- */

bool maintain_compact(Shell *shell)
{
    int64_t before = store_stats(shell->store).log_bytes;
    StoreNotice notice;
    if (store_compact(shell->store, &notice) != STORE_OK) {
        return fail_store(shell, &notice);
    }
    if (!shell->options->quiet && store_path(shell->store) != NULL) {
        shell_tell(shell, str_format(&shell->arena, "%s: %lld bytes before, %lld now",
                                     store_path(shell->store), (long long)before,
                                     (long long)store_stats(shell->store).log_bytes));
    }
    return true;
}

/* -- check ------------------------------------------------------------------------------------- */

static void put_count(Buf *out, const char *what, int64_t count, const char *result)
{
    buf_printf(out, "  %-14s %10lld  %s\n", what, (long long)count, result);
}

/* What of the file was read, and what was not. */
static void put_file(Buf *out, const Shell *shell, const StoreStats *stats)
{
    const StoreNotice *opened = &shell->opened;
    if (store_path(shell->store) == NULL) {
        return;
    }
    put_count(out, "bytes", stats->log_bytes, "read");
    put_count(out, "records", stats->log_records, "each has its checksum");
    if (opened->is_damaged) {
        put_count(out, "bytes damaged", opened->cut_bytes, "not read");
    } else if (opened->cut_bytes > 0) {
        put_count(out, "bytes torn", opened->cut_bytes,
                  "a last record that was not written whole: no damage");
    }
}

static void put_state(Buf *out, const StoreStats *stats)
{
    put_count(out, "collections", stats->collections, "trees ordered and balanced");
    put_count(out, "documents", stats->documents, "well-formed, each under its id");
    put_count(out, "indexes", stats->indexes, "trees ordered and balanced");
    put_count(out, "index entries", stats->index_entries, "those of the documents, and no others");
    put_count(out, "aggregates", stats->aggregates, "equal to a recount");
}

/* What to do about a damaged file. */
static bool fail_damaged(Shell *shell)
{
    shell_complain(shell,
                   "%s\nWhat was committed before can be saved: fawn dump --salvage %s FILE, then "
                   "fawn restore FILE NEW.fawn. Or take a copy of the file.",
                   shell->opened.text, store_path(shell->store));
    return shell_fail(shell, EXIT_DATABASE);
}

bool maintain_check(Shell *shell)
{
    StoreNotice notice;
    StoreStatus status = store_verify(shell->store, &notice);
    StoreStats stats = store_stats(shell->store);
    Buf out = {0};
    buf_printf(&out, "%s\n", shell_database_name(shell));
    put_file(&out, shell, &stats);
    if (status == STORE_OK) {
        put_state(&out, &stats);
    }
    if (status == STORE_OK && !shell->opened.is_damaged) {
        buf_puts(&out, "no damage found\n");
    }
    shell_print(shell, buf_str(&out));
    buf_free(&out);
    if (status != STORE_OK) {
        return fail_store(shell, &notice);
    }
    return !shell->opened.is_damaged || fail_damaged(shell);
}

/* -- dump -------------------------------------------------------------------------------------- */

static bool write_output(void *context, Str text)
{
    Shell *shell = context;
    shell_print(shell, text);
    return shell->output.error == 0;
}

typedef struct Target {
    int fd, error;
} Target;

static bool write_target(void *context, Str text)
{
    Target *target = context;
    target->error = write_all(target->fd, text);
    return target->error == 0;
}

static bool run_dump(Shell *shell, const DumpOptions *options)
{
    signals_watch(shell->session);
    Outcome outcome = session_dump(shell->session, options);
    signals_watch(NULL);
    if (outcome.kind != OUTCOME_OK) {
        return shell_tell_failure(shell, &outcome);
    }
    if (outcome.summary.len > 0 && !shell->options->quiet) {
        shell_tell(shell, outcome.summary);
    }
    return true;
}

static bool fail_file(Shell *shell, const char *verb, const char *path, int error)
{
    shell_complain(shell, "cannot %s `%s`: %s", verb, path, strerror(error));
    return shell_fail(shell, EXIT_USAGE);
}

/* Whether `path` could be the name of a collection, perhaps with an error in it: who writes that
 * has other shells in mind, where a dump takes what is to be dumped. */
static bool is_like_collection(Shell *shell, Str path)
{
    const SessionCollection *collections;
    int64_t count = session_collections(shell->session, &collections);
    const char *nearest = NULL;
    for (int64_t i = 0; i < count; i++) {
        int distance = str_distance(collections[i].name, path);
        if (distance == 0 || (distance == 1 && path.len > 2)) {
            nearest = str_to_c(&shell->arena, collections[i].name);
        }
    }
    if (nearest != NULL) {
        shell_complain(shell,
                       "is `%.*s` the collection `%s`? Only it: .dump %s [FILE] or fawn dump -c %s "
                       "DB [FILE]. All that there is, to a file of this name: ./%.*s",
                       STR_ARG(path), nearest, nearest, nearest, STR_ARG(path));
    }
    return nearest != NULL;
}

bool maintain_dump(Shell *shell, const char *path, const Str *collections, int64_t count)
{
    DumpOptions options = {.collections = collections, .count = count};
    if (path == NULL) {
        options.write = write_output;
        options.context = shell;
        return run_dump(shell, &options);
    }
    if (is_like_collection(shell, str_from_c(path))) {
        return shell_fail(shell, EXIT_USAGE);
    }
    Target target = {.fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)};
    if (target.fd < 0) {
        return fail_file(shell, "make", path, errno);
    }
    options.write = write_target;
    options.context = &target;
    bool dumped = run_dump(shell, &options);
    if (dumped && fsync(target.fd) != 0) {
        target.error = errno;
    }
    if (close(target.fd) != 0 && target.error == 0) {
        target.error = errno;
    }
    if (target.error != 0) {
        fail_file(shell, "write", path, target.error);
    }
    if (!dumped || target.error != 0) {
        (void)unlink(path);
        return false;
    }
    return true;
}

/* -- restore ----------------------------------------------------------------------------------- */

static bool read_input(void *context, Str *line)
{
    return input_line(context, line);
}

bool maintain_restore(Shell *shell, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    Input input = {.fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)};
    if (input.fd < 0) {
        return fail_file(shell, "open", path, errno);
    }
    signals_watch(shell->session);
    Outcome outcome = session_restore(shell->session, read_input, &input);
    signals_watch(NULL);
    bool failed = outcome.kind != OUTCOME_OK;
    if (input.error != 0) {
        fail_file(shell, "read", path, input.error);
    } else if (failed) {
        shell_tell_failure(shell, &outcome);
    } else if (!shell->options->quiet) {
        shell_tell(shell,
                   str_format(&shell->arena, "%lld document%s restored",
                              (long long)outcome.restored, outcome.restored == 1 ? "" : "s"));
    }
    input_close(&input);
    if (!is_stdin) {
        (void)close(input.fd);
    }
    return !failed;
}

/* -- the command line -------------------------------------------------------------------------- */

void compact_command(Shell *shell)
{
    const Options *options = shell->options;
    if (access(options->db, F_OK) != 0) {
        fail_file(shell, "open", options->db, errno);
    } else if (shell_open(shell, options->db, options->readonly, options->create)) {
        maintain_compact(shell);
    }
}

void check_command(Shell *shell)
{
    if (shell->options->task_count > 0) {
        batch_run(shell);
    } else {
        maintain_check(shell);
    }
}

void dump_command(Shell *shell)
{
    const Options *options = shell->options;
    maintain_dump(shell, options->chore_file, options->dumped.at, options->dumped.len);
}

void restore_command(Shell *shell)
{
    maintain_restore(shell, shell->options->chore_file);
}

/* maintain: see maintain.h. A command runs through the open shell, so that messages, output and
 * exit codes are those of all others.
 */
#include "repl/maintain.h"

#include "repl/input.h"
#include "repl/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool fail_store(Shell *shell, const StoreNotice *notice)
{
    shell_complain(shell, "%s", notice->text);
    return shell_fail(shell, EXIT_DATABASE);
}

/* -- compact ------------------------------------------------------------------------------------
 */

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

/* -- check --------------------------------------------------------------------------------------
 */

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

/* -- dump ---------------------------------------------------------------------------------------
 */

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

static bool run_dump(Shell *shell, SessionWrite *write, void *context)
{
    signals_watch(shell->session);
    Outcome outcome = session_dump(shell->session, write, context);
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

bool maintain_dump(Shell *shell, const char *path)
{
    if (path == NULL) {
        return run_dump(shell, write_output, shell);
    }
    Target target = {.fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)};
    if (target.fd < 0) {
        return fail_file(shell, "make", path, errno);
    }
    bool dumped = run_dump(shell, write_target, &target);
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

/* -- restore ------------------------------------------------------------------------------------
 */

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

/* -- the command line ----------------------------------------------------------------------------
 */

void maintain_run(Shell *shell)
{
    const Options *options = shell->options;
    if (options->chore == CHORE_COMPACT && access(options->db, F_OK) != 0) {
        fail_file(shell, "open", options->db, errno);
        return;
    }
    if (!shell_open(shell, options->db, options->readonly, options->create)) {
        return;
    }
    switch (options->chore) {
    case CHORE_COMPACT:
        maintain_compact(shell);
        break;
    case CHORE_CHECK:
        maintain_check(shell);
        break;
    case CHORE_DUMP:
        maintain_dump(shell, options->chore_file);
        break;
    case CHORE_RESTORE:
        maintain_restore(shell, options->chore_file);
        break;
    case CHORE_NONE:
        break;
    }
}

static const struct {
    const char *name, *page;
} pages[] = {
    {"rpc", "usage: fawn rpc [DB]\n"
            "\n"
            "For programs: a JSON request a line in, a JSON response a line out.\n"},
    {"schema",
     "usage: fawn schema push|diff|pull|status|commit|abandon DB [DIR]\n"
     "\n"
     "The schema of DB and the .fsl files of DIR: push puts the files in force (--staged:\n"
     "keeps them until commit or abandon), diff shows what that would change, pull writes\n"
     "the schema in force to DIR, status tells what is in force and what is staged.\n"},
    {"compact",
     "usage: fawn compact DB\n"
     "\n"
     "Writes the file DB anew with only what is needed: the documents as they are, the\n"
     "schema, and the versions that history_days asks for. The new file is written beside\n"
     "the old one (DB.compacting) and takes its place at the end; there must be room for\n"
     "both. A kill at any time leaves one of them, whole.\n"
     "\n"
     "While a database is open, Fawn does this by itself in the background when more than\n"
     "half of the file, and at least 64 MiB of it, is no longer needed. At the prompt:\n"
     ".compact\n"},
    {"check",
     "usage: fawn check DB\n"
     "\n"
     "Reads the whole file and looks whether every record has its checksum, every document\n"
     "is well-formed, every index has the entries of the documents and no others, every\n"
     "aggregate equals a recount, and every tree is ordered and balanced. Nothing is\n"
     "changed. At the prompt: .check\n"
     "\n"
     "Exit code: 0 no damage, 3 damage, or the file cannot be read. Damage is told with its\n"
     "offset, and what can be saved.\n"},
    {"dump",
     "usage: fawn dump [--salvage] DB [FILE]\n"
     "\n"
     "Writes the whole database as text to FILE, which must not exist, or to stdout: the\n"
     "schema as FSL, and each document as a line of tagged JSON with its id, its times, and\n"
     "the hashes of secrets. `fawn restore` reads it. Versions of the past are left out. At\n"
     "the prompt: .dump [FILE]\n"
     "\n"
     "  --salvage   of a damaged file, dump what was committed before the damage\n"},
    {"restore",
     "usage: fawn restore FILE DB\n"
     "\n"
     "Reads what `fawn dump` wrote (FILE `-`: from stdin) into DB, which must be empty or\n"
     "not exist yet: all of it, or nothing. Documents keep their ids and times; triggers do\n"
     "not run. At the prompt: .restore FILE\n"},
    {"import",
     "usage: fawn import DB FILE|DIR|- ... [OPTIONS]\n"
     "\n"
     "Reads JSON, JSON Lines, CSV and TSV, also gzipped, and every form in which Fauna gave\n"
     "its data out, into collections, which are made when they are missing. All of it, or\n"
     "nothing. At the prompt: .import FILE ... [COLLECTION]\n"
     "\n"
     "  -c, --collection NAME   instead of the name of the file\n"
     "      --format FORMAT     json jsonl csv tsv; else what the name or first byte says\n"
     "  -n, --dry-run           do everything, and take it back\n"
     "      --skip-bad          leave bad records out, and tell of the first ten\n"},
    {"export",
     "usage: fawn export DB DIR [OPTIONS]\n"
     "\n"
     "Writes the documents of each collection to a folder of its own in DIR, and the schema\n"
     "to DIR/schema/main.fsl, in the layout of Fauna's exports. At the prompt: .export DIR\n"
     "\n"
     "  -c, --collection NAME   only this one\n"
     "  --format tagged|simple  JSON that keeps all types, or plain JSON\n"
     "  --datafile jsonl|json   a document a line, or an array\n"},
};

bool maintain_help(Buf *out, const char *command)
{
    for (int64_t i = 0; i < countof(pages); i++) {
        if (strcmp(pages[i].name, command) == 0) {
            buf_puts(out, pages[i].page);
            return true;
        }
    }
    return false;
}

/* schema_command: see schema_command.h.
 *
 *   push    files ─► plan (a push that is rolled back) ─► shown ─► asked ─► push
 *   commit  staged files ─► plan ─► shown ─► asked ─► in force
 *   diff    files ─► plan ─► shown
 *   pull    schema in force ─► main.fsl, which then holds all of it
 *   status  what is in force, and what the staged schema would change
 *
 * Questions are asked on a terminal only. Elsewhere a push or pull goes ahead, unless it would
 * lose documents or files: then --force has to say so.
 */
#include "repl/schema_command.h"

#include "repl/ask.h"

#include "repl/folder.h"
#include "repl/input.h"
#include "repl/schema_diff.h"
#include "repl/schema_files.h"
#include "repl/signals.h"
#include "runtime/base/limits.h"
#include "runtime/base/utf8.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *folder(const Shell *shell)
{
    const char *dir = shell->options->schema.dir;
    return dir ? dir : ".";
}

/* -- pushing ------------------------------------------------------------------------------------
 */

/* A push under way. */
typedef struct Files {
    Shell *shell;
    SchemaFiles files;
    SchemaPush push;
} Files;

static bool read_files(Files *files)
{
    Shell *shell = files->shell;
    Str error;
    if (!schema_files_read(&shell->arena, folder(shell), &files->files, &error)) {
        shell_complain(shell, "%.*s", STR_ARG(error));
        return shell_fail(shell, EXIT_USAGE);
    }
    if (files->files.len == 0) {
        shell_complain(shell, "there are no .fsl files in `%s`", folder(shell));
        return shell_fail(shell, EXIT_USAGE);
    }
    return true;
}

/* The file as a source of the session; NULL: a message was given. */
static const Source *make_source(Shell *shell, const SchemaFile *file)
{
    int64_t bad = 0;
    const Source *source = file->text.len > SOURCE_BYTES_MAX
                               ? NULL
                               : session_source(shell->session, file->path, file->text, &bad);
    if (file->text.len > SOURCE_BYTES_MAX) {
        shell_complain(shell, "%.*s: a file has at most %lld bytes", STR_ARG(file->path),
                       (long long)SOURCE_BYTES_MAX);
    } else if (source == NULL) {
        shell_complain(shell, "%.*s: %s at byte %lld", STR_ARG(file->path),
                       file->text.s[bad] == '\0' ? "a NUL byte" : "not UTF-8", (long long)bad);
    }
    return source;
}

/* Puts the files in force, or only finds out what that would change. */
static bool run_push(Files *files, bool dry_run)
{
    Shell *shell = files->shell;
    const Source **sources = arena_array(&shell->arena, const Source *, files->files.len);
    for (int64_t i = 0; i < files->files.len; i++) {
        sources[i] = make_source(shell, &files->files.at[i]);
        if (sources[i] == NULL) {
            return shell_fail(shell, EXIT_QUERY);
        }
    }
    files->push = (SchemaPush){.files = sources,
                               .count = files->files.len,
                               .dry_run = dry_run,
                               .stage = shell->options->schema.staged};
    signals_watch(shell->session);
    Outcome outcome = session_push_schema(shell->session, &files->push);
    signals_watch(NULL);
    if (outcome.kind != OUTCOME_OK) {
        return shell_tell_failure(shell, &outcome);
    }
    if (!dry_run && outcome.summary.len > 0 && !shell->options->quiet) {
        shell_tell(shell, outcome.summary);
    }
    return true;
}

static void show_changes(Files *files)
{
    Shell *shell = files->shell;
    Buf out = {0};
    SchemaDiffStyle style = {.color = shell->view.color, .full = shell->options->schema.text};
    schema_diff_put(&out, files->push.changes, files->push.change_count, style);
    if (files->push.change_count == 0) {
        buf_puts(&out, "The schema in force is the same.\n");
    }
    shell_print(shell, buf_str(&out));
    buf_free(&out);
}

/* How many documents go with their collections. */
static int64_t count_deleted(const SchemaPush *push)
{
    int64_t count = 0;
    for (int64_t i = 0; i < push->change_count; i++) {
        count += push->changes[i].documents;
    }
    return count;
}

/* Whether the changes that were shown are wanted. */
static bool is_wanted(Files *files)
{
    Shell *shell = files->shell;
    int64_t deleted = count_deleted(&files->push);
    if (shell->options->schema.force || (!ask_can() && deleted == 0)) {
        return true;
    }
    if (!ask_can()) {
        shell_complain(shell, "this deletes %lld document%s: nothing was changed (--force does it)",
                       (long long)deleted, deleted == 1 ? "" : "s");
    } else if (ask_user("Push these changes? [y/N] ")) {
        return true;
    } else {
        shell_complain(shell, "nothing was changed");
    }
    return shell_fail(shell, EXIT_QUERY);
}

static void push_command(Shell *shell)
{
    Files files = {.shell = shell};
    if (!read_files(&files) || !run_push(&files, true)) {
        return;
    }
    show_changes(&files);
    bool changes = files.push.change_count > 0;
    if (changes && !shell->options->dry_run && is_wanted(&files) && run_push(&files, false) &&
        files.push.staged) {
        shell_print(shell, STR("It is staged; `fawn schema commit` puts it in force.\n"));
    }
}

static void diff_command(Shell *shell)
{
    Files files = {.shell = shell};
    if (read_files(&files) && run_push(&files, true)) {
        show_changes(&files);
        if (files.push.change_count > 0 && shell->options->schema.exit_code) {
            shell_fail(shell, EXIT_QUERY);
        }
    }
}

/* -- the staged schema ------------------------------------------------------------------------- */

/* Takes the staged files in the place of those of a folder. False: none are staged. */
static bool load_staged(Files *files)
{
    Arena *arena = &files->shell->arena;
    const Source *const *staged;
    int64_t count = session_staged_schema(files->shell->session, &staged);
    for (int64_t i = 0; i < count; i++) {
        SchemaFile file = {str_copy(arena, staged[i]->name), str_copy(arena, staged[i]->text)};
        vec_push(&files->files, arena, file);
    }
    return count > 0;
}

/* Does what is to be done with the staged schema; that there is none is an error of it. */
static void finish_staged(Shell *shell, StageAction action, const char *done)
{
    signals_watch(shell->session);
    Outcome outcome = session_stage(shell->session, action);
    signals_watch(NULL);
    if (outcome.kind != OUTCOME_OK) {
        shell_tell_failure(shell, &outcome);
        return;
    }
    if (outcome.summary.len > 0 && !shell->options->quiet) {
        shell_tell(shell, outcome.summary);
    }
    shell_print(shell, str_from_c(done));
}

static void commit_command(Shell *shell)
{
    Files files = {.shell = shell};
    if (load_staged(&files)) {
        if (!run_push(&files, true)) {
            return;
        }
        show_changes(&files);
        if (shell->options->dry_run || (files.push.change_count > 0 && !is_wanted(&files))) {
            return;
        }
    }
    finish_staged(shell, STAGE_COMMIT, "The staged schema is in force.\n");
}

static void abandon_command(Shell *shell)
{
    finish_staged(shell, STAGE_ABANDON, "The staged schema is forgotten.\n");
}

/* -- status --------------------------------------------------------------------------------------
 */

static void put_count(Buf *out, int64_t count, const char *what)
{
    buf_printf(out, "%s%lld %s", out->len > 0 ? ", " : "", (long long)count, what);
}

/* "2 collections, 1 function, …" */
static void put_items(Buf *out, const SessionItem *items, int64_t count)
{
    static const struct {
        const char *kind, *one, *many;
    } kinds[] = {{"collection", "collection", "collections"},
                 {"function", "function", "functions"},
                 {"role", "role", "roles"},
                 {"access provider", "access provider", "access providers"}};
    for (int64_t k = 0; k < countof(kinds); k++) {
        int64_t of_kind = 0;
        for (int64_t i = 0; i < count; i++) {
            of_kind += str_eq(items[i].kind, str_from_c(kinds[k].kind));
        }
        if (of_kind > 0) {
            put_count(out, of_kind, of_kind == 1 ? kinds[k].one : kinds[k].many);
        }
    }
}

static void status_command(Shell *shell)
{
    const SessionItem *items;
    int64_t count = session_schema(shell->session, &items);
    Buf out = {0};
    put_items(&out, items, count);
    shell_print(shell, str_format(&shell->arena, "In force: %.*s\n",
                                  STR_ARG(count > 0 ? buf_str(&out) : STR("nothing"))));
    buf_free(&out);
    Files files = {.shell = shell};
    if (load_staged(&files)) {
        shell_print(shell, STR("Staged:\n"));
        if (run_push(&files, true)) {
            show_changes(&files);
        }
    }
}

/* -- pulling --------------------------------------------------------------------------------------
 */

/* What a pull does with a file. */
typedef struct Pull {
    Shell *shell;
    Str path; /* of main.fsl */
    Str text;
    SchemaFiles files; /* there now */
    bool writes;       /* main.fsl is not so yet */
    bool loses;        /* a file that is there is overwritten or deleted */
    int64_t stale;     /* others */
} Pull;

/* Finds out what has to be done. */
static void plan_pull(Pull *pull)
{
    for (int64_t i = 0; i < pull->files.len; i++) {
        const SchemaFile *file = &pull->files.at[i];
        bool is_main = str_eq(file->path, pull->path);
        bool same = is_main && str_eq(file->text, pull->text);
        pull->stale += !is_main;
        pull->writes = pull->writes && !same;
        pull->loses = pull->loses || (is_main && !same);
    }
    pull->loses = pull->loses || (pull->stale > 0 && pull->shell->options->schema.delete_stale);
}

static void show_pull(const Pull *pull)
{
    bool deletes = pull->shell->options->schema.delete_stale;
    Buf out = {0};
    bool exists = false;
    for (int64_t i = 0; i < pull->files.len; i++) {
        Str path = pull->files.at[i].path;
        bool is_main = str_eq(path, pull->path);
        exists = exists || is_main;
        if (!is_main) {
            buf_printf(&out,
                       deletes ? "delete    %.*s\n" : "keep      %.*s (--delete: delete it)\n",
                       STR_ARG(path));
        }
    }
    buf_printf(&out, "%s %.*s\n",
               !pull->writes ? "unchanged"
               : exists      ? "overwrite"
                             : "add      ",
               STR_ARG(pull->path));
    shell_print(pull->shell, buf_str(&out));
    buf_free(&out);
}

/* Whether files may be overwritten and deleted; adding one needs no question. */
static bool is_pull_wanted(const Pull *pull)
{
    Shell *shell = pull->shell;
    if (shell->options->schema.force || !pull->loses) {
        return true;
    }
    if (!ask_can()) {
        shell_complain(shell, "this overwrites or deletes files: nothing was changed (--force "
                              "does it)");
    } else if (ask_user("Pull these changes? [y/N] ")) {
        return true;
    } else {
        shell_complain(shell, "nothing was changed");
    }
    return shell_fail(shell, EXIT_QUERY);
}

static bool fail_file(Shell *shell, const char *verb, Str path, int error)
{
    shell_complain(shell, "cannot %s `%.*s`: %s", verb, STR_ARG(path), strerror(error));
    return shell_fail(shell, EXIT_USAGE);
}

static bool delete_stale(Pull *pull)
{
    for (int64_t i = 0; i < pull->files.len; i++) {
        Str path = pull->files.at[i].path;
        if (!str_eq(path, pull->path) && unlink(path.s) != 0) {
            return fail_file(pull->shell, "delete", path, errno);
        }
    }
    return true;
}

static void pull_command(Shell *shell)
{
    const SchemaOptions *options = &shell->options->schema;
    Pull pull = {.shell = shell, .writes = true};
    Str error;
    pull.path = folder_path(&shell->arena, folder(shell), "main.fsl");
    pull.text = str_copy(&shell->arena, session_schema_file(shell->session));
    if (mkdir(folder(shell), 0777) != 0 && errno != EEXIST) {
        fail_file(shell, "make", str_from_c(folder(shell)), errno);
        return;
    }
    if (!schema_files_read(&shell->arena, folder(shell), &pull.files, &error)) {
        shell_complain(shell, "%.*s", STR_ARG(error));
        shell_fail(shell, EXIT_USAGE);
        return;
    }
    plan_pull(&pull);
    show_pull(&pull);
    bool deletes = options->delete_stale && pull.stale > 0;
    if ((!pull.writes && !deletes) || shell->options->dry_run || !is_pull_wanted(&pull)) {
        return;
    }
    int failed = pull.writes ? schema_file_write(pull.path.s, pull.text) : 0;
    if (failed != 0) {
        fail_file(shell, "write", pull.path, failed);
    } else if (deletes) {
        delete_stale(&pull);
    }
}

void schema_command(Shell *shell)
{
    switch (shell->options->schema.action) {
    case SCHEMA_PUSH:
        push_command(shell);
        break;
    case SCHEMA_DIFF:
        diff_command(shell);
        break;
    case SCHEMA_PULL:
        pull_command(shell);
        break;
    case SCHEMA_STATUS:
        status_command(shell);
        break;
    case SCHEMA_COMMIT:
        commit_command(shell);
        break;
    case SCHEMA_ABANDON:
        abandon_command(shell);
        break;
    case SCHEMA_NONE:
        break;
    }
}

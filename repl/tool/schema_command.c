/* schema_command: see schema_command.h.
 *
 *   push    files ─► plan (a push that is rolled back) ─► shown ─► asked ─► push
 *   commit  staged files ─► plan ─► shown ─► asked ─► in force
 *   diff    files ─► plan ─► shown
 *   pull    files of the schema in force ─► a folder, as they were pushed
 *   status  what is in force, and what the staged schema would change
 *
 * Questions are asked on a terminal only. Elsewhere a push or pull goes ahead, unless it would
 * lose documents or files: then --force has to say so.
 */
#include "repl/tool/schema_command.h"

#include "interp/schema/schema_diff.h"
#include "repl/io/ask.h"
#include "repl/io/folder.h"
#include "repl/io/signals.h"
#include "repl/tool/schema_files.h"
#include "repl/tool/schema_pull.h"
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

/* -- pushing ----------------------------------------------------------------------------------- */

/* What the names of files in the folder begin with; a folder may be one file. */
static Str folder_prefix(Shell *shell)
{
    Str path = folder_path(&shell->arena, folder(shell), "");
    if (schema_files_is_one(folder(shell))) {
        path = str_from_c(folder(shell));
        while (path.len > 0 && path.s[path.len - 1] != '/') {
            path.len--;
        }
    }
    return path;
}

/* A push under way. */
typedef struct Files {
    Shell *shell;
    FslFiles files;
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
static const Source *make_source(Shell *shell, const FslFile *file)
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
                               .folder = folder_prefix(shell),
                               .dry_run = dry_run,
                               .stage = shell->options->schema.staged,
                               .against_staged = shell->options->schema.action == SCHEMA_DIFF &&
                                                 shell->options->schema.staged};
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

/* Whether the files are, byte for byte, those in force. */
static bool has_same_texts(const SchemaPush *push)
{
    bool same = push->before_count == push->after_count;
    for (int64_t i = 0; same && i < push->after_count; i++) {
        bool found = false;
        for (int64_t k = 0; !found && k < push->before_count; k++) {
            found = str_eq(push->before[k]->name, push->after[i]->name) &&
                    str_eq(push->before[k]->text, push->after[i]->text);
        }
        same = found;
    }
    return same;
}

static void show_changes(Files *files)
{
    Shell *shell = files->shell;
    Buf out = {0};
    SchemaDiffStyle style = {.format = shell->options->schema.text ? DIFF_TEXTUAL : DIFF_SEMANTIC,
                             .color = shell->view.color,
                             .full = true};
    schema_diff_put(&out, &files->push, style);
    if (out.len == 0) {
        buf_puts(&out, has_same_texts(&files->push)
                           ? "The schema in force is the same.\n"
                           : "The schema in force means the same; the files differ (--text).\n");
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
    if (shell->options->schema.force || files->push.change_count == 0 ||
        (!ask_can() && deleted == 0)) {
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
    bool changes = !has_same_texts(&files.push);
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
        if (!has_same_texts(&files.push) && shell->options->schema.exit_code) {
            shell_fail(shell, EXIT_QUERY);
        }
    }
}

/* -- the staged schema ------------------------------------------------------------------------- */

/* Takes the staged files in the place of those of a folder. False: none are staged, or those in
 * force are. */
static bool load_staged(Files *files)
{
    Arena *arena = &files->shell->arena;
    SchemaState state =
        session_schema_state(files->shell->session, folder_prefix(files->shell));
    for (int64_t i = 0; i < state.staged_count && !state.is_pinned; i++) {
        FslFile file = {str_copy(arena, state.staged[i]->name),
                        str_copy(arena, state.staged[i]->text)};
        vec_push(&files->files, arena, file);
    }
    return state.is_staged && !state.is_pinned;
}

/* Does what is to be done with the staged schema; that there is none is an error of it. */
static void finish_staged(Shell *shell, StageAction action, const char *done)
{
    SchemaStaging staging = {.action = action};
    signals_watch(shell->session);
    Outcome outcome = session_stage(shell->session, &staging);
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

/* -- status ------------------------------------------------------------------------------------ */

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
        schema_pull(shell);
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

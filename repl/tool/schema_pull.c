/* schema_pull: files of the schema in force, as they were pushed, to a folder.
 *
 *   in the database   in the folder
 *   a.fsl             a.fsl, another text    overwrite: asked first
 *   sub/b.fsl                                add
 *                     c.fsl                  keep, or with --delete delete: asked first
 */
#include "repl/tool/schema_pull.h"

#include "repl/io/ask.h"
#include "repl/io/folder.h"
#include "repl/tool/schema_files.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Pull {
    Shell *shell;
    const char *dir;
    SchemaState state;
    FslFiles files; /* there now */
    bool writes;    /* some file has to be written */
    bool loses;     /* a file that is there is overwritten or deleted */
    int64_t stale;  /* files that are not of the schema */
} Pull;

static bool deletes_stale(const Pull *pull)
{
    return pull->shell->options->schema.delete_stale && pull->stale > 0;
}

static const FslFile *find_file(const Pull *pull, Str path)
{
    for (int64_t i = 0; i < pull->files.len; i++) {
        if (str_eq(pull->files.at[i].path, path)) {
            return &pull->files.at[i];
        }
    }
    return NULL;
}

static bool is_of_schema(const Pull *pull, Str path)
{
    for (int64_t i = 0; i < pull->state.count; i++) {
        if (str_eq(pull->state.files[i]->name, path)) {
            return true;
        }
    }
    return false;
}

/* Finds out what has to be done, and writes it to `out`. */
static void plan_pull(Pull *pull, Buf *out)
{
    bool deletes = pull->shell->options->schema.delete_stale;
    for (int64_t i = 0; i < pull->files.len; i++) {
        Str path = pull->files.at[i].path;
        if (!is_of_schema(pull, path)) {
            buf_printf(out,
                       deletes ? "delete    %.*s\n" : "keep      %.*s (--delete: delete it)\n",
                       STR_ARG(path));
            pull->stale++;
        }
    }
    for (int64_t i = 0; i < pull->state.count; i++) {
        const Source *source = pull->state.files[i];
        const FslFile *file = find_file(pull, source->name);
        bool same = file && str_eq(file->text, source->text);
        buf_printf(out, "%s %.*s\n", same ? "unchanged" : file ? "overwrite" : "add      ",
                   STR_ARG(source->name));
        pull->writes |= !same;
        pull->loses |= file && !same;
    }
    pull->loses |= deletes_stale(pull);
}

/* Whether files may be overwritten and deleted; adding one needs no question. */
static bool is_wanted(const Pull *pull)
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

/* False: a file could not be written or deleted, which was told. */
static bool do_pull(const Pull *pull)
{
    Shell *shell = pull->shell;
    for (int64_t i = 0; i < pull->state.count; i++) {
        const Source *source = pull->state.files[i];
        const FslFile *file = find_file(pull, source->name);
        if (file && str_eq(file->text, source->text)) {
            continue;
        }
        int error = schema_file_write(str_to_c(&shell->arena, source->name), source->text);
        if (error != 0) {
            return fail_file(shell, "write", source->name, error);
        }
    }
    for (int64_t i = 0; i < pull->files.len && deletes_stale(pull); i++) {
        Str path = pull->files.at[i].path;
        if (!is_of_schema(pull, path) && unlink(path.s) != 0) {
            return fail_file(shell, "delete", path, errno);
        }
    }
    return true;
}

/* Names come from whoever pushed: none may lead out of the folder. */
static bool has_good_names(const Pull *pull, Str prefix)
{
    for (int64_t i = 0; i < pull->state.count; i++) {
        Str path = pull->state.files[i]->name;
        Str name = str_slice(path, prefix.len, path.len);
        if (!schema_files_stays_inside(name)) {
            shell_complain(pull->shell,
                           "the schema has a file `%.*s`, which would lie outside of `%s`: nothing "
                           "was changed",
                           STR_ARG(name), pull->dir);
            return shell_fail(pull->shell, EXIT_QUERY);
        }
    }
    return true;
}

void schema_pull(Shell *shell)
{
    const char *dir = shell->options->schema.dir;
    Pull pull = {.shell = shell, .dir = dir ? dir : "."};
    Str error;
    Str prefix = folder_path(&shell->arena, pull.dir, "");
    pull.state = session_schema_state(shell->session, prefix);
    if (shell->options->schema.staged && pull.state.is_staged) {
        pull.state.files = pull.state.staged;
        pull.state.count = pull.state.staged_count;
    }
    if (!has_good_names(&pull, prefix)) {
        return;
    }
    if (mkdir(pull.dir, 0777) != 0 && errno != EEXIST) {
        fail_file(shell, "make", str_from_c(pull.dir), errno);
        return;
    }
    if (!schema_files_read(&shell->arena, pull.dir, &pull.files, &error)) {
        shell_complain(shell, "%.*s", STR_ARG(error));
        shell_fail(shell, EXIT_USAGE);
        return;
    }
    Buf plan = {0};
    plan_pull(&pull, &plan);
    shell_print(shell, plan.len > 0 ? buf_str(&plan) : STR("There is no schema in force.\n"));
    buf_free(&plan);
    if ((pull.writes || deletes_stale(&pull)) && !shell->options->dry_run && is_wanted(&pull)) {
        (void)do_pull(&pull);
    }
}

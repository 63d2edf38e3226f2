/* test_command: see test_command.h.
 *
 *   shop/schema/         is put in force,      all of a folder, or the one that --schema names;
 *   shop/setup.fql       runs, shown nowhere,  or the one that --setup names;
 *   shop/order.fql       runs, and prints what is compared with
 *   shop/order.out
 *
 * Each file has a new database in memory, and a process of its own, whose messages and results go
 * to one file without a name: so they come in the order in which they were written, and a test
 * that dies takes nothing with it.
 */
#include "repl/tool/test_command.h"

#include "repl/io/folder.h"
#include "repl/io/input.h"
#include "repl/io/signals.h"
#include "repl/shell/batch.h"
#include "repl/shell/place.h"
#include "repl/tool/schema_command.h"
#include "repl/tool/schema_files.h"
#include "runtime/base/line_diff.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const Str setup_name = {"setup.fql", 9};

typedef struct Testing {
    Shell *shell;
    int64_t passed, failed, accepted;
} Testing;

/* -- one test, in its own process ------------------------------------------------------------- */

/* The folder of a file. */
static Str folder_of(Str path)
{
    int64_t end = path.len;
    while (end > 0 && path.s[end - 1] != '/') {
        end--;
    }
    return end > 1 ? str_slice(path, 0, end - 1) : end == 1 ? STR("/") : STR(".");
}

/* The path of `name` beside the test; NULL: there is nothing. */
static const char *find_beside(Arena *arena, Str path, const char *name)
{
    const char *folder = str_to_c(arena, folder_of(path));
    const char *found = str_to_c(arena, folder_path(arena, folder, name));
    return access(found, F_OK) == 0 ? found : NULL;
}

static bool push_schema(Shell *shell, const Options *options, const char *dir)
{
    Options pushing = *options;
    pushing.schema = (SchemaOptions){.action = SCHEMA_PUSH, .dir = dir, .force = true};
    shell->options = &pushing;
    schema_command(shell);
    shell->options = options;
    return shell->exit_code == EXIT_OK;
}

/* Runs the test with stdout and stderr going to `fd`. */
static void run_child(const Options *given, Str path, int fd)
{
    Options options = *given;
    options.keep_going = true;
    options.color = COLOR_NEVER;
    options.db = NULL;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    Shell shell;
    shell_init(&shell, &options);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
        dup2(fd, STDERR_FILENO) < 0 || !shell_open(&shell, NULL, false, false)) {
        _exit(EXIT_DATABASE);
    }
    const char *schema = options.test.schema != NULL ? options.test.schema
                                                     : find_beside(&shell.arena, path, "schema");
    const char *setup = options.test.setup != NULL ? options.test.setup
                                                   : find_beside(&shell.arena, path, setup_name.s);
    bool ready = (schema == NULL || push_schema(&shell, &options, schema)) &&
                 (setup == NULL || batch_run_file(&shell, setup));
    if (dup2(fd, STDOUT_FILENO) < 0) {
        _exit(EXIT_DATABASE);
    }
    if (ready) {
        batch_run_file(&shell, path.s);
    }
    (void)shell_close(&shell);
    _exit(EXIT_OK);
}

/* What the test prints, and how its process ended if that was not as it should be. False: it could
 * not be run, which was told. */
static bool run_test(Shell *shell, Str path, Buf *got)
{
    FILE *file = tmpfile();
    pid_t child = file != NULL ? fork() : -1;
    if (child == 0) {
        run_child(shell->options, path, fileno(file));
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    bool read = child > 0 && lseek(fileno(file), 0, SEEK_SET) == 0 &&
                input_read_all(fileno(file), got) == 0;
    if (!read) {
        shell_complain(shell, "cannot run `%.*s`: %s", STR_ARG(path), strerror(errno));
        shell_fail(shell, EXIT_DATABASE);
    } else if (WIFSIGNALED(status)) {
        buf_printf(got, "(ended by signal %d)\n", WTERMSIG(status));
    } else if (WEXITSTATUS(status) != EXIT_OK) {
        buf_puts(got, "(no database could be opened)\n");
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return read;
}

/* -- comparing -------------------------------------------------------------------------------- */

/* The path of what the test is to print. */
static Str result_path(Arena *arena, Str path)
{
    Str stem = str_slice(path, 0, path.len - 4);
    Str out = str_format(arena, "%.*s.out", STR_ARG(stem));
    return (Str){str_to_c(arena, out), out.len};
}

static void accept(Testing *testing, Str path, Str got)
{
    Shell *shell = testing->shell;
    int error = schema_file_write(path.s, got);
    if (error != 0) {
        shell_complain(shell, "cannot write `%.*s`: %s", STR_ARG(path), strerror(error));
        shell_fail(shell, EXIT_DATABASE);
        return;
    }
    testing->accepted++;
    shell_print(shell, str_format(&shell->arena, "accepted %.*s\n", STR_ARG(path)));
}

static void fail(Testing *testing, Str path, Str reason)
{
    Shell *shell = testing->shell;
    testing->failed++;
    shell_print(shell,
                str_format(&shell->arena, "FAILED %.*s\n%.*s", STR_ARG(path), STR_ARG(reason)));
    shell_fail(shell, EXIT_QUERY);
}

/* The lines that differ, with some of those around them; "@@ LINE @@" where lines are left out. */
static void put_difference(Buf *out, Arena *arena, Str want, Str got)
{
    enum { CONTEXT_LINES = 2 };
    LineChanges changes = line_diff(arena, want, got);
    bool was_shown = true;
    for (int64_t i = 0; i < changes.len; i++) {
        bool shown = line_diff_is_near(&changes, i, CONTEXT_LINES);
        if (shown && (!was_shown || i == 0)) {
            buf_printf(out, "@@ %lld @@\n", (long long)changes.at[i].number + 1);
        }
        if (shown) {
            buf_printf(out, "%c%.*s\n", changes.at[i].mark, STR_ARG(changes.at[i].line));
        }
        was_shown = shown;
    }
}

/* Compares what was printed with what was to be. */
static void compare(Testing *testing, Str path, Str got)
{
    Shell *shell = testing->shell;
    Arena arena;
    Buf want = {0}, reason = {0};
    arena_init(&arena);
    Str out = result_path(&arena, path);
    int error = input_read_file(out.s, &want);
    if (error == 0 && str_eq(buf_str(&want), got)) {
        testing->passed++;
    } else if (shell->options->test.accept) {
        accept(testing, out, got);
    } else if (error != 0) {
        buf_printf(&reason, "there is no %.*s (%s); --accept writes it\n", STR_ARG(out),
                   strerror(error));
        fail(testing, path, buf_str(&reason));
    } else {
        put_difference(&reason, &arena, buf_str(&want), got);
        if (reason.len == 0) {
            buf_puts(&reason, "they differ in the newline at the end\n");
        }
        fail(testing, path, buf_str(&reason));
    }
    buf_free(&want);
    buf_free(&reason);
    arena_free(&arena);
}

/* -- files ------------------------------------------------------------------------------------ */

static bool is_test(Str path)
{
    return str_ends_with(path, STR(".fql")) &&
           !(str_ends_with(path, setup_name) &&
             (path.len == setup_name.len || path.s[path.len - setup_name.len - 1] == '/'));
}

static void test_file(Testing *testing, Str path)
{
    Buf got = {0};
    if (run_test(testing->shell, path, &got)) {
        compare(testing, path, buf_str(&got));
    }
    buf_free(&got);
}

static bool fail_place(Shell *shell, Str reason)
{
    shell_complain(shell, "%.*s", STR_ARG(reason));
    return shell_fail(shell, EXIT_USAGE);
}

/* The tests of a place that the user named. */
static bool find_tests(Shell *shell, const char *place, Paths *paths)
{
    struct stat status;
    Str error, name = str_from_c(place);
    if (stat(place, &status) != 0) {
        return fail_place(
            shell, str_format(&shell->arena, "cannot read `%s`: %s", place, strerror(errno)));
    }
    if (S_ISDIR(status.st_mode)) {
        return folder_list(&shell->arena, place, is_test, paths, &error) ||
               fail_place(shell, error);
    }
    if (!str_ends_with(name, STR(".fql"))) {
        return fail_place(
            shell, str_format(&shell->arena, "`%s` is no test: those are files in .fql", place));
    }
    vec_push(paths, &shell->arena, name);
    return true;
}

void test_command(Shell *shell)
{
    const ImportWords *words = &shell->options->words;
    Testing testing = {.shell = shell};
    Paths paths = {0};
    for (int64_t i = 0; i < words->places.len; i++) {
        if (!find_tests(shell, words->places.at[i], &paths)) {
            return;
        }
    }
    if (paths.len == 0) {
        fail_place(shell, STR("there are no tests: files in .fql, each with a .out beside it"));
        return;
    }
    for (int64_t i = 0; i < paths.len && !signals_seen(); i++) {
        test_file(&testing, paths.at[i]);
    }
    if (signals_seen()) {
        shell_fail(shell, EXIT_INTERRUPTED);
    }
    Buf counts = {0};
    if (testing.accepted > 0) {
        buf_printf(&counts, "%lld accepted, ", (long long)testing.accepted);
    }
    buf_printf(&counts, "%lld passed, %lld failed\n", (long long)testing.passed,
               (long long)testing.failed);
    shell_print(shell, buf_str(&counts));
    buf_free(&counts);
}

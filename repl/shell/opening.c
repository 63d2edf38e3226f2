/* opening: see opening.h. The store says what failed; here is added what the person at the keyboard can
 * do about it: another option, another command, or that the name is of something else. */
#include "repl/shell/opening.h"

#include "repl/tool/subcommand.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A command further from what was asked for than this is no suggestion. */
#define SUGGEST_DISTANCE_MAX 2

/* The subcommand that a missing database is called like, or NULL: `fawn improt` means another
 * thing. */
static const char *near_command(Str name)
{
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        int distance = str_distance(str_from_c(command->name), name);
        if (distance <= SUGGEST_DISTANCE_MAX && distance < name.len / 2) {
            return command->name;
        }
    }
    return NULL;
}

static void complain_missing(Shell *shell, const char *path)
{
    const char *near = near_command(str_from_c(path));
    if (str_ends_with(str_from_c(path), STR(".fawn"))) {
        shell_complain(shell, "there is no database `%s` to read", path);
    } else if (shell->files.len > 0) {
        shell_complain(
            shell, "there is no database `%s` (a new one has a name in .fawn, or --create)", path);
    } else if (near != NULL) {
        shell_complain(shell, "there is no command and no database `%s`; did you mean %s?", path,
                       near);
    } else {
        shell_complain(shell,
                       "there is no database `%s` (a new one has a name in .fawn, or --create; "
                       "a query goes behind -e)",
                       path);
    }
}

/* What a file that is no database is by its first bytes, and what can be done with it. NULL: it is no
 * file. */
static const char *stranger_hint(const char *path)
{
    static const struct {
        const char *start, *hint;
    } kinds[] = {
        {"SQLite format 3", "it is one of SQLite: `sqlite3 -json FILE 'SELECT * FROM t' > t.json`, "
                            "then `fawn import NEW.fawn t.json`"},
        {"%% fawn dump", "it is a dump: `fawn restore FILE NEW.fawn` makes a database of it"},
        {"{", "it may be JSON: `fawn import NEW.fawn FILE` reads it"},
        {"[", "it may be JSON: `fawn import NEW.fawn FILE` reads it"},
        {"\x1f\x8b", "it is packed by gzip: `fawn import NEW.fawn FILE` reads documents so packed"},
    };
    char bytes[16] = {0};
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
        return NULL;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, bytes, sizeof bytes) : -1;
    if (fd >= 0) {
        (void)close(fd);
    }
    Str head = {bytes, got > 0 ? got : 0};
    for (int64_t i = 0; i < countof(kinds); i++) {
        if (str_starts_with(head, str_from_c(kinds[i].start))) {
            return kinds[i].hint;
        }
    }
    return "it was left as it is; give a new database a name of its own";
}

void opening_complain(Shell *shell, const char *path, StoreStatus status,
                      const StoreNotice *notice)
{
    const char *hint = status == STORE_NOT_A_DATABASE ? stranger_hint(path) : NULL;
    bool only_reads = access(path, R_OK) == 0 && access(path, W_OK) != 0;
    if (status == STORE_NO_FILE) {
        complain_missing(shell, path);
    } else if (notice->text[0] == '\0') {
        shell_complain(shell, "cannot open `%s`", path);
    } else if (hint != NULL) {
        shell_complain(shell, "%s (%s)", notice->text, hint);
    } else if (status == STORE_LOCKED || (status == STORE_IO && only_reads)) {
        shell_complain(shell, "%s (--readonly reads it)", notice->text);
    } else {
        shell_complain(shell, "%s", notice->text);
    }
}

bool opening_may_make(Shell *shell, const char *path)
{
    const char *slash = strrchr(path, '/');
    Str folder = slash == NULL   ? STR(".")
                 : slash == path ? STR("/")
                                 : (Str){path, slash - path};
    if (access(path, F_OK) == 0 || errno != ENOENT ||
        access(str_to_c(&shell->arena, folder), W_OK | X_OK) == 0) {
        return true;
    }
    const char *reason = errno == ENOENT ? "there is no such folder" : strerror(errno);
    shell_complain(shell, "cannot make a database in `%.*s`: %s", STR_ARG(folder), reason);
    return false;
}

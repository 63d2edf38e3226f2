/* external: Ctrl-C and Ctrl-Z belong to the program that has the terminal. */
#include "repl/io/external.h"

#include "repl/io/input.h"
#include "repl/io/output.h"
#include "repl/io/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void run_child(const char *command, const char *argument)
{
    sigset_t none;
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execl("/bin/sh", "sh", "-c", command, "sh", argument, (char *)NULL);
    _exit(127);
}

int external_run(const char *command, const char *argument)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
    int status = 0;
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    pid_t child = fork();
    if (child == 0) {
        run_child(command, argument);
    }
    pid_t ended = -1;
    while (child > 0 && (ended = waitpid(child, &status, 0)) < 0 && errno == EINTR) {
    }
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    if (ended < 0) {
        return 127;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static const char *editor_command(void)
{
    static const char *const names[] = {"FAWN_EDITOR", "VISUAL", "EDITOR"};
    for (int64_t i = 0; i < countof(names); i++) {
        const char *command = getenv(names[i]);
        if (command != NULL && command[0] != '\0') {
            return command;
        }
    }
    return "vi";
}

/* Makes the file that is edited; its name ends in .fql, so that editors know what it is. Returns 0 or
 * the errno. */
static int make_file(char *path, Str text)
{
    int fd = mkstemps(path, 4);
    if (fd < 0) {
        return errno;
    }
    int error = write_all(fd, text);
    if (error == 0) {
        error = write_all(fd, STR("\n"));
    }
    close(fd);
    return error;
}

const char *external_edit(Arena *arena, Buf *text)
{
    const char *folder = getenv("TMPDIR"), *command = editor_command();
    Str name = str_format(arena, "%s/fawn-XXXXXX.fql", folder && folder[0] ? folder : "/tmp");
    char *path = arena_copy(arena, str_to_c(arena, name), name.len + 1);
    int error = make_file(path, buf_str(text));
    if (error != 0) {
        return str_to_c(arena, str_format(arena, "cannot write `%s`: %s", path, strerror(error)));
    }
    Str line = str_format(arena, "%s \"$1\"", command);
    int code = external_run(str_to_c(arena, line), path);
    const char *problem = NULL;
    Buf edited = {0};
    if (code != 0) {
        problem = str_to_c(arena, str_format(arena, "the editor `%s` ended with exit code %d; the "
                                                    "text is as it was ($EDITOR names another)",
                                             command, code));
    } else if ((error = input_read_file(path, &edited)) != 0) {
        problem = str_to_c(arena, str_format(arena, "cannot read `%s`: %s", path, strerror(error)));
    } else {
        text->len = 0;
        buf_put(text, text_trim_end(buf_str(&edited)));
    }
    buf_free(&edited);
    unlink(path);
    return problem;
}

/* output: write(2) on a buffer of our own. A closed pipe ends the process by SIGPIPE, as a
 * filter should; a full disk is an error that the caller tells. */
#include "repl/io/output.h"

#include "repl/io/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A buffer that grew beyond this for one result gives its memory back. */
#define BUFFER_KEPT_BYTES (1 << 20)

extern char **environ;

/* What a long set gives goes out in blocks of this size. */
#define RELIEVED_BYTES (1 << 16)

void output_init(Output *output)
{
    *output = (Output){.fd = STDOUT_FILENO, .held = -1};
}

/* Whether `path` is something that cannot be replaced: a device, a pipe. */
static bool is_special(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

/* Makes a file beside `path`, under another name. */
static int open_temporary(Output *output, const char *path)
{
    size_t len = strlen(path);
    output->path = strdup(path);
    output->temporary = malloc(len + sizeof ".XXXXXX");
    if (output->path == NULL || output->temporary == NULL) {
        return ENOMEM;
    }
    memcpy(output->temporary, path, len);
    memcpy(output->temporary + len, ".XXXXXX", sizeof ".XXXXXX");
    int fd = mkstemp(output->temporary);
    if (fd < 0) {
        int error = errno;
        free(output->temporary);
        output->temporary = NULL;
        return error;
    }
    /* mkstemp makes it private; a result file is as public as the umask lets any file be. */
    mode_t mask = umask(0);
    umask(mask);
    if (fchmod(fd, 0666 & ~mask) != 0) {
        output->error = errno;
    }
    output->fd = fd;
    return 0;
}

int output_redirect(Output *output, const char *path)
{
    if (!is_special(path)) {
        return open_temporary(output, path);
    }
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    output->fd = fd;
    return fd < 0 ? errno : 0;
}

int output_open(Output *output, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        return errno;
    }
    output->fd = fd;
    output->is_own = true;
    return 0;
}

/* Starts `sh -c command` with `fd` as its stdin. Returns 0 or the errno. */
static int spawn_shell(const char *command, int fd, pid_t *child)
{
    char *const words[] = {strdup("sh"), strdup("-c"), strdup(command), NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
    int error = posix_spawn(child, "/bin/sh", &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    for (int64_t i = 0; words[i] != NULL; i++) {
        free(words[i]);
    }
    return error;
}

int output_pipe(Output *output, const char *command)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return errno;
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    int error = spawn_shell(command, ends[0], &output->child);
    close(ends[0]);
    if (error != 0) {
        close(ends[1]);
        output->child = 0;
        return error;
    }
    output->fd = ends[1];
    output->is_own = true;
    output->old_pipe_handler = signal(SIGPIPE, SIG_IGN);
    return 0;
}

int write_all(int fd, Str text)
{
    while (text.len > 0) {
        ssize_t done = write(fd, text.s, (size_t)text.len);
        if (done < 0 && errno != EINTR) {
            return errno;
        }
        if (done > 0) {
            text = str_slice(text, done, text.len);
        }
        /* A signal may only have cut the write short. */
        if (text.len > 0 && signals_seen()) {
            return EINTR;
        }
    }
    return 0;
}

/* -- what is held back in a file ------------------------------------------------------------ */

static int open_held(Output *output)
{
    const char *folder = getenv("TMPDIR");
    Buf name = {0};
    buf_printf(&name, "%s/fawn.XXXXXX", folder != NULL && folder[0] != '\0' ? folder : P_tmpdir);
    buf_byte(&name, '\0');
    output->held = mkstemp(name.data);
    int error = output->held < 0 ? errno : 0;
    if (error == 0) {
        unlink(name.data);
    }
    buf_free(&name);
    return error;
}

/* Copies what was held back to where results go. */
static int copy_held(Output *output)
{
    char block[16 * 1024];
    int error = lseek(output->held, 0, SEEK_SET) < 0 ? errno : 0;
    while (error == 0) {
        ssize_t got = read(output->held, block, sizeof block);
        if (got <= 0) {
            return got < 0 ? errno : 0;
        }
        error = write_all(output->fd, (Str){block, got});
    }
    return error;
}

static int hold(Output *output)
{
    int error = output->held < 0 ? open_held(output) : 0;
    return error != 0 ? error : write_all(output->held, buf_str(&output->buffer));
}

void output_relieve(Output *output, bool may_show)
{
    if (output->buffer.len < RELIEVED_BYTES) {
        return;
    }
    if (output->error == 0) {
        bool at_once = may_show && output->held < 0;
        output->error = at_once ? write_all(output->fd, buf_str(&output->buffer)) : hold(output);
    }
    output->buffer.len = 0;
}

bool output_commit(Output *output)
{
    if (output->error == 0 && output->held >= 0) {
        output->error = copy_held(output);
    }
    if (output->error == 0) {
        output->error = write_all(output->fd, buf_str(&output->buffer));
    }
    output_discard(output);
    return output->error == 0 || (output->child != 0 && output->error == EPIPE);
}

void output_discard(Output *output)
{
    if (output->buffer.cap > BUFFER_KEPT_BYTES) {
        buf_free(&output->buffer);
    }
    output->buffer.len = 0;
    if (output->held >= 0) {
        close(output->held);
        output->held = -1;
    }
}

/* Ends what output_open and output_pipe began. */
static int close_own(Output *output)
{
    int error = close(output->fd) != 0 ? errno : 0;
    if (output->child != 0) {
        while (waitpid(output->child, NULL, 0) < 0 && errno == EINTR && !signals_ending()) {
        }
        signal(SIGPIPE, output->old_pipe_handler);
    }
    return error;
}

int output_close(Output *output, bool keep)
{
    int error = output->error;
    if (output->is_own) {
        int failed = close_own(output);
        error = error != 0 ? error : failed;
        /* The command has seen enough. */
        error = output->child != 0 && error == EPIPE ? 0 : error;
    }
    if (output->temporary != NULL) {
        if (close(output->fd) != 0 && error == 0) {
            error = errno;
        }
        keep = keep && error == 0;
        if (keep && rename(output->temporary, output->path) != 0) {
            error = errno;
            keep = false;
        }
        if (!keep) {
            unlink(output->temporary);
        }
    }
    free(output->temporary);
    free(output->path);
    output_discard(output);
    buf_free(&output->buffer);
    output_init(output);
    return error;
}

/* pager: a shell runs the command; leaving it early only means that the rest is not wanted. */
#include "repl/shell/pager.h"

#include "repl/edit/terminal.h"

#include <stdlib.h>
#include <unistd.h>

const char *pager_command(const Shell *shell)
{
    const char *own = getenv("FAWN_PAGER"), *any = getenv("PAGER");
    if (shell->pager_command != NULL) {
        return shell->pager_command;
    }
    return own != NULL && own[0] != '\0' ? own : any != NULL && any[0] != '\0' ? any : "less -FRX";
}

static bool is_wanted(const Shell *shell)
{
    return shell->interactive && shell->pager != PAGER_OFF && shell->output.fd == STDOUT_FILENO &&
           isatty(STDOUT_FILENO);
}

/* Whether a folder of PATH has the program, which the command begins with; a path is a path. */
static bool has_program(Arena *scratch, Str program)
{
    if (str_find(program, STR("/"), 0) >= 0) {
        return access(str_to_c(scratch, program), X_OK) == 0;
    }
    const char *path = getenv("PATH");
    Str folders = path ? str_from_c(path) : STR("/usr/bin:/bin");
    for (int64_t at = 0; at <= folders.len;) {
        int64_t colon = str_find(folders, STR(":"), at);
        int64_t end = colon < 0 ? folders.len : colon;
        Str folder = str_slice(folders, at, end);
        Str file = str_format(scratch, "%.*s/%.*s", STR_ARG(folder), STR_ARG(program));
        if (access(str_to_c(scratch, file), X_OK) == 0) {
            return true;
        }
        at = end + 1;
    }
    return false;
}

/* Whether there is a program to run: else the text is simply written. */
static bool can_run(const Shell *shell)
{
    Arena scratch;
    arena_init(&scratch);
    Str command = str_from_c(pager_command(shell));
    int64_t space = str_find(command, STR(" "), 0);
    bool can = has_program(&scratch, str_slice(command, 0, space < 0 ? command.len : space));
    arena_free(&scratch);
    return can;
}

bool pager_begin(Shell *shell)
{
    if (!is_wanted(shell) || !can_run(shell)) {
        return false;
    }
    shell_begin_redirection(shell, false);
    if (output_pipe(&shell->output, pager_command(shell)) != 0) {
        shell_end_redirection(shell, false);
        return false;
    }
    return true;
}

static bool is_long(Str text)
{
    int64_t lines = 0, height = terminal_height();
    for (int64_t i = 0; i < text.len && lines < height; i++) {
        lines += text.s[i] == '\n';
    }
    return lines >= height;
}

bool pager_show(Shell *shell, Str text)
{
    if (!is_wanted(shell) || !(shell->pager == PAGER_ALWAYS || is_long(text)) || !can_run(shell)) {
        return false;
    }
    Output output;
    output_init(&output);
    if (output_pipe(&output, pager_command(shell)) != 0) {
        return false;
    }
    buf_put(&output.buffer, text);
    (void)output_commit(&output);
    (void)output_close(&output, true);
    return true;
}

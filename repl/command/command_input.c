/* command_input: the meta-commands for what is typed: history, an editor of one's own. */
#include "repl/command/command_int.h"

#include "repl/edit/history.h"
#include "repl/io/external.h"

#include <string.h>

/* `.history` shows so many. */
#define HISTORY_SHOWN 20

static bool fail_here(Shell *shell, const char *name)
{
    shell_complain(shell, ".%s is for the prompt", name);
    return shell_fail(shell, EXIT_QUERY);
}

bool command_history(Shell *shell, Str args)
{
    Buf out = {0};
    char *end;
    if (!shell->interactive) {
        return fail_here(shell, "history");
    }
    const char *text = str_to_c(&shell->arena, args);
    long long count = strtoll(text, &end, 10);
    bool is_count = args.len > 0 && *end == '\0' && count > 0;
    history_show(&out, is_count ? (Str){0} : args, is_count         ? count
                                                   : args.len == 0 ? HISTORY_SHOWN
                                                                   : 0);
    shell_print(shell, buf_str(&out));
    buf_free(&out);
    return true;
}

bool command_clear_history(Shell *shell, Str args)
{
    if (args.len > 0) {
        return command_fail_usage(shell, ".clearhistory");
    }
    if (!shell->interactive) {
        return fail_here(shell, "clearhistory");
    }
    int error = history_clear(&shell->history);
    if (error != 0) {
        shell_complain(shell, "cannot empty `%s`: %s", shell->history.path, strerror(error));
        return shell_fail(shell, EXIT_QUERY);
    }
    return true;
}

/* .edit [QUERY]: what was saved is what the next input begins with. */
bool command_edit(Shell *shell, Str args)
{
    if (!shell->interactive) {
        return fail_here(shell, "edit");
    }
    shell->draft.len = 0;
    buf_put(&shell->draft, args.len > 0 ? args : history_last_query());
    const char *problem = external_edit(&shell->arena, &shell->draft);
    if (problem != NULL) {
        shell->draft.len = 0;
        shell_complain(shell, "%s", problem);
        return shell_fail(shell, EXIT_QUERY);
    }
    return true;
}

/* The prompt drops an input that ends in this line (prompt.c); by itself there is nothing to drop. */
bool command_break(Shell *shell, Str args)
{
    return args.len == 0 || command_fail_usage(shell, ".break");
}

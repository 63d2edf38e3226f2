/* command_output: the meta-commands for reading results: more of the last one, how much and how
 * wide, and where they go. */
#include "repl/command/command_int.h"

#include "repl/io/text.h"
#include "repl/shell/last.h"
#include "repl/shell/pager.h"
#include "repl/show/row.h"

#include <string.h>

/* -- more of the last result ---------------------------------------------------------------- */

bool command_next(Shell *shell, Str args)
{
    (void)args;
    if (shell->after.len == 0) {
        shell_complain(shell, "nothing more to show");
        return shell_fail(shell, EXIT_QUERY);
    }
    Buf text = {0};
    buf_puts(&text, "Set.paginate(");
    print_fql_string(&text, buf_str(&shell->after));
    if (shell->page_shown > 0) {
        buf_printf(&text, ", %lld", (long long)shell->page_shown);
    }
    buf_byte(&text, ')');
    bool succeeded = shell_run_again(shell, buf_str(&text));
    buf_free(&text);
    return succeeded;
}

static bool show_last(Shell *shell)
{
    if (!shell->has_last) {
        shell_complain(shell, shell->interactive ? "there is no last result yet"
                                                 : "there is no last result: only the prompt keeps it");
        return shell_fail(shell, EXIT_QUERY);
    }
    return shell_run_again(shell, STR(LAST_VALUE_NAME));
}

bool command_last(Shell *shell, Str args)
{
    (void)args;
    return show_last(shell);
}

bool command_all(Shell *shell, Str args)
{
    (void)args;
    bool before = shell->view.all;
    bool paged = shell->has_last && pager_begin(shell);
    shell->view.all = true;
    bool succeeded = show_last(shell);
    shell->view.all = before;
    if (paged) {
        shell_end_redirection(shell, true);
    }
    return succeeded;
}

/* -- how much and how wide ------------------------------------------------------------------ */

/* A number, or "auto", which is -1. Without an argument the present one is shown. */
static bool read_count(Shell *shell, Str args, const char *usage, int64_t *count)
{
    if (args.len == 0) {
        shell_print(shell, *count < 0 ? STR("auto\n")
                                      : str_format(&shell->arena, "%lld\n", (long long)*count));
        return true;
    }
    char *end;
    const char *text = str_to_c(&shell->arena, args);
    long long number = strtoll(text, &end, 10);
    if (str_eq(args, STR("auto"))) {
        *count = -1;
    } else if (*end != '\0' || number < 0 || number > INT32_MAX) {
        return command_fail_usage(shell, usage);
    } else {
        *count = number;
    }
    return true;
}

bool command_max_rows(Shell *shell, Str args)
{
    return read_count(shell, args, ".maxrows [N|auto] (0: no bound; auto: 40 on a terminal)",
                      &shell->max_rows);
}

bool command_width(Shell *shell, Str args)
{
    return read_count(shell, args, ".width [N|auto] (0: no bound; auto: that of the terminal)",
                      &shell->width);
}

bool command_depth(Shell *shell, Str args)
{
    int64_t depth = shell->view.depth;
    if (!read_count(shell, args, ".depth [N|auto] (how deep objects become columns)", &depth)) {
        return false;
    }
    shell->view.depth = depth < 0 || depth > ROW_DEPTH_MAX ? ROW_DEPTH_MAX : depth;
    return true;
}

/* A text in double quotes may be empty. */
bool command_null_value(Shell *shell, Str args)
{
    shell->view.null_text = args.len > 0 ? command_file_name(shell, args) : NULL;
    return true;
}

/* -- where results go ------------------------------------------------------------------------ */

static bool redirect(Shell *shell, Str args, bool is_once)
{
    const char *target = command_file_name(shell, args);
    shell->redirected_to = target;
    int error = target[0] == '|' ? output_pipe(&shell->output, target + 1)
                : is_once        ? output_redirect(&shell->output, target)
                                 : output_open(&shell->output, target);
    if (error != 0) {
        shell_complain(shell, "cannot write `%s`: %s", target, strerror(error));
        shell_end_redirection(shell, false);
        return shell_fail(shell, EXIT_QUERY);
    }
    return true;
}

bool command_output(Shell *shell, Str args)
{
    shell_end_redirection(shell, true);
    if (args.len == 0 || str_eq(args, STR("stdout"))) {
        return true;
    }
    shell_begin_redirection(shell, false);
    return redirect(shell, args, false);
}

bool command_once(Shell *shell, Str args)
{
    if (args.len == 0) {
        return command_fail_usage(shell, ".once FILE, or .once |COMMAND");
    }
    shell_end_redirection(shell, true);
    shell_begin_redirection(shell, true);
    return redirect(shell, args, true);
}

bool command_pager(Shell *shell, Str args)
{
    if (args.len == 0) {
        shell_print(shell, str_format(&shell->arena, "%s\n",
                                      shell->pager == PAGER_OFF ? "off" : pager_command(shell)));
    } else if (str_eq(args, STR("off"))) {
        shell->pager = PAGER_OFF;
    } else {
        shell->pager = str_eq(args, STR("on")) ? PAGER_ALWAYS : PAGER_AUTO;
        if (!str_eq(args, STR("on")) && !str_eq(args, STR("auto"))) {
            shell->pager_command = str_to_c(&shell->arena, args);
        }
    }
    return true;
}

/* -- all at once -------------------------------------------------------------------------------- */

static bool choose_mode(Shell *shell, Str name)
{
    if (mode_find(name, &shell->view.mode)) {
        return true;
    }
    Str near = mode_suggest(name);
    if (near.len > 0) {
        shell_complain(shell, "there is no mode `%.*s`; did you mean %.*s?", STR_ARG(name),
                       STR_ARG(near));
    } else {
        shell_complain(shell, "there is no mode `%.*s`; it is one of %.*s", STR_ARG(name),
                       STR_ARG(mode_names(&shell->arena)));
    }
    return shell_fail(shell, EXIT_QUERY);
}

/* One option behind the mode, which is what the command of its name does. */
static bool apply_mode_option(Shell *shell, Str option)
{
    static const struct {
        const char *name;
        bool (*run)(Shell *shell, Str args);
    } options[] = {{"width", command_width},
                   {"maxrows", command_max_rows},
                   {"depth", command_depth},
                   {"nullvalue", command_null_value}};
    int64_t blank = str_find(option, STR(" "), 0);
    Str name = str_slice(option, 0, blank < 0 ? option.len : blank);
    for (int64_t i = 0; i < countof(options); i++) {
        if (str_eq(name, str_from_c(options[i].name))) {
            return options[i].run(shell, text_trim(str_slice(option, name.len, option.len)));
        }
    }
    return command_fail_usage(
        shell, ".mode [MODE] [--width N] [--maxrows N] [--depth N] [--nullvalue TEXT]");
}

bool command_mode(Shell *shell, Str args)
{
    if (args.len == 0) {
        shell_print(shell, str_format(&shell->arena, "%s\n", mode_name(shell->view.mode)));
        return true;
    }
    int64_t at = str_starts_with(args, STR("--")) ? 0 : str_find(args, STR(" --"), 0);
    Str name = text_trim(str_slice(args, 0, at < 0 ? args.len : at));
    if (name.len > 0 && !choose_mode(shell, name)) {
        return false;
    }
    while (at >= 0) {
        int64_t start = str_find(args, STR("--"), at) + 2, next = str_find(args, STR(" --"), start);
        Str option = text_trim(str_slice(args, start, next < 0 ? args.len : next));
        if (!apply_mode_option(shell, option)) {
            return false;
        }
        at = next;
    }
    return true;
}

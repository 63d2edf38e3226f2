/* arguments: see arguments.h. Expressions become variables of the session; all else is bound to each
 * run as values, never as text of the query. */
#include "repl/shell/arguments.h"

#include "repl/io/input.h"
#include "repl/io/signals.h"
#include "runtime/base/utf8.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char *option_name(const Argument *argument)
{
    static const char *const names[] = {[ARGUMENT_TEXT] = "arg",
                                        [ARGUMENT_JSON] = "argjson",
                                        [ARGUMENT_FQL] = "argfql",
                                        [ARGUMENT_FILE] = "argfile"};
    return names[argument->kind];
}

/* Reads stdin or a file whole. NULL: a message was given. */
static const char *read_text(Shell *shell, const char *path)
{
    Buf text = {0};
    bool is_stdin = strcmp(path, "-") == 0;
    int error = is_stdin ? input_read_all(STDIN_FILENO, &text) : input_read_file(path, &text);
    const char *kept = NULL;
    if (error == EINTR && signals_seen()) {
        shell_fail(shell, EXIT_INTERRUPTED);
    } else if (error != 0) {
        shell_complain(shell, "cannot read `%s`: %s", is_stdin ? "stdin" : path, strerror(error));
        shell_fail(shell, EXIT_USAGE);
    } else if (memchr(text.data ? text.data : "", '\0', (size_t)text.len) != NULL) {
        shell_complain(shell, "`%s` has a NUL byte", is_stdin ? "stdin" : path);
        shell_fail(shell, EXIT_USAGE);
    } else {
        kept = str_to_c(&shell->arena, buf_str(&text));
    }
    buf_free(&text);
    return kept;
}

/* Gives a variable the value of an expression. */
static bool evaluate(Shell *shell, const Argument *argument)
{
    Viewer keep = {.show = NULL};
    Str text = str_format(&shell->arena, "let %s = (%s)", argument->name, argument->text);
    Str name = str_format(&shell->arena, "<--argfql %s>", argument->name);
    Viewer before = shell->viewer;
    shell->viewer = keep;
    bool succeeded = shell_run(shell, name, text);
    shell->viewer = before;
    if (!succeeded && shell->exit_code == EXIT_QUERY) {
        shell->exit_code = EXIT_USAGE;
    }
    return succeeded;
}

bool arguments_read(Shell *shell)
{
    const char *from_stdin = NULL;
    for (int64_t i = 0; i < shell->options->argument_count; i++) {
        Argument *argument = &shell->options->arguments[i];
        bool is_dash = strcmp(argument->text, "-") == 0;
        if (argument->kind == ARGUMENT_FILE || (argument->kind == ARGUMENT_JSON && is_dash)) {
            const char *text =
                is_dash && from_stdin != NULL ? from_stdin : read_text(shell, argument->text);
            if (text == NULL) {
                return false;
            }
            from_stdin = is_dash ? text : from_stdin;
            argument->text = text;
        }
    }
    for (int64_t i = 0; i < shell->options->argument_count; i++) {
        if (shell->options->arguments[i].kind == ARGUMENT_FQL &&
            !evaluate(shell, &shell->options->arguments[i])) {
            return false;
        }
    }
    return true;
}

/* The script's arguments as one Array of Strings. */
static Value script_args(Shell *shell)
{
    const Options *options = shell->options;
    Value *items = arena_array(&shell->arena, Value, options->script_arg_count);
    for (int64_t i = 0; i < options->script_arg_count; i++) {
        items[i] = val_str(str_from_c(options->script_args[i]));
    }
    return val_array(items, options->script_arg_count);
}

/* Whether JSON text has tags, so that `{"@time": …}` is a Time and `{"a": 1}` needs none. */
static bool is_tagged(Str json)
{
    return str_find(json, STR("\"@"), 0) >= 0;
}

/* The value of an argument that is none of FQL; T_FAULT: a message was given. */
static Value argument_value(Shell *shell, const Argument *argument)
{
    Str text = str_from_c(argument->text);
    Str error = {0};
    if (utf8_check(text) >= 0) {
        shell_complain(shell, "--%s %s: the text is not UTF-8", option_name(argument),
                       argument->name);
        return val_fault();
    }
    if (argument->kind != ARGUMENT_JSON) {
        return val_str(text);
    }
    Value value = session_argument(shell->session, text, is_tagged(text), &error);
    if (val_is_fault(value)) {
        shell_complain(shell, "--argjson %s: %.*s", argument->name, STR_ARG(error));
    }
    return value;
}

bool arguments_bind(Shell *shell, Arena *scratch, RunOptions *run)
{
    const Options *options = shell->options;
    Binding *bindings = arena_array(scratch, Binding, options->argument_count + 1);
    int64_t count = 0;
    for (int64_t i = 0; i < options->argument_count; i++) {
        const Argument *argument = &options->arguments[i];
        if (argument->kind == ARGUMENT_FQL) {
            continue;
        }
        Value value = argument_value(shell, argument);
        if (val_is_fault(value)) {
            return shell_fail(shell, EXIT_USAGE);
        }
        bindings[count++] = (Binding){str_from_c(argument->name), value};
    }
    if (options->script_args != NULL) {
        bindings[count++] = (Binding){STR("args"), script_args(shell)};
    }
    run->arguments = bindings;
    run->argument_count = count;
    return true;
}

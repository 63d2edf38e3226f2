/* command_session: the meta-commands for the session itself: its settings and variables, the
 * folder and the commands of the system. */
#include "repl/command/command_int.h"

#include "grammar/parse.h"
#include "repl/command/help.h"
#include "repl/io/external.h"
#include "repl/io/text.h"
#include "repl/shell/place.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* -- what there is ------------------------------------------------------------------------------ */

bool command_about(Shell *shell, Str args)
{
    (void)args;
    help_print(shell, STR("fawn " FAWN_VERSION ": a shell, interpreter and database for FQL v10\n"
                          "Apache-2.0. Not affiliated with Fauna, whose language it runs.\n"
                          ".help lists the commands, .help TOPIC explains all that there is.\n"));
    return true;
}

static void put_setting(Buf *out, const char *name, const char *value)
{
    buf_puts(out, name);
    buf_fill(out, ' ', 12 - (int64_t)strlen(name));
    buf_puts(out, value);
    buf_byte(out, '\n');
}

static void put_number(Buf *out, const char *name, int64_t number, const char *none)
{
    char digits[INT_TEXT_MAX + 1] = {0};
    char text[INT_TEXT_MAX];
    Str shown = str_from_int(number, text);
    memcpy(digits, shown.s, (size_t)shown.len);
    put_setting(out, name, number < 0 || (number == 0 && none != NULL) ? none : digits);
}

static const char *on_off(bool is_on)
{
    return is_on ? "on" : "off";
}

static const char *color_word(const Shell *shell)
{
    static const char *const words[] = {
        [COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "on", [COLOR_NEVER] = "off"};
    return words[shell->color];
}

static const char *include_words(Shell *shell)
{
    Buf words = {0};
    include_put(&words, shell->include);
    const char *text = str_to_c(&shell->arena, buf_str(&words));
    buf_free(&words);
    return text;
}

static const char *output_name(const Shell *shell)
{
    const char *name = shell->redirected ? shell->redirected_to : shell->options->output;
    return name != NULL ? name : "stdout";
}

bool command_show(Shell *shell, Str args)
{
    static const char *const pagers[] = {
        [PAGER_AUTO] = "auto", [PAGER_OFF] = "off", [PAGER_ALWAYS] = "on"};
    static const char *const timers[] = {"off", "on", "once"};
    static const char *const typechecks[] = {
        [TYPECHECK_NO] = "off", [TYPECHECK_YES] = "on", [TYPECHECK_AS_DATABASE] = "auto"};
    Buf out = {0};
    (void)args;
    put_setting(&out, "file", shell_database_name(shell));
    put_setting(&out, "database", str_to_c(&shell->arena, place_name(shell)));
    put_setting(&out, "mode", mode_name(shell->view.mode));
    put_number(&out, "maxrows", shell->max_rows, "auto");
    put_number(&out, "width", shell->width, "auto");
    put_number(&out, "depth", shell->view.depth, NULL);
    put_setting(&out, "nullvalue", shell->view.null_text ? shell->view.null_text : "auto");
    put_setting(&out, "output", output_name(shell));
    put_setting(&out, "pager", pagers[shell->pager]);
    put_setting(&out, "color", color_word(shell));
    put_setting(&out, "timer", timers[shell->timer]);
    put_setting(&out, "stats", on_off(shell->stats));
    put_setting(&out, "hints", on_off(shell->hints));
    put_setting(&out, "typecheck", typechecks[shell->typecheck]);
    put_setting(&out, "info", include_words(shell));
    put_setting(&out, "dry", on_off(shell->dry));
    put_number(&out, "confirm", shell->confirm, "off");
    put_number(&out, "asof", shell->as_of_us, "off");
    put_setting(&out, "bail", on_off(!shell->keep_going));
    put_setting(&out, "echo", on_off(shell->echo));
    put_setting(&out, "prompt", shell->prompt ? shell->prompt : "auto");
    shell_print(shell, buf_str(&out));
    buf_free(&out);
    return true;
}

bool command_last_error(Shell *shell, Str args)
{
    (void)args;
    if (shell->last_error.len == 0) {
        shell_tell(shell, STR("no query has failed"));
        return true;
    }
    shell_tell(shell, buf_str(&shell->last_error));
    return true;
}

/* -- settings ----------------------------------------------------------------------------------- */

bool command_echo(Shell *shell, Str args)
{
    return command_read_switch(shell, args, ".echo [on|off] (show queries before their results)",
                               &shell->echo);
}

bool command_bail(Shell *shell, Str args)
{
    bool bail = !shell->keep_going;
    if (!command_read_switch(shell, args, ".bail [on|off] (stop at the first failure)", &bail)) {
        return false;
    }
    shell->keep_going = !bail;
    return true;
}

bool command_info(Shell *shell, Str args)
{
    bool is_on = shell->include == INCLUDE_ALL;
    unsigned wanted = 0;
    Str bad;
    if (args.len > 0 && include_read(args, &wanted, &bad)) {
        shell->include = wanted;
        return true;
    }
    if (!command_read_switch(shell, args, ".info [on|off|txnTs|schemaVersion|summary|stats …]",
                             &is_on)) {
        return false;
    }
    shell->include = is_on ? INCLUDE_ALL : INCLUDE_SUMMARY;
    return true;
}

bool command_color(Shell *shell, Str args)
{
    if (args.len == 0) {
        shell_print(shell, str_format(&shell->arena, "%s\n", color_word(shell)));
    } else if (str_eq(args, STR("on"))) {
        shell_set_color(shell, COLOR_ALWAYS);
    } else if (str_eq(args, STR("off"))) {
        shell_set_color(shell, COLOR_NEVER);
    } else if (str_eq(args, STR("auto"))) {
        shell_set_color(shell, COLOR_AUTO);
    } else {
        return command_fail_usage(shell, ".color [on|off|auto]");
    }
    return true;
}

/* Without quotes a blank follows the text. */
bool command_prompt(Shell *shell, Str args)
{
    bool is_quoted = args.len >= 2 && args.s[0] == '"' && args.s[args.len - 1] == '"';
    if (args.len == 0) {
        shell_print(shell, str_format(&shell->arena, "\"%s\"\n",
                                      shell->prompt ? shell->prompt : PROMPT_DEFAULT));
    } else if (str_eq(args, STR("auto"))) {
        shell->prompt = NULL;
    } else {
        shell->prompt = str_to_c(&shell->arena, is_quoted ? str_slice(args, 1, args.len - 1)
                                                : str_format(&shell->arena, "%.*s ", STR_ARG(args)));
    }
    return true;
}

/* -- variables ---------------------------------------------------------------------------------- */

static bool fail_name(Shell *shell, Str name)
{
    shell_complain(shell, "`%.*s` is not a name of variables", STR_ARG(name));
    return shell_fail(shell, EXIT_QUERY);
}

bool command_set(Shell *shell, Str args)
{
    int64_t equals = str_find(args, STR("="), 0);
    if (equals < 0) {
        return command_fail_usage(shell, ".set NAME = EXPR");
    }
    Str name = text_trim(str_slice(args, 0, equals));
    if (!is_identifier(name)) {
        return fail_name(shell, name);
    }
    Str text = str_format(&shell->arena, "let %.*s = (%.*s)", STR_ARG(name),
                          STR_ARG(text_trim(str_slice(args, equals + 1, args.len))));
    return shell_run(shell, STR("*set*"), text);
}

bool command_unset(Shell *shell, Str args)
{
    if (args.len == 0) {
        return command_fail_usage(shell, ".unset NAME");
    }
    if (!session_unset_variable(shell->session, args)) {
        shell_complain(shell, "there is no variable `%.*s` (.vars lists them)", STR_ARG(args));
        return shell_fail(shell, EXIT_QUERY);
    }
    return true;
}

/* What --arg and its kin bind, and the script's arguments. */
bool command_args(Shell *shell, Str args)
{
    const Options *options = shell->options;
    Buf out = {0};
    (void)args;
    for (int64_t i = 0; i < options->argument_count; i++) {
        const Argument *argument = &options->arguments[i];
        buf_printf(&out, "%s = ", argument->name);
        if (argument->kind == ARGUMENT_TEXT) {
            print_fql_string(&out, str_from_c(argument->text));
        } else {
            buf_puts(&out, argument->text);
        }
        buf_byte(&out, '\n');
    }
    for (int64_t i = 0; i < options->script_arg_count; i++) {
        buf_printf(&out, "args[%lld] = ", (long long)i);
        print_fql_string(&out, str_from_c(options->script_args[i]));
        buf_byte(&out, '\n');
    }
    shell_print(shell, buf_str(&out));
    buf_free(&out);
    return true;
}

/* -- the system --------------------------------------------------------------------------------- */

bool command_cd(Shell *shell, Str args)
{
    const char *path = args.len > 0 ? command_file_name(shell, args) : getenv("HOME");
    if (path == NULL || chdir(path) != 0) {
        shell_complain(shell, "cannot go to `%s`: %s", path ? path : "",
                       path ? strerror(errno) : "HOME is not set");
        return shell_fail(shell, EXIT_QUERY);
    }
    return true;
}

bool command_shell(Shell *shell, Str args)
{
    const char *command = args.len > 0 ? str_to_c(&shell->arena, args) : getenv("SHELL");
    int code = external_run(command != NULL ? command : "/bin/sh", NULL);
    if (code == 0) {
        return true;
    }
    shell_complain(shell, "the command ended with exit code %d", code);
    return shell_fail(shell, EXIT_QUERY);
}

bool command_save_input(Shell *shell, Str args)
{
    if (args.len == 0) {
        return command_fail_usage(shell, ".save-input FILE");
    }
    const char *path = command_file_name(shell, args);
    Output file;
    output_init(&file);
    int error = access(path, F_OK) == 0 ? EEXIST : output_redirect(&file, path);
    if (error == 0) {
        buf_put(&file.buffer, buf_str(&shell->inputs));
        (void)output_commit(&file);
        error = output_close(&file, true);
    }
    if (error != 0) {
        shell_complain(shell, "cannot write `%s`: %s", path, strerror(error));
        return shell_fail(shell, EXIT_QUERY);
    }
    return true;
}

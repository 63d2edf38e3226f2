/* fauna_command: see fauna_command.h. */
#include "repl/tool/fauna_command.h"

#include "repl/front_door.h"
#include "repl/io/input.h"
#include "repl/io/signals.h"
#include "repl/io/text.h"
#include "repl/shell/place.h"
#include "repl/tool/schema_command.h"

#include <string.h>
#include <unistd.h>

/* With --verbose, which options were not obeyed. */
static void tell_ignored(const Shell *shell)
{
    const FaunaOptions *fauna = &shell->options->fauna;
    for (int64_t i = 0; shell->options->verbose && i < fauna->ignored.len; i++) {
        shell_complain(shell, "note: --%s is about Fauna's service and means nothing here",
                       fauna->ignored.at[i]);
    }
}

void query_command(Shell *shell)
{
    const Task *task = &shell->options->tasks[0];
    bool is_stdin = task->is_file && strcmp(task->text, "-") == 0;
    Buf text = {0};
    int error = 0;
    tell_ignored(shell);
    if (!task->is_file) {
        buf_puts(&text, task->text);
    } else if (is_stdin) {
        error = input_read_all(STDIN_FILENO, &text);
    } else {
        error = input_read_file(task->text, &text);
    }
    if (error != 0) {
        shell_complain(shell, "cannot read `%s`: %s", is_stdin ? "stdin" : task->text,
                       strerror(error));
        shell_fail(shell, EXIT_USAGE);
    } else {
        text_mend_line_ends(&text);
        (void)shell_run(shell, STR("*query*"), buf_str(&text));
    }
    buf_free(&text);
}

void shell_command(Shell *shell)
{
    tell_ignored(shell);
    front_door_run(shell);
}

/* Runs a query that has the name of the child database in `name`. */
static bool run_named(Shell *shell, const char *name, const char *query)
{
    const Options *before = shell->options;
    Argument argument = {.name = "name", .text = name};
    Options options = *before;
    options.arguments = &argument;
    options.argument_count = 1;
    options.tasks = NULL;
    options.task_count = 0;
    shell->options = &options;
    bool succeeded = shell_run(shell, STR("*query*"), str_from_c(query));
    shell->options = before;
    return succeeded;
}

/* The query that makes the database: flags that were not given are not in it, as null they would be
 * told by its document. */
static Str creation(Shell *shell, const FaunaOptions *fauna)
{
    Buf query = {0};
    buf_puts(&query, "Database.create({ name: name");
    buf_puts(&query, fauna->is_protected ? ", protected: true" : "");
    buf_puts(&query, fauna->typechecked ? ", typechecked: true" : "");
    if (fauna->priority > 0) {
        buf_printf(&query, ", priority: %lld", (long long)fauna->priority);
    }
    buf_puts(&query, " })");
    Str text = str_copy(&shell->arena, buf_str(&query));
    buf_free(&query);
    return text;
}

void database_command(Shell *shell)
{
    const FaunaOptions *fauna = &shell->options->fauna;
    tell_ignored(shell);
    switch (fauna->action) {
    case DATABASE_LIST:
        (void)run_named(shell, "", "Database.all() { name }");
        break;
    case DATABASE_CREATE:
        (void)run_named(shell, fauna->name,
                        str_to_c(&shell->arena, str_format(&shell->arena, "%.*s { name }",
                                                           STR_ARG(creation(shell, fauna)))));
        break;
    case DATABASE_DELETE:
        (void)run_named(shell, fauna->name, "Database.byName(name)!.delete()");
        break;
    case DATABASE_NONE:
        break;
    }
}

void local_command(Shell *shell)
{
    const Options *options = shell->options;
    tell_ignored(shell);
    if (!options->quiet) {
        shell_tell(shell, STR("nothing to start: Fawn runs in this process"));
    }
    Str create = str_format(&shell->arena, "if (!Database.byName(name).exists()) %.*s",
                            STR_ARG(creation(shell, &options->fauna)));
    if (options->fauna.name != NULL &&
        !run_named(shell, options->fauna.name, str_to_c(&shell->arena, create))) {
        return;
    }
    /* As Fauna's command does: to the database that it makes. */
    bool is_there = options->fauna.name == NULL || options->schema.dir == NULL ||
                    place_use(shell, str_from_c(options->fauna.name));
    if (options->schema.dir != NULL && is_there) {
        Options pushing = *options;
        pushing.schema.action = SCHEMA_PUSH;
        pushing.schema.force = true;
        shell->options = &pushing;
        schema_command(shell);
        shell->options = options;
    }
}

void login_command(Shell *shell)
{
    if (!shell->options->quiet) {
        shell_tell(shell, STR("not needed: a database is a file, and whoever may read it may"));
    }
}

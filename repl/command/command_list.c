/* command_list: the meta-commands that list what there is: collections, items of the schema, triggers,
 * aggregates, variables. (.describe and .indexes are in command_describe.c.)
 */
#include "repl/command/command_int.h"

/* Two columns: what a thing is called, and what is to be said of it. */
static void put_columns(Buf *out, Str name, Str text)
{
    buf_put(out, name);
    buf_fill(out, ' ', name.len < 24 ? 24 - name.len : 1);
    buf_put(out, text);
    buf_byte(out, '\n');
}

void command_print_list(Shell *shell, Buf *list, const char *what, Str prefix)
{
    shell_print(shell, buf_str(list));
    if (list->len == 0 && shell->interactive && prefix.len > 0) {
        shell_tell(shell, str_format(&shell->arena, "no %s begin with `%.*s`", what,
                                     STR_ARG(prefix)));
    } else if (list->len == 0 && shell->interactive) {
        shell_tell(shell, str_format(&shell->arena, "no %s", what));
    }
    buf_free(list);
}

bool command_collections(Shell *shell, Str args)
{
    const SessionCollection *collections;
    int64_t count = session_collections(shell->session, &collections);
    Buf out = {0};
    for (int64_t i = 0; i < count; i++) {
        if (str_starts_with(collections[i].name, args)) {
            put_columns(&out, collections[i].name,
                        str_format(&shell->arena, "%lld", (long long)collections[i].documents));
        }
    }
    command_print_list(shell, &out, "collections", args);
    return true;
}

bool command_schema(Shell *shell, Str args)
{
    const SessionItem *items;
    int64_t count = session_schema(shell->session, &items);
    bool found = args.len == 0;
    Buf out = {0};
    for (int64_t i = 0; i < count; i++) {
        if (args.len == 0 || str_eq(items[i].name, args)) {
            buf_puts(&out, out.len > 0 ? "\n" : "");
            buf_put(&out, items[i].text);
            found = true;
        }
    }
    shell_print(shell, buf_str(&out));
    buf_free(&out);
    if (!found) {
        shell_complain(shell, "the schema has nothing called `%.*s`", STR_ARG(args));
        return shell_fail(shell, EXIT_QUERY);
    }
    return true;
}

/* The names of one kind of item of the schema. */
static bool put_items(Shell *shell, Str kind, const char *plural, Str prefix)
{
    const SessionItem *items;
    int64_t count = session_schema(shell->session, &items);
    Buf out = {0};
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(items[i].kind, kind) && str_starts_with(items[i].name, prefix)) {
            buf_put(&out, items[i].name);
            buf_byte(&out, '\n');
        }
    }
    command_print_list(shell, &out, plural, prefix);
    return true;
}

bool command_functions(Shell *shell, Str args)
{
    return put_items(shell, STR("function"), "functions", args);
}

bool command_roles(Shell *shell, Str args)
{
    return put_items(shell, STR("role"), "roles", args);
}

bool command_triggers(Shell *shell, Str args)
{
    const SessionTrigger *triggers;
    int64_t count = session_triggers(shell->session, &triggers);
    Buf out = {0};
    for (int64_t i = 0; i < count; i++) {
        if (str_starts_with(triggers[i].name, args)) {
            put_columns(&out, triggers[i].name, triggers[i].on);
        }
    }
    command_print_list(shell, &out, "triggers", args);
    return true;
}

bool command_aggregates(Shell *shell, Str args)
{
    const SessionAggregate *aggregates;
    int64_t count = session_aggregates(shell->session, &aggregates);
    Buf out = {0};
    Buf keeps = {0};
    for (int64_t i = 0; i < count; i++) {
        if (str_starts_with(aggregates[i].name, args)) {
            keeps.len = 0;
            buf_printf(&keeps, "%.*s, %lld group%s", STR_ARG(aggregates[i].keeps),
                       (long long)aggregates[i].groups, aggregates[i].groups == 1 ? "" : "s");
            put_columns(&out, aggregates[i].name, buf_str(&keeps));
        }
    }
    command_print_list(shell, &out, "aggregates", args);
    buf_free(&keeps);
    return true;
}

bool command_vars(Shell *shell, Str args)
{
    (void)args;
    const Str *names;
    int64_t count = session_variables(shell->session, &names);
    Buf out = {0};
    for (int64_t i = 0; i < count; i++) {
        Str type = session_variable_type(shell->session, names[i]);
        bool is_module = type.len > 0 && type.s[0] == '@';
        put_columns(&out, names[i], is_module ? STR("Collection") : type);
    }
    command_print_list(shell, &out, "variables", (Str){0});
    return true;
}

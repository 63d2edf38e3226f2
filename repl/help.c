/* help: nothing here knows a builtin by name; pages are found by walking the rows. */
#include "repl/help.h"

#include "interp/nearest.h"
#include "repl/command.h"
#include "repl/keys.h"
#include "repl/text.h"
#include "runtime/builtin.h"

/* Column of the explanation behind a name. */
#define HELP_COLUMN 28

/* "  NAME    explanation" */
static void put_entry(Buf *out, Str name, const char *text)
{
    buf_puts(out, "  ");
    buf_put(out, name);
    buf_fill(out, ' ', name.len < HELP_COLUMN ? HELP_COLUMN - name.len : 1);
    buf_puts(out, text);
    buf_byte(out, '\n');
}

static void put_command(Buf *out, const Command *command)
{
    Buf name = {0};
    buf_printf(&name, ".%s%s%s", command->name, command->args[0] ? " " : "", command->args);
    put_entry(out, buf_str(&name), command->help);
    buf_free(&name);
}

void help_commands(Buf *out)
{
    for (const Command *command = commands; command->name != NULL; command++) {
        if (command->help != NULL) {
            put_command(out, command);
        }
    }
    buf_puts(out, "\nA query may take several lines; Ctrl-C drops it, Ctrl-D leaves.\n"
                  "`.help keys` lists the keys.\n"
                  "The last value is `_`; a line such as `.first()` goes on with it.\n"
                  "`.help Array` lists a type's methods, `.help Array.map` explains one.\n");
}

/* A text of several lines, each indented. */
static void put_indented(Buf *out, const char *text)
{
    Str rest = str_from_c(text), line;
    while (text_take_line(&rest, &line)) {
        buf_puts(out, "    ");
        buf_put(out, line);
        buf_byte(out, '\n');
    }
}

/* One builtin: signatures, explanation, example. `type` is empty for global functions. */
static void put_row(Buf *out, const char *type, const Builtin *row)
{
    buf_printf(out, "%s%s%s\n", type, type[0] ? "." : "", row->name);
    put_indented(out, row->signature);
    buf_puts(out, row->doc);
    buf_byte(out, '\n');
    if (row->example[0] != '\0') {
        buf_puts(out, "Example:\n");
        put_indented(out, row->example);
        if (row->result[0] != '\0') {
            buf_puts(out, "gives\n");
            put_indented(out, row->result);
        }
    }
}

static void put_rows_named(Buf *out, const char *type, const Builtin *const *rows, Str name,
                           int *found)
{
    for (; rows != NULL && *rows != NULL; rows++) {
        if (str_eq(str_from_c((*rows)->name), name)) {
            buf_puts(out, (*found)++ ? "\n" : "");
            put_row(out, type, *rows);
        }
    }
}

/* The first sentence of a doc string, in `out`. */
static void put_summary(Buf *out, const Builtin *row)
{
    Str doc = str_from_c(row->doc);
    int64_t stop = str_find(doc, STR(". "), 0);
    Buf text = {0};
    buf_put(&text, stop < 0 ? doc : str_slice(doc, 0, stop + 1));
    buf_byte(&text, '\0');
    put_entry(out, str_from_c(row->name), text.data);
    buf_free(&text);
}

static void put_list(Buf *out, const char *title, const Builtin *const *rows)
{
    if (rows == NULL || *rows == NULL) {
        return;
    }
    buf_printf(out, "\n%s:\n", title);
    for (; *rows != NULL; rows++) {
        put_summary(out, *rows);
    }
}

static void put_type(Buf *out, const BuiltinType *type)
{
    buf_printf(out, "%s\n%s\n", type->name, type->doc);
    put_list(out, "Functions of the module", type->statics);
    put_list(out, "Methods and fields", type->methods);
}

static bool find_type(Buf *out, Str name)
{
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        if (str_eq(str_from_c((*type)->name), name)) {
            put_type(out, *type);
            return true;
        }
    }
    return false;
}

/* "Array.map", or "map" of every type that has it. */
static bool find_rows(Buf *out, Str topic)
{
    int64_t dot = str_find(topic, STR("."), 0);
    Str type_part = dot < 0 ? (Str){0} : str_slice(topic, 0, dot);
    Str name = dot < 0 ? topic : str_slice(topic, dot + 1, topic.len);
    int found = 0;
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        if (dot < 0 || str_eq(str_from_c((*type)->name), type_part)) {
            put_rows_named(out, (*type)->name, (*type)->statics, name, &found);
            put_rows_named(out, (*type)->name, (*type)->methods, name, &found);
        }
    }
    if (dot < 0) {
        put_rows_named(out, "", builtin_globals, name, &found);
    }
    return found > 0;
}

static bool find_command(Buf *out, Str name)
{
    for (const Command *command = commands; command->name != NULL; command++) {
        if (command->help != NULL && str_eq(str_from_c(command->name), name)) {
            put_command(out, command);
            return true;
        }
    }
    return false;
}

static bool find_error(Buf *out, Str code)
{
    for (int i = 0; i < FAULT_COUNT; i++) {
        if (str_eq(fault_code_text((FaultCode)i), code)) {
            buf_printf(out, "%.*s: an error of queries\n%.*s\n", STR_ARG(code),
                       STR_ARG(fault_code_meaning((FaultCode)i)));
            return true;
        }
    }
    return false;
}

Str help_suggest(Str topic)
{
    Nearest nearest = {.wanted = topic};
    nearest_offer_rows(&nearest, builtin_globals);
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        nearest_offer(&nearest, str_from_c((*type)->name));
        nearest_offer_rows(&nearest, (*type)->statics);
        nearest_offer_rows(&nearest, (*type)->methods);
    }
    for (int i = 0; i < FAULT_COUNT; i++) {
        nearest_offer(&nearest, fault_code_text((FaultCode)i));
    }
    return nearest.found;
}

bool help_topic(Buf *out, Str topic)
{
    if (str_eq(topic, STR("keys"))) {
        keys_help(out);
        return true;
    }
    if (topic.len > 1 && (topic.s[0] == '.' || topic.s[0] == '\\')) {
        return find_command(out, str_slice(topic, 1, topic.len));
    }
    return find_type(out, topic) || find_rows(out, topic) || find_command(out, topic) ||
           find_error(out, topic);
}

void help_each_topic(void (*visit)(void *context, Str topic), void *context)
{
    visit(context, STR("keys"));
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        visit(context, str_from_c((*type)->name));
    }
    for (const Builtin *const *row = builtin_globals; *row != NULL; row++) {
        visit(context, str_from_c((*row)->name));
    }
    for (const Command *command = commands; command->name != NULL; command++) {
        if (command->help != NULL) {
            visit(context, str_from_c(command->name));
        }
    }
    for (int i = 0; i < FAULT_COUNT; i++) {
        visit(context, fault_code_text((FaultCode)i));
    }
}

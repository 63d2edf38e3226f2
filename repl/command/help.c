/* help: nothing here knows a builtin by name; pages are found by walking the rows. */
#include "repl/command/help.h"

#include "interp/nearest.h"
#include "repl/command/command.h"
#include "repl/command/guide.h"
#include "repl/edit/keys.h"
#include "repl/edit/terminal.h"
#include "repl/io/text.h"
#include "repl/show/fit.h"
#include "repl/tool/subcommand.h"
#include "runtime/builtin.h"

#include <strings.h>
#include <unistd.h>

/* Column of the explanation behind a name. */
#define HELP_COLUMN 28

/* Shorter ones are in nearly everything. */
#define TOPIC_LEN_MIN 2

/* Where there is no terminal. */
#define HELP_WIDTH 80

/* "  NAME    explanation" */
static void put_entry(Buf *out, Str name, const char *text)
{
    buf_puts(out, "  ");
    buf_put(out, name);
    if (name.len >= HELP_COLUMN) {
        buf_puts(out, "\n  ");
        name.len = 0;
    }
    buf_fill(out, ' ', HELP_COLUMN - name.len);
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
        if (command->run == NULL) {
            buf_printf(out, "%s%s:\n", out->len > 0 ? "\n" : "", command->help);
        } else if (command->help != NULL) {
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
    while (str_take_line(&rest, &line)) {
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

/* A meta-command; of a synonym the one that it stands for. */
static bool find_command(Buf *out, Str name)
{
    const Command *found = NULL;
    for (const Command *command = command_after(NULL); command != NULL;
         command = command_after(command)) {
        found = str_eq(str_from_c(command->name), name) ? command : found;
    }
    for (const Command *command = command_after(NULL); found != NULL && command != NULL;
         command = command_after(command)) {
        if (command->run == found->run && command->help != NULL) {
            put_command(out, command);
            return true;
        }
    }
    return false;
}

/* What is known of an error code beyond its meaning. */
typedef struct ErrorHelp {
    FaultCode code;
    const char *example, *advice;
} ErrorHelp;

static const ErrorHelp error_helps[] = {
#define ERROR_HELP(code, example, advice) {FAULT_##code, example, advice},
#include "repl/command/help_error.def"
#undef ERROR_HELP
};

_Static_assert(countof(error_helps) == FAULT_COUNT, "there is help about every error");

const char *help_error_example(FaultCode code)
{
    assert(error_helps[code].code == code);
    return error_helps[code].example;
}

static bool find_error(Buf *out, Str code)
{
    for (int i = 0; i < FAULT_COUNT; i++) {
        if (!str_eq(fault_code_text((FaultCode)i), code)) {
            continue;
        }
        const ErrorHelp *help = &error_helps[i];
        buf_printf(out, "%.*s: an error of queries\n%.*s\n", STR_ARG(code),
                   STR_ARG(fault_code_meaning((FaultCode)i)));
        if (help->example[0] != '\0') {
            buf_puts(out, "Example:\n");
            put_indented(out, help->example);
        }
        buf_puts(out, "What to do:\n");
        put_indented(out, help->advice);
        return true;
    }
    return false;
}

/* Performance hints (runtime/hint.h), and what to do about them. */
static const struct {
    const char *name, *meaning, *advice;
} hint_helps[] = {
    {"full_set_read", "A method goes through all of a set that has no bound.",
     "Bound the set with take() or pageSize(), order it by an index that has the values in "
     "this order, or keep a total in an aggregate of the collection.\n"},
    {"collection_scan", "A method of a collection may look at each of its documents.",
     "Define an index whose terms are the fields that are compared, and ask that: "
     "Book.byAuthor(\"Le Guin\") in place of Book.where(.author == \"Le Guin\").\n"},
    {"non_covered_document_read",
     "A field is wanted that the entries of an index do not have: documents are read as well.",
     "Add the field to the values of the index, or project only fields that it has. `.explain` "
     "tells what a query reads.\n"},
};

static bool find_hint(Buf *out, Str name)
{
    for (int64_t i = 0; i < countof(hint_helps); i++) {
        if (str_eq(str_from_c(hint_helps[i].name), name)) {
            buf_printf(out, "%s: a performance hint\n%s\nWhat to do:\n", hint_helps[i].name,
                       hint_helps[i].meaning);
            put_indented(out, hint_helps[i].advice);
            return true;
        }
    }
    return false;
}

static bool find_subcommand(Buf *out, Str name)
{
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        if (str_eq(str_from_c(command->name), name)) {
            subcommand_help(out, command);
            return true;
        }
    }
    return false;
}

/* -- topics that are no name ------------------------------------------------------------------- */

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
    for (const Command *command = command_after(NULL); command != NULL;
         command = command_after(command)) {
        nearest_offer(&nearest, str_from_c(command->name));
    }
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        nearest_offer(&nearest, str_from_c(command->name));
    }
    return nearest.found;
}

void help_tell_unknown(const Shell *shell, Str topic)
{
    Str near = help_suggest(topic);
    if (near.len > 0) {
        shell_complain(shell, "no help about `%.*s`; did you mean %.*s?", STR_ARG(topic),
                       STR_ARG(near));
    } else {
        shell_complain(shell, "no help about `%.*s` (help alone lists what there is)",
                       STR_ARG(topic));
    }
}

/* Which topics are listed: those whose name begins with a word, or those that speak of it. */
typedef struct Search {
    Buf *out;
    Str wanted;
    bool by_prefix;
    int64_t found;
} Search;

/* Whether `text` has `wanted`, whatever its case. */
static bool speaks_of(Str text, Str wanted, bool at_start)
{
    int64_t last = at_start ? 0 : text.len - wanted.len;
    for (int64_t at = 0; at <= last && wanted.len <= text.len; at++) {
        if (strncasecmp(text.s + at, wanted.s, (size_t)wanted.len) == 0) {
            return true;
        }
    }
    return false;
}

static void offer_topic(Search *search, const char *type, Str name, Str text)
{
    Str searched = search->by_prefix ? name : text;
    if (!speaks_of(searched, search->wanted, search->by_prefix)) {
        return;
    }
    int64_t stop = str_find(text, STR(". "), 0);
    Buf label = {0}, line = {0};
    buf_printf(&label, "%s%s%.*s", type, type[0] != '\0' && type[0] != '.' ? "." : "",
               STR_ARG(name));
    buf_put(&line, stop < 0 ? text : str_slice(text, 0, stop + 1));
    buf_byte(&line, '\0');
    put_entry(search->out, buf_str(&label), line.data);
    search->found++;
    buf_free(&label);
    buf_free(&line);
}

static void offer_rows(Search *search, const char *type, const Builtin *const *rows)
{
    const char *last = "";
    for (; rows != NULL && *rows != NULL; rows++) {
        /* One name may have several rows. */
        if (strcmp((*rows)->name, last) != 0) {
            offer_topic(search, type, str_from_c((*rows)->name), str_from_c((*rows)->doc));
        }
        last = (*rows)->name;
    }
}

static void offer_all(Search *search)
{
    offer_rows(search, "", builtin_globals);
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        offer_topic(search, "", str_from_c((*type)->name), str_from_c((*type)->doc));
        offer_rows(search, (*type)->name, (*type)->statics);
        offer_rows(search, (*type)->name, (*type)->methods);
    }
    for (int i = 0; i < FAULT_COUNT; i++) {
        offer_topic(search, "", fault_code_text((FaultCode)i), fault_code_meaning((FaultCode)i));
    }
    for (int64_t i = 0; i < countof(hint_helps); i++) {
        offer_topic(search, "", str_from_c(hint_helps[i].name), str_from_c(hint_helps[i].meaning));
    }
    for (const Command *command = command_after(NULL); command != NULL;
         command = command_after(command)) {
        if (command->help != NULL) {
            offer_topic(search, ".", str_from_c(command->name), str_from_c(command->help));
        }
    }
}

/* A list of the topics that begin with `topic`, or else of those that speak of it. */
static bool list_topics(Buf *out, Str topic)
{
    Search search = {.out = out, .wanted = topic, .by_prefix = true};
    int64_t start = out->len;
    if (topic.len < TOPIC_LEN_MIN) {
        return false;
    }
    buf_printf(out, "Topics that begin with `%.*s`:\n", STR_ARG(topic));
    offer_all(&search);
    if (search.found == 0) {
        search.by_prefix = false;
        out->len = start;
        buf_printf(out, "Topics that speak of `%.*s`:\n", STR_ARG(topic));
        offer_all(&search);
    }
    out->len = search.found > 0 ? out->len : start;
    return search.found > 0;
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
    return guide_put(out, topic) || find_type(out, topic) || find_rows(out, topic) ||
           find_command(out, topic) || find_error(out, topic) || find_hint(out, topic) ||
           find_subcommand(out, topic) || list_topics(out, topic);
}

void help_each_topic(void (*visit)(void *context, Str topic), void *context)
{
    visit(context, STR("keys"));
    guide_each(visit, context);
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        visit(context, str_from_c((*type)->name));
    }
    for (const Builtin *const *row = builtin_globals; *row != NULL; row++) {
        visit(context, str_from_c((*row)->name));
    }
    for (const Command *command = command_after(NULL); command != NULL;
         command = command_after(command)) {
        if (command->help != NULL) {
            visit(context, str_from_c(command->name));
        }
    }
    for (int i = 0; i < FAULT_COUNT; i++) {
        visit(context, fault_code_text((FaultCode)i));
    }
    for (int64_t i = 0; i < countof(hint_helps); i++) {
        visit(context, str_from_c(hint_helps[i].name));
    }
}

void help_print(Shell *shell, Str page)
{
    bool on_terminal = shell->output.fd == STDOUT_FILENO && isatty(STDOUT_FILENO);
    Buf fitted = {0};
    fit_page(&fitted, page, on_terminal ? terminal_width() : HELP_WIDTH);
    shell_print(shell, buf_str(&fitted));
    buf_free(&fitted);
}

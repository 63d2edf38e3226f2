/* options: reads the command line by the rows of options_row.c.
 *
 * Accepted spellings: -x, -xyz (a cluster), -eVALUE, --long, --long=VALUE, --long VALUE, and, as
 * sqlite3 and duckdb have it, any long name behind one dash (`-json`).
 */
#include "repl/shell/profile.h"
#include "repl/tool/subcommand.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool options_fail(Reader *reader, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    reader->error = str_vformat(reader->arena, format, args);
    va_end(args);
    return false;
}

/* -- parsing -------------------------------------------------------------------------------- */

bool options_fail_usage(Reader *reader)
{
    const Subcommand *command = reader->options->command;
    return options_fail(reader, "usage: fawn %s%s%s", command->name,
                        command->arguments[0] ? " " : "", command->arguments);
}

/* The arguments that are still to be read. */
typedef struct Rest {
    const char *const *at;
    int64_t count;
} Rest;

static int value_count(const OptionRow *row)
{
    if (row->values == NULL) {
        return 0;
    }
    return strchr(row->values, ' ') ? 2 : 1;
}

/* Applies a row. `attached` is the value of --name=VALUE or -xVALUE, or NULL. */
static bool apply_row(Reader *reader, const OptionRow *row, const char *attached, Rest *rest)
{
    const char *values[2] = {attached, NULL};
    int needed = value_count(row);
    if (attached == NULL && needed == 1) {
        values[0] = option_default(row, rest->count > 0 ? *rest->at : NULL);
        needed = values[0] != NULL ? 0 : needed;
    }
    for (int i = attached ? 1 : 0; i < needed; i++) {
        if (rest->count == 0) {
            return options_fail(reader, "--%s needs %s behind it%s%s", row->name, row->values,
                                row->help ? ": " : "", row->help ? row->help : "");
        }
        values[i] = *rest->at++;
        rest->count--;
    }
    reader->row = row;
    vec_push(&reader->applied, reader->arena, row);
    if (row->apply == NULL) {
        *(bool *)((char *)reader->options + row->offset) = true;
        return true;
    }
    bool taken = row->apply(reader, values);
    /* Fauna's takes several words: --include stats txnTs. */
    while (taken && row->apply == option_include && rest->count > 0 && include_is_word(*rest->at)) {
        values[0] = *rest->at++;
        rest->count--;
        taken = row->apply(reader, values);
    }
    return taken;
}

/* --name, --name=VALUE, or either behind one dash. */
static bool read_long(Reader *reader, const char *given, Rest *rest)
{
    const char *name = given + (given[1] == '-' ? 2 : 1);
    const char *equals = strchr(name, '=');
    Str text = {name, equals ? equals - name : (int64_t)strlen(name)};
    const OptionRow *row = text.len > 0 ? option_find(reader, text, 0) : NULL;
    if (row == NULL) {
        return option_fail_unknown(reader, given, text);
    }
    if (equals != NULL && row->values == NULL) {
        return options_fail(reader, "--%s takes no value", row->name);
    }
    return apply_row(reader, row, equals ? equals + 1 : NULL, rest);
}

/* -x, -xyz, -xVALUE */
static bool read_letters(Reader *reader, const char *given, Rest *rest)
{
    for (const char *at = given + 1; *at != '\0'; at++) {
        const OptionRow *row = option_find(reader, (Str){0}, *at);
        if (row == NULL) {
            return option_fail_unknown(reader, given, str_from_c(given + 1));
        }
        if (row->values != NULL) {
            return apply_row(reader, row, at[1] ? at + 1 : NULL, rest);
        }
        if (!apply_row(reader, row, NULL, rest)) {
            return false;
        }
    }
    return true;
}

static bool is_long(const Reader *reader, const char *given)
{
    Str name = str_from_c(given + 1);
    int64_t equals = str_find(name, STR("="), 0);
    return given[1] == '-' ||
           (name.len > 1 &&
            option_find(reader, equals < 0 ? name : str_slice(name, 0, equals), 0) != NULL);
}

static bool is_script(const char *text)
{
    return strcmp(text, "-") == 0 || str_ends_with(str_from_c(text), STR(".fql"));
}

/* Options up to `--`; everything else is a positional. Behind a script's name all are its
 * arguments. */
static bool read_all(Reader *reader, Rest rest)
{
    bool only_positionals = false;
    while (rest.count > 0) {
        const char *given = *rest.at++;
        rest.count--;
        if (only_positionals || given[0] != '-' || given[1] == '\0') {
            vec_push(&reader->positionals, reader->arena, given);
            if (reader->positionals.len == 1 && !reader->only_command) {
                reader->options->command = subcommand_find(given);
            }
            only_positionals =
                only_positionals || (is_script(given) && reader->options->command == NULL);
        } else if (strcmp(given, "--") == 0) {
            only_positionals = true;
        } else if (!(is_long(reader, given) ? read_long(reader, given, &rest)
                                            : read_letters(reader, given, &rest))) {
            return false;
        }
    }
    return true;
}

/* Whether a word in the first place names a database: with FAWN_DB it may also be a query on that one. */
static bool is_database(const char *word)
{
    const char *given = getenv("FAWN_DB");
    return !is_script(word) && (given == NULL || given[0] == '\0' || access(word, F_OK) == 0 ||
                                str_ends_with(str_from_c(word), STR(".fawn")));
}

/* DB, then FILE.fql and its arguments, or a query. */
static bool place_positionals(Reader *reader)
{
    Options *options = reader->options;
    const char *const *at = reader->positionals.at;
    int64_t count = reader->positionals.len;
    if (count > 0 && options->db == NULL && is_database(at[0])) {
        options->db = *at++;
        count--;
    }
    options_take_default_database(reader);
    if (count > 0 && is_script(at[0])) {
        options->script_args = at + 1;
        options->script_arg_count = count - 1;
        return option_file(reader, at);
    }
    if (count > 0) {
        if (str_ends_with(str_from_c(at[0]), STR(".fawn"))) {
            return option_db(reader, at);
        }
        option_eval(reader, at);
        at++;
        count--;
    }
    return count == 0 || options_fail(reader, "`%s` is one argument too many", at[0]);
}

static bool check_combination(Reader *reader)
{
    Options *options = reader->options;
    if (options->envelope && options->single) {
        return options_fail(reader, "-1 and --envelope contradict each other");
    }
    /* A program that asks waits for the answer. */
    options->each = options->each || options->envelope;
    if (options->single && options->each) {
        return options_fail(reader, "-1 and --each contradict each other");
    }
    if (options->page_size > options->limits->page_size) {
        return options_fail(reader, "--page-size takes at most %lld with --limits %s",
                            (long long)options->limits->page_size, options->limits->name);
    }
    if (options->create && options->readonly) {
        return options_fail(reader, "--create and --readonly contradict each other");
    }
    if (options->schema.staged && options->schema.active) {
        return options_fail(reader, "--staged and --active contradict each other");
    }
    const Subcommand *command = options->command;
    if (command != NULL && !command->queries && (options->interactive || reader->tasks.len > 0)) {
        return options_fail(reader, "%s runs no queries", command->name);
    }
    return true;
}

/* What the positionals mean, the first of which names the subcommand if there is one. */
static bool place(Reader *reader)
{
    const Options *options = reader->options;
    if (options->help || options->version) {
        bool has_topic = options->help && reader->positionals.len > 0;
        reader->options->help_topic = has_topic ? reader->positionals.at[0] : NULL;
        return true;
    }
    if (options->command == NULL) {
        return place_positionals(reader);
    }
    reader->positionals.at++;
    reader->positionals.len--;
    return options->command->place(reader);
}

bool options_parse(Arena *arena, int argc, char *const *argv, Options *options, Str *error)
{
    Reader reader = {.arena = arena, .options = options};
    *options = (Options){.sync = SYNC_ALWAYS, .limits = &limits_local, .include = INCLUDE_SUMMARY};
    Rest rest = {(const char *const *)argv + 1, argc - 1};
    bool understood = options_read_environment(&reader);
    reader.includes = false; /* the command line says the last word */
    understood = understood && read_all(&reader, rest) && place(&reader) &&
                 profile_apply(&reader) && check_combination(&reader);
    options->tasks = reader.tasks.at;
    options->task_count = reader.tasks.len;
    options->arguments = reader.arguments.at;
    options->argument_count = reader.arguments.len;
    *error = reader.error;
    return understood;
}

bool options_parse_words(Arena *arena, const char *command, const char *const *words,
                         int64_t count, Options *options, Str *error)
{
    Reader reader = {.arena = arena, .options = options, .only_command = true};
    *options = (Options){.command = subcommand_find(command)};
    Rest rest = {words, count};
    bool understood = read_all(&reader, rest);
    for (int64_t i = 0; i < reader.positionals.len; i++) {
        vec_push(&options->words.places, arena, reader.positionals.at[i]);
    }
    *error = reader.error;
    return understood;
}

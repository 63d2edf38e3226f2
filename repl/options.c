/* options: reads the command line by the rows of options_row.c.
 *
 * Accepted spellings: -x, -xyz (a cluster), -eVALUE, --long, --long=VALUE, --long VALUE, and, as
 * sqlite3 and duckdb have it, any long name behind one dash (`-json`).
 */
#include "repl/options_int.h"

#include <string.h>

bool options_fail(Reader *reader, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    reader->error = str_vformat(reader->arena, format, args);
    va_end(args);
    return false;
}

/* -- parsing -------------------------------------------------------------------------------- */

/* The arguments that are still to be read. */
typedef struct Rest {
    char *const *at;
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
    for (int i = attached ? 1 : 0; i < needed; i++) {
        if (rest->count == 0) {
            return options_fail(reader, "--%s needs %s", row->name, row->values);
        }
        values[i] = *rest->at++;
        rest->count--;
    }
    reader->row = row;
    if (row->apply != NULL) {
        return row->apply(reader, values);
    }
    *(bool *)((char *)reader->options + row->offset) = true;
    return true;
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

/* What `fawn NAME` does with data. */
static DataAction data_action(const char *name)
{
    return strcmp(name, "import") == 0   ? DATA_IMPORT
           : strcmp(name, "export") == 0 ? DATA_EXPORT
                                         : DATA_NONE;
}

/* Reads the words behind `import` or `export`. The first of their places is the database, unless
 * -D named it. */
static bool read_data_words(Reader *reader, Rest rest)
{
    Options *options = reader->options;
    ImportWords *words = &options->words;
    bool is_import = options->data == DATA_IMPORT;
    const char *const *at = (const char *const *)rest.at;
    if (!(is_import ? import_words_read : export_words_read)(reader->arena, at, rest.count, words,
                                                             &reader->error)) {
        return false;
    }
    if (options->db == NULL && words->places.len > 0) {
        options->db = *words->places.at++;
        words->places.len--;
    }
    bool enough = options->db && (is_import ? words->places.len > 0 : words->places.len == 1);
    return enough ||
           options_fail(reader, is_import
                                    ? "import needs a database and what to import: fawn import "
                                      "DB.fawn FILE|DIR..."
                                    : "export needs a database and a folder: fawn export DB.fawn "
                                      "DIR");
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
            reader->is_schema = strcmp(reader->positionals.at[0], "schema") == 0;
            reader->options->data = data_action(reader->positionals.at[0]);
            if (reader->options->data != DATA_NONE) {
                return read_data_words(reader, rest);
            }
            only_positionals = only_positionals || (is_script(given) && !reader->is_schema);
        } else if (strcmp(given, "--") == 0) {
            only_positionals = true;
        } else if (!(is_long(reader, given) ? read_long(reader, given, &rest)
                                            : read_letters(reader, given, &rest))) {
            return false;
        }
    }
    return true;
}

static const char *const schema_actions[] = {
    [SCHEMA_PUSH] = "push",     [SCHEMA_DIFF] = "diff",     [SCHEMA_PULL] = "pull",
    [SCHEMA_STATUS] = "status", [SCHEMA_COMMIT] = "commit", [SCHEMA_ABANDON] = "abandon"};

/* The DB, whose name ends in .fawn unless -D gives it, or the folder. */
static bool place_schema_positional(Reader *reader, const char *given)
{
    SchemaOptions *schema = &reader->options->schema;
    if (str_ends_with(str_from_c(given), STR(".fawn"))) {
        return option_db(reader, &given);
    }
    if (schema->dir != NULL) {
        return options_fail(reader, "`%s` is one argument too many", given);
    }
    schema->dir = given;
    return true;
}

/* schema ACTION DB DIR */
static bool place_schema(Reader *reader)
{
    const char *const *at = reader->positionals.at;
    int64_t count = reader->positionals.len;
    SchemaOptions *schema = &reader->options->schema;
    for (int i = SCHEMA_PUSH; i < countof(schema_actions) && count > 1; i++) {
        if (strcmp(at[1], schema_actions[i]) == 0) {
            schema->action = (SchemaAction)i;
        }
    }
    if (schema->action == SCHEMA_NONE) {
        return options_fail(
            reader, "schema takes push, diff, pull, status, commit or abandon%s%s%s",
            count > 1 ? ", not `" : "", count > 1 ? at[1] : "", count > 1 ? "`" : "");
    }
    for (int64_t i = 2; i < count; i++) {
        if (!place_schema_positional(reader, at[i])) {
            return false;
        }
    }
    return reader->options->db != NULL ||
           options_fail(reader, "which database? fawn schema %s DB.fawn [DIR]", at[1]);
}

/* What a chore is called with: a database, a file, or both. */
typedef struct ChoreRow {
    const char *name;
    const char *usage;
    bool file_first, may_have_file;
} ChoreRow;

static const ChoreRow chores[] = {
    [CHORE_COMPACT] = {"compact", "DB", false, false},
    [CHORE_CHECK] = {"check", "DB", false, false},
    [CHORE_DUMP] = {"dump", "DB [FILE]", false, true},
    [CHORE_RESTORE] = {"restore", "FILE DB", true, true},
};

static Chore find_chore(const char *name)
{
    for (int i = CHORE_NONE + 1; i < countof(chores); i++) {
        if (strcmp(name, chores[i].name) == 0) {
            return (Chore)i;
        }
    }
    return CHORE_NONE;
}

/* The arguments behind a chore's name. The database may also come from -D. */
static bool place_chore(Reader *reader, Chore chore)
{
    Options *options = reader->options;
    const ChoreRow *row = &chores[chore];
    const char *const *at = reader->positionals.at + 1;
    int64_t count = reader->positionals.len - 1;
    options->chore = chore;
    if (row->file_first && count > 0) {
        options->chore_file = *at++;
        count--;
    }
    if (options->db == NULL && count > 0) {
        options->db = *at++;
        count--;
    }
    if (!row->file_first && row->may_have_file && count > 0) {
        options->chore_file = *at++;
        count--;
    }
    if (count > 0 || options->db == NULL) {
        return options_fail(reader, "usage: fawn %s %s", row->name, row->usage);
    }
    options->salvage = options->salvage || chore == CHORE_CHECK;
    options->readonly = options->readonly || chore == CHORE_CHECK || chore == CHORE_DUMP;
    return true;
}

static bool place_help(Reader *reader)
{
    reader->options->help_command = true;
    reader->options->help_topic = reader->positionals.len > 1 ? reader->positionals.at[1] : NULL;
    return reader->positionals.len <= 2 || options_fail(reader, "usage: fawn help [COMMAND]");
}

/* DB, then FILE.fql and its arguments, or a query. */
static bool place_positionals(Reader *reader)
{
    if (reader->is_schema) {
        return place_schema(reader);
    }
    if (reader->options->data != DATA_NONE) {
        return true;
    }
    Options *options = reader->options;
    const char *const *at = reader->positionals.at;
    int64_t count = reader->positionals.len;
    if (count > 0 && find_chore(at[0]) != CHORE_NONE) {
        return place_chore(reader, find_chore(at[0]));
    }
    if (count > 0 && strcmp(at[0], "help") == 0) {
        return place_help(reader);
    }
    if (count > 0 && strcmp(at[0], "rpc") == 0) {
        options->rpc = true;
        at++;
        count--;
    }
    if (count > 0 && !is_script(at[0]) && options->db == NULL) {
        options->db = *at++;
        count--;
    }
    if (count > 0 && !options->rpc && is_script(at[0])) {
        options->script_args = at + 1;
        options->script_arg_count = count - 1;
        return option_file(reader, at);
    }
    if (count > 0 && !options->rpc && !is_script(at[0])) {
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
    const Options *options = reader->options;
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
    if (options->rpc && (options->interactive || reader->tasks.len > 0)) {
        return options_fail(reader, "rpc takes its queries from stdin");
    }
    if (options->schema.staged && options->schema.active) {
        return options_fail(reader, "--staged and --active contradict each other");
    }
    if (options->salvage && options->chore != CHORE_DUMP && options->chore != CHORE_CHECK) {
        return options_fail(reader, "--salvage goes with dump");
    }
    if (options->chore != CHORE_NONE && (options->interactive || reader->tasks.len > 0)) {
        return options_fail(reader, "%s runs no queries", chores[options->chore].name);
    }
    if (options->schema.action != SCHEMA_NONE && (options->interactive || reader->tasks.len > 0)) {
        return options_fail(reader, "schema runs no queries");
    }
    if (options->data != DATA_NONE && (options->interactive || reader->tasks.len > 0)) {
        return options_fail(reader, "import and export run no queries");
    }
    return true;
}

bool options_parse(Arena *arena, int argc, char *const *argv, Options *options, Str *error)
{
    Reader reader = {.arena = arena, .options = options};
    *options = (Options){.sync = SYNC_ALWAYS, .limits = &limits_local};
    bool understood = read_all(&reader, (Rest){argv + 1, argc - 1}) &&
                      (options->help || options->version || place_positionals(&reader)) &&
                      check_combination(&reader);
    options->tasks = reader.tasks.at;
    options->task_count = reader.tasks.len;
    options->arguments = reader.arguments.at;
    options->argument_count = reader.arguments.len;
    *error = reader.error;
    return understood;
}

/* options: one row per option. A row without a value sets the bool at its offset; others have a
 * function that takes the values.
 *
 * Accepted spellings: -x, -xyz (a cluster), -eVALUE, --long, --long=VALUE, --long VALUE, and, as
 * sqlite3 and duckdb have it, any long name behind one dash (`-json`).
 */
#include "repl/options.h"

#include "grammar/parse.h"
#include "runtime/base/vec.h"

#include <errno.h>
#include <string.h>

/* A suggestion is made for a name that is at most this many edits away. */
#define SUGGEST_DISTANCE_MAX 2

/* Longest value of --timeout: a day. */
#define TIMEOUT_MS_MAX 86400000

/* Width of the left column of the help text. */
#define HELP_COLUMN 42

typedef struct Reader {
    Arena *arena;
    Options *options;
    VEC(Task) tasks;
    VEC(Argument) arguments;
    VEC(const char *) positionals;
    int queries;    /* -e so far */
    bool is_schema; /* the first positional is `schema` */
    Str error;
} Reader;

/* Takes the values of an option. False: `reader->error` says why not. */
typedef bool ApplyFn(Reader *reader, const char *const *values);

typedef struct OptionRow {
    char letter; /* 0: none */
    const char *name;
    const char *values; /* "N TEXT": what follows, by name; NULL: nothing */
    const char *help;   /* NULL: a synonym that the help text leaves out */
    ApplyFn *apply;     /* NULL: sets the bool at `offset` */
    size_t offset;
} OptionRow;

static bool fail(Reader *reader, const char *format, ...) PRINTF_LIKE(2, 3);

static bool fail(Reader *reader, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    reader->error = str_vformat(reader->arena, format, args);
    va_end(args);
    return false;
}

/* -- values ------------------------------------------------------------------------------- */

static bool apply_eval(Reader *reader, const char *const *values)
{
    Task task = {.text = values[0], .number = ++reader->queries};
    vec_push(&reader->tasks, reader->arena, task);
    return true;
}

static bool apply_file(Reader *reader, const char *const *values)
{
    Task task = {.is_file = true, .text = values[0]};
    vec_push(&reader->tasks, reader->arena, task);
    return true;
}

static bool apply_db(Reader *reader, const char *const *values)
{
    const char *before = reader->options->db;
    reader->options->db = values[0];
    return before == NULL || fail(reader, "there is one database: `%s` or `%s`", before, values[0]);
}

static bool apply_output(Reader *reader, const char *const *values)
{
    reader->options->output = values[0];
    return true;
}

static bool apply_format(Reader *reader, const char *const *values)
{
    return mode_find(str_from_c(values[0]), &reader->options->mode) ||
           fail(reader, "--format takes %s, not `%s`", mode_names(), values[0]);
}

static bool apply_json(Reader *reader, const char *const *values)
{
    (void)values;
    reader->options->mode = MODE_JSON;
    return true;
}

static bool apply_jsonl(Reader *reader, const char *const *values)
{
    (void)values;
    reader->options->mode = MODE_JSONL;
    return true;
}

static bool read_number(Reader *reader, const char *option, const char *text, int64_t max,
                        int64_t *number)
{
    char *end;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || parsed < 1 || parsed > max) {
        return fail(reader, "%s takes a number from 1 to %lld, not `%s`", option, (long long)max,
                    text);
    }
    *number = parsed;
    return true;
}

static bool apply_page_size(Reader *reader, const char *const *values)
{
    return read_number(reader, "--page-size", values[0], PAGE_SIZE_MAX,
                       &reader->options->page_size);
}

static bool apply_limits(Reader *reader, const char *const *values)
{
    reader->options->limits = limits_find(values[0]);
    return reader->options->limits != NULL ||
           fail(reader, "--limits takes local or fauna, not `%s`", values[0]);
}

static bool apply_timeout(Reader *reader, const char *const *values)
{
    return read_number(reader, "--timeout", values[0], TIMEOUT_MS_MAX,
                       &reader->options->timeout_ms);
}

static bool add_argument(Reader *reader, const char *const *values, bool is_json)
{
    const char *option = is_json ? "--argjson" : "--arg";
    Argument argument = {.name = values[0], .text = values[1], .is_json = is_json};
    if (!is_identifier(str_from_c(values[0]))) {
        return fail(reader, "%s: `%s` is not a name of variables", option, values[0]);
    }
    for (int64_t i = 0; i < reader->arguments.len; i++) {
        if (strcmp(reader->arguments.at[i].name, values[0]) == 0) {
            return fail(reader, "%s: `%s` has a value already", option, values[0]);
        }
    }
    vec_push(&reader->arguments, reader->arena, argument);
    return true;
}

static bool apply_arg(Reader *reader, const char *const *values)
{
    return add_argument(reader, values, false);
}

static bool apply_argjson(Reader *reader, const char *const *values)
{
    return add_argument(reader, values, true);
}

static bool apply_color(Reader *reader, const char *const *values)
{
    return color_find(str_from_c(values[0]), &reader->options->color) ||
           fail(reader, "--color takes auto, always or never, not `%s`", values[0]);
}

static bool apply_no_color(Reader *reader, const char *const *values)
{
    (void)values;
    reader->options->color = COLOR_NEVER;
    return true;
}

static bool apply_sync(Reader *reader, const char *const *values)
{
    static const char *const modes[] = {
        [SYNC_ALWAYS] = "always", [SYNC_BATCH] = "batch", [SYNC_OFF] = "off"};
    for (int i = 0; i < countof(modes); i++) {
        if (strcmp(values[0], modes[i]) == 0) {
            reader->options->sync = (SyncMode)i;
            return true;
        }
    }
    return fail(reader, "--sync takes always, batch or off, not `%s`", values[0]);
}

/* -- the table ------------------------------------------------------------------------------ */

#define FLAG(member) NULL, offsetof(Options, member)

/* In the order of the help text, which sets two rows on a line: `help` has room for 20 bytes on
 * the left, for 17 on the right. */
static const OptionRow rows[] = {
    {'e', "eval", "Q", "run Q; repeatable", apply_eval, 0},
    {'m', "format", "M", "output format", apply_format, 0},
    {'f', "file", "F", "run F (-: stdin)", apply_file, 0},
    {'o', "output", "F", "results to F", apply_output, 0},
    {'i', "interactive", NULL, "shell afterwards", FLAG(interactive)},
    {0, "all", NULL, "whole sets", FLAG(all)},
    {0, "arg", "N TEXT", "bind N to a string", apply_arg, 0},
    {0, "page-size", "N", "elements a page", apply_page_size, 0},
    {0, "argjson", "N JSON", "bind N to JSON", apply_argjson, 0},
    {0, "last", NULL, "only last value", FLAG(last)},
    {'1', "single-transaction", NULL, "all in one", FLAG(single)},
    {0, "color", "WHEN", "auto always never", apply_color, 0},
    {0, "each", NULL, "commit statements", FLAG(each)},
    {'q', "quiet", NULL, "no notes", FLAG(quiet)},
    {'n', "dry-run", NULL, "only tell changes", FLAG(dry_run)},
    {0, "performance-hints", NULL, "give them", FLAG(performance_hints)},
    {0, "check", NULL, "run nothing", FLAG(check)},
    {'D', "db", "DB", "same as DB", apply_db, 0},
    {'k', "keep-going", NULL, "on after errors", FLAG(keep_going)},
    {0, "readonly", NULL, "never write", FLAG(readonly)},
    {0, "timeout", "MS", "for each query", apply_timeout, 0},
    {0, "create", NULL, "any name of DB", FLAG(create)},
    {0, "limits", "OF", "local fauna", apply_limits, 0},
    {0, "sync", "WHEN", "always batch off", apply_sync, 0},
    {'V', "version", NULL, "print it", FLAG(version)},
    {0, "echo", NULL, "show queries", FLAG(echo)},
    {'h', "help", NULL, "this text", FLAG(help)},
    {'c', "command", "Q", NULL, apply_eval, 0},
    {0, "json", NULL, NULL, apply_json, 0},
    {0, "jsonl", NULL, NULL, apply_jsonl, 0},
    {0, "no-color", NULL, NULL, apply_no_color, 0},
};

static bool apply_dir(Reader *reader, const char *const *values)
{
    reader->options->schema.dir = values[0];
    return true;
}

#define SCHEMA_FLAG(member) NULL, offsetof(Options, schema.member)

/* Behind `fawn schema`, where they come before those above. */
static const OptionRow schema_rows[] = {
    {0, "dir", "DIR", NULL, apply_dir, 0},
    {'f', "force", NULL, NULL, SCHEMA_FLAG(force)},
    {0, "no-input", NULL, NULL, SCHEMA_FLAG(force)},
    {0, "active", NULL, NULL, SCHEMA_FLAG(active)},
    {0, "staged", NULL, NULL, SCHEMA_FLAG(staged)},
    {0, "delete", NULL, NULL, SCHEMA_FLAG(delete_stale)},
    {0, "text", NULL, NULL, SCHEMA_FLAG(text)},
    {0, "exit-code", NULL, NULL, SCHEMA_FLAG(exit_code)},
};

/* The tables that hold, in the order in which they are looked through. */
static int64_t tables(const Reader *reader, const OptionRow *found[2], int64_t counts[2])
{
    int64_t count = 0;
    if (reader->is_schema) {
        found[count] = schema_rows;
        counts[count++] = countof(schema_rows);
    }
    found[count] = rows;
    counts[count++] = countof(rows);
    return count;
}

/* The option called `name`, or, when that is empty, `letter`; NULL: there is none. */
static const OptionRow *find_row(const Reader *reader, Str name, char letter)
{
    const OptionRow *table[2];
    int64_t counts[2];
    int64_t count = tables(reader, table, counts);
    for (int64_t t = 0; t < count; t++) {
        for (int64_t i = 0; i < counts[t]; i++) {
            const OptionRow *row = &table[t][i];
            if (name.len > 0 ? str_eq(str_from_c(row->name), name) : row->letter == letter) {
                return row;
            }
        }
    }
    return NULL;
}

/* The error for an unknown option, with the name that was perhaps meant. */
static bool fail_unknown(Reader *reader, const char *given, Str name)
{
    const OptionRow *nearest = NULL;
    const OptionRow *table[2];
    int64_t counts[2];
    int64_t count = tables(reader, table, counts);
    int best = SUGGEST_DISTANCE_MAX + 1;
    for (int64_t t = 0; t < count; t++) {
        for (int64_t i = 0; i < counts[t]; i++) {
            int distance = str_distance(str_from_c(table[t][i].name), name);
            if (distance < best && distance < name.len) {
                nearest = &table[t][i];
                best = distance;
            }
        }
    }
    if (nearest == NULL) {
        return fail(reader, "unknown option %s (--help lists them)", given);
    }
    return fail(reader, "unknown option %s; did you mean --%s?", given, nearest->name);
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
            return fail(reader, "--%s needs %s", row->name, row->values);
        }
        values[i] = *rest->at++;
        rest->count--;
    }
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
    const OptionRow *row = text.len > 0 ? find_row(reader, text, 0) : NULL;
    if (row == NULL) {
        return fail_unknown(reader, given, text);
    }
    if (equals != NULL && row->values == NULL) {
        return fail(reader, "--%s takes no value", row->name);
    }
    return apply_row(reader, row, equals ? equals + 1 : NULL, rest);
}

/* -x, -xyz, -xVALUE */
static bool read_letters(Reader *reader, const char *given, Rest *rest)
{
    for (const char *at = given + 1; *at != '\0'; at++) {
        const OptionRow *row = find_row(reader, (Str){0}, *at);
        if (row == NULL) {
            return fail_unknown(reader, given, str_from_c(given + 1));
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
            find_row(reader, equals < 0 ? name : str_slice(name, 0, equals), 0) != NULL);
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
            reader->is_schema = strcmp(reader->positionals.at[0], "schema") == 0;
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
        return apply_db(reader, &given);
    }
    if (schema->dir != NULL) {
        return fail(reader, "`%s` is one argument too many", given);
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
        return fail(reader, "schema takes push, diff, pull, status, commit or abandon%s%s%s",
                    count > 1 ? ", not `" : "", count > 1 ? at[1] : "", count > 1 ? "`" : "");
    }
    for (int64_t i = 2; i < count; i++) {
        if (!place_schema_positional(reader, at[i])) {
            return false;
        }
    }
    return reader->options->db != NULL ||
           fail(reader, "which database? fawn schema %s DB.fawn [DIR]", at[1]);
}

/* DB, then FILE.fql and its arguments, or a query. */
static bool place_positionals(Reader *reader)
{
    if (reader->is_schema) {
        return place_schema(reader);
    }
    Options *options = reader->options;
    const char *const *at = reader->positionals.at;
    int64_t count = reader->positionals.len;
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
        return apply_file(reader, at);
    }
    if (count > 0 && !options->rpc && !is_script(at[0])) {
        if (str_ends_with(str_from_c(at[0]), STR(".fawn"))) {
            return apply_db(reader, at);
        }
        apply_eval(reader, at);
        at++;
        count--;
    }
    return count == 0 || fail(reader, "`%s` is one argument too many", at[0]);
}

static bool check_combination(Reader *reader)
{
    const Options *options = reader->options;
    if (options->single && options->each) {
        return fail(reader, "-1 and --each contradict each other");
    }
    if (options->page_size > options->limits->page_size) {
        return fail(reader, "--page-size takes at most %lld with --limits %s",
                    (long long)options->limits->page_size, options->limits->name);
    }
    if (options->create && options->readonly) {
        return fail(reader, "--create and --readonly contradict each other");
    }
    if (options->rpc && (options->interactive || reader->tasks.len > 0)) {
        return fail(reader, "rpc takes its queries from stdin");
    }
    if (options->schema.staged && options->schema.active) {
        return fail(reader, "--staged and --active contradict each other");
    }
    if (options->schema.action != SCHEMA_NONE && (options->interactive || reader->tasks.len > 0)) {
        return fail(reader, "schema runs no queries");
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

/* -- help ----------------------------------------------------------------------------------- */

static const char help_head[] =
    "fawn - a shell and interpreter for FQL v10, with its own database\n"
    "  fawn [DB]                    interactive shell (no DB: in memory)\n"
    "  fawn [DB] FILE.fql [ARG...]  run a file as one transaction (\"---\" divides it)\n"
    "  fawn [DB] -e 'QUERY'         run a query\n"
    "  ... | fawn [DB]              the same for stdin\n"
    "  fawn rpc [DB]                JSON requests and responses, one a line\n"
    "  fawn schema push DB [DIR]    the schema in DIR; also diff, pull, status\n"
    "\n";

static const char help_tail[] =
    "\n"
    "Formats: fql json json-tagged jsonl (--json, --jsonl: short for -m ...)\n"
    "A new DB ends in .fawn (or --create) and is made at its first commit.\n"
    "Exit: 0 ok, 1 query failed, 2 usage, 3 database, 4 timeout, 130 interrupted\n";

/* Appends one row: the option in `label` columns, and all of it `width` columns wide at least. */
static void put_row(Buf *out, const OptionRow *row, int64_t label, int64_t width)
{
    int64_t start = out->len;
    if (row->letter) {
        buf_printf(out, "  -%c, --%s", row->letter, row->name);
    } else {
        buf_printf(out, "      --%s", row->name);
    }
    if (row->values != NULL) {
        buf_printf(out, " %s", row->values);
    }
    int64_t used = out->len - start;
    buf_fill(out, ' ', used < label ? label - used : 1);
    buf_puts(out, row->help);
    used = out->len - start;
    if (used < width) {
        buf_fill(out, ' ', width - used);
    }
}

void options_help(Buf *out)
{
    buf_puts(out, help_head);
    bool left = true;
    for (int64_t i = 0; i < countof(rows); i++) {
        if (rows[i].help != NULL) {
            put_row(out, &rows[i], left ? 23 : 21, left ? HELP_COLUMN : 0);
            buf_puts(out, left ? "" : "\n");
            left = !left;
        }
    }
    buf_puts(out, left ? "" : "\n");
    buf_puts(out, help_tail);
}

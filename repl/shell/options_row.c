/* options_row: one row per option. A row without a value sets the bool at its offset; others have
 * a function that takes the values.
 */
#include "repl/tool/subcommand.h"

#include "grammar/parse.h"

#include <errno.h>
#include <string.h>

/* A suggestion is made for a name that is at most this many edits away. */
#define SUGGEST_DISTANCE_MAX 2

/* Longest value of --timeout: a day. */
#define TIMEOUT_MS_MAX 86400000

/* Width of the help text, and of its left column. */
#define HELP_WIDTH 78
#define HELP_COLUMN 42

/* -- values ------------------------------------------------------------------------------- */

bool option_eval(Reader *reader, const char *const *values)
{
    Task task = {.text = values[0], .number = ++reader->queries};
    vec_push(&reader->tasks, reader->arena, task);
    return true;
}

bool option_file(Reader *reader, const char *const *values)
{
    Task task = {.is_file = true, .text = values[0]};
    vec_push(&reader->tasks, reader->arena, task);
    return true;
}

bool option_db(Reader *reader, const char *const *values)
{
    const char *before = reader->options->db;
    reader->options->db = values[0];
    return before == NULL ||
           options_fail(reader, "there is one database: `%s` or `%s`", before, values[0]);
}

static bool apply_database(Reader *reader, const char *const *values)
{
    reader->options->database = values[0];
    return true;
}

static bool apply_output(Reader *reader, const char *const *values)
{
    reader->options->output = values[0];
    return true;
}

bool option_format(Reader *reader, const char *const *values)
{
    if (mode_find(str_from_c(values[0]), &reader->options->mode)) {
        return true;
    }
    Str near = mode_suggest(str_from_c(values[0]));
    Str names = mode_names(reader->arena);
    return near.len > 0
               ? options_fail(reader, "there is no format `%s`; did you mean %.*s?", values[0],
                              STR_ARG(near))
               : options_fail(reader, "--format takes %.*s, not `%s`", STR_ARG(names), values[0]);
}

/* An option that has the name of its mode: --csv. */
static bool apply_mode(Reader *reader, const char *const *values)
{
    (void)values;
    return mode_find(str_from_c(reader->row->name), &reader->options->mode);
}

bool option_number(Reader *reader, const char *option, const char *text, int64_t max,
                        int64_t *number)
{
    char *end;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || parsed < 1 || parsed > max) {
        return options_fail(reader, "%s takes a number from 1 to %lld, not `%s`", option,
                            (long long)max, text);
    }
    *number = parsed;
    return true;
}

static bool apply_page_size(Reader *reader, const char *const *values)
{
    return option_number(reader, "--page-size", values[0], PAGE_SIZE_MAX,
                       &reader->options->page_size);
}

static bool apply_limits(Reader *reader, const char *const *values)
{
    reader->options->limits_given = true;
    reader->options->limits = limits_find(values[0]);
    return reader->options->limits != NULL ||
           options_fail(reader, "--limits takes local or fauna, not `%s`", values[0]);
}

static bool apply_timeout(Reader *reader, const char *const *values)
{
    return option_number(reader, "--timeout", values[0], TIMEOUT_MS_MAX,
                       &reader->options->timeout_ms);
}

static bool add_argument(Reader *reader, const char *const *values, ArgumentKind kind)
{
    const char *option = reader->row->name;
    Argument argument = {.name = values[0], .text = values[1], .kind = kind};
    if (!is_identifier(str_from_c(values[0]))) {
        return options_fail(reader, "--%s: `%s` is not a name of variables", option, values[0]);
    }
    for (int64_t i = 0; i < reader->arguments.len; i++) {
        if (strcmp(reader->arguments.at[i].name, values[0]) == 0) {
            return options_fail(reader, "--%s: `%s` has a value already", option, values[0]);
        }
    }
    vec_push(&reader->arguments, reader->arena, argument);
    return true;
}

static bool apply_arg(Reader *reader, const char *const *values)
{
    return add_argument(reader, values, ARGUMENT_TEXT);
}

static bool apply_argjson(Reader *reader, const char *const *values)
{
    return add_argument(reader, values, ARGUMENT_JSON);
}

static bool apply_argfql(Reader *reader, const char *const *values)
{
    return add_argument(reader, values, ARGUMENT_FQL);
}

static bool apply_argfile(Reader *reader, const char *const *values)
{
    return add_argument(reader, values, ARGUMENT_FILE);
}

/* Fauna's is a switch: --color, --color=false. */
static bool apply_color(Reader *reader, const char *const *values)
{
    if (strcmp(values[0], "true") == 0 || strcmp(values[0], "false") == 0) {
        reader->options->color = values[0][0] == 't' ? COLOR_ALWAYS : COLOR_NEVER;
        return true;
    }
    return color_find(str_from_c(values[0]), &reader->options->color) ||
           options_fail(reader, "--color takes auto, always or never, not `%s`", values[0]);
}

static bool apply_no_color(Reader *reader, const char *const *values)
{
    (void)values;
    reader->options->color = COLOR_NEVER;
    return true;
}

static bool apply_init(Reader *reader, const char *const *values)
{
    reader->options->init = values[0];
    return true;
}

bool option_include(Reader *reader, const char *const *values)
{
    Str bad;
    reader->options->include = reader->includes ? reader->options->include : 0;
    reader->includes = true;
    return include_read(str_from_c(values[0]), &reader->options->include, &bad) ||
           options_fail(reader, "--include takes " INCLUDE_WORDS ", not `%.*s`", STR_ARG(bad));
}

static bool apply_info(Reader *reader, const char *const *values)
{
    (void)values;
    reader->options->include = INCLUDE_ALL;
    return reader->includes = true;
}

static bool apply_profile(Reader *reader, const char *const *values)
{
    reader->options->profile = values[0];
    return true;
}

static bool apply_config(Reader *reader, const char *const *values)
{
    reader->options->config = values[0];
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
    return options_fail(reader, "--sync takes always, batch or off, not `%s`", values[0]);
}

/* -- the table ------------------------------------------------------------------------------ */

#define FLAG(member) NULL, offsetof(Options, member)

/* In the order of the help text, which sets two rows on a line: `help` has room for 20 bytes on
 * the left, for 17 on the right. */
const OptionRow option_rows[] = {
    {'e', "eval", "Q", "run Q; repeatable", option_eval, 0},
    {'m', "format", "M", "output format", option_format, 0},
    {'f', "file", "F", "run F (-: stdin)", option_file, 0},
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
    {0, "typecheck", NULL, "types first", FLAG(typecheck)},
    {0, "check", NULL, "run nothing", FLAG(check)},
    {'D', "db", "DB", "same as DB", option_db, 0},
    {'k', "keep-going", NULL, "on after errors", FLAG(keep_going)},
    {0, "readonly", NULL, "never write", FLAG(readonly)},
    {0, "timeout", "MS", "for each query", apply_timeout, 0},
    {0, "create", NULL, "any name of DB", FLAG(create)},
    {0, "limits", "OF", NULL, apply_limits, 0},
    {0, "sync", "WHEN", "always batch off", apply_sync, 0},
    {'V', "version", NULL, "print it", FLAG(version)},
    {0, "echo", NULL, "show queries", FLAG(echo)},
    {'d', "database", "A/B", "one within DB", apply_database, 0},
    {'X', "no-init", NULL, "no ~/.fawnrc", FLAG(no_init)},
    {'h', "help", NULL, NULL, FLAG(help)},
    {0, "no-typecheck", NULL, NULL, FLAG(no_typecheck)},
    {'c', "command", "Q", NULL, option_eval, 0},
    {0, "init", "F", NULL, apply_init, 0},
    /* Those below are told by `fawn help options`. */
    {0, "argfql", "N EXPR", NULL, apply_argfql, 0},
    {0, "argfile", "N FILE", NULL, apply_argfile, 0},
    {0, "envelope", NULL, NULL, FLAG(envelope)},
    {0, "include", "WHAT", NULL, option_include, 0},
    {0, "info", NULL, NULL, apply_info, 0},
    {0, "batch", NULL, NULL, FLAG(batch)},
    {0, "verbose", NULL, NULL, FLAG(verbose)},
    {'p', "profile", "NAME", NULL, apply_profile, 0},
    {0, "config", "FILE", NULL, apply_config, 0},
    {0, "json", NULL, NULL, apply_mode, 0},
    {0, "jsonl", NULL, NULL, apply_mode, 0},
    {0, "csv", NULL, NULL, apply_mode, 0},
    {0, "tsv", NULL, NULL, apply_mode, 0},
    {0, "table", NULL, NULL, apply_mode, 0},
    {0, "box", NULL, NULL, apply_mode, 0},
    {0, "markdown", NULL, NULL, apply_mode, 0},
    {0, "line", NULL, NULL, apply_mode, 0},
    {0, "raw", NULL, NULL, apply_mode, 0},
    {0, "no-color", NULL, NULL, apply_no_color, 0},
    {.name = NULL},
};

/* The tables that hold, in the order in which they are looked through; NULL: none. */
enum { TABLES = 2 };

static void find_tables(const Reader *reader, const OptionRow *tables[TABLES])
{
    const Subcommand *command = reader->options->command;
    tables[0] = command != NULL ? command->rows : NULL;
    tables[1] = reader->only_command ? NULL : option_rows;
}

const char *option_default(const OptionRow *row, const char *next)
{
    ColorWhen when;
    bool is_color = row->apply == apply_color;
    return is_color && (next == NULL || !color_find(str_from_c(next), &when)) ? "always" : NULL;
}

/* Options that set the same: the one that is given counts. */
static bool sets_the_same(const OptionRow *a, const OptionRow *b)
{
    static ApplyFn *const alike[][2] = {{option_format, apply_mode}, {apply_color, apply_no_color}};
    for (int64_t i = 0; i < countof(alike); i++) {
        if ((a->apply == alike[i][0] || a->apply == alike[i][1]) &&
            (b->apply == alike[i][0] || b->apply == alike[i][1])) {
            return true;
        }
    }
    return strcmp(a->name, b->name) == 0;
}

bool option_was_given(const Reader *reader, const OptionRow *row)
{
    for (int64_t i = 0; i < reader->applied.len; i++) {
        if (sets_the_same(reader->applied.at[i], row)) {
            return true;
        }
    }
    return false;
}

const OptionRow *option_find(const Reader *reader, Str name, char letter)
{
    const OptionRow *tables[TABLES];
    find_tables(reader, tables);
    for (int t = 0; t < TABLES; t++) {
        for (const OptionRow *row = tables[t]; row != NULL && row->name != NULL; row++) {
            if (name.len > 0 ? str_eq(str_from_c(row->name), name) : row->letter == letter) {
                return row;
            }
        }
    }
    return NULL;
}

bool option_fail_unknown(Reader *reader, const char *given, Str name)
{
    const OptionRow *nearest = NULL;
    const OptionRow *tables[TABLES];
    find_tables(reader, tables);
    int best = SUGGEST_DISTANCE_MAX + 1;
    for (int t = 0; t < TABLES; t++) {
        for (const OptionRow *row = tables[t]; row != NULL && row->name != NULL; row++) {
            int distance = str_distance(str_from_c(row->name), name);
            if (distance < best && distance < name.len) {
                nearest = row;
                best = distance;
            }
        }
    }
    if (nearest == NULL) {
        const Subcommand *command = reader->options->command;
        return options_fail(reader, "unknown option %s (%s%s lists them)", given,
                            command ? "fawn help " : "--help", command ? command->name : "");
    }
    return options_fail(reader, "unknown option %s; did you mean --%s?", given, nearest->name);
}

/* -- help ----------------------------------------------------------------------------------- */

static const char help_head[] =
    "fawn - a shell and interpreter for FQL v10, with its own database\n"
    "  fawn [DB]                    interactive shell (no DB: in memory)\n"
    "  fawn [DB] FILE.fql [ARG...]  run a file as one transaction (\"---\" divides it)\n"
    "  fawn [DB] -e 'QUERY'         run a query; ... | fawn [DB]: the same for stdin\n";

/* Of options that --help has no room for. */
static const char options_text[] =
    "Options besides those of --help:\n"
    "\n"
    "  -c, --command Q        the same as -e\n"
    "      --argfql N EXPR    bind N to the value of an expression, worked out once\n"
    "      --argfile N FILE   bind N to the text of a file (-: stdin)\n"
    "      --envelope         for programs: each query's value, or failure, as one line of JSON\n"
    "                         as Fauna's /query/1 answers; statements of a pipe run at once\n"
    "      --include WHAT     what is told of each query on stderr, as Fauna's command line does:\n"
    "                         txnTs schemaVersion summary queryTags stats all none; several are\n"
    "                         divided by commas or blanks. Without it: summary, which has log()s,\n"
    "                         warnings and hints\n"
    "      --info             the same as --include all\n"
    "      --batch            no prompt, no banner and no questions, even on a terminal\n"
    "      --verbose          tell what scripts change, and which options are not obeyed\n"
    "  -p, --profile NAME     settings from a section of fauna.config.yaml: dir, database, color,\n"
    "                         format, and other options by their names. What is about Fauna's\n"
    "                         service (url, secret ...) is told and left\n"
    "      --config FILE      that file, instead of the one in the present folder\n"
    "      --init FILE        run FILE first. The prompt runs $XDG_CONFIG_HOME/fawn/init.fawn or\n"
    "                         ~/.fawnrc without being told; scripts run none\n"
    "  -X, --no-init          run none at the prompt either\n"
    "      --json, --jsonl, --csv, --tsv, --table, --box, --markdown, --line, --raw\n"
    "                         the same as -m json ...\n"
    "      --no-color         the same as --color never\n"
    "  --                     what follows are no options\n"
    "\n"
    "FAWN_NAME=VALUE in the environment is --NAME VALUE, for switches FAWN_NAME=1: FAWN_FORMAT=json,\n"
    "FAWN_KEEP_GOING=1. The command line says the last word. (Not for what belongs to one command:\n"
    "-e -f --arg....) FAWN_DB names the database of commands that name none; a first word that is no\n"
    "file and does not end in .fawn is then a query on it. FAWN_HISTORY names the file of the history\n"
    "and FAWN_PAGER the pager; NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR and TERM=dumb are honoured.\n";

void options_help_all(Buf *out)
{
    buf_puts(out, options_text);
}

static const char help_tail[] =
    "Formats: fql json json-tagged jsonl csv tsv table box markdown line raw ...\n"
    "Exit: 0 ok, 1 failed, 2 usage, 3 database, 4 timeout, 5 memory, 130 interrupted\n"
    "From Fauna: alias fauna=fawn; fawn help fauna\n";

void option_put(Buf *out, const OptionRow *row, int64_t label)
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
}

/* Appends one row: the option in `label` columns, and all of it `width` columns wide at least. */
static void put_row(Buf *out, const OptionRow *row, int64_t label, int64_t width)
{
    int64_t start = out->len;
    option_put(out, row, label);
    int64_t used = out->len - start;
    if (used < width) {
        buf_fill(out, ' ', width - used);
    }
}

/* The names of the subcommands, in as many lines as they take. */
static void put_subcommands(Buf *out)
{
    int64_t start = out->len;
    buf_puts(out, "  fawn COMMAND ... ");
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        if (command->is_synonym) {
            continue;
        }
        if (out->len - start + 1 + (int64_t)strlen(command->name) > HELP_WIDTH) {
            buf_byte(out, '\n');
            start = out->len;
            buf_fill(out, ' ', 6);
        }
        buf_printf(out, " %s", command->name);
    }
    buf_byte(out, '\n');
}

void options_help(Buf *out)
{
    buf_puts(out, help_head);
    put_subcommands(out);
    bool left = true;
    for (const OptionRow *row = option_rows; row->name != NULL; row++) {
        if (row->help != NULL) {
            put_row(out, row, left ? 23 : 21, left ? HELP_COLUMN : 0);
            buf_puts(out, left ? "" : "\n");
            left = !left;
        }
    }
    buf_puts(out, left ? "" : "\n");
    buf_puts(out, help_tail);
}

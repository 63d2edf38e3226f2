/* subcommand_row: the options of subcommands, as options_row.c has the general ones. */
#include "repl/subcommand.h"

#include <string.h>

/* -- values ----------------------------------------------------------------------------------- */

static bool apply_dir(Reader *reader, const char *const *values)
{
    reader->options->schema.dir = values[0];
    return true;
}

static bool apply_collection(Reader *reader, const char *const *values)
{
    reader->options->words.collection = values[0];
    return true;
}

static bool apply_import_format(Reader *reader, const char *const *values)
{
    static const struct {
        const char *name;
        ImportFormat format;
    } formats[] = {
        {"json", IMPORT_JSON}, {"jsonl", IMPORT_JSON}, {"csv", IMPORT_CSV}, {"tsv", IMPORT_TSV}};
    for (int64_t i = 0; i < countof(formats); i++) {
        if (strcmp(values[0], formats[i].name) == 0) {
            reader->options->words.format = formats[i].format;
            return true;
        }
    }
    return options_fail(reader, "--format takes json, jsonl, csv or tsv, not `%s`", values[0]);
}

/* One of two words. */
static bool apply_choice(Reader *reader, const char *given, const char *no, const char *yes,
                         bool *setting)
{
    *setting = strcmp(given, yes) == 0;
    return *setting || strcmp(given, no) == 0 ||
           options_fail(reader, "--%s takes %s or %s, not `%s`", reader->row->name, no, yes, given);
}

static bool apply_export_format(Reader *reader, const char *const *values)
{
    return apply_choice(reader, values[0], "tagged", "simple", &reader->options->words.simple);
}

static bool apply_datafile(Reader *reader, const char *const *values)
{
    return apply_choice(reader, values[0], "jsonl", "json", &reader->options->words.arrays);
}

/* -- the tables ------------------------------------------------------------------------------- */

#define FLAG(member) NULL, offsetof(Options, member)

const OptionRow schema_rows[] = {
    {0, "dir", "DIR", "the folder of the files, instead of DIR behind DB", apply_dir, 0},
    {'f', "force", NULL, "ask nothing", FLAG(schema.force)},
    {0, "no-input", NULL, "the same", FLAG(schema.force)},
    {0, "active", NULL, "the schema in force, which is what is meant without", FLAG(schema.active)},
    {0, "staged", NULL, "push: keep it until commit; diff, pull: that one", FLAG(schema.staged)},
    {0, "delete", NULL, "pull: delete files that are not needed", FLAG(schema.delete_stale)},
    {0, "text", NULL, "diff: show items in full", FLAG(schema.text)},
    {0, "exit-code", NULL, "diff: exit with 1 if there are differences", FLAG(schema.exit_code)},
    {.name = NULL},
};

const OptionRow import_rows[] = {
    {'c', "collection", "NAME", "instead of the name of the file", apply_collection, 0},
    {0, "format", "FORMAT", "json jsonl csv tsv; else what the name or first byte says",
     apply_import_format, 0},
    {'n', "dry-run", NULL, "do everything, and take it back", FLAG(words.dry_run)},
    {0, "skip-bad", NULL, "leave bad records out, and tell of the first ten", FLAG(words.skip_bad)},
    {.name = NULL},
};

const OptionRow export_rows[] = {
    {'c', "collection", "NAME", "only this one", apply_collection, 0},
    {0, "format", "FORMAT", "tagged: JSON that keeps all types; simple: plain JSON",
     apply_export_format, 0},
    {0, "datafile", "KIND", "jsonl: a document a line; json: an array", apply_datafile, 0},
    {.name = NULL},
};

const OptionRow dump_rows[] = {
    {0, "salvage", NULL, "of a damaged file, dump what was committed before the damage",
     FLAG(salvage)},
    {.name = NULL},
};

static bool apply_test_schema(Reader *reader, const char *const *values)
{
    reader->options->test.schema = values[0];
    return true;
}

static bool apply_setup(Reader *reader, const char *const *values)
{
    reader->options->test.setup = values[0];
    return true;
}

/* What is about the service of Fauna, and is not obeyed. */
static bool apply_ignored(Reader *reader, const char *const *values)
{
    (void)values;
    vec_push(&reader->options->fauna.ignored, reader->arena, reader->row->name);
    return true;
}

static bool apply_input(Reader *reader, const char *const *values)
{
    return option_file(reader, values);
}

/* A path of Fauna's begins with the region, and may be nothing else. */
static bool apply_path(Reader *reader, const char *const *values)
{
    static const char *const regions[] = {"us", "eu", "global"};
    const char *path = values[0];
    for (int64_t i = 0; i < countof(regions); i++) {
        size_t len = strlen(regions[i]);
        if (strncmp(path, regions[i], len) == 0 && (path[len] == '/' || path[len] == '\0')) {
            path += len + (path[len] == '/');
            break;
        }
    }
    reader->options->database = path[0] != '\0' ? path : NULL;
    return true;
}

static bool apply_version(Reader *reader, const char *const *values)
{
    return strcmp(values[0], "10") == 0 ||
           options_fail(reader, "Fawn speaks FQL 10, not %s", values[0]);
}

static bool apply_name(Reader *reader, const char *const *values)
{
    reader->options->fauna.name = values[0];
    return true;
}

/* Fauna prints the summary of a query unless it is told to print nothing. */
static bool apply_include(Reader *reader, const char *const *values)
{
    if (strcmp(values[0], "none") == 0) {
        reader->options->quiet = true;
        return true;
    }
    return strcmp(values[0], "summary") == 0 || apply_ignored(reader, values);
}

/* Options of all commands of Fauna. */
#define CONNECTION_ROWS                                                                           \
    {0, "secret", "SECRET", NULL, apply_ignored, 0},  \
        {0, "local", NULL, NULL, apply_ignored, 0}, {'r', "role", "ROLE", NULL, apply_ignored, 0},    \
        {0, "url", "URL", NULL, apply_ignored, 0}, {'u', "user", "USER", NULL, apply_ignored, 0},     \
        {0, "account-key", "KEY", NULL, apply_ignored, 0},                                          \
        {'p', "profile", "NAME", NULL, apply_ignored, 0},                                           \
        {0, "config", "FILE", NULL, apply_ignored, 0},                                              \
        {0, "max-attempts", "N", NULL, apply_ignored, 0},                                           \
        {0, "max-backoff", "MS", NULL, apply_ignored, 0},                                           \
        {0, "max-contention-retries", "N", NULL, apply_ignored, 0},                                 \
        {0, "typecheck", NULL, NULL, apply_ignored, 0},                                             \
        {0, "no-typecheck", NULL, NULL, apply_ignored, 0},                                          \
        {0, "typechecked", NULL, NULL, apply_ignored, 0},                                           \
        {0, "protected", NULL, NULL, apply_ignored, 0}, {0, "priority", "N", NULL, apply_ignored, 0}, \
        {0, "verbosity", "N", NULL, apply_ignored, 0},                                              \
        {0, "verbose", NULL, "tell which options are not obeyed", FLAG(fauna.verbose)},           \
    {                                                                                             \
        .name = NULL                                                                              \
    }

const OptionRow query_rows[] = {
    {'i', "input", "FILE", "the query is in FILE", apply_input, 0},
    {'f', "format", "FORMAT", "fql, json, and all others of -m", option_format, 0},
    {'v', "api-version", "N", "10", apply_version, 0},
    {0, "include", "WHAT", "none: no summary; others are not obeyed", apply_include, 0},
    {'d', "database", "PATH", "a database within DB; us/, eu/, global/ are left out",
     apply_path, 0},
    CONNECTION_ROWS,
};

const OptionRow fauna_rows[] = {
    {'f', "format", "FORMAT", "fql, json, and all others of -m", option_format, 0},
    {'d', "database", "PATH", "a database within DB; us/, eu/, global/ are left out",
     apply_path, 0},
    CONNECTION_ROWS,
};

const OptionRow database_rows[] = {
    {0, "name", "NAME", "of the child database", apply_name, 0},
    {'d', "database", "PATH", "a database within DB; us/, eu/, global/ are left out",
     apply_path, 0},
    CONNECTION_ROWS,
};

const OptionRow local_rows[] = {
    {0, "dir", "DIR", "put the .fsl files of DIR in force in DB", apply_dir, 0},
    {'d', "database", "NAME", "make this child database in DB", apply_name, 0},
    {0, "name", "NAME", NULL, apply_ignored, 0},
    {0, "host-port", "N", NULL, apply_ignored, 0},
    {0, "host-ip", "IP", NULL, apply_ignored, 0},
    {0, "container-port", "N", NULL, apply_ignored, 0},
    {0, "pull", NULL, NULL, apply_ignored, 0},
    {0, "no-pull", NULL, NULL, apply_ignored, 0},
    {0, "interval", "MS", NULL, apply_ignored, 0},
    CONNECTION_ROWS,
};

const OptionRow test_rows[] = {
    {0, "accept", NULL, "write what is printed to the .out files", FLAG(test.accept)},
    {0, "schema", "DIR", "put these .fsl files in force, not those of schema/", apply_test_schema,
     0},
    {0, "setup", "FILE", "run this first, not setup.fql", apply_setup, 0},
    {.name = NULL},
};

const OptionRow format_rows[] = {
    {0, "check", NULL, "change nothing, and exit with 1 if a file would change", FLAG(check)},
    {0, "fsl", NULL, "stdin is a schema", FLAG(is_schema)},
    {.name = NULL},
};

/* subcommand_row: the options of subcommands, as options_row.c has the general ones. */
#include "repl/tool/subcommand.h"

#include <string.h>

enum { PORT_MAX = 65535 };

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

static bool apply_dumped(Reader *reader, const char *const *values)
{
    vec_push(&reader->options->dumped, reader->arena, str_from_c(values[0]));
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

static bool apply_separator(Reader *reader, const char *const *values)
{
    const char *given = strcmp(values[0], "\\t") == 0 || strcmp(values[0], "tab") == 0 ? "\t" : values[0];
    reader->options->words.separator = given[0];
    return (strlen(given) == 1 && strchr("\"\r\n", given[0]) == NULL) ||
           options_fail(reader, "--separator takes one character such as `;`, or `tab`, not `%s`",
                        values[0]);
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

static bool apply_host(Reader *reader, const char *const *values)
{
    reader->options->serve.host = values[0];
    return true;
}

static bool apply_port(Reader *reader, const char *const *values)
{
    reader->options->serve.any_port = strcmp(values[0], "0") == 0;
    return reader->options->serve.any_port ||
           option_number(reader, "--port", values[0], PORT_MAX, &reader->options->serve.port);
}

static bool apply_secret_file(Reader *reader, const char *const *values)
{
    reader->options->serve.secret_file = values[0];
    return true;
}

static bool apply_jwks(Reader *reader, const char *const *values)
{
    JwksOption option = {values[0], values[1]};
    vec_push(&reader->options->serve.jwks, reader->arena, option);
    return true;
}

static bool apply_tls_file(Reader *reader, const char *const *values)
{
    ServeOptions *serve = &reader->options->serve;
    bool is_cert = strcmp(reader->row->name, "tls-cert") == 0;
    *(is_cert ? &serve->tls_cert : &serve->tls_key) = values[0];
    return true;
}

static bool apply_serve_limits(Reader *reader, const char *const *values)
{
    reader->options->serve.limits = limits_find(values[0]);
    return reader->options->serve.limits != NULL ||
           options_fail(reader, "--limits takes fauna or local, not `%s`", values[0]);
}

/* The numbers of `serve`, each with the most that it may be. */
static bool apply_serve_number(Reader *reader, const char *const *values)
{
    ServeOptions *serve = &reader->options->serve;
    const struct {
        const char *name;
        int64_t max;
        int64_t *number;
    } numbers[] = {
        {"max-connections", 1000000, &serve->max_connections},
        {"query-timeout", 600000, &serve->query_timeout_ms},
        {"max-query-memory", 1 << 20, &serve->max_query_mib},
        {"threads", 64, &serve->threads},
    };
    for (int64_t i = 0; i < countof(numbers); i++) {
        if (strcmp(reader->row->name, numbers[i].name) == 0) {
            Str option = str_format(reader->arena, "--%s", numbers[i].name);
            return option_number(reader, str_to_c(reader->arena, option), values[0],
                                 numbers[i].max, numbers[i].number);
        }
    }
    UNREACHABLE();
}

/* What is about the service of Fauna, and is not obeyed. */
static bool apply_ignored(Reader *reader, const char *const *values)
{
    (void)values;
    vec_push(&reader->options->fauna.ignored, reader->arena, reader->row->name);
    return true;
}

bool option_is_ignored(const OptionRow *row)
{
    return row->apply == apply_ignored;
}

/* -- the tables ------------------------------------------------------------------------------- */

#define FLAG(member) NULL, offsetof(Options, member)

/* Options of all commands of Fauna. */
#define CONNECTION_ROWS                                                                           \
    {0, "secret", "SECRET", NULL, apply_ignored, 0},  \
        {0, "local", NULL, NULL, apply_ignored, 0}, {'r', "role", "ROLE", NULL, apply_ignored, 0},    \
        {0, "url", "URL", NULL, apply_ignored, 0}, {'u', "user", "USER", NULL, apply_ignored, 0},     \
        {0, "account-key", "KEY", NULL, apply_ignored, 0},                                          \
        {0, "max-attempts", "N", NULL, apply_ignored, 0},                                           \
        {0, "max-backoff", "MS", NULL, apply_ignored, 0},                                           \
        {0, "max-contention-retries", "N", NULL, apply_ignored, 0},                                 \
        {0, "typecheck", NULL, NULL, FLAG(typecheck)},                                             \
        {0, "no-typecheck", NULL, NULL, FLAG(no_typecheck)},                                          \
        {0, "verbosity", "N", NULL, apply_ignored, 0},                                              \
        {0, "verbose-component", "NAME", NULL, apply_ignored, 0},                                   \
        {0, "no-input", NULL, NULL, apply_ignored, 0},                                              \
    {                                                                                             \
        .name = NULL                                                                              \
    }

const OptionRow schema_rows[] = {
    {0, "dir", "DIR", "the folder of the files, instead of DIR behind DB", apply_dir, 0},
    {'f', "force", NULL, "ask nothing", FLAG(schema.force)},
    {0, "no-input", NULL, "the same", FLAG(schema.force)},
    {0, "active", NULL, "the schema in force, which is what is meant without", FLAG(schema.active)},
    {0, "staged", NULL, "push: keep it until commit; diff, pull: that one", FLAG(schema.staged)},
    {0, "delete", NULL, "pull: delete files that are not needed", FLAG(schema.delete_stale)},
    {0, "text", NULL, "show the lines of the files that differ", FLAG(schema.text)},
    {0, "exit-code", NULL, "diff: exit with 1 if there are differences", FLAG(schema.exit_code)},
    CONNECTION_ROWS,
};

const OptionRow import_rows[] = {
    {'c', "collection", "NAME", "instead of the name of the file", apply_collection, 0},
    {0, "format", "FORMAT", "json jsonl csv tsv; else what the name or first byte says",
     apply_import_format, 0},
    {0, "separator", "CHAR", "between the cells of CSV; else what the first row has", apply_separator,
     0},
    {'n', "dry-run", NULL, "do everything, and take it back", FLAG(words.dry_run)},
    {0, "skip-bad", NULL, "leave bad records out, and tell of the first ten", FLAG(words.skip_bad)},
    {.name = NULL},
};

const OptionRow export_rows[] = {
    {'c', "collection", "NAME", "only this one", apply_collection, 0},
    {0, "format", "FORMAT", "tagged: JSON that keeps all types; simple: plain JSON",
     apply_export_format, 0},
    {0, "datafile", "KIND", "jsonl: a document a line; json: an array", apply_datafile, 0},
    {0, "destination", "URI", NULL, apply_ignored, 0},
    {0, "wait", NULL, NULL, apply_ignored, 0},
    CONNECTION_ROWS,
};

const OptionRow dump_rows[] = {
    {'c', "collection", "NAME", "only this one; may be given again", apply_dumped, 0},
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

static bool apply_input(Reader *reader, const char *const *values)
{
    return option_file(reader, values);
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

/* The priority of a database, which is kept with it. */
static bool apply_priority(Reader *reader, const char *const *values)
{
    return option_number(reader, "--priority", values[0], INT32_MAX,
                         &reader->options->fauna.priority);
}

const OptionRow query_rows[] = {
    {'i', "input", "FILE", "the query is in FILE", apply_input, 0},
    {'f', "format", "FORMAT", "fql, json, and all others of -m", option_format, 0},
    {'v', "api-version", "N", "10", apply_version, 0},
    {0, "include", "WHAT", "tell of the query: " INCLUDE_WORDS, option_include, 0},
    CONNECTION_ROWS,
};

const OptionRow fauna_rows[] = {
    {'f', "format", "FORMAT", "fql, json, and all others of -m", option_format, 0},
    {'v', "api-version", "N", "10", apply_version, 0},
    CONNECTION_ROWS,
};

/* What a database that is made gets. */
#define NEW_DATABASE_ROWS                                                                         \
    {0, "protected", NULL, "refuse to delete its collections", FLAG(fauna.is_protected)},       \
        {0, "typechecked", NULL, "check the types of queries on it", FLAG(fauna.typechecked)},  \
    {                                                                                             \
        0, "priority", "N", "kept with it; it changes nothing", apply_priority, 0                 \
    }

const OptionRow database_rows[] = {
    {0, "name", "NAME", "of the child database", apply_name, 0},
    {'f', "format", "FORMAT", "fql, json, and all others of -m", option_format, 0},
    NEW_DATABASE_ROWS,
    CONNECTION_ROWS,
};

const OptionRow local_rows[] = {
    {0, "dir", "DIR", "put the .fsl files of DIR in force in DB", apply_dir, 0},
    {'d', "database", "NAME", "make this child database in DB", apply_name, 0},
    NEW_DATABASE_ROWS,
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

const OptionRow serve_rows[] = {
    {0, "port", "N", "8443 unless said; 0: any that is free", apply_port, 0},
    {0, "host", "ADDRESS", "where it can be reached; 127.0.0.1 unless said", apply_host, 0},
    {0, "secret-file", "FILE", "has the root secret; else FAWN_SECRET, else a new one",
     apply_secret_file, 0},
    {0, "dev", NULL, "the root secret is `secret`, as in Fauna's container", FLAG(serve.dev)},
    {0, "tls-cert", "FILE", "speak TLS: the certificate, PEM", apply_tls_file, 0},
    {0, "tls-key", "FILE", "its key", apply_tls_file, 0},
    {0, "typecheck", NULL, "the root database checks types, too: `typechecked`", FLAG(typecheck)},
    {0, "access-log", NULL, "a line of the log for each request", FLAG(serve.access_log)},
    {0, "max-connections", "N", "more are closed; 10000 unless said", apply_serve_number, 0},
    {0, "query-timeout", "MS", "of queries that do not say; 120000", apply_serve_number, 0},
    {0, "max-query-memory", "MIB", "of one query; 1024 unless said", apply_serve_number, 0},
    {0, "threads", "N", "for queries that only read; one a core", apply_serve_number, 0},
    {0, "limits", "OF", "what one query may make: fauna, or local", apply_serve_limits, 0},
    {0, "jwks", "URI FILE", "has the keys of access providers with this jwks_uri", apply_jwks, 0},
    {.name = NULL},
};

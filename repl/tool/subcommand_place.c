/* subcommand_place: what the words behind a subcommand's name mean, those that are no options. The
 * database may always come from -D instead. */
#include "repl/tool/subcommand.h"

#include <string.h>

/* The next positional; NULL: there is none. */
static const char *take(Reader *reader)
{
    if (reader->positionals.len == 0) {
        return NULL;
    }
    reader->positionals.len--;
    return *reader->positionals.at++;
}

/* Takes the database if its name ends in .fawn; else it is the one of $FAWN_DB. */
static void take_fauna_database(Reader *reader)
{
    bool is_next = reader->positionals.len > 0 &&
                   str_ends_with(str_from_c(reader->positionals.at[0]), STR(".fawn"));
    if (reader->options->db == NULL && is_next) {
        reader->options->db = take(reader);
    } else {
        options_take_default_database(reader);
    }
}

/* Takes the database, unless -D gave it. With $FAWN_DB, a word that is no name of databases is
 * something else. */
static bool take_database(Reader *reader)
{
    take_fauna_database(reader);
    if (reader->options->db == NULL) {
        reader->options->db = take(reader);
    }
    return reader->options->db != NULL;
}

static bool all_taken(Reader *reader)
{
    return reader->positionals.len == 0 || options_fail_usage(reader);
}

bool place_optional_database(Reader *reader)
{
    (void)take_database(reader);
    return reader->positionals.len == 0 ||
           options_fail(reader, "`%s` is one argument too many", reader->positionals.at[0]);
}

bool place_database(Reader *reader)
{
    return take_database(reader) ? all_taken(reader) : options_fail_usage(reader);
}

bool place_check(Reader *reader)
{
    const char *word;
    Options *options = reader->options;
    options->readonly = true;
    while ((word = take(reader)) != NULL) {
        bool ok = str_ends_with(str_from_c(word), STR(".fql")) ? option_file(reader, &word)
                                                               : option_db(reader, &word);
        if (!ok) {
            return false;
        }
    }
    options->check = reader->tasks.len > 0;
    options->salvage = !options->check;
    return options->check || options->db != NULL || options_fail_usage(reader);
}

bool place_dump(Reader *reader)
{
    reader->options->readonly = true;
    if (!take_database(reader)) {
        return options_fail_usage(reader);
    }
    reader->options->chore_file = take(reader);
    return all_taken(reader);
}

/* DB, and the one word that may follow it. */
static bool place_database_word(Reader *reader)
{
    if (!take_database(reader)) {
        return options_fail_usage(reader);
    }
    reader->options->word = take(reader);
    return all_taken(reader);
}

bool place_log(Reader *reader)
{
    reader->options->readonly = true;
    return place_database_word(reader);
}

bool place_undo(Reader *reader)
{
    return place_database_word(reader);
}

bool place_restore(Reader *reader)
{
    reader->options->chore_file = take(reader);
    return reader->options->chore_file != NULL ? place_database(reader)
                                               : options_fail_usage(reader);
}

/* -- schema ----------------------------------------------------------------------------------- */

static const char *const schema_actions[] = {
    [SCHEMA_PUSH] = "push",     [SCHEMA_DIFF] = "diff",     [SCHEMA_PULL] = "pull",
    [SCHEMA_STATUS] = "status", [SCHEMA_COMMIT] = "commit", [SCHEMA_ABANDON] = "abandon"};

/* The DB, whose name ends in .fawn unless -D gives it, or the folder. */
static bool place_schema_word(Reader *reader, const char *given)
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

bool place_schema(Reader *reader)
{
    SchemaOptions *schema = &reader->options->schema;
    const char *action = take(reader), *word;
    for (int i = SCHEMA_PUSH; i < countof(schema_actions) && action != NULL; i++) {
        if (strcmp(action, schema_actions[i]) == 0) {
            schema->action = (SchemaAction)i;
        }
    }
    if (schema->action == SCHEMA_NONE) {
        return options_fail(reader,
                            "schema takes push, diff, pull, status, commit or abandon%s%s%s",
                            action ? ", not `" : "", action ? action : "", action ? "`" : "");
    }
    if (schema->action == SCHEMA_PULL) {
        reader->options->readonly = true; /* the others write, if only on trial */
    }
    while ((word = take(reader)) != NULL) {
        if (!place_schema_word(reader, word)) {
            return false;
        }
    }
    take_fauna_database(reader);
    return reader->options->db != NULL ||
           options_fail(reader,
                        "which database? fawn schema %s DB.fawn [DIR], or FAWN_DB=DB.fawn in the "
                        "environment",
                        action);
}

/* -- data ------------------------------------------------------------------------------------- */

/* All that is left. */
static void take_places(Reader *reader)
{
    const char *word;
    while ((word = take(reader)) != NULL) {
        vec_push(&reader->options->words.places, reader->arena, word);
    }
}

/* The database, then all that is left. */
static bool place_words(Reader *reader)
{
    bool has_database = take_database(reader);
    take_places(reader);
    return has_database;
}

bool place_import(Reader *reader)
{
    return (place_words(reader) && reader->options->words.places.len > 0) ||
           options_fail(reader, "import needs a database and what to import: fawn import DB.fawn "
                                "FILE|DIR...");
}

/* `fauna export create s3` and its like. */
static bool is_fauna_export(const Reader *reader)
{
    static const char *const actions[] = {"create", "list", "get"};
    for (int64_t i = 0; i < countof(actions) && reader->positionals.len > 0; i++) {
        if (strcmp(reader->positionals.at[0], actions[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool place_export(Reader *reader)
{
    if (is_fauna_export(reader)) {
        return options_fail(reader,
                            "there is no S3 to export to: fawn export DB.fawn DIR writes the "
                            "files that Fauna wrote there");
    }
    reader->options->readonly = true; /* so that a server may go on meanwhile */
    return (place_words(reader) && reader->options->words.places.len == 1) ||
           options_fail(reader, "export needs a database and a folder: fawn export DB.fawn DIR");
}

bool place_format(Reader *reader)
{
    take_places(reader);
    if (reader->options->words.places.len == 0) {
        vec_push(&reader->options->words.places, reader->arena, "-");
    }
    return true;
}

bool place_test(Reader *reader)
{
    take_places(reader);
    if (reader->options->words.places.len == 0) {
        vec_push(&reader->options->words.places, reader->arena, ".");
    }
    return true;
}

bool place_completion(Reader *reader)
{
    take_places(reader);
    return reader->options->words.places.len == 1 || options_fail_usage(reader);
}

/* -- Fauna's commands -------------------------------------------------------------------------- */

/* How long Fauna's command line waits for a query. */
#define FAUNA_TIMEOUT_MS 5000

bool place_query(Reader *reader)
{
    Options *options = reader->options;
    take_fauna_database(reader);
    const char *given = take(reader);
    if (given != NULL) {
        (void)(strcmp(given, "-") == 0 ? option_file : option_eval)(reader, &given);
    }
    options->fauna.is_query = true;
    options->last = true;
    options->timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : FAUNA_TIMEOUT_MS;
    return (reader->tasks.len == 1 && reader->positionals.len == 0) ||
           options_fail(reader, "query takes one of: a query, -i FILE, or - for stdin");
}

bool place_shell(Reader *reader)
{
    take_fauna_database(reader);
    return place_optional_database(reader);
}

bool place_child(Reader *reader)
{
    static const char *const actions[] = {
        [DATABASE_CREATE] = "create", [DATABASE_LIST] = "list", [DATABASE_DELETE] = "delete"};
    FaunaOptions *fauna = &reader->options->fauna;
    const char *action = take(reader);
    for (int i = DATABASE_CREATE; i < countof(actions) && action != NULL; i++) {
        if (strcmp(action, actions[i]) == 0) {
            fauna->action = (DatabaseAction)i;
        }
    }
    take_fauna_database(reader);
    if (fauna->action == DATABASE_NONE) {
        return options_fail_usage(reader);
    }
    if (fauna->action != DATABASE_LIST && fauna->name == NULL) {
        return options_fail(reader, "database %s needs --name NAME", action);
    }
    return place_database(reader);
}

bool place_help(Reader *reader)
{
    reader->options->help_topic = take(reader);
    return all_taken(reader);
}

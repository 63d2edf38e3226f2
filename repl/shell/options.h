/* options: the command line. One table of options (options_row.c) and one of subcommands
 * (subcommand.c) drive parsing, `--help`, `fawn help`, and the "did you mean" of an unknown option.
 *
 *   fawn [OPTIONS] [DB]                     shell, or stdin when that is no terminal
 *   fawn [OPTIONS] [DB] FILE.fql [ARG...]   script ("-": stdin)
 *   fawn [OPTIONS] [DB] QUERY               one query
 *   fawn [OPTIONS] SUBCOMMAND [WORD...]     subcommand.h
 */
#ifndef FAWN_REPL_SHELL_OPTIONS_H
#define FAWN_REPL_SHELL_OPTIONS_H

#include "repl/shell/include.h"
#include "repl/show/mode.h"
#include "runtime/base/limits.h"
#include "runtime/base/vec.h"
#include "store/store.h"

/* One source that the command line names, in the order given. */
typedef struct Task {
    bool is_file; /* `text` is a path, or "-" */
    const char *text;
    int number; /* of a query: 1 for the first -e */
} Task;

/* --arg NAME TEXT, --argjson NAME JSON, --argfql NAME EXPR, --argfile NAME FILE. With `-` JSON and
 * files come from stdin. */
typedef enum ArgumentKind {
    ARGUMENT_TEXT,
    ARGUMENT_JSON,
    ARGUMENT_FQL,
    ARGUMENT_FILE, /* its text */
} ArgumentKind;

typedef struct Argument {
    const char *name, *text;
    ArgumentKind kind;
} Argument;

typedef enum SchemaAction {
    SCHEMA_NONE, /* the command is another one */
    SCHEMA_PUSH,
    SCHEMA_DIFF,
    SCHEMA_PULL,
    SCHEMA_STATUS,
    SCHEMA_COMMIT,
    SCHEMA_ABANDON,
} SchemaAction;

typedef enum ImportFormat {
    IMPORT_BY_FILE, /* as its name or its first byte says */
    IMPORT_JSON,    /* values one after another, or in an array */
    IMPORT_CSV,
    IMPORT_TSV,
} ImportFormat;

typedef struct SchemaOptions {
    SchemaAction action;
    const char *dir;      /* NULL: the present folder */
    bool force;           /* ask nothing */
    bool active;          /* as Fauna has it; here it is so unless `staged` */
    bool staged;          /* push: keep the schema until it is committed; diff, pull: that one */
    bool delete_stale;    /* pull: files that the schema has no need of */
    bool text, exit_code; /* diff: items in full; tell differences by the exit code */
} SchemaOptions;

/* The words behind `import` and `export`. */
typedef struct ImportWords {
    bool dry_run, skip_bad;
    const char *collection; /* NULL: as the files and documents say */
    ImportFormat format;
    char separator;           /* import: between the cells of CSV; 0: as the file looks */
    bool simple, arrays;      /* export: --format simple; --datafile json */
    VEC(const char *) places; /* all that are no options */
} ImportWords;

typedef struct TestOptions {
    bool accept;                /* write what is printed as what is to be */
    const char *schema, *setup; /* NULL: those beside the tests */
} TestOptions;

typedef enum DatabaseAction {
    DATABASE_NONE,
    DATABASE_CREATE,
    DATABASE_LIST,
    DATABASE_DELETE,
} DatabaseAction;

/* Behind the commands of Fauna's command line (fauna_command.h). */
typedef struct FaunaOptions {
    bool is_query; /* one query whose last statement is a value, as Fauna takes them */
    DatabaseAction action;
    const char *name; /* of the child database */
    bool is_protected, typechecked;
    int64_t priority;          /* 0: not said */
    VEC(const char *) ignored; /* options that are not obeyed, which `verbose` tells */
} FaunaOptions;

/* --jwks URI FILE */
typedef struct JwksOption {
    const char *uri, *path;
} JwksOption;

/* The words behind `serve`; 0 and NULL: not said. */
typedef struct ServeOptions {
    VEC(JwksOption) jwks;
    const char *host, *secret_file, *tls_cert, *tls_key;
    const Limits *limits;
    int64_t port, max_connections, query_timeout_ms, max_query_mib, threads;
    bool dev, any_port, access_log;
} ServeOptions;

typedef struct Options {
    const char *db; /* NULL: in memory */
    const char
        *database; /* names of databases within `db`, from the outermost on: A/B; NULL: its own */
    bool readonly, create;
    SyncMode sync;
    Task *tasks;
    int64_t task_count;
    const char *const *script_args; /* ARG..., NULL when there is no script */
    int64_t script_arg_count;
    Argument *arguments;
    int64_t argument_count;
    const char *output;
    Mode mode;
    bool all;
    int64_t page_size; /* 0: the set's own */
    const Limits *limits;
    bool limits_given; /* else `rpc` has those of the service */
    ColorWhen color;
    const struct Subcommand *command; /* NULL: none */
    bool interactive, each, last, single, keep_going, dry_run, check, performance_hints;
    bool typecheck, no_typecheck; /* neither: as the database says */
    bool quiet, echo, version, help;
    bool envelope;          /* machine mode: a line of JSON for each statement */
    unsigned include;       /* what is told of each query: include.h */
    bool verbose;           /* tell what scripts change, and which options are not obeyed */
    bool batch;             /* no prompt and no questions, even on a terminal */
    SchemaOptions schema;
    ImportWords words; /* of import, export, fmt, test, completion */
    bool is_schema;    /* fmt: stdin is a schema */
    TestOptions test;
    FaunaOptions fauna;
    const char *profile, *config; /* of fauna.config.yaml; NULL: not said (profile.h) */
    VEC(Str) notes;               /* to be told before anything runs */
    const char *init;             /* --init; NULL: none */
    bool no_init;
    ServeOptions serve;
    const char *chore_file; /* of dump (NULL: the output), restore */
    VEC(Str) dumped;        /* the only collections that are dumped, if there are any */
    const char *word;       /* of log, undo: what stands behind DB; NULL: nothing */
    bool salvage;           /* read a damaged file up to the damage; with `readonly` */
    const char *help_topic; /* of `help`; NULL: everything */
    int64_t timeout_ms;     /* 0: none */
} Options;

/* Reads the command line; what it keeps borrows from `argv` and `arena`. False: it makes no
 * sense, and `*error` says why in one line. */
bool options_parse(Arena *arena, int argc, char *const *argv, Options *options, Str *error);

/* Reads the words behind a meta-command that does what the subcommand called `command` does, whose
 * options are the only ones; what is no option is in `options->words.places`. False: as above. */
bool options_parse_words(Arena *arena, const char *command, const char *const *words, int64_t count,
                         Options *options, Str *error);

/* Appends the text of `--help`. */
void options_help(Buf *out);

/* Appends the text of `fawn help options`. */
void options_help_all(Buf *out);

#endif

/* options: the command line. One table (options.c) drives parsing, `--help` and the "did you
 * mean" of an unknown option.
 *
 *   fawn [OPTIONS] [DB]                     shell, or stdin when that is no terminal
 *   fawn [OPTIONS] [DB] FILE.fql [ARG...]   script ("-": stdin)
 *   fawn [OPTIONS] [DB] QUERY               one query
 *   fawn [OPTIONS] rpc [DB]                 machine mode
 */
#ifndef FAWN_REPL_OPTIONS_H
#define FAWN_REPL_OPTIONS_H

#include "repl/mode.h"
#include "runtime/base/limits.h"
#include "store/store.h"

/* One source that the command line names, in the order given. */
typedef struct Task {
    bool is_file; /* `text` is a path, or "-" */
    const char *text;
    int number; /* of a query: 1 for the first -e */
} Task;

/* --arg NAME TEXT, --argjson NAME JSON ("-": stdin holds the JSON) */
typedef struct Argument {
    const char *name, *text;
    bool is_json;
} Argument;

typedef struct Options {
    const char *db; /* NULL: in memory */
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
    ColorWhen color;
    bool rpc, interactive, each, last, single, keep_going, dry_run, check, performance_hints;
    bool quiet, echo, version, help;
    int64_t timeout_ms; /* 0: none */
} Options;

/* Reads the command line; what it keeps borrows from `argv` and `arena`. False: it makes no
 * sense, and `*error` says why in one line. */
bool options_parse(Arena *arena, int argc, char *const *argv, Options *options, Str *error);

/* Appends the text of `--help`. */
void options_help(Buf *out);

#endif

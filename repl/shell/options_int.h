/* options_int: what the files of the command line share.
 *
 *   options.c           reading: options, then what the positionals mean
 *   options_row.c       the table of options, their values, `--help`
 *   options_env.c       FAWN_… of the environment
 *   subcommand.c        the table of subcommands and their pages of help
 *   subcommand_row.c    the options of subcommands
 *   subcommand_place.c  what the positionals of subcommands mean
 */
#ifndef FAWN_REPL_SHELL_OPTIONS_INT_H
#define FAWN_REPL_SHELL_OPTIONS_INT_H

#include "repl/shell/options.h"
#include "runtime/base/str.h"
#include "runtime/base/vec.h"

typedef struct Reader {
    Arena *arena;
    Options *options;
    VEC(Task) tasks;
    VEC(Argument) arguments;
    VEC(const char *) positionals;
    int queries;                 /* -e so far */
    bool only_command;           /* no options but those of options->command */
    const struct OptionRow *row; /* that is applied */
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

/* Notes what is wrong. Returns false. */
bool options_fail(Reader *reader, const char *format, ...) PRINTF_LIKE(2, 3);

/* Notes a mistake in the call of a subcommand by telling its usage. Returns false. */
bool options_fail_usage(Reader *reader);

/* Reads the value `text` of `--option`, a number from 1 to `max`. False: it is none. */
bool option_number(Reader *reader, const char *option, const char *text, int64_t max,
                        int64_t *number);

/* The option called `name`, or, when that is empty, `letter`; NULL: there is none. */
const OptionRow *option_find(const Reader *reader, Str name, char letter);

/* The error for an unknown option, with the name that was perhaps meant. */
bool option_fail_unknown(Reader *reader, const char *given, Str name);

/* The general options. */
/* Appends "  -c, --collection NAME   instead of the name of the file", with what comes before the
 * help text filled up to `label` columns. */
void option_put(Buf *out, const OptionRow *row, int64_t label);

extern const OptionRow option_rows[];

/* Applies FAWN_… of the environment (options_env.c). False: one of them makes no sense. */
bool options_read_environment(Reader *reader);

/* What -e, -f and -D do, and positionals as well. */
bool option_eval(Reader *reader, const char *const *values);
bool option_file(Reader *reader, const char *const *values);
bool option_db(Reader *reader, const char *const *values);

/* What -m does, which other letters do elsewhere. */
bool option_format(Reader *reader, const char *const *values);

#endif

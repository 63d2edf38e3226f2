/* options_int: what the files of the command line share.
 *
 *   options.c           reading: options, then what the positionals mean
 *   options_row.c       the table of options, their values, `--help`
 *   options_env.c       FAWN_… of the environment
 *   profile.c           fauna.config.yaml
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
    VEC(const struct OptionRow *) applied; /* rows whose option was given */
    int queries;                 /* -e so far */
    bool includes;               /* --include was given: it does not add to the summary */
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

/* The value of an option that was given without one, before the word `next` (NULL: the end), which is
 * none for it; NULL: it needs one, or has it. */
const char *option_default(const OptionRow *row, const char *next);

/* Whether an option of this row, or one that sets the same, was given. */
bool option_was_given(const Reader *reader, const OptionRow *row);

/* Appends "  -c, --collection NAME   instead of the name of the file", with what comes before the
 * help text filled up to `label` columns. */
void option_put(Buf *out, const OptionRow *row, int64_t label);

/* The general options. */
extern const OptionRow option_rows[];

/* Applies FAWN_… of the environment (options_env.c). False: one of them makes no sense. */
bool options_read_environment(Reader *reader);

/* Takes the database that FAWN_DB names, if there is one and no other was named. */
void options_take_default_database(Reader *reader);

/* Whether an option says what to run, or what is bound to it, which only the command line can. */
bool options_belong_to_command(const OptionRow *row);

/* Applies an option that does not come from the command line: a switch's `value` is 1, on, true, yes or
 * their opposites. `name` is what the error calls it. False: it makes no sense. */
bool options_apply_setting(Reader *reader, const OptionRow *row, const char *name,
                           const char *value);

/* Whether an option of Fauna's is taken and not obeyed (subcommand_row.c). */
bool option_is_ignored(const OptionRow *row);

/* What -e, -f and -D do, and positionals as well. */
bool option_eval(Reader *reader, const char *const *values);
bool option_file(Reader *reader, const char *const *values);
bool option_db(Reader *reader, const char *const *values);

/* What --include does. */
bool option_include(Reader *reader, const char *const *values);

/* What -m does, which other letters do elsewhere. */
bool option_format(Reader *reader, const char *const *values);

#endif

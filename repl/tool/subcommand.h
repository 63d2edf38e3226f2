/* subcommand: the words that may come first on the command line. One row each, from which come the
 * reading of what stands behind it, `--help`, `fawn help NAME`, the completions of shells, and the
 * manual page.
 */
#ifndef FAWN_REPL_TOOL_SUBCOMMAND_H
#define FAWN_REPL_TOOL_SUBCOMMAND_H

#include "repl/shell/options_int.h"

struct Shell;

typedef struct Subcommand {
    const char *name;
    const char *arguments; /* as the usage has them: "DB [FILE]" */
    const char *summary;   /* what it does, in a line that begins with a verb */
    const char *page;      /* what there is to know besides, a paragraph a line */
    const OptionRow *rows; /* options that only it has, or that mean something else behind it; NULL,
                            * or up to one without a name */
    bool (*place)(Reader *reader); /* understands the positionals behind the name */
    void (*run)(struct Shell *shell);
    bool opens;   /* the database is open when it runs */
    bool queries; /* -e, -f and -i go with it */
    bool is_synonym; /* of another one: --help leaves it out */
} Subcommand;

/* In the order of the help text; the last has no name. */
extern const Subcommand subcommands[];

/* The row called `name`; NULL: there is none. */
const Subcommand *subcommand_find(const char *name);

/* Appends what `fawn help NAME` says. */
void subcommand_help(Buf *out, const Subcommand *command);

/* -- for the table: subcommand_row.c, subcommand_place.c ------------------------------------ */

extern const OptionRow schema_rows[], import_rows[], export_rows[], dump_rows[], format_rows[],
    test_rows[], query_rows[], fauna_rows[], database_rows[], local_rows[], serve_rows[];

bool place_database(Reader *reader);          /* DB */
bool place_optional_database(Reader *reader); /* [DB] */
bool place_check(Reader *reader);             /* DB, also a damaged one, or files of queries */
bool place_dump(Reader *reader);              /* DB [FILE] */
bool place_log(Reader *reader);               /* DB [N] */
bool place_undo(Reader *reader);              /* DB [ID] */
bool place_restore(Reader *reader);           /* FILE DB */
bool place_schema(Reader *reader);            /* ACTION DB [DIR] */
bool place_import(Reader *reader);            /* DB FILE... */
bool place_export(Reader *reader);            /* DB DIR */
bool place_format(Reader *reader);            /* [FILE...] */
bool place_test(Reader *reader);              /* [FILE...] */
bool place_completion(Reader *reader);        /* SHELL */
bool place_query(Reader *reader);             /* [DB] QUERY */
bool place_shell(Reader *reader);             /* [DB] */
bool place_child(Reader *reader);             /* ACTION [DB] */
bool place_help(Reader *reader);              /* [SUBCOMMAND] */

#endif

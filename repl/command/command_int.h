/* command_int: what the files of the meta-commands share. Each function named command_… is the
 * `run` of a row of `commands`. */
#ifndef FAWN_REPL_COMMAND_COMMAND_INT_H
#define FAWN_REPL_COMMAND_COMMAND_INT_H

#include "repl/command/command.h"

/* A file name, which may stand in double quotes, as a C string. */
const char *command_file_name(Shell *shell, Str args);

/* Tells how it is used. Returns false. */
bool command_fail_usage(Shell *shell, const char *usage);

/* Reads "on" or "off"; without an argument the setting turns round. */
bool command_read_switch(Shell *shell, Str args, const char *usage, bool *setting);

/* -- command_list.c: what there is ---------------------------------------------------------- */

/* Prints a list of `what` and frees it. At the prompt, an empty one is told. */
void command_print_list(Shell *shell, Buf *list, const char *what, Str prefix);

bool command_collections(Shell *shell, Str args);
bool command_schema(Shell *shell, Str args);
bool command_functions(Shell *shell, Str args);
bool command_roles(Shell *shell, Str args);
bool command_triggers(Shell *shell, Str args);
bool command_aggregates(Shell *shell, Str args);
bool command_vars(Shell *shell, Str args);

/* -- command_output.c: what is shown of results, and where they go ------------------------ */

bool command_mode(Shell *shell, Str args);
bool command_next(Shell *shell, Str args);
bool command_all(Shell *shell, Str args);
bool command_last(Shell *shell, Str args);
bool command_max_rows(Shell *shell, Str args);
bool command_width(Shell *shell, Str args);
bool command_depth(Shell *shell, Str args);
bool command_null_value(Shell *shell, Str args);
bool command_output(Shell *shell, Str args);
bool command_once(Shell *shell, Str args);
bool command_pager(Shell *shell, Str args);

/* -- command_transaction.c: transactions ------------------------------------------------------ */

/* Whether a transaction is open, in which `.name` cannot be done: then that was told. */
bool command_refuse_in_transaction(Shell *shell, const char *name);

bool command_begin(Shell *shell, Str args);
bool command_commit(Shell *shell, Str args);
bool command_rollback(Shell *shell, Str args);
bool command_dry(Shell *shell, Str args);
bool command_confirm(Shell *shell, Str args);
bool command_as_of(Shell *shell, Str args);
bool command_log(Shell *shell, Str args);
bool command_txn(Shell *shell, Str args);
bool command_undo(Shell *shell, Str args);

/* -- command_explain.c, command_chart.c ----------------------------------------------------- */

bool command_explain(Shell *shell, Str args);
bool command_type(Shell *shell, Str args);
bool command_chart(Shell *shell, Str args);
bool command_spark(Shell *shell, Str args);
bool command_watch(Shell *shell, Str args);

/* -- command_session.c, command_describe.c -------------------------------------------------- */

bool command_about(Shell *shell, Str args);
bool command_show(Shell *shell, Str args);
bool command_last_error(Shell *shell, Str args);
bool command_echo(Shell *shell, Str args);
bool command_bail(Shell *shell, Str args);
bool command_info(Shell *shell, Str args);

bool command_prompt(Shell *shell, Str args);
bool command_color(Shell *shell, Str args);
bool command_set(Shell *shell, Str args);
bool command_unset(Shell *shell, Str args);
bool command_args(Shell *shell, Str args);
bool command_cd(Shell *shell, Str args);
bool command_shell(Shell *shell, Str args);
bool command_save_input(Shell *shell, Str args);
bool command_indexes(Shell *shell, Str args);
bool command_describe(Shell *shell, Str args);

/* The number of documents of a collection; -1: there is none of that name. */
int64_t command_count_documents(Shell *shell, Str name);

/* -- command_place.c: files and the databases in them ------------------------------------------ */

bool command_open(Shell *shell, Str args);
bool command_attach(Shell *shell, Str args);
bool command_detach(Shell *shell, Str args);
bool command_use(Shell *shell, Str args);
bool command_databases(Shell *shell, Str args);

/* -- command_memory.c ---------------------------------------------------------------------------- */

bool command_memory(Shell *shell, Str args);
bool command_stats(Shell *shell, Str args);

/* -- command_input.c: what is typed ---------------------------------------------------------- */

bool command_history(Shell *shell, Str args);
bool command_clear_history(Shell *shell, Str args);
bool command_edit(Shell *shell, Str args);
bool command_break(Shell *shell, Str args);

#endif

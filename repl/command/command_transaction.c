/* command_transaction: the meta-commands for transactions: several inputs in one, dry runs, the
 * past and taking it back. */
#include "repl/command/command_int.h"

#include "repl/io/signals.h"
#include "repl/shell/change_view.h"
#include "repl/shell/notes.h"
#include "runtime/calendar.h"

#include <ctype.h>
#include <string.h>

enum { LOG_DEFAULT = 10 };

bool command_refuse_in_transaction(Shell *shell, const char *name)
{
    if (session_transaction(shell->session) == TRANSACTION_NONE) {
        return false;
    }
    shell_complain(shell, ".%s cannot be done inside of a transaction (.commit or .rollback ends it)",
                   name);
    shell_fail(shell, EXIT_QUERY);
    return true;
}

/* A whole number. False: the text is none. */
static bool read_number(Str text, int64_t *number)
{
    char digits[INT_TEXT_MAX + 1];
    char *end;
    if (text.len == 0 || text.len > INT_TEXT_MAX || !isdigit((unsigned char)text.s[0])) {
        return false;
    }
    memcpy(digits, text.s, (size_t)text.len);
    digits[text.len] = '\0';
    *number = strtoll(digits, &end, 10);
    return *end == '\0';
}

/* -- one transaction over several inputs -------------------------------------------------------- */

bool command_begin(Shell *shell, Str args)
{
    if (args.len > 0) {
        return command_fail_usage(shell, ".begin");
    }
    if (session_transaction(shell->session) != TRANSACTION_NONE) {
        shell_complain(shell, "a transaction is open already (.commit or .rollback ends it)");
        return shell_fail(shell, EXIT_QUERY);
    }
    session_open_transaction(shell->session, shell->options->readonly);
    return true;
}

/* Whether one is open; else a message. */
static bool need_transaction(Shell *shell)
{
    if (session_transaction(shell->session) != TRANSACTION_NONE) {
        return true;
    }
    shell_complain(shell, "no transaction is open (.begin opens one)");
    return shell_fail(shell, EXIT_QUERY);
}

static void tell_end(Shell *shell, const TxnChanges *changes, const char *what)
{
    Buf out = {0};
    notes_put_changes(&out, changes);
    if (shell->interactive && !shell->options->quiet) {
        shell_tell(shell, str_format(&shell->arena, "%s: %.*s", what,
                                     STR_ARG(out.len > 0 ? buf_str(&out) : STR("no changes"))));
    }
    buf_free(&out);
}

static bool roll_back(Shell *shell)
{
    TxnChanges changes = session_open_changes(shell->session);
    session_rollback(shell->session);
    tell_end(shell, &changes, "rolled back");
    return true;
}

bool command_commit(Shell *shell, Str args)
{
    if (args.len > 0) {
        return command_fail_usage(shell, ".commit");
    }
    if (!need_transaction(shell)) {
        return false;
    }
    if (shell->dry) {
        return roll_back(shell);
    }
    /* Nobody saw that something failed. */
    if (session_transaction(shell->session) == TRANSACTION_FAILED && !shell->interactive) {
        session_rollback(shell->session);
        shell_complain(shell, "something in the transaction failed: all of it is undone");
        return shell_fail(shell, EXIT_QUERY);
    }
    TxnChanges changes = session_open_changes(shell->session);
    if (shell->interactive && shell->confirm > 0 && !notes_confirm(shell, &changes)) {
        shell_tell(shell, STR("the transaction is still open"));
        return true;
    }
    Outcome outcome = session_commit(shell->session);
    if (outcome.kind != OUTCOME_OK) {
        return shell_tell_failure(shell, &outcome);
    }
    tell_end(shell, &outcome.changes, "committed");
    return true;
}

bool command_rollback(Shell *shell, Str args)
{
    if (args.len > 0) {
        return command_fail_usage(shell, ".rollback");
    }
    return need_transaction(shell) && roll_back(shell);
}

/* -- safety ---------------------------------------------------------------------------------------- */

bool command_dry(Shell *shell, Str args)
{
    return command_read_switch(shell, args, ".dry [on|off]", &shell->dry);
}

bool command_confirm(Shell *shell, Str args)
{
    if (args.len == 0) {
        shell_print(shell, shell->confirm > 0
                               ? str_format(&shell->arena, "%lld\n", (long long)shell->confirm)
                               : STR("off\n"));
        return true;
    }
    if (str_eq(args, STR("off"))) {
        shell->confirm = 0;
        return true;
    }
    return read_number(args, &shell->confirm) ||
           command_fail_usage(shell, ".confirm [N|off] (ask before N documents change)");
}

/* -- the past ---------------------------------------------------------------------------------------- */

static Value take_time(void *context, Rt *rt, Value v)
{
    int64_t *time_us = context;
    if (v.type != T_TIME) {
        return rt_fault(rt, FAULT_invalid_argument, ".asof takes a Time, not %.*s.",
                        STR_ARG(rt_type_name(rt, v)));
    }
    *time_us = v.as.integer * 1000000 + v.len / 1000;
    return val_null(NULL);
}

static bool print_as_of(Shell *shell)
{
    char time[CALENDAR_TEXT_BYTES];
    Str text = STR("off");
    if (shell->as_of_us != 0) {
        text = (Str){time, calendar_write_time(time, val_time_us(shell->as_of_us))};
    }
    shell_print(shell, str_format(&shell->arena, "%.*s\n", STR_ARG(text)));
    return true;
}

/* The time of the transaction that is the `number`th from the end, as of .txn. */
static bool count_back(Shell *shell, int64_t number, int64_t *time_us)
{
    const SessionTxn *txns;
    int64_t count;
    Outcome outcome = session_log(shell->session, number, &txns, &count);
    if (outcome.kind != OUTCOME_OK) {
        return shell_tell_failure(shell, &outcome);
    }
    if (count < number) {
        shell_complain(shell, "no more than %lld transaction%s known (.log lists them)",
                       (long long)count, count == 1 ? " is" : "s are");
        return shell_fail(shell, EXIT_QUERY);
    }
    *time_us = txns[number - 1].time_us;
    return true;
}

/* A time as text, the id of a transaction, or an expression. */
bool command_as_of(Shell *shell, Str args)
{
    if (args.len == 0) {
        return print_as_of(shell);
    }
    if (str_eq(args, STR("off"))) {
        shell->as_of_us = 0;
        return true;
    }
    int64_t time_us = 0;
    Viewer viewer = {.show = take_time, .context = &time_us, .dry_run = true};
    bool is_text = isdigit((unsigned char)args.s[0]);
    Str text = is_text ? str_format(&shell->arena, "Time(\"%.*s\")", STR_ARG(args)) : args;
    shell->as_of_us = 0;
    bool is_number = read_number(args, &time_us);
    if (is_number && time_us > 0 && time_us < SESSION_COUNT_BACK_MAX
            ? !count_back(shell, time_us, &time_us)
            : !is_number && !shell_run_into(shell, text, &viewer)) {
        return false;
    }
    if (time_us <= 0 || time_us > store_last_time_us(shell->store)) {
        shell_complain(shell, "there is nothing after the last transaction to be read: .asof takes "
                              "a time in the past");
        return shell_fail(shell, EXIT_QUERY);
    }
    shell->as_of_us = time_us;
    return true;
}

/* -- transactions of the past ------------------------------------------------------------------------ */

static void put_txn(Buf *out, const SessionTxn *txn)
{
    char time[CALENDAR_TEXT_BYTES];
    buf_printf(out, "%lld  ", (long long)txn->time_us);
    buf_put(out, (Str){time, calendar_write_time(time, val_time_us(txn->time_us))});
    buf_puts(out, "  ");
    for (int64_t i = 0; i < txn->count; i++) {
        buf_puts(out, i > 0 ? "; " : "");
        buf_put(out, txn->touched[i].collection);
        buf_puts(out, ": ");
        Buf changes = {0};
        notes_put_changes(&changes, &txn->touched[i].changes);
        buf_put(out, buf_str(&changes));
        buf_free(&changes);
    }
    buf_byte(out, '\n');
}

bool command_log(Shell *shell, Str args)
{
    int64_t max = LOG_DEFAULT, count;
    const SessionTxn *txns;
    if (args.len > 0 && (!read_number(args, &max) || max < 1)) {
        return command_fail_usage(shell, ".log [N] (the last N transactions, the newest first)");
    }
    Outcome outcome = session_log(shell->session, max, &txns, &count);
    if (outcome.kind != OUTCOME_OK) {
        return shell_tell_failure(shell, &outcome);
    }
    Buf out = {0};
    for (int64_t i = 0; i < count; i++) {
        put_txn(&out, &txns[i]);
    }
    shell_print(shell, buf_str(&out));
    buf_free(&out);
    return true;
}

/* Where changes are shown. */
typedef struct Showing {
    Shell *shell;
    Buf out;
} Showing;

static Value show_change(void *context, Rt *rt, const SessionChange *change)
{
    Showing *showing = context;
    return change_view_put(rt, &showing->out, change, showing->shell->view.color);
}

bool command_txn(Shell *shell, Str args)
{
    int64_t id;
    Showing showing = {.shell = shell};
    if (!read_number(args, &id) || id < 1) {
        return command_fail_usage(shell, ".txn ID (of .log; 1 is the last, 2 the one before it)");
    }
    Outcome outcome = session_log_changes(shell->session, id, show_change, &showing);
    if (outcome.kind == OUTCOME_OK) {
        shell_print(shell, buf_str(&showing.out));
    }
    buf_free(&showing.out);
    return outcome.kind == OUTCOME_OK || shell_tell_failure(shell, &outcome);
}

static bool confirm(void *context, const TxnChanges *changes)
{
    const Showing *showing = context;
    return notes_confirm(showing->shell, changes);
}

bool command_undo(Shell *shell, Str args)
{
    int64_t id = 1, undone;
    Showing showing = {.shell = shell};
    if (args.len > 0 && (!read_number(args, &id) || id < 1)) {
        return command_fail_usage(shell, ".undo [ID] (of .log; without: the last transaction)");
    }
    RunOptions options = {.query = true,
                          .dry_run = shell->dry,
                          .changes = show_change,
                          .confirm = notes_ask_for(shell) ? confirm : NULL,
                          .sink_context = &showing};
    signals_watch(shell->session);
    Outcome outcome = session_undo(shell->session, id, &options, &undone);
    signals_watch(NULL);
    if (outcome.kind == OUTCOME_OK) {
        Buf changes = {0};
        shell_print(shell, buf_str(&showing.out));
        notes_put_changes(&changes, &outcome.changes);
        if (!shell->options->quiet) {
            shell_tell(shell, str_format(&shell->arena, "%s transaction %lld: %.*s",
                                         shell->dry ? "would undo" : "undid", (long long)undone,
                                         STR_ARG(changes.len > 0 ? buf_str(&changes)
                                                                 : STR("nothing to change"))));
        }
        buf_free(&changes);
    }
    buf_free(&showing.out);
    return outcome.kind == OUTCOME_OK || shell_tell_failure(shell, &outcome);
}

/* notes: see notes.h. All of it goes to stderr. */
#include "repl/shell/notes.h"

#include "repl/io/ask.h"

void notes_put_changes(Buf *out, const TxnChanges *changes)
{
    const struct {
        int64_t count;
        const char *done;
    } parts[] = {{changes->created, "created"},
                 {changes->updated, "updated"},
                 {changes->deleted, "deleted"}};
    for (int64_t i = 0; i < countof(parts); i++) {
        if (parts[i].count > 0) {
            buf_printf(out, "%s%lld %s", out->len ? ", " : "", (long long)parts[i].count,
                       parts[i].done);
        }
    }
}

/* Nothing is left out without a word of it, and of how to see it. */
static void tell_unshown(Shell *shell, const Unshown *unshown)
{
    Buf more = {0};
    if (unshown->count > 0) {
        buf_printf(&more, "%lld ", (long long)unshown->count);
    }
    if (shell->interactive && (unshown->any || unshown->after.len > 0)) {
        shell_tell(shell,
                   str_format(&shell->arena, "… %.*smore: .next or .all", STR_ARG(buf_str(&more))));
    } else if (unshown->any) {
        shell_tell(shell,
                   str_format(&shell->arena, "warning: %.*smore documents not shown; use --all",
                              STR_ARG(buf_str(&more))));
    }
    if (unshown->cut > 0) {
        shell_tell(shell, str_format(&shell->arena, "%lld texts end in …; %s shows them whole",
                                     (long long)unshown->cut,
                                     shell->interactive ? ".mode line" : "--line"));
    }
    if (unshown->as_lines && shell->interactive) {
        shell_tell(shell, STR("the table is wider than the terminal: rows are shown as lines (.width 0 "
                              "shows it)"));
    }
    if (unshown->lost > 0) {
        shell_tell(shell, str_format(&shell->arena,
                                     "warning: %lld fields have no column: the elements had other "
                                     "fields when they were read again",
                                     (long long)unshown->lost));
    }
    buf_free(&more);
}

/* What it cost. */
static void tell_stats(Shell *shell, const Outcome *outcome)
{
    const RtStats *stats = &outcome->stats;
    shell_tell(shell,
               str_format(&shell->arena,
                          "read %lld, wrote %lld documents (%lld bytes); %.1f KiB of memory; "
                          "%.3f ms",
                          (long long)stats->read_ops, (long long)stats->write_ops,
                          (long long)stats->storage_bytes_write,
                          (double)outcome->memory_bytes / 1024, (double)outcome->elapsed_us / 1e3));
}

/* What Fauna's shell told of a query, in its words. There are no query tags without a client. */
static void tell_info(Shell *shell, const Outcome *outcome)
{
    const RtStats *stats = &outcome->stats;
    Buf out = {0};
    if (shell->include & INCLUDE_TXN_TS) {
        buf_printf(&out, "txnTs: %lld\n", (long long)outcome->txn_us);
    }
    if (shell->include & INCLUDE_SCHEMA_VERSION) {
        buf_printf(&out, "schemaVersion: %lld\n", (long long)outcome->schema_us);
    }
    if (shell->include & INCLUDE_STATS) {
        buf_printf(&out,
                   "stats:\n  compute_ops: %lld\n  read_ops: %lld\n  write_ops: %lld\n"
                   "  query_time_ms: %lld\n  storage_bytes_read: %lld\n  storage_bytes_write: %lld\n",
                   (long long)stats->compute_ops, (long long)stats->read_ops,
                   (long long)stats->write_ops, (long long)(outcome->elapsed_us / 1000),
                   (long long)stats->storage_bytes_read, (long long)stats->storage_bytes_write);
    }
    if (out.len > 0) {
        shell_tell(shell, str_slice(buf_str(&out), 0, out.len - 1));
    }
    buf_free(&out);
}

/* What changed, if that is to be said. */
static void put_changed(const Shell *shell, Buf *out, const Outcome *outcome)
{
    notes_put_changes(out, &outcome->changes);
    if (shell->dry) {
        buf_puts(out, out->len > 0 ? " (not committed: this is a dry run)" : "nothing would change");
    } else if (shell->options->verbose && out->len > 0) {
        buf_printf(out, " (transaction %lld, %.1f ms)", (long long)outcome->txn_us,
                   (double)outcome->elapsed_us / 1e3);
    } else if (!shell->interactive) {
        out->len = 0;
    }
}

void notes_tell(Shell *shell, const Unshown *unshown, const Outcome *outcome)
{
    Buf out = {0};
    if (outcome->summary.len > 0 && !shell->options->quiet && (shell->include & INCLUDE_SUMMARY)) {
        shell_tell(shell, outcome->summary);
    }
    if (!shell->options->quiet) {
        tell_unshown(shell, unshown);
    }
    put_changed(shell, &out, outcome);
    if (shell->timer != TIMER_OFF) {
        buf_printf(&out, "%s%.3f ms", out.len > 0 ? ", " : "", (double)outcome->elapsed_us / 1e3);
        shell->timer = shell->timer == TIMER_ONCE ? TIMER_OFF : shell->timer;
    }
    if (out.len > 0) {
        shell_tell(shell, buf_str(&out));
    }
    if (shell->stats) {
        tell_stats(shell, outcome);
    }
    tell_info(shell, outcome);
    buf_free(&out);
}

/* -- before many documents change ---------------------------------------------------------------- */

bool notes_ask_for(const Shell *shell)
{
    return shell->interactive && shell->confirm > 0 && ask_can() &&
           session_transaction(shell->session) == TRANSACTION_NONE;
}

bool notes_confirm(const Shell *shell, const TxnChanges *changes)
{
    if (changes->created + changes->updated + changes->deleted < shell->confirm) {
        return true;
    }
    Buf question = {0};
    notes_put_changes(&question, changes);
    buf_puts(&question, ". Commit? [y/N] ");
    buf_byte(&question, '\0');
    bool yes = ask_user(question.data);
    buf_free(&question);
    return yes;
}

/* command_memory: .mem, what the memory of the database goes to, and .stats, what is in it. As text in
 * the mode fql; in all others they are results like those of queries: rows, and an object.
 *
 *   Rating             documents         1000     64000    64.0
 *                      byUser            1000     20480    20.5
 *                      all                       103168
 *   given back, for use again                    131072
 */
#include "repl/command/command_int.h"

enum { OF_COLUMN = 16, WHAT_COLUMN = 20 };

static void put_padded(Buf *out, Str text, int64_t width)
{
    buf_put(out, text);
    buf_fill(out, ' ', text.len < width ? width - text.len : 1);
}

static void put_sum(Buf *out, int64_t bytes)
{
    put_padded(out, STR(""), OF_COLUMN);
    put_padded(out, STR("all"), WHAT_COLUMN);
    buf_printf(out, "%12s %14lld\n", "", (long long)bytes);
}

/* Shows FQL text that is a value, in the present mode; `_` stays what it is. */
static bool show_value(Shell *shell, Buf *text)
{
    bool shown = shell_run_again(shell, buf_str(text));
    buf_free(text);
    return shown;
}

static bool show_measures(Shell *shell, const SessionMeasure *measures, int64_t count)
{
    Buf text = {0};
    buf_byte(&text, '[');
    for (int64_t i = 0; i < count; i++) {
        buf_puts(&text, "{ of: ");
        print_fql_string(&text, measures[i].of);
        buf_puts(&text, ", what: ");
        print_fql_string(&text, measures[i].what);
        buf_printf(&text, ", count: %lld, bytes: %lld },", (long long)measures[i].count,
                   (long long)measures[i].bytes);
    }
    buf_printf(&text, "{ of: \"(given back)\", what: \"for use again\", count: null, bytes: %lld }]",
               (long long)store_stats(shell->store).spare_bytes);
    return show_value(shell, &text);
}

bool command_memory(Shell *shell, Str args)
{
    const SessionMeasure *measures;
    if (args.len > 0) {
        return command_fail_usage(shell, ".mem");
    }
    int64_t count = session_measures(shell->session, &measures);
    if (shell->view.mode != MODE_FQL) {
        return show_measures(shell, measures, count);
    }
    int64_t sum = 0, parts = 0;
    Buf out = {0};
    put_padded(&out, STR(""), OF_COLUMN + WHAT_COLUMN);
    buf_printf(&out, "%12s %14s %9s\n", "count", "bytes", "each");
    for (int64_t i = 0; i < count; i++) {
        const SessionMeasure *measure = &measures[i];
        bool is_first = i == 0 || !str_eq(measure->of, measures[i - 1].of);
        bool is_last = i + 1 == count || !str_eq(measure->of, measures[i + 1].of);
        put_padded(&out, is_first ? measure->of : STR(""), OF_COLUMN);
        put_padded(&out, measure->what, WHAT_COLUMN);
        buf_printf(&out, "%12lld %14lld %9.1f\n", (long long)measure->count,
                   (long long)measure->bytes, (double)measure->bytes / (double)measure->count);
        sum = is_first ? measure->bytes : sum + measure->bytes;
        parts = is_first ? 1 : parts + 1;
        if (is_last && parts > 1) {
            put_sum(&out, sum);
        }
    }
    put_padded(&out, STR("given back, for use again"), OF_COLUMN + WHAT_COLUMN);
    buf_printf(&out, "%12s %14lld\n", "", (long long)store_stats(shell->store).spare_bytes);
    shell_print(shell, buf_str(&out));
    buf_free(&out);
    return true;
}

bool command_stats(Shell *shell, Str args)
{
    if (args.len > 0) {
        return command_read_switch(shell, args, ".stats [on|off]", &shell->stats);
    }
    StoreStats stats = store_stats(shell->store);
    const struct {
        const char *name, *field;
        int64_t value;
    } lines[] = {
        {"collections", "collections", stats.collections},
        {"indexes", "indexes", stats.indexes},
        {"documents", "documents", stats.documents},
        {"versions", "versions", stats.versions},
        {"index entries", "index_entries", stats.index_entries},
        {"document bytes", "document_bytes", stats.document_bytes},
        {"tree bytes", "tree_bytes", stats.tree_bytes},
        {"log bytes", "log_bytes", stats.log_bytes},
        {"past bytes", "past_bytes", stats.past_bytes},
        {"aggregates", "aggregates", stats.aggregates},
        {"aggregate bytes", "aggregate_bytes", stats.aggregate_bytes},
        {"spare bytes", "spare_bytes", stats.spare_bytes},
    };
    bool is_text = shell->view.mode == MODE_FQL;
    Buf out = {0};
    buf_puts(&out, is_text ? "" : "{");
    for (int64_t i = 0; i < countof(lines); i++) {
        if (is_text) {
            buf_printf(&out, "%-16s %lld\n", lines[i].name, (long long)lines[i].value);
        } else {
            buf_printf(&out, " %s: %lld,", lines[i].field, (long long)lines[i].value);
        }
    }
    if (!is_text) {
        buf_puts(&out, " }");
        return show_value(shell, &out);
    }
    shell_print(shell, buf_str(&out));
    buf_free(&out);
    return true;
}

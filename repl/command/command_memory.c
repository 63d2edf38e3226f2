/* command_memory: .mem, what the memory of the database goes to.
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

bool command_memory(Shell *shell, Str args)
{
    const SessionMeasure *measures;
    if (args.len > 0) {
        return command_fail_usage(shell, ".mem");
    }
    int64_t count = session_measures(shell->session, &measures);
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

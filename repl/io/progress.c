/* progress: see progress.h. */
#include "repl/io/progress.h"

#include "repl/io/output.h"
#include "runtime/base/clock.h"

#include <unistd.h>

enum {
    SHOWN_AFTER_US = 1000 * 1000,
    SHOWN_EVERY_US = 100 * 1000,
};

void progress_put(Progress *progress, Buf *out, int64_t now_us, int64_t done, int64_t total)
{
    if (done < progress->done || progress->begun_us == 0) {
        progress->begun_us = now_us;
    }
    progress->done = done;
    if (done == total) {
        buf_puts(out, progress->shown_us != 0 ? "\r\033[K" : "");
        *progress = (Progress){0};
    } else if (now_us - progress->begun_us >= SHOWN_AFTER_US &&
               now_us - progress->shown_us >= SHOWN_EVERY_US) {
        buf_printf(out, "\rindexing: %lld of %lld documents", (long long)done, (long long)total);
        progress->shown_us = now_us;
    }
}

void progress_show(void *context, int64_t done, int64_t total)
{
    Buf out = {0};
    progress_put(context, &out, clock_us(CLOCK_MONOTONIC), done, total);
    /* Nobody is left to be told that stderr cannot be written. */
    (void)!write_all(STDERR_FILENO, buf_str(&out));
    buf_free(&out);
}

/* backlog: see backlog.h. */
#include "server/http/backlog.h"

#include "runtime/base/memory.h"

#include <stdlib.h>

Backlog *backlog_new(void)
{
    Backlog *backlog = memory_zero(sizeof *backlog);
    backlog->refs = 1;
    return backlog;
}

void backlog_hold(Backlog *backlog)
{
    backlog->refs++;
}

void backlog_release(Backlog *backlog)
{
    assert(backlog->refs > 0);
    if (--backlog->refs == 0) {
        free(backlog);
    }
}

bool backlog_add(Backlog *backlog, int64_t bytes)
{
    int64_t before = atomic_fetch_add(&backlog->bytes, bytes);
    assert(before + bytes >= 0);
    return before > BACKLOG_BYTES_MAX && before + bytes <= BACKLOG_BYTES_MAX;
}

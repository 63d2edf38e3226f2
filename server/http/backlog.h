/* backlog: what the answers of one connection take that its client has not taken yet.
 *
 * Whoever does not read what it asked for is not told more: while the backlog of a connection is large
 * its further requests wait (work.c), and one that takes nothing for long is closed (connection.c).
 * Counted by references: jobs may outlive their connection. `bytes` is read by all threads, the rest
 * is the loop's.
 */
#ifndef FAWN_SERVER_HTTP_BACKLOG_H
#define FAWN_SERVER_HTTP_BACKLOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { BACKLOG_BYTES_MAX = 16 << 20 };

typedef struct Backlog {
    int64_t refs;
    _Atomic int64_t bytes;
    int64_t taken; /* of answers, since the connection began */
} Backlog;

Backlog *backlog_new(void);
void backlog_hold(Backlog *backlog);
void backlog_release(Backlog *backlog);

/* Whether requests are to wait. */
static inline bool backlog_is_large(const Backlog *backlog)
{
    return atomic_load_explicit(&backlog->bytes, memory_order_relaxed) > BACKLOG_BYTES_MAX;
}

/* Adds bytes, or with a negative number takes some off. Returns whether it ceases to be large. */
bool backlog_add(Backlog *backlog, int64_t bytes);

#endif

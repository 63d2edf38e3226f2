/* memory: where all memory comes from, and what happens when there is no more.
 *
 * A reserve is held for that moment. The first request that the system refuses is served from it,
 * so that whoever asked need not know; that it happened is counted. Whoever can give up what he is
 * at looks at the count now and then, and gives up when it has risen: a query fails, a transaction
 * is refused. What that gives back makes the next reserve.
 *
 *   memory_since()  ─►  work … request refused: reserve given up … work  ─►  memory_ran_out: stop
 *        ▲                                                                         │
 *        └─── the reserve is taken anew ◄──── all that the work had is given back ◄┘
 *
 * Only when the reserve is used up as well does the process end, with a message. The log then has
 * every transaction that was acknowledged.
 *
 * The reserve and the count are the process's, as its memory is: they are the only state that is
 * not reached through an argument.
 */
#ifndef FAWN_BASE_MEMORY_H
#define FAWN_BASE_MEMORY_H

#include "runtime/base/base.h"

/* More than a write of a document or a step of a query takes, but for what asks beforehand with
 * memory_try. It is not touched, and so takes no room, until it is needed. */
#define MEMORY_RESERVE_BYTES (16 << 20)

/* The exit code of a process that ends for want of memory. */
#define MEMORY_EXIT 5

/* How often memory had run out when something began. */
typedef uint64_t MemorySince;

/* Begins something that can be given up: takes the reserve if it is not there. When there is no
 * memory for it, memory_ran_out is true at once. */
MemorySince memory_since(void);

/* Whether memory has run out since then, in whatever thread. */
bool memory_ran_out(MemorySince since);

/* `bytes` bytes, not zeroed, zeroed. Never NULL; given back with free(). */
void *memory_new(int64_t bytes);
void *memory_zero(int64_t bytes);

/* `old`, which may be NULL, with room for `bytes`, wherever it is now; likewise. */
void *memory_resize(void *old, int64_t bytes);

/* As memory_new, or NULL: does not touch the reserve. For much at once, and for what can be done with
 * less. */
void *memory_try(int64_t bytes);
void *memory_try_aligned(int64_t bytes, int64_t alignment);

/* Whether there is room for as much at present; what is small is always thought to be. */
bool memory_has(int64_t bytes);

/* Makes room for `more` elements of `size` bytes behind the `len` ones of `array`, which has
 * `*cap`; returns where it is now. It doubles, but when there is little memory. */
void *memory_widen(void *array, int64_t *cap, int64_t len, int64_t more, int64_t size);
static ALWAYS_INLINE void *memory_room(void *array, int64_t *cap, int64_t len, int64_t more,
                                       int64_t size)
{
    return LIKELY(more <= *cap - len) ? array : memory_widen(array, cap, len, more, size);
}

/* Gives memory that was freed back to the system, which takes some time. */
void memory_trim(void);

/* For a process that lives long: from now on large pieces go back to the system as soon as they are
 * freed, instead of staying for the next one. */
void memory_stay_small(void);

/* Says that there are not `bytes` more bytes of memory, and ends the process. */
_Noreturn void memory_end(int64_t bytes);

#endif

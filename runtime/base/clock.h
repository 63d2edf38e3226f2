/* clock: the clocks of the system. What the store and queries take for the present comes from
 * their Os and Rt, not from here.
 */
#ifndef FAWN_RUNTIME_BASE_CLOCK_H
#define FAWN_RUNTIME_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Microseconds by a clock: CLOCK_MONOTONIC, or since 1970 CLOCK_REALTIME. */
static inline int64_t clock_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

#endif

/* base: the few macros that every file of Fawn may use. */
#ifndef FAWN_BASE_BASE_H
#define FAWN_BASE_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

__extension__ typedef __int128 Int128;

/* The result must be looked at. */
#define NODISCARD __attribute__((warn_unused_result))

/* Argument `at` (counted from 1) is a printf format for the arguments from `first` on. */
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NOINLINE __attribute__((noinline))

/* `bytes` read at once; so few, where faults are looked for, that everything lies across a border. */
#if defined(FAWN_STRESS) || defined(FAWN_FUZZ)
#define READ_AT_ONCE(bytes) 64
#else
#define READ_AT_ONCE(bytes) (bytes)
#endif

/* Number of elements of an array (not of a pointer). */
#define countof(array) ((int64_t)(sizeof(array) / sizeof((array)[0])))

/* A place that no execution reaches: aborts in every build, with its position. */
#define UNREACHABLE() base_unreachable(__FILE__, __LINE__)

/* An assertion that stays on in release: for the store's commit path. */
#define always(condition) ((condition) ? (void)0 : base_broken(#condition, __FILE__, __LINE__))

static inline _Noreturn void base_unreachable(const char *file, int line)
{
    fprintf(stderr, "fawn: %s:%d: reached what cannot be reached; this is a bug in Fawn\n", file,
            line);
    abort();
}

static inline _Noreturn void base_broken(const char *condition, const char *file, int line)
{
    fprintf(stderr, "fawn: %s:%d: broken: %s; this is a bug in Fawn\n", file, line, condition);
    abort();
}

#endif

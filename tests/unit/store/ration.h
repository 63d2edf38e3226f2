/* ration: memory that is refused from the k-th request on. All requests of our code go through memory.c,
 * which is included here with what it asks replaced: a program with this is linked without it.
 *
 * A request may fail alone, or with it all that come after it, but for what the reserve gives back.
 *
 * For one file to include: everything is static but memory.c's own.
 */
#ifndef FAWN_TESTS_RATION_H
#define FAWN_TESTS_RATION_H

#include "runtime/base/memory.h"

/* What is granted. */
static struct {
    int64_t requests, fail_at; /* fail_at 0: all are granted */
    bool fails_on;             /* so do all after it … */
    int64_t left;              /* … but for so many bytes */
} ration;

static bool is_granted(size_t bytes)
{
    ration.requests++;
    if (ration.fail_at == 0 || ration.requests < ration.fail_at) {
        return true;
    }
    if (ration.requests == ration.fail_at) {
        /* The reserve is there, and will be given back. */
        ration.left = MEMORY_RESERVE_BYTES - 4096;
        return false;
    }
    if (!ration.fails_on) {
        return true;
    }
    if ((int64_t)bytes > ration.left) {
        return false;
    }
    ration.left -= (int64_t)bytes;
    return true;
}

static void *rationed_malloc(size_t bytes)
{
    return is_granted(bytes) ? malloc(bytes) : NULL;
}

static void *rationed_realloc(void *old, size_t bytes)
{
    return is_granted(bytes) ? realloc(old, bytes) : NULL;
}

static void *rationed_aligned_alloc(size_t alignment, size_t bytes)
{
    return is_granted(bytes) ? aligned_alloc(alignment, bytes) : NULL;
}

#define malloc rationed_malloc
#define realloc rationed_realloc
#define aligned_alloc rationed_aligned_alloc
#include "runtime/base/memory.c"
#undef malloc
#undef realloc
#undef aligned_alloc

static bool has_struck(void)
{
    return ration.fail_at > 0 && ration.requests >= ration.fail_at;
}

/* The k-th request from now on fails; so do those after it, if it `fails_on`. The reserve is there, as it
 * is wherever something begins. */
static void ration_start(int64_t k, bool fails_on)
{
    (void)memory_since();
    ration.requests = 0;
    ration.fail_at = k;
    ration.fails_on = fails_on;
}

#endif

/* memory: see memory.h. */
#include "runtime/base/memory.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

enum {
    FIRST_BYTES = 128,
    SMALL_BYTES = 1 << 20, /* requests that memory_has does not try; smaller ones stay */
};

static _Atomic(void *) reserve;
static atomic_uint_least64_t shortages;

_Noreturn void memory_end(int64_t bytes)
{
    fprintf(stderr,
            "fawn: there is no more memory (%lld bytes wanted). What was committed is kept.\n",
            (long long)bytes);
    _Exit(MEMORY_EXIT);
}

/* The reserve is taken of the system: malloc would keep what is given back for the thread that had it. */
static void *map_reserve(void)
{
    void *mapped = mmap(NULL, MEMORY_RESERVE_BYTES, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mapped != MAP_FAILED ? mapped : NULL;
}

static void unmap_reserve(void *mapped)
{
    if (mapped) {
        (void)munmap(mapped, MEMORY_RESERVE_BYTES);
    }
}

MemorySince memory_since(void)
{
    MemorySince since = atomic_load(&shortages);
    if (LIKELY(atomic_load(&reserve) != NULL)) {
        return since;
    }
    void *taken = map_reserve();
    void *none = NULL;
    if (!taken) {
        memory_trim();
        taken = map_reserve();
    }
    if (!taken) {
        return since - 1;
    }
    if (!atomic_compare_exchange_strong(&reserve, &none, taken)) {
        unmap_reserve(taken);
    }
    return since;
}

bool memory_ran_out(MemorySince since)
{
    return atomic_load_explicit(&shortages, memory_order_relaxed) != since;
}

/* Gives the reserve up for a request that was refused. False: it was given up before. */
static bool open_reserve(void)
{
    atomic_fetch_add(&shortages, 1);
    void *held = atomic_exchange(&reserve, NULL);
    unmap_reserve(held);
    return held != NULL;
}

void *memory_new(int64_t bytes)
{
    void *memory = malloc((size_t)bytes);
    if (UNLIKELY(!memory && bytes > 0)) {
        memory = open_reserve() ? malloc((size_t)bytes) : NULL;
        if (!memory) {
            memory_end(bytes);
        }
    }
    return memory;
}

void *memory_zero(int64_t bytes)
{
    return memset(memory_new(bytes), 0, (size_t)bytes);
}

void *memory_resize(void *old, int64_t bytes)
{
    void *memory = realloc(old, (size_t)bytes);
    if (UNLIKELY(!memory && bytes > 0)) {
        memory = open_reserve() ? realloc(old, (size_t)bytes) : NULL;
        if (!memory) {
            memory_end(bytes);
        }
    }
    return memory;
}

void *memory_try(int64_t bytes)
{
    return malloc((size_t)bytes);
}

void *memory_try_aligned(int64_t bytes, int64_t alignment)
{
    return aligned_alloc((size_t)alignment, (size_t)bytes);
}

void memory_trim(void)
{
#ifdef __GLIBC__
    (void)malloc_trim(0);
#endif
}

void memory_stay_small(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, SMALL_BYTES);
#endif
}

bool memory_has(int64_t bytes)
{
    if (LIKELY(bytes <= SMALL_BYTES)) {
        return true;
    }
    void *memory = malloc((size_t)bytes);
    free(memory);
    return memory != NULL;
}

/* `cap` elements of `size` bytes, or NULL, and `array` as it was. */
static void *resize(void *array, int64_t cap, int64_t size)
{
    int64_t bytes;
    return __builtin_mul_overflow(cap, size, &bytes) ? NULL : realloc(array, (size_t)bytes);
}

void *memory_widen(void *array, int64_t *cap, int64_t len, int64_t more, int64_t size)
{
    assert(len <= *cap && more >= 0 && size > 0);
    int64_t first = FIRST_BYTES / size + 1;
    int64_t wanted = 2 * *cap > first ? 2 * *cap : first;
    wanted = wanted < len + more ? len + more : wanted;
    void *wider = resize(array, wanted, size);
    if (UNLIKELY(!wider)) {
        wanted = len + more + first;
        wider = open_reserve() ? resize(array, wanted, size) : NULL;
        if (!wider) {
            memory_end(wanted > INT64_MAX / size ? INT64_MAX : wanted * size);
        }
    }
    *cap = wanted;
    return wider;
}

/* arena: see arena.h.
 *
 * I1  `pos` is 16-byte aligned and lies in `chunk` (both NULL in an empty arena).
 * I2  Chunks are linked from newest to oldest, so rewinding to a mark frees from the front.
 * I3  Under ASan every byte in [pos, end) is poisoned.
 */
#include "runtime/base/arena.h"

#include "runtime/base/memory.h"

#ifdef FAWN_ARENA_POISON
#include <sanitizer/asan_interface.h>
#define POISON(ptr, bytes) __asan_poison_memory_region((ptr), (size_t)(bytes))
#define UNPOISON(ptr, bytes) __asan_unpoison_memory_region((ptr), (size_t)(bytes))
#else
#define POISON(ptr, bytes) ((void)(ptr), (void)(bytes))
#define UNPOISON(ptr, bytes) ((void)(ptr), (void)(bytes))
#endif

enum {
    FIRST_BYTES = 4096,
    CHUNK_BYTES_MAX = 1 << 24,
    RED_ZONE_BYTES = 16,
    LITTLE_BYTES = 65536,
    JOIN_ROOM_MIN = 1024, /* shorter texts are copied as fast */
};

struct ArenaChunk {
    ArenaChunk *older;
    int64_t size; /* of `data` */
    _Alignas(16) char data[];
};

void arena_init(Arena *arena)
{
    *arena = (Arena){.next_bytes = FIRST_BYTES};
}

void arena_init_counted(Arena *arena, ArenaAccount *account)
{
    *arena = (Arena){.next_bytes = FIRST_BYTES, .account = account};
}

static void free_chunk(const Arena *arena, ArenaChunk *chunk)
{
    if (arena->account) {
        arena->account->bytes -= chunk->size;
    }
    UNPOISON(chunk->data, chunk->size);
    free(chunk);
}

/* A chunk was taken, of which there may have been no more than this. What grows, grows to twice its size:
 * whether the next one can be had is looked at while there is time to give up. For small ones there is the
 * reserve. */
static void count_chunk(ArenaAccount *account, int64_t size, bool is_short)
{
    account->bytes += size;
    if (is_short || (size >= MEMORY_RESERVE_BYTES / 2 && !memory_has(2 * size))) {
        account->is_short = true;
    }
    if (account->is_short || (account->limit != 0 && account->bytes > account->limit)) {
        account->is_over = true;
        *account->alarm = 0;
    }
}

void arena_free(Arena *arena)
{
    ArenaChunk *chunk = arena->chunk;
    while (chunk) {
        ArenaChunk *older = chunk->older;
        free_chunk(arena, chunk);
        chunk = older;
    }
    bool yields = arena->yields;
    arena_init_counted(arena, arena->account);
    arena->yields = yields;
}

void arena_reset(Arena *arena)
{
    if (!arena->chunk) {
        return;
    }
    ArenaChunk *keep = arena->chunk;
    ArenaChunk *chunk = keep->older;
    while (chunk) {
        ArenaChunk *older = chunk->older;
        free_chunk(arena, chunk);
        chunk = older;
    }
    keep->older = NULL;
    arena->tail = arena->tail_end = NULL;
    arena->pos = keep->data;
    arena->end = keep->data + keep->size;
    arena->total_bytes = 0;
    POISON(arena->pos, keep->size);
}

ArenaMark arena_mark(const Arena *arena)
{
    return (ArenaMark){.chunk = arena->chunk, .pos = arena->pos};
}

/* The size of a chunk for what took so many bytes the last time. */
static int64_t size_for(int64_t used)
{
    int64_t size = FIRST_BYTES;
    while (size < used && size < CHUNK_BYTES_MAX) {
        size *= 2;
    }
    return size;
}

void arena_rewind(Arena *arena, ArenaMark mark)
{
    if (!mark.chunk) {
        arena_reset(arena);
        return;
    }
    int64_t used = arena->pos - arena->chunk->data;
    bool shrinks = arena->chunk != mark.chunk;
    while (arena->chunk != mark.chunk) {
        ArenaChunk *gone = arena->chunk;
        assert(gone && "the mark belongs to this arena");
        arena->chunk = gone->older;
        arena->total_bytes -= arena->chunk->size;
        used += arena->chunk == mark.chunk ? 0 : arena->chunk->size;
        free_chunk(arena, gone);
    }
    if (shrinks) {
        arena->next_bytes = size_for(used);
    }
    arena->tail = arena->tail_end = NULL;
    arena->pos = mark.pos;
    arena->end = arena->chunk->data + arena->chunk->size;
    POISON(arena->pos, arena->end - arena->pos);
}

bool arena_find(const Arena *arena, const void *ptr, ArenaBlock *block)
{
    const char *p = ptr;
    for (const ArenaChunk *chunk = arena->chunk; chunk; chunk = chunk->older) {
        if (p >= chunk->data && p < chunk->data + chunk->size) {
            *block = (ArenaBlock){.start = chunk->data, .end = chunk->data + chunk->size};
            return true;
        }
    }
    return false;
}

bool arena_owns(const Arena *arena, const void *ptr)
{
    ArenaBlock block;
    return arena_find(arena, ptr, &block);
}

int64_t arena_bytes(const Arena *arena)
{
    return arena->chunk ? arena->total_bytes + (arena->pos - arena->chunk->data) : 0;
}

/* A chunk of `*size` bytes, or of what is needed of them when there is little memory. */
static ArenaChunk *new_chunk(int64_t needed, int64_t *size)
{
    ArenaChunk *chunk = memory_try((int64_t)sizeof *chunk + *size);
    if (UNLIKELY(!chunk)) {
        *size = needed > LITTLE_BYTES ? needed : LITTLE_BYTES;
        chunk = memory_new((int64_t)sizeof *chunk + *size);
    }
    return chunk;
}

void *arena_grow(Arena *arena, int64_t bytes)
{
    assert(bytes >= 0);
    if (arena->next_bytes < FIRST_BYTES) {
        arena->next_bytes = FIRST_BYTES;
    }
    int64_t size = bytes > arena->next_bytes ? bytes : arena->next_bytes;
    int64_t wanted = size;
    ArenaChunk *chunk = new_chunk(bytes, &size);
    if (arena->account) {
        count_chunk(arena->account, size, size < wanted);
    }
    chunk->older = arena->chunk;
    chunk->size = size;
    if (arena->chunk) {
        arena->total_bytes += arena->chunk->size;
    }
    if (arena->next_bytes < CHUNK_BYTES_MAX) {
        arena->next_bytes *= 2;
    }
    arena->chunk = chunk;
    arena->pos = chunk->data + bytes;
    arena->end = chunk->data + size;
    POISON(arena->pos, arena->end - arena->pos);
    return chunk->data;
}

#ifdef FAWN_ARENA_POISON
void *arena_alloc(Arena *arena, int64_t bytes)
{
    int64_t size = ((bytes + 15) & ~(int64_t)15) + RED_ZONE_BYTES;
    void *result = arena->pos;
    if (size > arena->end - arena->pos) {
        result = arena_grow(arena, size);
        POISON(result, size);
    } else {
        arena->pos += size;
    }
    UNPOISON(result, bytes);
    return result;
}
#endif

int64_t arena_array_bytes(int64_t count, int64_t size)
{
    int64_t bytes;
    if (count < 0 || __builtin_mul_overflow(count, size, &bytes) || bytes > INT64_MAX / 2) {
        memory_end(INT64_MAX);
    }
    return bytes;
}

void *arena_copy(Arena *arena, const void *src, int64_t bytes)
{
    void *copy = arena_alloc(arena, bytes);
    if (bytes > 0) {
        memcpy(copy, src, (size_t)bytes);
    }
    return copy;
}

char *arena_join(Arena *arena, const char *left, int64_t left_len, const char *right, int64_t len)
{
    int64_t added = len - left_len;
    char *joined;
    if (added > 0 && left + left_len == arena->tail && added <= arena->tail_end - arena->tail) {
        joined = arena->tail - left_len;
    } else {
        int64_t room = len >= JOIN_ROOM_MIN ? len + len / 2 : len;
        joined = arena_alloc(arena, room);
        if (left_len > 0) {
            memcpy(joined, left, (size_t)left_len);
        }
        arena->tail_end = joined + room;
    }
    if (added > 0) {
        memcpy(joined + left_len, right, (size_t)added);
    }
    arena->tail = joined + len;
    return joined;
}

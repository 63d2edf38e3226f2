/* arena: memory by lifetime. Nothing is freed one by one; an arena is reset as a whole, or
 * back to a mark.
 *
 *   chunk 0            chunk 1                      chunk 2 (current)
 *   [used......full]   [used.................full]  [used......|free..........]
 *                                                              ^ pos          ^ end
 *
 * Allocation never returns NULL: see memory.h for what happens when there is no more. In sanitizer builds free space is poisoned
 * and each allocation is followed by a red zone, so that ASan sees what arenas would hide.
 */
#ifndef FAWN_BASE_ARENA_H
#define FAWN_BASE_ARENA_H

#include "runtime/base/base.h"

#include <string.h>

typedef struct ArenaChunk ArenaChunk;

/* What several arenas hold together: the memory of one query. Chunks count whole, from when they
 * are taken to when they are given back. */
typedef struct ArenaAccount {
    int64_t bytes;
    int64_t limit;  /* to be set; 0: none */
    bool is_over;   /* that was passed, or is_short; whoever gives up for it takes it back */
    bool is_short;  /* there is not enough memory for a chunk twice as large as the last one; likewise */
    int64_t *alarm; /* becomes 0 with it. Not NULL */
} ArenaAccount;

typedef struct Arena {
    char *pos;           /* next free byte, 16-byte aligned */
    char *end;           /* end of the current chunk */
    ArenaChunk *chunk;   /* current chunk; older ones are linked from it */
    int64_t total_bytes; /* bytes in all chunks but the current one's unused tail */
    int64_t next_bytes;  /* size of the next chunk: doubles up to 16 MiB */
    ArenaAccount *account; /* NULL: nobody counts */
    bool yields;         /* what is made in it is left unfinished when the account is over */
    char *tail, *tail_end; /* the room behind the bytes that arena_join made last; NULL: none */
} Arena;

typedef struct ArenaMark {
    ArenaChunk *chunk;
    char *pos;
} ArenaMark;

/* Makes `arena` empty. It owns no memory until the first allocation. */
void arena_init(Arena *arena);

/* The same, and what it holds counts in `account`, which lives longer. */
void arena_init_counted(Arena *arena, ArenaAccount *account);

/* Gives all memory back; `arena` is empty and usable afterwards. */
void arena_free(Arena *arena);

/* Forgets every allocation but keeps one chunk for reuse. */
void arena_reset(Arena *arena);

/* Remembers the present fill; `arena_rewind` forgets everything allocated since. */
ArenaMark arena_mark(const Arena *arena);
void arena_rewind(Arena *arena, ArenaMark mark);

/* Whether `ptr` points into memory of this arena. Costs a walk over the chunks. */
bool arena_owns(const Arena *arena, const void *ptr);

/* The same, and `*block` gets the memory around `ptr`: what else lies in there is owned too. */
typedef struct ArenaBlock {
    const char *start, *end;
} ArenaBlock;
bool arena_find(const Arena *arena, const void *ptr, ArenaBlock *block);

/* Whether to leave off what is being made in the arena, which yields: parser and lowering ask. */
static inline bool arena_is_over(const Arena *arena)
{
    return arena->yields && UNLIKELY(arena->account->is_over);
}

/* Bytes in use, the unused tails of closed chunks included. */
int64_t arena_bytes(const Arena *arena);

/* The slow path of `arena_alloc`: a new chunk. */
void *arena_grow(Arena *arena, int64_t bytes);

#if defined(__SANITIZE_ADDRESS__)
#define FAWN_ARENA_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FAWN_ARENA_POISON 1
#endif
#endif

/* `bytes` bytes, 16-byte aligned, not zeroed. Never NULL; `bytes` >= 0. */
#ifdef FAWN_ARENA_POISON
void *arena_alloc(Arena *arena, int64_t bytes);
#else
static ALWAYS_INLINE void *arena_alloc(Arena *arena, int64_t bytes)
{
    int64_t size = (bytes + 15) & ~(int64_t)15;
    if (UNLIKELY(size > arena->end - arena->pos)) {
        return arena_grow(arena, size);
    }
    void *result = arena->pos;
    arena->pos += size;
    return result;
}
#endif

/* The same, zeroed. */
static inline void *arena_zero(Arena *arena, int64_t bytes)
{
    return memset(arena_alloc(arena, bytes), 0, (size_t)bytes);
}

/* Bytes of `count` elements of `size` each; ends the process on overflow. */
int64_t arena_array_bytes(int64_t count, int64_t size);

/* One zeroed T; `count` zeroed Ts. */
#define arena_new(arena, T) ((T *)arena_zero((arena), (int64_t)sizeof(T)))
#define arena_array(arena, T, count)                                                               \
    ((T *)arena_zero((arena), arena_array_bytes((count), (int64_t)sizeof(T))))

/* A copy of `bytes` bytes at `src`. */
void *arena_copy(Arena *arena, const void *src, int64_t bytes);

/* The `left_len` bytes at `left` with those at `right` behind them, `len` in all; not aligned. Of long
 * ones there is room behind the result, so that what is joined to it next is written there and nothing
 * is copied: bytes are added one after the other in linear time. The bytes at `left`, and whatever
 * else begins there, stay as they are. */
char *arena_join(Arena *arena, const char *left, int64_t left_len, const char *right, int64_t len);

#endif

/* vec: growing arrays of any type, in an arena.
 *
 *   VEC(Node *) nodes = {0};
 *   vec_push(&nodes, arena, node);
 *   for (int64_t i = 0; i < nodes.len; i++) { use(nodes.at[i]); }
 */
#ifndef FAWN_BASE_VEC_H
#define FAWN_BASE_VEC_H

#include "runtime/base/arena.h"

#define VEC(T)                                                                                     \
    struct {                                                                                       \
        T *at;                                                                                     \
        int64_t len, cap;                                                                          \
    }

/* Appends `value`; the old storage stays in the arena until it is reset. */
#define vec_push(vec, arena, value)                                                                \
    ((vec)->len == (vec)->cap                                                                      \
         ? (void)((vec)->at = vec_grow((arena), (vec)->at, &(vec)->cap, (int64_t)sizeof *(vec)->at)) \
         : (void)0,                                                                                \
     (void)((vec)->at[(vec)->len++] = (value)))

/* Doubles `*cap` and returns a copy of `old` with that room. */
static inline void *vec_grow(Arena *arena, const void *old, int64_t *cap, int64_t size)
{
    int64_t wider = *cap ? *cap * 2 : 8;
    void *grown = arena_alloc(arena, arena_array_bytes(wider, size));
    if (old != NULL) {
        memcpy(grown, old, (size_t)(*cap * size));
    }
    *cap = wider;
    return grown;
}

#endif

/* build_node: what the build files share to make nodes. */
#ifndef FAWN_GRAMMAR_BUILD_NODE_H
#define FAWN_GRAMMAR_BUILD_NODE_H

#include "grammar/build.h"

/* A node of `kind`; past AST_DEPTH_MAX the parse stops. */
Node *build_node(Parse *p, NodeKind kind, Span span, uint16_t depth);

/* A short lambda around `body`. */
Node *build_short_lambda(Parse *p, Node *body);

/* Takes `count` elements off the end of a stack, as an array in the tree's arena. */
#define TAKE(p, stack, count) \
    (build_take((p), (stack)->at, &(stack)->len, (int64_t)sizeof *(stack)->at, (count)))

static inline void *build_take(Parse *p, const void *stack, int64_t *len, int64_t size,
                               uint32_t count)
{
    assert(*len >= count);
    if (count == 0) {
        return NULL;
    }
    *len -= count;
    return arena_copy(p->arena, (const char *)stack + *len * size, count * size);
}

static inline uint16_t max_depth(uint16_t a, uint16_t b)
{
    return a > b ? a : b;
}

/* The depth of a node whose deepest child has `depth`. */
static inline uint16_t deepen(uint16_t depth)
{
    return (uint16_t)(depth + 1);
}

#endif

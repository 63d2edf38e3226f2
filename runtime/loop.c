/* loop: constant memory for loops. A loop owns a space of two regions that take turns:
 *
 *   outer heap   [ values of before ................................ ]  is not touched
 *   region 0     [ acc | garbage of many steps ]  rt->heap; over the limit: copy acc,
 *   region 1     [ acc' ]                         swap, forget the other
 *
 * The limit grows with what survives, so that copying costs no more than a constant factor
 * over all steps. With FAWN_STRESS every step collects, and ASan sees whatever still points
 * into the region that was forgotten.
 *
 * Spaces are reused: beginning a loop costs a few stores once one exists for its depth.
 */
#include "runtime/rt.h"

enum {
    /* Garbage that a loop may leave before it is collected: within the second-level cache. */
    LOOP_BYTES_MIN = 256 * 1024,
    /* The limit in terms of the bytes that survived. */
    LOOP_GROWTH = 3,
};

struct LoopSpace {
    Arena regions[2];
    int active;
    struct LoopSpace *next_free, *next;
};

static int64_t limit_after(int64_t survived_bytes)
{
#ifdef FAWN_STRESS
    (void)survived_bytes;
    return -1;
#else
    int64_t limit = survived_bytes * LOOP_GROWTH;
    return limit > LOOP_BYTES_MIN ? limit : LOOP_BYTES_MIN;
#endif
}

static struct LoopSpace *take_space(Rt *rt)
{
    struct LoopSpace *space = rt->loops;
    if (space) {
        rt->loops = space->next_free;
        return space;
    }
    space = arena_new(rt->session, struct LoopSpace);
    arena_init_counted(&space->regions[0], &rt->memory);
    arena_init_counted(&space->regions[1], &rt->memory);
    space->next = rt->all_loops;
    rt->all_loops = space;
    return space;
}

void loop_begin(Loop *loop, Rt *rt)
{
    struct LoopSpace *space = take_space(rt);
    space->active = 0;
    *loop = (Loop){.rt = rt, .outer = rt->heap, .space = space, .limit_bytes = limit_after(0)};
    rt->heap = &space->regions[0];
}

/* Whether there is room for a copy of what is in `region`: as the copy may be the most of it. Until
 * memory is really short nothing is lost by going on without. */
static bool has_room(const Arena *region)
{
    return memory_has(arena_bytes(region));
}

void loop_collect(Loop *loop, Value *keep)
{
    struct LoopSpace *space = loop->space;
    Arena *full = &space->regions[space->active];
    assert(loop->rt->heap == full && "an inner loop was not ended");
    if (UNLIKELY(!has_room(full))) {
        loop->limit_bytes = 2 * arena_bytes(full);
        return;
    }
    space->active = 1 - space->active;
    Arena *fresh = &space->regions[space->active];
    if (keep) {
        *keep = val_copy(fresh, *keep, full);
        rt_spend(loop->rt, arena_bytes(fresh));
    }
    arena_reset(full);
    loop->rt->heap = fresh;
    loop->limit_bytes = limit_after(arena_bytes(fresh));
}

Value loop_end(Loop *loop, Value result)
{
    Rt *rt = loop->rt;
    struct LoopSpace *space = loop->space;
    Arena *region = &space->regions[space->active];
    assert(rt->heap == region && "an inner loop was not ended");
    if (UNLIKELY(!val_is_fault(result) && !has_room(region))) {
        result = rt_fault_memory(rt);
    }
    Value moved = val_copy(loop->outer, result, region);
    arena_reset(region);
    rt->heap = loop->outer;
    space->next_free = rt->loops;
    rt->loops = space;
    return moved;
}

void loop_rest_spaces(Rt *rt)
{
    for (struct LoopSpace *space = rt->all_loops; space; space = space->next) {
        arena_free(&space->regions[0]);
        arena_free(&space->regions[1]);
    }
}

void loop_free_spaces(Rt *rt)
{
    loop_rest_spaces(rt);
    rt->all_loops = NULL;
    rt->loops = NULL;
}

/* stack: room on the C stack for recursion that is deeper than the thread's own stack.
 *
 * When a call finds the stack used up, it goes on in a thread with a large stack of its own,
 * while this one waits: only one of them runs at a time, so nothing is shared. Its memory is
 * address space until the recursion reaches it. Queries that do not recurse deeply never come
 * here and pay nothing.
 */
#include "interp/machine.h"

#include <pthread.h>

enum {
    DEEPER_BYTES = 256 * 1024 * 1024,
    /* What is kept for builtins and what they call. */
    DEEPER_RESERVE_BYTES = 1024 * 1024,
};

typedef struct Deeper {
    Rt *rt;
    const Function *fn;
    Value *args;
    int64_t argc;
    Value result;
} Deeper;

static void *enter_deeper(void *context)
{
    Deeper *deeper = context;
    deeper->rt->c_stack_floor =
        (char *)__builtin_frame_address(0) - (DEEPER_BYTES - DEEPER_RESERVE_BYTES);
    deeper->result = function_enter(deeper->rt, deeper->fn, deeper->args, deeper->argc);
    return NULL;
}

Value stack_enter_deeper(Rt *rt, const Function *fn, Value *args, int64_t argc)
{
    Deeper deeper = {.rt = rt, .fn = fn, .args = args, .argc = argc};
    char *floor = rt->c_stack_floor;
    pthread_t thread;
    pthread_attr_t attributes;
    bool started = false;
    if (pthread_attr_init(&attributes) == 0) {
        started = pthread_attr_setstacksize(&attributes, DEEPER_BYTES) == 0 &&
                  pthread_create(&thread, &attributes, enter_deeper, &deeper) == 0;
        pthread_attr_destroy(&attributes);
    }
    if (!started) {
        return rt_fault(rt, FAULT_stack_overflow,
                        "number of stack frames exceeded what there is memory for");
    }
    pthread_join(thread, NULL);
    rt->c_stack_floor = floor;
    return deeper.result;
}

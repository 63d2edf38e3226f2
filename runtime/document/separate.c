#include "runtime/document/separate.h"

#include "runtime/base/vec.h"

typedef VEC(uint32_t) Numbers;

struct Separate {
    Numbers made, defined, written; /* collections, each once */
};

void separate_begin(Rt *rt)
{
    rt->separate = arena_new(rt->query, struct Separate);
}

static bool has(const Numbers *numbers, uint32_t number)
{
    for (int64_t i = numbers->len - 1; i >= 0; i--) {
        if (numbers->at[i] == number) {
            return true;
        }
    }
    return false;
}

static void add(Rt *rt, Numbers *numbers, uint32_t number)
{
    if (!has(numbers, number)) {
        vec_push(numbers, rt->query, number);
    }
}

static bool refuse(Rt *rt)
{
    (void)rt_fault(rt, FAULT_invalid_write,
                   "Cannot modify a document and its collection in the same query.");
    return false;
}

bool separate_document(Rt *rt, uint32_t number)
{
    if (has(&rt->separate->defined, number)) {
        return refuse(rt);
    }
    add(rt, &rt->separate->written, number);
    return true;
}

bool separate_definition(Rt *rt, uint32_t number, bool is_new)
{
    if (has(&rt->separate->written, number)) {
        return refuse(rt);
    }
    add(rt, &rt->separate->defined, number);
    if (is_new) {
        add(rt, &rt->separate->made, number);
    }
    return true;
}

bool separate_hides(const Rt *rt, const Collection *collection)
{
    return rt->separate != NULL && collection != NULL &&
           has(&rt->separate->made, collection->number);
}

void separate_hint(Rt *rt, Span span)
{
    rt_fault_hint(rt, span, STR("A collection cannot be created and used in the same query."));
}

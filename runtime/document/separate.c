#include "runtime/document/separate.h"

#include "runtime/base/vec.h"
#include "runtime/document/document.h"

typedef VEC(uint32_t) Numbers;

struct Separate {
    Numbers defined, written; /* collections, each once */
    const CatalogNames *names; /* when the query began; NULL: no definition has changed since */
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

bool separate_definition(Rt *rt, uint32_t number)
{
    if (has(&rt->separate->written, number)) {
        return refuse(rt);
    }
    add(rt, &rt->separate->defined, number);
    return true;
}

void separate_keep_names(Rt *rt)
{
    if (rt->separate != NULL && rt->separate->names == NULL) {
        rt->separate->names = catalog_names(rt->catalog, rt->query);
    }
}

bool separate_differs(const Rt *rt)
{
    return rt->separate != NULL && rt->separate->names != NULL;
}

const Collection *separate_collection(const Rt *rt, Str name)
{
    if (!separate_differs(rt)) {
        return catalog_collection(rt->catalog, name);
    }
    const Collection *then = catalog_names_collection(rt->separate->names, name);
    const Collection *now = then ? catalog_collection_by_number(rt->catalog, then->number) : NULL;
    return now ? now : then;
}

Str separate_name(const Rt *rt, uint32_t number)
{
    const Collection *now = catalog_collection_by_number(rt->catalog, number);
    return now                      ? now->name
           : separate_differs(rt) ? catalog_names_of(rt->separate->names, number)
                                  : (Str){0};
}

Value separate_function(Rt *rt, Str name)
{
    return separate_differs(rt) ? catalog_names_function(rt, rt->separate->names, name)
                                : catalog_function(rt, name);
}

bool separate_hint(Rt *rt, Str name, Span span)
{
    int64_t id;
    if (!separate_differs(rt)) {
        return false;
    }
    if (catalog_collection(rt->catalog, name)) {
        rt_fault_hint(rt, span,
                      STR("A collection cannot be created and used in the same query."));
        return true;
    }
    if (catalog_function_id(rt->catalog, name, &id)) {
        rt_fault_hint(rt, span, STR("A function cannot be created and used in the same query."));
        return true;
    }
    return false;
}

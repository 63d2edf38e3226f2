/* ops: see ops.h. */
#include "store/ops.h"

#include "runtime/base/memory.h"

#include <stdlib.h>

enum { OPS_KEEP = 4096 };

static void push_run(OpList *list, OpKind kind, uint32_t collection)
{
    list->runs = memory_room(list->runs, &list->run_cap, list->run_count, 1, sizeof *list->runs);
    list->runs[list->run_count++] =
        (OpRun){.first = list->len, .collection = collection, .kind = (uint32_t)kind};
}

void ops_push(OpList *list, OpKind kind, uint32_t collection, void *what)
{
    const OpRun *last = list->run_count > 0 ? &list->runs[list->run_count - 1] : NULL;
    if (!last || last->kind != (uint32_t)kind || last->collection != collection) {
        push_run(list, kind, collection);
    }
    list->what = memory_room(list->what, &list->cap, list->len, 1, sizeof *list->what);
    list->what[list->len++] = what;
}

void ops_cut(OpList *list, int64_t len)
{
    assert(len >= 0 && len <= list->len);
    list->len = len;
    while (list->run_count > 0 && list->runs[list->run_count - 1].first >= len) {
        list->run_count--;
    }
}

void ops_free(OpList *list)
{
    free(list->what);
    free(list->runs);
    *list = (OpList){0};
}

void ops_clear(OpList *list)
{
    if (list->cap > OPS_KEEP || list->run_cap > OPS_KEEP) {
        ops_free(list);
    }
    ops_cut(list, 0);
}

/* The run of number `at`, which there is, or the last one. */
static int64_t find_run(const OpList *list, int64_t at)
{
    int64_t low = 0;
    int64_t high = list->run_count;
    while (high - low > 1) {
        int64_t middle = (low + high) / 2;
        if (list->runs[middle].first <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

OpReader ops_from(const OpList *list, int64_t first)
{
    return (OpReader){.list = list, .at = first, .run = find_run(list, first)};
}

bool ops_next(OpReader *reader, Op *op)
{
    const OpList *list = reader->list;
    if (reader->at >= list->len) {
        return false;
    }
    if (reader->run + 1 < list->run_count && list->runs[reader->run + 1].first <= reader->at) {
        reader->run++;
    }
    const OpRun *run = &list->runs[reader->run];
    *op = (Op){.collection = run->collection, .kind = run->kind, .what = list->what[reader->at++]};
    return true;
}

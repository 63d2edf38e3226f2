/* set_guard: see set_guard.h. */
#include "runtime/set/set_guard.h"

#include "runtime/access/permission.h"

typedef struct GuardReader {
    SetReader head;
    SetReader *inner;
    int64_t time_us;
} GuardReader;

static int guard_next(SetReader *head, Rt *rt, Value *out)
{
    GuardReader *reader = (GuardReader *)head;
    int got;
    do {
        got = set_next(reader->inner, rt, out);
    } while (got > 0 && !permission_reads(rt, out->len, val_doc_key(*out), reader->time_us));
    return got;
}

static void guard_close(SetReader *head)
{
    set_close(((GuardReader *)head)->inner);
}

static const Set *guard_rest(SetReader *head, Rt *rt)
{
    SetReader *inner = ((GuardReader *)head)->inner;
    return inner->rest(inner, rt);
}

SetReader *set_guard_open(Rt *rt, const IndexSet *set, int64_t time_us,
                          SetReader *(*open)(Rt *rt, const IndexSet *set, int64_t time_us))
{
    Action action = time_us != 0 && !rt->reads_events ? ACTION_HISTORY_READ : ACTION_READ;
    Verdict verdict = permission_verdict(rt, action, set->collection);
    if (verdict == VERDICT_YES) {
        return open(rt, set, time_us);
    }
    if (verdict == VERDICT_NO) {
        return set->index != NULL && !permission_check_some(rt, set->collection)
                   ? NULL
                   : set_items_reader(rt, NULL, 0, NULL, 0);
    }
    SetReader *inner = open(rt, set, time_us);
    if (inner == NULL) {
        return NULL;
    }
    GuardReader *reader = arena_new(rt->heap, GuardReader);
    reader->head = (SetReader){.next = guard_next, .close = guard_close, .rest = guard_rest};
    reader->inner = inner;
    reader->time_us = time_us;
    return &reader->head;
}

/* plan: notes of what was read; see plan.h. */
#include "runtime/set/plan.h"

void plan_begin(Rt *rt)
{
    rt->plan = arena_new(rt->query, Plan);
}

static bool is_same_place(Span a, Span b)
{
    return a.source == b.source && a.start == b.start && a.end == b.end;
}

static bool is_same(const PlanRead *a, const PlanRead *b)
{
    return a->kind == b->kind && a->collection == b->collection && a->index == b->index &&
           a->reversed == b->reversed && a->is_range == b->is_range &&
           is_same_place(a->span, b->span);
}

PlanRead *plan_read(Rt *rt, const PlanRead *read)
{
    Plan *plan = rt->plan;
    if (LIKELY(plan == NULL)) {
        return NULL;
    }
    for (PlanRead *known = plan->first; known != NULL; known = known->next) {
        if (is_same(known, read)) {
            known->times++;
            return known;
        }
    }
    if (plan->count == PLAN_READS_MAX) {
        plan->is_cut = true;
        return NULL;
    }
    PlanRead *added = arena_copy(rt->query, read, (int64_t)sizeof *read);
    added->next = NULL;
    added->times = 1;
    *(plan->last != NULL ? &plan->last->next : &plan->first) = added;
    plan->last = added;
    plan->count++;
    return added;
}

void plan_not_covered(Rt *rt, const Index *index, Span span, Str name)
{
    PlanRead *read = rt->plan != NULL ? rt->plan->first : NULL;
    for (; read != NULL; read = read->next) {
        if (read->index == index && is_same_place(read->span, span) && read->not_covered.len == 0) {
            read->not_covered = str_copy(rt->query, name);
        }
    }
}

void plan_trigger(Rt *rt, Str label)
{
    if (LIKELY(rt->plan == NULL)) {
        return;
    }
    PlanTrigger **link = &rt->plan->triggers;
    while (*link != NULL && !str_eq((*link)->label, label)) {
        link = &(*link)->next;
    }
    if (*link == NULL) {
        *link = arena_new(rt->query, PlanTrigger);
        (*link)->label = label;
    }
    (*link)->times++;
}

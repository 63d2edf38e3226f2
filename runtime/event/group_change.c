/* group_change: see group_change.h. */
#include "runtime/event/group_change.h"

static bool is_noted(const GroupChanges *changes, const Aggregate *aggregate, Str terms)
{
    for (const GroupChange *change = changes->first; change; change = change->next) {
        if (change->aggregate == aggregate && str_eq(change->terms, terms)) {
            return true;
        }
    }
    return false;
}

void group_changes_note(Rt *rt, GroupChanges *changes, const Aggregate *aggregate,
                        const Version *version)
{
    const Str *terms;
    int64_t count = txn_groups_of(rt->txn, aggregate->number, version, &terms);
    for (int64_t i = 0; i < count; i++) {
        if (is_noted(changes, aggregate, terms[i])) {
            continue;
        }
        GroupChange *change = arena_new(rt->heap, GroupChange);
        change->aggregate = aggregate;
        change->terms = str_copy(rt->heap, terms[i]);
        if (changes->last) {
            changes->last->next = change;
        } else {
            changes->first = change;
        }
        changes->last = change;
    }
}

void group_changes_read_before(Rt *rt, GroupChanges *changes)
{
    for (GroupChange *change = changes->first; change; change = change->next) {
        change->before = aggregate_group(rt, change->aggregate, change->terms, NULL);
    }
}

void group_changes_read_after(Rt *rt, GroupChanges *changes)
{
    for (GroupChange *change = changes->first; change; change = change->next) {
        change->after = aggregate_group(rt, change->aggregate, change->terms, NULL);
    }
}

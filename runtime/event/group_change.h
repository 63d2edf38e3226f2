/* group_change: which groups of aggregates a write changes, and how: for triggers on aggregates.
 *
 *   noted from the document of before    ─┐
 *   noted from the document to come      ─┴► read before ─► write ─► read after
 */
#ifndef FAWN_RUNTIME_EVENT_GROUP_CHANGE_H
#define FAWN_RUNTIME_EVENT_GROUP_CHANGE_H

#include "runtime/document/aggregate.h"

typedef struct GroupChange {
    const Aggregate *aggregate;
    Str terms;
    Value before, after; /* objects of the totals */
    struct GroupChange *next;
} GroupChange;

/* In the order in which they were noted, each once. */
typedef struct GroupChanges {
    GroupChange *first, *last;
} GroupChanges;

/* Notes the groups in which a document of the aggregate's collection counts, which the
 * transaction sees. On rt->heap. */
void group_changes_note(Rt *rt, GroupChanges *changes, const Aggregate *aggregate,
                        const Version *version);

/* Read the totals of all groups that were noted. */
void group_changes_read_before(Rt *rt, GroupChanges *changes);
void group_changes_read_after(Rt *rt, GroupChanges *changes);

#endif

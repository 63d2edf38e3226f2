/* plan: what a query read of the store and how, for whoever explains it. Nothing is noted unless
 * plan_begin was called; a set that was made and never read is not among the reads.
 *
 *   Rating.where(.user == 5).count()      PLAN_PREDICATE  byUser, 12 documents
 *   Rating.byUser(5).map(.stars)          PLAN_INDEX      byUser, 12 documents
 *   Math.sum(Rating.all().map(.stars))    PLAN_SCAN       1000000 documents, batched
 *
 * What is read again and again at one place, as in a loop, is one entry with a count.
 */
#ifndef FAWN_RUNTIME_SET_PLAN_H
#define FAWN_RUNTIME_SET_PLAN_H

#include "runtime/schema/catalog.h"

typedef enum PlanKind {
    PLAN_SCAN,      /* documents of a collection in order of their ids */
    PLAN_INDEX,     /* entries of an index that the query names */
    PLAN_PREDICATE, /* documents of `where`, by an index that fits its predicate */
} PlanKind;

/* In place of a field: all of a document was read, to be shown. */
#define PLAN_WHOLE_DOCUMENT STR("*")

typedef struct PlanRead {
    struct PlanRead *next; /* the one that began next */
    PlanKind kind;
    uint32_t collection;
    const Index *index; /* NULL: PLAN_SCAN */
    Span span;          /* the call that made the set; no source: not known */
    bool reversed;
    bool is_range;     /* narrowed by { from, to } */
    bool is_batched;   /* functions ran over many documents at once, without a call for each */
    int64_t times;     /* how often it was read */
    int64_t documents; /* how many documents that gave, all together */
    Str not_covered;   /* PLAN_INDEX: the first field that was read of the documents and that the
                          index does not hold; empty: none. Noted only while
                          rt->performance_hints is set */
} PlanRead;

/* A trigger that ran. */
typedef struct PlanTrigger {
    struct PlanTrigger *next;
    Str label; /* Review.refresh */
    int64_t times;
} PlanTrigger;

typedef struct Plan {
    PlanRead *first, *last;
    PlanTrigger *triggers;
    int64_t count;
    bool is_cut; /* there were more than PLAN_READS_MAX */
} Plan;

/* From here on reads are noted in `rt->plan`, which lives in `rt->query`. */
void plan_begin(Rt *rt);

/* Notes that a read like `read` begins, which is copied. NULL: nobody asks, or there are too many:
 * the other functions take that. */
PlanRead *plan_read(Rt *rt, const PlanRead *read);

/* It gave another `count` documents. */
static inline void plan_add_documents(PlanRead *read, int64_t count)
{
    if (UNLIKELY(read != NULL)) {
        read->documents += count;
    }
}

/* The trigger `label` runs; nothing is noted when nobody asks. */
void plan_trigger(Rt *rt, Str label);

/* Field `name` was read of a document that `index`, called at `span`, found and does not hold. */
void plan_not_covered(Rt *rt, const Index *index, Span span, Str name);

#endif

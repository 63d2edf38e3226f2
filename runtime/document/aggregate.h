/* aggregate: live aggregates of a collection as its definition gives them, and their groups as
 * values. The store keeps the totals (store/aggregate.h).
 *
 *   aggregates: { rating: { terms: [{ field: ".movie" }], where: "doc => doc.published",
 *                           values: { count: { count: true }, best: { top: ".stars", n: 3 } } } }
 *
 *   Review.rating(movie)   { count: 2, best: [5, 4] }
 *   Review.rating()        { movie: Movie("1"), count: 2, best: [5, 4] } …, a set
 */
#ifndef FAWN_RUNTIME_DOCUMENT_AGGREGATE_H
#define FAWN_RUNTIME_DOCUMENT_AGGREGATE_H

#include "runtime/base/total.h"
#include "runtime/builtin.h"
#include "runtime/document/doc_function.h"
#include "runtime/set/set.h"
#include "store/aggregate.h"

/* One of the values of an aggregate. */
typedef struct Total {
    TotalKind kind;
    int64_t fold; /* which of the store's it is made of */
} Total;

/* It belongs to one version of a definition. */
typedef struct Aggregate {
    Str name;
    uint32_t number; /* the store's; 0: it is still to be made */
    AggregateSpec spec;
    const Total *totals;
    int64_t total_count;
    const Str *names;  /* of a group's fields: the terms by their last names, then the totals */
    DocFunction where; /* its text is empty: all documents. Its name is no identifier */
} Aggregate;

typedef struct Aggregates {
    const Aggregate *at;
    int64_t count;
} Aggregates;

/* The aggregate `name` of a definition that obeys the rules, in `arena`. `computed` are the
 * computed fields of the definition, NULL: none. */
Aggregate aggregate_from_definition(Arena *arena, Str collection, Str name,
                                    const Object *definition, const Object *computed);

/* All `aggregates` of a definition (null: none); `numbers` holds the store's numbers by name. */
Aggregates aggregates_from_definition(Arena *arena, Str collection, Value aggregates, Value numbers,
                                      const Object *computed);

/* The aggregate of `collection` called `name`, or NULL. */
const Aggregate *collection_aggregate(const Collection *collection, Str name);

/* The same in the collection as it is now; NULL, and a fault, when it has none. */
const Aggregate *collection_aggregate_now(Rt *rt, const Collection *collection, Str name);

/* What `Review.rating(args…)` gives: a group by its terms, or the set of all groups. */
Value aggregate_call(Rt *rt, const Collection *collection, const Aggregate *aggregate,
                     const Value *args, int64_t argc);

/* The totals of the group with these terms as an object, as of `past` (NULL: at present); of one
 * without documents, what it comes to when there is nothing. */
Value aggregate_group(Rt *rt, const Aggregate *aggregate, Str terms, PastTotals *past);

/* The same as an object of its terms and totals, the element of a GroupSet. */
Value aggregate_element(Rt *rt, const Aggregate *aggregate, Str terms, PastTotals *past);

/* Finds the totals as of a time (0: the present): `*past` is NULL where those of the present are
 * right. False: a fault, as the time is not kept any more. aggregate_past.c. */
NODISCARD bool aggregate_past(Rt *rt, uint32_t collection, const Aggregate *aggregate,
                              int64_t time_us, PastTotals **past);

/* Values of totals, in the order of the definition. */
void aggregate_totals(Rt *rt, const Aggregate *aggregate, const FoldResult *results, Value *values);

/* All groups with `from` <= terms < `to`: set_group.c. */
typedef struct GroupSet {
    Set head;
    uint32_t collection;
    const Aggregate *aggregate;
    Str from, to; /* an empty `to` has no end */
    bool reversed;
} GroupSet;

GroupSet *set_group_node(Rt *rt, uint32_t collection, const Aggregate *aggregate);

/* The set of the one group whose totals `group`, an object with the flag OBJECT_GROUP, is. */
const Set *aggregate_group_set(Value group);

#endif

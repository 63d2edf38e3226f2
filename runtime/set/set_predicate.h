/* set_predicate: documents of a whole collection that a predicate may hold for, found by an index.
 *
 *   Rating.where(.user == 5)      the entries of an index whose first part is `user`
 *   Rating.where(x => x.stars > 3 && x.user != me)
 *                                 the leftmost comparison counts; the predicate itself is asked
 *                                 about each document that is found
 *
 * The documents come in order of their ids, as a scan gives them: nobody can tell but by the time
 * it takes. So the index is worth it only where it leaves few documents; where there are many, a
 * scan is quicker.
 */
#ifndef FAWN_RUNTIME_SET_SET_PREDICATE_H
#define FAWN_RUNTIME_SET_SET_PREDICATE_H

#include "runtime/set/set_batch.h"
#include "runtime/set/set_node.h"

/* A field of the element compared with a constant: what must hold for a predicate to hold. */
typedef struct Comparison {
    Str field;
    BatchOp op; /* EQ, LT, LE, GT or GE */
    Value constant;
} Comparison;

/* A reader over those documents of `where`'s source among which are all that its predicate holds
 * for. NULL: there is no index for it, or too many documents; never a fault. */
SetReader *set_predicate_open(Rt *rt, const SetNode *where);

#endif

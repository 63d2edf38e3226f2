/* accumulator: the object that a fold extends step by step: in place, as nobody else has it.
 *
 *   fold({}, (acc, x) => Object.assign(acc, …))
 *
 *   step 1   acc: {} of the program's     lent            a copy with room is made: owned
 *   step 2   acc: that copy               lent, owned     its slots are written
 *   the end  acc: the fold's value        neither         an object as any other
 *
 * What makes this right:
 *   I1  A value is lent by a fold alone, to a function of whose first parameter the code says that
 *       it is only read field by field, given back as it is, or extended as the function's result
 *       (RtUp.extends). So no other value comes to hold the object while it is lent.
 *   I2  An object is owned only if accumulator_extend made it, and the value that says so was its
 *       result. It stays in the fold's hands: I1, and a copy (loop_collect) is not owned.
 *   I3  Slots are written after all that may fail has been evaluated.
 *   I4  A null that tells of a field which is not there does not hold the object it lacks in
 *       (accumulator_blank): it could come to lie in it.
 *   I5  When the fold ends, its value is neither lent nor owned.
 */
#ifndef FAWN_RUNTIME_SET_ACCUMULATOR_H
#define FAWN_RUNTIME_SET_ACCUMULATOR_H

#include "runtime/rt.h"

/* Value.flags of an object. */
enum { OBJECT_LENT = 1, OBJECT_OWNED = 2 };

/* Before each step of a fold whose function extends its accumulator. */
static inline void accumulator_lend(Value *acc)
{
    if (acc->type == T_OBJECT) {
        acc->flags |= OBJECT_LENT;
    }
}

/* After the last step. */
static inline void accumulator_settle(Value *acc)
{
    if (acc->type == T_OBJECT) {
        acc->flags = 0;
    }
}

static inline bool accumulator_is_lent(Value acc)
{
    return acc.type == T_OBJECT && (acc.flags & OBJECT_LENT) != 0;
}

/* The lent object `acc` with the fields of `source`, which win where both have one: written into it
 * if it is owned. Like Object.assign. */
Value accumulator_extend(Rt *rt, Value acc, const Object *source);

/* What a null is to remember that comes of reading a field of `object`. */
Value accumulator_blank(Rt *rt, Value object);

#endif

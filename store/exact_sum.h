/* exact_sum: sums of doubles without rounding.
 *
 * Every finite double is a whole multiple of 2^-1074, so a sum of doubles is an integer of at
 * most 2098 + 63 bits times 2^-1074. It is kept as that integer, in two's complement, in limbs
 * of 64 bits; of the EXACT_LIMBS_MAX limbs only those that the doubles so far have touched:
 *
 *   limb        33      ...   17       16       15    ...   0
 *   worth   2^1038          2^14    2^-50   2^-114     2^-1074
 *                            |  first + count    first |
 *   stored                   |   [16]     [15]         |      ratings of 0.5 to 5: 16 bytes
 *
 * Limbs above are copies of the sign, limbs below are zero. Adding is adding a shifted 53-bit
 * number to two limbs and passing the carry on; taking away is adding the negative. So the
 * integer depends only on which doubles are in the sum now, and the double that it is rounded
 * to (to nearest, ties to even) too. Infinities and NaN are counted.
 *
 * U. Kulisch, "Very fast and exact accumulation of products", Computing 91 (2011), describes
 * the long accumulator; R. M. Neal, "Fast exact summation using small and large
 * superaccumulators" (2015), a faster one that needs more room than a group can have.
 */
#ifndef FAWN_STORE_EXACT_SUM_H
#define FAWN_STORE_EXACT_SUM_H

#include "runtime/base/base.h"

enum { EXACT_LIMBS_MAX = 34 };

typedef struct ExactSum {
    int64_t count; /* of doubles */
    int64_t nans, plus_infinities, minus_infinities;
    int32_t first, limb_count; /* limbs `first` to `first + limb_count - 1` */
    uint64_t limbs[];
} ExactSum;

/* An ExactSum with room for all limbs. */
typedef union WideExactSum {
    ExactSum sum;
    char bytes[sizeof(ExactSum) + EXACT_LIMBS_MAX * sizeof(uint64_t)];
} WideExactSum;

/* Which limbs a sum has. */
typedef struct ExactRange {
    int32_t first, limb_count;
} ExactRange;

static inline int64_t exact_bytes(ExactRange range)
{
    return (int64_t)sizeof(ExactSum) + range.limb_count * (int64_t)sizeof(uint64_t);
}

/* The limbs that `sum` (NULL: an empty sum) must have for `d` to be added or taken away. Its own
 * when they are enough, which is the usual case. */
ExactRange exact_range_for(const ExactSum *sum, double d);

/* Makes `to`, which has room for the limbs of `range`, the same sum as `from` (NULL: empty);
 * `range` is what exact_range_for gave for `from`, or all limbs. */
void exact_copy(ExactSum *to, ExactRange range, const ExactSum *from);

/* Adds `d`, or takes it away, which was added before. The limbs are those of exact_range_for. */
void exact_add(ExactSum *sum, double d);
void exact_remove(ExactSum *sum, double d);

/* Whether two sums (NULL: empty) are of the same doubles as far as sums can tell. */
bool exact_equals(const ExactSum *a, const ExactSum *b);

/* The double nearest to the sum (NULL: empty) plus `whole`. NaN, and infinities of both signs,
 * make NaN. A zero is positive. */
double exact_round(const ExactSum *sum, Int128 whole);

#endif

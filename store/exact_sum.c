/* exact_sum: see exact_sum.h. */
#include "store/exact_sum.h"

#include <math.h>
#include <string.h>

enum {
    LIMB_BITS = 64,
    MANTISSA_BITS = 52,
    EXPONENT_MASK = 0x7ff,
    ONE_BIT = 1074, /* the bit that is worth 1 */
};

static const uint64_t infinity_bits = (uint64_t)EXPONENT_MASK << MANTISSA_BITS;

/* A finite double as `low` and `high`, to be added at limb `limb` and the next. */
typedef struct Piece {
    int32_t limb;
    bool negative;
    uint64_t low, high;
} Piece;

static uint64_t bits_of(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return bits;
}

static Piece piece_of(double d)
{
    uint64_t bits = bits_of(d);
    uint64_t mantissa = bits & (((uint64_t)1 << MANTISSA_BITS) - 1);
    unsigned exponent = (unsigned)(bits >> MANTISSA_BITS) & EXPONENT_MASK;
    /* Subnormals have the exponent of the least normals, and no hidden bit. */
    unsigned place = exponent > 0 ? exponent - 1 : 0;
    mantissa |= (uint64_t)(exponent > 0) << MANTISSA_BITS;
    unsigned shift = place % LIMB_BITS;
    return (Piece){.limb = (int32_t)(place / LIMB_BITS),
                   .negative = bits >> 63,
                   .low = mantissa << shift,
                   .high = shift > 0 ? mantissa >> (LIMB_BITS - shift) : 0};
}

/* All bits of the sign of the sum. */
static uint64_t sign_of(const ExactSum *sum)
{
    return sum->limb_count > 0 && sum->limbs[sum->limb_count - 1] >> 63 ? UINT64_MAX : 0;
}

/* Whether the highest limb might overflow: it is added less than 2^53 and a carry. */
static bool is_nearly_full(const ExactSum *sum)
{
    uint64_t top = sum->limbs[sum->limb_count - 1];
    return top >> 63 != (top >> 62 & 1);
}

ExactRange exact_range_for(const ExactSum *sum, double d)
{
    ExactRange own = {0};
    if (sum) {
        own = (ExactRange){sum->first, sum->limb_count};
    }
    if (!isfinite(d) || d == 0) {
        return own;
    }
    int32_t first = piece_of(d).limb;
    int32_t end = first + 2;
    if (own.limb_count > 0) {
        int32_t own_end = own.first + own.limb_count + is_nearly_full(sum);
        first = own.first < first ? own.first : first;
        end = own_end > end ? own_end : end;
    }
    return (ExactRange){first, end - first};
}

void exact_copy(ExactSum *to, ExactRange range, const ExactSum *from)
{
    *to = (ExactSum){.first = range.first, .limb_count = range.limb_count};
    if (range.limb_count > 0) {
        memset(to->limbs, 0, (size_t)range.limb_count * sizeof to->limbs[0]);
    }
    if (!from) {
        return;
    }
    to->count = from->count;
    to->nans = from->nans;
    to->plus_infinities = from->plus_infinities;
    to->minus_infinities = from->minus_infinities;
    if (from->limb_count == 0) {
        return;
    }
    assert(range.first <= from->first &&
           range.first + range.limb_count >= from->first + from->limb_count);
    int32_t at = from->first - range.first;
    memcpy(to->limbs + at, from->limbs, (size_t)from->limb_count * sizeof to->limbs[0]);
    uint64_t sign = sign_of(from);
    for (at += from->limb_count; at < range.limb_count; at++) {
        to->limbs[at] = sign;
    }
}

/* Adds a piece at limb number `at` of `limbs`, or takes it away. */
static void add_piece(uint64_t *limbs, int32_t at, int32_t limb_count, const Piece *piece)
{
    uint64_t addends[] = {piece->low, piece->high};
    unsigned carry = 0;
    for (int32_t i = 0; i < 2 || (carry && at < limb_count); i++, at++) {
        assert(at < limb_count);
        uint64_t addend = i < 2 ? addends[i] : 0;
        uint64_t changed;
        unsigned over;
        if (piece->negative) {
            over = __builtin_sub_overflow(limbs[at], addend, &changed);
            over |= __builtin_sub_overflow(changed, (uint64_t)carry, &changed);
        } else {
            over = __builtin_add_overflow(limbs[at], addend, &changed);
            over |= __builtin_add_overflow(changed, (uint64_t)carry, &changed);
        }
        limbs[at] = changed;
        carry = over;
    }
}

static void change(ExactSum *sum, double d, int64_t by)
{
    sum->count += by;
    if (isnan(d)) {
        sum->nans += by;
    } else if (isinf(d)) {
        *(d > 0 ? &sum->plus_infinities : &sum->minus_infinities) += by;
    } else if (d != 0) {
        Piece piece = piece_of(d);
        piece.negative = piece.negative != (by < 0);
        add_piece(sum->limbs, piece.limb - sum->first, sum->limb_count, &piece);
    }
}

void exact_add(ExactSum *sum, double d)
{
    change(sum, d, 1);
}

void exact_remove(ExactSum *sum, double d)
{
    assert(sum->count > 0);
    change(sum, d, -1);
}

bool exact_equals(const ExactSum *a, const ExactSum *b)
{
    WideExactSum wide_a;
    WideExactSum wide_b;
    exact_copy(&wide_a.sum, (ExactRange){0, EXACT_LIMBS_MAX}, a);
    exact_copy(&wide_b.sum, (ExactRange){0, EXACT_LIMBS_MAX}, b);
    return memcmp(wide_a.bytes, wide_b.bytes, sizeof wide_a.bytes) == 0;
}

/* -- rounding ------------------------------------------------------------------------------ */

/* The sum plus `whole`, all limbs of it. */
static void widen(uint64_t limbs[EXACT_LIMBS_MAX], const ExactSum *sum, Int128 whole)
{
    WideExactSum wide;
    exact_copy(&wide.sum, (ExactRange){0, EXACT_LIMBS_MAX}, sum);
    memcpy(limbs, wide.sum.limbs, EXACT_LIMBS_MAX * sizeof limbs[0]);
    __extension__ typedef unsigned __int128 Unsigned128;
    bool negative = whole < 0;
    Unsigned128 rest = negative ? -(Unsigned128)whole : (Unsigned128)whole;
    /* Two words of 64 bits, each of which is shifted to two limbs. */
    for (int32_t place = ONE_BIT; rest > 0; place += LIMB_BITS, rest >>= LIMB_BITS) {
        uint64_t word = (uint64_t)rest;
        int shift = place % LIMB_BITS;
        Piece piece = {.negative = negative,
                       .low = word << shift,
                       .high = shift > 0 ? word >> (LIMB_BITS - shift) : 0};
        add_piece(limbs, place / LIMB_BITS, EXACT_LIMBS_MAX, &piece);
    }
}

static void negate(uint64_t limbs[EXACT_LIMBS_MAX])
{
    bool carry = true;
    for (int i = 0; i < EXACT_LIMBS_MAX; i++) {
        limbs[i] = ~limbs[i] + carry;
        carry = carry && limbs[i] == 0;
    }
}

/* The highest bit that is set, or -1. */
static int highest_bit(const uint64_t limbs[EXACT_LIMBS_MAX])
{
    for (int i = EXACT_LIMBS_MAX - 1; i >= 0; i--) {
        if (limbs[i] > 0) {
            return LIMB_BITS * i + 63 - __builtin_clzll(limbs[i]);
        }
    }
    return -1;
}

/* 64 bits from bit `place` on. */
static uint64_t bits_at(const uint64_t limbs[EXACT_LIMBS_MAX], int place)
{
    int limb = place / LIMB_BITS;
    int shift = place % LIMB_BITS;
    uint64_t bits = limbs[limb] >> shift;
    if (shift > 0 && limb + 1 < EXACT_LIMBS_MAX) {
        bits |= limbs[limb + 1] << (LIMB_BITS - shift);
    }
    return bits;
}

static bool any_below(const uint64_t limbs[EXACT_LIMBS_MAX], int place)
{
    for (int i = 0; i < place / LIMB_BITS; i++) {
        if (limbs[i] > 0) {
            return true;
        }
    }
    int shift = place % LIMB_BITS;
    return shift > 0 && limbs[place / LIMB_BITS] << (LIMB_BITS - shift) > 0;
}

/* The bits of the double nearest to a sum that is not negative. */
static uint64_t round_magnitude(const uint64_t limbs[EXACT_LIMBS_MAX])
{
    int shift = highest_bit(limbs) - MANTISSA_BITS;
    if (shift <= 0) {
        /* Subnormals and the least normals: the bits of the double are the number. */
        return limbs[0];
    }
    uint64_t mantissa = bits_at(limbs, shift) & (((uint64_t)2 << MANTISSA_BITS) - 1);
    bool half = bits_at(limbs, shift - 1) & 1;
    bool up = half && ((mantissa & 1) || any_below(limbs, shift - 1));
    /* The hidden bit, and a carry out of the mantissa, go to the exponent. */
    uint64_t bits = ((uint64_t)shift << MANTISSA_BITS) + mantissa + up;
    return bits < infinity_bits ? bits : infinity_bits;
}

double exact_round(const ExactSum *sum, Int128 whole)
{
    if (sum && (sum->nans > 0 || (sum->plus_infinities > 0 && sum->minus_infinities > 0))) {
        return (double)NAN;
    }
    if (sum && (sum->plus_infinities > 0 || sum->minus_infinities > 0)) {
        return sum->plus_infinities > 0 ? (double)INFINITY : -(double)INFINITY;
    }
    uint64_t limbs[EXACT_LIMBS_MAX];
    widen(limbs, sum, whole);
    uint64_t sign = limbs[EXACT_LIMBS_MAX - 1] >> 63;
    if (sign) {
        negate(limbs);
    }
    uint64_t bits = round_magnitude(limbs) | sign << 63;
    double rounded;
    memcpy(&rounded, &bits, sizeof rounded);
    return rounded;
}

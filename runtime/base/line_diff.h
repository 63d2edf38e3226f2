/* line_diff: what differs between two texts, line by line.
 *
 *   old: a b c      new: a X c      ─►   ' ' a    '-' b    '+' X    ' ' c
 *
 * Not here: how changes are shown, which those who compare decide.
 */
#ifndef FAWN_BASE_LINE_DIFF_H
#define FAWN_BASE_LINE_DIFF_H

#include "runtime/base/str.h"
#include "runtime/base/vec.h"

typedef struct LineChange {
    char mark; /* '-': only the old text has the line; '+': only the new one; ' ': both */
    Str line;  /* borrows from the text */
    int64_t number; /* how many lines of the old text come before it */
} LineChange;

typedef VEC(LineChange) LineChanges;

/* All lines of both texts in order, in `arena`: as many as there can be are ' ', unless the texts
 * are so long and so different that the comparison would take too much memory. */
LineChanges line_diff(Arena *arena, Str old, Str new);

/* Whether a line within `distance` of the one at `at` differs. */
bool line_diff_is_near(const LineChanges *changes, int64_t at, int64_t distance);

#endif

/* line_diff: the longest common subsequence of the lines between the first and the last that
 * differ, by the table of the lengths for all their beginnings:
 *
 *            new: a  x  b
 *   old: a        1  1  1        a   x   b
 *        b        1  1  2         a       b      the way back through the table, from its last
 *                                     +          entry, gives what is kept, added and removed
 *
 * Where the table would be too large, all between is shown as removed and added.
 */
#include "runtime/base/line_diff.h"

enum { TABLE_MAX = 4 << 20 /* entries */ };

typedef VEC(Str) Lines;

static Lines split(Arena *arena, Str text)
{
    Lines lines = {0};
    Str line;
    while (str_take_line(&text, &line)) {
        vec_push(&lines, arena, line);
    }
    return lines;
}

static void add(LineChanges *changes, Arena *arena, char mark, Str line, int64_t number)
{
    LineChange change = {mark, line, number};
    vec_push(changes, arena, change);
}

/* table[i * (columns + 1) + k]: how many lines the rests from i and from k have in common. */
static int32_t *common_lengths(Arena *arena, const Str *old, int64_t rows, const Str *new,
                               int64_t columns)
{
    int64_t width = columns + 1;
    int32_t *table = arena_array(arena, int32_t, (rows + 1) * width);
    for (int64_t i = rows - 1; i >= 0; i--) {
        for (int64_t k = columns - 1; k >= 0; k--) {
            int32_t down = table[(i + 1) * width + k], right = table[i * width + k + 1];
            table[i * width + k] = str_eq(old[i], new[k]) ? table[(i + 1) * width + k + 1] + 1
                                   : down > right         ? down
                                                          : right;
        }
    }
    return table;
}

/* The lines between the equal ones at both ends; `first` comes before `old` in the old text. */
static void compare(LineChanges *changes, Arena *arena, const Str *old, int64_t rows,
                    const Str *new, int64_t columns, int64_t first)
{
    int64_t width = columns + 1;
    bool has_table = (rows + 1) * width <= TABLE_MAX;
    const int32_t *table = has_table ? common_lengths(arena, old, rows, new, columns) : NULL;
    int64_t i = 0, k = 0;
    while (i < rows || k < columns) {
        bool both = has_table && i < rows && k < columns;
        if (both && str_eq(old[i], new[k])) {
            add(changes, arena, ' ', old[i], first + i);
            i++;
            k++;
        } else if (i < rows && (!both || table[(i + 1) * width + k] >= table[i * width + k + 1])) {
            add(changes, arena, '-', old[i], first + i);
            i++;
        } else {
            add(changes, arena, '+', new[k], first + i);
            k++;
        }
    }
}

LineChanges line_diff(Arena *arena, Str old, Str new)
{
    Lines a = split(arena, old), b = split(arena, new);
    LineChanges changes = {0};
    int64_t start = 0, a_end = a.len, b_end = b.len;
    while (start < a_end && start < b_end && str_eq(a.at[start], b.at[start])) {
        add(&changes, arena, ' ', a.at[start], start);
        start++;
    }
    while (a_end > start && b_end > start && str_eq(a.at[a_end - 1], b.at[b_end - 1])) {
        a_end--;
        b_end--;
    }
    compare(&changes, arena, a.at + start, a_end - start, b.at + start, b_end - start, start);
    for (int64_t i = a_end; i < a.len; i++) {
        add(&changes, arena, ' ', a.at[i], i);
    }
    return changes;
}

bool line_diff_is_near(const LineChanges *changes, int64_t at, int64_t distance)
{
    int64_t from = at > distance ? at - distance : 0;
    for (int64_t i = from; i <= at + distance && i < changes->len; i++) {
        if (changes->at[i].mark != ' ') {
            return true;
        }
    }
    return false;
}

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
#include "repl/line_diff.h"

#include "repl/text.h"
#include "runtime/base/vec.h"

enum {
    CONTEXT_LINES = 2,
    TABLE_MAX = 4 << 20, /* entries */
};

typedef VEC(Str) Lines;

/* A line of the result. */
typedef struct Change {
    char mark; /* ' ', '-' or '+' */
    Str line;
    int64_t number; /* in `old` */
} Change;

typedef VEC(Change) Changes;

static Lines split(Arena *arena, Str text)
{
    Lines lines = {0};
    Str line;
    while (text_take_line(&text, &line)) {
        vec_push(&lines, arena, line);
    }
    return lines;
}

static void add(Changes *changes, Arena *arena, char mark, Str line, int64_t number)
{
    Change change = {mark, line, number};
    vec_push(changes, arena, change);
}

/* The lines from `start` to the two ends, by the table. */
static void compare(Changes *changes, Arena *arena, const Lines *old, const Lines *new,
                    int64_t start, int64_t old_end, int64_t new_end)
{
    int64_t rows = old_end - start, columns = new_end - start, width = columns + 1;
    bool has_table = (rows + 1) * width <= TABLE_MAX;
    int32_t *table = has_table ? arena_array(arena, int32_t, (rows + 1) * width) : NULL;
    /* table[i][k] is about the lines from i and k to the ends. */
    for (int64_t i = rows - 1; has_table && i >= 0; i--) {
        for (int64_t k = columns - 1; k >= 0; k--) {
            int32_t down = table[(i + 1) * width + k], right = table[i * width + k + 1];
            table[i * width + k] = str_eq(old->at[start + i], new->at[start + k])
                                       ? table[(i + 1) * width + k + 1] + 1
                                   : down > right ? down
                                                  : right;
        }
    }
    int64_t i = 0, k = 0;
    while (i < rows || k < columns) {
        bool both = has_table && i < rows && k < columns;
        if (both && str_eq(old->at[start + i], new->at[start + k])) {
            add(changes, arena, ' ', old->at[start + i], start + i);
            i++;
            k++;
        } else if (i < rows && (!both || table[(i + 1) * width + k] >= table[i * width + k + 1])) {
            add(changes, arena, '-', old->at[start + i], start + i);
            i++;
        } else {
            add(changes, arena, '+', new->at[start + k], start + i);
            k++;
        }
    }
}

/* Whether a line that changed is near. */
static bool is_shown(const Changes *changes, int64_t at)
{
    int64_t from = at - CONTEXT_LINES > 0 ? at - CONTEXT_LINES : 0;
    for (int64_t i = from; i <= at + CONTEXT_LINES && i < changes->len; i++) {
        if (changes->at[i].mark != ' ') {
            return true;
        }
    }
    return false;
}

void line_diff(Buf *out, Arena *arena, Str old, Str new)
{
    Lines a = split(arena, old), b = split(arena, new);
    Changes changes = {0};
    int64_t start = 0, a_end = a.len, b_end = b.len;
    while (start < a_end && start < b_end && str_eq(a.at[start], b.at[start])) {
        add(&changes, arena, ' ', a.at[start], start);
        start++;
    }
    while (a_end > start && b_end > start && str_eq(a.at[a_end - 1], b.at[b_end - 1])) {
        a_end--;
        b_end--;
    }
    compare(&changes, arena, &a, &b, start, a_end, b_end);
    for (int64_t i = a_end; i < a.len; i++) {
        add(&changes, arena, ' ', a.at[i], i);
    }
    bool was_shown = true;
    for (int64_t i = 0; i < changes.len; i++) {
        bool shown = is_shown(&changes, i);
        if (shown && (!was_shown || i == 0)) {
            buf_printf(out, "@@ %lld @@\n", (long long)changes.at[i].number + 1);
        }
        if (shown) {
            buf_printf(out, "%c%.*s\n", changes.at[i].mark, STR_ARG(changes.at[i].line));
        }
        was_shown = shown;
    }
}

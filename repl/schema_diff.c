/* schema_diff: see schema_diff.h. Lines are matched by the longest common subsequence of what lies
 * between the equal lines at both ends.
 */
#include "repl/schema_diff.h"

#include "repl/text.h"
#include "runtime/base/vec.h"

enum {
    /* Equal lines that are shown on either side of a change. */
    CONTEXT = 2,
    /* Beyond so many pairs of lines all old ones go and all new ones come. */
    PAIRS_MAX = 4 * 1024 * 1024,
};

#define RED "\033[31m"
#define GREEN "\033[32m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

typedef VEC(Str) Lines;

/* A line of the result: '-', '+', or ' ' where both have it. */
typedef struct DiffLine {
    char mark;
    Str text;
} DiffLine;

typedef VEC(DiffLine) DiffLines;

static Lines split(Arena *arena, Str text)
{
    Lines lines = {0};
    Str line;
    while (text_take_line(&text, &line)) {
        vec_push(&lines, arena, line);
    }
    return lines;
}

static void add_lines(Arena *arena, DiffLines *out, char mark, const Str *lines, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        DiffLine line = {mark, lines[i]};
        vec_push(out, arena, line);
    }
}

/* -- matching --------------------------------------------------------------------------------- */

/* lengths[i * (m + 1) + k]: how many lines a[i..] and b[k..] have in common, in order. */
static int32_t *common_lengths(Arena *arena, const Str *a, int64_t n, const Str *b, int64_t m)
{
    int32_t *lengths = arena_array(arena, int32_t, (n + 1) * (m + 1));
    for (int64_t i = n - 1; i >= 0; i--) {
        for (int64_t k = m - 1; k >= 0; k--) {
            int32_t skip_a = lengths[(i + 1) * (m + 1) + k];
            int32_t skip_b = lengths[i * (m + 1) + k + 1];
            lengths[i * (m + 1) + k] = str_eq(a[i], b[k]) ? lengths[(i + 1) * (m + 1) + k + 1] + 1
                                       : skip_a > skip_b  ? skip_a
                                                          : skip_b;
        }
    }
    return lengths;
}

static void match(Arena *arena, DiffLines *out, const Str *a, int64_t n, const Str *b, int64_t m)
{
    int64_t i = 0, k = 0;
    if (n > 0 && m > 0 && n < PAIRS_MAX / m) {
        const int32_t *lengths = common_lengths(arena, a, n, b, m);
        while (i < n && k < m) {
            if (str_eq(a[i], b[k])) {
                add_lines(arena, out, ' ', &a[i++], 1);
                k++;
            } else if (lengths[(i + 1) * (m + 1) + k] >= lengths[i * (m + 1) + k + 1]) {
                add_lines(arena, out, '-', &a[i++], 1);
            } else {
                add_lines(arena, out, '+', &b[k++], 1);
            }
        }
    }
    add_lines(arena, out, '-', a + i, n - i);
    add_lines(arena, out, '+', b + k, m - k);
}

static DiffLines compare_texts(Arena *arena, Str before, Str after)
{
    Lines a = split(arena, before), b = split(arena, after);
    DiffLines out = {0};
    int64_t head = 0, tail = 0;
    int64_t shorter = a.len < b.len ? a.len : b.len;
    while (head < shorter && str_eq(a.at[head], b.at[head])) {
        head++;
    }
    while (tail < shorter - head && str_eq(a.at[a.len - 1 - tail], b.at[b.len - 1 - tail])) {
        tail++;
    }
    add_lines(arena, &out, ' ', a.at, head);
    match(arena, &out, a.at + head, a.len - head - tail, b.at + head, b.len - head - tail);
    add_lines(arena, &out, ' ', a.at + a.len - tail, tail);
    return out;
}

/* -- writing ---------------------------------------------------------------------------------- */

/* Whether a line near enough to `i` differs. */
static bool is_near_change(const DiffLines *lines, int64_t i)
{
    int64_t first = i < CONTEXT ? 0 : i - CONTEXT;
    for (int64_t k = first; k <= i + CONTEXT && k < lines->len; k++) {
        if (lines->at[k].mark != ' ') {
            return true;
        }
    }
    return false;
}

static void put_line(Buf *out, const DiffLine *line, bool color)
{
    bool paint = color && line->mark != ' ';
    buf_puts(out, paint ? line->mark == '-' ? RED : GREEN : "");
    buf_printf(out, "  %c", line->mark);
    if (line->text.len > 0) {
        buf_byte(out, ' ');
        buf_put(out, line->text);
    }
    buf_puts(out, paint ? PLAIN "\n" : "\n");
}

static void put_lines(Buf *out, const SchemaChange *change, bool color)
{
    Arena arena;
    arena_init(&arena);
    DiffLines lines = compare_texts(&arena, change->before, change->after);
    bool skipping = false;
    for (int64_t i = 0; i < lines.len; i++) {
        if (is_near_change(&lines, i)) {
            put_line(out, &lines.at[i], color);
            skipping = false;
        } else if (!skipping) {
            buf_puts(out, "    ...\n");
            skipping = true;
        }
    }
    arena_free(&arena);
}

/* `main.fsl:3:1` */
static void put_place(Buf *out, Span place)
{
    LineColumn at = source_position(place.source, place.start);
    buf_put(out, place.source->name);
    buf_printf(out, ":%lld:%lld", (long long)at.line, (long long)at.column);
}

static void put_heading(Buf *out, const SchemaChange *change, bool color)
{
    static const struct {
        const char *verb, *place;
    } words[] = {[SCHEMA_ADDED] = {"Adding", "to"},
                 [SCHEMA_CHANGED] = {"Modifying", "at"},
                 [SCHEMA_REMOVED] = {"Removing", ""}};
    buf_printf(out, "%s* %s %.*s `%.*s`", color ? BOLD : "", words[change->kind].verb,
               STR_ARG(change->item), STR_ARG(change->name));
    if (change->place.source != NULL) {
        buf_printf(out, " %s ", words[change->kind].place);
        put_place(out, change->place);
    }
    if (change->documents > 0) {
        buf_printf(out, " and its %lld document%s", (long long)change->documents,
                   change->documents == 1 ? "" : "s");
    }
    buf_puts(out, change->kind == SCHEMA_CHANGED ? ":" : "");
    buf_puts(out, color ? PLAIN "\n" : "\n");
}

void schema_diff_put(Buf *out, const SchemaChange *changes, int64_t count, SchemaDiffStyle style)
{
    for (int64_t i = 0; i < count; i++) {
        put_heading(out, &changes[i], style.color);
        if (style.full || changes[i].kind == SCHEMA_CHANGED) {
            put_lines(out, &changes[i], style.color);
        }
    }
}

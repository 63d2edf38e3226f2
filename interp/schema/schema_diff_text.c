/* schema_diff_text: the lines in which two sets of files differ. Where lines replace others, each
 * stands below the one that it takes the place of, as far as there are as many:
 *
 *   main.fsl                    rows     equal  a         hunks: rows that differ, less than seven
 *   @ line 1 to 3                        change b X       equal ones apart, with three around them
 *     a                                  insert   Y
 *   - b                                  equal  c
 *   + X
 *   + Y
 *     c
 *
 * Numbers of lines are those of the new file. Reference: DiffRender.scala.
 */
#include "interp/schema/schema_diff_int.h"

#include "runtime/base/line_diff.h"

#include <stdlib.h>

enum { CONTEXT_ROWS = 3, SPLIT_ROWS = 7 };

typedef enum RowKind { ROW_EQUAL, ROW_CHANGED, ROW_INSERTED, ROW_DELETED } RowKind;

typedef struct Row {
    RowKind kind;
    Str before, after;
} Row;

typedef VEC(Row) Rows;

/* -- rows ------------------------------------------------------------------------------------- */

/* The changes from `start` to `end`, all of which differ, as rows. */
static void pair_lines(Arena *arena, Rows *rows, const LineChanges *changes, int64_t start,
                       int64_t end)
{
    int64_t removed = start, added = start;
    for (;;) {
        while (removed < end && changes->at[removed].mark != '-') {
            removed++;
        }
        while (added < end && changes->at[added].mark != '+') {
            added++;
        }
        if (removed == end && added == end) {
            return;
        }
        Row row = {.kind = removed == end ? ROW_INSERTED
                           : added == end ? ROW_DELETED
                                          : ROW_CHANGED};
        if (removed < end) {
            row.before = changes->at[removed++].line;
        }
        if (added < end) {
            row.after = changes->at[added++].line;
        }
        vec_push(rows, arena, row);
    }
}

static Rows make_rows(Arena *arena, Str before, Str after)
{
    Rows rows = {0};
    LineChanges changes = line_diff(arena, before, after);
    for (int64_t i = 0; i < changes.len;) {
        int64_t end = i;
        while (end < changes.len && changes.at[end].mark != ' ') {
            end++;
        }
        pair_lines(arena, &rows, &changes, i, end);
        if (end < changes.len) {
            Row row = {ROW_EQUAL, changes.at[end].line, changes.at[end].line};
            vec_push(&rows, arena, row);
            end++;
        }
        i = end;
    }
    return rows;
}

/* -- hunks ------------------------------------------------------------------------------------ */

static void put_row(Buf *out, const char *mark, Str line, bool color, const char *paint)
{
    Buf text = {0};
    bool is_blank = line.len == 0;
    buf_puts(&text, is_blank && *mark == ' ' ? "" : mark);
    buf_puts(&text, is_blank ? "" : " ");
    buf_put(&text, line);
    diff_line(out, color, paint, 0, buf_str(&text));
    buf_free(&text);
}

static void put_rows(Buf *out, const Rows *rows, int64_t start, int64_t end, bool color)
{
    for (int64_t i = start; i < end; i++) {
        const Row *row = &rows->at[i];
        if (row->kind == ROW_EQUAL) {
            put_row(out, " ", row->before, color, "");
        }
        if (row->kind == ROW_DELETED || row->kind == ROW_CHANGED) {
            put_row(out, "-", row->before, color, DIFF_RED);
        }
        if (row->kind == ROW_INSERTED || row->kind == ROW_CHANGED) {
            put_row(out, "+", row->after, color, DIFF_GREEN);
        }
    }
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t not_negative(int64_t a)
{
    return a > 0 ? a : 0;
}

/* The end of the hunk that begins with the row at `start`; `*lines` are those it has in the new
 * file. */
static int64_t hunk_end(const Rows *rows, int64_t start, int64_t *lines)
{
    int64_t end = start, equal = 0;
    *lines = 0;
    for (int64_t i = start; i < rows->len && equal < SPLIT_ROWS; i++) {
        if (rows->at[i].kind == ROW_EQUAL) {
            equal++;
            continue;
        }
        *lines += equal + (rows->at[i].kind != ROW_DELETED);
        equal = 0;
        end = i + 1;
    }
    return end;
}

static void put_file(Buf *out, Arena *arena, Str before, Str after, bool color)
{
    Rows rows = make_rows(arena, before, after);
    int64_t row = 0, line = 0; /* how many rows, and lines of the new file, are done */
    while (row < rows.len) {
        int64_t first = row, lines;
        while (first < rows.len && rows.at[first].kind == ROW_EQUAL) {
            first++;
        }
        if (first == rows.len) {
            return;
        }
        int64_t ahead = first - row;
        int64_t end = least(hunk_end(&rows, first, &lines) + CONTEXT_ROWS, rows.len);
        int64_t end_line = least(line + ahead + lines + CONTEXT_ROWS, rows.len);
        diff_line(out, color, DIFF_CYAN, 0,
                  str_format(arena, "@ line %lld to %lld",
                             (long long)not_negative(line + ahead - CONTEXT_ROWS) + 1,
                             (long long)end_line));
        put_rows(out, &rows, not_negative(first - CONTEXT_ROWS), end, color);
        row = end;
        line = end_line;
    }
}

/* -- files ------------------------------------------------------------------------------------ */

static Str text_of_file(const Source *const *files, int64_t count, Str name)
{
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(files[i]->name, name)) {
            return files[i]->text;
        }
    }
    return (Str){0};
}

static int compare_names(const void *a, const void *b)
{
    return str_compare(*(const Str *)a, *(const Str *)b);
}

/* The names of the files of both, in order, each once. */
static int64_t gather_names(Arena *arena, const SchemaPush *push, Str **found)
{
    int64_t count = push->before_count + push->after_count, kept = 0;
    Str *names = arena_array(arena, Str, count);
    for (int64_t i = 0; i < count; i++) {
        names[i] = i < push->before_count ? push->before[i]->name
                                          : push->after[i - push->before_count]->name;
    }
    if (count > 0) {
        qsort(names, (size_t)count, sizeof *names, compare_names);
    }
    for (int64_t i = 0; i < count; i++) {
        if (kept == 0 || !str_eq(names[kept - 1], names[i])) {
            names[kept++] = names[i];
        }
    }
    *found = names;
    return kept;
}

void diff_put_texts(Buf *out, const SchemaPush *push, bool color)
{
    Arena arena;
    arena_init(&arena);
    Str *names;
    int64_t count = gather_names(&arena, push, &names);
    bool is_first = true;
    for (int64_t i = 0; i < count; i++) {
        Str before = text_of_file(push->before, push->before_count, names[i]);
        Str after = text_of_file(push->after, push->after_count, names[i]);
        if (!str_eq(before, after)) {
            buf_puts(out, is_first ? "" : "\n");
            buf_puts(out, color ? DIFF_BOLD : "");
            buf_put(out, names[i]);
            buf_puts(out, color ? DIFF_NOT_BOLD "\n" : "\n");
            put_file(out, &arena, before, after, color);
            is_first = false;
        }
    }
    arena_free(&arena);
}

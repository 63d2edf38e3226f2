/* table: columns with lines between them. What does not fit into its column goes on in the next
 * line of the row, and ends in `…` where even that is not enough.
 *
 * Widths are those of cells.h, whatever the locale says.
 */
#include "repl/show/sheet.h"

#include "repl/show/cells.h"

enum {
    /* A text goes on over so many lines of its row at most. */
    CELL_LINES_MAX = 6,
    /* A column is squeezed no further. */
    COLUMN_WIDTH_MIN = 8,
};

/* The pieces that a table is drawn with. A line that is NULL is not drawn. */
typedef struct Rule {
    const char *left, *fill, *cross, *right;
} Rule;

struct Style {
    const Rule *top, *middle, *bottom;
    const char *bar;
    bool marks_numbers; /* "---:" in the middle line */
};

static const Rule ascii_rule = {"+", "-", "+", "+"};
static const Rule box_top = {"┌", "─", "┬", "┐"};
static const Rule box_middle = {"├", "─", "┼", "┤"};
static const Rule box_bottom = {"└", "─", "┴", "┘"};
static const Rule markdown_rule = {"|", "-", "|", "|"};

static const Style ascii_style = {&ascii_rule, &ascii_rule, &ascii_rule, "|", false};
static const Style box_style = {&box_top, &box_middle, &box_bottom, "│", false};
static const Style markdown_style = {NULL, &markdown_rule, NULL, "|", true};

/* -- widths ------------------------------------------------------------------------------------ */

/* What the columns take when none is wider than `most`. */
static int64_t total_width(const Columns *columns, int64_t most)
{
    int64_t total = 0;
    for (int64_t i = 0; i < columns->len; i++) {
        int64_t width = columns->at[i]->width;
        total += width < most ? width : most;
    }
    return total;
}

bool table_fit(Columns *columns, int64_t width)
{
    int64_t room = width - 3 * columns->len - 1;
    int64_t most = INT32_MAX;
    if (width > 0 && total_width(columns, most) > room) {
        if (total_width(columns, COLUMN_WIDTH_MIN) > room) {
            return false;
        }
        most = COLUMN_WIDTH_MIN;
        while (total_width(columns, most + 1) <= room) {
            most++;
        }
        room -= total_width(columns, most);
    } else {
        room = 0;
    }
    for (int64_t i = 0; i < columns->len; i++) {
        Column *column = columns->at[i];
        bool is_squeezed = column->width > most;
        /* What is left over goes to the first that are too narrow. */
        column->shown = is_squeezed ? most + (room > 0) : column->width;
        room -= is_squeezed && room > 0;
    }
    return true;
}

/* -- drawing ----------------------------------------------------------------------------------- */

static void put_rule(Sheet *sheet, const Rule *rule, bool marks_numbers)
{
    if (rule == NULL) {
        return;
    }
    for (int64_t i = 0; i < sheet->columns->len; i++) {
        const Column *column = sheet->columns->at[i];
        bool marked = marks_numbers && !column->has_text;
        buf_puts(sheet->out, i == 0 ? rule->left : rule->cross);
        for (int64_t k = 0; k < column->shown + 2 - marked; k++) {
            buf_puts(sheet->out, rule->fill);
        }
        buf_puts(sheet->out, marked ? ":" : "");
    }
    buf_puts(sheet->out, rule->right);
    buf_byte(sheet->out, '\n');
}

/* Takes from `rest` what fits into `width` cells, up to the last blank if there is one. */
static Str take_piece(Str *rest, int64_t width)
{
    int64_t used = 0, end = 0, blank = 0;
    while (end < rest->len) {
        Sign sign = sign_at(*rest, end);
        if (used + sign.width > width) {
            break;
        }
        blank = rest->s[end] == ' ' ? end : blank;
        used += sign.width;
        end += sign.bytes;
    }
    if (end < rest->len && rest->s[end] != ' ' && blank > 0) {
        end = blank;
    }
    Str piece = str_slice(*rest, 0, end);
    while (end < rest->len && rest->s[end] == ' ') {
        end++;
    }
    *rest = str_slice(*rest, end, rest->len);
    return piece;
}

static void put_piece(Sheet *sheet, const Column *column, Str piece, bool is_cut)
{
    int64_t blanks = column->shown - text_width(piece) - is_cut;
    buf_byte(sheet->out, ' ');
    buf_fill(sheet->out, ' ', column->has_text ? 0 : blanks);
    buf_put(sheet->out, piece);
    buf_puts(sheet->out, is_cut ? "…" : "");
    buf_fill(sheet->out, ' ', column->has_text ? blanks : 0);
    buf_byte(sheet->out, ' ');
}

/* One line of a row: a piece of each text. Returns whether anything is left for the next. */
static bool put_row_line(Sheet *sheet, const char *bar, Str *rests, int64_t line, bool is_title)
{
    bool more = false;
    for (int64_t i = 0; i < sheet->columns->len; i++) {
        const Column *column = sheet->columns->at[i];
        Str before = rests[i];
        Str piece = take_piece(&rests[i], column->shown);
        bool is_cut = line == CELL_LINES_MAX - 1 && rests[i].len > 0;
        if (is_cut) {
            piece = take_piece(&before, column->shown - 1);
            sheet->cut++;
        }
        buf_puts(sheet->out, bar);
        buf_puts(sheet->out, is_title && sheet->color ? "\033[1m" : "");
        put_piece(sheet, column, piece, is_cut);
        buf_puts(sheet->out, is_title && sheet->color ? "\033[0m" : "");
        more = more || rests[i].len > 0;
    }
    buf_puts(sheet->out, bar);
    buf_byte(sheet->out, '\n');
    return more;
}

/* A row's texts, or with `cells` NULL the columns' names. */
static void put_texts(Sheet *sheet, const Field *const *cells)
{
    const char *bar = sheet->format->style->bar;
    ArenaMark mark = arena_mark(sheet->scratch);
    Str *rests = arena_array(sheet->scratch, Str, sheet->columns->len);
    for (int64_t i = 0; i < sheet->columns->len; i++) {
        Field title = {.text = sheet->columns->at[i]->name};
        const Field *field = cells == NULL ? &title : cells[i];
        sheet->text->len = 0;
        if (field != NULL) {
            sheet->format->cell(sheet->text, field, sheet->null_text);
        }
        rests[i] = str_copy(sheet->scratch, buf_str(sheet->text));
    }
    for (int64_t line = 0; line < CELL_LINES_MAX; line++) {
        if (!put_row_line(sheet, bar, rests, line, cells == NULL)) {
            break;
        }
    }
    arena_rewind(sheet->scratch, mark);
}

static void begin_table(Sheet *sheet)
{
    const Style *style = sheet->format->style;
    put_rule(sheet, style->top, false);
    put_texts(sheet, NULL);
    put_rule(sheet, style->middle, style->marks_numbers);
}

static void row_table(Sheet *sheet, const Row *row, const Field *const *cells)
{
    (void)row;
    put_texts(sheet, cells);
}

static void end_table(Sheet *sheet)
{
    put_rule(sheet, sheet->format->style->bottom, false);
}

/* A bar within a text would end the cell. */
static void put_markdown(Buf *out, const Field *field, const char *null_text)
{
    if (field->kind == FIELD_NULL) {
        buf_puts(out, null_text);
        return;
    }
    for (int64_t i = 0; i < field->text.len; i++) {
        buf_puts(out, field->text.s[i] == '|' ? "\\" : "");
        cell_put_byte(out, field->text.s[i]);
    }
}

#define DRAWN(draw_style, draw_cell, fitted)                                                  \
    {                                                                                         \
        .has_columns = true, .is_measured = true, .is_fitted = (fitted), .null_text = "null", \
        .cell = (draw_cell), .style = &(draw_style), .begin = begin_table, .row = row_table,  \
        .end = end_table                                                                      \
    }

const RowFormat table_format = DRAWN(ascii_style, cell_put_visible, true);
const RowFormat box_format = DRAWN(box_style, cell_put_visible, true);
const RowFormat markdown_format = DRAWN(markdown_style, put_markdown, false);

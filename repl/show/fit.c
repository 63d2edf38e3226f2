/* fit: excerpts are known by their margin, `12 | ` before a line of source and blanks before the marks
 * below it. The marks count UTF-16 units, as positions of Fauna's do; here they become cells.
 */
#include "repl/show/fit.h"

#include "repl/show/canvas.h"

#include <ctype.h>
#include <string.h>

/* A terminal narrower than this is not worth cutting for. */
enum { FIT_WIDTH_MIN = 20 };

/* -- words -------------------------------------------------------------------------------------- */

/* The word that begins at `at`, with the blanks before it. */
static int64_t word_end(Str line, int64_t at)
{
    while (at < line.len && line.s[at] == ' ') {
        at++;
    }
    while (at < line.len && line.s[at] != ' ') {
        at++;
    }
    return at;
}

void fit_words(Buf *out, Str line, int64_t column, int64_t indent, int64_t width)
{
    int64_t at = 0;
    bool begins = true;
    while (at < line.len) {
        int64_t end = word_end(line, at);
        Str word = str_slice(line, at, end);
        if (!begins && column + canvas_text_width(word) > width) {
            buf_byte(out, '\n');
            buf_fill(out, ' ', indent);
            column = indent;
            while (word.len > 0 && word.s[0] == ' ') {
                word = str_slice(word, 1, word.len);
            }
        }
        buf_put(out, word);
        column += canvas_text_width(word);
        begins = false;
        at = end;
    }
}

/* -- excerpts ----------------------------------------------------------------------------------- */

/* Bytes of the margin that a row of an excerpt begins with, `12 | ` or `   | `; 0: it is none.
 * `is_source`: a line number is in it. */
static int64_t margin_of(Str row, bool *is_source)
{
    int64_t at = 0;
    while (at < row.len && row.s[at] == ' ') {
        at++;
    }
    int64_t digits = at;
    while (at < row.len && isdigit((unsigned char)row.s[at])) {
        at++;
    }
    *is_source = at > digits;
    at += *is_source && at < row.len && row.s[at] == ' ';
    bool has_bar = at > 0 && at < row.len && row.s[at] == '|';
    return !has_bar ? 0 : at + 1 < row.len && row.s[at + 1] == ' ' ? at + 2 : at + 1;
}

/* What stands below a line of source. */
typedef struct Marks {
    int64_t before, count; /* units up to the marks, and of them */
    char mark;
    Str note; /* with the blank before it */
} Marks;

/* False: it is something else, such as the bracket around several lines. */
static bool read_marks(Str row, Marks *marks)
{
    bool is_source;
    int64_t at = margin_of(row, &is_source), start = at;
    if (at == 0 || is_source) {
        return false;
    }
    while (at < row.len && row.s[at] == ' ') {
        at++;
    }
    int64_t first = at;
    if (at == row.len || strchr("^-+~", row.s[at]) == NULL) {
        return false;
    }
    while (at < row.len && row.s[at] == row.s[first]) {
        at++;
    }
    *marks = (Marks){.before = first - start,
                     .count = at - first,
                     .mark = row.s[first],
                     .note = str_slice(row, at, row.len)};
    return true;
}

/* UTF-16 units of a sign; a byte that is no UTF-8 is one. */
static int64_t units_of(Str sign)
{
    int64_t units = 0;
    for (int64_t i = 0; i < sign.len; i++) {
        unsigned char c = (unsigned char)sign.s[i];
        bool goes_on = (c & 0xC0) == 0x80 && i > 0;
        units += goes_on ? 0 : c >= 0xF0 && sign.len > 1 ? 2 : 1;
    }
    return units;
}

/* Cells of the first `units` of a line; behind its end, each is one. */
static int64_t cells_of(Str line, int64_t units)
{
    int64_t cells = 0;
    for (int64_t at = 0; at < line.len && units > 0;) {
        Sign sign = canvas_sign(line, at);
        cells += sign.width;
        units -= units_of(str_slice(line, at, at + sign.bytes));
        at += sign.bytes;
    }
    return cells + (units > 0 ? units : 0);
}

/* The part of a line that is shown in `room` cells, from the cell `from` on; `*skipped` are the cells
 * before it, less the sign that something is cut off. */
static void put_part(Buf *out, Str line, int64_t from, int64_t room, int64_t *skipped)
{
    int64_t at = 0, cell = 0, used = 0;
    while (at < line.len && cell < from) {
        Sign sign = canvas_sign(line, at);
        cell += sign.width;
        at += sign.bytes;
    }
    *skipped = cell > 0 ? cell - 1 : 0;
    if (cell > 0) {
        buf_puts(out, "…");
        used = 1;
    }
    int64_t left = canvas_text_width(str_slice(line, at, line.len));
    room -= used + left > room;
    while (at < line.len) {
        Sign sign = canvas_sign(line, at);
        if (used + sign.width > room) {
            buf_puts(out, "…");
            return;
        }
        buf_put(out, str_slice(line, at, at + sign.bytes));
        used += sign.width;
        at += sign.bytes;
    }
}

void fit_line(Buf *out, Str line, int64_t width)
{
    int64_t skipped;
    put_part(out, line, 0, width, &skipped);
}

/* A line of source, and the marks below it if there are any. */
static void put_source(Buf *out, Str row, int64_t margin, const Marks *marks, int64_t width)
{
    Str line = str_slice(row, margin, row.len);
    int64_t room = width - margin, before = 0, count = 0, skipped = 0, from = 0;
    if (marks != NULL) {
        before = cells_of(line, marks->before);
        count = cells_of(line, marks->before + marks->count) - before;
    }
    if (canvas_text_width(line) > room && before + count >= room) {
        from = before - room / 3;
    }
    buf_put(out, str_slice(row, 0, margin));
    put_part(out, line, from > 0 ? from : 0, room, &skipped);
    if (marks == NULL) {
        return;
    }
    before -= skipped;
    count = before + count > room && room > before ? room - before : count;
    buf_byte(out, '\n');
    buf_fill(out, ' ', margin - 2);
    buf_puts(out, "| ");
    buf_fill(out, ' ', before);
    buf_fill(out, marks->mark, count);
    fit_words(out, marks->note, margin + before + count, margin, width);
}

/* -- messages ----------------------------------------------------------------------------------- */

void fit_visible(Buf *out, Str text)
{
    enum { PICTURES = 0x2400, PICTURE_OF_DELETE = 0x2421 };
    for (int64_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.s[i];
        if (c == 0x7F) {
            buf_codepoint(out, PICTURE_OF_DELETE);
        } else if (c < 0x20 && c != '\n' && c != '\t') {
            buf_codepoint(out, PICTURES + (uint32_t)c);
        } else {
            buf_byte(out, (char)c);
        }
    }
}

void fit_message(Buf *out, Str text, int64_t width)
{
    Str rest = text, row;
    while (str_take_line(&rest, &row)) {
        bool is_source, ends = rest.len == 0 && text.s[text.len - 1] != '\n';
        int64_t margin = margin_of(row, &is_source);
        Str below = {0}, after = rest;
        Marks marks;
        if (width < FIT_WIDTH_MIN || (margin > 0 && !is_source)) {
            buf_put(out, row);
        } else if (margin == 0) {
            fit_words(out, row, 0, 0, width);
        } else if (str_take_line(&after, &below) && read_marks(below, &marks)) {
            put_source(out, row, margin, &marks, width);
            rest = after;
            ends = rest.len == 0 && text.s[text.len - 1] != '\n';
        } else {
            put_source(out, row, margin, NULL, width);
        }
        buf_puts(out, ends ? "" : "\n");
    }
}

/* -- pages -------------------------------------------------------------------------------------- */

/* Where the last column of a line begins. */
static int64_t column_of(Str line, int64_t width)
{
    int64_t at = 0, column = 0;
    while (at < line.len && line.s[at] == ' ') {
        at++;
    }
    column = at;
    for (; at + 1 < line.len && at < width / 2; at++) {
        if (line.s[at] == ' ' && line.s[at + 1] == ' ') {
            while (at < line.len && line.s[at] == ' ') {
                at++;
            }
            column = at;
        }
    }
    return column;
}

void fit_page(Buf *out, Str page, int64_t width)
{
    Str line;
    while (str_take_line(&page, &line)) {
        fit_words(out, line, 0, column_of(line, width), width);
        buf_byte(out, '\n');
    }
}

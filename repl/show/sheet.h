/* sheet: rows on paper: one RowFormat for each mode that shows rows.
 *
 *   begin (head) ─► row ─► row … ─► end (foot)
 *
 * Rows come one by one; what a format must know of all of them before the first are the columns
 * and their widths, which rows.c finds out for it.
 */
#ifndef FAWN_REPL_SHOW_SHEET_H
#define FAWN_REPL_SHOW_SHEET_H

#include "repl/show/columns.h"
#include "repl/show/mode.h"

typedef struct Style Style;
typedef struct RowFormat RowFormat;

typedef struct Sheet {
    const RowFormat *format;
    Buf *out;
    Arena *scratch;
    Buf *text; /* for the format's use */
    const Columns *columns;
    const char *null_text;
    bool color;
    int64_t rows; /* written before */
    int64_t cut;  /* texts that were too long for their column */
} Sheet;

struct RowFormat {
    bool has_columns; /* all columns are to be known first */
    bool is_measured; /* their widths as well */
    bool is_fitted;   /* to the width of the terminal */
    char separator;
    const Style *style;    /* of a table's lines */
    const char *null_text; /* unless the user sets another */
    CellFn *cell;
    void (*begin)(Sheet *sheet); /* NULL: nothing to do */
    /* `cells`: in the order of the columns; without columns NULL. */
    void (*row)(Sheet *sheet, const Row *row, const Field *const *cells);
    void (*end)(Sheet *sheet); /* NULL: nothing to do */
};

/* The format of a mode; NULL: it shows no rows with fields. */
const RowFormat *row_format(Mode mode);

/* A byte of a text, a control character as its escape. */
void cell_put_byte(Buf *out, char c);

/* The text with control characters as escapes: a row stays one line, and no text steers the
 * terminal. */
void cell_put_visible(Buf *out, const Field *field, const char *null_text);

extern const RowFormat table_format, box_format, markdown_format; /* table.c */
extern const RowFormat line_format;                               /* sheet.c */

/* Gives each column its share of a line of `width` cells (0: no bound). False: there are too many
 * for a table that can be read. */
bool table_fit(Columns *columns, int64_t width);

#endif

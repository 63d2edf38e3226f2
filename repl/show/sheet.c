/* sheet: the formats without drawn lines: csv (RFC 4180), tsv and line. */
#include "repl/show/sheet.h"

#include "repl/show/cells.h"

#include <string.h>

/* The escape letter of a control character, or 0. */
static char escape_letter(char c)
{
    return c == '\n' ? 'n' : c == '\t' ? 't' : c == '\r' ? 'r' : '\0';
}

void cell_put_byte(Buf *out, char c)
{
    if (escape_letter(c)) {
        buf_byte(out, '\\');
        buf_byte(out, escape_letter(c));
    } else if ((unsigned char)c < 0x20 || c == 0x7f) {
        buf_printf(out, "\\u%04x", (unsigned)c);
    } else {
        buf_byte(out, c);
    }
}

void cell_put_visible(Buf *out, const Field *field, const char *null_text)
{
    if (field->kind == FIELD_NULL) {
        buf_puts(out, null_text);
        return;
    }
    for (int64_t i = 0; i < field->text.len; i++) {
        cell_put_byte(out, field->text.s[i]);
    }
}

/* -- csv --------------------------------------------------------------------------------------- */

/* Quotes where the text would be read otherwise: an empty one is no null. */
static bool needs_quotes(Str text)
{
    if (text.len == 0 || text.s[0] == ' ' || text.s[text.len - 1] == ' ') {
        return true;
    }
    for (int64_t i = 0; i < text.len; i++) {
        if (strchr(",\"\r\n", text.s[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static void put_csv(Buf *out, const Field *field, const char *null_text)
{
    if (field->kind == FIELD_NULL) {
        buf_puts(out, null_text);
        return;
    }
    if (!needs_quotes(field->text)) {
        buf_put(out, field->text);
        return;
    }
    buf_byte(out, '"');
    for (int64_t i = 0; i < field->text.len; i++) {
        buf_puts(out, field->text.s[i] == '"' ? "\"" : "");
        buf_byte(out, field->text.s[i]);
    }
    buf_byte(out, '"');
}

/* A tab or a line break within a text would end it; a backslash is doubled, so that all can be
 * read back. */
static void put_tsv(Buf *out, const Field *field, const char *null_text)
{
    if (field->kind == FIELD_NULL) {
        buf_puts(out, null_text);
        return;
    }
    for (int64_t i = 0; i < field->text.len; i++) {
        char c = field->text.s[i];
        char escape = c == '\\' ? '\\' : escape_letter(c);
        buf_puts(out, escape ? "\\" : "");
        buf_byte(out, escape ? escape : c);
    }
}

static void put_names(Sheet *sheet)
{
    for (int64_t i = 0; i < sheet->columns->len; i++) {
        Field title = {.text = sheet->columns->at[i]->name};
        if (i > 0) {
            buf_byte(sheet->out, sheet->format->separator);
        }
        sheet->format->cell(sheet->out, &title, "");
    }
    buf_byte(sheet->out, '\n');
}

static void put_cells(Sheet *sheet, const Row *row, const Field *const *cells)
{
    (void)row;
    for (int64_t i = 0; i < sheet->columns->len; i++) {
        if (i > 0) {
            buf_byte(sheet->out, sheet->format->separator);
        }
        if (cells[i] != NULL) {
            sheet->format->cell(sheet->out, cells[i], sheet->null_text);
        }
    }
    buf_byte(sheet->out, '\n');
}

static const RowFormat csv_format = {.has_columns = true,
                                     .separator = ',',
                                     .null_text = "",
                                     .cell = put_csv,
                                     .begin = put_names,
                                     .row = put_cells};
static const RowFormat tsv_format = {.has_columns = true,
                                     .separator = '\t',
                                     .null_text = "",
                                     .cell = put_tsv,
                                     .begin = put_names,
                                     .row = put_cells};

/* -- line -------------------------------------------------------------------------------------- */

static int64_t widest_name(const Row *row)
{
    int64_t widest = 0;
    for (int64_t i = 0; i < row->len; i++) {
        int64_t width = text_width(row->at[i].name);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* One field a line, the names right-aligned; an empty line between rows. */
static void row_line(Sheet *sheet, const Row *row, const Field *const *cells)
{
    (void)cells;
    Buf *out = sheet->out;
    int64_t widest = widest_name(row);
    buf_puts(out, sheet->rows > 0 ? "\n" : "");
    for (int64_t i = 0; i < row->len; i++) {
        Field title = {.text = row->at[i].name};
        buf_fill(out, ' ', widest - text_width(row->at[i].name));
        buf_puts(out, sheet->color ? "\033[1m" : "");
        cell_put_visible(out, &title, "");
        buf_puts(out, sheet->color ? "\033[0m" : "");
        buf_puts(out, " = ");
        cell_put_visible(out, &row->at[i], sheet->null_text);
        buf_byte(out, '\n');
    }
}

const RowFormat line_format = {.null_text = "null", .cell = cell_put_visible, .row = row_line};

const RowFormat *row_format(Mode mode)
{
    static const RowFormat *const formats[MODE_COUNT] = {
        [MODE_CSV] = &csv_format, [MODE_TSV] = &tsv_format,           [MODE_TABLE] = &table_format,
        [MODE_BOX] = &box_format, [MODE_MARKDOWN] = &markdown_format, [MODE_LINE] = &line_format,
    };
    return formats[mode];
}

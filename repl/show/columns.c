/* columns: see columns.h. Names are found by hashing, so that wide rows cost no more a field than
 * narrow ones. */
#include "repl/show/columns.h"

#include "repl/show/cells.h"
#include "runtime/base/vec.h"

void columns_init(Columns *columns, Arena *arena)
{
    *columns = (Columns){.arena = arena};
    map_init(&columns->by_name, arena);
}

static Column *add_column(Columns *columns, Str name)
{
    Column *column = arena_new(columns->arena, Column);
    column->name = str_copy(columns->arena, name);
    column->index = columns->len;
    vec_push(columns, columns->arena, column);
    map_put(&columns->by_name, column->name, column);
    return column;
}

static void measure(Column *column, const Field *field, const char *null_text, CellFn *cell,
                    Buf *text)
{
    if (cell == NULL) {
        return;
    }
    text->len = 0;
    cell(text, field, null_text);
    int64_t width = text_width(buf_str(text));
    column->width = width > column->width ? width : column->width;
}

void columns_add(Columns *columns, const Row *row, CellFn *cell, const char *null_text, Buf *text)
{
    for (int64_t i = 0; i < row->len; i++) {
        const Field *field = &row->at[i];
        Column *column = map_find(&columns->by_name, field->name);
        if (column == NULL) {
            Field title = {.text = field->name};
            column = add_column(columns, field->name);
            measure(column, &title, null_text, cell, text);
        }
        column->has_text = column->has_text || field->kind == FIELD_TEXT;
        measure(column, field, null_text, cell, text);
    }
}

int64_t columns_place(const Columns *columns, const Row *row, const Field **cells)
{
    int64_t lost = 0;
    memset(cells, 0, (size_t)columns->len * sizeof *cells);
    for (int64_t i = 0; i < row->len; i++) {
        const Column *column = map_find(&columns->by_name, row->at[i].name);
        if (column != NULL) {
            cells[column->index] = &row->at[i];
        } else {
            lost++;
        }
    }
    return lost;
}

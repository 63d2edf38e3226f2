/* columns: the union of the fields of many rows, in the order in which they came first. */
#ifndef FAWN_REPL_SHOW_COLUMNS_H
#define FAWN_REPL_SHOW_COLUMNS_H

#include "repl/show/row.h"
#include "runtime/base/map.h"

typedef struct Column {
    Str name;
    int64_t index;
    int64_t width; /* of its widest text, its name included, in cells of a terminal */
    int64_t shown; /* the width that it gets: table.h */
    bool has_text; /* some text is no number */
} Column;

typedef struct Columns {
    Arena *arena;
    Map by_name;
    Column **at;
    int64_t len, cap;
} Columns;

/* How a field looks in a cell. */
typedef void CellFn(Buf *out, const Field *field, const char *null_text);

void columns_init(Columns *columns, Arena *arena);

/* Adds the columns of a row's fields; with `cell`, measures their texts as it puts them, in `text`.
 */
void columns_add(Columns *columns, const Row *row, CellFn *cell, const char *null_text, Buf *text);

/* The row's fields in the order of the columns, NULL where it has none, in `cells`, which has room
 * for all columns. Returns how many fields have no column. */
int64_t columns_place(const Columns *columns, const Row *row, const Field **cells);

#endif

/* row: an element of a result as a row of named texts, for the modes that show columns.
 *
 *   { id: "7", price: { eur: 3 }, tags: ["a"], maker: Maker("1") }
 *       id    price.eur   tags     maker
 *       7     3           ["a"]    Maker("1")
 *
 * Objects within are taken apart; arrays are JSON, documents within are references. What is no
 * object is a row with one field, `value`.
 */
#ifndef FAWN_REPL_SHOW_ROW_H
#define FAWN_REPL_SHOW_ROW_H

#include "runtime/print/print.h"

typedef enum FieldKind {
    FIELD_TEXT,
    FIELD_NUMBER,
    FIELD_NULL, /* the text is empty */
} FieldKind;

typedef struct Field {
    Str name;
    Str text; /* strings are bare */
    FieldKind kind;
} Field;

typedef struct Row {
    Field *at;
    int64_t len, cap;
} Row;

enum { ROW_DEPTH_MAX = 16 };

/* Reads `element` into `row`, all of it in `arena`; `text` is for its use. Objects are taken apart
 * `depth` levels deep, deeper ones are JSON. Returns val_null(NULL) or a fault; runs inside the
 * transaction. */
Value row_read(Rt *rt, Arena *arena, Buf *text, Value element, int64_t depth, Row *row);

#endif

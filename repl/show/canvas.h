/* canvas: what the rows of a screen show of a text with a prompt: where its lines break, how wide
 * its characters are, where the cursor stands. No terminal is needed for that.
 *
 *   fawn> Movie.where(x =>         prompts[0], text        row 0, line 0
 *      (>   x.name == "a very      prompts[1]              row 1, line 1
 *         long text")              (blanks)                row 2, line 1, wrapped
 *   where(predicate: …)            note                    row 3
 */
#ifndef FAWN_REPL_SHOW_CANVAS_H
#define FAWN_REPL_SHOW_CANVAS_H

#include "repl/show/cells.h"
#include "repl/show/style.h"
#include "runtime/base/str.h"

/* What is to be shown. All of it is borrowed. */
typedef struct Drawing {
    Str text;
    const uint8_t *styles; /* the Style of each byte; NULL: all are plain */
    int64_t cursor;        /* byte offset in `text`; -1: it is to be behind all */
    const Str *prompts;    /* of each line of `text`: one more than it has newlines */
    Str note;              /* shown below, each line cut to one row; empty: nothing */
    int64_t width;         /* of the terminal, in cells */
    bool color;
} Drawing;

typedef struct CanvasRow {
    Str shown;          /* with control sequences for its styles */
    int64_t width;      /* in cells */
    int64_t indent;     /* cells before the text */
    int64_t start, end; /* bytes of `text` in it */
} CanvasRow;

typedef struct Canvas {
    CanvasRow *at;
    int64_t len, cap;
    int64_t text_rows; /* without the note */
    int64_t cursor_row, cursor_column;
    Str cursor_lead; /* what its row shows before it, if terminals give that different widths */
} Canvas;

/* Lays `drawing` out, in `arena`. */
void canvas_make(Arena *arena, const Drawing *drawing, Canvas *canvas);

/* The byte of the text that is shown in the row at the column, or near to it. */
int64_t canvas_offset(const Canvas *canvas, Str text, int64_t row, int64_t column);

/* The sign at `offset` as it is shown: tabs take TAB_CELLS, control characters two: ^A. */
enum { TAB_CELLS = 4 };
Sign canvas_sign(Str text, int64_t offset);

/* The cells that a line takes, likewise. */
int64_t canvas_text_width(Str text);

#endif

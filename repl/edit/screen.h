/* screen: draws canvases on a terminal, each over the one before: only rows that changed are
 * written. The rows stand where the cursor was when the first was drawn; what is above belongs to
 * others.
 *
 *   $ fawn                  above
 *   fawn> [1,               first row on the screen
 *      [> 2]▮               the cursor: `row`
 */
#ifndef FAWN_REPL_EDIT_SCREEN_H
#define FAWN_REPL_EDIT_SCREEN_H

#include "repl/show/canvas.h"

typedef struct Screen {
    Arena arenas[2];    /* rows as they are on the terminal; turn by turn */
    int turn;
    const CanvasRow *rows;
    int64_t len;
    int64_t row, column; /* where the cursor stands */
    int64_t width;       /* of the terminal when they were drawn */
    int64_t top;         /* the row of the canvas that is the first on the screen */
} Screen;

void screen_init(Screen *screen);
void screen_free(Screen *screen);

/* Nothing is on the terminal: the cursor is at the start of an empty row. */
void screen_forget(Screen *screen);

/* Appends what makes the terminal show `canvas`, of which at most `height` rows around the cursor. */
void screen_draw(Screen *screen, const Canvas *canvas, int64_t width, int64_t height, Buf *out);

/* Appends what takes the rows off the terminal; the cursor is then where they began. */
void screen_clear(Screen *screen, int64_t width, Buf *out);

/* Appends what moves the cursor to a new row below all others, and forgets them. */
void screen_leave(Screen *screen, Buf *out);

#endif

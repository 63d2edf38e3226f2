/* screen: moves with the few control sequences that every terminal since the VT100 has. Each row is
 * ended with a line break of its own, so that terminals never join two when they change their width.
 */
#include "repl/edit/screen.h"

void screen_init(Screen *screen)
{
    *screen = (Screen){0};
    arena_init(&screen->arenas[0]);
    arena_init(&screen->arenas[1]);
}

void screen_free(Screen *screen)
{
    arena_free(&screen->arenas[0]);
    arena_free(&screen->arenas[1]);
}

void screen_forget(Screen *screen)
{
    screen->rows = NULL;
    screen->len = screen->row = screen->column = screen->top = 0;
}

static void put_move(Buf *out, int64_t count, char direction)
{
    if (count > 0) {
        buf_printf(out, "\033[%lld%c", (long long)count, direction);
    }
}

/* To the start of `row`; below the last one new rows open, which scrolls where it must. */
static void move_to_row(Screen *screen, int64_t row, int64_t last, Buf *out)
{
    if (row < screen->row) {
        put_move(out, screen->row - row, 'A');
    } else {
        int64_t reach = row < last ? row : last;
        put_move(out, reach - screen->row, 'B');
        for (int64_t i = reach > screen->row ? reach : screen->row; i < row; i++) {
            buf_puts(out, "\r\n");
        }
    }
    buf_byte(out, '\r');
    screen->row = row;
    screen->column = 0;
}

/* After a change of width, the rows have been broken anew by the terminal: where the cursor is now,
 * counted from the first of them. */
static int64_t find_row(const Screen *screen, int64_t width)
{
    int64_t row = 0;
    for (int64_t i = 0; i < screen->row && i < screen->len; i++) {
        int64_t cells = screen->rows[i].width;
        row += cells > width ? (cells + width - 1) / width : 1;
    }
    return row + (screen->column > 0 ? screen->column / width : 0);
}

void screen_clear(Screen *screen, int64_t width, Buf *out)
{
    put_move(out, width == screen->width ? screen->row : find_row(screen, width), 'A');
    buf_puts(out, "\r\033[J");
    screen_forget(screen);
}

/* The first row that is shown, so that the cursor's is. */
static int64_t find_top(const Screen *screen, const Canvas *canvas, int64_t height)
{
    int64_t top = screen->top, most = canvas->len > height ? canvas->len - height : 0;
    if (canvas->cursor_row < top) {
        top = canvas->cursor_row;
    } else if (canvas->cursor_row >= top + height) {
        top = canvas->cursor_row - height + 1;
    }
    return top < most ? top : most;
}

static void draw_row(Screen *screen, const CanvasRow *row, int64_t width, Buf *out)
{
    buf_put(out, row->shown);
    screen->column = row->width;
    if (row->width < width) {
        buf_puts(out, "\033[K");
    }
}

/* Keeps the rows as they are now. */
static void keep_rows(Screen *screen, const CanvasRow *rows, int64_t len)
{
    screen->turn = !screen->turn;
    Arena *arena = &screen->arenas[screen->turn];
    arena_reset(arena);
    CanvasRow *kept = arena_array(arena, CanvasRow, len);
    for (int64_t i = 0; i < len; i++) {
        kept[i] = rows[i];
        kept[i].shown = str_copy(arena, rows[i].shown);
    }
    screen->rows = kept;
    screen->len = len;
}

void screen_draw(Screen *screen, const Canvas *canvas, int64_t width, int64_t height, Buf *out)
{
    /* Rows above the screen cannot be reached. */
    if (screen->len > 0 && (width != screen->width || screen->len > height)) {
        screen_clear(screen, width, out);
    }
    screen->width = width;
    screen->top = find_top(screen, canvas, height);
    int64_t len = canvas->len - screen->top < height ? canvas->len - screen->top : height;
    const CanvasRow *rows = canvas->at + screen->top;
    int64_t last = screen->len > 0 ? screen->len - 1 : 0;
    for (int64_t i = 0; i < len; i++) {
        if (i >= screen->len || !str_eq(rows[i].shown, screen->rows[i].shown)) {
            move_to_row(screen, i, last, out);
            last = i > last ? i : last;
            draw_row(screen, &rows[i], width, out);
        }
    }
    if (screen->len > len) {
        move_to_row(screen, len, last, out);
        buf_puts(out, "\033[J");
    }
    int64_t row = canvas->cursor_row - screen->top;
    if (row != screen->row || canvas->cursor_column != screen->column) {
        move_to_row(screen, row, last, out);
        if (canvas->cursor_lead.len > 0) { /* only the terminal knows how many cells that are */
            buf_put(out, canvas->cursor_lead);
        } else {
            put_move(out, canvas->cursor_column, 'C');
        }
        screen->column = canvas->cursor_column;
    }
    keep_rows(screen, rows, len);
}

void screen_leave(Screen *screen, Buf *out)
{
    int64_t last = screen->len > 0 ? screen->len - 1 : 0;
    move_to_row(screen, last + 1, last, out);
    screen_forget(screen);
}

/* canvas: one pass over the text, sign by sign (cells.h). A sign that does not fit opens a new row. */
#include "repl/show/canvas.h"

#include "runtime/base/vec.h"

/* A canvas being made, and the row that is being filled. */
typedef struct Painter {
    Arena *arena;
    const Drawing *drawing;
    Canvas *canvas;
    Buf shown;
    CanvasRow row;
    Style style;      /* the one under way in the row */
    bool is_doubtful; /* not every terminal gives the row this width */
    int64_t line;
} Painter;

Sign canvas_sign(Str text, int64_t offset)
{
    unsigned char c = (unsigned char)text.s[offset];
    bool is_control = c < 0x20 || c == 0x7f;
    return is_control ? (Sign){.bytes = 1, .width = c == '\t' ? TAB_CELLS : 2}
                      : sign_at(text, offset);
}

static void set_style(Painter *painter, Style style)
{
    if (!painter->drawing->color || style == painter->style) {
        return;
    }
    if (painter->style != STYLE_PLAIN) {
        buf_puts(&painter->shown, STYLE_END);
    }
    buf_puts(&painter->shown, style_start(style));
    painter->style = style;
}

static void put_sign(Painter *painter, Str text, int64_t offset, Sign sign)
{
    unsigned char c = (unsigned char)text.s[offset];
    if (c == '\t') {
        buf_fill(&painter->shown, ' ', TAB_CELLS);
    } else if (c < 0x20 || c == 0x7f) {
        buf_byte(&painter->shown, '^');
        buf_byte(&painter->shown, (char)(c ^ 0x40));
    } else if (c >= 0x80 && sign.bytes == 1) {
        buf_codepoint(&painter->shown, 0xFFFD);
    } else {
        buf_put(&painter->shown, str_slice(text, offset, offset + sign.bytes));
    }
    painter->row.width += sign.width;
    painter->is_doubtful = painter->is_doubtful || sign.is_doubtful;
}

static void end_row(Painter *painter, int64_t end)
{
    set_style(painter, STYLE_PLAIN);
    painter->row.end = end;
    painter->row.shown = str_copy(painter->arena, buf_str(&painter->shown));
    vec_push(painter->canvas, painter->arena, painter->row);
    painter->shown.len = 0;
    painter->is_doubtful = false;
}

/* As many cells of `text` as there are, in one style; what does not fit is left out. */
static void put_cut(Painter *painter, Str text, Style style)
{
    set_style(painter, text.len > 0 ? style : painter->style);
    for (int64_t at = 0; at < text.len;) {
        Sign sign = canvas_sign(text, at);
        if (painter->row.width + sign.width > painter->drawing->width) {
            break;
        }
        put_sign(painter, text, at, sign);
        at += sign.bytes;
    }
    set_style(painter, STYLE_PLAIN);
}

int64_t canvas_text_width(Str text)
{
    int64_t width = 0;
    for (int64_t at = 0; at < text.len;) {
        Sign sign = canvas_sign(text, at);
        width += sign.width;
        at += sign.bytes;
    }
    return width;
}

/* A narrow terminal has no room for prompts but in the first row. */
static bool has_room(const Painter *painter, int64_t indent)
{
    return indent * 3 <= painter->drawing->width;
}

static void begin_line(Painter *painter, int64_t start)
{
    Str prompt = painter->drawing->prompts[painter->line];
    painter->row = (CanvasRow){.start = start};
    if (painter->line == 0 || has_room(painter, canvas_text_width(prompt))) {
        put_cut(painter, prompt, STYLE_PROMPT);
    }
    painter->row.indent = painter->row.width;
}

/* Begins a row that goes on with the line before, below where that began. */
static void begin_wrapped(Painter *painter, int64_t offset, int64_t indent)
{
    painter->row = (CanvasRow){.start = offset};
    if (has_room(painter, indent)) {
        buf_fill(&painter->shown, ' ', indent);
        painter->row.width = painter->row.indent = indent;
    }
}

static void wrap_line(Painter *painter, int64_t offset)
{
    int64_t indent = painter->row.indent;
    Style style = painter->style;
    end_row(painter, offset);
    begin_wrapped(painter, offset, indent);
    set_style(painter, style);
}

static void mark_cursor(Painter *painter)
{
    Canvas *canvas = painter->canvas;
    canvas->cursor_row = canvas->len;
    canvas->cursor_column = painter->row.width;
    if (painter->is_doubtful) {
        bool is_styled = painter->style != STYLE_PLAIN;
        canvas->cursor_lead = str_format(painter->arena, "%.*s%s", STR_ARG(buf_str(&painter->shown)),
                                         is_styled ? STYLE_END : "");
    }
}

static void put_text(Painter *painter)
{
    const Drawing *drawing = painter->drawing;
    Str text = drawing->text;
    begin_line(painter, 0);
    for (int64_t at = 0; at < text.len;) {
        if (text.s[at] == '\n') {
            if (at == drawing->cursor) {
                mark_cursor(painter);
            }
            end_row(painter, at);
            painter->line++;
            begin_line(painter, ++at);
            continue;
        }
        Sign sign = canvas_sign(text, at);
        if (painter->row.width + sign.width > drawing->width && painter->row.width > 0) {
            wrap_line(painter, at);
        }
        if (at <= drawing->cursor && drawing->cursor < at + sign.bytes) {
            mark_cursor(painter);
        }
        set_style(painter, drawing->styles ? (Style)drawing->styles[at] : STYLE_PLAIN);
        put_sign(painter, text, at, sign);
        at += sign.bytes;
    }
    if (drawing->cursor < 0 || drawing->cursor >= text.len) {
        mark_cursor(painter);
    }
    end_row(painter, text.len);
}

/* A cursor behind a full row has no cell there: at the end of the text a new row is made for it. */
static void place_cursor(Painter *painter)
{
    Canvas *canvas = painter->canvas;
    if (canvas->cursor_column < painter->drawing->width || painter->drawing->cursor < 0) {
        return;
    }
    canvas->cursor_lead = (Str){0};
    if (canvas->cursor_row < canvas->len - 1) {
        canvas->cursor_column = painter->drawing->width - 1;
        return;
    }
    CanvasRow row = canvas->at[canvas->cursor_row];
    begin_wrapped(painter, row.end, row.indent);
    end_row(painter, row.end);
    canvas->cursor_row++;
    canvas->cursor_column = canvas->at[canvas->cursor_row].indent;
}

void canvas_make(Arena *arena, const Drawing *drawing, Canvas *canvas)
{
    *canvas = (Canvas){0};
    Painter painter = {.arena = arena, .drawing = drawing, .canvas = canvas};
    put_text(&painter);
    place_cursor(&painter);
    canvas->text_rows = canvas->len;
    Str rest = drawing->note, line;
    while (str_take_line(&rest, &line)) {
        painter.row = (CanvasRow){.start = drawing->text.len};
        put_cut(&painter, line, STYLE_HINT);
        end_row(&painter, drawing->text.len);
    }
    buf_free(&painter.shown);
}

int64_t canvas_offset(const Canvas *canvas, Str text, int64_t row, int64_t column)
{
    const CanvasRow *found = &canvas->at[row];
    int64_t cell = found->indent, at = found->start, last = at;
    while (at < found->end) {
        Sign sign = canvas_sign(text, at);
        if (cell + sign.width > column) {
            break;
        }
        cell += sign.width;
        last = at;
        at += sign.bytes;
    }
    /* The end of a wrapped row is the start of the next. */
    bool goes_on = row + 1 < canvas->text_rows && canvas->at[row + 1].start == found->end;
    return goes_on && at == found->end ? last : at;
}

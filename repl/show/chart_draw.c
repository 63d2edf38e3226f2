/* chart_draw: charts in characters. Bars are drawn by eighths of a cell, lines and dots on a grid of
 * Braille, two by four to a cell:
 *
 *    5 ┤⠁⠂⠄                     bits of a cell   1 8
 *      │    ⠈⢆                                   2 16
 *   -2 ┤      ⠑                                  4 32
 *      └────────                                 64 128
 *       0      9
 */
#include "repl/show/chart.h"

#include "repl/show/cells.h"

#include <math.h>
#include <string.h>

enum {
    LABEL_WIDTH_MAX = 32,
    BAR_WIDTH_MIN = 8,
    EIGHTHS = 8,
    DOTS_WIDE = 2,
    DOTS_HIGH = 4,
    BRAILLE = 0x2800,
};

/* -- texts --------------------------------------------------------------------------------------- */

static void put_times(Buf *out, const char *text, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        buf_puts(out, text);
    }
}

/* A label in `width` cells; one that is longer ends in `…`. Line breaks and such are blanks. */
static void put_label(Buf *out, Str label, int64_t width)
{
    Buf text = {0};
    for (int64_t i = 0; i < label.len; i++) {
        bool is_control = (unsigned char)label.s[i] < 0x20 || label.s[i] == 0x7f;
        buf_byte(&text, is_control ? ' ' : label.s[i]);
    }
    Str shown = buf_str(&text);
    int64_t used = text_width(shown);
    if (used > width) {
        int64_t end = 0, cells = 0;
        while (end < shown.len) {
            Sign sign = sign_at(shown, end);
            if (cells + sign.width > width - 1) {
                break;
            }
            cells += sign.width;
            end += sign.bytes;
        }
        buf_put(out, str_slice(shown, 0, end));
        buf_puts(out, "…");
        used = cells + 1;
    } else {
        buf_put(out, shown);
    }
    buf_fill(out, ' ', width - used);
    buf_free(&text);
}

/* "2 elements have no number there and are left out" … */
static void put_notes(const Chart *chart, Buf *out, int64_t undrawn)
{
    if (undrawn > 0) {
        buf_printf(out, "… %lld more bars (as table: .mode table, .last)\n", (long long)undrawn);
    }
    if (chart->missing > 0) {
        buf_printf(out, "%lld without a number left out\n", (long long)chart->missing);
    }
    if (chart->left_over > 0) {
        buf_printf(out, "… %lld more than the %lld that a chart shows\n",
                   (long long)chart->left_over, (long long)CHART_POINTS_MAX);
    }
}

/* -- bars ---------------------------------------------------------------------------------------- */

/* The cells left and right of zero, and how much one is. */
typedef struct Bars {
    int64_t label_width, left, right;
    double cell;
} Bars;

static int64_t number_width(double number)
{
    Buf text = {0};
    chart_put_number(&text, number);
    int64_t width = text.len;
    buf_free(&text);
    return width;
}

static Bars measure(const ChartPoint *points, int64_t count, int64_t width)
{
    double low = 0, high = 0;
    int64_t number = 0;
    Bars bars = {0};
    for (int64_t i = 0; i < count; i++) {
        int64_t label = text_width(points[i].label);
        int64_t digits = number_width(points[i].y);
        low = points[i].y < low ? points[i].y : low;
        high = points[i].y > high ? points[i].y : high;
        bars.label_width = label > bars.label_width ? label : bars.label_width;
        number = digits > number ? digits : number;
    }
    int64_t most = width / 3 < LABEL_WIDTH_MAX ? width / 3 : LABEL_WIDTH_MAX;
    bars.label_width = bars.label_width < most ? bars.label_width : most;
    int64_t room = width - bars.label_width - 2 - number - 1;
    room = room < BAR_WIDTH_MIN ? BAR_WIDTH_MIN : room;
    bars.cell = high > low ? (high - low) / (double)room : 1;
    bars.left = (int64_t)ceil(-low / bars.cell);
    bars.right = room - bars.left;
    if (bars.right > 0 && high / bars.cell > (double)bars.right) {
        bars.cell = high / (double)bars.right;
    }
    return bars;
}

static void put_bar(Buf *out, const Bars *bars, double value)
{
    static const char *const parts[EIGHTHS] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    double cells = value / bars->cell;
    if (value < 0) {
        int64_t halves = (int64_t)(-cells * 2 + 0.5);
        int64_t whole = halves / 2;
        buf_fill(out, ' ', bars->left - whole - halves % 2);
        buf_puts(out, halves % 2 ? "▐" : "");
        put_times(out, "█", whole);
        return;
    }
    int64_t eighths = (int64_t)(cells * EIGHTHS + 0.5);
    buf_fill(out, ' ', bars->left);
    put_times(out, "█", eighths / EIGHTHS);
    buf_puts(out, parts[eighths % EIGHTHS]);
}

static void draw_bars(Buf *out, const ChartPoint *points, int64_t count, int64_t width)
{
    Bars bars = measure(points, count, width);
    for (int64_t i = 0; i < count; i++) {
        put_label(out, points[i].label, bars.label_width);
        buf_puts(out, bars.label_width > 0 ? "  " : "");
        put_bar(out, &bars, points[i].y);
        buf_byte(out, ' ');
        chart_put_number(out, points[i].y);
        buf_byte(out, '\n');
    }
}

/* Bars without names are told apart by their places. */
static void number_labels(Arena *arena, ChartPoint *points, int64_t count)
{
    bool any = false;
    for (int64_t i = 0; i < count; i++) {
        any = any || points[i].label.len > 0;
    }
    for (int64_t i = 0; i < count && !any; i++) {
        points[i].label = str_format(arena, "%lld", (long long)i);
    }
}

static void draw_histogram(const Chart *chart, Buf *out, int64_t width)
{
    ChartBin bins[CHART_BINS_MAX];
    ChartPoint points[CHART_BINS_MAX];
    int64_t count = chart_bins(chart, bins);
    for (int64_t i = 0; i < count; i++) {
        Buf label = {0};
        chart_put_number(&label, bins[i].from);
        buf_puts(&label, " – ");
        chart_put_number(&label, bins[i].to);
        points[i] = (ChartPoint){.label = str_copy(chart->arena, buf_str(&label)),
                                 .y = (double)bins[i].count};
        buf_free(&label);
    }
    draw_bars(out, points, count, width);
}

/* -- Braille --------------------------------------------------------------------------------------- */

typedef struct Grid {
    unsigned char *cells;
    int64_t width, height; /* in cells */
    ChartRange x, y;
} Grid;

static void set_dot(Grid *grid, int64_t column, int64_t row)
{
    static const unsigned char bits[DOTS_WIDE][DOTS_HIGH] = {{1, 2, 4, 64}, {8, 16, 32, 128}};
    int64_t cell = row / DOTS_HIGH * grid->width + column / DOTS_WIDE;
    grid->cells[cell] |= bits[column % DOTS_WIDE][row % DOTS_HIGH];
}

static int64_t dot_column(const Grid *grid, double x)
{
    double last = (double)(grid->width * DOTS_WIDE - 1);
    return (int64_t)((x - grid->x.low) / (grid->x.high - grid->x.low) * last + 0.5);
}

static int64_t dot_row(const Grid *grid, double y)
{
    double last = (double)(grid->height * DOTS_HIGH - 1);
    return (int64_t)((grid->y.high - y) / (grid->y.high - grid->y.low) * last + 0.5);
}

/* A line of dots from one point to the next. */
static void set_line(Grid *grid, const ChartPoint *from, const ChartPoint *to)
{
    int64_t x0 = dot_column(grid, from->x), y0 = dot_row(grid, from->y);
    int64_t x1 = dot_column(grid, to->x), y1 = dot_row(grid, to->y);
    int64_t wide = x1 > x0 ? x1 - x0 : x0 - x1;
    int64_t high = y1 > y0 ? y1 - y0 : y0 - y1;
    int64_t steps = wide > high ? wide : high;
    for (int64_t i = 0; i <= steps; i++) {
        double part = steps > 0 ? (double)i / (double)steps : 0;
        set_dot(grid, (int64_t)((double)x0 + part * (double)(x1 - x0) + 0.5),
                (int64_t)((double)y0 + part * (double)(y1 - y0) + 0.5));
    }
}

static void put_axis_number(Buf *out, double number, int64_t width)
{
    Buf text = {0};
    chart_put_number(&text, number);
    buf_fill(out, ' ', width - text.len);
    buf_put(out, buf_str(&text));
    buf_free(&text);
}

static void put_grid(const Chart *chart, const Grid *grid, Buf *out, int64_t margin)
{
    for (int64_t row = 0; row < grid->height; row++) {
        bool is_top = row == 0, is_bottom = row == grid->height - 1;
        if (is_top || is_bottom) {
            put_axis_number(out, is_top ? grid->y.high : grid->y.low, margin);
            buf_puts(out, " ┤");
        } else {
            buf_fill(out, ' ', margin);
            buf_puts(out, " │");
        }
        for (int64_t column = 0; column < grid->width; column++) {
            buf_codepoint(out, BRAILLE + grid->cells[row * grid->width + column]);
        }
        buf_byte(out, '\n');
    }
    buf_fill(out, ' ', margin);
    buf_puts(out, " └");
    put_times(out, "─", grid->width);
    buf_byte(out, '\n');
    buf_fill(out, ' ', margin + 2);
    int64_t start = out->len;
    chart_put_number(out, grid->x.low);
    buf_puts(out, chart->x_name.len > 0 ? " " : "");
    buf_put(out, chart->x_name);
    put_axis_number(out, grid->x.high, grid->width - (out->len - start));
    buf_byte(out, '\n');
}

static void draw_grid(const Chart *chart, Buf *out, int64_t width, int64_t height)
{
    Grid grid = {.x = chart_range(chart, false), .y = chart_range(chart, true)};
    int64_t low = number_width(grid.y.low), high = number_width(grid.y.high);
    int64_t margin = low > high ? low : high;
    grid.width = width - margin - 2 > BAR_WIDTH_MIN ? width - margin - 2 : BAR_WIDTH_MIN;
    grid.height = height > 4 ? height : 4;
    grid.cells = arena_zero(chart->arena, grid.width * grid.height);
    for (int64_t i = 0; i < chart->points.len; i++) {
        const ChartPoint *point = &chart->points.at[i];
        if (chart->kind == CHART_LINE && i > 0) {
            set_line(&grid, point - 1, point);
        } else {
            set_dot(&grid, dot_column(&grid, point->x), dot_row(&grid, point->y));
        }
    }
    if (chart->y_name.len > 0) {
        buf_fill(out, ' ', margin + 2);
        buf_put(out, chart->y_name);
        buf_byte(out, '\n');
    }
    put_grid(chart, &grid, out, margin);
}

#define NOTHING_TO_DRAW "nothing to draw: no element has a number there\n"

void chart_draw(const Chart *chart, Buf *out, int64_t width, int64_t height)
{
    int64_t count = chart->points.len, undrawn = 0;
    if (count == 0) {
        buf_puts(out, NOTHING_TO_DRAW);
        return;
    }
    if (chart->kind == CHART_BAR) {
        undrawn = count > CHART_BARS_MAX ? count - CHART_BARS_MAX : 0;
        number_labels(chart->arena, chart->points.at, count - undrawn);
        draw_bars(out, chart->points.at, count - undrawn, width);
    } else if (chart->kind == CHART_HIST) {
        draw_histogram(chart, out, width);
    } else {
        draw_grid(chart, out, width, height);
    }
    put_notes(chart, out, undrawn);
}

/* -- sparks ---------------------------------------------------------------------------------------- */

void chart_spark(const Chart *chart, Buf *out, int64_t width)
{
    static const char *const heights[EIGHTHS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    int64_t count = chart->points.len;
    int64_t cells = count < width ? count : width;
    if (count == 0) {
        buf_puts(out, NOTHING_TO_DRAW);
        return;
    }
    ChartRange range = chart_range(chart, true);
    /* Where there are more values than cells, a cell is the mean of its share. */
    for (int64_t cell = 0; cell < cells; cell++) {
        int64_t from = cell * count / cells, to = (cell + 1) * count / cells;
        double sum = 0;
        for (int64_t i = from; i < to; i++) {
            sum += chart->points.at[i].y;
        }
        double part = (sum / (double)(to - from) - range.low) / (range.high - range.low);
        int64_t height = (int64_t)(part * (EIGHTHS - 1) + 0.5);
        buf_puts(out, heights[height < 0 ? 0 : height < EIGHTHS ? height : EIGHTHS - 1]);
    }
    buf_byte(out, '\n');
}

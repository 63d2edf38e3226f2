/* chart_svg: charts as SVG files, which need nothing but themselves.
 *
 *   0        MARGIN                            WIDTH
 *   ┌────────┬───────────────────────────────────┐
 *   │ ticks  │ plot                              │
 *   │        ├───────────────────────────────────┤
 *   │        │ ticks, names of the axes          │
 *   └────────┴───────────────────────────────────┘ HEIGHT
 */
#include "repl/show/chart.h"

#include <math.h>

enum {
    WIDTH = 720,
    HEIGHT = 420,
    LEFT = 72,
    RIGHT = 16,
    TOP = 28,
    BOTTOM = 56,
    TICKS = 6,
    BAR_HEIGHT = 22,
    BAR_LABEL = 180,
    NUMBER_ROOM = 72, /* behind the longest bar */
};

#define INK "#333"
#define FILL "#3b6ea5"

typedef struct Plot {
    Buf *out;
    ChartRange x, y;
    double height; /* of the whole picture */
} Plot;

static void put_escaped(Buf *out, Str text)
{
    for (int64_t i = 0; i < text.len; i++) {
        switch (text.s[i]) {
        case '<':
            buf_puts(out, "&lt;");
            break;
        case '>':
            buf_puts(out, "&gt;");
            break;
        case '&':
            buf_puts(out, "&amp;");
            break;
        case '"':
            buf_puts(out, "&quot;");
            break;
        default:
            buf_byte(out, (unsigned char)text.s[i] < 0x20 ? ' ' : text.s[i]);
            break;
        }
    }
}

static void put_text(const Plot *plot, double x, double y, const char *anchor, Str text)
{
    buf_printf(plot->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
    put_escaped(plot->out, text);
    buf_puts(plot->out, "</text>\n");
}

static void put_number_text(const Plot *plot, double x, double y, const char *anchor, double number)
{
    Buf text = {0};
    chart_put_number(&text, number);
    put_text(plot, x, y, anchor, buf_str(&text));
    buf_free(&text);
}

static void put_line(const Plot *plot, double x0, double y0, double x1, double y1,
                     const char *color)
{
    buf_printf(plot->out,
               "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n", x0, y0,
               x1, y1, color);
}

static void begin(const Plot *plot)
{
    buf_printf(plot->out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\" "
               "viewBox=\"0 0 %d %.0f\" font-family=\"sans-serif\" font-size=\"12\" fill=\"" INK
               "\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
               WIDTH, plot->height, WIDTH, plot->height);
}

/* -- axes ------------------------------------------------------------------------------------- */

static double place_x(const Plot *plot, double x)
{
    return LEFT + (x - plot->x.low) / (plot->x.high - plot->x.low) * (WIDTH - LEFT - RIGHT);
}

static double place_y(const Plot *plot, double y)
{
    return TOP + (plot->y.high - y) / (plot->y.high - plot->y.low) * (HEIGHT - TOP - BOTTOM);
}

static void put_axes(const Plot *plot, Str x_name, Str y_name)
{
    double step = chart_step(plot->y, TICKS);
    for (double at = ceil(plot->y.low / step) * step; at <= plot->y.high + step / 1e6; at += step) {
        put_line(plot, LEFT, place_y(plot, at), WIDTH - RIGHT, place_y(plot, at), "#ddd");
        put_number_text(plot, LEFT - 6, place_y(plot, at) + 4, "end", at);
    }
    step = chart_step(plot->x, TICKS);
    for (double at = ceil(plot->x.low / step) * step; at <= plot->x.high + step / 1e6; at += step) {
        put_line(plot, place_x(plot, at), HEIGHT - BOTTOM, place_x(plot, at), HEIGHT - BOTTOM + 5,
                 INK);
        put_number_text(plot, place_x(plot, at), HEIGHT - BOTTOM + 19, "middle", at);
    }
    put_line(plot, LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, INK);
    put_line(plot, LEFT, TOP, LEFT, HEIGHT - BOTTOM, INK);
    put_text(plot, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 14, "middle", x_name);
    put_text(plot, LEFT, TOP - 10, "middle", y_name);
}

/* -- kinds ------------------------------------------------------------------------------------ */

static void put_points(Plot *plot, const Chart *chart)
{
    plot->x = chart_range(chart, false);
    plot->y = chart_range(chart, true);
    put_axes(plot, chart->x_name, chart->y_name);
    if (chart->kind == CHART_LINE) {
        buf_puts(plot->out, "<polyline fill=\"none\" stroke=\"" FILL "\" stroke-width=\"2\" points=\"");
    }
    for (int64_t i = 0; i < chart->points.len; i++) {
        double x = place_x(plot, chart->points.at[i].x), y = place_y(plot, chart->points.at[i].y);
        if (chart->kind == CHART_LINE) {
            buf_printf(plot->out, "%s%.1f,%.1f", i > 0 ? " " : "", x, y);
        } else {
            buf_printf(plot->out,
                       "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"" FILL
                       "\" fill-opacity=\"0.6\"/>\n",
                       x, y);
        }
    }
    buf_puts(plot->out, chart->kind == CHART_LINE ? "\"/>\n" : "");
}

static void put_histogram(Plot *plot, const Chart *chart)
{
    ChartBin bins[CHART_BINS_MAX];
    int64_t count = chart_bins(chart, bins), most = 1;
    for (int64_t i = 0; i < count; i++) {
        most = bins[i].count > most ? bins[i].count : most;
    }
    plot->x = (ChartRange){bins[0].from, bins[count - 1].to};
    plot->y = (ChartRange){0, (double)most};
    put_axes(plot, chart->y_name, STR("count"));
    for (int64_t i = 0; i < count; i++) {
        double left = place_x(plot, bins[i].from), right = place_x(plot, bins[i].to);
        double top = place_y(plot, (double)bins[i].count);
        buf_printf(plot->out,
                   "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"" FILL
                   "\"/>\n",
                   left + 1, top, right - left - 2, HEIGHT - BOTTOM - top);
    }
}

static void put_bars(Plot *plot, const Chart *chart)
{
    double low = 0, high = 0;
    for (int64_t i = 0; i < chart->points.len; i++) {
        low = chart->points.at[i].y < low ? chart->points.at[i].y : low;
        high = chart->points.at[i].y > high ? chart->points.at[i].y : high;
    }
    double room = WIDTH - BAR_LABEL - NUMBER_ROOM - RIGHT - (low < 0 ? NUMBER_ROOM : 0);
    double unit = high > low ? room / (high - low) : 0;
    double zero = BAR_LABEL + (low < 0 ? NUMBER_ROOM : 0) - low * unit;
    for (int64_t i = 0; i < chart->points.len; i++) {
        const ChartPoint *point = &chart->points.at[i];
        double y = TOP + (double)(i * BAR_HEIGHT), length = fabs(point->y) * unit;
        put_text(plot, BAR_LABEL - 8, y + 15, "end", point->label);
        buf_printf(plot->out,
                   "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"" FILL
                   "\"/>\n",
                   point->y < 0 ? zero - length : zero, y + 3, length, BAR_HEIGHT - 6);
        put_number_text(plot, point->y < 0 ? zero - length - 5 : zero + length + 5, y + 15,
                        point->y < 0 ? "end" : "start", point->y);
    }
    put_line(plot, zero, TOP, zero, plot->height - TOP, INK);
    put_text(plot, zero, TOP - 10, "middle", chart->y_name);
}

void chart_svg(const Chart *chart, Buf *out)
{
    Plot plot = {.out = out, .height = HEIGHT};
    bool is_bar = chart->kind == CHART_BAR;
    if (is_bar) {
        plot.height = 2 * TOP + (double)(chart->points.len * BAR_HEIGHT);
    }
    begin(&plot);
    if (chart->points.len == 0) {
        put_text(&plot, WIDTH / 2.0, plot.height / 2, "middle", STR("nothing to draw"));
    } else if (is_bar) {
        put_bars(&plot, chart);
    } else if (chart->kind == CHART_HIST) {
        put_histogram(&plot, chart);
    } else {
        put_points(&plot, chart);
    }
    buf_puts(out, "</svg>\n");
}
